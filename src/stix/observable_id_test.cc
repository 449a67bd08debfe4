#include "stix/observable_id.h"

#include <gtest/gtest.h>

#include "stix/identifier.h"
#include "stix/sample.h"

namespace comity::stix {
namespace {

using testing::object_from;

TEST(Identifier, is_a_type_and_a_uuid) {
  auto id = identifier_from_text("x-a--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->type, "x-a");
  EXPECT_EQ(id->version, 4);
  for (std::string_view bad :
       {"", "url", "url--", "--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c",
        "url-7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c", "url--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5",
        "url--7a1b9c3e-5f2d-0e6a-9b8c-0d1e2f3a4b5c", "url--7a1b9c3e-5f2d-4e6a-cb8c-0d1e2f3a4b5c",
        "Url--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c", "url--7a1b9c3e05f2d-4e6a-9b8c-0d1e2f3a4b5c"})
    EXPECT_FALSE(identifier_from_text(bad)) << bad;
}

// The ids that the OASIS reference implementation gives (cti-python-stix2 3.0.2).
TEST(ObservableId, is_what_the_reference_implementation_makes) {
  struct {
    std::string_view object, id;
  } cases[] = {
      {R"({"type": "url", "value": "http://example.com/"})",
       "url--3013563b-9e18-5ef6-917a-204463f5f419"},
      {R"({"type": "domain-name", "value": "bücher.example"})",
       "domain-name--dbf3aff2-b3cd-57d2-9616-0ddfde9d01ad"},
      {R"({"type": "ipv4-addr", "value": "198.51.100.3"})",
       "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"},
      {R"({"type": "file", "name": "a.exe"})", "file--c10ebc4d-e065-5ec7-93e4-fa1fd2bae072"},
      {R"({"type": "file", "hashes": {"SHA-256": "aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f", "MD5": "cead3f77f6cda6ec00f57d76c9a6879f"}, "name": "a"})",
       "file--bad4ef3e-e09b-50e6-9269-b53d49844559"},
      {R"({"type": "file", "hashes": {"SHA-512": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "SHA-1": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}})",
       "file--a3cdf63a-5e8d-5e56-a0bf-1442cb7c8d0a"},
      {R"({"type": "autonomous-system", "number": 64500})",
       "autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446"},
      {R"({"type": "mutex", "name": "m\"\\\n"})", "mutex--f38146e5-a9b7-5313-8c2d-2b7b9b02ed20"},
      {R"({"type": "email-message", "is_multipart": false, "subject": "s"})",
       "email-message--453bebc8-7c03-5e7b-bae4-808b8786264f"},
      {R"({"type": "network-traffic", "src_ref": "ipv4-addr--4d22aae0-2bf9-5427-8819-e4f6abf20a53", "dst_port": 443, "protocols": ["ipv4", "tcp"]})",
       "network-traffic--30b63df7-ca91-5dac-996c-b857bae20ccd"},
      {R"({"type": "user-account", "user_id": "1001", "account_login": "jdoe", "account_type": "unix"})",
       "user-account--f94d689e-707d-58c3-b803-c720bb6ed096"},
      {R"({"type": "windows-registry-key", "key": "hkey_local_machine\\a", "values": [{"name": "Foo", "data": "qwerty", "data_type": "REG_SZ"}]})",
       "windows-registry-key--73cba644-9a1a-56b5-a07d-58fdcb641c65"},
      {R"({"type": "software", "name": "Word", "vendor": "Example"})",
       "software--7f8050a0-0d5c-5501-92e8-a0d34cde317a"},
      {R"({"type": "x509-certificate", "serial_number": "36:f7:d4"})",
       "x509-certificate--8c21b4b7-94fe-55e6-8a39-7ad008e784b2"},
      {R"({"type": "artifact", "mime_type": "image/jpeg", "payload_bin": "iVBORw0KGgo="})",
       "artifact--eac3d4a7-c6f3-5bf1-92cb-890dab4a72fb"},
      {R"({"type": "directory", "path": "C:\\a"})",
       "directory--38defe67-1689-540a-828a-d1cbf410d03c"},
      {R"({"type": "email-addr", "value": "a@example.com"})",
       "email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042"},
      {R"({"type": "mac-addr", "value": "d2:fb:49:24:37:18"})",
       "mac-addr--757b1725-9903-54f5-a855-1240691d7659"},
      {R"({"type": "ipv6-addr", "value": "2001:db8::1"})",
       "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"},
  };
  for (const auto& one : cases) {
    auto id = observable_id(object_from(one.object));
    ASSERT_TRUE(id) << one.object;
    EXPECT_EQ(*id, one.id) << one.object;
  }
}

TEST(ObservableId, counts_the_contributing_properties_alone) {
  auto id = [](std::string_view text) { return observable_id(object_from(text)); };
  auto name = id(R"({"type":"file","name":"a"})");
  EXPECT_EQ(name, id(R"({"type":"file","name":"a","size":5,"mime_type":"text/plain"})"));
  EXPECT_NE(name, id(R"({"type":"file","name":"b"})"));
  // One hash stands for all.
  EXPECT_EQ(id(R"({"type":"file","hashes":{"MD5":"a","SHA-256":"b"}})"),
            id(R"({"type":"file","hashes":{"MD5":"a","SHA-512":"c"}})"));
  EXPECT_FALSE(id(R"({"type":"file","size":5})"));
  EXPECT_FALSE(id(R"({"type":"process","pid":1})"));
  EXPECT_FALSE(id(R"({"type":"identity","name":"a"})"));
  EXPECT_FALSE(id(R"({"name":"a"})"));
}

}  // namespace
}  // namespace comity::stix
