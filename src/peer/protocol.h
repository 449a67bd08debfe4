#pragma once
// What passes between two nodes over HTTP: paths, bodies, bounds. docs/protocol.md, section "Over
// HTTP". Pure.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "net/http.h"

namespace comity::peer {

inline constexpr std::string_view acts_path = "/comity/v1/acts";
inline constexpr std::string_view add_checkpoint_path =
    "/comity/v1/add-checkpoint";  // C2SP tlog-witness
inline constexpr std::string_view witnessed_path = "/comity/v1/witnessed";
inline constexpr std::string_view checkpoints_path = "/comity/v1/checkpoints";
inline constexpr std::string_view consistency_path = "/comity/v1/consistency";
inline constexpr std::string_view pairing_path = "/comity/v1/pairing";
// Who calls, in hex. The pin proves it; the word tells which one, where two cards list one pin.
inline constexpr std::string_view member_header = "comity-member";
inline constexpr std::string_view ndjson = "application/x-ndjson";
inline constexpr std::string_view batch_type = "application/vnd.comity.batch";

// How many bytes a body may have, by method and path; Code::not_found or not_allowed for what
// nobody serves.
[[nodiscard]] Result<std::size_t> body_limit(const net::Request& head);

// A batch: acts, one envelope a line, exactly the bytes that were signed; then the blobs that they
// name, each as "blob <length>\n", its raw bytes and "\n". Blobs bear no name: a hash says which
// one each is.
[[nodiscard]] std::string write_acts(std::span<const std::string> envelopes);
void append_blob(std::string& batch, std::string_view blob);

struct Batch {  // views into the body
  std::vector<std::string_view> acts, blobs;
};
// Errors  malformed: no act, an empty line, a length that is no number or not the blob's;
//         too_large: beyond batch_bytes_max and batch_acts_max, or the same of blobs.
[[nodiscard]] Result<Batch> read_batch(std::string_view body);

// The answer to one act: the receipt's envelope, or why there is none.
struct ActResult {
  std::string receipt;
  std::string code, detail, where;  // of the refusal; code is empty when there is a receipt
  friend bool operator==(const ActResult&, const ActResult&) = default;
};
[[nodiscard]] std::string write_results(std::span<const ActResult> results);
// Code::malformed unless there are exactly `count` lines.
[[nodiscard]] Result<std::vector<ActResult>> read_results(std::string_view body, std::size_t count);

// The last checkpoint that somebody holds of a member's log.
struct Shown {
  MemberId member;
  std::string checkpoint;
  friend bool operator==(const Shown&, const Shown&) = default;
};
inline constexpr std::size_t shown_max = 256;
[[nodiscard]] std::string write_checkpoints(std::span<const Shown> shown);
[[nodiscard]] Result<std::vector<Shown>> read_checkpoints(std::string_view body);

[[nodiscard]] std::string write_proof(std::span<const Hash> hashes);
[[nodiscard]] Result<std::vector<Hash>> read_proof(std::string_view body);

}  // namespace comity::peer
