#include "ledger/witness.h"

#include "base/check.h"
#include "base/limits.h"
#include "ledger/lines.h"

namespace comity::ledger {
namespace {

constexpr std::string_view split_view_header = "comity-split-view@v1";
constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::string_view size_text = "text/x.tlog.size";  // tlog-witness, of a 409

WitnessAnswer refuse(WitnessStatus status, std::string why, std::string origin = {}) {
  return {.status = status,
          .content_type = std::string(plain_text),
          .body = std::move(why) + "\n",
          .origin = std::move(origin),
          .accepted = {}};
}

WitnessAnswer conflict(const WitnessedLog& log, std::string origin) {
  return {.status = WitnessStatus::conflict,
          .content_type = std::string(size_text),
          .body = std::to_string(log.latest.size) + "\n",
          .origin = std::move(origin),
          .accepted = {}};
}

// Everything after the signature has verified: "the old size", the roots, the proof.
WitnessAnswer decide(const AddCheckpoint& request, const Checkpoint& checkpoint,
                     const WitnessedLog& log) {
  const TreeHead& head = checkpoint.head;
  // "The old size MUST be equal to or lower than the checkpoint size."
  if (request.old_size > head.size) {
    return refuse(WitnessStatus::bad_request, "the old size is above the checkpoint's",
                  checkpoint.origin);
  }
  // "MUST check that the old size matches the size of the latest checkpoint it cosigned".
  if (request.old_size != log.latest.size) return conflict(log, checkpoint.origin);
  // "If the old size matches the checkpoint size, the witness MUST check that the root hashes are
  // also identical."
  if (head.size == log.latest.size && head.root != log.latest.root)
    return conflict(log, checkpoint.origin);
  // "If the Merkle Consistency Proof doesn't verify" (and it "MUST be empty if the old size is
  // zero").
  if (const auto proved = verify_consistency(log.latest, head, request.proof); !proved) {
    return refuse(WitnessStatus::bad_proof, proved.error().what, checkpoint.origin);
  }
  WitnessAnswer out = refuse(WitnessStatus::ok, {}, checkpoint.origin);
  out.accepted = head;
  return out;
}

// A root of the size held that is not the root held: signed, so the log has shown two trees.
bool contradicts(const TreeHead& signed_head, const TreeHead& held) {
  return signed_head.size == held.size && signed_head.root != held.root;
}

}  // namespace

std::string AddCheckpoint::body() const {
  std::string out = "old " + std::to_string(old_size) + "\n";
  for (const Hash& hash : proof) out += to_base64(hash.view()) + "\n";
  return out + "\n" + checkpoint;
}

Result<AddCheckpoint> AddCheckpoint::parse(std::string_view body) {
  if (body.size() > limits::witness_request_bytes_max) {
    return fail(Code::too_large, "a request beyond witness_request_bytes_max");
  }
  Lines lines(body);
  AddCheckpoint out;
  TRY(const std::string_view old, lines.next());
  if (!old.starts_with("old ")) return fail(Code::malformed, "must be: old <size>", lines.where());
  TRY(out.old_size, parse_size_line(old.substr(4), lines));
  for (;;) {
    TRY(const std::string_view line, lines.next());
    if (line.empty()) break;
    if (out.proof.size() == limits::witness_proof_lines_max) {
      return fail(Code::too_large, "more proof lines than witness_proof_lines_max", lines.where());
    }
    TRY(const Hash hash, parse_hash_line(line, lines));
    out.proof.push_back(hash);
  }
  if (lines.done())
    return fail(Code::malformed, "the checkpoint is missing after the empty line", lines.where());
  out.checkpoint = lines.rest();
  return out;
}

// tlog-witness, "add-checkpoint", in the order of its text.
WitnessAnswer witness_add(std::string_view body,
                          const std::function<const WitnessedLog*(std::string_view origin)>& find,
                          const WitnessIdentity& witness, Seconds now) {
  const auto request = AddCheckpoint::parse(body);
  if (!request) return refuse(WitnessStatus::bad_request, to_text(request.error()));
  const auto parsed = parse_checkpoint(request->checkpoint);
  if (!parsed) return refuse(WitnessStatus::bad_request, "checkpoint: " + to_text(parsed.error()));
  const std::string& origin = parsed->checkpoint.origin;

  // "If the checkpoint origin is unknown, the witness MUST respond with a 404".
  const WitnessedLog* log = find(origin);
  if (log == nullptr)
    return refuse(WitnessStatus::unknown_log, "this log is not witnessed here", origin);
  // "If none of the signatures verify against a trusted public key, the witness MUST respond with a
  // 403".
  const auto verified = verify_checkpoint(request->checkpoint, log->keys);
  if (!verified) return refuse(WitnessStatus::forbidden, to_text(verified.error()), origin);

  WitnessAnswer out = decide(*request, verified->checkpoint, *log);
  out.contradicts = contradicts(verified->checkpoint.head, log->latest);
  if (out.status != WitnessStatus::ok) return out;

  // "The response body MUST be a sequence of one or more note signature lines".
  auto line = cosign(request->checkpoint, witness.name, witness.key, now);
  check(line.has_value(), "our own witness name and time can be signed with");
  out.body = *std::move(line);
  return out;
}

Result<Comparison> compare_checkpoints(std::string_view a, std::string_view b,
                                       std::span<const VerifierKey> log_keys) {
  TRY(const VerifiedCheckpoint first, verify_checkpoint(a, log_keys));
  TRY(const VerifiedCheckpoint second, verify_checkpoint(b, log_keys));
  if (first.checkpoint.origin != second.checkpoint.origin) {
    return fail(Code::wrong_sender, "the two checkpoints are of different logs",
                second.checkpoint.origin);
  }
  const TreeHead& one = first.checkpoint.head;
  const TreeHead& other = second.checkpoint.head;
  if (one.size != other.size) return Comparison{.views = Views::need_proof, .evidence = {}};
  if (one.root == other.root) return Comparison{.views = Views::same, .evidence = {}};

  std::string evidence(split_view_header);
  evidence += "\nbytes " + std::to_string(a.size()) + " " + std::to_string(b.size()) + "\n\n";
  evidence += a;
  evidence += b;
  return Comparison{.views = Views::split, .evidence = std::move(evidence)};
}

Result<SplitView> verify_split_view(std::string_view evidence,
                                    std::span<const VerifierKey> log_keys) {
  if (evidence.size() > limits::split_view_bytes_max) {
    return fail(Code::too_large, "evidence beyond split_view_bytes_max");
  }
  Lines lines(evidence);
  TRY(const std::string_view header, lines.next());
  if (header != split_view_header)
    return fail(Code::malformed, "must be: comity-split-view@v1", lines.where());
  TRY(const std::string_view sizes, lines.next());
  const std::size_t space = sizes.rfind(' ');
  const auto a_bytes = sizes.starts_with("bytes ") && space > 5
                           ? parse_decimal(sizes.substr(6, space - 6))
                           : std::nullopt;
  const auto b_bytes = a_bytes ? parse_decimal(sizes.substr(space + 1)) : std::nullopt;
  if (!b_bytes) return fail(Code::malformed, "must be: bytes <length> <length>", lines.where());
  TRY(const std::string_view empty, lines.next());
  if (!empty.empty()) return fail(Code::malformed, "must be an empty line", lines.where());
  const std::string_view notes = lines.rest();
  if (*a_bytes > notes.size() || *b_bytes != notes.size() - *a_bytes) {
    return fail(Code::malformed, "the two lengths must be those of the two notes", lines.where());
  }

  TRY(VerifiedCheckpoint a, verify_checkpoint(notes.substr(0, *a_bytes), log_keys));
  TRY(VerifiedCheckpoint b, verify_checkpoint(notes.substr(*a_bytes), log_keys));
  if (a.checkpoint.origin != b.checkpoint.origin ||
      !contradicts(a.checkpoint.head, b.checkpoint.head)) {
    return fail(Code::bad_proof, "the two checkpoints do not contradict each other");
  }
  return SplitView{std::move(a), std::move(b)};
}

}  // namespace comity::ledger
