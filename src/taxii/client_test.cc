// Following a server that lies, loops and never ends.
#include "taxii/client.h"

#include <gmock/gmock.h>

#include "base/limits_taxii_client.h"
#include "taxii/media.h"

namespace comity::taxii {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

net::Response page(std::string body, std::string last = "",
                   std::string type = std::string(taxii_media)) {
  net::Response response{.status = 200, .headers = {{"content-type", type}}, .body = body};
  if (!last.empty()) response.headers.emplace_back("x-taxii-date-added-last", last);
  return response;
}

TEST(Url, is_of_http_without_user_and_fragment) {
  auto url = url_from_text("https://taxii.example.org/taxii2/?a=b");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->endpoint.port, 443);
  EXPECT_EQ(to_text(*url), "https://taxii.example.org:443/taxii2/?a=b");
  EXPECT_EQ(url_from_text("http://[2001:db8::1]/")->endpoint.port, 80);
  EXPECT_EQ(url_from_text("http://127.0.0.1:8080")->target, "/");
  for (const char* bad :
       {"", "taxii.example.org", "ftp://a.example/", "https://", "https:///x",
        "https://a@b.example/", "https://a.example/#x", "https://a.example/ x",
        "https://a.example/\r\nHost: b", "https://a.example:99999/", "http://unix:/run/x"})
    EXPECT_FALSE(url_from_text(bad)) << bad;
}

TEST(Url, references_stay_on_the_same_server) {
  Url base = *url_from_text("https://a.example/taxii2/");
  EXPECT_EQ(resolve(base, "/api/")->target, "/api/");
  EXPECT_EQ(resolve(base, "collections/x/")->target, "/taxii2/collections/x/");
  EXPECT_EQ(resolve(base, "https://a.example/api/")->target, "/api/");
  EXPECT_EQ(resolve(base, "https://a.example:443/api/")->target, "/api/");
  for (const char* away :
       {"https://b.example/api/", "http://a.example/api/", "https://a.example:444/api/"})
    EXPECT_EQ(resolve(base, away).error().code, Code::not_allowed) << away;
  for (const char* bad :
       {"api/#top", "", "//b.example/", "gopher://a.example/", "/a b", "/a\r\nx: y"})
    EXPECT_EQ(resolve(base, bad).error().code, Code::bad_value) << bad;
}

TEST(Resources, are_read_as_far_as_they_go) {
  EXPECT_THAT(*roots_of(R"({"title":"t","default":"/b/","api_roots":["/a/","/b/",7]})"),
              ElementsAre("/b/", "/a/"));
  EXPECT_TRUE(roots_of(R"({"title":"an API root"})")->empty());
  EXPECT_FALSE(roots_of("[]"));
  std::string many = R"({"api_roots":["x")";
  for (std::size_t i = 0; i < limits::taxii_roots_max; ++i)
    many += ",\"" + std::to_string(i) + "\"";
  EXPECT_EQ(roots_of(many + "]}").error().code, Code::too_large);
  auto all = collections_of(
      R"({"collections":[{"id":"1","title":"T","alias":"a","can_read":true},{"id":"a b"},{}]})");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_TRUE(all->front().can_read);
  EXPECT_FALSE(all->front().can_write);
  auto posted = posted_of(R"({"total_count":3,"success_count":2,"failure_count":1,
                              "failures":[{"id":"x","message":"no"},7]})");
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->success, 2u);
  EXPECT_EQ(posted->failures[0].message, "no");
  std::string longer(limits::taxii_resource_bytes_max + 1, ' ');
  EXPECT_EQ(roots_of(longer).error().code, Code::too_large);
}

TEST(Answers, of_another_kind_are_refused_with_a_reason) {
  struct Case {
    int status;
    const char* header;
    const char* value;
    Code code;
  };
  for (const Case& one : std::initializer_list<Case>{
           {302, "location", "https://b.example/", Code::not_allowed},
           {301, "content-type", "text/html", Code::not_allowed},
           {401, "content-type", "text/html", Code::not_allowed},
           {404, "content-type", "text/html", Code::not_found},
           {406, "content-type", "text/html", Code::bad_value},
           {503, "content-type", "text/html", Code::busy},
           {200, "content-type", "text/html", Code::malformed},
           {200, "content-type", "application/taxii+json;version=2.0", Code::malformed},
           {200, "x", "y", Code::malformed}}) {
    net::Response response{.status = one.status, .headers = {{one.header, one.value}}, .body = {}};
    auto good = check_answer(response, 200);
    ASSERT_FALSE(good) << one.status;
    EXPECT_EQ(good.error().code, one.code) << one.status << one.value;
  }
  EXPECT_TRUE(check_answer(page("{}", "", "application/taxii+json"), 200));
}

TEST(Follower, goes_on_by_next_and_begins_the_next_round_behind_the_last) {
  Follower follower(Place{});
  EXPECT_EQ(follower.query(), "");
  auto first = page(R"({"more":true,"next":"n/1","objects":[{"a":1},{"b":2}]})",
                    "2026-11-22T08:00:00.000001Z");
  auto objects = follower.take(first);
  ASSERT_TRUE(objects);
  EXPECT_THAT(*objects, ElementsAre(R"({"a":1})", R"({"b":2})"));
  EXPECT_EQ(follower.query(), "next=n%2F1");
  EXPECT_FALSE(follower.done());

  // Interrupted here: what was kept goes on at the same page.
  Follower again(*place_from_json(to_json(follower.place())));
  EXPECT_EQ(again.query(), "next=n%2F1");
  ASSERT_TRUE(again.take(page(R"({"objects":[{"c":3}]})", "2026-11-22T09:00:00.000001Z")));
  EXPECT_TRUE(again.done());
  Follower round(*place_from_json(to_json(again.place())));
  EXPECT_EQ(round.query(), "added_after=2026-11-22T09%3A00%3A00.000001Z");
  ASSERT_TRUE(round.take(page("{}")));  // nothing new
  EXPECT_EQ(round.place().added_after, "2026-11-22T09:00:00.000001Z");
}

TEST(Follower, goes_on_by_date_where_the_server_has_no_next) {
  Follower follower(Place{});
  ASSERT_TRUE(follower.take(page(R"({"more":true,"objects":[{}]})", "2026-11-22T08:00:00.1Z")));
  EXPECT_EQ(follower.query(), "added_after=2026-11-22T08%3A00%3A00.1Z");
  ASSERT_TRUE(
      follower.take(page(R"({"more":true,"next":"","objects":[{}]})", "2026-11-22T08:00:00.2Z")));
  ASSERT_TRUE(follower.take(page("{}")));
  EXPECT_TRUE(follower.done());
  EXPECT_EQ(follower.place().added_after, "2026-11-22T08:00:00.2Z");
}

TEST(Follower, sees_a_server_that_loops) {
  Follower same(Place{});
  ASSERT_TRUE(same.take(page(R"({"more":true,"next":"1"})")));
  EXPECT_EQ(same.take(page(R"({"more":true,"next":"1"})")).error().code, Code::corrupt);
  Follower circle(Place{});
  ASSERT_TRUE(circle.take(page(R"({"more":true,"next":"1"})")));
  ASSERT_TRUE(circle.take(page(R"({"more":true,"next":"2"})")));
  EXPECT_EQ(circle.take(page(R"({"more":true,"next":"1"})")).error().code, Code::corrupt);
  Follower nowhere(Place{});
  EXPECT_EQ(nowhere.take(page(R"({"more":true})")).error().code, Code::corrupt);
  Follower back({.added_after = "2026-11-22T08:00:00Z", .next = "", .last = ""});
  ASSERT_TRUE(back.take(page(R"({"more":true})", "2026-11-22T09:00:00Z")));
  EXPECT_EQ(back.take(page(R"({"more":true})", "2026-11-22T07:00:00Z")).error().code,
            Code::corrupt);
}

TEST(Follower, ends_with_a_server_that_never_does) {
  Follower follower(Place{});
  Result<std::vector<std::string_view>> taken;
  std::size_t pages = 0;
  while (pages <= limits::taxii_pull_pages_max) {
    taken = follower.take(page(R"({"more":true,"next":")" + std::to_string(pages) + "\"}"));
    if (!taken) break;
    ++pages;
  }
  EXPECT_EQ(pages, limits::taxii_pull_pages_max);
  EXPECT_EQ(taken.error().code, Code::too_large);
}

TEST(Follower, asks_for_less_and_begins_again_but_not_for_ever) {
  Follower follower({.added_after = "", .next = "old", .last = ""});
  ASSERT_TRUE(follower.ask_for_less());
  EXPECT_EQ(follower.query(), "limit=100&next=old");
  int times = 1;
  while (follower.ask_for_less()) ++times;
  EXPECT_EQ(times, 4);
  EXPECT_TRUE(follower.begin_again());
  EXPECT_EQ(follower.query(), "limit=1");
  EXPECT_FALSE(follower.begin_again());
}

TEST(Follower, a_next_that_is_too_long_or_no_text_is_none) {
  Follower follower(Place{});
  std::string longest(limits::taxii_next_bytes_max, 'n');
  ASSERT_TRUE(follower.take(page(R"({"more":true,"next":")" + longest + "\"}")));
  EXPECT_EQ(follower.place().next, longest);
  EXPECT_FALSE(follower.take(page(R"({"more":true,"next":")" + longest + "n\"}")));
  Follower number(Place{});
  EXPECT_FALSE(number.take(page(R"({"more":true,"next":7})")));
  Follower wrong(Place{});
  EXPECT_FALSE(wrong.take(page("[]")));
  EXPECT_FALSE(wrong.take(page(R"({"objects":7})")));
}

TEST(Push, envelopes_keep_to_what_the_root_takes) {
  EXPECT_EQ(*content_max_of(R"({"max_content_length":1000})"), 1'000u);
  EXPECT_EQ(*content_max_of("{}"), limits::taxii_push_bytes);
  EXPECT_EQ(*content_max_of(R"({"max_content_length":9007199254740991})"),
            limits::taxii_push_bytes);
}

}  // namespace
}  // namespace comity::taxii
