#include <algorithm>

#include "net/chars.h"
#include "net/fields.h"
#include "net/http.h"

namespace comity::net {
namespace {

Result<void> append_fields(std::string& out, const Headers& headers) {
  if (headers.size() >= limits::http_headers_max) {  // one is left for Content-Length
    return fail(Code::bad_value, "too many headers to be read back");
  }
  if (auto once = no_doubles(headers); !once) {
    return fail(Code::bad_value, once.error().what, once.error().where);
  }
  for (const auto& [name, value] : headers) {
    const auto is_upper = [](char c) { return lower(c) != c; };
    if (!is_token(name) || std::ranges::any_of(name, is_upper)) {
      return fail(Code::bad_value, "a header's name must be a token in lower case");
    }
    if (name == "content-length" || name == "transfer-encoding") {
      return fail(Code::bad_value, "the writer sets this header itself", name);
    }
    const auto is_edge = [](char c) { return c == ' ' || c == '\t'; };
    if (!std::ranges::all_of(value, is_field_char) ||
        (!value.empty() && (is_edge(value.front()) || is_edge(value.back())))) {
      return fail(Code::bad_value, "a header's value must be visible ASCII", name);
    }
    if (!valid_option_list(name, value)) {
      return fail(Code::bad_value, "the header must be a list of tokens", name);
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  return {};
}

Result<void> close_header(std::string& out) {
  out += "\r\n";
  if (out.size() > limits::http_header_bytes_max) {
    return fail(Code::bad_value, "the header is too long to be read back");
  }
  return {};
}

void append_length(std::string& out, std::size_t length) {
  out.append("content-length: ").append(std::to_string(length)).append("\r\n");
}

}  // namespace

Result<std::string> write(const Request& request) {
  if (!known_method(request.method)) return fail(Code::bad_value, "an unknown method", "method");
  if (request.target.size() > limits::http_target_bytes_max || !valid_target(request.target)) {
    return fail(Code::bad_value, "the target is not a path with an optional query", "target");
  }
  const auto* host = find_header(request.headers, "host");
  if (host == nullptr || !valid_host(*host)) {
    return fail(Code::bad_value, "Host is missing or not a name with an optional port", "host");
  }
  const auto* expect = find_header(request.headers, "expect");
  if (expect != nullptr && lowered(*expect) != "100-continue") {
    return fail(Code::bad_value, "only 100-continue can be expected", "expect");
  }
  std::string out;
  out.reserve(512 + request.body.size());
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  TRY_VOID(append_fields(out, request.headers));
  const bool usual =
      request.method.starts_with('P');  // RFC 9110, section 8.6: where a body is to be expected
  if (usual || !request.body.empty()) append_length(out, request.body.size());
  TRY_VOID(close_header(out));
  out += request.body;
  return out;
}

std::size_t Pieces::size() const {
  std::size_t size = 0;
  for (std::string_view each : views) size += each.size();
  return size;
}

Pieces pieces_of(std::string text) {
  auto kept = std::make_shared<const std::string>(std::move(text));
  return {.views = {*kept}, .held = {kept}};
}

std::size_t body_size(const Response& response) {
  return response.shared ? response.shared->size() : response.body.size();
}

std::string body_of(const Response& response) {
  if (!response.shared) return response.body;
  std::string out;
  out.reserve(response.shared->size());
  for (std::string_view each : response.shared->views) out += each;
  return out;
}

Result<std::string> write_head(const Response& response) {
  if (response.status < 200 || response.status > 599) {
    return fail(Code::bad_value, "a status is from 200 to 599", "status");
  }
  if (bodiless(response.status) && body_size(response) > 0) {
    return fail(Code::bad_value, "this status has no body", "body");
  }
  std::string out;
  out.reserve(512);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  TRY_VOID(append_fields(out, response.headers));
  if (!bodiless(response.status)) append_length(out, body_size(response));
  TRY_VOID(close_header(out));
  return out;
}

Result<std::string> write(const Response& response, Body body) {
  TRY(std::string out, write_head(response));
  if (body == Body::sent) out += body_of(response);
  return out;
}

const std::string* find_header(const Headers& headers, std::string_view name) {
  const auto found =
      std::ranges::find(headers, name, [](const auto& h) { return std::string_view(h.first); });
  return found == headers.end() ? nullptr : &found->second;
}

// RFC 9112, section 9.6; connection options are a list (RFC 9110, section 7.6.1).
bool says_close(const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (name != "connection") continue;
    const std::string options = lowered(value);
    for (std::size_t at = 0; at <= options.size();) {
      const std::size_t comma = std::min(options.find(',', at), options.size());
      auto option = std::string_view(options).substr(at, comma - at);
      option.remove_prefix(std::min(option.find_first_not_of(" \t"), option.size()));
      if (option.substr(0, option.find_first_of(" \t")) == "close") return true;
      at = comma + 1;
    }
  }
  return false;
}

}  // namespace comity::net
