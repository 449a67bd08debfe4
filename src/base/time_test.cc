#include "base/time.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

using namespace std::chrono;

Instant at(std::int64_t ms) {
  return Instant{milliseconds{ms}};
}

TEST(Instant, is_written_with_milliseconds_and_z) {
  struct {
    std::int64_t ms;
    std::string_view text;
  } cases[] = {{0, "1970-01-01T00:00:00.000Z"},
               {957'428'130'000, "2000-05-04T08:15:30.000Z"},
               {1, "1970-01-01T00:00:00.001Z"},
               {-1, "1969-12-31T23:59:59.999Z"},
               {-62'135'596'800'000, "0001-01-01T00:00:00.000Z"},
               {253'402'300'799'999, "9999-12-31T23:59:59.999Z"}};
  for (const auto& [ms, text] : cases) {
    EXPECT_EQ(to_text(at(ms)), text);
    EXPECT_EQ(instant_from_text(text).value(), at(ms)) << text;
  }
}

// RFC 3339, section 5.8, and the forms of section 5.6.
TEST(Instant, is_read_in_every_form_of_rfc_3339) {
  struct {
    std::string_view text, same;
  } cases[] = {{"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"},
               {"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"},
               {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"},
               {"2000-05-04t08:15:30z", "2000-05-04T08:15:30.000Z"},
               {"2000-05-04T08:15:30-00:00", "2000-05-04T08:15:30.000Z"},
               {"2000-05-04T08:15:30.123456789Z", "2000-05-04T08:15:30.123Z"},
               {"2000-05-04T08:15:30.9999Z", "2000-05-04T08:15:30.999Z"},
               {"2000-02-29T23:59:59+23:59", "2000-02-29T00:00:59.000Z"},
               {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"}};
  for (const auto& [text, same] : cases) {
    auto read = instant_from_text(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_text(*read), same);
  }
}

TEST(Instant, refuses_every_other_text) {
  for (std::string_view text : {"",
                                "2000",
                                "2000-05-04",
                                "2000-05-04T08:15:30",
                                "2000-05-04 08:15:30Z",
                                "2000-05-04T08:15Z",
                                "2000-05-04T08:15:30.Z",
                                "2000-05-04T08:15:30.1234567890Z",
                                "2000-05-04T08:15:30,5Z",
                                "2000-05-04T24:00:00Z",
                                "2000-05-04T23:60:00Z",
                                "2016-12-31T23:59:60Z",
                                "2000-13-01T00:00:00Z",
                                "2001-02-29T00:00:00Z",
                                "0000-01-01T00:00:00Z",
                                "10000-01-01T00:00:00Z",
                                "-001-01-01T00:00:00Z",
                                "2000-5-4T08:15:30Z",
                                "2000-05-04T8:15:30Z",
                                "2000-05-04T08:15:30+24:00",
                                "2000-05-04T08:15:30+01:60",
                                "2000-05-04T08:15:30+0100",
                                "2000-05-04T08:15:30+01",
                                "2000-05-04T08:15:30ZZ",
                                "2000-05-04T08:15:30Z ",
                                " 2000-05-04T08:15:30Z",
                                "2000-05-04T08.15.30Z",
                                "2000/05/04T08:15:30Z",
                                "+000-05-04T08:15:30Z",
                                "2000-05-04T08:15:30.5",
                                "2000-05-04T08:15:30.-5Z",
                                "2000-05-04T+8:15:30Z",
                                "0001-01-01T00:00:00+00:01",
                                "9999-12-31T23:59:59-00:01"}) {
    auto read = instant_from_text(text);
    ASSERT_FALSE(read) << text << " was read as " << to_text(*read);
    EXPECT_EQ(read.error().code, Code::malformed) << text;
  }
}

TEST(Date, is_written_and_read) {
  for (std::string_view text :
       {"0001-01-01", "1969-12-31", "2000-02-29", "2000-05-04", "9999-12-31"})
    EXPECT_EQ(to_text(date_from_text(text).value()), text);
  EXPECT_EQ(date_from_text("1970-01-02").value(), Date{days{1}});
}

TEST(Date, refuses_every_other_text) {
  for (std::string_view text :
       {"", "2000-05", "2000-05-4", "2000-05-04 ", "2000-05-04T", "20000504", "2000-00-01",
        "2000-01-00", "2000-13-01", "2001-02-29", "1900-02-29", "2000-04-31", "0000-01-01",
        "2000/05/04", "-200-05-04", "2000-0x-04", "2000-05-0 "}) {
    auto read = date_from_text(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Code::malformed) << text;
  }
}

TEST(Date, of_an_instant_is_its_day_in_utc_before_1970_too) {
  EXPECT_EQ(to_text(date_of(at(0))), "1970-01-01");
  EXPECT_EQ(to_text(date_of(at(86'399'999))), "1970-01-01");
  EXPECT_EQ(to_text(date_of(at(-1))), "1969-12-31");
}

}  // namespace
}  // namespace comity
