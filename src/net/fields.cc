#include "net/fields.h"

#include <algorithm>
#include <array>

#include "net/chars.h"

namespace comity::net {
namespace {

constexpr std::array<std::string_view, 7> methods = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};
constexpr std::array<std::string_view, 7> singletons = {
    "host",          "content-length", "transfer-encoding", "content-type",
    "authorization", "expect",         "content-encoding"};

bool valid_port(std::string_view port) {
  if (port.size() > 5 || !std::ranges::all_of(port, is_digit)) return false;
  unsigned value = 0;
  for (char c : port) value = value * 10 + static_cast<unsigned>(c - '0');
  return value <= 65535;
}

}  // namespace

bool known_method(std::string_view method) {
  return std::ranges::find(methods, method) != methods.end();
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_tchar);
}

bool valid_target(std::string_view target) {
  if (!target.starts_with('/') || target.starts_with("//")) return false;
  bool in_query = false;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c == '%') {
      if (i + 2 >= target.size() || hex_value(target[i + 1]) < 0 || hex_value(target[i + 2]) < 0) {
        return false;
      }
      i += 2;
    } else if (c == '?') {
      in_query = true;
    } else if (c == '[' || c == ']') {
      // DEVIATES from RFC 3986, section 3.4: TAXII's match[...] parameters are often sent as they
      // are written.
      if (!in_query) return false;
    } else if (!is_name_char(c) && c != ':' && c != '@' && c != '/') {
      return false;
    }
  }
  return true;
}

bool valid_host(std::string_view host) {
  std::string_view port;
  if (host.starts_with('[')) {  // RFC 3986, section 3.2.2: IP-literal
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const auto inside = host.substr(1, close - 1);
    if (!std::ranges::all_of(inside,
                             [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; })) {
      return false;
    }
    port = host.substr(close + 1);
    return port.empty() || (port.starts_with(':') && valid_port(port.substr(1)));
  }
  const std::size_t colon = host.find(':');
  if (colon != std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  // reg-name without percent-encoding, which no host name needs.
  return !host.empty() && valid_port(port) && std::ranges::all_of(host, is_name_char);
}

bool is_singleton(std::string_view name) {
  return std::ranges::find(singletons, name) != singletons.end();
}

Result<void> no_doubles(const Headers& headers) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!is_singleton(headers[i].first)) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (headers[k].first == headers[i].first) {
        return fail(Code::malformed, "the header may be given once only", headers[i].first);
      }
    }
  }
  return {};
}

bool valid_option_list(std::string_view name, std::string_view value) {
  if (name != "connection" && name != "proxy-connection") return true;
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    auto option = value.substr(0, comma);
    value.remove_prefix(std::min(comma + 1, value.size()));
    option.remove_prefix(std::min(option.find_first_not_of(" \t"), option.size()));
    const std::size_t end = option.find_last_not_of(" \t");
    option = option.substr(0, end == std::string_view::npos ? 0 : end + 1);
    if (!std::ranges::all_of(option, is_tchar))
      return false;  // an empty one means nothing and is allowed
  }
  return true;
}

bool bodiless(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace comity::net
