#include "peer/protocol.h"

#include <array>
#include <charconv>

#include "base/limits.h"
#include "base/limits_push.h"
#include "json/reader.h"

namespace comity::peer {
namespace {

struct Route {
  std::string_view method, path;
  std::size_t body_bytes_max;
};

// Beside its bytes a blob has a line that says how many.
constexpr std::string_view blob_word = "blob ";
constexpr std::size_t blob_line_bytes_max = 32;
constexpr std::size_t batch_body_bytes_max = limits::batch_bytes_max +
                                             limits::batch_blobs_bytes_max +
                                             limits::batch_blobs_max * blob_line_bytes_max;

constexpr std::array routes = {
    Route{"POST", acts_path, batch_body_bytes_max},
    Route{"POST", add_checkpoint_path, limits::checkpoint_bytes_max},
    Route{"GET", witnessed_path, 0},
    Route{"POST", checkpoints_path, limits::batch_bytes_max},
    Route{"GET", consistency_path, 0},
    Route{"POST", pairing_path, limits::batch_bytes_max},
};

// Lines of a body that ends in a newline; none of them empty.
Result<std::vector<std::string_view>> read_lines(std::string_view body) {
  std::vector<std::string_view> lines;
  while (!body.empty()) {
    std::size_t end = body.find('\n');
    if (end == std::string_view::npos)
      return fail(Code::malformed, "the last line has no line feed");
    if (end == 0)
      return fail(Code::malformed, "an empty line", "line " + std::to_string(lines.size() + 1));
    if (lines.size() == limits::batch_acts_max)
      return fail(Code::too_large,
                  "a batch has at most " + std::to_string(limits::batch_acts_max) + " lines");
    lines.push_back(body.substr(0, end));
    body.remove_prefix(end + 1);
  }
  if (lines.empty()) return fail(Code::malformed, "an empty batch");
  return lines;
}

// "blob 123\n", 123 bytes, "\n"; what follows it is left in `body`.
Result<std::string_view> take_blob(std::string_view& body) {
  std::string_view line = body.substr(0, blob_line_bytes_max);
  line = line.substr(0, line.find('\n'));
  std::size_t size = 0;
  const char* end = line.data() + line.size();
  auto [at, error] =
      std::from_chars(line.data() + std::min(line.size(), blob_word.size()), end, size);
  bool canonical = error == std::errc() && at == end && size > 0 &&
                   line.substr(blob_word.size()) == std::to_string(size);
  if (!line.starts_with(blob_word) || !canonical)
    return fail(Code::malformed, "behind the acts of a batch come blobs: \"blob <length>\"");
  body.remove_prefix(line.size());
  if (size > limits::batch_blobs_bytes_max)
    return fail(Code::too_large, "a batch brings at most " +
                                     std::to_string(limits::batch_blobs_bytes_max) +
                                     " bytes of blobs");
  if (body.size() < size + 2 || body.front() != '\n' || body[size + 1] != '\n')
    return fail(Code::malformed, "a blob has another length than it says");
  std::string_view blob = body.substr(1, size);
  body.remove_prefix(size + 2);
  return blob;
}

Result<std::vector<std::string_view>> take_blobs(std::string_view body) {
  std::vector<std::string_view> blobs;
  for (std::size_t sum = 0; !body.empty();) {
    TRY(std::string_view blob, take_blob(body));
    sum += blob.size();
    if (blobs.size() == limits::batch_blobs_max || sum > limits::batch_blobs_bytes_max)
      return fail(Code::too_large, "a batch brings at most " +
                                       std::to_string(limits::batch_blobs_max) + " blobs of " +
                                       std::to_string(limits::batch_blobs_bytes_max) + " bytes");
    blobs.push_back(blob);
  }
  return blobs;
}

Result<ActResult> read_result(std::string_view line) {
  TRY(json::Value value, json::parse(line, {.bytes_max = limits::batch_bytes_max}));
  ActResult result;
  json::Reader in(value);
  if (in.has("receipt")) {
    result.receipt = in.text("receipt");
    if (in.ok() && result.receipt.empty())
      in.refuse("receipt", Code::bad_value, "a receipt is an envelope");
  } else {
    in.object("error", [&](json::Reader& error) {
      result.code = error.text("code", 64);
      result.detail = error.text_or("detail", "");
      result.where = error.text_or("where", "");
    });
    if (in.ok() && result.code.empty()) in.refuse("error", Code::bad_value, "an error has a code");
  }
  TRY_VOID(in.finish());
  return result;
}

}  // namespace

Result<std::size_t> body_limit(const net::Request& head) {
  std::string_view path = std::string_view(head.target).substr(0, head.target.find('?'));
  bool path_known = false;
  for (const Route& route : routes) {
    if (route.path != path) continue;
    path_known = true;
    if (route.method == head.method) return route.body_bytes_max;
  }
  if (path_known)
    return fail(Code::not_allowed, "this path does not take " + head.method, "method");
  return fail(Code::not_found, "nothing is served under this path", "target");
}

std::string write_acts(std::span<const std::string> envelopes) {
  std::string body;
  for (const std::string& envelope : envelopes) {
    body += envelope;
    body += '\n';
  }
  return body;
}

void append_blob(std::string& batch, std::string_view blob) {
  batch += blob_word;
  batch += std::to_string(blob.size());
  batch += '\n';
  batch += blob;
  batch += '\n';
}

Result<Batch> read_batch(std::string_view body) {
  // An envelope begins with a brace, so the first line that says "blob" is the first blob's.
  std::size_t acts = 0;
  while (acts < body.size() && !body.substr(acts).starts_with(blob_word)) {
    std::size_t end = body.find('\n', acts);
    if (end == std::string_view::npos)
      acts = body.size();
    else
      acts = end + 1;
  }
  if (acts > limits::batch_bytes_max)
    return fail(Code::too_large, "the acts of a batch have at most " +
                                     std::to_string(limits::batch_bytes_max) + " bytes");
  Batch batch;
  TRY(batch.acts, read_lines(body.substr(0, acts)));
  TRY(batch.blobs, take_blobs(body.substr(acts)));
  return batch;
}

std::string write_results(std::span<const ActResult> results) {
  std::string body;
  for (const ActResult& result : results) {
    json::Object line;
    if (result.code.empty()) {
      line["receipt"] = result.receipt;
    } else {
      json::Object error{{"code", result.code}, {"detail", result.detail}};
      if (!result.where.empty()) error["where"] = result.where;
      line["error"] = std::move(error);
    }
    body += json::write(line) + '\n';
  }
  return body;
}

Result<std::vector<ActResult>> read_results(std::string_view body, std::size_t count) {
  TRY(auto lines, read_lines(body));
  if (lines.size() != count)
    return fail(Code::malformed, "the answer has another number of lines than the batch");
  std::vector<ActResult> results;
  for (std::string_view line : lines) {
    TRY(ActResult result, read_result(line));
    results.push_back(std::move(result));
  }
  return results;
}

std::string write_checkpoints(std::span<const Shown> shown) {
  json::Array list;
  for (const Shown& each : shown)
    list.push_back(json::Object{{"member", to_hex(each.member)}, {"checkpoint", each.checkpoint}});
  return json::write(json::Object{{"checkpoints", std::move(list)}});
}

Result<std::vector<Shown>> read_checkpoints(std::string_view body) {
  TRY(json::Value value, json::parse(body, {.bytes_max = limits::batch_bytes_max}));
  std::vector<Shown> shown;
  json::Reader in(value);
  in.objects("checkpoints", shown_max, [&](json::Reader& each) {
    MemberId member = each.fixed<MemberTag>("member");
    shown.push_back({member, each.text("checkpoint", limits::checkpoint_bytes_max)});
  });
  TRY_VOID(in.finish());
  return shown;
}

std::string write_proof(std::span<const Hash> hashes) {
  json::Array list;
  for (const Hash& hash : hashes) list.push_back(to_base64(hash.view()));
  return json::write(json::Object{{"proof", std::move(list)}});
}

Result<std::vector<Hash>> read_proof(std::string_view body) {
  TRY(json::Value value, json::parse(body, {.bytes_max = limits::checkpoint_bytes_max}));
  json::Reader in(value);
  auto texts = in.texts("proof", limits::proof_hashes_max, 64);
  TRY_VOID(in.finish());
  std::vector<Hash> proof;
  for (const std::string& text : texts) {
    TRY(Bytes bytes, from_base64(text));
    TRY(Hash hash, fixed32<HashTag>(bytes));
    proof.push_back(hash);
  }
  return proof;
}

}  // namespace comity::peer
