#include "stix/object.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits_stix.h"
#include "stix/sample.h"

namespace comity::stix {
namespace {

using testing::changed;
using testing::sample;

std::string all_of(const Reading& reading) {
  std::string out;
  for (const Finding& finding : reading.findings.list) out += to_text(finding) + "\n";
  return out;
}

const Finding* finding_at(const Reading& reading, std::string_view path, Severity severity) {
  for (const Finding& finding : reading.findings.list)
    if (finding.path == path && finding.severity == severity) return &finding;
  return nullptr;
}

// Types that stand alone, with their table.
std::vector<std::pair<const Type*, Spec>> every_type() {
  std::vector<std::pair<const Type*, Spec>> all;
  for (Spec spec : {Spec::v20, Spec::v21})
    for (const Type& type : all_types(spec))
      if (spec == Spec::v21 || type.cls != Class::sco) all.emplace_back(&type, spec);
  return all;
}

// Goal: the specification's 19 domain objects (incident is a stub), 2 relationships, 18
// observables and 3 meta objects; 2.0's 12, 2, 18 and 1.
TEST(Objects, the_tables_hold_every_type) {
  auto count = [](Spec spec, Class cls) {
    return std::ranges::count(all_types(spec), cls, &Type::cls);
  };
  EXPECT_EQ(count(Spec::v21, Class::sdo), 19);
  EXPECT_EQ(count(Spec::v21, Class::sro), 2);
  EXPECT_EQ(count(Spec::v21, Class::sco), 18);
  EXPECT_EQ(count(Spec::v21, Class::meta), 3);
  EXPECT_EQ(count(Spec::v20, Class::sdo), 12);
  EXPECT_EQ(count(Spec::v20, Class::sro), 2);
  EXPECT_EQ(count(Spec::v20, Class::sco), 18);
  EXPECT_EQ(count(Spec::v20, Class::meta), 1);
  EXPECT_EQ(all_extensions(Spec::v21).size(), 12u);
}

TEST(Objects, a_good_one_of_every_type_is_taken_without_a_word) {
  for (auto [type, spec] : every_type()) {
    std::string text = json::write(sample(type->shape.name, spec));
    Reading reading = read_object(text);
    ASSERT_TRUE(reading.object) << text << "\n" << all_of(reading);
    EXPECT_EQ(reading.findings.warnings, 0u) << text << "\n" << all_of(reading);
    EXPECT_EQ(reading.object->bytes.data(), text.data());
    EXPECT_EQ(reading.object->bytes.size(), text.size());
    EXPECT_EQ(reading.object->spec, spec);
    EXPECT_EQ(reading.object->cls, type->cls);
    EXPECT_EQ(reading.object->type, type->shape.name);
  }
}

TEST(Objects, without_a_required_property_it_is_refused_by_its_own_clause) {
  for (auto [type, spec] : every_type()) {
    for (const Property& property : type->shape.properties) {
      if (property.need != Need::required || property.name == "type" ||
          property.name == "spec_version")
        continue;
      json::Object object = sample(type->shape.name, spec);
      ASSERT_EQ(object.erase(property.name), 1u) << type->shape.name << " " << property.name;
      Reading reading = read_object(json::write(object));
      EXPECT_FALSE(reading.object) << type->shape.name << " " << property.name;
      const Finding* finding =
          finding_at(reading, "/" + std::string(property.name), Severity::error);
      ASSERT_TRUE(finding) << type->shape.name << " " << property.name << all_of(reading);
      EXPECT_EQ(finding->fault, Fault::missing);
      EXPECT_EQ(finding->clause, type->shape.clause);
    }
  }
}

TEST(Objects, no_property_takes_a_null_or_a_value_of_another_type) {
  for (auto [type, spec] : every_type()) {
    for (const Property& property : type->shape.properties) {
      if (property.name == "type") continue;
      for (json::Value value : {json::Value(nullptr), json::Value(json::Array{json::Array{}}),
                                json::Value(json::Array{nullptr})}) {
        json::Object object = sample(type->shape.name, spec);
        object[property.name] = value;
        Reading reading = read_object(json::write(object));
        EXPECT_FALSE(reading.object) << type->shape.name << " " << property.name;
        EXPECT_GT(reading.findings.errors, 0u);
      }
    }
  }
}

TEST(Objects, an_empty_list_or_dictionary_is_refused) {
  for (auto [type, spec] : every_type()) {
    for (const Property& property : type->shape.properties) {
      if (!property.form.list) continue;
      json::Object object = sample(type->shape.name, spec);
      object[property.name] = json::Array{};
      Reading reading = read_object(json::write(object));
      const Finding* finding =
          finding_at(reading, "/" + std::string(property.name), Severity::error);
      ASSERT_TRUE(finding) << type->shape.name << " " << property.name;
      EXPECT_EQ(finding->fault, Fault::empty);
    }
  }
}

struct Bent {
  std::string_view type, changes;
  Fault fault;
  std::string_view path, clause;
  Spec spec = Spec::v21;
};

class Refused : public ::testing::TestWithParam<Bent> {};

TEST_P(Refused, with_fault_path_and_clause) {
  const Bent& bent = GetParam();
  std::string text = changed(sample(bent.type, bent.spec), bent.changes);
  Reading reading = read_object(text);
  EXPECT_FALSE(reading.object) << text;
  const Finding* finding = finding_at(reading, bent.path, Severity::error);
  ASSERT_TRUE(finding) << text << "\n" << all_of(reading);
  EXPECT_EQ(fault_name(finding->fault), fault_name(bent.fault)) << to_text(*finding);
  EXPECT_TRUE(finding->clause.starts_with(bent.clause)) << to_text(*finding);
  EXPECT_FALSE(finding->what.empty());
}

const Bent common[] = {
    {"identity", R"({"id":"malware--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c"})", Fault::bad_identifier,
     "/id", "2.9"},
    {"identity", R"({"id":"identity--7a1b9c3e"})", Fault::bad_identifier, "/id", "2.9"},
    {"identity", R"({"id":"identity--7a1b9c3e-5f2d-4e6a-1b8c-0d1e2f3a4b5c"})",
     Fault::bad_identifier, "/id", "2.9"},
    {"identity", R"({"id":7})", Fault::wrong_type, "/id", "2.14"},
    {"identity", R"({"created":"2026-01-01T00:00:00Z"})", Fault::bad_timestamp, "/created", "3.2"},
    {"identity", R"({"created":"2026-02-30T00:00:00.000Z"})", Fault::bad_timestamp, "/created",
     "2.15"},
    {"identity", R"({"created":"2026-01-01T00:00:00.000+00:00"})", Fault::bad_timestamp, "/created",
     "2.15"},
    {"identity", R"({"modified":"2025-12-31T23:59:59.999Z"})", Fault::bad_order, "/modified",
     "4.5"},
    {"identity", R"({"created_by_ref":"malware--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c"})",
     Fault::bad_reference, "/created_by_ref", "4.5"},
    {"identity", R"({"confidence":101})", Fault::bad_value, "/confidence", "4.5"},
    {"identity", R"({"confidence":50.5})", Fault::wrong_type, "/confidence", "2.10"},
    {"identity", R"({"lang":"e"})", Fault::bad_value, "/lang", "4.5"},
    {"identity", R"({"revoked":"true"})", Fault::wrong_type, "/revoked", "2.2"},
    {"identity", R"({"spec_version":"2.2"})", Fault::not_in_enum, "/spec_version", "2.4"},
    {"identity", R"({"Bad-Name":1})", Fault::bad_key, "/Bad-Name", "3.1"},
    {"identity", R"({"xy":1})", Fault::bad_key, "/xy", "3.1"},
    {"identity", R"({"external_references":[{"source_name":"a"}]})", Fault::missing,
     "/external_references/0", "2.5"},
    {"identity", R"({"external_references":[{"url":"a"}]})", Fault::missing,
     "/external_references/0/source_name", "2.5"},
    {"identity",
     R"({"external_references":[{"source_name":"a","url":"b","hashes":{"SHA-256":"00"}}]})",
     Fault::bad_hash, "/external_references/0/hashes/SHA-256", "2.7"},
    {"identity", R"({"object_marking_refs":["identity--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c"]})",
     Fault::bad_reference, "/object_marking_refs/0", "4.5"},
    {"identity", R"({"granular_markings":[{"selectors":["name"]}]})", Fault::bad_marking,
     "/granular_markings/0", "7.2.3"},
    {"identity",
     R"({"granular_markings":[{"lang":"en","marking_ref":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9","selectors":["name"]}]})",
     Fault::bad_marking, "/granular_markings/0", "7.2.3"},
    {"identity", R"({"granular_markings":[{"lang":"en","selectors":["none"]}]})",
     Fault::bad_marking, "/granular_markings/0/selectors", "7.2.3"},
    {"identity", R"({"granular_markings":[{"lang":"en","selectors":["sectors.[1]"]}]})",
     Fault::bad_marking, "/granular_markings/0/selectors", "7.2.3"},
    {"identity", R"({"granular_markings":[{"lang":"en","selectors":["name..a"]}]})",
     Fault::bad_marking, "/granular_markings/0/selectors", "7.2.3"},
    {"identity", R"({"extensions":{}})", Fault::empty, "/extensions", "2.3"},
    {"identity", R"({"extensions":{"anything":{"a":1}}})", Fault::bad_key, "/extensions/anything",
     "7.3"},
    {"identity",
     R"({"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"other"}}})",
     Fault::not_in_enum,
     "/extensions/extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d/extension_type",
     "7.3"},
    {"identity", R"({"extensions":{"ntfs-ext":{"sid":"1"}}})", Fault::excluded,
     "/extensions/ntfs-ext", "6.7.3"},
    {"identity", R"({"type":"Identity"})", Fault::bad_value, "/type", "3.1"},
    {"identity", R"({"type":"bundle"})", Fault::bad_value, "/type", "3.1"},
    {"identity", R"({"type":null})", Fault::missing, "/type", "3.2"},
};
INSTANTIATE_TEST_SUITE_P(Common, Refused, ::testing::ValuesIn(common));

const Bent domain[] = {
    {"attack-pattern", R"({"kill_chain_phases":[{"kill_chain_name":"a"}]})", Fault::missing,
     "/kill_chain_phases/0/phase_name", "2.11"},
    {"campaign", R"({"last_seen":"2025-12-31T00:00:00Z"})", Fault::bad_order, "/last_seen", "4.2"},
    {"grouping", R"({"object_refs":["bundle--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"]})",
     Fault::bad_reference, "/object_refs/0", "8"},
    {"indicator", R"({"valid_until":"2026-01-01T00:00:00Z"})", Fault::bad_order, "/valid_until",
     "4.7"},
    {"indicator", R"({"pattern":"[url:value = ]"})", Fault::bad_pattern, "/pattern", "9"},
    {"infrastructure",
     R"({"first_seen":"2026-01-01T00:00:00Z","last_seen":"2025-01-01T00:00:00Z"})",
     Fault::bad_order, "/last_seen", "4.8"},
    {"intrusion-set", R"({"first_seen":"2026-01-01T00:00:00Z","last_seen":"2025-01-01T00:00:00Z"})",
     Fault::bad_order, "/last_seen", "4.9"},
    {"location", R"({"latitude":null,"longitude":null,"precision":null,"country":null})",
     Fault::missing, "", "4.10"},
    {"location", R"({"longitude":null})", Fault::missing, "", "4.10"},
    {"location", R"({"latitude":90.5})", Fault::bad_value, "/latitude", "4.10"},
    {"location", R"({"latitude":null,"longitude":null})", Fault::excluded, "/precision", "4.10"},
    {"malware", R"({"name":null})", Fault::missing, "/name", "4.11"},
    {"malware", R"({"sample_refs":["url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"]})",
     Fault::bad_reference, "/sample_refs/0", "4.11"},
    {"malware-analysis", R"({"result":null})", Fault::missing, "", "4.12"},
    {"malware-analysis", R"({"sample_ref":"malware--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"})",
     Fault::bad_reference, "/sample_ref", "4.12"},
    {"observed-data", R"({"object_refs":null})", Fault::missing, "/object_refs", "4.14"},
    {"observed-data", R"({"objects":{"0":{"type":"url","value":"a"}}})", Fault::excluded,
     "/object_refs", "4.14"},
    {"observed-data", R"({"number_observed":0})", Fault::bad_value, "/number_observed", "4.14"},
    {"observed-data", R"({"number_observed":1000000000})", Fault::bad_value, "/number_observed",
     "4.14"},
    {"observed-data", R"({"first_observed":"2026-01-01T00:00:01Z"})", Fault::bad_order,
     "/last_observed", "4.14"},
    {"observed-data", R"({"object_refs":["malware--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"]})",
     Fault::bad_reference, "/object_refs/0", "4.14"},
    {"opinion", R"({"opinion":"fair"})", Fault::not_in_enum, "/opinion", "2.4"},
    {"threat-actor", R"({"first_seen":"2026-01-01T00:00:00Z","last_seen":"2025-01-01T00:00:00Z"})",
     Fault::bad_order, "/last_seen", "4.17"},
    {"relationship", R"({"source_ref":"relationship--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"})",
     Fault::bad_reference, "/source_ref", "5.1"},
    {"relationship", R"({"target_ref":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"})",
     Fault::bad_reference, "/target_ref", "5.1"},
    {"relationship", R"({"start_time":"2026-01-01T00:00:00Z","stop_time":"2026-01-01T00:00:00Z"})",
     Fault::bad_order, "/stop_time", "5.1"},
    {"sighting", R"({"sighting_of_ref":"url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"})",
     Fault::bad_reference, "/sighting_of_ref", "5.2"},
    {"sighting", R"({"count":-1})", Fault::bad_value, "/count", "5.2"},
    {"sighting", R"({"where_sighted_refs":["url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"]})",
     Fault::bad_reference, "/where_sighted_refs/0", "5.2"},
    {"language-content", R"({"contents":{"d":{"name":"b"}}})", Fault::bad_key, "/contents/d",
     "7.1"},
    {"language-content", R"({"contents":{"de":{}}})", Fault::wrong_type, "/contents/de", "7.1"},
    {"language-content", R"({"contents":{}})", Fault::empty, "/contents", "2.3"},
    {"marking-definition", R"({"definition":null})", Fault::missing, "", "7.2.1"},
    {"marking-definition", R"({"definition":{"text":"a"}})", Fault::missing,
     "/definition/statement", "7.2.1"},
    {"marking-definition", R"({"definition_type":"tlp","definition":{"tlp":"amber"}})",
     Fault::bad_marking, "/id", "7.2.1"},
    {"marking-definition",
     R"({"definition_type":"tlp","definition":{"tlp":"clear"},"id":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"})",
     Fault::not_in_enum, "/definition/tlp", "7.2.1"},
    {"marking-definition",
     R"({"object_marking_refs":["marking-definition--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c"]})",
     Fault::bad_marking, "/object_marking_refs", "7.2.1"},
    {"marking-definition",
     R"({"granular_markings":[{"marking_ref":"marking-definition--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c","selectors":["created"]}]})",
     Fault::bad_marking, "/granular_markings", "7.2.1"},
    {"extension-definition", R"({"extension_types":["new"]})", Fault::not_in_enum,
     "/extension_types/0", "2.4"},
};
INSTANTIATE_TEST_SUITE_P(Domain, Refused, ::testing::ValuesIn(domain));

const Bent observables[] = {
    {"artifact", R"({"payload_bin":"VBORw0KGgo"})", Fault::bad_value, "/payload_bin", "2.1"},
    {"artifact", R"({"payload_bin":null})", Fault::missing, "/payload_bin", "6.1"},
    {"artifact",
     R"({"url":"http://example.com/a","hashes":{"MD5":"cead3f77f6cda6ec00f57d76c9a6879f"}})",
     Fault::excluded, "/payload_bin", "6.1"},
    {"artifact", R"({"payload_bin":null,"url":"http://example.com/a"})", Fault::missing, "/hashes",
     "6.1"},
    {"artifact", R"({"decryption_key":"a"})", Fault::excluded, "/decryption_key", "6.1"},
    {"artifact", R"({"encryption_algorithm":"ROT13"})", Fault::not_in_enum, "/encryption_algorithm",
     "2.4"},
    {"artifact", R"({"mime_type":"png"})", Fault::bad_value, "/mime_type", "6.1"},
    {"autonomous-system", R"({"number":"64500"})", Fault::wrong_type, "/number", "2.10"},
    {"directory", R"({"contains_refs":["url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"]})",
     Fault::bad_reference, "/contains_refs/0", "6.3"},
    {"domain-name", R"({"resolves_to_refs":["url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"]})",
     Fault::bad_reference, "/resolves_to_refs/0", "6.4"},
    {"email-addr", R"({"value":"A <a@example.com>"})", Fault::bad_value, "/value", "6.5"},
    {"email-message", R"({"is_multipart":true})", Fault::excluded, "/body", "6.6"},
    {"email-message", R"({"body_multipart":[{"body":"a"}]})", Fault::excluded, "/body_multipart",
     "6.6"},
    {"email-message",
     R"({"is_multipart":true,"body":null,"body_multipart":[{"content_type":"a"}]})", Fault::missing,
     "/body_multipart/0/body", "6.6"},
    {"email-message", R"({"additional_header_fields":{"Reply-To":7}})", Fault::wrong_type,
     "/additional_header_fields/Reply-To", "2.3"},
    {"file", R"({"name":null,"hashes":null})", Fault::missing, "/name", "6.7"},
    {"file", R"({"hashes":{"MD5":"cead"}})", Fault::bad_hash, "/hashes/MD5", "2.7"},
    {"file", R"({"hashes":{"M":"cead"}})", Fault::bad_key, "/hashes/M", "2.7"},
    {"file", R"({"hashes":{}})", Fault::empty, "/hashes", "2.7"},
    {"file", R"({"size":-1})", Fault::bad_value, "/size", "6.7"},
    {"file", R"({"magic_number_hex":"abc"})", Fault::bad_value, "/magic_number_hex", "2.8"},
    {"file", R"({"extensions":{"archive-ext":{"comment":"a"}}})", Fault::missing,
     "/extensions/archive-ext/contains_refs", "6.7.2"},
    {"file", R"({"extensions":{"ntfs-ext":{}}})", Fault::empty, "/extensions/ntfs-ext", "2.3"},
    {"file", R"({"extensions":{"ntfs-ext":{"alternate_data_streams":[{"size":1}]}}})",
     Fault::missing, "/extensions/ntfs-ext/alternate_data_streams/0/name", "6.7.3"},
    {"file", R"({"extensions":{"pdf-ext":{"document_info_dict":{"Title":1}}}})", Fault::wrong_type,
     "/extensions/pdf-ext/document_info_dict/Title", "2.3"},
    {"file", R"({"extensions":{"raster-image-ext":{"image_height":"1"}}})", Fault::wrong_type,
     "/extensions/raster-image-ext/image_height", "2.10"},
    {"file", R"({"extensions":{"windows-pebinary-ext":{"imphash":"a"}}})", Fault::missing,
     "/extensions/windows-pebinary-ext/pe_type", "6.7.6"},
    {"file", R"({"extensions":{"windows-pebinary-ext":{"pe_type":"exe","optional_header":{}}}})",
     Fault::empty, "/extensions/windows-pebinary-ext/optional_header", "6.7.6"},
    {"ipv4-addr", R"({"value":"198.51.100.256"})", Fault::bad_value, "/value", "6.8"},
    {"ipv4-addr", R"({"value":"2001:db8::1"})", Fault::bad_value, "/value", "6.8"},
    {"ipv6-addr", R"({"value":"2001:db8::1::2"})", Fault::bad_value, "/value", "6.9"},
    {"mac-addr", R"({"value":"D2:FB:49:24:37:18"})", Fault::bad_value, "/value", "6.10"},
    {"network-traffic", R"({"src_ref":null})", Fault::missing, "/src_ref", "6.12"},
    {"network-traffic", R"({"dst_port":65536})", Fault::bad_value, "/dst_port", "6.12"},
    {"network-traffic", R"({"is_active":true,"end":"2026-01-01T00:00:00Z"})", Fault::excluded,
     "/end", "6.12"},
    {"network-traffic", R"({"start":"2026-01-01T00:00:01Z","end":"2026-01-01T00:00:00Z"})",
     Fault::bad_order, "/end", "6.12"},
    {"network-traffic", R"({"extensions":{"http-request-ext":{"request_method":"get"}}})",
     Fault::missing, "/extensions/http-request-ext/request_value", "6.12.2"},
    {"network-traffic", R"({"extensions":{"icmp-ext":{"icmp_type_hex":"08"}}})", Fault::missing,
     "/extensions/icmp-ext/icmp_code_hex", "6.12.3"},
    {"network-traffic", R"({"extensions":{"socket-ext":{"address_family":"AF_X"}}})",
     Fault::not_in_enum, "/extensions/socket-ext/address_family", "2.4"},
    {"network-traffic",
     R"({"extensions":{"socket-ext":{"address_family":"AF_INET","options":{"SO_X":"1"}}}})",
     Fault::wrong_type, "/extensions/socket-ext/options", "6.12.4"},
    {"network-traffic", R"({"extensions":{"tcp-ext":{"src_flags_hex":"0"}}})", Fault::bad_value,
     "/extensions/tcp-ext/src_flags_hex", "2.8"},
    {"process", R"({"pid":null})", Fault::missing, "", "6.13"},
    {"process", R"({"extensions":{"windows-process-ext":{"integrity_level":"top"}}})",
     Fault::not_in_enum, "/extensions/windows-process-ext/integrity_level", "2.4"},
    {"process", R"({"extensions":{"windows-service-ext":{"start_type":"X"}}})", Fault::not_in_enum,
     "/extensions/windows-service-ext/start_type", "2.4"},
    {"software", R"({"cpe":"cpe:/a:example:a:1.0"})", Fault::bad_value, "/cpe", "6.14"},
    {"software", R"({"languages":["english language"]})", Fault::bad_value, "/languages/0", "6.14"},
    {"user-account", R"({"account_login":null,"account_type":null})", Fault::missing, "", "6.16"},
    {"user-account", R"({"extensions":{"unix-account-ext":{"gid":"0"}}})", Fault::wrong_type,
     "/extensions/unix-account-ext/gid", "2.10"},
    {"windows-registry-key", R"({"values":[{"data_type":"REG_X"}]})", Fault::not_in_enum,
     "/values/0/data_type", "2.4"},
    {"windows-registry-key", R"({"values":[{}]})", Fault::empty, "/values/0", "6.17"},
    {"x509-certificate", R"({"serial_number":null,"x509_v3_extensions":null})", Fault::missing, "",
     "6.18"},
    {"x509-certificate", R"({"x509_v3_extensions":{}})", Fault::empty, "/x509_v3_extensions",
     "6.18"},
};
INSTANTIATE_TEST_SUITE_P(Observable, Refused, ::testing::ValuesIn(observables));

const Bent before[] = {
    {"identity", R"({"id":"identity--7a1b9c3e-5f2d-5e6a-9b8c-0d1e2f3a4b5c"})",
     Fault::bad_identifier, "/id", "2.0", Spec::v20},
    {"identity", R"({"created":"2026-01-01T00:00:00.000000Z"})", Fault::bad_timestamp, "/created",
     "2.0", Spec::v20},
    {"observed-data", R"({"objects":{}})", Fault::empty, "/objects", "4.14", Spec::v20},
    {"observed-data", R"({"objects":{"0":{"type":"file"}}})", Fault::missing, "/objects/0/name",
     "2.0 Part 4, 2.7", Spec::v20},
    {"observed-data", R"({"objects":{"0":{"type":"file","name":"a","content_ref":"1"}}})",
     Fault::bad_reference, "/objects/0/content_ref", "2.0 Part 3", Spec::v20},
    {"observed-data",
     R"({"objects":{"0":{"type":"file","name":"a","content_ref":"1"},"1":{"type":"url","value":"a"}}})",
     Fault::bad_reference, "/objects/0/content_ref", "2.0 Part 4, 2.7", Spec::v20},
    {"observed-data", R"({"objects":{"0":{"type":"file","name":"a","decryption_key":"b"}}})",
     Fault::excluded, "/objects/0/decryption_key", "2.0 Part 4, 2.7", Spec::v20},
    {"observed-data", R"({"objects":{"0":{"type":"user-account","display_name":"a"}}})",
     Fault::missing, "/objects/0/user_id", "2.0 Part 4, 2.16", Spec::v20},
    {"observed-data", R"({"objects":{"0":{"type":"identity"}}})", Fault::bad_value,
     "/objects/0/type", "2.0 Part 2, 2.8", Spec::v20},
    {"observed-data", R"({"objects":{"0":7}})", Fault::missing, "/objects/0/type",
     "2.0 Part 2, 2.8", Spec::v20},
    {"relationship", R"({"source_ref":"url--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab"})",
     Fault::bad_reference, "/source_ref", "2.0 Part 2, 3.1", Spec::v20},
};
INSTANTIATE_TEST_SUITE_P(Before, Refused, ::testing::ValuesIn(before));

struct Warned {
  std::string_view type, changes;
  Fault fault;
  std::string_view path;
};
class Told : public ::testing::TestWithParam<Warned> {};

TEST_P(Told, and_taken_all_the_same) {
  std::string text = changed(sample(GetParam().type), GetParam().changes);
  Reading reading = read_object(text);
  EXPECT_TRUE(reading.object) << text << all_of(reading);
  const Finding* finding = finding_at(reading, GetParam().path, Severity::warning);
  ASSERT_TRUE(finding) << text << all_of(reading);
  EXPECT_EQ(finding->fault, GetParam().fault) << to_text(*finding);
}
const Warned shoulds[] = {
    {"identity", R"({"sectors":["energetic"]})", Fault::not_in_vocab, "/sectors/0"},
    {"identity", R"({"x_example_score":7})", Fault::unknown_property, ""},
    {"identity", R"({"id":"identity--7A1B9C3E-5f2d-4e6a-9b8c-0d1e2f3a4b5c"})",
     Fault::bad_identifier, "/id"},
    {"identity", R"({"extensions":{"x-example-ext":{"a":1}}})", Fault::deprecated,
     "/extensions/x-example-ext"},
    {"location", R"({"country":"France"})", Fault::bad_value, "/country"},
    {"observed-data", R"({"object_refs":null,"objects":{"0":{"type":"url","value":"a"}}})",
     Fault::deprecated, "/objects"},
    {"file", R"({"hashes":{"MD6":"aa"}})", Fault::not_in_vocab, "/hashes/MD6"},
    {"url", R"({"id":"url--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"})", Fault::id_mismatch, "/id"},
    {"process", R"({"id":"process--8f2c1b5a-6a7e-5d0f-8a4e-0123456789ab"})", Fault::id_mismatch,
     "/id"},
    {"indicator", R"({"pattern":"[url:value MATCHES '(?<=a)b']"})", Fault::bad_pattern, "/pattern"},
    {"marking-definition", R"({"definition_type":"iep","definition":{"a":1}})", Fault::deprecated,
     "/definition_type"},
};
INSTANTIATE_TEST_SUITE_P(Shoulds, Told, ::testing::ValuesIn(shoulds));

TEST(Objects, types_that_nobody_defined_are_kept_with_the_common_rules) {
  json::Object own = sample("tool");
  own["type"] = "x-example-thing";
  own["id"] = "x-example-thing--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c";
  Reading reading = read_object(json::write(own));
  ASSERT_TRUE(reading.object) << all_of(reading);
  EXPECT_FALSE(reading.object->defined);
  EXPECT_EQ(reading.object->cls, Class::sdo);
  EXPECT_FALSE(read_object(changed(own, R"({"modified":null})")).object);
  EXPECT_FALSE(read_object(changed(own, R"({"confidence":-1})")).object);
  // What an extension says it is, it is.
  Reading observable = read_object(
      R"({"type":"x-port","id":"x-port--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c","extensions":{"extension-definition--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c":{"extension_type":"new-sco"}}})");
  ASSERT_TRUE(observable.object) << all_of(observable);
  EXPECT_EQ(observable.object->cls, Class::sco);
  EXPECT_EQ(observable.object->spec, Spec::v21);
}

TEST(Objects, an_extension_may_add_properties_at_the_top) {
  std::string text = changed(
      sample("tool"),
      R"({"rank":5,"extensions":{"extension-definition--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c":{"extension_type":"toplevel-property-extension"}}})");
  Reading reading = read_object(text);
  EXPECT_TRUE(reading.object);
  EXPECT_EQ(reading.findings.warnings, 0u) << all_of(reading);
}

TEST(Objects, without_spec_version_an_observable_is_of_21_and_all_else_of_20) {
  std::string url = changed(sample("url"), R"({"spec_version":null})");
  std::string note = changed(sample("identity"), R"({"spec_version":null})");
  EXPECT_EQ(read_object(url).object.value().spec, Spec::v21);
  EXPECT_EQ(read_object(note).object.value().spec, Spec::v20);
  Reading later = read_object(changed(sample("grouping"), R"({"spec_version":null})"));
  ASSERT_TRUE(finding_at(later, "/type", Severity::warning)) << all_of(later);
  EXPECT_EQ(finding_at(later, "/type", Severity::warning)->fault, Fault::unknown_type);
}

TEST(Objects, what_others_need_stands_in_the_object) {
  std::string text = changed(
      sample("indicator"),
      R"({"revoked":true,"confidence":85,"labels":["a","b"],"valid_until":"2027-01-01T00:00:00Z","created_by_ref":"identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","object_marking_refs":["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"],"granular_markings":[{"lang":"en","selectors":["labels.[1]","pattern"]}]})");
  auto object = read_object(text).object;
  ASSERT_TRUE(object);
  EXPECT_TRUE(object->revoked);
  EXPECT_EQ(object->confidence, 85);
  EXPECT_EQ(object->labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(object->valid_until, moment_from_text("2027-01-01T00:00:00Z"));
  EXPECT_EQ(object->created_by_ref, "identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab");
  ASSERT_EQ(object->object_marking_refs.size(), 1u);
  ASSERT_EQ(object->granular_markings.size(), 1u);
  EXPECT_EQ(object->granular_markings[0].selectors[0], "labels.[1]");
  EXPECT_EQ(object->pattern, "[url:value = 'http://example.com/']");
  EXPECT_EQ(object->pattern_type, "stix");
  EXPECT_EQ(object->modified->text, "2026-01-02T00:00:00.000Z");
}

TEST(Objects, findings_are_bounded_and_an_error_is_never_crowded_out) {
  std::string many = "\"energetic\"";
  for (std::size_t i = 0; i < limits::stix_findings_max + 10; ++i) many += ",\"energetic\"";
  Reading reading = read_object(changed(
      sample("identity"), "{\"sectors\":[" + many + "],\"spec_version\":\"2.1\",\"xy\":1}"));
  EXPECT_EQ(reading.findings.list.size(), limits::stix_findings_max);
  EXPECT_GT(reading.findings.warnings, limits::stix_findings_max);
  EXPECT_TRUE(finding_at(reading, "/xy", Severity::error));
}

TEST(Objects, a_text_longer_than_an_object_may_be_is_refused) {
  std::string text = changed(sample("note"), R"({"content":")" + std::string(100, 'a') + "\"}");
  text += std::string(limits::stix_object_bytes_max, ' ');
  Reading reading = read_object(text);
  ASSERT_EQ(reading.findings.list.size(), 1u);
  EXPECT_EQ(reading.findings.list[0].fault, Fault::not_json);
}

}  // namespace
}  // namespace comity::stix
