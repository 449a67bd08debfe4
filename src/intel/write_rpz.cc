// DNS response policy zones: draft-vixie-dnsop-dns-rpz; BIND 9 Administrator Reference Manual,
// "Response Policy Zone (RPZ) Rewriting".
#include <algorithm>
#include <vector>

#include "intel/blocklist.h"
#include "sweep/international.h"

namespace comity::intel {
namespace {

constexpr std::size_t name_bytes_max = 253;  // RFC 1035, 2.3.4, as it is printed
constexpr std::size_t label_bytes_max = 63;

// Letters, digits, hyphens and underscores: nothing that a zone file reads otherwise.
bool is_dns_name(std::string_view name) {
  std::size_t label = 0;
  for (char c : name) {
    bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (c == '.' ? label == 0 : !good) return false;
    label = c == '.' ? 0 : label + 1;
    if (label > label_bytes_max) return false;
  }
  return label > 0;
}

// "32.7.100.51.198.rpz-ip": the length, then the parts from the last to the first; "zz" for "::".
std::string address_name(const std::string& text) {
  std::size_t slash = text.find('/');
  std::string address = text.substr(0, slash);
  bool v6 = address.contains(':');
  std::string out = slash == std::string::npos ? (v6 ? "128" : "32") : text.substr(slash + 1);
  std::vector<std::string> parts;
  if (std::size_t gap = address.find("::"); gap != std::string::npos)
    address.replace(gap, 2, gap == 0 ? "zz:" : gap + 2 == address.size() ? ":zz" : ":zz:");
  for (std::size_t at = 0; at <= address.size();) {
    std::size_t end = std::min(address.find(v6 ? ':' : '.', at), address.size());
    if (end > at) parts.push_back(address.substr(at, end - at));
    at = end + 1;
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) out += "." + *part;
  return out + ".rpz-ip";
}

// The list has the name as DNS has it, too.
bool is_written_as_ascii(const Blocklist& list, Blocklist::Value value) {
  value.text = sweep::ascii_name(value.text);
  return !value.text.empty() && list.values().contains(value);
}

}  // namespace

Result<File> write_rpz(const Blocklist& list, const About& about, Told& left) {
  std::string origin = sweep::lowered(about.origin);
  while (origin.ends_with('.')) origin.pop_back();
  if (!is_dns_name(origin) || origin.size() > 128)
    return fail(Code::bad_value, "the zone's origin is a domain name of at most 128 letters",
                about.origin);
  auto serial = std::chrono::duration_cast<std::chrono::seconds>(about.at.time_since_epoch());
  std::string out = "$TTL 300\n$ORIGIN " + origin + ".\n@ IN SOA localhost. root.localhost. " +
                    std::to_string(static_cast<std::uint32_t>(serial.count())) +
                    " 3600 600 86400 300\n@ IN NS localhost.\n";
  for (const auto& [value, why] : list.values()) {
    if (value.kind == sweep::Kind::address) {
      out += address_name(value.text) + " IN CNAME .\n";
    } else if (value.kind != sweep::Kind::domain) {
      left.add(value.text, "DNS knows names and addresses alone");
    } else if (value.text.contains(".rpz-")) {
      left.add(value.text, "means something else in a policy zone");
    } else if (is_written_as_ascii(list, value)) {
      continue;
    } else if (!is_dns_name(value.text)) {
      left.add(value.text, "not a name that DNS could have");
    } else if (value.text.size() + 3 + origin.size() > name_bytes_max) {
      left.add(value.text, "too long a name under this origin");
    } else {
      out += value.text + " IN CNAME .\n";
      if (why.spared.empty())
        out += "*." + value.text + " IN CNAME .\n";
      else
        left.add(value.text, "a name below it is on the warning list " + why.spared +
                                 ": the name alone is blocked, nothing below it");
    }
  }
  return File{"rpz.zone", std::move(out)};
}

}  // namespace comity::intel
