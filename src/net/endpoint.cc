#include "net/endpoint.h"

#include <algorithm>

#include "net/chars.h"

namespace comity::net {

Result<Endpoint> endpoint_from_text(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(Code::malformed, std::string(why) + ": write host:port, [IPv6]:port or unix:/path",
                std::string(text));
  };
  Endpoint out;
  if (text.starts_with("unix:")) {
    out.unix_path = text.substr(5);
    if (out.unix_path.empty() || out.unix_path.contains('\0'))
      return bad("the path is empty or holds NUL");
    return out;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad("the port is missing");
  const auto port = text.substr(colon + 1);
  auto host = text.substr(0, colon);
  if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit))
    return bad("the port is not a number");
  unsigned value = 0;
  for (char c : port) value = value * 10 + static_cast<unsigned>(c - '0');
  if (value > 65535) return bad("the port is beyond 65535");
  const bool six = host.starts_with('[') && host.ends_with(']');
  if (six) host = host.substr(1, host.size() - 2);
  const auto in_six = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
  const auto in_name = [](char c) {
    return is_digit(c) || is_alpha(c) || c == '-' || c == '.' || c == '_';
  };
  if (host.empty() || host.size() > 253 ||
      !(six ? std::ranges::all_of(host, in_six) : std::ranges::all_of(host, in_name))) {
    return bad("the host is not a name or an address");
  }
  out.host = host;
  out.port = static_cast<std::uint16_t>(value);
  return out;
}

std::string to_text(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return "unix:" + endpoint.unix_path;
  const bool six = endpoint.host.contains(':');
  return (six ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace comity::net
