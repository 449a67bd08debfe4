// Goal: what the Philippines publish of their own law is what the United States' node answers by,
// from its day on, over restarts; and what is broken is refused with its line.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "app/corpus.h"
#include "kit.h"

namespace comity::e2e {
namespace {

class Published : public ::testing::Test {
 protected:
  void SetUp() override {
    us = cast(stage, "us", "US");
    ph = cast(stage, "ph", "PH");
    ASSERT_TRUE(us && ph);
    MUST(std::string words, app::pair(*us, *ph));
    MUST(auto files, app::law_files(""));
    auto base = std::ranges::find(files, "jurisdictions/PH.toml", &law::SourceFile::name);
    ASSERT_NE(base, files.end());
    law = base->text;
  }

  static std::string day(int after) {
    return to_text(date_of(app::SystemClock().now()) + std::chrono::days{after});
  }
  // Without the offence, and with the fact that it is none any more.
  [[nodiscard]] std::string repealed() const {
    std::string out = law;
    for (std::size_t at;
         (at = out.find("[[offence]]\ncode = \"data_interference\"")) != std::string::npos;) {
      std::size_t end = out.find("[[", at + 2);
      out.erase(at, end == std::string::npos ? end : end - at);
    }
    return out +
           "\n[[absent]]\nid = \"ph-repealed\"\ncode = \"data_interference\"\ncite = \"repealed "
           "(invented)\"\n"
           "confidence = \"unconfirmed\"\n";
  }
  Ran publish(const std::string& text, const std::string& from) {
    write(stage.path() / "PH.toml", text);
    std::string word = stage.file(fmt::format("word-{}", ++words_));
    Ran read = shell_of(*ph)({"--as", "approver", "law", "approve", stage.file("PH.toml"), "--from",
                              from, "--reason", "read against the gazette (invented)", "--as-role",
                              "approver", "--to", word});
    EXPECT_EQ(read.exit, 0) << read;
    return shell_of(*ph)({"--as", "author", "law", "publish", stage.file("PH.toml"), "--from", from,
                          "--approval", word});
  }
  [[nodiscard]] Ran ask(const app::Player& at_node, const std::string& on) const {
    return shell_of(at_node)({"law", "--node", "routes", "--from", "US", "--to", "PH", "--measure",
                              "extradition", "--offence", "data_interference", "--on", on});
  }
  [[nodiscard]] std::string decision(const app::Player& at_node, const std::string& on) const {
    return text(at(ask(at_node, on).value(), "decision"));
  }
  [[nodiscard]] std::size_t versions(const app::Player& at_node) const {
    json::Value kept = shell_of(at_node)({"law", "versions", "PH"}).value();
    return kept.as_array() ? kept.as_array()->size() : 0;
  }

  Stage stage;
  std::unique_ptr<app::Player> us, ph;
  std::string law;
  int words_ = 0;
};

TEST_F(Published, law_is_what_a_partner_answers_by_from_its_day_on) {
  std::string before = decision(*us, day(0));
  ASSERT_TRUE(before == "open" || before == "needs") << before;

  Ran first = publish(repealed(), day(0));
  ASSERT_EQ(first.exit, 0) << first;
  EXPECT_EQ(at(first.value(), "version"), json::Value(1));
  Ran second = publish(law, day(2));
  ASSERT_EQ(second.exit, 0) << second;
  ASSERT_TRUE(eventually([&] { return versions(*us) == 2; }));

  EXPECT_EQ(decision(*us, day(-1)), before) << "the day before";
  EXPECT_EQ(decision(*us, day(0)), "blocked");
  EXPECT_EQ(decision(*us, day(1)), "blocked");
  EXPECT_EQ(decision(*us, day(2)), before) << "the day on which it is an offence again";
  Ran built_in = shell_of(*us)({"law", "routes", "--from", "US", "--to", "PH", "--measure",
                                "extradition", "--offence", "data_interference"});
  EXPECT_EQ(text(at(built_in.value(), "decision")), before) << "the law built in has not changed";

  // Today's answer is of the very law that the node decides under.
  json::Value status = shell_of(*us)({"status"}).value();
  EXPECT_EQ(at(ask(*us, day(0)).value(), "corpus"), at(status, "corpus"));
  EXPECT_EQ(at(shell_of(*ph)({"status"}).value(), "corpus"), at(status, "corpus"));

  // Over a restart, killed and whole, and read from a node that does not run.
  us->stop(SIGKILL);
  EXPECT_EQ(decision(*us, day(0)), "blocked") << "stopped";
  EXPECT_EQ(at(shell_of(*us)({"status"}).value(), "corpus"), at(status, "corpus"));
  MUST_VOID(us->start());
  EXPECT_EQ(decision(*us, day(0)), "blocked");
  EXPECT_EQ(at(shell_of(*us)({"status"}).value(), "corpus"), at(status, "corpus"));

  // In words, by number.
  Ran differs = shell_of(*us)({"law", "diff", "PH@0", "ph@1"});
  ASSERT_EQ(differs.exit, 0) << differs;
  EXPECT_TRUE(differs.out.contains("data_interference")) << differs;
  EXPECT_FALSE(differs.out.contains("jurisdictions/US.toml")) << differs;
  EXPECT_EQ(shell_of(*us)({"law", "diff", "PH@0", "PH@2"}).value(), json::Value(json::Array{}));
  EXPECT_EQ(text(at(shell_of(*us)({"law", "version", "PH", "1"}).value(), "text")), repealed());
  Ran none = shell_of(*us)({"law", "version", "PH", "3"});
  EXPECT_EQ(none.exit, 3) << none;
  EXPECT_EQ(text(at(at(none.value(), "error"), "code")), "not_found");
  EXPECT_TRUE(shell_of(*us)({"alarm", "list"}).out.contains("law_published:1"));
}

TEST_F(Published, law_that_is_broken_is_refused_with_its_line_and_nobody_hears_of_it) {
  std::string broken = law;
  std::size_t where = broken.find("max_months = 36");
  ASSERT_NE(where, std::string::npos);
  auto line =
      1 + std::count(broken.begin(), broken.begin() + static_cast<std::ptrdiff_t>(where), '\n');
  broken.replace(where, 15, "max_month = 36");
  Ran refused = publish(broken, day(0));
  EXPECT_EQ(refused.exit, 3) << refused;
  EXPECT_TRUE(text(at(at(refused.value(), "error"), "what")).contains("max_month")) << refused;
  // The key that is unknown, or the entry that misses one: both within the same offence.
  std::string place = text(at(at(refused.value(), "error"), "where"));
  ASSERT_TRUE(place.starts_with("jurisdictions/PH.toml:")) << place;
  EXPECT_NEAR(std::stoi(place.substr(22)), static_cast<double>(line), 5) << place;

  std::string other = law;
  other.replace(other.find("of = \"PH\""), 9, "of = \"US\"");
  Ran foreign = publish(other, day(0));
  EXPECT_EQ(foreign.exit, 1) << foreign;
  EXPECT_EQ(text(at(at(foreign.value(), "error"), "code")), "not_allowed");

  // What stands in the lane behind them arrives, so nothing of them was sent.
  ASSERT_EQ(publish(law + "# read again\n", day(0)).exit, 0);
  ASSERT_TRUE(eventually([&] { return versions(*us) == 1; }));
  EXPECT_FALSE(shell_of(*us)({"alarm", "list"}).out.contains("law_refused"));
}

}  // namespace
}  // namespace comity::e2e
