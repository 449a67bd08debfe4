#include "taxii/query.h"

#include <gtest/gtest.h>

#include "base/limits_alert.h"

namespace comity::taxii {
namespace {

Result<Query> ask(const std::string& path, const std::string& query) {
  auto target = net::parse_target("/taxii2/all/collections/c1/" + path + "?" + query);
  EXPECT_TRUE(target) << query;
  auto route = route_of(*target);
  EXPECT_TRUE(route) << path;
  return read_query(*route, *target);
}

void expect_refused(const std::string& path, const std::string& query, std::string_view where) {
  auto read = ask(path, query);
  ASSERT_FALSE(read) << path << "?" << query;
  EXPECT_EQ(read.error().where, where) << path << "?" << query;
}

TEST(Query, without_filters_everything_is_asked_for) {
  auto query = ask("objects/", "");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->filter.after, 0);
  EXPECT_FALSE(query->limit);
  EXPECT_TRUE(query->filter.ids.empty() && query->filter.types.empty() &&
              query->filter.specs.empty());
  EXPECT_FALSE(query->filter.versions.all || query->filter.versions.first ||
               query->filter.versions.last);
}

TEST(Query, every_filter_is_read) {
  auto query =
      ask("objects/",
          "added_after=2026-11-22T01:02:03.000004Z&limit=7&match[id]=indicator--a,malware--b"
          "&match[type]=indicator&match[version]=first,2016-01-01T00:00:00Z"
          "&match[spec_version]=2.0,2.1");
  ASSERT_TRUE(query) << to_text(query.error());
  EXPECT_EQ(added_text(query->filter.after), "2026-11-22T01:02:03.000004Z");
  EXPECT_EQ(query->limit, 7u);
  EXPECT_EQ(query->filter.ids, (std::vector<std::string>{"indicator--a", "malware--b"}));
  EXPECT_EQ(query->filter.types, std::vector<std::string>{"indicator"});
  EXPECT_TRUE(query->filter.versions.first);
  EXPECT_FALSE(query->filter.versions.last);
  EXPECT_EQ(query->filter.versions.exact.size(), 1u);
  EXPECT_EQ(query->filter.specs.size(), 2u);
  EXPECT_TRUE(ask("objects/", "match%5Btype%5D=indicator")) << "as clients write the brackets";
}

TEST(Query, each_list_has_its_own_filters) {
  for (const char* name : {"match[id]=a--b", "match[type]=malware"}) {
    EXPECT_TRUE(ask("manifest/", name));
    std::string field(name, std::string_view(name).find('='));
    expect_refused("objects/a--b/", name, field);
    expect_refused("objects/a--b/versions/", name, field);
  }
  EXPECT_TRUE(ask("objects/a--b/", "match[version]=all"));
  expect_refused("objects/a--b/versions/", "match[version]=all", "match[version]");
  EXPECT_TRUE(ask("objects/a--b/versions/",
                  "match[spec_version]=2.1&limit=1&next=" +
                      ask("objects/a--b/versions/", "match[spec_version]=2.1")->fingerprint +
                      "-5"));
}

TEST(Query, what_is_misspelt_twice_or_out_of_range_is_refused_by_its_name) {
  expect_refused("objects/", "limt=5", "limt");
  expect_refused("objects/", "match[name]=x", "match[name]");
  expect_refused("objects/", "match[type]=a&match[type]=b", "match[type]");
  expect_refused("objects/", "limit=5&limit=5", "limit");
  for (const char* limit : {"0", "-1", "", "1.5", "0x10", " 1", "ten"})
    expect_refused("objects/", "limit=" + net::percent_encode(limit), "limit");
  for (const char* after : {"", "yesterday", "2026-11-22", "2026-11-22T00:00:00",
                            "2026-11-22T00:00:00+01:00", "2026-02-30T00:00:00Z"})
    expect_refused("objects/", "added_after=" + net::percent_encode(after), "added_after");
  expect_refused("objects/", "match[type]=", "match[type]");
  expect_refused("objects/", "match[type]=a,,b", "match[type]");
  expect_refused("objects/", "match[version]=newest", "match[version]");
  expect_refused("objects/", "match[spec_version]=2.2", "match[spec_version]");
  std::string many = "match[id]=a";
  for (std::size_t i = 1; i < limits::taxii_match_values_max; ++i) many += ",a";
  EXPECT_TRUE(ask("objects/", many));
  expect_refused("objects/", many + ",a", "match[id]");
}

TEST(Query, a_limit_beyond_every_number_is_as_much_as_we_give) {
  EXPECT_EQ(ask("objects/", "limit=99999999999999999999999")->limit, limits::taxii_page_max);
}

TEST(Query, next_goes_on_with_the_same_filters_alone) {
  std::string filters = "match[type]=malware,tool&match[version]=all";
  auto first = ask("objects/", filters + "&limit=2&added_after=2020-01-01T00:00:00Z");
  ASSERT_TRUE(first);
  std::string next = next_of(*first, 1'700'000'000'000'001);
  auto second = ask("objects/", filters + "&limit=50&next=" + next);
  ASSERT_TRUE(second) << to_text(second.error());
  EXPECT_EQ(second->filter.after, 1'700'000'000'000'001);
  EXPECT_TRUE(ask("objects/", "match[type]=tool,malware&match[version]=all&next=" + next))
      << "the order of values says nothing";
  expect_refused("objects/", "match[type]=malware&match[version]=all&next=" + next, "next");
  expect_refused("objects/", "next=" + next, "next");
  expect_refused("manifest/", filters + "&next=" + next, "next");
  for (const char* wrong : {"", "-", "00000000", "00000000-", "00000000-x", "00000000-5x"})
    expect_refused("objects/", std::string("next=") + wrong, "next");
}

TEST(Added, is_written_in_microseconds_and_read_back) {
  for (Added added : {Added{0}, Added{1}, Added{951'782'400'000'000}, Added{1'795'219'200'123'456},
                      Added{253'402'300'799'999'999}}) {
    EXPECT_EQ(added_from_text(added_text(added)), added) << added_text(added);
    EXPECT_EQ(added_text(added).size(), std::string("2026-11-22T00:00:00.000000Z").size());
  }
  EXPECT_EQ(added_text(951'782'400'000'000), "2000-02-29T00:00:00.000000Z");
  EXPECT_FALSE(added_from_text("2026-11-22"));
}

}  // namespace
}  // namespace comity::taxii
