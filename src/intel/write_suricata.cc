// Suricata 6: rules; data sets (15.6 of its user guide) and reputation lists (ibid., "IP
// Reputation") for what there is much of.
#include "base/bytes.h"
#include "base/limits_intel.h"
#include "intel/blocklist.h"
#include "sweep/canonical.h"

namespace comity::intel {
namespace {

constexpr std::uint64_t first_sid = 1'900'001;  // 1,000,000 to 1,999,999 are for local use

struct Sets {
  std::string addresses, domains, md5, sha1, sha256, urls;
  std::uint64_t url_rules = 0;
};

// 1 to 127; what says no confidence stands in the middle.
std::int64_t score(const Blocked& why) {
  return 1 + std::min<std::int64_t>(why.confidence.value_or(50), 100) * 126 / 100;
}

// As hex: no byte of a value is read as part of a rule.
std::string content(std::string_view text) {
  return "content:\"|" + to_hex(as_bytes(text)) + "|\"; bsize:" + std::to_string(text.size()) +
         "; ";
}

std::string spaced_content(std::string_view text) {
  std::string plain = content(text), out;
  std::size_t begin = plain.find('|') + 1, end = plain.rfind('|');
  for (std::size_t i = begin; i < end; i += 2) out += (i > begin ? " " : "") + plain.substr(i, 2);
  return plain.substr(0, begin) + out + plain.substr(end);
}

std::string rule(std::string_view head, std::string_view what, std::string_view options,
                 std::uint64_t sid) {
  return "alert " + std::string(head) +
         " any any -> any any (msg:\"Comity alert: " + std::string(what) + "\"; " +
         std::string(options) + "sid:" + std::to_string(sid) + "; rev:1;)\n";
}

void add_url(Sets& sets, const Blocklist::Value& value, Told& left) {
  std::string_view url = value.text;
  if (!url.starts_with("http://"))
    return left.add(value.text, "Suricata sees URLs of plain HTTP alone");
  if (sets.url_rules >= limits::suricata_urls_max)
    return left.add(value.text, "more than 80,000 URLs");
  std::string_view host = sweep::host_of(url);
  std::size_t path = url.find('/', 7);
  std::uint64_t sid = first_sid + 1'000 + sets.url_rules++;
  sets.urls += rule("http", "url",
                    "http.host; " + spaced_content(host) + "http.uri.raw; " +
                        spaced_content(path == std::string_view::npos ? "/" : url.substr(path)),
                    sid);
}

void add_value(Sets& sets, const Blocklist::Value& value, const Blocked& why, Told& left) {
  switch (value.kind) {
    case sweep::Kind::address:
      sets.addresses += value.text + ",1," + std::to_string(score(why)) + "\n";
      return;
    case sweep::Kind::domain:
      sets.domains += to_base64(as_bytes(value.text)) + "\n";
      return;
    case sweep::Kind::hash:
      if (value.text.size() == 128) return left.add(value.text, "Suricata has no SHA-512");
      (value.text.size() == 32   ? sets.md5
       : value.text.size() == 40 ? sets.sha1
                                 : sets.sha256) += value.text + "\n";
      return;
    case sweep::Kind::url:
      return add_url(sets, value, left);
    case sweep::Kind::mail:
    case sweep::Kind::file:
    case sweep::Kind::registry:
      return left.add(value.text, "not on the network");
  }
}

std::string rules_of(const Sets& sets) {
  std::string out, options;
  std::uint64_t sid = first_sid;
  if (!sets.addresses.empty()) out += rule("ip", "address", "iprep:any,comity,>,0; ", sid);
  const std::string set = "dataset:isset,comity-domains,type string,load comity-domains.lst; ";
  if (!sets.domains.empty()) {
    out += rule("dns", "domain", "dns.query; " + set, sid + 1);
    out += rule("tls", "domain", "tls.sni; " + set, sid + 2);
    out += rule("http", "domain", "http.host; " + set, sid + 3);
  }
  sid += 4;
  for (const auto& [name, text] :
       {std::pair{"md5", &sets.md5}, {"sha1", &sets.sha1}, {"sha256", &sets.sha256}})
    for (const char* protocol : {"http", "smtp", "ftp-data", "nfs", "smb"}) {
      std::string option = std::string("file") + name + ":comity-" + name + ".lst; ";
      if (!text->empty()) out += rule(protocol, "file", option, sid);
      ++sid;
    }
  return out + sets.urls;
}

// Of a title for people: no line of its own.
std::string in_line(std::string_view text) {
  std::string out;
  for (char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

}  // namespace

std::vector<File> write_suricata(const Blocklist& list, const About& about, Told& left) {
  Sets sets;
  for (const auto& [value, why] : list.values()) add_value(sets, value, why, left);
  std::string head = "# " + in_line(about.title) + ", " + to_text(about.at) + "\n";
  std::string rules = head + rules_of(sets);
  // An empty one is written too: over the list of an earlier export, whose values were recalled
  // since or were for another reader.
  return {{"comity.rules", std::move(rules)},
          {"comity-categories.txt", "1,comity,Alerts\n"},
          {"comity-iprep.list", std::move(sets.addresses)},
          {"comity-domains.lst", std::move(sets.domains)},
          {"comity-md5.lst", std::move(sets.md5)},
          {"comity-sha1.lst", std::move(sets.sha1)},
          {"comity-sha256.lst", std::move(sets.sha256)}};
}

}  // namespace comity::intel
