#include "taxii/media.h"

#include <gtest/gtest.h>

namespace comity::taxii {
namespace {

TEST(Media, an_accept_with_and_without_a_version_and_with_ranges_is_served) {
  for (const char* accept :
       {"application/taxii+json;version=2.1", "application/taxii+json; version=2.1",
        "application/taxii+json;version=\"2.1\"", "application/taxii+json",
        "Application/TAXII+JSON ; Version=2.1", "application/*", "*/*", "text/html, */*;q=0.1",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
        "application/vnd.oasis.stix+json, application/taxii+json;q=0.001"})
    EXPECT_TRUE(accepts_taxii(accept)) << accept;
}

TEST(Media, what_does_not_cover_our_type_is_not) {
  for (const char* accept :
       {"", "application/json", "application/taxii+json;version=2.0", "text/*",
        "application/vnd.oasis.taxii+json;version=2.0", "application/taxii+json;q=0",
        "application/taxii+json;version=2.1;q=0.000, */*", "taxii", "application/", "/json",
        "application/taxii+json;version", "application/stix+json;version=2.1"})
    EXPECT_FALSE(accepts_taxii(accept)) << accept;
}

TEST(Media, a_comma_or_semicolon_in_quotes_is_part_of_the_value) {
  EXPECT_TRUE(accepts_taxii(", application/taxii+json ,, ")) << "RFC 9110, 5.6.1.2";
  EXPECT_FALSE(accepts_taxii(" , ,"));
  EXPECT_TRUE(accepts_taxii(R"(text/plain;x="a,b;c\"d", application/taxii+json)"));
  EXPECT_FALSE(accepts_taxii(R"(text/plain;x="a, application/taxii+json)"));
}

TEST(Media, a_posted_envelope_is_taxii_of_our_version) {
  EXPECT_TRUE(is_taxii("application/taxii+json;version=2.1"));
  EXPECT_TRUE(is_taxii("application/taxii+json"));
  EXPECT_TRUE(is_taxii("application/taxii+json; charset=utf-8; version=2.1"));
  for (const char* type : {"", "application/json", "application/taxii+json;version=2.0",
                           "application/*", "*/*", "application/stix+json;version=2.1"})
    EXPECT_FALSE(is_taxii(type)) << type;
}

}  // namespace
}  // namespace comity::taxii
