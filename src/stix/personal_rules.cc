#include "stix/personal_rules.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "stix/address.h"

namespace comity::stix {
namespace {

using Tells = std::pair<std::string_view, Personal>;

std::optional<Personal> find(std::span<const Tells> in, std::string_view name) {
  auto found = std::ranges::find(in, name, &Tells::first);
  if (found == in.end()) return std::nullopt;
  return found->second;
}

// STIX 2.1, section 6, and the same names in STIX 2.0, part 4.
constexpr Tells types[] = {
    {"email-addr", personal_contact},          {"email-message", personal_contact},
    {"ipv4-addr", personal_online_identifier}, {"ipv6-addr", personal_online_identifier},
    {"mac-addr", personal_online_identifier},  {"user-account", personal_account}};

struct Row {
  std::string_view shape, name;
  Personal tells;
};
constexpr Personal who = personal_name | personal_contact;
constexpr Row properties[] = {
    {"artifact", "payload_bin", personal_any},
    {"email-message", "received_lines", personal_contact | personal_online_identifier},
    // The same in all messages of a worm: it tells of nobody.
    {"email-message", "subject", 0},
    {"identity", "contact_information", personal_contact},
    {"location", "street_address", personal_contact},
    {"note", "authors", personal_name},
    {"opinion", "authors", personal_name},
    {"ntfs-ext", "sid", personal_account},
    {"windows-process-ext", "owner_sid", personal_account},
    // Its keys are names of options, SO_KEEPALIVE and the like.
    {"socket-ext", "options", 0},
    // Names of holders and issuers, which may be one and the same.
    {"x509-certificate", "subject", who},
    {"x509-certificate", "issuer", who},
    {"x509-v3-extensions-type", "subject_alternative_name", who},
    {"x509-v3-extensions-type", "issuer_alternative_name", who},
    {"x509-v3-extensions-type", "subject_directory_attributes", personal_any},
};

// The TLP 2.0 extension (OASIS, "STIX 2.1 TLP 2.0 marking"), and what ATT&CK adds to types of the
// specification (its data model, versions 2 and 3).
constexpr Tells foreign[] = {{"tlp_2_0", 0},
                             {"x_mitre_aliases", 0},
                             {"x_mitre_analytic_refs", 0},
                             {"x_mitre_attack_spec_version", 0},
                             {"x_mitre_collection_layers", 0},
                             {"x_mitre_contents", 0},
                             {"x_mitre_contributors", personal_name},
                             {"x_mitre_data_component_ref", 0},
                             {"x_mitre_data_source_ref", 0},
                             {"x_mitre_data_sources", 0},
                             {"x_mitre_defense_bypassed", 0},
                             {"x_mitre_deprecated", 0},
                             {"x_mitre_detection", 0},
                             {"x_mitre_domains", 0},
                             {"x_mitre_effective_permissions", 0},
                             {"x_mitre_first_seen_citation", 0},
                             {"x_mitre_impact_type", 0},
                             {"x_mitre_is_subtechnique", 0},
                             {"x_mitre_last_seen_citation", 0},
                             {"x_mitre_log_source_references", 0},
                             {"x_mitre_log_sources", 0},
                             {"x_mitre_modified_by_ref", 0},
                             {"x_mitre_network_requirements", 0},
                             {"x_mitre_old_attack_id", 0},
                             {"x_mitre_permissions_required", 0},
                             {"x_mitre_platforms", 0},
                             {"x_mitre_related_assets", 0},
                             {"x_mitre_remote_support", 0},
                             {"x_mitre_sectors", 0},
                             {"x_mitre_shortname", 0},
                             {"x_mitre_system_requirements", 0},
                             {"x_mitre_tactic_type", 0},
                             {"x_mitre_version", 0}};

// RFC 9110, RFC 6265, RFC 7239, RFC 5322. What is not here may hold anything.
constexpr Tells headers[] = {{"accept", 0},
                             {"accept-charset", 0},
                             {"accept-encoding", 0},
                             {"accept-language", 0},
                             {"authorization", personal_account},
                             {"cache-control", 0},
                             {"cc", personal_contact},
                             {"connection", 0},
                             {"content-length", 0},
                             {"content-type", 0},
                             {"cookie", personal_account},
                             {"date", 0},
                             {"expect", 0},
                             {"forwarded", personal_online_identifier},
                             {"from", personal_contact},
                             {"host", 0},
                             {"keep-alive", 0},
                             {"mime-version", 0},
                             {"pragma", 0},
                             {"proxy-authorization", personal_account},
                             {"reply-to", personal_contact},
                             {"sender", personal_contact},
                             {"te", 0},
                             {"to", personal_contact},
                             {"transfer-encoding", 0},
                             {"upgrade", 0},
                             {"user-agent", 0},
                             {"via", 0},
                             {"x-forwarded-for", personal_online_identifier},
                             {"x-mailer", 0},
                             {"x-originating-ip", personal_online_identifier},
                             {"x-real-ip", personal_online_identifier}};

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool in_local_part(char c) {
  return is_alnum(c) || std::string_view(".!#$%&'*+/=?^_`{|}~-").contains(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool in_domain(char c) {
  return is_alnum(c) || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

// "mail.example": two labels at least, and the last is no number.
bool begins_with_domain(std::string_view text) {
  std::size_t end =
      static_cast<std::size_t>(std::ranges::find_if_not(text, in_domain) - text.begin());
  text = text.substr(0, end);
  while (text.ends_with('.') || text.ends_with('-')) text.remove_suffix(1);
  std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || text.size() - dot < 3) return false;
  return std::ranges::none_of(text.substr(dot + 1), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view host_of(std::string_view url) {
  std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#\\"));
  std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find(':'));
}

}  // namespace

Personal of_type(std::string_view type) {
  return find(types, type).value_or(0);
}

std::optional<Personal> of_property(std::string_view shape, std::string_view name) {
  for (const Row& row : properties)
    if (row.name == name && row.shape == shape) return row.tells;
  return std::nullopt;
}

Personal of_foreign(std::string_view name) {
  return find(foreign, name).value_or(personal_any);
}

Personal of_header(std::string_view name) {
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return find(headers, lower).value_or(personal_any);
}

Personal in_text(std::string_view text) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1))
    if (at > 0 && in_local_part(text[at - 1]) && begins_with_domain(text.substr(at + 1)))
      return personal_contact;
  return 0;
}

Personal in_host(std::string_view type, std::string_view value) {
  bool address = (type == "url" && block_from_text(host_of(value))) ||
                 (type == "domain-name" && block_from_text(value));
  return address ? personal_online_identifier : Personal{0};
}

}  // namespace comity::stix
