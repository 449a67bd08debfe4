// The real binary sweeps real files: what it prints, what it writes, how it exits.
#include <gmock/gmock.h>

#include "kit.h"

namespace comity::e2e {
namespace {

constexpr const char* bundle =
    R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ff","objects":[)"
    R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001",)"
    R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"a name",)"
    R"("pattern_type":"stix","pattern":"[domain-name:value = 'evil.example']","valid_from":"2026-01-01T00:00:00Z"},)"
    R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000002",)"
    R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","valid_until":"2026-02-01T00:00:00Z",)"
    R"("pattern_type":"stix","pattern":"[ipv4-addr:value = '198.51.100.7']","valid_from":"2026-01-01T00:00:00Z"}]})";

// The JSON lines of an answer.
std::vector<json::Value> lines_of(const Ran& ran) {
  std::vector<json::Value> lines;
  std::string_view rest = ran.out;
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    auto value = json::parse(line);
    EXPECT_TRUE(value) << line;
    if (value) lines.push_back(*value);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return lines;
}

struct Files {
  Stage stage;
  std::string alerts = stage.file("alerts.json"), list = stage.file("list.txt");
  std::string logs = stage.file("logs"), sightings = stage.file("sightings.json");
  Files() {
    std::filesystem::create_directory(logs);
    write(alerts, bundle);
    write(list, "198.51.100.7  # one\n\nwhatever\n");
    write(logs + "/a.log", "one\ntwo WWW.evil.example \x1b[31m\n198.51.100.7\n");
    write(logs + "/b.jsonl", "{\"u\":\"http:\\/\\/\\u0065vil.example\\/\"}\n");
    write(logs + "/c.eml",
          "From: a@example.org\r\nTo: b@example.org\r\nContent-Transfer-Encoding: base64\r\n\r\n"
          "ZXZpbC5leGFtcGxl\r\n");
  }
};

TEST(Sweep, says_where_each_indicator_of_a_bundle_occurs) {
  Files files;
  Ran ran = comity({"sweep", "--json", "--at", "2026-11-22T12:00:00Z", "--alerts", files.alerts,
                    "--sightings", files.sightings, files.logs});
  EXPECT_EQ(ran.exit, 1) << ran;
  auto lines = lines_of(ran);
  ASSERT_EQ(lines.size(), 4u) << ran;
  EXPECT_EQ(text(at(lines[0], "path")), files.logs + "/a.log");
  EXPECT_EQ(text(at(lines[0], "found")), "WWW.evil.example");
  EXPECT_EQ(text(at(lines[0], "line")), "2");
  EXPECT_EQ(text(at(lines[0], "column")), "5");
  EXPECT_EQ(text(at(lines[0], "offset")), "8");
  EXPECT_EQ(text(at(lines[0], "indicator")), "indicator--00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(text(at(lines[0], "alert")), "bundle--00000000-0000-4000-8000-0000000000ff");
  EXPECT_EQ(text(at(lines[1], "path")), files.logs + "/b.jsonl");
  EXPECT_EQ(text(at(lines[2], "part")), "1");
  const json::Value& summary = at(lines[3], "summary");
  EXPECT_EQ(text(at(summary, "hits")), "3");
  EXPECT_EQ(text(at(at(summary, "indicators"), "expired")), "1");
  auto seen = json::parse(read(files.sightings));
  ASSERT_TRUE(seen);
  const json::Value& sighting = at(at(*seen, "objects"), std::size_t{0});
  EXPECT_EQ(text(at(sighting, "type")), "sighting");
  EXPECT_EQ(text(at(sighting, "count")), "3");
}

// A shell that spreads `--sightings ev/*.log` names the first log so.
TEST(Sweep, replaces_no_file_but_its_own_sightings) {
  Files files;
  std::string log = files.logs + "/a.log", before = read(log);
  Ran ran =
      comity({"sweep", "--alerts", files.alerts, "--sightings", log, files.logs + "/b.jsonl"});
  EXPECT_EQ(ran.exit, 3) << ran;
  EXPECT_THAT(ran.err, ::testing::HasSubstr("name another file"));
  EXPECT_EQ(read(log), before);
  EXPECT_EQ(comity({"sweep", "--alerts", files.alerts, "--sightings", files.alerts, log}).exit, 3);
  EXPECT_EQ(read(files.alerts), bundle);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(comity({"sweep", "--alerts", files.alerts, "--sightings", files.sightings, log}).exit,
              1);
  ran =
      comity({"sweep", "--alerts", files.alerts, "--sightings", files.sightings, files.sightings});
  EXPECT_EQ(ran.exit, 3) << ran;
  EXPECT_THAT(ran.err, ::testing::HasSubstr("what is swept"));
}

// Two sweeps of one day are two sightings, unless they look through the same again.
TEST(Sweep, sightings_of_other_files_are_other_sightings) {
  Files files;
  auto id = [&](const std::string& path) {
    EXPECT_EQ(
        comity({"sweep", "--alerts", files.alerts, "--sightings", files.sightings, path}).exit, 1);
    auto seen = json::parse(read(files.sightings));
    return text(at(at(at(*seen, "objects"), std::size_t{0}), "id"));
  };
  std::string first = id(files.logs + "/a.log");
  EXPECT_EQ(id(files.logs + "/../logs/a.log"), first);
  EXPECT_NE(id(files.logs + "/b.jsonl"), first);
}

TEST(Sweep, tells_that_a_collection_is_of_a_node) {
  Files files;
  Ran ran = comity({"sweep", "--alerts", "worms", files.logs});
  EXPECT_EQ(ran.exit, 3) << ran;
  EXPECT_THAT(ran.err, ::testing::HasSubstr("--dir"));
}

TEST(Sweep, exits_by_what_it_found) {
  Files files;
  std::string log = files.logs + "/a.log", clean = files.stage.file("clean");
  write(clean, "nothing here\n");
  EXPECT_EQ(comity({"sweep", "--alerts", files.list, clean}).exit, 0);
  EXPECT_EQ(comity({"sweep", "--alerts", files.list, log}).exit, 1);
  EXPECT_EQ(comity({"sweep", log}).exit, 2);
  EXPECT_EQ(comity({"sweep", "--alerts", files.list, "--format", "pdf", log}).exit, 2);
  EXPECT_EQ(comity({"sweep", "--alerts", files.list, log, files.stage.file("absent")}).exit, 3);
  EXPECT_EQ(comity({"sweep", "--alerts", files.stage.file("absent"), log}).exit, 3);
  EXPECT_EQ(comity({"sweep", "--alerts", clean, log}).exit, 3);  // nothing to look for
}

TEST(Sweep, an_option_takes_one_word_and_what_follows_is_swept) {
  Files files;
  std::string log = files.logs + "/a.log", clean = files.stage.file("clean");
  write(clean, "nothing here\n");
  Ran ran = comity({"--json", "sweep", "--alerts", files.list, log, clean});
  EXPECT_EQ(ran.exit, 1) << ran;
  EXPECT_EQ(text(at(at(lines_of(ran).back(), "summary"), "files")), "2") << ran;
  ran = comity({"--json", "sweep", "--alerts", files.list, files.logs, clean});
  EXPECT_EQ(ran.exit, 1) << ran;
  EXPECT_EQ(text(at(at(lines_of(ran).back(), "summary"), "files")), "4") << ran;
  ran = comity({"--json", "sweep", "--alerts", files.alerts, "--alerts", files.list, log});
  EXPECT_EQ(text(at(at(lines_of(ran).back(), "summary"), "files")), "1") << ran;
}

TEST(Sweep, writes_no_control_characters_to_a_terminal_and_tells_what_it_refused) {
  Files files;
  std::string odd = files.stage.file("odd\x1b[31m.log");
  write(odd, "198.51.100.7\n");
  Ran ran = comity({"sweep", "--alerts", files.list, odd});
  EXPECT_THAT(ran.out, ::testing::HasSubstr("odd\\x1b[31m.log:1:1: 198.51.100.7"));
  EXPECT_THAT(ran.out, ::testing::Not(::testing::HasSubstr("\x1b")));
  EXPECT_THAT(ran.err, ::testing::HasSubstr("list.txt:3: "));
}

}  // namespace
}  // namespace comity::e2e
