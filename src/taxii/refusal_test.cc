#include "taxii/refusal.h"

#include <gtest/gtest.h>

#include "json/value.h"
#include "taxii/media.h"

namespace comity::taxii {
namespace {

TEST(Refusal, is_an_error_message_of_taxii_with_its_media_type) {
  struct Case {
    int given, status;
    Error error;
  };
  for (const Case& one : {Case{413, 413, {Code::too_large, "at most 10 bytes", "body"}},
                          Case{431, 431, {Code::too_large, "too many headers", ""}},
                          Case{501, 405, {Code::malformed, "an unknown method", "request line"}},
                          Case{501, 501, {Code::malformed, "gzip", "transfer-encoding"}},
                          Case{500, 500, {Code::io, "/secret/path", ""}}}) {
    net::Response made = refusal(one.given, one.error);
    EXPECT_EQ(made.status, one.status);
    EXPECT_EQ(*net::find_header(made.headers, "content-type"), taxii_media);
    EXPECT_EQ(net::find_header(made.headers, "allow") != nullptr, one.status == 405);
    auto body = json::parse(made.body);
    ASSERT_TRUE(body) << made.body;
    EXPECT_FALSE(body->find("title")->as_string()->empty());
    EXPECT_EQ(*body->find("http_status"), json::Value(std::to_string(one.status)));
    EXPECT_FALSE(made.body.contains("/secret/path"));
  }
}

}  // namespace
}  // namespace comity::taxii
