#include "intel/misp_value.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "intel/maker.h"
#include "stix/syntax.h"
#include "sweep/canonical.h"

namespace comity::intel {
namespace {

using What = Fact::What;

struct Hash {
  std::string_view misp, stix;
  std::size_t digits;  // 0: not hex
};
constexpr std::array<Hash, 8> hashes{{{"md5", "MD5", 32},
                                      {"sha1", "SHA-1", 40},
                                      {"sha256", "SHA-256", 64},
                                      {"sha512", "SHA-512", 128},
                                      {"sha3-256", "SHA3-256", 64},
                                      {"sha3-512", "SHA3-512", 128},
                                      {"ssdeep", "SSDEEP", 0},
                                      {"tlsh", "TLSH", 0}}};

const Hash* hash_of(std::string_view misp) {
  auto at = std::ranges::find(hashes, misp, &Hash::misp);
  return at == hashes.end() ? nullptr : &*at;
}

std::unexpected<Error> bad(std::string_view type) {
  return fail(Code::bad_value, "not a value of type " + std::string(type));
}

Fact fact(What what, std::string path, std::string value) {
  std::string test = equals(path, value);
  return {what, std::move(path), std::move(value), std::move(test)};
}

Fact number(What what, std::string path, std::string value) {
  std::string test = path + " = " + value;
  return {what, std::move(path), std::move(value), std::move(test)};
}

std::optional<std::string> whole_number(std::string_view text, std::uint64_t max) {
  std::uint64_t n = 0;
  auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (wrong != std::errc() || end != text.data() + text.size() || n > max) return std::nullopt;
  return std::to_string(n);
}

Result<Fact> address(std::string_view type, std::string_view value) {
  auto prefixes = sweep::addresses_from_text(value);
  if (!prefixes) return bad(type);
  // One address or prefix; a range "first-last" is several, and no MISP value.
  if (prefixes->size() != 1) return bad(type);
  std::string text = to_text(prefixes->front());
  std::string path = prefixes->front().is_v4() ? "ipv4-addr:value" : std::string("ipv6-addr:value");
  Fact made = fact(What::address, path, text);
  if (text.contains('/')) made.test = path + " ISSUBSET '" + text + "'";
  return made;
}

Result<Fact> hash(std::string_view type, std::string_view value, const Hash& kind, What what) {
  bool certificate = what == What::certificate_hash;
  std::string name(kind.stix);
  if (name.contains('-')) name = "'" + name + "'";
  std::string path = (certificate ? "x509-certificate:hashes." : "file:hashes.") + name;
  if (kind.digits == 0)
    return value.empty() ? Result<Fact>(bad(type)) : fact(what, path, std::string(value));
  std::string digits = sweep::lowered(value);
  std::erase(digits, ':');  // as certificates are printed
  if (digits.size() != kind.digits || !stix::is_hex(digits)) return bad(type);
  return fact(what, path, digits);
}

template <typename Read>
Result<Fact> canonical(std::string_view type, What what, const char* path, Read value) {
  if (!value) return bad(type);
  return fact(what, path, *std::move(value));
}

Result<Fact> text(std::string_view type, What what, const char* path, std::string_view value) {
  if (value.empty()) return bad(type);
  return fact(what, path, std::string(value));
}

Result<Fact> network(std::string_view type, std::string_view value) {
  std::string clean = sweep::refanged(value), url;
  if (type == "ip-src" || type == "ip-dst" || type == "ip") return address(type, clean);
  if (type == "domain" || type == "hostname")
    return canonical(type, What::domain, "domain-name:value", sweep::canonical_domain(clean));
  if (type == "url") {
    if (!sweep::canonical_url(clean, url)) return bad(type);
    return fact(What::url, "url:value", url);
  }
  if (type == "email" || type == "email-src" || type == "email-dst")
    return canonical(type, What::mail, "email-addr:value", sweep::canonical_mail(clean));
  if (type == "mac-address") {
    std::string mac = sweep::lowered(value);
    std::ranges::replace(mac, '-', ':');
    if (!stix::is_mac_address(mac)) return bad(type);
    return fact(What::mac, "mac-addr:value", mac);
  }
  if (type == "port") {
    auto n = whole_number(value, 65'535);
    if (!n) return bad(type);
    return number(What::port, "network-traffic:dst_port", *n);
  }
  if (type == "AS") {
    bool named = value.starts_with("AS") || value.starts_with("as");
    auto n = whole_number(named ? value.substr(2) : value, UINT32_MAX);
    if (!n) return bad(type);
    return number(What::as_number, "autonomous-system:number", *n);
  }
  return fail(Code::unknown_kind, "STIX has no counterpart of type " + std::string(type));
}

Result<Fact> one_fact(std::string_view type, std::string_view value) {
  if (const Hash* kind = hash_of(type)) return hash(type, value, *kind, What::file_hash);
  if (type.starts_with("x509-fingerprint-"))
    if (const Hash* kind = hash_of(type.substr(17)))
      return hash(type, value, *kind, What::certificate_hash);
  if (type == "filename" || type == "email-attachment")
    return text(type, What::file_name, "file:name", value);
  if (type == "size-in-bytes") {
    auto n = whole_number(value, (std::uint64_t{1} << 53) - 1);
    if (!n) return bad(type);
    return number(What::file_size, "file:size", *n);
  }
  if (type == "mutex") return text(type, What::mutex, "mutex:name", value);
  if (type == "regkey") return text(type, What::registry_key, "windows-registry-key:key", value);
  if (type == "value")
    return text(type, What::registry_data, "windows-registry-key:values[*].data", value);
  if (type == "email-subject") return text(type, What::subject, "email-message:subject", value);
  if (type == "user-agent")
    return text(type, What::user_agent,
                "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'", value);
  return network(type, value);
}

// An address or a name with a port is traffic to it: neither alone is what was meant.
void as_traffic(std::vector<Fact>& facts, bool source) {
  std::string end = source ? "network-traffic:src" : "network-traffic:dst";
  for (Fact& each : facts) {
    if (each.what == What::port) each.test = end + "_port = " + each.value;
    if (each.what == What::address || each.what == What::domain)
      each.test = equals(end + "_ref.value", each.value);
  }
}

std::string joined(const std::vector<Fact>& facts, std::string_view by) {
  std::string out;
  for (const Fact& each : facts) out += (out.empty() ? "[" : std::string(by)) + each.test;
  return out + "]";
}

std::int64_t as_number(const std::string& text) {
  std::int64_t n = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

}  // namespace

std::string_view stix_hash_name(std::string_view misp) {
  const Hash* kind = hash_of(misp);
  return kind ? kind->stix : "";
}

Result<std::vector<Fact>> facts_of(std::string_view type, std::string_view value) {
  if (type == "malware-sample") type = "filename|md5";
  std::size_t bar = type.find('|');
  if (bar == std::string_view::npos) {
    TRY(Fact one, one_fact(type, value));
    return std::vector{std::move(one)};
  }
  // The last bar: file names and registry keys may have one.
  std::size_t cut = value.rfind('|');
  if (cut == std::string_view::npos) return bad(type);
  std::string_view left = type.substr(0, bar), right = type.substr(bar + 1);
  TRY(Fact first, one_fact(left, value.substr(0, cut)));
  TRY(Fact second, one_fact(right, value.substr(cut + 1)));
  std::vector<Fact> facts{std::move(first), std::move(second)};
  if (right == "port") as_traffic(facts, left == "ip-src");
  if (left == "domain" && right == "ip")
    facts[1].test = equals("domain-name:resolves_to_refs[*].value", facts[1].value);
  return facts;
}

std::string all_of(const std::vector<Fact>& facts) {
  return joined(facts, " AND ");
}
std::string any_of(const std::vector<Fact>& facts) {
  return joined(facts, " OR ");
}

namespace {

json::Object plain(const Fact& fact) {
  std::string type = fact.path.substr(0, fact.path.find(':'));
  if (fact.what == What::as_number) return {{"type", type}, {"number", as_number(fact.value)}};
  return {{"type", type}, {fact.what == What::mutex ? "name" : "value", fact.value}};
}

// Every file and every certificate that the facts are of is one.
void add_hash(json::Object& object, const Fact& fact) {
  std::string name = fact.path.substr(fact.path.rfind("hashes.") + 7);
  std::erase(name, '\'');
  json::Value& all = object["hashes"];
  if (!all.as_object()) all = json::Object{};
  (*all.as_object())[name] = fact.value;
}

json::Object file_of(const std::vector<Fact>& facts) {
  json::Object file{{"type", "file"}};
  for (const Fact& each : facts) {
    if (each.what == What::file_hash) add_hash(file, each);
    if (each.what == What::file_name) file.emplace("name", each.value);
    if (each.what == What::file_size) file.emplace("size", as_number(each.value));
  }
  return file;
}

json::Object registry_of(const std::vector<Fact>& facts) {
  json::Object key{{"type", "windows-registry-key"}};
  for (const Fact& each : facts) {
    if (each.what == What::registry_key) key["key"] = each.value;
    if (each.what == What::registry_data)
      key["values"] = json::Array{json::Object{{"data", each.value}}};
  }
  return key;
}

}  // namespace

std::vector<json::Object> observables_of(const std::vector<Fact>& facts) {
  std::vector<json::Object> out;
  if (facts.empty()) return out;
  switch (facts[0].what) {
    case What::file_name:
    case What::file_hash:
    case What::file_size: {
      json::Object file = file_of(facts);
      if (file.contains("name") || file.contains("hashes")) out.push_back(std::move(file));
      return out;
    }
    case What::registry_key:
      return {registry_of(facts)};
    case What::certificate_hash: {
      json::Object certificate{{"type", "x509-certificate"}};
      add_hash(certificate, facts[0]);
      return {certificate};
    }
    case What::subject:
    case What::user_agent:
    case What::registry_data:
    case What::port:
      return out;  // what else such an observable must have is not said
    default:
      break;
  }
  if (facts.size() == 2 && facts[1].what == What::address) {  // domain|ip
    json::Object domain = plain(facts[0]);
    domain["resolves_to_refs"] = json::Array{"#0"};
    return {plain(facts[1]), std::move(domain)};
  }
  out.push_back(plain(facts[0]));
  if (facts.size() == 2 && facts[1].what == What::port && facts[0].what == What::address) {
    bool source = facts[0].test.contains(":src_ref");
    bool v4 = facts[0].path.starts_with("ipv4");
    out.push_back({{"type", "network-traffic"},
                   {"protocols", json::Array{v4 ? "ipv4" : "ipv6"}},
                   {source ? "src_ref" : "dst_ref", "#0"},
                   {source ? "src_port" : "dst_port", as_number(facts[1].value)}});
  }
  return out;
}

}  // namespace comity::intel
