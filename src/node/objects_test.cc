// Collections: what is taken, what is refused, and what each reader sees, page by page.
#include "node/objects.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "node/object_edit.h"
#include "node/object_page.h"
#include "node/rebuild.h"
#include "node/testing.h"
#include "stix/object.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
using alert::Standing;

constexpr const char* green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
constexpr const char* red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";

std::string malware(int n, const std::string& modified = "2026-11-01T00:00:00.000Z",
                    const std::string& more = "") {
  return fmt::format(
      R"({{"type":"malware","spec_version":"2.1","id":"malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"{}","is_family":false,"name":"w{}"{}}})",
      n, modified, n, more);
}
std::string marked(int n, const char* marking) {
  return malware(n, "2026-11-01T00:00:00.000Z",
                 fmt::format(R"(,"object_marking_refs":["{}"])", marking));
}
std::string id(int n) {
  return fmt::format("malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", n);
}
std::string envelope(const std::vector<std::string>& objects) {
  std::string text;
  for (const std::string& each : objects) text += (text.empty() ? "" : ",") + each;
  return R"({"objects":[)" + text + "]}";
}

class Objects : public ::testing::Test {
 protected:
  Objects()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, ph);
    collection = make({});
  }
  // A user of ph's that may write into the collection. Returns its key.
  std::string partner_who_writes() {
    std::string key(64, 'c');
    us.staff("alert.user", {{"name", "other"},
                            {"key", key},
                            {"standing", "member"},
                            {"member", to_hex(ph.id())},
                            {"write", json::Array{collection}}});
    return key;
  }
  std::string make(json::Array members) {
    std::set<std::string> before;
    for (const KeyedRow& row : us.rows(Space::collection)) before.insert(row.key);
    us.staff("alert.collection", {{"title", "Worms"}, {"members", std::move(members)}});
    for (const KeyedRow& row : us.rows(Space::collection))
      if (!before.contains(row.key)) return row.key;
    return {};
  }
  json::Value import(const std::vector<std::string>& objects) {
    return import_into(us, collection, envelope(objects));
  }
  ObjectPage page(const ObjectFilter& filter, std::size_t count = 1000,
                  alert::Reader reader = {.standing = Standing::own}) {
    auto view = us.view();
    Overlay rows(*view);
    Collection held = must(load_collection(rows, collection));
    return must(read_page(*view, held, reader, filter, count, With::bytes));
  }
  std::vector<std::string> bytes(const ObjectFilter& filter) {
    std::vector<std::string> out;
    for (const SeenObject& each : page(filter).objects) out.emplace_back(each.bytes);
    return out;
  }

  TestNode us, ph;
  std::string collection;
};

TEST_F(Objects, are_given_back_byte_for_byte_in_the_order_in_which_they_were_added) {
  std::string spaced = malware(2);
  spaced.insert(1, "  ");
  json::Value taken = import({malware(1), spaced});
  EXPECT_EQ(at(taken, "added"), json::Value(2));
  EXPECT_EQ(bytes({}), (std::vector<std::string>{malware(1), spaced}));
  import({malware(3)});
  EXPECT_EQ(bytes({}).back(), malware(3));
}

TEST_F(Objects, one_that_breaks_a_must_is_refused_alone_with_its_reason) {
  std::string bad = malware(2);
  bad.replace(bad.find("\"is_family\":false"), 17, "\"is_family\":\"no\"");
  json::Value taken = import({malware(1), bad, malware(3)});
  EXPECT_EQ(at(taken, "added"), json::Value(2));
  ASSERT_EQ(at(taken, "refused").as_array()->size(), 1u);
  EXPECT_EQ(text_at((*at(taken, "refused").as_array())[0], "id"), id(2));
  EXPECT_TRUE(text_at((*at(taken, "refused").as_array())[0], "message").contains("is_family"));
  EXPECT_EQ(bytes({}).size(), 2u);
}

TEST_F(Objects, the_same_again_is_no_error_and_adds_nothing) {
  import({malware(1), malware(2)});
  std::uint64_t entries = us.count(EntryType::objects);
  json::Value again = import({malware(1), malware(2), malware(2)});
  EXPECT_EQ(at(again, "added"), json::Value(0));
  EXPECT_EQ(at(again, "present"), json::Value(3));
  EXPECT_EQ(us.count(EntryType::objects), entries);
}

TEST_F(Objects, a_version_with_other_content_is_refused_and_a_later_one_is_the_last) {
  import({malware(1)});
  json::Value other = import({malware(1, "2026-11-01T00:00:00.000Z", R"(,"description":"x")")});
  EXPECT_EQ(at(other, "refused").as_array()->size(), 1u);
  std::string later = malware(1, "2026-11-02T00:00:00.000Z");
  std::string between = malware(1, "2026-11-01T12:00:00.000Z");
  import({later});
  import({between});
  EXPECT_EQ(bytes({}), std::vector<std::string>{later}) << "the last by version, not by arrival";
  ObjectFilter all;
  all.versions.all = true;
  EXPECT_EQ(bytes(all), (std::vector<std::string>{malware(1), later, between}));
  ObjectFilter first;
  first.versions.first = true;
  EXPECT_EQ(bytes(first), std::vector<std::string>{malware(1)});
  ObjectFilter exact;
  exact.versions.exact = {*stix::moment_from_text("2026-11-01T12:00:00Z")};
  EXPECT_EQ(bytes(exact), std::vector<std::string>{between});
}

TEST_F(Objects, a_revocation_is_final_and_only_the_creator_makes_a_version) {
  import({malware(1), malware(2)});
  import({malware(1, "2026-11-02T00:00:00.000Z", R"(,"revoked":true)")});
  json::Value after = import({malware(1, "2026-11-03T00:00:00.000Z")});
  EXPECT_EQ(at(after, "refused").as_array()->size(), 1u);
  json::Value usurped =
      import({malware(2, "2026-11-03T00:00:00.000Z",
                      R"(,"created_by_ref":"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")")});
  EXPECT_EQ(at(usurped, "refused").as_array()->size(), 1u);
}

TEST_F(Objects, a_node_has_so_many_collections_with_an_alias_or_without) {
  std::size_t held = us.rows(Space::collection).size();
  Plan plan;
  for (std::size_t i = held; i < limits::collections_max; ++i) {
    Collection each;
    each.id = fmt::format("{:08x}-0000-7000-8000-000000000000", i);
    each.title = "Worms";
    plan.rows.push_back({Space::collection, each.id, json::write(to_json(each))});
  }
  auto group = must(us.store().begin());
  must(group->apply(plan, us.now));
  must(group->commit());
  for (std::string alias : {"", "worms"}) {
    Reply refused = us.command("alert.collection", {{"title", "One more"}, {"alias", alias}});
    ASSERT_TRUE(refused.error) << alias;
    EXPECT_EQ(refused.error->code, Code::too_large) << alias;
  }
  us.staff("alert.collection", {{"id", collection}, {"title", "Of those there are"}});
}

TEST_F(Objects, red_goes_into_no_collection) {
  json::Value taken = import({marked(1, red), marked(2, green)});
  EXPECT_EQ(at(taken, "added"), json::Value(1));
  EXPECT_EQ(text_at((*at(taken, "refused").as_array())[0], "id"), id(1));
  for (std::uint64_t i = 0; i < us.size(); ++i) {
    auto record = must(load_record(*us.view(), i));
    if (record.type == EntryType::objects) EXPECT_FALSE(record.bytes.contains(id(1)));
  }
}

TEST_F(Objects, a_page_ends_where_it_says_and_the_next_goes_on_there) {
  std::vector<std::string> given;
  for (int i = 0; i < 25; ++i) given.push_back(malware(i));
  import(given);  // all within one millisecond
  std::vector<std::string> seen;
  ObjectFilter filter;
  for (int pages = 1;; ++pages) {
    ObjectPage one = page(filter, 10);
    for (const SeenObject& each : one.objects) seen.emplace_back(each.bytes);
    if (!one.next) {
      EXPECT_EQ(pages, 3);
      break;
    }
    EXPECT_EQ(*one.next, one.objects.back().added);
    filter.after = *one.next;
  }
  EXPECT_EQ(seen, given);
}

// Writers add, version and repeat while readers page: whoever pages through to the end has seen
// every object whose last version stood still meanwhile, and none twice.
TEST_F(Objects, histories_of_paging_under_writes_lose_nothing_and_repeat_nothing) {
  std::mt19937_64 random(7);
  std::map<std::string, int> version;  // by id, of the last one
  auto write = [&](int n) {
    std::string day =
        fmt::format("2026-11-01T00:{:02}:{:02}.000Z", version[id(n)] / 60, version[id(n)] % 60);
    ++version[id(n)];
    import({malware(n, day)});
  };
  for (int i = 0; i < 30; ++i) write(i);
  for (int history = 0; history < 60; ++history) {
    std::map<std::string, int> seen;
    std::set<std::string> touched;
    ObjectFilter filter;
    std::size_t count = 1 + random() % 9;
    for (;;) {
      ObjectPage one = page(filter, count);
      for (const SeenObject& each : one.objects)
        ++seen[std::string(each.id) + std::string(each.version)];
      if (!one.next) break;
      filter.after = *one.next;
      if (random() % 3 == 0) {
        int n = static_cast<int>(random() % 40);
        touched.insert(id(n));
        write(n);
      }
    }
    for (const auto& [key, times] : seen) ASSERT_EQ(times, 1) << key;
    for (const SeenObject& each : page({}).objects)
      if (!touched.contains(std::string(each.id)))
        ASSERT_TRUE(seen.contains(std::string(each.id) + std::string(each.version))) << each.id;
  }
}

TEST_F(Objects, every_page_is_the_same_from_opened_blocks_whatever_was_written_meanwhile) {
  std::string key = to_hex(crypto::sha256(as_bytes("feed")));
  us.staff("alert.user", {{"name", "feed"},
                          {"key", key},
                          {"standing", "own"},
                          {"read", json::Array{collection}},
                          {"write", json::Array{collection}}});
  std::mt19937 random(7);
  for (std::size_t bytes_max : {std::size_t{6'000}, std::size_t{1} << 20}) {
    BlockCache cache(bytes_max);
    for (int round = 0, next = 0; round < 300; ++round) {
      if (round % 3 == 0) {
        std::vector<std::string> objects;
        for (int i = 0, count = 1 + static_cast<int>(random() % 9); i < count; ++i)
          objects.push_back(malware(
              next++ % 150, fmt::format("2026-11-01T00:{:02}:{:02}.000Z", round / 60, round % 60)));
        us.give(ObjectsPosted{key, collection, envelope(objects)});
      }
      if (round % 7 == 0)
        us.give(ObjectsDeleted{key, collection, id(static_cast<int>(random() % 150)), {}, {}});
      cache.begin(us.store().generation());
      auto view = us.view();
      Overlay rows(*view);
      Collection held = must(load_collection(rows, collection));
      ObjectFilter filter;
      filter.versions.all = random() % 2 == 0;
      if (random() % 5 == 0) filter.types = {"malware"};
      ObjectPage every = page({});
      if (!every.objects.empty())
        filter.after = every.objects[random() % every.objects.size()].added - 1;
      std::size_t count = 1 + random() % 80;
      alert::Reader own{.standing = Standing::own};
      ObjectPage stored = must(read_page(*view, held, own, filter, count, With::bytes));
      ObjectPage opened = must(read_page(*view, held, own, filter, count, With::bytes, &cache));
      ASSERT_EQ(opened.next, stored.next) << round;
      ASSERT_EQ(opened.objects.size(), stored.objects.size()) << round;
      for (std::size_t i = 0; i < stored.objects.size(); ++i) {
        ASSERT_EQ(opened.objects[i].bytes, stored.objects[i].bytes) << round;
        ASSERT_EQ(opened.objects[i].added, stored.objects[i].added) << round;
      }
    }
  }
}

TEST_F(Objects, filters_by_id_and_type_give_what_they_name) {
  std::string tool =
      R"({"type":"tool","spec_version":"2.1","id":"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z","name":"t"})";
  import({malware(1), tool, malware(2)});
  ObjectFilter types;
  types.types = {"tool"};
  EXPECT_EQ(bytes(types), std::vector<std::string>{tool});
  ObjectFilter ids;
  ids.ids = {id(2), id(1), id(9)};
  EXPECT_EQ(bytes(ids), (std::vector<std::string>{malware(1), malware(2)}));
  ids.ids = {id(2), id(2), id(1), id(2)};
  EXPECT_EQ(bytes(ids), (std::vector<std::string>{malware(1), malware(2)})) << "each once";
  ids.types = {"tool"};
  EXPECT_TRUE(bytes(ids).empty()) << "filters together are AND";
}

TEST_F(Objects, a_reader_sees_what_the_circle_and_the_label_let_and_nothing_after_leaving) {
  collection = make({to_hex(ph.id())});
  import({marked(1, green), malware(2)});
  alert::Reader partner{.standing = Standing::member, .member = ph.id()};
  EXPECT_EQ(page({}, 10, partner).objects.size(), 2u) << "ours: the circle is our choice";
  EXPECT_TRUE(page({}, 10, {.standing = Standing::client}).objects.empty());
  us.staff("alert.collection", {{"id", collection}, {"title", "Worms"}});
  ObjectPage left = page({}, 10, partner);
  EXPECT_TRUE(left.objects.empty());
  EXPECT_EQ(left.tally.of[static_cast<std::size_t>(alert::Verdict::not_in_circle)], 2u);
}

TEST_F(Objects, what_an_unmarked_object_counts_as_is_what_the_collection_says_today) {
  collection = make({});
  us.staff("alert.collection", {{"id", collection}, {"title", "Worms"}, {"clients", true}});
  import({marked(1, green), malware(2)});
  alert::Reader client{.standing = Standing::client};
  EXPECT_EQ(page({}, 10, client).objects.size(), 2u);
  us.staff("alert.collection", {{"id", collection},
                                {"title", "Worms"},
                                {"clients", true},
                                {"unmarked", "TLP:AMBER+STRICT"}});
  ObjectPage tightened = page({}, 10, client);
  ASSERT_EQ(tightened.objects.size(), 1u) << "from the next request on";
  EXPECT_EQ(tightened.objects[0].id, id(1)) << "a label of its own stays";
}

TEST_F(Objects, a_field_with_a_label_of_its_own_is_taken_out_for_those_it_is_not_for) {
  collection = make({to_hex(ph.id())});
  std::string object = malware(
      1, "2026-11-01T00:00:00.000Z",
      fmt::format(R"(,"description":"for us alone","object_marking_refs":["{}"],)"
                  R"("granular_markings":[{{"marking_ref":"{}","selectors":["description"]}}])",
                  green, "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"));
  // It came from another partner, whose AMBER+STRICT is not ours to share.
  std::string writer = partner_who_writes();
  ASSERT_FALSE(us.give(ObjectsPosted{writer, collection, envelope({object})}).error);
  alert::Reader client{.standing = Standing::client};
  us.staff("alert.collection", {{"id", collection}, {"title", "Worms"}, {"clients", true}});
  ObjectPage page_of_client = page({}, 10, client);
  ASSERT_EQ(page_of_client.objects.size(), 1u);
  EXPECT_FALSE(page_of_client.objects[0].bytes.contains("for us alone"));
  EXPECT_TRUE(stix::read_object(page_of_client.objects[0].bytes).object);
  EXPECT_EQ(bytes({}), std::vector<std::string>{object}) << "our own see all of it";
}

TEST_F(Objects, a_field_is_taken_out_however_many_markings_its_object_has) {
  collection = make({to_hex(ph.id())});
  us.staff("alert.collection", {{"id", collection},
                                {"title", "Worms"},
                                {"members", json::Array{to_hex(ph.id())}},
                                {"clients", true},
                                {"unmarked", "TLP:CLEAR"}});
  std::string writer = partner_who_writes();
  for (std::size_t count :
       {limits::object_markings_named_max, limits::object_markings_named_max + 1}) {
    std::string markings;
    for (std::size_t i = 0; i < count; ++i)
      markings +=
          fmt::format(R"({}{{"marking_ref":"{}","selectors":["{}"]}})", i == 0 ? "" : ",",
                      i == 0 ? "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003" : green,
                      i == 0 ? "description" : "name");
    int n = static_cast<int>(count);
    std::string object =
        malware(n, "2026-11-01T00:00:00.000Z",
                R"(,"description":"for us alone","granular_markings":[)" + markings + "]");
    Reply posted = us.give(ObjectsPosted{writer, collection, envelope({object})});
    ASSERT_FALSE(posted.error);
    ObjectFilter one;
    one.ids = {id(n)};
    ObjectPage seen = page(one, 10, {.standing = Standing::client});
    ASSERT_EQ(seen.objects.size(), 1u) << count << json::write(posted.body);
    EXPECT_FALSE(seen.objects[0].bytes.contains("for us alone")) << count;
  }
}

TEST_F(Objects, what_is_posted_needs_a_user_who_may_write) {
  std::string key(64, 'a');
  us.staff(
      "alert.user",
      {{"name", "siem"}, {"key", key}, {"standing", "own"}, {"read", json::Array{collection}}});
  Reply denied = us.give(ObjectsPosted{key, collection, envelope({malware(1)})});
  ASSERT_TRUE(denied.error);
  EXPECT_EQ(denied.error->code, Code::not_allowed);
  std::string writer(64, 'b');
  us.staff(
      "alert.user",
      {{"name", "feed"}, {"key", writer}, {"standing", "own"}, {"write", json::Array{collection}}});
  Reply posted = us.give(ObjectsPosted{writer, collection, envelope({malware(1)})});
  ASSERT_FALSE(posted.error) << to_text(*posted.error);
  EXPECT_EQ(at(posted.body, "successes").as_array()->size(), 1u);
  EXPECT_TRUE(us.row(Space::taxii_status, text_at(posted.body, "id")));
  us.staff("alert.user_remove", {{"name", "feed"}});
  EXPECT_TRUE(us.give(ObjectsPosted{writer, collection, envelope({malware(2)})}).error);
  EXPECT_EQ(bytes({}).size(), 1u);
}

TEST_F(Objects, an_envelope_that_is_none_takes_nothing) {
  std::uint64_t size = us.size();
  for (const char* wrong : {"", "{}", "[]", R"({"objects":{}})", R"({"objects":[)"})
    EXPECT_TRUE(us.command("alert.import", {{"collection", collection}, {"envelope", wrong}}).error)
        << wrong;
  EXPECT_EQ(us.size(), size);
}

TEST(ObjectVersions, are_read_as_they_were_written_and_nothing_else_is) {
  ObjectVersion plain{.version = "2026-11-01T00:00:00Z", .spec = "2.0", .added = 7};
  ObjectVersion gone{.version = "2026-11-02T00:00:00Z", .spec = "2.1", .added = 8, .revoked = true};
  gone.dropped = {.sha256 = crypto::sha256(as_bytes("x")), .created_by = "identity--1"};
  ObjectVersion nobodys = gone;
  nobodys.dropped->created_by.clear();
  std::string text = write({plain, gone, nobodys});
  auto read = must(object_versions_from_text(text));
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(write(read), text);
  EXPECT_FALSE(read[0].dropped || read[0].revoked);
  EXPECT_EQ(read[1].dropped->created_by, "identity--1");
  EXPECT_TRUE(read[2].dropped->created_by.empty());
  for (const char* bad :
       {"", "\"", "7 v 2.1;", R"("7 v 2.1")", R"("x v 2.1;")", R"("7 v;")", R"("7 v 2.2;")",
        R"("7 v 2.1 gone;")", R"("7 v 2.1 dropped;")", R"("7 v 2.1 dropped 00 -;")",
        R"("7 v 2.1 revoked twice;")", R"("7  2.1;")"})
    EXPECT_FALSE(object_versions_from_text(bad)) << bad;
}

TEST(ObjectVersions, the_first_and_the_last_are_among_those_that_are_here) {
  ObjectVersion old{.version = "a", .spec = "2.0"}, one{.version = "b", .spec = "2.1"};
  ObjectVersion two = one, three = one;
  three.dropped = ObjectVersion::Dropped{.sha256 = {}, .created_by = {}};
  auto places = places_among({old, one, two, three});
  EXPECT_EQ(places[0], (Place{.first = true, .last = true, .newest_spec = false}));
  EXPECT_EQ(places[1], (Place{.first = true, .last = false, .newest_spec = true}));
  EXPECT_EQ(places[2], (Place{.first = false, .last = true, .newest_spec = true}));
  EXPECT_EQ(places[3], Place{});
  one.dropped = two.dropped = three.dropped;
  EXPECT_TRUE(places_among({old, one, two, three})[0].newest_spec) << "no later one is left";
}

TEST_F(Objects, every_row_is_rebuilt_byte_for_byte) {
  import({malware(1), malware(2)});
  import({malware(1, "2026-11-02T00:00:00.000Z")});
  auto before = us.rebuilt_rows();
  must(rebuild(us.store(), us.now));
  EXPECT_EQ(us.rebuilt_rows(), before);
}

}  // namespace
}  // namespace comity::node
