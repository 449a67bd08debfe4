#include "ledger/checkpoint.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/check.h"
#include "base/limits.h"
#include "ledger/lines.h"

namespace comity::ledger {
namespace {

// Of two cosignatures by one witness the later counts; of two of one time the greater bytes, so
// that order is nothing.
struct Held {
  Seconds time;
  SignatureLine line;
};
bool supersedes(const Held& a, const Held& b) {
  return std::tie(a.time, a.line.signature) > std::tie(b.time, b.line.signature);
}

// Which of `witnesses` made this line, verified; absent when none of them did.
Result<std::optional<VerifiedSignature>> witness_of(const SignatureLine& line,
                                                    const std::string& text,
                                                    std::span<const VerifierKey> witnesses) {
  auto verified = verify_note({text, {line}}, witnesses);
  if (verified) return verified->front();
  if (verified.error().code == Code::unknown_key) return std::nullopt;
  return std::unexpected(std::move(verified).error());
}

}  // namespace

std::string Checkpoint::text() const {
  std::string out =
      origin + "\n" + std::to_string(head.size) + "\n" + to_base64(head.root.view()) + "\n";
  for (const std::string& line : extensions) out += line + "\n";
  return out;
}

// tlog-checkpoint, "Note text", lines 1 to 4.
Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  Lines lines(text);
  Checkpoint out;
  TRY(const std::string_view origin, lines.next());
  if (origin.empty()) return fail(Code::malformed, "the origin must not be empty", lines.where());
  out.origin = origin;
  TRY(const std::string_view size, lines.next());
  TRY(out.head.size, parse_size_line(size, lines));
  TRY(const std::string_view root, lines.next());
  TRY(out.head.root, parse_hash_line(root, lines));
  while (!lines.done()) {
    TRY(const std::string_view extension, lines.next());
    if (extension.empty())
      return fail(Code::malformed, "an extension line must not be empty", lines.where());
    out.extensions.emplace_back(extension);
  }
  return out;
}

std::string origin_of(BytesView member_id) {
  return "comity/" + to_hex(member_id);
}

Result<CheckpointNote> parse_checkpoint(std::string_view bytes) {
  TRY(Note note, parse_note(bytes));
  TRY(Checkpoint checkpoint, Checkpoint::parse(note.text));
  return CheckpointNote{std::move(note), std::move(checkpoint)};
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                    std::span<const crypto::SigningKey> keys) {
  check(!keys.empty(), "a checkpoint is signed");
  const std::string text = checkpoint.text();
  const auto read_back = Checkpoint::parse(text);
  if (!read_back || *read_back != checkpoint) {
    return fail(Code::bad_value, "an origin or extension line that no checkpoint can hold",
                checkpoint.origin);
  }
  Note note{text, {}};
  for (const crypto::SigningKey& key : keys) {
    TRY(SignatureLine line, sign_text(text, checkpoint.origin, key));
    note.signatures.push_back(std::move(line));
  }
  return note.bytes();
}

Result<VerifiedCheckpoint> verify_checkpoint(std::string_view bytes,
                                             std::span<const VerifierKey> log_keys,
                                             std::span<const VerifierKey> witnesses) {
  TRY(CheckpointNote parsed, parse_checkpoint(bytes));
  std::vector<VerifierKey> keys(log_keys.begin(), log_keys.end());
  keys.insert(keys.end(), witnesses.begin(), witnesses.end());
  TRY(const auto verified, verify_note(parsed.note, keys));

  enum class Signed { not_at_all, of_another_origin, yes };
  Signed by_log = Signed::not_at_all;
  std::map<std::size_t, Seconds> latest;  // by the witness's place
  for (const VerifiedSignature& signature : verified) {
    if (signature.key >= log_keys.size()) {
      if (!signature.time)
        continue;  // a witness's key that makes plain signatures says nothing of time or
                   // consistency
      Seconds& held = latest[signature.key - log_keys.size()];
      held = std::max(held, *signature.time);
    } else if (keys[signature.key].name == parsed.checkpoint.origin) {
      by_log = Signed::yes;
    } else if (by_log == Signed::not_at_all) {
      by_log = Signed::of_another_origin;
    }
  }
  if (by_log == Signed::not_at_all)
    return fail(Code::unknown_key, "none of the log's keys signed the checkpoint");
  if (by_log == Signed::of_another_origin) {
    return fail(Code::wrong_sender, "the log's key is not for this origin",
                parsed.checkpoint.origin);
  }
  VerifiedCheckpoint out{.checkpoint = std::move(parsed.checkpoint), .cosigners = {}};
  for (const auto& [place, time] : latest)
    out.cosigners.push_back({place, witnesses[place].name, time});
  return out;
}

Result<std::string> cosign(std::string_view checkpoint_note, std::string_view witness,
                           const crypto::SigningKey& key, Seconds at) {
  TRY(const CheckpointNote parsed, parse_checkpoint(checkpoint_note));
  TRY(const SignatureLine line, cosign_text(parsed.note.text, witness, key, at));
  return line.text();
}

Result<std::string> merge_cosignatures(std::string_view checkpoint_note, std::string_view lines,
                                       std::span<const VerifierKey> witnesses) {
  TRY(const CheckpointNote parsed, parse_checkpoint(checkpoint_note));
  TRY(const auto added, parse_signature_lines(lines));

  Note out{.text = parsed.note.text, .signatures = {}};
  std::map<std::size_t, Held> cosignatures;  // by the witness's place
  // True when the line is a known witness's, and so taken.
  const auto take = [&](const SignatureLine& line) -> Result<bool> {
    TRY(const auto witness, witness_of(line, out.text, witnesses));
    if (!witness || !witness->time) return false;
    Held held{*witness->time, line};
    const auto [place, is_new] = cosignatures.try_emplace(witness->key, held);
    if (!is_new && supersedes(held, place->second)) place->second = std::move(held);
    return true;
  };
  for (const SignatureLine& line : parsed.note.signatures) {
    TRY(const bool taken, take(line));
    if (!taken) out.signatures.push_back(line);
  }
  for (const SignatureLine& line : added) TRY_VOID(take(line));
  for (auto& [place, held] : cosignatures) out.signatures.push_back(std::move(held.line));

  std::string bytes = out.bytes();
  if (out.signatures.size() > limits::note_signatures_max ||
      bytes.size() > limits::checkpoint_bytes_max) {
    return fail(Code::too_large, "the checkpoint would have more signatures than a note may hold");
  }
  return bytes;
}

}  // namespace comity::ledger
