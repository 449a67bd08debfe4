#include "intel/blocklist.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/limits_intel.h"
#include "intel/maker.h"
#include "intel/testing.h"
#include "intel/written.h"
#include "stix/pattern.h"

namespace comity::intel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

stix::Moment moment(std::string_view text) {
  return *stix::moment_from_text(text);
}

const stix::Moment noon = moment("2026-11-22T12:00:00Z");

std::string indicator(int number, std::string_view pattern, json::Object more = {}) {
  json::Object made{{"type", "indicator"},
                    {"spec_version", "2.1"},
                    {"id", derived_id("indicator", std::to_string(number))},
                    {"created", "2026-11-01T00:00:00.000Z"},
                    {"modified", "2026-11-01T00:00:00.000Z"},
                    {"pattern", pattern},
                    {"pattern_type", "stix"},
                    {"valid_from", "2026-11-01T00:00:00Z"}};
  for (auto& [name, value] : more) made[name] = value;
  return json::write(made);
}

std::vector<std::string> values(const Blocklist& list) {
  std::vector<std::string> out;
  for (const auto& [value, why] : list.values()) out.push_back(value.text);
  return out;
}

Blocklist of(std::string_view pattern) {
  Blocklist list({.at = noon});
  list.add(indicator(1, pattern));
  return list;
}

TEST(Blocklist, values_that_must_come_together_are_taken_alone_only_if_one_insists) {
  struct Case {
    const char *pattern, *value;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"[file:name = 'a.exe' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf84270']",
            "d41d8cd98f00b204e9800998ecf84270"},
           {"[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]",
            "198.51.100.7"},
           {"[domain-name:value = 'a.example' AND "
            "domain-name:resolves_to_refs[*].value = '198.51.100.7']",
            "a.example"}}) {
    Blocklist strict({.at = noon}), loose({.at = noon, .loose = true});
    for (Blocklist* list : {&strict, &loose}) list->add(indicator(1, one.pattern));
    EXPECT_THAT(values(strict), ElementsAre()) << one.pattern;
    EXPECT_THAT(strict.left().list.at(0).what, HasSubstr("--loose"));
    EXPECT_THAT(values(loose), ElementsAre(one.value)) << one.pattern;
    EXPECT_EQ(strict.counts().joined, 1u);
    EXPECT_EQ(loose.counts().joined, 1u);
  }
  for (const char* never :
       {"[file:name = 'a.exe' AND file:size = 7]", "[url:value LIKE '%a%' AND file:size = 7]",
        "[domain-name:value = 'a.example'] FOLLOWEDBY [file:size = 7]",
        "[domain-name:value = 'a.example' AND file:size = 7] REPEATS 5 TIMES",
        "[(domain-name:value = 'a.example' AND file:size = 7) OR file:size > 7]"}) {
    Blocklist loose({.at = noon, .loose = true});
    loose.add(indicator(1, never));
    EXPECT_THAT(values(loose), ElementsAre()) << never;
    EXPECT_EQ(loose.left().count, 1u) << never;
  }
}

TEST(Blocklist, equality_alone_or_joined_by_or_becomes_values) {
  EXPECT_THAT(values(of("[domain-name:value = 'Worm.example']")), ElementsAre("worm.example"));
  EXPECT_THAT(values(of("[ipv4-addr:value ISSUBSET '198.51.100.0/24']")),
              ElementsAre("198.51.100.0/24"));
  EXPECT_THAT(values(of("[domain-name:value IN ('a.example','b.example')]")),
              ElementsAre("a.example", "b.example"));
  EXPECT_THAT(values(of("[domain-name:value = 'a.example' OR url:value = 'http://b.example']")),
              ElementsAre("a.example", "http://b.example/"));
  EXPECT_THAT(values(of("[domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']")),
              ElementsAre("a.example", "b.example"));
}

TEST(Blocklist, a_pattern_that_says_more_is_left_out_and_told) {
  for (const char* pattern :
       {"[domain-name:value = 'a.example' AND url:value = 'http://b.example/']",
        "[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] REPEATS 5 TIMES",
        "([domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']) WITHIN 5 SECONDS",
        "[domain-name:value = 'a.example'] START t'2026-11-01T00:00:00Z' STOP "
        "t'2026-11-02T00:00:00Z'",
        "[domain-name:value != 'a.example']", "[NOT domain-name:value = 'a.example']",
        "[domain-name:value NOT = 'a.example']", "[domain-name:value LIKE 'a%']",
        "[domain-name:value MATCHES 'a.example']", "[domain-name:value > 'a.example']",
        "[ipv4-addr:value ISSUPERSET '198.51.100.7']",
        "[domain-name:value = 'a.example' OR (domain-name:value = 'b.example' AND "
        "url:value = 'http://c.example/')]",
        "[mutex:name = 'a.example']", "[domain-name:resolves_to_refs[*].value = '198.51.100.7']",
        "[domain-name:value = 'localhost']"}) {
    auto parsed = stix::parse_pattern(pattern);
    Blocklist list = of(pattern);
    EXPECT_TRUE(list.values().empty()) << pattern;
    if (parsed) EXPECT_EQ(list.left().count, 1u) << pattern;
  }
  Blocklist yara({.at = noon});
  yara.add(indicator(1, "rule a {}", {{"pattern_type", "yara"}}));
  EXPECT_EQ(yara.left().count, 1u);
}

TEST(Blocklist, only_what_is_in_force_and_sure_enough_counts) {
  Blocklist list({.at = noon, .confidence = 60});
  list.add(indicator(1, "[domain-name:value = 'revoked.example']", {{"revoked", true}}));
  list.add(indicator(2, "[domain-name:value = 'ended.example']",
                     {{"confidence", 90}, {"valid_until", "2026-11-22T12:00:00Z"}}));
  list.add(indicator(3, "[domain-name:value = 'later.example']",
                     {{"confidence", 90}, {"valid_from", "2026-11-22T12:00:01Z"}}));
  list.add(indicator(4, "[domain-name:value = 'maybe.example']", {{"confidence", 59}}));
  list.add(indicator(5, "[domain-name:value = 'silent.example']"));
  list.add(indicator(6, "[domain-name:value = 'sure.example']", {{"confidence", 60}}));
  list.add(indicator(7, "[domain-name:value = 'sure.example']",
                     {{"confidence", 80}, {"valid_until", "2026-11-22T12:00:01Z"}}));
  list.add("not an object");
  EXPECT_THAT(values(list), ElementsAre("sure.example"));
  EXPECT_EQ(list.values().begin()->second.confidence, 80);
  EXPECT_EQ(list.counts().revoked, 1u);
  EXPECT_EQ(list.counts().expired, 1u);
  EXPECT_EQ(list.counts().not_yet, 1u);
  EXPECT_EQ(list.counts().unsure, 2u);
  EXPECT_EQ(list.counts().taken, 2u);
}

TEST(Blocklist, a_value_on_a_warning_list_is_withheld_and_told) {
  WarningLists warnings;
  ASSERT_TRUE(
      warnings.add("f", R"({"name":"Big mail","type":"hostname","list":["mail.example"]})"));
  warnings.finish();
  Blocklist list({.at = noon, .warnings = &warnings});
  list.add(indicator(1, "[domain-name:value IN ('mx.mail.example','worm.example')]"));
  EXPECT_THAT(values(list), ElementsAre("worm.example"));
  ASSERT_EQ(list.warned().count, 1u);
  EXPECT_THAT(list.warned().list[0].what, HasSubstr("mx.mail.example is on the warning list Big"));
}

// One of each kind.
Blocklist all_kinds(std::string_view name = "n") {
  Blocklist list({.at = noon});
  int number = 0;
  for (const char* pattern :
       {"[ipv4-addr:value = '198.51.100.7']", "[ipv4-addr:value ISSUBSET '203.0.113.0/24']",
        "[ipv6-addr:value = '2001:db8::7']", "[ipv6-addr:value ISSUBSET '2001:db8:1::/48']",
        "[domain-name:value = 'worm.example']", "[url:value = 'http://worm.example/a;b\"c|d']",
        "[url:value = 'http://worm.example/a;b']", "[url:value = 'https://worm.example/']",
        "[email-addr:value = 'eve@worm.example']",
        "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
        "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']",
        "[file:name = 'love.vbs']", "[file:name = 'C:\\\\love letter.vbs']",
        "[windows-registry-key:key = 'HKLM\\\\Run']"})
    list.add(indicator(++number, pattern, {{"name", name}, {"confidence", 100}}));
  return list;
}

TEST(Blocklist, csv_quotes_every_field_and_begins_no_formula) {
  std::string csv = write_csv(all_kinds("=cmd|' /C calc'!A0 \"x\"\r\n,y")).text;
  EXPECT_THAT(csv, HasSubstr("\"domain\",\"worm.example\",\"indicator--"));
  EXPECT_THAT(csv, HasSubstr("\"'=cmd|' /C calc'!A0 \"\"x\"\"  ,y\""));
  EXPECT_EQ(testing::csv_rows(csv), all_kinds().values().size() + 1);
}

TEST(Blocklist, zeek_has_a_type_for_each_and_nothing_breaks_out) {
  Told left;
  std::string zeek = write_zeek(all_kinds("a\tb\n#c \\x41"), {.title = "-"}, left).text;
  EXPECT_THAT(zeek, HasSubstr("\n198.51.100.7\tIntel::ADDR\tcomity: -\tindicator--"));
  EXPECT_THAT(zeek, HasSubstr("\n203.0.113.0/24\tIntel::SUBNET\t"));
  EXPECT_THAT(zeek, HasSubstr("\nworm.example/a;b\tIntel::URL\t"));
  EXPECT_THAT(zeek, HasSubstr(" a\\x09b\\x0a\\x23c \\x5cx41\n"));
  EXPECT_EQ(left.count, 2u);  // a path, a registry key
  EXPECT_TRUE(testing::is_zeek(zeek));
}

TEST(Blocklist, rpz_answers_nxdomain_for_names_and_addresses) {
  Told left;
  auto zone = write_rpz(all_kinds(), {.at = testing::now(), .origin = "RPZ.example."}, left);
  ASSERT_TRUE(zone);
  EXPECT_THAT(zone->text, HasSubstr("$ORIGIN rpz.example.\n"));
  EXPECT_THAT(zone->text, HasSubstr("\nworm.example IN CNAME .\n*.worm.example IN CNAME .\n"));
  EXPECT_THAT(zone->text, HasSubstr("\n32.7.100.51.198.rpz-ip IN CNAME .\n"));
  EXPECT_THAT(zone->text, HasSubstr("\n24.0.113.0.203.rpz-ip IN CNAME .\n"));
  EXPECT_THAT(zone->text, HasSubstr("\n128.7.zz.db8.2001.rpz-ip IN CNAME .\n"));
  EXPECT_THAT(zone->text, HasSubstr("\n48.zz.1.db8.2001.rpz-ip IN CNAME .\n"));
  EXPECT_TRUE(testing::is_rpz(zone->text));
  for (const char* origin : {"", ".", "a b", "a;b", "a\nb", "ä.example"})
    EXPECT_FALSE(write_rpz(all_kinds(), {.origin = origin}, left)) << origin;
}

TEST(Blocklist, rpz_leaves_names_that_dns_or_the_zone_would_read_otherwise) {
  std::string label(64, 'a'), deep;
  for (int i = 0; i < 24; ++i) deep += "aaaaaaaaa.";
  for (const std::string& name : {std::string("32.7.100.51.198.rpz-ip"), label + ".example",
                                  std::string("-wörm-.example"), deep + "example"}) {
    Told left;
    Blocklist list = of("[domain-name:value = '" + name + "']");
    ASSERT_EQ(list.values().size(), 1u) << name;
    auto zone = write_rpz(list, {}, left);
    ASSERT_TRUE(zone);
    EXPECT_EQ(left.count, 1u) << name;
    EXPECT_THAT(zone->text, Not(HasSubstr("CNAME"))) << name;
  }
}

TEST(Blocklist, suricata_loads_sets_and_has_rules_for_urls) {
  Told left;
  auto files = write_suricata(all_kinds(), {.title = "Worms\nalert ip any any"}, left);
  std::map<std::string, std::string> by_name;
  for (const File& each : files) by_name[each.name] = each.text;
  EXPECT_EQ(by_name["comity-iprep.list"],
            "198.51.100.7,1,127\n2001:db8:1::/48,1,127\n2001:db8::7,1,127\n203.0.113.0/24,1,127\n");
  EXPECT_EQ(by_name["comity-domains.lst"], to_base64(as_bytes("worm.example")) + "\n");
  EXPECT_EQ(by_name["comity-md5.lst"], "d41d8cd98f00b204e9800998ecf8427e\n");
  EXPECT_THAT(by_name["comity.rules"],
              HasSubstr("content:\"|77 6f 72 6d 2e 65 78 61 6d 70 6c 65|\"; bsize:12; "
                        "http.uri.raw; content:\"|2f 61 3b 62|\"; bsize:4; "));
  EXPECT_TRUE(testing::is_suricata(by_name["comity.rules"]));
  EXPECT_EQ(by_name.at("comity-sha256.lst"), "") << "over what an earlier export left there";
  EXPECT_THAT(left.list.size(), ::testing::Ge(5u));  // https, mail, two files, registry
}

// What stands in the folder may be of an earlier export, or for a reader who sees more.
TEST(Blocklist, suricata_writes_every_file_of_the_set_even_when_there_is_nothing_to_say) {
  Told left;
  Blocklist nothing({.at = noon});
  std::set<std::string> some, none;
  for (const File& each : write_suricata(all_kinds(), {}, left)) some.insert(each.name);
  for (const File& each : write_suricata(nothing, {}, left)) {
    none.insert(each.name);
    EXPECT_EQ(each.text.empty(), each.name.ends_with(".lst") || each.name.ends_with(".list"))
        << each.name;
  }
  EXPECT_EQ(none, some);
  EXPECT_EQ(none.size(), 7u);
}

TEST(Blocklist, names_in_other_letters_are_written_as_dns_has_them) {
  for (const char* pattern : {"[domain-name:value = 'bücher.example']",
                              "[domain-name:value = 'xn--bcher-kva.example']"}) {
    Blocklist list({.at = noon});
    list.add(indicator(1, pattern));
    Told left;
    auto zone = write_rpz(list, {}, left);
    ASSERT_TRUE(zone);
    EXPECT_THAT(zone->text, HasSubstr("\nxn--bcher-kva.example IN CNAME .\n"));
    EXPECT_EQ(left.count, 0u) << left.list[0].what;
    EXPECT_THAT(write_zeek(list, {}, left).text,
                HasSubstr("\nxn--bcher-kva.example\tIntel::DOMAIN"));
    auto files = write_suricata(list, {}, left);
    EXPECT_THAT(files[3].text, HasSubstr(to_base64(as_bytes("xn--bcher-kva.example")) + "\n"));
  }
  Blocklist list({.at = noon});
  list.add(indicator(1, "[domain-name:value = '-ü-.example']"));
  Told left;
  EXPECT_THAT(write_rpz(list, {}, left)->text, Not(HasSubstr("CNAME")));
  EXPECT_THAT(left.list.at(0).what, HasSubstr("not a name that DNS could have"));
}

TEST(Blocklist, more_urls_than_rules_are_told) {
  Blocklist list({.at = noon});
  std::string pattern;
  for (std::size_t i = 0; i <= limits::suricata_urls_max; ++i) {
    pattern += (pattern.empty() ? "[url:value IN ('http://a.example/" : "','http://a.example/") +
               std::to_string(i);
    if (i % 5'000 != 0 && i != limits::suricata_urls_max) continue;
    list.add(indicator(static_cast<int>(i), pattern + "')]"));
    pattern.clear();
  }
  ASSERT_EQ(list.values().size(), limits::suricata_urls_max + 1);
  Told left;
  auto files = write_suricata(list, {}, left);
  EXPECT_EQ(left.count, 1u);
}

TEST(Blocklist, no_value_and_no_name_breaks_out_of_its_line) {
  std::mt19937 random(7);
  constexpr std::string_view bits[] = {"\n", "\r\n", "\"", "'",    ",",     ";",     "#", "\t",
                                       "|",  "\\",   "=",  "@",    "$",     "*.",    ".", "worm",
                                       "-",  "(",    ")",  "\x01", "\\x0a", "alert", " ", "ä"};
  auto any = [&](std::size_t most) {
    std::string out;
    for (std::size_t n = random() % most; n > 0; --n) out += bits[random() % std::size(bits)];
    return out;
  };
  for (int round = 0; round < 5'000; ++round) {
    Blocklist list({.at = noon});
    for (const char* path : {"domain-name:value", "url:value", "email-addr:value", "file:name",
                             "windows-registry-key:key"}) {
      std::string value = any(8) + "x.example" + any(4);
      if (std::string_view(path) == "url:value") value = "http://a.example/" + value;
      if (std::string_view(path) == "windows-registry-key:key") value = "HKLM\\" + value;
      list.add(indicator(round, "[" + equals(path, value) + "]", {{"name", any(10)}}));
    }
    Told left;
    ASSERT_EQ(testing::csv_rows(write_csv(list).text), list.values().size() + 1);
    ASSERT_TRUE(testing::is_zeek(write_zeek(list, {.title = any(5)}, left).text));
    ASSERT_TRUE(testing::is_rpz(write_rpz(list, {}, left)->text));
    ASSERT_TRUE(testing::is_suricata(write_suricata(list, {.title = any(5)}, left)[0].text));
  }
}

// Of BIND (Debian: bind9-utils).
TEST(Blocklist, named_checkzone_takes_the_zone) {
  if (std::system("command -v named-checkzone >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "named-checkzone (Debian: bind9-utils) is not here";
  auto path = std::filesystem::temp_directory_path() /
              ("comity-rpz-" + std::to_string(std::random_device()()));
  Told left;
  std::ofstream(path) << write_rpz(all_kinds(), {.at = testing::now()}, left)->text;
  int exit = std::system(("named-checkzone -q rpz.invalid " + path.string()).c_str());
  std::filesystem::remove(path);
  EXPECT_EQ(exit, 0);
}

// A policy zone blocks all below a name: not when somebody's bank is below it.
TEST(Blocklist, a_name_with_a_well_known_one_below_it_is_blocked_alone) {
  WarningLists warnings;
  for (
      const char* list :
      {R"({"name":"Banks","type":"hostname","list":["www.bank.example"]})",
       R"({"name":"Values","type":"string","list":["login.shop.example","x@mail.example"]})",
       R"({"name":"Nets","type":"hostname","list":["a.net.example"],"matching_attributes":["md5"]})"})
    ASSERT_TRUE(warnings.add("list", list));
  warnings.finish();
  EXPECT_EQ(warnings.warned_below("bank.example"), "Banks");
  EXPECT_EQ(warnings.warned_below("example"), "Banks");
  for (const char* free : {"www.bank.example", "ank.example", "mail.example", "net.example", ""})
    EXPECT_EQ(warnings.warned_below(free), "") << free;

  Blocklist list({.at = noon, .warnings = &warnings});
  list.add(indicator(1,
                     "[domain-name:value IN ('bank.example','shop.example','worm.example',"
                     "'www.bank.example')]"));
  Told left;
  auto zone = write_rpz(list, {.at = testing::now()}, left);
  ASSERT_TRUE(zone);
  EXPECT_THAT(zone->text, HasSubstr("\nbank.example IN CNAME .\n"));
  EXPECT_THAT(zone->text, HasSubstr("\n*.worm.example IN CNAME .\n"));
  for (const char* spared : {"*.bank.example", "*.shop.example", "www.bank.example"})
    EXPECT_THAT(zone->text, Not(HasSubstr(spared)));
  ASSERT_EQ(left.count, 2u);
  EXPECT_THAT(left.list[0].what, HasSubstr("Banks"));
}

}  // namespace
}  // namespace comity::intel
