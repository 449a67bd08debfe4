#pragma once
// For tests: a small good object of every type, to be bent.
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"
#include "stix/spec.h"

namespace comity::stix::testing {

inline json::Object object_from(std::string_view text) {
  auto value = json::parse(text);
  if (!value || !value->as_object())
    throw std::runtime_error("a sample is JSON: " + std::string(text));
  return *value->as_object();
}

// The properties of its own that a type needs, and some that it may have.
inline std::string_view own_properties(std::string_view type, Spec spec) {
  static const std::vector<std::pair<std::string_view, std::string_view>> now = {
      {"attack-pattern",
       R"("name":"a","kill_chain_phases":[{"kill_chain_name":"k","phase_name":"p"}])"},
      {"campaign",
       R"("name":"a","first_seen":"2026-01-01T00:00:00Z","last_seen":"2026-01-01T00:00:00Z")"},
      {"course-of-action", R"("name":"a")"},
      {"grouping",
       R"("context":"unspecified","object_refs":["url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"])"},
      {"identity", R"("name":"a","identity_class":"organization","sectors":["energy"])"},
      {"incident", R"("name":"a")"},
      {"indicator",
       R"("pattern":"[url:value = 'http://example.com/']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z")"},
      {"infrastructure", R"("name":"a","infrastructure_types":["botnet"])"},
      {"intrusion-set", R"("name":"a","goals":["g"],"resource_level":"team")"},
      {"location", R"("latitude":48.5,"longitude":-2,"precision":10.0,"country":"FR")"},
      {"malware", R"("is_family":true,"name":"a","malware_types":["worm"])"},
      {"malware-analysis", R"("product":"a","result":"malicious")"},
      {"note",
       R"("content":"a","object_refs":["relationship--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"])"},
      {"observed-data",
       R"("first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z","number_observed":1,"object_refs":["url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"])"},
      {"opinion",
       R"("opinion":"agree","object_refs":["identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"])"},
      {"report",
       R"("name":"a","published":"2026-01-01T00:00:00Z","object_refs":["identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"])"},
      {"threat-actor", R"("name":"a","threat_actor_types":["criminal"],"roles":["agent"])"},
      {"tool", R"("name":"a","tool_types":["unknown"])"},
      {"vulnerability",
       R"("name":"a","external_references":[{"source_name":"cve","external_id":"CVE-2026-0001"}])"},
      {"relationship",
       R"("relationship_type":"uses","source_ref":"malware--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","target_ref":"url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab")"},
      {"sighting",
       R"("sighting_of_ref":"indicator--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","count":0)"},
      {"language-content",
       R"("object_ref":"campaign--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","contents":{"de":{"name":"b"}})"},
      {"marking-definition", R"("definition_type":"statement","definition":{"statement":"a"})"},
      {"extension-definition",
       R"("created_by_ref":"identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","name":"a","schema":"https://schema.example.org/","version":"1.0","extension_types":["property-extension"])"},
      {"artifact", R"("payload_bin":"iVBORw0KGgo=","mime_type":"image/png")"},
      {"autonomous-system", R"("number":64500)"},
      {"directory", R"("path":"/tmp")"},
      {"domain-name", R"("value":"example.com")"},
      {"email-addr", R"("value":"a@example.com")"},
      {"email-message",
       R"("is_multipart":false,"body":"a","additional_header_fields":{"Reply-To":["a","b"]})"},
      {"file",
       R"("name":"a.exe","hashes":{"MD5":"cead3f77f6cda6ec00f57d76c9a6879f"},"extensions":{"ntfs-ext":{"sid":"1234567"}})"},
      {"ipv4-addr", R"("value":"198.51.100.0/24")"},
      {"ipv6-addr", R"("value":"2001:db8::1")"},
      {"mac-addr", R"("value":"d2:fb:49:24:37:18")"},
      {"mutex", R"("name":"a")"},
      {"network-traffic",
       R"("protocols":["tcp"],"src_ref":"ipv4-addr--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab","dst_port":443)"},
      {"process", R"("pid":1)"},
      {"software",
       R"("name":"a","cpe":"cpe:2.3:a:example:a:1.0:*:*:*:*:*:*:*","languages":["en"])"},
      {"url", R"("value":"http://example.com/")"},
      {"user-account", R"("account_login":"a","account_type":"unix")"},
      {"windows-registry-key",
       R"("key":"hkey_local_machine\\a","values":[{"name":"a","data_type":"REG_SZ"}])"},
      {"x509-certificate", R"("serial_number":"01","x509_v3_extensions":{"key_usage":"a"})"},
  };
  static const std::vector<std::pair<std::string_view, std::string_view>> before = {
      {"identity", R"("name":"a","identity_class":"organization")"},
      {"indicator",
       R"("labels":["benign"],"pattern":"[url:value = 'http://example.com/']","valid_from":"2026-01-01T00:00:00Z")"},
      {"malware", R"("labels":["worm"],"name":"a")"},
      {"observed-data",
       R"("first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z","number_observed":1,"objects":{"0":{"type":"ipv4-addr","value":"198.51.100.1"},"1":{"type":"network-traffic","protocols":["tcp"],"src_ref":"0"}})"},
      {"report",
       R"("labels":["malware"],"name":"a","published":"2026-01-01T00:00:00Z","object_refs":["identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"])"},
      {"threat-actor", R"("labels":["spy"],"name":"a")"},
      {"tool", R"("labels":["remote-access"],"name":"a")"},
      {"relationship",
       R"("relationship_type":"uses","source_ref":"malware--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","target_ref":"tool--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab")"},
      {"campaign", R"("name":"a","first_seen":"2026-01-01T00:00:00Z")"},
      {"intrusion-set", R"("name":"a","goals":["g"])"},
  };
  if (spec == Spec::v20)
    for (const auto& [name, own] : before)
      if (name == type) return own;
  for (const auto& [name, own] : now)
    if (name == type) return own;
  throw std::runtime_error("no sample of " + std::string(type));
}

// Not for observables of 2.0, which do not stand alone.
inline json::Object sample(std::string_view type, Spec spec = Spec::v21) {
  const Type* known = find_type(type, spec);
  std::string text = R"({"type":")" + std::string(type) + R"(","id":")" + std::string(type) +
                     R"(--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c",)";
  if (spec == Spec::v21) text += R"("spec_version":"2.1",)";
  if (!known || known->cls != Class::sco) {
    text += R"("created":"2026-01-01T00:00:00.000Z",)";
    if (type != "marking-definition") text += R"("modified":"2026-01-02T00:00:00.000Z",)";
  }
  return object_from(text + std::string(own_properties(type, spec)) + "}");
}

// The object with the members of `changes` put in; a null takes a member away.
inline std::string changed(json::Object object, std::string_view changes) {
  for (const auto& [name, value] : object_from(changes)) {
    if (value.is_null())
      object.erase(name);
    else
      object[name] = value;
  }
  return json::write(object);
}

}  // namespace comity::stix::testing
