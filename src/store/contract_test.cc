// The contract of node/ports.h, clause by clause, over every implementation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ledger/leaf.h"
#include "ledger/tile.h"
#include "store/memory.h"
#include "store/test_kit.h"

namespace comity::store {
namespace {

using kit::append;
using kit::commit_one;
using kit::noon;
using kit::put;
using node::Space;

class Contract : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { store_ = make(); }

  std::unique_ptr<node::Store> make() {
    if (GetParam() == "memory") return open_memory(random_);
    // "small" writes its pending changes into the transaction after every plan.
    auto store = open_sqlite(
        {.path = folder_.path("store-" + std::to_string(made_++)),
         .kek = kit::test_kek(),
         .random = random_,
         .pending_bytes_max = GetParam() == "sqlite_small" ? std::size_t{0} : 16u << 20});
    EXPECT_TRUE(store) << to_text(store.error());
    return *std::move(store);
  }

  std::unique_ptr<node::Group> begin() {
    auto group = store_->begin();
    EXPECT_TRUE(group) << to_text(group.error());
    return *std::move(group);
  }
  std::unique_ptr<node::View> snapshot() {
    auto view = store_->snapshot();
    EXPECT_TRUE(view) << to_text(view.error());
    return *std::move(view);
  }
  void commit(const node::Plan& plan) {
    const auto head = commit_one(*store_, plan);
    ASSERT_TRUE(head) << to_text(head.error());
  }
  std::uint64_t version_of(Space space, std::string_view key) {
    const auto row = snapshot()->get(space, key);
    return row && *row ? (*row)->version : 0;
  }

  kit::Folder folder_;
  crypto::SeededRandom random_{11};
  int made_ = 0;
  std::unique_ptr<node::Store> store_;
};

std::string value_of(node::View& view, Space space, std::string_view key) {
  const auto row = view.get(space, key);
  if (!row) return to_text(row.error());
  return *row ? (*row)->value : "(absent)";
}

std::vector<std::string> keys_of(node::View& view, Space space, std::string_view prefix,
                                 std::string_view after, std::size_t count) {
  const auto rows = view.scan(space, prefix, after, count);
  EXPECT_TRUE(rows) << to_text(rows.error());
  std::vector<std::string> keys;
  for (const node::KeyedRow& row : *rows) keys.push_back(row.key);
  return keys;
}

Code code_of(const auto& result) {
  return result ? Code::exists : result.error().code;
}

// ---- rows

TEST_P(Contract, a_new_store_is_empty_and_its_tree_too) {
  const auto view = snapshot();
  EXPECT_EQ(view->head().value(), node::Head{});
  EXPECT_EQ(view->head().value().root, ledger::empty_root());
  EXPECT_EQ(view->head_at(0).value(), node::Head{});
  EXPECT_EQ(view->next_position().value(), 0u);
  EXPECT_FALSE(view->entry(0).value());
  EXPECT_FALSE(view->tile(0, 0).value());
  EXPECT_FALSE(view->commitment_key(0).value());
  for (std::uint8_t i = 0; i < node::space_count; ++i) {
    EXPECT_THAT(keys_of(*view, static_cast<Space>(i), "", "", 10), testing::IsEmpty());
  }
}

TEST_P(Contract, a_committed_row_is_there_in_its_space_alone) {
  commit(put(Space::member, "m", "{}"));
  const auto view = snapshot();
  EXPECT_EQ(value_of(*view, Space::member, "m"), "{}");
  EXPECT_EQ(value_of(*view, Space::officer, "m"), "(absent)");
  EXPECT_EQ(value_of(*view, Space::member, "n"), "(absent)");
}

TEST_P(Contract, a_group_sees_its_own_changes_and_a_snapshot_does_not) {
  commit(put(Space::self, "old", "1"));
  const auto group = begin();
  const auto before = snapshot();
  node::Plan plan = put(Space::self, "new", "2");
  plan.rows.push_back({Space::self, "old", std::nullopt});
  ASSERT_TRUE(group->apply(plan, noon));
  EXPECT_EQ(value_of(*group, Space::self, "new"), "2");
  EXPECT_EQ(value_of(*group, Space::self, "old"), "(absent)");
  EXPECT_THAT(keys_of(*group, Space::self, "", "", 9), testing::ElementsAre("new"));
  const auto during = snapshot();
  EXPECT_EQ(value_of(*during, Space::self, "new"), "(absent)");
  EXPECT_EQ(value_of(*during, Space::self, "old"), "1");

  ASSERT_TRUE(group->commit());
  for (node::View* view : {before.get(), during.get()}) {
    EXPECT_EQ(value_of(*view, Space::self, "new"), "(absent)");
    EXPECT_EQ(value_of(*view, Space::self, "old"), "1");
    EXPECT_THAT(keys_of(*view, Space::self, "", "", 9), testing::ElementsAre("old"));
  }
  EXPECT_EQ(value_of(*snapshot(), Space::self, "new"), "2");
  EXPECT_EQ(value_of(*snapshot(), Space::self, "old"), "(absent)");
}

TEST_P(Contract, a_snapshot_stands_still_over_many_commits) {
  commit(put(Space::self, "k", "0"));
  std::vector<std::unique_ptr<node::View>> views;
  for (int i = 1; i <= 12; ++i) {
    views.push_back(snapshot());
    node::Plan plan = put(Space::self, "k", std::to_string(i));
    plan.entries.push_back(kit::entry_of("r" + std::to_string(i)));
    commit(plan);
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    EXPECT_EQ(value_of(*views[i], Space::self, "k"), std::to_string(i));
    EXPECT_EQ(views[i]->head().value().size, i);
    EXPECT_EQ(views[i]->next_position().value(), i);
    EXPECT_FALSE(views[i]->entry(i).value());
    EXPECT_FALSE(views[i]->head_at(i + 1).value());
    EXPECT_EQ(views[i]->tile(0, 0).value().value_or(Bytes{}).size(), i * 32);
  }
}

TEST_P(Contract, a_snapshot_has_its_tiles_after_they_became_full) {
  const auto grow = [&](std::size_t count) {
    const auto group = begin();
    for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(group->apply(append("r"), noon));
    ASSERT_TRUE(group->commit());
  };
  grow(200);
  const auto before = snapshot();
  grow(100);
  const auto after = snapshot();
  Bytes leaves;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Hash hash = ledger::leaf_hash(after->entry(i).value().value().leaf);
    leaves.insert(leaves.end(), hash.bytes.begin(), hash.bytes.end());
  }
  const auto part = [&](std::size_t from, std::size_t to) {
    return Bytes(leaves.data() + from * 32, leaves.data() + to * 32);
  };
  EXPECT_EQ(before->tile(0, 0).value(), part(0, 200));
  EXPECT_FALSE(before->tile(0, 1).value());
  EXPECT_EQ(after->tile(0, 0).value(), part(0, 256));
  EXPECT_EQ(after->tile(0, 1).value(), part(256, 300));
  const auto group = begin();
  ASSERT_TRUE(group->apply(append("r"), noon));
  EXPECT_EQ(group->tile(0, 1).value(), part(256, 300)) << "that of the last commit";
}

TEST_P(Contract, uncommitted_group_leaves_nothing) {
  commit(put(Space::self, "k", "kept"));
  const std::uint64_t version = version_of(Space::self, "k");
  const node::Head head = snapshot()->head().value();
  {
    const auto group = begin();
    node::Plan plan = append("lost");
    plan.rows = {{Space::self, "k", "changed"}, {Space::self, "l", "new"}};
    ASSERT_TRUE(group->apply(plan, noon));
    ASSERT_TRUE(group->apply(append("lost too"), noon));
  }
  const auto view = snapshot();
  EXPECT_EQ(value_of(*view, Space::self, "k"), "kept");
  EXPECT_EQ(value_of(*view, Space::self, "l"), "(absent)");
  EXPECT_EQ(version_of(Space::self, "k"), version);
  EXPECT_EQ(view->head().value(), head);
  EXPECT_FALSE(view->entry(0).value());
  EXPECT_FALSE(view->tile(0, 0).value());
  EXPECT_TRUE(begin());
}

TEST_P(Contract, one_group_at_a_time) {
  auto group = begin();
  EXPECT_EQ(code_of(store_->begin()), Code::busy);
  EXPECT_EQ(code_of(store_->begin_rebuild()), Code::busy);
  group.reset();
  group = begin();
  ASSERT_TRUE(group->commit());
  EXPECT_TRUE(store_->begin()) << "a committed group is no longer open";
}

TEST_P(Contract, the_end_of_a_committed_group_does_not_end_its_successor) {
  auto first = begin();
  ASSERT_TRUE(first->commit());
  const auto second = begin();
  ASSERT_TRUE(second->apply(put(Space::self, "k", "v"), noon));
  first.reset();
  EXPECT_EQ(code_of(store_->begin()), Code::busy);
  ASSERT_TRUE(second->commit());
  EXPECT_EQ(value_of(*snapshot(), Space::self, "k"), "v");
}

TEST_P(Contract, a_committed_group_does_nothing_more) {
  const auto group = begin();
  ASSERT_TRUE(group->commit());
  EXPECT_EQ(code_of(group->commit()), Code::wrong_state);
  EXPECT_EQ(code_of(group->apply(put(Space::self, "k", "v"), noon)), Code::wrong_state);
  EXPECT_EQ(code_of(group->get(Space::self, "k")), Code::wrong_state);
  EXPECT_EQ(value_of(*snapshot(), Space::self, "k"), "(absent)");
}

TEST_P(Contract, an_empty_group_commits_and_moves_nothing) {
  commit(append("one"));
  const node::Head head = snapshot()->head().value();
  commit({});
  EXPECT_EQ(snapshot()->head().value(), head);
}

TEST_P(Contract, values_and_keys_are_kept_byte_for_byte) {
  const std::string odd("a\0b\xc3\xa9\"'\xf0\x9f\x98\x80", 11);
  commit(put(Space::draft, odd, odd));
  commit(put(Space::draft, "empty", ""));
  commit(put(Space::draft, "large", std::string(300'000, 'x')));
  const auto view = snapshot();
  EXPECT_EQ(value_of(*view, Space::draft, odd), odd);
  EXPECT_EQ(value_of(*view, Space::draft, "empty"), "");
  EXPECT_EQ(value_of(*view, Space::draft, "large"), std::string(300'000, 'x'));
}

// ---- versions and expectations

TEST_P(Contract, versions_grow_and_never_come_back) {
  std::uint64_t last = 0;
  for (int i = 0; i < 4; ++i) {
    commit(put(Space::self, "k", "same value"));
    const std::uint64_t version = version_of(Space::self, "k");
    EXPECT_GT(version, last);
    last = version;
    node::Plan gone;
    gone.rows.push_back({Space::self, "k", std::nullopt});
    commit(gone);
    EXPECT_EQ(version_of(Space::self, "k"), 0u);
  }
}

TEST_P(Contract, versions_grow_within_one_group) {
  const auto group = begin();
  ASSERT_TRUE(group->apply(put(Space::self, "k", "a"), noon));
  const auto first = group->get(Space::self, "k").value().value().version;
  node::Plan gone;
  gone.rows.push_back({Space::self, "k", std::nullopt});
  ASSERT_TRUE(group->apply(gone, noon));
  ASSERT_TRUE(group->apply(put(Space::self, "k", "a"), noon));
  EXPECT_GT(group->get(Space::self, "k").value().value().version, first);
}

TEST_P(Contract, an_expectation_met_lets_the_plan_in) {
  commit(put(Space::self, "k", "1"));
  node::Plan plan = put(Space::self, "k", "2");
  plan.expects = {{Space::self, "k", version_of(Space::self, "k")}, {Space::self, "absent", 0}};
  commit(plan);
  EXPECT_EQ(value_of(*snapshot(), Space::self, "k"), "2");
}

TEST_P(Contract, a_conflict_fails_its_plan_alone_and_whole) {
  commit(put(Space::self, "k", "1"));
  const std::uint64_t version = version_of(Space::self, "k");
  const auto group = begin();
  ASSERT_TRUE(group->apply(put(Space::self, "before", "b"), noon));

  node::Plan plan = append("must not appear");
  plan.rows = {{Space::self, "k", "2"}, {Space::self, "other", "x"}};
  for (const node::Expect& wrong :
       {node::Expect{Space::self, "k", version + 1}, node::Expect{Space::self, "k", 0},
        node::Expect{Space::self, "absent", 1}, node::Expect{Space::member, "k", version},
        node::Expect{Space::self, "before", 0}}) {
    plan.expects = {{Space::self, "k", version}, wrong};
    EXPECT_EQ(code_of(group->apply(plan, noon)), Code::conflict);
  }
  ASSERT_TRUE(group->apply(put(Space::self, "after", "a"), noon));
  ASSERT_TRUE(group->commit());

  const auto view = snapshot();
  EXPECT_EQ(value_of(*view, Space::self, "k"), "1");
  EXPECT_EQ(value_of(*view, Space::self, "other"), "(absent)");
  EXPECT_EQ(value_of(*view, Space::self, "before"), "b");
  EXPECT_EQ(value_of(*view, Space::self, "after"), "a");
  EXPECT_EQ(view->head().value().size, 0u);
}

TEST_P(Contract, expectations_see_what_earlier_plans_of_the_group_did) {
  commit(put(Space::self, "k", "1"));
  const std::uint64_t version = version_of(Space::self, "k");
  const auto group = begin();
  node::Plan plan = put(Space::self, "k", "2");
  plan.expects = {{Space::self, "k", version}};
  ASSERT_TRUE(group->apply(plan, noon));
  EXPECT_EQ(code_of(group->apply(plan, noon)), Code::conflict);
  node::Plan gone;
  gone.rows.push_back({Space::self, "k", std::nullopt});
  ASSERT_TRUE(group->apply(gone, noon));
  plan.expects = {{Space::self, "k", 0}};
  EXPECT_TRUE(group->apply(plan, noon));
}

TEST_P(Contract, a_plan_counts_until_its_permits_expire_and_no_longer) {
  const auto group = begin();
  node::Plan plan = append("permitted");
  plan.not_after = noon;
  EXPECT_TRUE(group->apply(plan, noon - Millis{1}));
  EXPECT_TRUE(group->apply(plan, noon));
  plan.rows.push_back({Space::self, "k", "v"});
  EXPECT_EQ(code_of(group->apply(plan, noon + Millis{1})), Code::expired);
  EXPECT_EQ(group->commit().value().size, 2u);
  EXPECT_EQ(value_of(*snapshot(), Space::self, "k"), "(absent)");
}

// ---- scans

TEST_P(Contract, scans_go_by_bytes_within_prefix_above_after_up_to_count) {
  node::Plan plan;
  for (const char* key : {"a", "a/1", "a/10", "a/2", "b", "b/1", "\xc3\xa9"})
    plan.rows.push_back({Space::timer, key, key});
  commit(plan);
  commit(put(Space::alarm, "a/3", "another space"));
  using testing::ElementsAre;
  using testing::IsEmpty;

  // Once from the file alone, once with half of it still pending in a group.
  const auto view = snapshot();
  const auto group = begin();
  ASSERT_TRUE(group->apply(put(Space::timer, "a/10", "changed"), noon));
  for (node::View* each : std::initializer_list<node::View*>{view.get(), group.get()}) {
    EXPECT_THAT(keys_of(*each, Space::timer, "", "", 99),
                ElementsAre("a", "a/1", "a/10", "a/2", "b", "b/1", "\xc3\xa9"));
    EXPECT_THAT(keys_of(*each, Space::timer, "a/", "", 99), ElementsAre("a/1", "a/10", "a/2"));
    EXPECT_THAT(keys_of(*each, Space::timer, "a/", "a/1", 99), ElementsAre("a/10", "a/2"));
    EXPECT_THAT(keys_of(*each, Space::timer, "a/", "a/1", 1), ElementsAre("a/10"));
    EXPECT_THAT(keys_of(*each, Space::timer, "a/", "a/11", 9), ElementsAre("a/2"));
    EXPECT_THAT(keys_of(*each, Space::timer, "a/", "a/2", 9), IsEmpty());
    EXPECT_THAT(keys_of(*each, Space::timer, "a/", "b", 9), IsEmpty());
    EXPECT_THAT(keys_of(*each, Space::timer, "b", "a", 9), ElementsAre("b", "b/1"));
    EXPECT_THAT(keys_of(*each, Space::timer, "", "b", 9), ElementsAre("b/1", "\xc3\xa9"));
    EXPECT_THAT(keys_of(*each, Space::timer, "a", "a", 9), ElementsAre("a/1", "a/10", "a/2"));
    EXPECT_THAT(keys_of(*each, Space::timer, "c", "", 9), IsEmpty());
    EXPECT_THAT(keys_of(*each, Space::timer, "", "", 0), IsEmpty());
    EXPECT_THAT(keys_of(*each, Space::timer, "", "", 2), ElementsAre("a", "a/1"));
  }
  EXPECT_EQ(group->scan(Space::timer, "a/10", "", 1).value().at(0).row.value, "changed");
  EXPECT_EQ(view->scan(Space::timer, "a/10", "", 1).value().at(0).row.value, "a/10");
}

TEST_P(Contract, the_last_row_until_a_key_is_found_within_its_prefix) {
  node::Plan plan;
  for (const char* key : {"a/2", "a/4", "a/6", "b/1"})
    plan.rows.push_back({Space::object, key, key});
  commit(plan);
  const auto last = [](node::View& view, std::string_view prefix, std::string_view key) {
    const auto row = view.last_until(Space::object, prefix, key);
    EXPECT_TRUE(row) << to_text(row.error());
    return *row ? (*row)->key + "=" + (*row)->row.value : "(absent)";
  };
  const auto view = snapshot();
  EXPECT_EQ(last(*view, "a/", "a/1"), "(absent)");
  EXPECT_EQ(last(*view, "a/", "a/2"), "a/2=a/2");
  EXPECT_EQ(last(*view, "a/", "a/5"), "a/4=a/4");
  EXPECT_EQ(last(*view, "a/", "a/9"), "a/6=a/6");
  EXPECT_EQ(last(*view, "b/", "b/0"), "(absent)") << "that of another prefix is none";
  EXPECT_EQ(last(*view, "", "zzz"), "b/1=b/1");

  const auto group = begin();
  node::Plan pending = put(Space::object, "a/3", "new");
  pending.rows.push_back({Space::object, "a/4", std::nullopt});
  pending.rows.push_back({Space::object, "a/6", "changed"});
  ASSERT_TRUE(group->apply(pending, noon));
  EXPECT_EQ(last(*group, "a/", "a/5"), "a/3=new");
  EXPECT_EQ(last(*group, "a/", "a/9"), "a/6=changed");
  ASSERT_TRUE(group->apply(put(Space::object, "a/3", "newer"), noon));
  node::Plan gone;
  for (const char* key : {"a/3", "a/6"}) gone.rows.push_back({Space::object, key, std::nullopt});
  ASSERT_TRUE(group->apply(gone, noon));
  EXPECT_EQ(last(*group, "a/", "a/9"), "a/2=a/2");
  EXPECT_EQ(last(*view, "a/", "a/9"), "a/6=a/6") << "a snapshot stands still";
}

TEST_P(Contract, every_byte_of_a_sealed_value_comes_back) {
  std::string value;
  for (int i = 0; i < 100'000; ++i) value.push_back(static_cast<char>(i * 7));
  for (const Space space : {Space::object, Space::object_bytes}) {
    ASSERT_TRUE(node::is_sealed(space));
    commit(put(space, "k", value));
    const auto group = begin();
    const auto view = snapshot();
    for (node::View* each : std::initializer_list<node::View*>{view.get(), group.get()}) {
      EXPECT_EQ(value_of(*each, space, "k"), value);
      EXPECT_EQ(each->scan(space, "", "", 9).value().at(0).row.value, value);
    }
    ASSERT_TRUE(group->apply(put(space, "k", ""), noon));
    ASSERT_TRUE(group->commit());
    EXPECT_EQ(value_of(*snapshot(), space, "k"), "");
  }
}

TEST_P(Contract, the_generation_grows_with_every_commit) {
  const std::uint64_t before = store_->generation();
  EXPECT_EQ(store_->generation(), before);
  commit(put(Space::self, "k", "v"));
  const std::uint64_t after = store_->generation();
  EXPECT_GT(after, before);
  (void)snapshot();
  EXPECT_EQ(store_->generation(), after) << "reading changes nothing";
}

TEST_P(Contract, a_group_scans_pending_and_stored_rows_in_one_order) {
  node::Plan stored;
  for (const char* key : {"b", "d", "f", "h"}) stored.rows.push_back({Space::timer, key, "stored"});
  commit(stored);
  const auto group = begin();
  node::Plan pending;
  for (const char* key : {"a", "c", "e", "i"})
    pending.rows.push_back({Space::timer, key, "pending"});
  pending.rows.push_back({Space::timer, "d", "changed"});
  pending.rows.push_back({Space::timer, "f", std::nullopt});
  pending.rows.push_back({Space::timer, "g", std::nullopt});
  ASSERT_TRUE(group->apply(pending, noon));
  EXPECT_THAT(keys_of(*group, Space::timer, "", "", 99),
              testing::ElementsAre("a", "b", "c", "d", "e", "h", "i"));
  for (std::size_t count = 0; count <= 8; ++count) {
    EXPECT_EQ(keys_of(*group, Space::timer, "", "", count).size(), std::min<std::size_t>(count, 7));
  }
  EXPECT_THAT(keys_of(*group, Space::timer, "", "c", 3), testing::ElementsAre("d", "e", "h"));
}

// ---- the journal

TEST_P(Contract, entries_come_back_as_they_were_given) {
  node::Plan plan;
  plan.entries = {kit::entry_of("first", "conversation-1"), kit::entry_of(""),
                  kit::entry_of(std::string(70'000, 'z'))};
  plan.entries[1].type = 63;
  plan.entries[1].recorded_at = noon + Millis{61'001};
  plan.entries[1].actor = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto group = begin();
  EXPECT_EQ(group->apply(plan, noon).value(), 0u);
  EXPECT_EQ(group->next_position().value(), 3u);
  EXPECT_EQ(group->apply({}, noon).value(), 3u);
  EXPECT_EQ(group->apply(append("fourth"), noon).value(), 3u);
  const auto pending = group->entry(1).value();
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->record, "");
  EXPECT_EQ(pending->tree_size, 0u) << "the group is not committed yet";
  EXPECT_FALSE(group->entry(4).value());
  EXPECT_EQ(group->head().value().size, 0u);
  ASSERT_TRUE(group->commit());

  const auto view = snapshot();
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto stored = view->entry(i).value();
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->position, i);
    EXPECT_EQ(stored->record, plan.entries[i].record);
    EXPECT_EQ(stored->type, plan.entries[i].type);
    EXPECT_EQ(stored->recorded_at, plan.entries[i].recorded_at);
    EXPECT_EQ(stored->actor, plan.entries[i].actor);
    EXPECT_EQ(stored->conversation, plan.entries[i].conversation);
    EXPECT_EQ(stored->tree_size, 4u);
  }
  EXPECT_FALSE(view->entry(4).value());
}

TEST_P(Contract, the_leaf_commits_to_the_record_under_a_key_of_its_own) {
  node::Plan plan;
  plan.entries = {kit::entry_of("same"), kit::entry_of("same")};
  commit(plan);
  const auto view = snapshot();
  const auto first = view->entry(0).value().value();
  const auto second = view->entry(1).value().value();
  EXPECT_NE(first.leaf, second.leaf) << "equal records must not show";
  for (const node::StoredEntry& entry : {first, second}) {
    const auto key = view->commitment_key(entry.position).value();
    ASSERT_TRUE(key);
    const auto leaf = ledger::parse_leaf(entry.leaf);
    ASSERT_TRUE(leaf);
    EXPECT_EQ(leaf->type, entry.type);
    EXPECT_EQ(leaf->at, ledger::coarse(entry.recorded_at));
    EXPECT_TRUE(ledger::verify_commitment(leaf->commitment, {key->bytes}, as_bytes(*entry.record)));
    EXPECT_FALSE(ledger::verify_commitment(leaf->commitment, {key->bytes}, as_bytes("other")));
  }
}

TEST_P(Contract, an_entry_that_no_leaf_can_hold_fails_its_plan) {
  const auto group = begin();
  for (const auto& spoil : std::vector<std::function<void(node::Entry&)>>{
           [](node::Entry& e) { e.type = 0; }, [](node::Entry& e) { e.type = 64; },
           [](node::Entry& e) { e.actor.pop_back(); }, [](node::Entry& e) { e.actor.push_back(0); },
           [](node::Entry& e) { e.recorded_at = Instant{Millis{-1}}; }}) {
    node::Plan plan = append("good");
    plan.entries.push_back(kit::entry_of("bad"));
    spoil(plan.entries.back());
    EXPECT_EQ(code_of(group->apply(plan, noon)), Code::bad_value);
  }
  EXPECT_EQ(group->commit().value().size, 0u);
}

// Every size is met at some commit, over more than one tile.
TEST_P(Contract, heads_and_tiles_make_proofs_that_verify) {
  std::vector<Hash> leaves;
  ledger::Frontier tree;
  for (std::size_t step = 1; tree.size() < 700; step = step * 3 % 257 + 1) {
    const auto group = begin();
    for (std::size_t i = 0; i < step; ++i) ASSERT_TRUE(group->apply(append("r"), noon));
    const node::Head head = group->commit().value();
    const auto view = snapshot();
    while (leaves.size() < head.size) {
      const auto entry = view->entry(leaves.size()).value().value();
      EXPECT_EQ(entry.tree_size, head.size);
      leaves.push_back(ledger::leaf_hash(entry.leaf));
      tree.append(leaves.back());
    }
    ASSERT_EQ(head, tree.head());
    ASSERT_EQ(view->head().value(), head);
    ASSERT_EQ(view->head_at(head.size).value(), head);
  }

  const auto view = snapshot();
  const node::Head head = view->head().value();
  const ledger::TileHashReader hashes(
      head.size, [&](const ledger::TileId& tile, unsigned) -> Result<Bytes> {
        TRY(auto bytes, view->tile(tile.level, tile.index));
        return bytes ? Result<Bytes>(*std::move(bytes)) : fail(Code::not_found, "no such tile");
      });
  for (std::uint64_t i = 0; i < head.size; i += 37) {
    const auto proof = ledger::inclusion_proof(i, head.size, hashes);
    ASSERT_TRUE(proof) << to_text(proof.error());
    EXPECT_TRUE(ledger::verify_inclusion(i, leaves[i], head, *proof));
    EXPECT_FALSE(ledger::verify_inclusion(i, leaves[i ^ 1], head, *proof));
  }
  std::size_t heads = 0;
  for (std::uint64_t size = 0; size <= head.size; ++size) {
    const auto earlier = view->head_at(size).value();
    if (!earlier) continue;
    ++heads;
    const auto proof = ledger::consistency_proof(size, head.size, hashes);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(ledger::verify_consistency(*earlier, head, *proof));
  }
  EXPECT_GT(heads, 5u);
  EXPECT_FALSE(view->head_at(head.size + 1).value());
  EXPECT_FALSE(view->head_at(2).value()) << "no group ended there";
  EXPECT_FALSE(view->tile(0, 1000).value());
  EXPECT_FALSE(view->tile(9, 0).value());
}

// ---- erasure

TEST_P(Contract, erasing_drops_record_and_key_and_keeps_the_leaf) {
  node::Plan plan;
  plan.entries = {kit::entry_of("keep"), kit::entry_of("goes", "c"), kit::entry_of("keep too")};
  commit(plan);
  const auto before = snapshot();
  const auto whole = before->entry(1).value().value();
  const node::Head head = before->head().value();

  node::Plan erase = append("erasure");
  erase.erase = {1};
  commit(erase);
  const auto view = snapshot();
  const auto erased = view->entry(1).value().value();
  EXPECT_FALSE(erased.record);
  EXPECT_FALSE(view->commitment_key(1).value());
  EXPECT_EQ(erased.leaf, whole.leaf);
  EXPECT_EQ(erased.type, whole.type);
  EXPECT_EQ(erased.recorded_at, whole.recorded_at);
  EXPECT_EQ(erased.conversation, "c");
  EXPECT_EQ(erased.tree_size, 3u);
  EXPECT_EQ(view->entry(0).value().value().record, "keep");
  EXPECT_EQ(view->entry(2).value().value().record, "keep too");
  EXPECT_EQ(view->head_at(3).value(), head);
  EXPECT_EQ(before->entry(1).value().value().record, "goes") << "a snapshot stands still";
  EXPECT_TRUE(before->commitment_key(1).value());

  commit(erase);  // again: nothing is left to do
  EXPECT_FALSE(snapshot()->entry(1).value().value().record);
}

TEST_P(Contract, erasure_shows_in_its_group_and_goes_with_it) {
  commit(append("stored"));
  {
    const auto group = begin();
    ASSERT_TRUE(group->apply(append("pending"), noon));
    node::Plan erase;
    erase.erase = {0, 1};
    ASSERT_TRUE(group->apply(erase, noon));
    for (std::uint64_t i : {0u, 1u}) {
      EXPECT_FALSE(group->entry(i).value().value().record);
      EXPECT_FALSE(group->commitment_key(i).value());
    }
  }
  EXPECT_EQ(snapshot()->entry(0).value().value().record, "stored");
  EXPECT_TRUE(snapshot()->commitment_key(0).value());
  commit(append("next"));
  EXPECT_EQ(snapshot()->entry(1).value().value().record, "next");
}

TEST_P(Contract, entries_are_found_by_their_conversation_erased_or_pending) {
  using Positions = std::vector<std::uint64_t>;
  node::Plan plan;
  for (const char* conversation : {"a", "b", "", "a"})
    plan.entries.push_back(kit::entry_of("r", conversation));
  commit(plan);
  const auto before = snapshot();
  {
    const auto group = begin();
    node::Plan more;
    more.entries = {kit::entry_of("r", "b"), kit::entry_of("r", "a")};
    more.erase = {0};
    ASSERT_TRUE(group->apply(more, noon));
    EXPECT_EQ(group->filed_under("a").value(), (Positions{0, 3, 5}));
    EXPECT_EQ(group->filed_under("b").value(), (Positions{1, 4}));
    EXPECT_EQ(before->filed_under("a").value(), (Positions{0, 3}));
    ASSERT_TRUE(group->commit());
  }
  EXPECT_EQ(before->filed_under("a").value(), (Positions{0, 3})) << "a snapshot stands still";
  const auto after = snapshot();
  EXPECT_EQ(after->filed_under("a").value(), (Positions{0, 3, 5}));
  EXPECT_EQ(after->filed_under("").value(), Positions{});
  EXPECT_EQ(after->filed_under("c").value(), Positions{});
}

TEST_P(Contract, an_entry_erased_in_the_group_that_made_it_is_stored_without_record) {
  const auto group = begin();
  ASSERT_TRUE(group->apply(append("pending"), noon));
  node::Plan erase;
  erase.erase = {0};
  ASSERT_TRUE(group->apply(erase, noon));
  ASSERT_TRUE(group->commit());
  EXPECT_FALSE(snapshot()->entry(0).value().value().record);
  EXPECT_EQ(snapshot()->head().value().size, 1u);
}

TEST_P(Contract, erasing_what_is_not_there_fails_the_plan) {
  commit(append("one"));
  const auto group = begin();
  node::Plan plan = append("two");
  plan.erase = {0, 2};
  EXPECT_EQ(code_of(group->apply(plan, noon)), Code::not_found);
  plan.erase = {1};  // its own entry: not there when the plan begins
  EXPECT_EQ(code_of(group->apply(plan, noon)), Code::not_found);
  EXPECT_EQ(group->entry(0).value().value().record, "one");
  EXPECT_EQ(group->next_position().value(), 1u);
}

// ---- rebuild

TEST_P(Contract, a_rebuild_empties_what_is_rebuilt_and_keeps_the_rest) {
  node::Plan plan = append("journal");
  for (std::uint8_t i = 0; i < node::space_count; ++i)
    plan.rows.push_back({static_cast<Space>(i), "k", "old"});
  commit(plan);
  const node::Head head = snapshot()->head().value();
  const std::uint64_t version = version_of(Space::member, "k");

  auto group = store_->begin_rebuild();
  ASSERT_TRUE(group) << to_text(group.error());
  for (std::uint8_t i = 0; i < node::space_count; ++i) {
    const auto space = static_cast<Space>(i);
    EXPECT_EQ(value_of(**group, space, "k"), node::is_rebuilt(space) ? "(absent)" : "old");
    EXPECT_EQ(keys_of(**group, space, "", "", 9).size(), node::is_rebuilt(space) ? 0u : 1u);
  }
  EXPECT_EQ((*group)->entry(0).value().value().record, "journal");
  EXPECT_EQ(value_of(*snapshot(), Space::member, "k"), "old") << "until it is committed";
  ASSERT_TRUE((*group)->apply(put(Space::member, "k", "new"), noon));
  EXPECT_EQ((*group)->commit().value(), head);

  const auto view = snapshot();
  EXPECT_EQ(value_of(*view, Space::member, "k"), "new");
  EXPECT_GT(version_of(Space::member, "k"), version);
  EXPECT_EQ(value_of(*view, Space::officer, "k"), "(absent)");
  EXPECT_EQ(value_of(*view, Space::link, "k"), "old");
  EXPECT_EQ(view->head().value(), head);
  EXPECT_EQ(view->entry(0).value().value().record, "journal");
}

TEST_P(Contract, a_rebuild_given_up_changes_nothing) {
  commit(put(Space::member, "k", "old"));
  {
    auto group = store_->begin_rebuild();
    ASSERT_TRUE(group);
    ASSERT_TRUE((*group)->apply(put(Space::member, "k", "new"), noon));
  }
  EXPECT_EQ(value_of(*snapshot(), Space::member, "k"), "old");
}

TEST_P(Contract, a_rebuild_refuses_entries_and_erasures) {
  commit(append("journal"));
  auto group = store_->begin_rebuild();
  ASSERT_TRUE(group);
  EXPECT_EQ(code_of((*group)->apply(append("new"), noon)), Code::wrong_state);
  node::Plan erase;
  erase.erase = {0};
  EXPECT_EQ(code_of((*group)->apply(erase, noon)), Code::wrong_state);
  EXPECT_TRUE((*group)->commit());
  EXPECT_EQ(snapshot()->entry(0).value().value().record, "journal");
}

// ---- threads

// Every commit appends one entry and counts it in a row: no snapshot may see one without the other.
TEST_P(Contract, readers_beside_the_writer_see_whole_commits_only) {
  constexpr std::uint64_t commits = 40;
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  std::atomic<std::uint64_t> reads = 0;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::uint64_t last = 0;
      while (!done) {
        const auto view = store_->snapshot();
        ASSERT_TRUE(view) << to_text(view.error());
        const std::uint64_t size = (*view)->head().value().size;
        ASSERT_GE(size, last);
        last = size;
        if (size == 0) continue;
        ASSERT_EQ(value_of(**view, Space::self, "count"), std::to_string(size));
        ASSERT_EQ((*view)->entry(size - 1).value().value().record, std::to_string(size));
        ASSERT_FALSE((*view)->entry(size).value());
        ++reads;
      }
    });
  }
  for (std::uint64_t i = 1; i <= commits || reads < 20; ++i) {
    node::Plan plan = append(std::to_string(i));
    plan.rows.push_back({Space::self, "count", std::to_string(i)});
    commit(plan);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

INSTANTIATE_TEST_SUITE_P(, Contract, testing::Values("memory", "sqlite", "sqlite_small"),
                         [](const auto& each) { return each.param; });

// ---- both alike

// A plan that often conflicts, over few keys, so that every path is taken.
node::Plan random_plan(Random& random, node::View& view, std::uint64_t end) {
  const auto pick = [&](std::uint64_t below) { return random.u64() % below; };
  const auto key = [&] { return std::string("k/") + std::to_string(pick(12)); };
  const auto space = [&] {
    constexpr Space spaces[] = {Space::conversation, Space::link, Space::object};
    return spaces[pick(3)];
  };
  node::Plan plan;
  for (std::uint64_t n = pick(3); n > 0; --n) {
    node::Expect expect{space(), key(), 0};
    const auto row = view.get(expect.space, expect.key).value();
    expect.version = (row ? row->version : 0) + (pick(8) == 0 ? 1 : 0);
    plan.expects.push_back(expect);
  }
  for (std::uint64_t n = pick(4); n > 0; --n) {
    plan.rows.push_back(
        {space(), key(),
         pick(3) == 0 ? std::nullopt : std::optional(std::to_string(random.u64()))});
  }
  for (std::uint64_t n = pick(3); n > 0; --n)
    plan.entries.push_back(kit::entry_of(std::to_string(random.u64())));
  if (pick(6) == 0) plan.erase.push_back(pick(end + 2));
  if (pick(10) == 0) plan.not_after = noon - Millis{1} + Millis{static_cast<std::int64_t>(pick(3))};
  return plan;
}

void expect_same(node::View& a, node::View& b) {
  for (const Space space : {Space::conversation, Space::link, Space::object}) {
    const auto left = a.scan(space, "k/", "", 1000).value();
    const auto right = b.scan(space, "k/", "", 1000).value();
    ASSERT_EQ(left.size(), right.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      ASSERT_EQ(left[i].key, right[i].key);
      ASSERT_EQ(left[i].row.value, right[i].row.value);
      ASSERT_EQ(left[i].row.version, right[i].row.version);
      ASSERT_EQ(a.get(space, left[i].key).value().value().value, left[i].row.value);
    }
    for (const char* key : {"k/", "k/1", "k/3", "k/5", "k/9"}) {
      const auto low = a.last_until(space, "k/", key).value();
      const auto high = b.last_until(space, "k/", key).value();
      ASSERT_EQ(low.has_value(), high.has_value());
      if (low) ASSERT_EQ(low->key + low->row.value, high->key + high->row.value);
    }
  }
  const std::uint64_t end = a.next_position().value();
  ASSERT_EQ(end, b.next_position().value());
  for (std::uint64_t i = 0; i < end; ++i) {
    const auto left = a.entry(i).value().value();
    const auto right = b.entry(i).value().value();
    ASSERT_EQ(left.record, right.record) << i;
    ASSERT_EQ(left.tree_size, right.tree_size) << i;
    ASSERT_EQ(a.commitment_key(i).value().has_value(), b.commitment_key(i).value().has_value())
        << i;
  }
}

class BothStores : public testing::TestWithParam<std::uint64_t> {};

TEST_P(BothStores, give_the_same_answers_to_random_plans) {
  kit::Folder folder;
  crypto::SeededRandom choice{GetParam()};
  crypto::SeededRandom keys{1};
  const auto memory = open_memory(keys);
  const auto sqlite =
      open_sqlite({.path = folder.path("store"),
                   .kek = kit::test_kek(),
                   .random = keys,
                   .pending_bytes_max = GetParam() % 2 == 0 ? std::size_t{600} : 16u << 20});
  ASSERT_TRUE(sqlite);
  std::vector<std::pair<std::unique_ptr<node::View>, std::unique_ptr<node::View>>> views;
  for (int round = 0; round < 25; ++round) {
    const bool rebuild = choice.u64() % 8 == 0;
    auto left = rebuild ? memory->begin_rebuild().value() : memory->begin().value();
    auto right = rebuild ? (*sqlite)->begin_rebuild().value() : (*sqlite)->begin().value();
    for (std::uint64_t n = choice.u64() % 8; n > 0; --n) {
      const node::Plan plan = random_plan(choice, *left, left->next_position().value());
      const auto first = left->apply(plan, noon);
      const auto second = right->apply(plan, noon);
      ASSERT_EQ(code_of(first), code_of(second));
      if (first) ASSERT_EQ(*first, *second);
    }
    expect_same(*left, *right);
    if (choice.u64() % 4 != 0) {
      ASSERT_EQ(left->commit().value().size, right->commit().value().size);
    }
    left.reset();
    right.reset();
    if (choice.u64() % 3 == 0)
      views.emplace_back(memory->snapshot().value(), (*sqlite)->snapshot().value());
    if (choice.u64() % 5 == 0 && !views.empty()) views.erase(views.begin());
    for (const auto& [a, b] : views) expect_same(*a, *b);
  }
}

INSTANTIATE_TEST_SUITE_P(, BothStores, testing::Range<std::uint64_t>(0, 20));

}  // namespace
}  // namespace comity::store
