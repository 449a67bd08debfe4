#include "peer/protocol.h"

#include <array>

#include "base/limits.h"
#include "json/reader.h"

namespace comity::peer {
namespace {

struct Route {
  std::string_view method, path;
  std::size_t body_bytes_max;
};

constexpr std::array routes = {
    Route{"POST", acts_path, limits::batch_bytes_max},
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

Result<std::vector<std::string_view>> read_acts(std::string_view body) {
  return read_lines(body);
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
