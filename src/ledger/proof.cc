#include "ledger/proof.h"

#include <algorithm>

#include "base/limits.h"
#include "ledger/lines.h"

namespace comity::ledger {
namespace {

constexpr std::string_view proof_header = "c2sp.org/tlog-proof@v1";
constexpr std::string_view record_header = "comity-record@v1";

// Says in which of the files, or at which link of the chain, an error arose.
std::unexpected<Error> error_in(std::string_view link, Error error) {
  error.where = error.where.empty() ? std::string(link) : std::string(link) + ", " + error.where;
  return std::unexpected(std::move(error));
}

// The part of `line` after "<word> ".
Result<std::string_view> after_word(std::string_view word, std::string_view line, const Lines& at) {
  if (!line.starts_with(word) || line.size() == word.size() || line[word.size()] != ' ') {
    return fail(Code::malformed, "the line must begin with: " + std::string(word), at.where());
  }
  return line.substr(word.size() + 1);
}

Result<VerifiedCheckpoint> verify_under(const Policy& policy, std::string_view checkpoint) {
  std::vector<VerifierKey> logs;
  for (const Policy::Log& log : policy.logs()) logs.push_back(log.key);
  std::vector<VerifierKey> witnesses;
  for (const Policy::Witness& witness : policy.witnesses()) witnesses.push_back(witness.key);
  return verify_checkpoint(checkpoint, logs, witnesses);
}

bool has_quorum(const Policy& policy, const VerifiedCheckpoint& checkpoint) {
  std::vector<bool> cosigned(policy.witnesses().size(), false);
  for (const Cosigner& cosigner : checkpoint.cosigners) cosigned[cosigner.witness] = true;
  return policy.quorum(cosigned);
}

}  // namespace

std::string Proof::text() const {
  std::string out(proof_header);
  out += '\n';
  if (extra) out += "extra " + to_base64(*extra) + "\n";
  out += "index " + std::to_string(index) + "\n";
  for (const Hash& hash : path) out += to_base64(hash.view()) + "\n";
  return out + "\n" + checkpoint;
}

// tlog-proof, "Format", line by line.
Result<Proof> Proof::parse(std::string_view text) {
  if (text.size() > limits::log_proof_bytes_max)
    return fail(Code::too_large, "a proof beyond log_proof_bytes_max");
  Lines lines(text);
  Proof out;
  TRY(const std::string_view header, lines.next());
  if (header != proof_header)
    return fail(Code::malformed, "must be: c2sp.org/tlog-proof@v1", lines.where());

  TRY(std::string_view line, lines.next());
  if (line.starts_with("extra ")) {
    auto extra = from_base64(line.substr(6));
    if (!extra) return fail(Code::malformed, "the extra data must be base64", lines.where());
    out.extra = *std::move(extra);
    TRY(line, lines.next());
  }
  TRY(const std::string_view index, after_word("index", line, lines));
  TRY(out.index, parse_size_line(index, lines));
  for (;;) {
    TRY(line, lines.next());
    if (line.empty()) break;
    if (out.path.size() == limits::proof_hashes_max) {
      return fail(Code::too_large, "more hashes than proof_hashes_max", lines.where());
    }
    TRY(const Hash hash, parse_hash_line(line, lines));
    out.path.push_back(hash);
  }
  if (lines.done())
    return fail(Code::malformed, "the checkpoint is missing after the empty line", lines.where());
  out.checkpoint = lines.rest();
  return out;
}

std::string Record::text() const {
  std::string out(record_header);
  out += "\nkey " + to_hex(key) + "\nbytes " + std::to_string(bytes.size()) + "\n\n";
  out += as_text(bytes);
  return out;
}

Result<Record> Record::parse(std::string_view text) {
  if (text.size() > limits::record_file_bytes_max) {
    return fail(Code::too_large, "a record file beyond record_file_bytes_max");
  }
  Lines lines(text);
  TRY(const std::string_view header, lines.next());
  if (header != record_header)
    return fail(Code::malformed, "must be: comity-record@v1", lines.where());
  TRY(const std::string_view key_line, lines.next());
  TRY(const std::string_view key_text, after_word("key", key_line, lines));
  const auto key = from_hex(key_text);
  if (!key || key->size() != 32 || to_hex(*key) != key_text) {
    return fail(Code::malformed, "the key must be 64 lower-case hex digits", lines.where());
  }
  TRY(const std::string_view bytes_line, lines.next());
  TRY(const std::string_view length_text, after_word("bytes", bytes_line, lines));
  const auto length = parse_decimal(length_text);
  if (!length) return fail(Code::malformed, "the length must be a decimal number", lines.where());
  TRY(const std::string_view empty, lines.next());
  if (!empty.empty()) return fail(Code::malformed, "must be an empty line", lines.where());
  if (lines.rest().size() != *length) {
    return fail(Code::malformed,
                "the record has " + std::to_string(lines.rest().size()) + " bytes, not " +
                    std::to_string(*length) +
                    ": transfer the file unchanged, without converting its lines",
                lines.where());
  }
  Record out{.bytes = to_bytes(as_bytes(lines.rest())), .key = {}};
  TRY(out.key, fixed32<CommitmentKeyTag>(*key));
  return out;
}

Result<Verified> verify_proof(std::string_view proof_text, const Record& record,
                              const Policy& policy) {
  auto proof = Proof::parse(proof_text);
  if (!proof) return error_in("proof", std::move(proof).error());
  if (!proof->extra)
    return fail(Code::missing_field, "the proof must carry the leaf as its extra data", "proof");

  auto checkpoint = verify_under(policy, proof->checkpoint);
  if (!checkpoint) return error_in("checkpoint", std::move(checkpoint).error());
  if (!has_quorum(policy, *checkpoint)) {
    return fail(Code::no_quorum,
                std::to_string(checkpoint->cosigners.size()) +
                    " of the policy's witnesses cosigned, which is not the quorum: obtain a proof "
                    "with more cosignatures",
                "checkpoint");
  }
  auto leaf = parse_leaf(*proof->extra);
  if (!leaf) return error_in("leaf", std::move(leaf).error());
  const TreeHead& head = checkpoint->checkpoint.head;
  if (auto included = verify_inclusion(proof->index, leaf_hash(*proof->extra), head, proof->path);
      !included) {
    return error_in("leaf", std::move(included).error());
  }
  if (auto opened = verify_commitment(leaf->commitment, record.key, record.bytes); !opened) {
    return error_in("record", std::move(opened).error());
  }
  return Verified{.index = proof->index,
                  .leaf = *leaf,
                  .origin = checkpoint->checkpoint.origin,
                  .head = head,
                  .cosigners = std::move(checkpoint->cosigners)};
}

}  // namespace comity::ledger
