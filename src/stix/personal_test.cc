#include "stix/personal.h"

#include <gtest/gtest.h>

#include "stix/sample.h"

namespace comity::stix {
namespace {

using testing::changed;
using testing::sample;

Personal held_by(std::string_view type, std::string_view changes = "{}", Spec spec = Spec::v21) {
  std::string text = changed(sample(type, spec), changes);
  Reading reading = read_object(text);
  EXPECT_TRUE(reading.object) << text;
  return reading.object ? personal_in(*reading.object, reading.value) : Personal{0};
}

TEST(Personal, observables_tell_by_their_type) {
  EXPECT_EQ(held_by("email-addr"), personal_contact);
  EXPECT_EQ(held_by("email-message"), personal_contact);
  EXPECT_EQ(held_by("email-message", R"({"received_lines":["from x by y"]})"),
            personal_contact | personal_online_identifier);
  EXPECT_EQ(held_by("user-account"), personal_account);
  EXPECT_EQ(held_by("ipv4-addr"), personal_online_identifier);
  EXPECT_EQ(held_by("ipv6-addr"), personal_online_identifier);
  EXPECT_EQ(held_by("mac-addr"), personal_online_identifier);
  for (const char* type : {"domain-name", "url", "mutex", "windows-registry-key"})
    EXPECT_EQ(held_by(type), 0) << type;
}

TEST(Personal, what_nobody_defined_counts_as_all) {
  EXPECT_EQ(held_by("indicator", R"({"x_victim_mail":"unread"})"), personal_any);
  EXPECT_EQ(held_by("domain-name", R"({"x_owner":{"name":"A. Body"}})"), personal_any);
  EXPECT_EQ(held_by("sighting", R"({"extensions":{"extension-definition--)"
                                R"(8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab":{"extension_type":)"
                                R"("property-extension","victim":"A. Body"}}})"),
            personal_any);
  EXPECT_EQ(held_by("software", R"({"extensions":{"acme-ext":{"owner":"A. Body"}}})"),
            personal_any);
  EXPECT_EQ(held_by("network-traffic", R"({"ipfix":{"sourceIPv4Address":32487324}})"),
            personal_any);
  EXPECT_EQ(held_by("process", R"({"environment_variables":{"USER":"a.body"}})"), personal_any);
  EXPECT_EQ(
      held_by("observed-data",
              R"({"objects":{"0":{"type":"file","name":"a","x_owner":"A. Body"}}})", Spec::v20),
      personal_any);
}

TEST(Personal, what_others_define_and_is_known_tells_of_its_own) {
  EXPECT_EQ(held_by("attack-pattern", R"({"x_mitre_version":"1.0","x_mitre_deprecated":false})"),
            0);
  EXPECT_EQ(held_by("attack-pattern", R"({"x_mitre_contributors":["A. Body"]})"), personal_name);
  EXPECT_EQ(held_by("attack-pattern", R"({"x_mitre_detection":"ask a.body@example.com"})"),
            personal_contact);
  EXPECT_EQ(held_by("marking-definition",
                    R"({"definition":null,"definition_type":null,"name":"TLP:GREEN","extensions":)"
                    R"({"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":)"
                    R"({"extension_type":"property-extension","tlp_2_0":"green"}}})"),
            0);
}

TEST(Personal, certificates_and_headers_tell_by_their_parts) {
  EXPECT_EQ(held_by("x509-certificate"), 0);
  EXPECT_EQ(held_by("x509-certificate", R"({"subject":"CN=A. Body"})"),
            personal_name | personal_contact);
  EXPECT_EQ(held_by("x509-certificate",
                    R"({"x509_v3_extensions":{"subject_alternative_name":"email:copy"}})"),
            personal_name | personal_contact);
  auto request = [](const std::string& header) {
    return held_by("network-traffic",
                   R"({"extensions":{"http-request-ext":{"request_method":"get",)"
                   R"("request_value":"/a","request_header":{)" +
                       header + "}}}}");
  };
  EXPECT_EQ(request(R"("User-Agent":["curl"],"Host":["worm.example"])"), 0);
  EXPECT_EQ(request(R"("from":["A. Body"])"), personal_contact);
  EXPECT_EQ(request(R"("Cookie":["a=b"])"), personal_account);
  EXPECT_EQ(request(R"("AUTHORIZATION":["Basic YQ=="])"), personal_account);
  EXPECT_EQ(request(R"("X-Forwarded-For":["192.0.2.1"])"), personal_online_identifier);
  EXPECT_EQ(request(R"("X-Acme":["a"])"), personal_any);
  EXPECT_EQ(held_by("file"), personal_account) << "the owner's SID";
  EXPECT_EQ(held_by("file", R"({"extensions":null})"), 0);
}

TEST(Personal, a_mail_address_in_a_text_is_seen_wherever_it_stands) {
  EXPECT_EQ(held_by("malware", R"({"description":"Seen by a.body@example.com, and others."})"),
            personal_contact);
  EXPECT_EQ(held_by("file", R"({"extensions":null,"name":"a.body@example.com.vbs"})"),
            personal_contact);
  EXPECT_EQ(held_by("marking-definition",
                    R"({"definition":{"statement":"For a.body@example.com alone"}})"),
            personal_contact);
  EXPECT_EQ(held_by("report", R"({"external_references":[{"source_name":"a",)"
                              R"("url":"http://worm.example/?to=a.body@example.com"}]})"),
            personal_contact);
  EXPECT_EQ(held_by("indicator", R"({"pattern":"[file:name = 'a.body@example.com.doc']"})"),
            personal_contact);
  for (const char* text : {"@example.com", "a @ b", "a@b", "pkg@1.2.3", "a@example.", "@@", "a@"})
    EXPECT_EQ(held_by("malware", R"({"description":")" + std::string(text) + R"("})"), 0) << text;
}

TEST(Personal, an_address_in_the_place_of_a_name_is_one) {
  EXPECT_EQ(held_by("url", R"({"value":"http://192.0.2.1:8080/a"})"), personal_online_identifier);
  EXPECT_EQ(held_by("url", R"({"value":"http://[2001:db8::1]/a"})"), personal_online_identifier);
  EXPECT_EQ(held_by("domain-name", R"({"value":"192.0.2.1"})"), personal_online_identifier);
  EXPECT_EQ(held_by("indicator", R"({"pattern":"[url:value = 'http://192.0.2.1/']"})"),
            personal_online_identifier);
}

TEST(Personal, of_identities_those_of_persons_and_those_that_nobody_can_tell) {
  EXPECT_EQ(held_by("identity"), 0) << "an organisation";
  EXPECT_EQ(held_by("identity", R"({"identity_class":"individual"})"), personal_name);
  EXPECT_EQ(held_by("identity", R"({"identity_class":"unknown"})"), personal_name);
  EXPECT_EQ(held_by("identity", R"({"identity_class":null})"), personal_name);
  EXPECT_EQ(held_by("identity", R"({"contact_information":"desk@example.org"})"), personal_contact);
}

TEST(Personal, a_pattern_tells_by_what_it_looks_at) {
  auto pattern = [](const std::string& text) {
    return held_by("indicator", R"({"pattern":")" + text + R"("})");
  };
  EXPECT_EQ(pattern("[domain-name:value = 'example.com']"), 0);
  EXPECT_EQ(pattern("[file:name = 'LOVE-LETTER.vbs']"), 0);
  EXPECT_EQ(pattern("[ipv4-addr:value = '192.0.2.1']"), personal_online_identifier);
  EXPECT_EQ(pattern("[domain-name:value = 'a.example' OR email-addr:value = 'a@example.com']"),
            personal_contact);
  EXPECT_EQ(pattern("[network-traffic:dst_ref.value = '192.0.2.1']"), personal_online_identifier);
  EXPECT_EQ(pattern("[email-message:subject = 'ILOVEYOU']"), 0) << "the same in all of them";
  EXPECT_EQ(pattern("[email-message:subject = 'a' AND email-message:from_ref.value = 'b']"),
            personal_contact);
  EXPECT_EQ(pattern("[process:creator_user_ref.user_id = 'u']"), personal_account);
  EXPECT_EQ(pattern("[process:image_ref.name = 'a.exe']"), 0);
  EXPECT_EQ(pattern("[process:name = 'a.exe']"), 0) << "of STIX 2.0";
  EXPECT_EQ(pattern("[file:owner = 'a']"), personal_any) << "of neither";
  EXPECT_EQ(pattern("[process:opened_connection_refs[*].dst_ref.value = '192.0.2.1']"),
            personal_online_identifier);
  EXPECT_EQ(pattern("[file:hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f']"), 0);
  EXPECT_EQ(pattern("[x509-certificate:subject = 'CN=A. Body']"), personal_name | personal_contact);
  EXPECT_EQ(pattern("[x509-certificate:x509_v3_extensions.subject_alternative_name = 'a']"),
            personal_name | personal_contact);
  EXPECT_EQ(pattern("[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' "
                    "= 'curl']"),
            0);
  EXPECT_EQ(pattern("[network-traffic:extensions.'http-request-ext'.request_header.Cookie[*] "
                    "= 'a']"),
            personal_account);
  EXPECT_EQ(pattern("[file:extensions.'acme-ext'.owner = 'a']"), personal_any);
  EXPECT_EQ(pattern("[process:environment_variables.USER = 'a']"), personal_any);
  EXPECT_EQ(pattern("[artifact:payload_bin = 'a']"), personal_any);
  for (const char* own :
       {"[x-thing:value = 'a']", "[ x-thing:value = 'a']", "[\\tx-thing:value = 'a']",
        "[acme-person:name = 'a']", "[person:name = 'a']", "[ipv4_addr:value = 'a']",
        "[file:x_owner_mail = 'a']"})
    EXPECT_EQ(pattern(own), personal_any) << "nobody knows what it is: " << own;
}

TEST(Personal, what_cannot_be_read_counts_as_all) {
  EXPECT_EQ(
      held_by("indicator", R"({"pattern":"rule a { condition: true }","pattern_type":"yara"})"),
      personal_any);
  EXPECT_EQ(held_by("artifact", R"({"url":null,"hashes":null,"payload_bin":"YQ=="})"),
            personal_any);
  std::string own =
      R"({"type":"x-dossier","spec_version":"2.1",)"
      R"("id":"x-dossier--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab",)"
      R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z"})";
  Reading reading = read_object(own);
  ASSERT_TRUE(reading.object);
  EXPECT_EQ(personal_in(*reading.object, reading.value), personal_any);
}

TEST(Personal, observed_data_tells_by_what_it_holds_itself) {
  EXPECT_EQ(held_by("observed-data"), 0) << "references alone";
  EXPECT_EQ(held_by("observed-data",
                    R"({"objects":{"0":{"type":"ipv4-addr","value":"192.0.2.1"},)"
                    R"("1":{"type":"email-addr","value":"a@example.com"}}})",
                    Spec::v20),
            personal_online_identifier | personal_contact);
}

TEST(Personal, observed_data_with_what_nobody_can_read_counts_as_all) {
  auto holding = [](std::string_view object) {
    return held_by("observed-data", R"({"objects":{"0":)" + std::string(object) + "}}", Spec::v20);
  };
  EXPECT_EQ(holding(R"({"type":"artifact","payload_bin":"RnJvbTogYUBleGFtcGxlLmNvbQ=="})"),
            personal_any);
  EXPECT_EQ(holding(R"({"type":"acme-person","name":"A. Body"})"), personal_any);
}

TEST(Personal, translations_and_streets_and_single_intruders_are_counted) {
  EXPECT_EQ(held_by("language-content"), personal_any);
  EXPECT_EQ(held_by("location", R"({"street_address":"1 Example Street"})"), personal_contact);
  EXPECT_EQ(held_by("intrusion-set", R"({"resource_level":"individual"})"), personal_name);
  EXPECT_EQ(held_by("threat-actor", R"({"resource_level":"Individual"})"), personal_name);
}

TEST(Personal, authors_and_single_actors_are_persons) {
  EXPECT_EQ(held_by("note"), 0);
  EXPECT_EQ(held_by("note", R"({"authors":["A. Body"]})"), personal_name);
  EXPECT_EQ(held_by("threat-actor"), 0);
  EXPECT_EQ(held_by("threat-actor", R"({"resource_level":"individual"})"), personal_name);
  for (const char* type : {"malware", "campaign", "relationship", "sighting", "vulnerability"})
    EXPECT_EQ(held_by(type), 0) << type;
}

TEST(Personal, kinds_have_names) {
  Personal all = 0;
  for (const char* name : {"name", "contact", "account", "online_identifier"})
    all |= personal_from_name(name).value_or(0);
  EXPECT_EQ(all, personal_any);
  EXPECT_FALSE(personal_from_name("shoe_size"));
}

}  // namespace
}  // namespace comity::stix
