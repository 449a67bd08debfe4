#include "base/log.h"

#include <gtest/gtest.h>

#include <vector>

namespace comity {
namespace {

class Stopped final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return instant_from_text("2000-05-04T08:15:30.250Z").value();
  }
};

struct Kept {
  Stopped clock;
  std::vector<std::string> lines;
  Log log(Level least) {
    return Log(clock, least, [this](std::string_view line) { lines.emplace_back(line); });
  }
};

TEST(Log, writes_one_json_object_a_line) {
  Kept kept;
  kept.log(Level::debug)
      .write(Level::info, "act_received",
             {{"peer", "fr"}, {"seq", std::int64_t{-7}}, {"seconds", 0.5}});
  ASSERT_EQ(kept.lines.size(), 1u);
  EXPECT_EQ(kept.lines[0],
            "{\"at\":\"2000-05-04T08:15:30.250Z\",\"level\":\"info\",\"event\":\"act_received\","
            "\"peer\":\"fr\",\"seq\":-7,\"seconds\":0.5}\n");
}

TEST(Log, needs_no_fields) {
  Kept kept;
  kept.log(Level::debug).write(Level::error, "stopped");
  EXPECT_EQ(kept.lines.at(0),
            "{\"at\":\"2000-05-04T08:15:30.250Z\",\"level\":\"error\",\"event\":\"stopped\"}\n");
}

TEST(Log, drops_what_is_below_the_least_level) {
  const Level levels[] = {Level::debug, Level::info, Level::warn, Level::error};
  for (std::size_t least = 0; least < 4; ++least) {
    Kept kept;
    Log log = kept.log(levels[least]);
    for (Level level : levels) log.write(level, "x");
    EXPECT_EQ(kept.lines.size(), 4 - least);
  }
}

// A text cannot end its line, its quotes or its object.
TEST(Log, escapes_hostile_texts) {
  Kept kept;
  kept.log(Level::debug).write(Level::warn, "x", {{"text", std::string("a\"\\\n\r\0\x1f}", 8)}});
  EXPECT_NE(kept.lines.at(0).find("\"text\":\"a\\\"\\\\\\u000a\\u000d\\u0000\\u001f}\"}\n"),
            std::string::npos)
      << kept.lines[0];
  EXPECT_EQ(kept.lines[0].find('\n'), kept.lines[0].size() - 1);
}

TEST(Log, writes_json_whatever_the_number_and_the_text) {
  Kept kept;
  Log log = kept.log(Level::debug);
  log.write(Level::warn, "x", {{"nan", std::numeric_limits<double>::quiet_NaN()}});
  log.write(Level::warn, "x", {{"inf", -std::numeric_limits<double>::infinity()}});
  log.write(Level::warn, "x", {{"bytes", std::string("a\xff\xc3")}});
  EXPECT_TRUE(kept.lines[0].ends_with("\"nan\":null}\n")) << kept.lines[0];
  EXPECT_TRUE(kept.lines[1].ends_with("\"inf\":null}\n")) << kept.lines[1];
  EXPECT_TRUE(kept.lines[2].ends_with("\"bytes\":\"a??\"}\n")) << kept.lines[2];
}

}  // namespace
}  // namespace comity
