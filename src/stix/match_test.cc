#include "stix/match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "stix/compare.h"
#include "stix/object.h"
#include "stix/pattern_gen.h"
#include "stix/sample.h"

namespace comity::stix {
namespace {

using testing::object_from;

// One observed-data of 2.0's form, whose objects are a text.
struct Seen {
  json::Object object;
  Observation observation;
};
std::unique_ptr<Seen> seen(std::string_view objects, int first = 0, int last = 0, int number = 1) {
  auto at = [](int second) { return to_text(Moment{second, 0}); };
  auto made = std::make_unique<Seen>();
  made->object =
      object_from(R"({"type":"observed-data","first_observed":")" + at(first) +
                  R"(","last_observed":")" + at(last) + R"(","number_observed":)" +
                  std::to_string(number) + R"(,"objects":)" + std::string(objects) + "}");
  made->observation = observation_of(made->object, nullptr).value();
  return made;
}

bool holds_on(std::string_view pattern, std::string_view objects) {
  auto one = seen(objects);
  auto read = parse_pattern(pattern);
  EXPECT_TRUE(read) << pattern << ": " << read.error().what;
  auto result = match(*read, {&one->observation, 1});
  EXPECT_TRUE(result) << pattern;
  return result->holds;
}

constexpr std::string_view things = R"({
  "0":{"type":"file","name":"a.exe","size":10,"ratio":1.5,"hidden":true,"magic_number_hex":"FFd8",
       "seen":"2026-01-01T00:00:00.5Z","hashes":{"SHA-256":"aa","MD5":"bb"},
       "parent_directory_ref":"2","contains_refs":["3","2"],
       "extensions":{"windows-pebinary-ext":{"sections":[{"entropy":6.5},{"entropy":7.5}]}}},
  "1":{"type":"file","name":"line\nbreak","size":20},
  "2":{"type":"directory","path":"C:\\Windows"},
  "3":{"type":"artifact","payload_bin":"1MOyoQIABAA=","mime_type":"é"},
  "4":{"type":"ipv4-addr","value":"198.51.100.7"},
  "5":{"type":"ipv6-addr","value":"2001:db8::/48"}})";

TEST(Compare, what_holds) {
  for (std::string_view condition :
       {"file:name = 'a.exe'",
        "file:name != 'a.exe'",
        "file:size = 10",
        "file:size = 10.0",
        "file:size > 19",
        "file:size >= 20",
        "file:size < 11",
        "file:size <= 10",
        "file:ratio = 1.5",
        "file:ratio > 1",
        "file:hidden = true",
        "file:hidden != false",
        "file:size != 'x'",  // what cannot be compared is unequal
        "file:seen = t'2026-01-01T00:00:00.500Z'",
        "file:seen < t'2026-01-01T00:00:01Z'",
        "file:magic_number_hex = h'ffd8'",
        "file:magic_number_hex = b'/9g='",
        "artifact:payload_bin = h'd4c3b2a102000400'",
        "file:hashes.'SHA-256' = 'aa'",
        "file:hashes.MD5 IN ('x', 'bb')",
        "file:hashes.MD5 NOT IN ('x', 7)",
        "file:name LIKE 'a%'",
        "file:name LIKE '_.exe'",
        "artifact:mime_type LIKE '_'",
        "file:name NOT LIKE 'b%'",
        "file:name LIKE '%'",
        "file:name LIKE 'line%break'",
        "file:name MATCHES '^a[.]'",
        "file:name MATCHES 'exe'",
        "file:name MATCHES 'line.break'",
        "artifact:payload_bin MATCHES '\\\\xd4\\\\xc3\\\\xb2\\\\xa1'",
        "file:name NOT MATCHES 'z'",
        "ipv4-addr:value ISSUBSET '198.51.100.0/24'",
        "ipv4-addr:value ISSUPERSET '198.51.100.7/32'",
        "ipv6-addr:value ISSUBSET '2001:db8::/32'",
        "ipv6-addr:value ISSUPERSET '2001:db8:0:1::/64'",
        "ipv4-addr:value NOT ISSUBSET '203.0.113.0/24'",
        "EXISTS file:hashes",
        "EXISTS file:hashes.MD5",
        "file:parent_directory_ref.path = 'C:\\\\Windows'",
        "file:contains_refs[1].path = 'C:\\\\Windows'",
        "file:contains_refs[*].mime_type = 'é'",
        "file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0",
        "file:extensions.'windows-pebinary-ext'.sections[0].entropy < 7.0",
        "file:name = 'a.exe' AND file:size = 10",
        "file:name = 'x' OR file:size = 20",
        "file:name = 'a.exe' AND directory:path LIKE 'C%'",
        "(file:name = 'x' OR directory:path = 'x' OR file:size = 20) AND ipv4-addr:value LIKE "
        "'198%'",
        "file:name NOT = 'a.exe'",
        "file:size NOT > 15"})
    EXPECT_TRUE(holds_on("[" + std::string(condition) + "]", things)) << condition;
}

TEST(Compare, what_does_not_hold) {
  for (std::string_view condition :
       {"file:name = 'A.EXE'",
        "file:size = '10'",
        "file:size = 11",
        "file:size > 20",
        "file:hidden = false",
        "file:hidden = 1",
        "file:size = true",
        "file:none = 'x'",
        "file:none != 'x'",  // what is not there is nothing, not unequal
        "EXISTS file:none",
        "EXISTS url:value",
        "url:value = 'x'",
        "file:hashes = 'aa'",
        "file:hashes != 'aa'",
        "file:seen = t'2026-01-01T00:00:00Z'",
        "file:size = h'0a'",
        "file:name = b'YS5leGU='",
        "file:name LIKE 'a'",
        "file:name LIKE '_exe'",
        "file:size LIKE '10'",
        "file:name MATCHES '^exe'",
        "file:name MATCHES '(a)\\\\1'",
        "ipv4-addr:value ISSUBSET '2001:db8::/32'",
        "ipv4-addr:value ISSUBSET '198.51.100.8/32'",
        "file:name ISSUBSET '198.51.100.0/24'",
        "file:parent_directory_ref.path = 'C:'",
        "file:contains_refs[2].path = 'C:\\\\Windows'",
        "file:contains_refs[-1].path LIKE '%'",
        "file:name[0] = 'a'",
        "file:name.x = 'a'",
        "file:hashes.MD5 IN ()",
        "file:name = 'a.exe' AND file:size = 20",  // no one file is both
        "file:name = 'a.exe' AND url:value = 'x'",
        "(file:name = 'a.exe' OR url:value = 'x') AND file:size = 20"})
    EXPECT_FALSE(holds_on("[" + std::string(condition) + "]", things)) << condition;
}

TEST(Compare, like_goes_back_where_it_must) {
  EXPECT_TRUE(like("aXbXc", "a%X%c"));
  EXPECT_TRUE(like("abcabd", "%abd"));
  EXPECT_FALSE(like("abcabc", "%abd"));
  EXPECT_TRUE(like("", "%%"));
  EXPECT_FALSE(like("", "_"));
  EXPECT_TRUE(like("\xf0\x9f\x98\x80!", "_!"));
  EXPECT_FALSE(like(std::string(20'000, 'a'), "%a%a%a%a%a%a%a%a%b"));
}

// ---- Observations: a naive evaluator that tries every set of them.

using Set = std::uint32_t;  // of copies

struct Copies {
  std::vector<Moment> first, last;
  std::vector<std::set<int>> holds;  // the conditions that a copy meets, by their number
};

int number_of(const Condition& condition) {
  return static_cast<int>(std::get<std::int64_t>(condition.test.values[0]));
}

std::vector<Set> sorted_apart(const std::vector<Set>& a, const std::vector<Set>& b,
                              const auto& allowed) {
  std::set<Set> all;
  for (Set x : a)
    for (Set y : b)
      if ((x & y) == 0 && allowed(x, y)) all.insert(x | y);
  return {all.begin(), all.end()};
}

struct Span {
  Moment max_first{INT64_MIN, 0}, min_last{INT64_MAX, 0};
};
Span span_of(const Copies& copies, Set set) {
  Span span;
  for (std::size_t i = 0; i < copies.first.size(); ++i)
    if (set >> i & 1) {
      span.max_first = std::max(span.max_first, copies.first[i]);
      span.min_last = std::min(span.min_last, copies.last[i]);
    }
  return span;
}

std::vector<Set> naive(const Observing& node, const Copies& copies);

std::vector<Set> naive_kind(const Observing& node, const Copies& copies) {
  auto any = [](Set, Set) { return true; };
  std::vector<Set> sets;
  switch (node.kind) {
    case Observing::Kind::condition:
      for (std::size_t i = 0; i < copies.first.size(); ++i)
        if (copies.holds[i].contains(number_of(node.condition))) sets.push_back(Set{1} << i);
      return sets;
    case Observing::Kind::any:
      for (const Observing& part : node.parts)
        for (Set set : naive(part, copies)) sets.push_back(set);
      return sets;
    case Observing::Kind::all:
      sets = {0};
      for (const Observing& part : node.parts) sets = sorted_apart(sets, naive(part, copies), any);
      return sets;
    case Observing::Kind::followed:
      return sorted_apart(naive(node.parts[0], copies), naive(node.parts[1], copies),
                          [&](Set a, Set b) {
                            return span_of(copies, a).max_first <= span_of(copies, b).min_last;
                          });
  }
  return sets;
}

std::vector<Set> naive(const Observing& node, const Copies& copies) {
  std::vector<Set> sets = naive_kind(node, copies);
  for (const Qualifier& qualifier : node.qualifiers) {
    std::vector<Set> kept;
    if (const auto* repeats = std::get_if<Repeats>(&qualifier)) {
      kept = {0};
      for (std::uint64_t i = 0; i < repeats->times; ++i)
        kept = sorted_apart(kept, sets, [](Set, Set) { return true; });
    }
    for (Set set : sets) {
      Span span = span_of(copies, set);
      if (const auto* within = std::get_if<Within>(&qualifier)) {
        double gap = static_cast<double>(span.max_first.seconds - span.min_last.seconds);
        if (gap < within->seconds) kept.push_back(set);
      } else if (const auto* period = std::get_if<StartStop>(&qualifier)) {
        if (span.max_first < period->stop && span.min_last >= period->start) kept.push_back(set);
      }
    }
    sets = std::move(kept);
  }
  return sets;
}

// Goal: the evaluator and the naive one agree, on patterns and observations at random.
TEST(Match, agrees_with_a_naive_evaluator) {
  std::size_t held = 0, not_held = 0;
  for (std::uint32_t seed = 1; seed <= 4000; ++seed) {
    testing::Patterns random(seed);
    std::vector<std::unique_ptr<Seen>> all;
    std::vector<Observation> observations;
    Copies copies;
    for (unsigned i = 1 + random.below(5); i > 0; --i) {
      int first = static_cast<int>(random.below(8)),
          last = first + static_cast<int>(random.below(3));
      int number = random.below(4) == 0 ? 2 : 1, kind = static_cast<int>(random.below(3));
      all.push_back(
          seen(R"({"0":{"type":"a","v":)" + std::to_string(kind) + "}}", first, last, number));
      observations.push_back(all.back()->observation);
      for (int copy = 0; copy < number; ++copy) {
        copies.first.push_back({first, 0});
        copies.last.push_back({last, 0});
        copies.holds.push_back({kind});
      }
    }
    Pattern pattern{random.observing(2, [&] {
      Condition leaf;
      leaf.test.path = {"a", {std::string("v")}};
      leaf.test.values = {static_cast<std::int64_t>(random.below(3))};
      return leaf;
    })};
    auto result = match(pattern, observations);
    ASSERT_TRUE(result) << seed << " " << write_pattern(pattern);
    bool expected = !naive(pattern.root, copies).empty();
    ASSERT_EQ(result->holds, expected) << seed << " " << write_pattern(pattern);
    (expected ? held : not_held) += 1;
    ASSERT_EQ(result->holds, !result->observations.empty());
  }
  EXPECT_GT(held, 500u);
  EXPECT_GT(not_held, 500u);
}

bool holds_on_all(std::string_view pattern, const std::vector<std::unique_ptr<Seen>>& all) {
  std::vector<Observation> observations;
  for (const auto& one : all) observations.push_back(one->observation);
  auto result = match(parse_pattern(pattern).value(), observations);
  EXPECT_TRUE(result) << pattern;
  return result && result->holds;
}

TEST(Match, observations_are_distinct) {
  std::vector<std::unique_ptr<Seen>> all;
  all.push_back(seen(R"({"0":{"type":"a","v":1,"w":2}})"));
  EXPECT_TRUE(holds_on_all("[a:v = 1 AND a:w = 2]", all));
  EXPECT_FALSE(holds_on_all("[a:v = 1] AND [a:w = 2]", all));
  EXPECT_FALSE(holds_on_all("[a:v = 1] FOLLOWEDBY [a:w = 2]", all));
  EXPECT_FALSE(holds_on_all("[a:v = 1] REPEATS 2 TIMES", all));
  EXPECT_TRUE(holds_on_all("[a:v = 1] OR [a:w = 3]", all));
  all.push_back(seen(R"({"0":{"type":"a","v":1,"w":2}})"));
  EXPECT_TRUE(holds_on_all("[a:v = 1] AND [a:w = 2]", all));
  EXPECT_TRUE(holds_on_all("[a:v = 1] REPEATS 2 TIMES", all));
  EXPECT_FALSE(holds_on_all("[a:v = 1] REPEATS 3 TIMES", all));
}

TEST(Match, number_observed_counts) {
  std::vector<std::unique_ptr<Seen>> all;
  all.push_back(seen(R"({"0":{"type":"a","v":1}})", 0, 10, 1000));
  EXPECT_TRUE(holds_on_all("[a:v = 1] REPEATS 1000 TIMES", all));
  EXPECT_FALSE(holds_on_all("[a:v = 1] REPEATS 1001 TIMES", all));
  EXPECT_FALSE(holds_on_all("([a:v = 1] AND [a:v = 1]) REPEATS 501 TIMES", all));
}

TEST(Match, times_have_sharp_edges) {
  std::vector<std::unique_ptr<Seen>> all;
  all.push_back(seen(R"({"0":{"type":"a","v":1}})", 100, 100));
  all.push_back(seen(R"({"0":{"type":"a","v":2}})", 105, 105));
  EXPECT_FALSE(holds_on_all("([a:v = 1] AND [a:v = 2]) WITHIN 5 SECONDS", all));
  EXPECT_TRUE(holds_on_all("([a:v = 1] AND [a:v = 2]) WITHIN 5.1 SECONDS", all));
  EXPECT_TRUE(holds_on_all("[a:v = 1] FOLLOWEDBY [a:v = 2]", all));
  EXPECT_FALSE(holds_on_all("[a:v = 2] FOLLOWEDBY [a:v = 1]", all));
  EXPECT_TRUE(
      holds_on_all("[a:v = 1] START t'1970-01-01T00:01:40Z' STOP t'1970-01-01T00:01:41Z'", all));
  EXPECT_FALSE(
      holds_on_all("[a:v = 1] START t'1970-01-01T00:01:39Z' STOP t'1970-01-01T00:01:40Z'", all));
}

// Goal: what would take for ever says so, and soon.
TEST(Match, work_is_bounded) {
  std::vector<std::unique_ptr<Seen>> all;
  std::vector<Observation> observations;
  for (int i = 0; i < 200; ++i) {
    all.push_back(seen(R"({"0":{"type":"a","v":1}})", i, i));
    observations.push_back(all.back()->observation);
  }
  std::string chain = "[a:v = 1]";
  for (int i = 0; i < 20; ++i) chain += " FOLLOWEDBY [a:v = 1]";
  auto long_chain = match(parse_pattern(chain).value(), observations);
  EXPECT_TRUE(long_chain && long_chain->holds);
  auto impossible =
      match(parse_pattern("(" + chain + " FOLLOWEDBY [a:v = 1]) WITHIN 10 SECONDS").value(),
            observations);
  EXPECT_TRUE(impossible && !impossible->holds);
  auto unanswered = match(parse_pattern(chain).value(), observations, 2000);
  ASSERT_FALSE(unanswered);
  EXPECT_EQ(unanswered.error().code, Code::too_large);
  // A matching that fails is found out without trying every order.
  std::string wide = "[a:v = 1]";
  for (int i = 0; i < 250; ++i) wide += " AND [a:v = 1]";
  auto many = match(parse_pattern(wide).value(), observations);
  ASSERT_TRUE(many) << many.error().what;
  EXPECT_FALSE(many->holds);
  std::string types = "[a:v = 1";
  for (int i = 0; i < 30; ++i) types += " AND t" + std::to_string(i) + ":v = 1";
  EXPECT_TRUE(match(parse_pattern(types + "]").value(), observations));
}

// Goal: in 2.1 objects stand apart, and are found by their ids.
TEST(Observations, of_21_are_looked_up) {
  json::Object domain = object_from(
      R"({"type":"domain-name","id":"domain-name--1","value":"a.example","resolves_to_refs":["ipv4-addr--1"]})");
  json::Object address =
      object_from(R"({"type":"ipv4-addr","id":"ipv4-addr--1","value":"198.51.100.1"})");
  json::Object observed = object_from(
      R"({"type":"observed-data","first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z","number_observed":1,"object_refs":["domain-name--1","domain-name--2","relationship--1"]})");
  auto lookup = [&](std::string_view id) -> const json::Object* {
    return id == "domain-name--1" ? &domain : id == "ipv4-addr--1" ? &address : nullptr;
  };
  Observation one = observation_of(observed, lookup).value();
  ASSERT_EQ(one.objects.size(), 1u);
  auto holds = [&](std::string_view pattern) {
    return match(parse_pattern(pattern).value(), {&one, 1})->holds;
  };
  EXPECT_TRUE(holds("[domain-name:resolves_to_refs[*].value = '198.51.100.1']"));
  // Referred to is not observed.
  EXPECT_FALSE(holds("[ipv4-addr:value = '198.51.100.1']"));
  EXPECT_FALSE(observation_of(domain, lookup));
}

TEST(Pattern, whatever_is_written_is_read_as_the_same_tree) {
  for (std::uint32_t seed = 1; seed <= 5000; ++seed) {
    Pattern pattern = testing::Patterns(seed).pattern(3);
    std::string text = write_pattern(pattern);
    auto again = parse_pattern(text);
    ASSERT_TRUE(again) << seed << " " << text << ": " << again.error().what << again.error().where;
    ASSERT_EQ(*again, pattern) << seed << " " << text;
  }
}

}  // namespace
}  // namespace comity::stix
