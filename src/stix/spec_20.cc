// STIX 2.0: the objects of Parts 1 to 3 and the observables of Part 4, which stand within
// observed-data and refer to each other by their keys there.
#include "stix/spec_parts.h"

namespace comity::stix::tables {
namespace {

namespace v = vocabulary;

constexpr auto named = with(domain_20, {
                                           must("name", text),
                                           may("description", text),
                                       });
constexpr auto phased = with(named, {kill_chain_phases});
constexpr auto campaign = with(named, {
                                          may("aliases", list(text)),
                                          may("first_seen", timestamp),
                                          may("last_seen", timestamp),
                                          may("objective", text),
                                      });
constexpr auto identity = with(named, {
                                          must("identity_class", open(v::identity_class_20)),
                                          may("sectors", list(open(v::industry_sector_20))),
                                          may("contact_information", text),
                                      });
constexpr auto indicator =
    with(unlabelled_20, {
                            must("labels", list(open(v::indicator_label_20))),
                            may("name", text),
                            may("description", text),
                            must("pattern", text),
                            must("valid_from", timestamp),
                            may("valid_until", timestamp),
                            kill_chain_phases,
                        });
constexpr auto intrusion_set =
    with(named, {
                    may("aliases", list(text)),
                    may("first_seen", timestamp),
                    may("last_seen", timestamp),
                    may("goals", list(text)),
                    may("resource_level", open(v::attack_resource_level)),
                    may("primary_motivation", open(v::attack_motivation)),
                    may("secondary_motivations", list(open(v::attack_motivation))),
                });
constexpr auto malware = with(unlabelled_20, {
                                                 must("labels", list(open(v::malware_label_20))),
                                                 must("name", text),
                                                 may("description", text),
                                                 kill_chain_phases,
                                             });
constexpr auto observed_data =
    with(domain_20, {
                        must("first_observed", timestamp),
                        must("last_observed", timestamp),
                        must("number_observed", integers(1, 999'999'999)),
                        must("objects", form(Kind::observables)),
                    });
constexpr auto report = with(unlabelled_20, {
                                                must("labels", list(open(v::report_type))),
                                                must("name", text),
                                                may("description", text),
                                                must("published", timestamp),
                                                must("object_refs", list(ref("@any"))),
                                            });
constexpr auto threat_actor =
    with(unlabelled_20, {
                            must("labels", list(open(v::threat_actor_label_20))),
                            must("name", text),
                            may("description", text),
                            may("aliases", list(text)),
                            may("roles", list(open(v::threat_actor_role))),
                            may("goals", list(text)),
                            may("sophistication", open(v::threat_actor_sophistication)),
                            may("resource_level", open(v::attack_resource_level)),
                            may("primary_motivation", open(v::attack_motivation)),
                            may("secondary_motivations", list(open(v::attack_motivation))),
                            may("personal_motivations", list(open(v::attack_motivation))),
                        });
constexpr auto tool = with(unlabelled_20, {
                                              must("labels", list(open(v::tool_label_20))),
                                              must("name", text),
                                              may("description", text),
                                              kill_chain_phases,
                                              may("tool_version", text),
                                          });
constexpr auto relationship = with(domain_20, {
                                                  must("relationship_type", text),
                                                  may("description", text),
                                                  must("source_ref", ref("@sdo")),
                                                  must("target_ref", ref("@sdo")),
                                              });
constexpr auto sighting = with(domain_20, {
                                              may("first_seen", timestamp),
                                              may("last_seen", timestamp),
                                              may("count", integers(0, 999'999'999)),
                                              must("sighting_of_ref", ref("@sdo")),
                                              may("observed_data_refs", list(ref("observed-data"))),
                                              may("where_sighted_refs", list(ref("identity"))),
                                              may("summary", boolean),
                                          });
constexpr auto marking_definition = with(marked_20, {
                                                        must("definition_type", text),
                                                        must("definition", form(Kind::definition)),
                                                    });

constexpr Type objects[] = {
    {Class::sdo, {"attack-pattern", "2.0 Part 2, 2.1 Attack Pattern", phased}},
    {Class::sdo, {"campaign", "2.0 Part 2, 2.2 Campaign", campaign, rules::first_last_seen}},
    {Class::sdo, {"course-of-action", "2.0 Part 2, 2.3 Course of Action", named}},
    {Class::sdo, {"identity", "2.0 Part 2, 2.4 Identity", identity}},
    {Class::sdo, {"indicator", "2.0 Part 2, 2.5 Indicator", indicator, rules::indicator_20}},
    {Class::sdo,
     {"intrusion-set", "2.0 Part 2, 2.6 Intrusion Set", intrusion_set, rules::first_last_seen}},
    {Class::sdo, {"malware", "2.0 Part 2, 2.7 Malware", malware}},
    {Class::sdo,
     {"observed-data", "2.0 Part 2, 2.8 Observed Data", observed_data, rules::observed_data_20}},
    {Class::sdo, {"report", "2.0 Part 2, 2.9 Report", report}},
    {Class::sdo, {"threat-actor", "2.0 Part 2, 2.10 Threat Actor", threat_actor}},
    {Class::sdo, {"tool", "2.0 Part 2, 2.11 Tool", tool}},
    {Class::sdo, {"vulnerability", "2.0 Part 2, 2.12 Vulnerability", named}},
    {Class::sro, {"relationship", "2.0 Part 2, 3.1 Relationship", relationship}},
    {Class::sro, {"sighting", "2.0 Part 2, 3.2 Sighting", sighting, rules::first_last_seen}},
    {Class::meta,
     {"marking-definition", "2.0 Part 1, 4.1 Marking Definition", marking_definition,
      rules::marking_definition_20}},
};

constexpr auto artifact = with(observable_20, {
                                                  may("mime_type", text),
                                                  may("payload_bin", binary),
                                                  may("url", text),
                                                  may("hashes", hashes),
                                              });
constexpr auto autonomous_system = with(observable_20, autonomous_system_properties);
constexpr auto directory =
    with(observable_20, {
                            must("path", text),
                            may("path_enc", text),
                            may("created", timestamp),
                            may("modified", timestamp),
                            may("accessed", timestamp),
                            may("contains_refs", list(ref("file directory"))),
                        });
constexpr auto domain_name = with(observable_20, domain_name_properties);
constexpr auto email_addr = with(observable_20, email_addr_properties);
constexpr auto email_message = with(observable_20, email_message_properties);
constexpr auto file = with(observable_20, {
                                              may("hashes", hashes),
                                              may("size", integers(0)),
                                              may("name", text),
                                              may("name_enc", text),
                                              may("magic_number_hex", hex),
                                              may("mime_type", text),
                                              may("created", timestamp),
                                              may("modified", timestamp),
                                              may("accessed", timestamp),
                                              may("parent_directory_ref", ref("directory")),
                                              may("is_encrypted", boolean),
                                              may("encryption_algorithm", text),
                                              may("decryption_key", text),
                                              may("contains_refs", list(ref("@sco"))),
                                              may("content_ref", ref("artifact")),
                                          });
constexpr auto address = with(observable_20, address_properties);
constexpr auto valued = with(observable_20, value_properties);
constexpr auto only_named = with(observable_20, name_properties);
constexpr auto network_traffic = with(observable_20, network_traffic_properties);
constexpr auto process =
    with(observable_20, {
                            may("is_hidden", boolean),
                            may("pid", integer),
                            may("name", text),
                            may("created", timestamp),
                            may("cwd", text),
                            may("arguments", list(text)),
                            may("command_line", text),
                            may("environment_variables", form(Kind::strings)),
                            may("opened_connection_refs", list(ref("network-traffic"))),
                            may("creator_user_ref", ref("user-account")),
                            may("binary_ref", ref("file")),
                            may("parent_ref", ref("process")),
                            may("child_refs", list(ref("process"))),
                        });
constexpr auto software = with(observable_20, software_properties);
constexpr auto user_account = with(observable_20, {
                                                      must("user_id", text),
                                                      may("account_login", text),
                                                      may("account_type", open(v::account_type)),
                                                      may("display_name", text),
                                                      may("is_service_account", boolean),
                                                      may("is_privileged", boolean),
                                                      may("can_escalate_privs", boolean),
                                                      may("is_disabled", boolean),
                                                      may("account_created", timestamp),
                                                      may("account_expires", timestamp),
                                                      may("password_last_changed", timestamp),
                                                      may("account_first_login", timestamp),
                                                      may("account_last_login", timestamp),
                                                  });
constexpr auto registry_key = with(observable_20, {
                                                      must("key", text),
                                                      may("values", list(a(registry_value))),
                                                      may("modified", timestamp),
                                                      may("creator_user_ref", ref("user-account")),
                                                      may("number_of_subkeys", integer),
                                                  });
constexpr auto certificate = with(observable_20, certificate_properties);

constexpr Type observables[] = {
    {Class::sco, {"artifact", "2.0 Part 4, 2.1 Artifact", artifact, rules::artifact}},
    {Class::sco, {"autonomous-system", "2.0 Part 4, 2.2 AS", autonomous_system}},
    {Class::sco, {"directory", "2.0 Part 4, 2.3 Directory", directory}},
    {Class::sco, {"domain-name", "2.0 Part 4, 2.4 Domain Name", domain_name}},
    {Class::sco, {"email-addr", "2.0 Part 4, 2.5 Email Address", email_addr, rules::email_addr}},
    {Class::sco,
     {"email-message", "2.0 Part 4, 2.6 Email Message", email_message, rules::email_message}},
    {Class::sco, {"file", "2.0 Part 4, 2.7 File", file, rules::file_20}},
    {Class::sco, {"ipv4-addr", "2.0 Part 4, 2.8 IPv4 Address", address, rules::ipv4_addr}},
    {Class::sco, {"ipv6-addr", "2.0 Part 4, 2.9 IPv6 Address", address, rules::ipv6_addr}},
    {Class::sco, {"mac-addr", "2.0 Part 4, 2.10 MAC Address", valued, rules::mac_addr}},
    {Class::sco, {"mutex", "2.0 Part 4, 2.11 Mutex", only_named}},
    {Class::sco,
     {"network-traffic", "2.0 Part 4, 2.12 Network Traffic", network_traffic,
      rules::network_traffic}},
    {Class::sco, {"process", "2.0 Part 4, 2.13 Process", process, rules::own_property}},
    {Class::sco, {"software", "2.0 Part 4, 2.14 Software", software, rules::software}},
    {Class::sco, {"url", "2.0 Part 4, 2.15 URL", valued}},
    {Class::sco, {"user-account", "2.0 Part 4, 2.16 User Account", user_account}},
    {Class::sco, {"windows-registry-key", "2.0 Part 4, 2.17 Registry Key", registry_key}},
    {Class::sco,
     {"x509-certificate", "2.0 Part 4, 2.18 X.509 Certificate", certificate, rules::own_property}},
};

}  // namespace

std::span<const Type> types_20() {
  return objects;
}
std::span<const Type> observable_types_20() {
  return observables;
}

}  // namespace comity::stix::tables
