// STIX 2.1, section 6: the cyber-observable objects, with their ID contributing properties.
#include "stix/spec_parts.h"

namespace comity::stix::tables {
namespace {

namespace v = vocabulary;

constexpr auto artifact =
    with(observable, {
                         may("mime_type", text),
                         may("payload_bin", binary),
                         may("url", text),
                         may("hashes", hashes),
                         may("encryption_algorithm", closed(v::encryption_algorithm)),
                         may("decryption_key", text),
                     });
constexpr auto autonomous_system = with(observable, autonomous_system_properties);
constexpr auto directory = with(observable, {
                                                must("path", text),
                                                may("path_enc", text),
                                                may("ctime", timestamp),
                                                may("mtime", timestamp),
                                                may("atime", timestamp),
                                                may("contains_refs", list(ref("file directory"))),
                                            });
constexpr auto domain_name = with(observable, domain_name_properties);
constexpr auto email_addr = with(observable, email_addr_properties);
constexpr auto email_message_id = properties({may("message_id", text)});
constexpr auto email_message = with(with(observable, email_message_properties), email_message_id);
constexpr auto file = with(observable, {
                                           may("hashes", hashes),
                                           may("size", integers(0)),
                                           may("name", text),
                                           may("name_enc", text),
                                           may("magic_number_hex", hex),
                                           may("mime_type", text),
                                           may("ctime", timestamp),
                                           may("mtime", timestamp),
                                           may("atime", timestamp),
                                           may("parent_directory_ref", ref("directory")),
                                           may("contains_refs", list(ref("@sco"))),
                                           may("content_ref", ref("artifact")),
                                       });
constexpr auto address = with(observable, address_properties);
constexpr auto valued = with(observable, value_properties);
constexpr auto named = with(observable, name_properties);
constexpr auto network_traffic = with(observable, network_traffic_properties);
constexpr auto process =
    with(observable, {
                         may("is_hidden", boolean),
                         may("pid", integer),
                         may("created_time", timestamp),
                         may("cwd", text),
                         may("command_line", text),
                         may("environment_variables", form(Kind::strings)),
                         may("opened_connection_refs", list(ref("network-traffic"))),
                         may("creator_user_ref", ref("user-account")),
                         may("image_ref", ref("file")),
                         may("parent_ref", ref("process")),
                         may("child_refs", list(ref("process"))),
                     });
constexpr auto swid = properties({may("swid", text)});
constexpr auto software = with(with(observable, software_properties), swid);
constexpr auto user_account = with(observable, {
                                                   may("user_id", text),
                                                   may("credential", text),
                                                   may("account_login", text),
                                                   may("account_type", open(v::account_type)),
                                                   may("display_name", text),
                                                   may("is_service_account", boolean),
                                                   may("is_privileged", boolean),
                                                   may("can_escalate_privs", boolean),
                                                   may("is_disabled", boolean),
                                                   may("account_created", timestamp),
                                                   may("account_expires", timestamp),
                                                   may("credential_last_changed", timestamp),
                                                   may("account_first_login", timestamp),
                                                   may("account_last_login", timestamp),
                                               });
constexpr auto registry_key = with(observable, {
                                                   may("key", text),
                                                   may("values", list(a(registry_value))),
                                                   may("modified_time", timestamp),
                                                   may("creator_user_ref", ref("user-account")),
                                                   may("number_of_subkeys", integer),
                                               });
constexpr auto certificate = with(observable, certificate_properties);

constexpr Type all[] = {
    {Class::sco, {"artifact", "6.1 Artifact", artifact, rules::artifact}, "hashes payload_bin"},
    {Class::sco, {"autonomous-system", "6.2 Autonomous System", autonomous_system}, "number"},
    {Class::sco, {"directory", "6.3 Directory", directory}, "path"},
    {Class::sco, {"domain-name", "6.4 Domain Name", domain_name}, "value"},
    {Class::sco, {"email-addr", "6.5 Email Address", email_addr, rules::email_addr}, "value"},
    {Class::sco,
     {"email-message", "6.6 Email Message", email_message, rules::email_message},
     "from_ref subject body"},
    {Class::sco,
     {"file", "6.7 File", file, rules::file},
     "hashes name extensions parent_directory_ref"},
    {Class::sco, {"ipv4-addr", "6.8 IPv4 Address", address, rules::ipv4_addr}, "value"},
    {Class::sco, {"ipv6-addr", "6.9 IPv6 Address", address, rules::ipv6_addr}, "value"},
    {Class::sco, {"mac-addr", "6.10 MAC Address", valued, rules::mac_addr}, "value"},
    {Class::sco, {"mutex", "6.11 Mutex", named}, "name"},
    {Class::sco,
     {"network-traffic", "6.12 Network Traffic", network_traffic, rules::network_traffic},
     "start end src_ref dst_ref src_port dst_port protocols extensions"},
    {Class::sco, {"process", "6.13 Process", process, rules::own_property}, ""},
    {Class::sco,
     {"software", "6.14 Software", software, rules::software},
     "name cpe swid vendor version"},
    {Class::sco, {"url", "6.15 URL", valued}, "value"},
    {Class::sco,
     {"user-account", "6.16 User Account", user_account, rules::own_property},
     "account_type user_id account_login"},
    {Class::sco,
     {"windows-registry-key", "6.17 Windows Registry Key", registry_key, rules::own_property},
     "key values"},
    {Class::sco,
     {"x509-certificate", "6.18 X.509 Certificate", certificate, rules::own_property},
     "hashes serial_number"},
};

}  // namespace

std::span<const Type> observable_types() {
  return all;
}

}  // namespace comity::stix::tables
