// Section 6 of STIX 2.1; what STIX 2.0, Part 4, says is the same unless a rule ends in _20.
#include "stix/address.h"
#include "stix/check.h"
#include "stix/rules.h"
#include "stix/syntax.h"

namespace comity::stix::rules {
namespace {

void mime_type(Checker& c) {
  const std::string* type = c.text("mime_type");
  if (type && !is_mime_type(*type))
    c.error(Fault::bad_value, "mime_type", told(*type) + " is not of the form type/subtype");
}

void address(Checker& c, bool v6) {
  const std::string* value = c.text("value");
  if (!value) return;
  auto block = block_from_text(*value);
  if (!block || block->v6 != v6)
    c.error(Fault::bad_value, "value",
            told(*value) + (v6 ? " is not an IPv6" : " is not an IPv4") + " address or CIDR block");
}

}  // namespace

// 6.1: one of payload_bin and url; hashes with a url; a key only for something encrypted.
void artifact(Checker& c) {
  if (c.has("payload_bin") == c.has("url"))
    c.error(c.has("url") ? Fault::excluded : Fault::missing, "payload_bin",
            "needs either payload_bin or url, and not both");
  if (c.has("url") && !c.has("hashes"))
    c.error(Fault::missing, "hashes", "what a url leads to needs hashes");
  if (c.has("decryption_key") && !c.has("encryption_algorithm"))
    c.error(Fault::excluded, "decryption_key", "needs an encryption_algorithm");
  mime_type(c);
}

// 6.5: "The value of the email address ... MUST NOT include the display name".
void email_addr(Checker& c) {
  const std::string* value = c.text("value");
  if (value && (!value->contains('@') || value->contains('<') || value->contains('>')))
    c.error(Fault::bad_value, "value", told(*value) + " is not an address alone (RFC 5322)");
}

// 6.6: body and body_multipart shut each other out, by is_multipart.
void email_message(Checker& c) {
  const json::Value* multipart = c.find("is_multipart");
  const bool* flag = multipart ? multipart->as_bool() : nullptr;
  if (!flag) return;
  if (*flag && c.has("body"))
    c.error(Fault::excluded, "body", "is for messages of one part", "use body_multipart");
  if (!*flag && c.has("body_multipart"))
    c.error(Fault::excluded, "body_multipart", "is for messages of many parts", "use body");
}

// 6.6.2.
void email_mime_part(Checker& c) {
  if (c.has("body") == c.has("body_raw_ref"))
    c.error(c.has("body") ? Fault::excluded : Fault::missing, "body",
            "needs either body or body_raw_ref, and not both");
}

// 6.7: "MUST contain at least one of hashes or name".
void file(Checker& c) {
  if (!c.has("hashes") && !c.has("name")) c.error(Fault::missing, "name", "needs hashes or a name");
  mime_type(c);
}

// 2.0 Part 4, 2.7: what is not encrypted has no algorithm and no key.
void file_20(Checker& c) {
  file(c);
  const json::Value* encrypted = c.find("is_encrypted");
  bool is = encrypted && encrypted->as_bool() && *encrypted->as_bool();
  for (std::string_view name : {"encryption_algorithm", "decryption_key"})
    if (!is && c.has(name)) c.error(Fault::excluded, name, "needs is_encrypted to be true");
}

void ipv4_addr(Checker& c) {
  address(c, false);
}
void ipv6_addr(Checker& c) {
  address(c, true);
}

// 6.10: "six pairs of hexadecimal digits ... colon-delimited, lowercase".
void mac_addr(Checker& c) {
  const std::string* value = c.text("value");
  if (value && !is_mac_address(*value))
    c.error(Fault::bad_value, "value", told(*value) + " is not a MAC address",
            "write it as in d2:fb:49:24:37:18");
}

// 6.12.
void network_traffic(Checker& c) {
  if (!c.has("src_ref") && !c.has("dst_ref"))
    c.error(Fault::missing, "src_ref", "needs src_ref or dst_ref");
  const json::Value* active = c.find("is_active");
  if (active && active->as_bool() && *active->as_bool() && c.has("end"))
    c.error(Fault::excluded, "end", "traffic that is active has not ended");
  c.ordered("start", "end", Checker::Strictly::no);
}

// 6.14.
void software(Checker& c) {
  const std::string* cpe = c.text("cpe");
  if (cpe && !is_cpe23(*cpe))
    c.error(Fault::bad_value, "cpe", told(*cpe) + " is not a CPE 2.3 formatted string");
}

// 6.13, 6.16, 6.17, 6.18: at least one of the type's own properties.
void own_property(Checker& c) {
  if (!c.has_own_property() && !c.has("extensions"))
    c.error(Fault::missing, {}, "needs at least one property of its type");
}

// 6.12.4: options are named as the sockets' own are, and are numbers.
void socket(Checker& c) {
  const json::Value* options = c.find("options");
  const json::Object* object = options ? options->as_object() : nullptr;
  if (!object) return;
  for (const auto& [name, value] : *object) {
    bool known = name.starts_with("SO_") || name.starts_with("ICMP_") ||
                 name.starts_with("ICMP6_") || name.starts_with("IP_") ||
                 name.starts_with("IPV6_") || name.starts_with("MCAST_") ||
                 name.starts_with("TCP_") || name.starts_with("IRLMP_");
    if (!known) c.error(Fault::bad_key, "options", told(name) + " is not a socket's option");
    if (!value.as_int()) c.error(Fault::wrong_type, "options", "options are integers");
  }
}

}  // namespace comity::stix::rules
