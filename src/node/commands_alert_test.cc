// What officers say of collections and of who reads them over TAXII.
#include <gtest/gtest.h>

#include "node/collections.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class AlertCommands : public ::testing::Test {
 protected:
  AlertCommands() : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {}
  std::string make(const std::string& alias, const std::string& root) {
    us.staff("alert.collection", {{"title", "Worms"}, {"alias", alias}, {"root", root}});
    for (const KeyedRow& row : us.rows(Space::collection)) {
      Collection each = must(collection_from_json(must(json::parse(row.row.value))));
      if (each.alias == alias && each.root == root) return each.id;
    }
    return {};
  }
  TaxiiUser user(const std::string& key) {
    auto view = us.view();
    Overlay rows(*view);
    return must(find_taxii_user(rows, key)).value();
  }
  TestNode us;
};

TEST_F(AlertCommands, an_alias_names_one_collection_under_whatever_api_root) {
  std::string worms = make("worms", "default");
  for (const char* root : {"default", "trusted"})
    for (const std::string& alias : {std::string("worms"), worms}) {
      Reply refused =
          us.command("alert.collection", {{"title", "Other"}, {"alias", alias}, {"root", root}});
      ASSERT_TRUE(refused.error) << alias << " under " << root;
      EXPECT_EQ(refused.error->code, Code::exists);
      EXPECT_TRUE(refused.error->what.contains(worms)) << "which one has it";
    }
  EXPECT_NE(make("bees", "trusted"), "");
  us.staff("alert.collection", {{"id", worms}, {"title", "Worms"}, {"alias", "worms"}});
}

TEST_F(AlertCommands, what_a_user_may_is_changed_without_a_new_secret) {
  std::string worms = make("worms", "default"), bees = make("bees", "default");
  std::string key(64, 'a');
  us.staff("alert.user", {{"name", "siem"},
                          {"key", key},
                          {"standing", "client"},
                          {"read", json::Array{worms}},
                          {"write", json::Array{worms}}});
  us.staff("alert.user_change", {{"name", "siem"}, {"read", json::Array{bees}}});
  EXPECT_EQ(user(key).read, std::set<std::string>{bees});
  EXPECT_EQ(user(key).write, std::set<std::string>{worms}) << "of this nothing was said";
  EXPECT_EQ(user(key).standing, alert::Standing::client);
  us.staff("alert.user_change", {{"name", "siem"}, {"write", json::Array{}}});
  EXPECT_TRUE(user(key).write.empty());
  EXPECT_EQ(user(key).read, std::set<std::string>{bees});

  std::string nowhere(36, '0');
  struct Wrong {
    json::Object args;
    Code code;
  };
  for (const Wrong& each :
       {Wrong{{{"name", "feed"}}, Code::not_found},
        Wrong{{{"name", "siem"}, {"read", json::Array{nowhere}}}, Code::not_found},
        Wrong{{{"name", "siem"}, {"standing", "own"}}, Code::unknown_field}}) {
    Reply refused = us.command("alert.user_change", each.args);
    ASSERT_TRUE(refused.error) << json::write(each.args);
    EXPECT_EQ(refused.error->code, each.code) << json::write(each.args);
  }
}

}  // namespace
}  // namespace comity::node
