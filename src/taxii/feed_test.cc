// A collection as a MISP feed, over a node in memory.
#include "taxii/feed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "node/testing.h"
#include "store/memory.h"
#include "taxii/service.h"

namespace comity::taxii {
namespace {

using namespace node::testing;

class Feed : public ::testing::Test {
 protected:
  Feed()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        service({.submit = {},
                 .snapshot = [this]() -> Result<std::unique_ptr<node::View>> { return us.view(); },
                 .title = "A node (invented)",
                 .context = [this] { return std::make_shared<const node::Context>(us.context()); },
                 .tally = {},
                 .now = [this] { return later; }}) {
    us.staff("alert.collection", {{"title", "Worms"}, {"alias", "worms"}});
    us.staff("alert.collection", {{"title", "Others"}, {"alias", "others"}});
    for (const auto& row : us.rows(node::Space::collection))
      (row.row.value.contains("Worms") ? worms : others) = row.key;
    add("misp", "own", {worms}, {});
    add("client", "client", {worms}, {});
    add("writer", "own", {}, {worms});
    for (int n = 0; n < 3; ++n) import(n);
    later = us.now + std::chrono::seconds(5);
  }
  void add(const std::string& name, const char* standing, json::Array read, json::Array write) {
    us.staff("alert.user", {{"name", name},
                            {"key", node::basic_key(name, "secret")},
                            {"standing", standing},
                            {"read", std::move(read)},
                            {"write", std::move(write)}});
  }
  void import(int n) {
    node::testing::import_into(
        us, worms,
        fmt::format(
            R"({{"objects":[{{"type":"indicator","spec_version":"2.1","id":"indicator--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
            R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z","pattern_type":"stix",)"
            R"("pattern":"[domain-name:value = 'w{}.example']","valid_from":"2026-11-01T00:00:00Z"}}]}})",
            n, n));
  }
  net::Response get(const std::string& file, const std::string& name = "misp",
                    const std::string& tag = "", const std::string& method = "GET") {
    net::Response response;
    net::Request request{
        .method = method,
        .target = "/misp/" + file,
        .headers = {{"authorization", "Basic " + to_base64(as_bytes(name + ":secret"))}},
        .body = {}};
    if (!tag.empty()) request.headers.emplace_back("if-none-match", tag);
    service.handle(request, [&](net::Response given) { response = std::move(given); });
    return response;
  }

  node::testing::TestNode us;
  Instant later{};
  Service service;
  std::string worms, others;
};

TEST_F(Feed, has_a_manifest_events_and_hashes) {
  net::Response manifest = get("worms/manifest.json");
  ASSERT_EQ(manifest.status, 200) << manifest.body;
  json::Value all = must(json::parse(manifest.body));
  ASSERT_EQ(all.as_object()->size(), 1u);
  std::string uuid = all.as_object()->begin()->first;
  json::Value event = must(json::parse(get(worms + "/" + uuid + ".json").body));
  EXPECT_EQ(event.find("Event")->find("Attribute")->as_array()->size(), 3u);
  net::Response hashes = get("worms/hashes.csv");
  EXPECT_EQ(std::ranges::count(hashes.body, '\n'), 3);
  EXPECT_EQ(*net::find_header(hashes.headers, "content-type"), "text/csv");
}

TEST_F(Feed, answers_304_to_whoever_has_it_until_something_is_new) {
  std::string tag = *net::find_header(get("worms/manifest.json").headers, "etag");
  net::Response same = get("worms/manifest.json", "misp", tag);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  us.now += std::chrono::seconds(10);
  import(9);
  later = us.now + std::chrono::seconds(5);
  EXPECT_EQ(get("worms/manifest.json", "misp", tag).status, 200);
}

TEST_F(Feed, leaves_out_what_was_added_in_the_second_that_is_not_over) {
  later = us.now;
  EXPECT_EQ(get("worms/manifest.json").body, "{}");
}

TEST_F(Feed, shows_a_reader_no_more_than_it_may_see) {
  EXPECT_EQ(get("worms/manifest.json", "client").status, 404) << "no client is in its circle";
  EXPECT_EQ(get("worms/manifest.json", "nobody").status, 401);
  EXPECT_EQ(get("worms/manifest.json", "writer").status, 403);
  EXPECT_EQ(get("others/manifest.json").status, 404);
  for (const char* none :
       {"worms", "worms/x", "worms/manifest.json/x", "worms/x.json", "none/x.json"})
    EXPECT_EQ(get(none).status, 404) << none;
  EXPECT_EQ(get("worms/manifest.json", "misp", "", "POST").status, 405);
}

TEST_F(Feed, has_a_bound) {
  EXPECT_EQ(FeedAsked{}.objects_max, limits::feed_objects_max);
  auto view = us.view();
  node::Overlay rows(*view);
  node::Collection collection = must(node::load_collection(rows, worms));
  FeedAsked asked{.file = "manifest.json", .maker = "m", .now = later, .objects_max = 3};
  alert::Reader own{.standing = alert::Standing::own};
  EXPECT_TRUE(feed_file(*view, collection, own, asked, {}));
  asked.objects_max = 2;
  EXPECT_EQ(feed_file(*view, collection, own, asked, {}).error().code, Code::too_large);
}

}  // namespace
}  // namespace comity::taxii
