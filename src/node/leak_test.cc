// Marked means enforced, with the node's own code: what each of 50,000 readers gets of random
// collections, and what each partner is told, is what plain rules say, no more and no less.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "node/object_page.h"
#include "node/testing_happen.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class Reading {
 public:
  Reading(World& world, Cast& cast, BlockCache& cache)
      : world_(world), view_(cast.us.view()), rows_(*view_), cache_(cache) {
    cache_.begin(cast.us.store().generation());
    collection_ = must(load_collection(rows_, world.collection));
  }
  void by(const Viewer& who);

 private:
  ObjectFilter any_filter();
  bool is_wanted(const ObjectFilter& filter, const Given& what) const;
  void compare(const Viewer& who, const ObjectFilter& filter, With with);
  void compare_one(const Viewer& who, const Given& what, const SeenObject& seen, With with);

  World& world_;
  std::unique_ptr<View> view_;
  Overlay rows_;
  BlockCache& cache_;
  Collection collection_;
};

ObjectFilter Reading::any_filter() {
  ObjectFilter filter;
  switch (world_.roll(6)) {
    case 0:
      filter.versions.all = true;
      break;
    case 1:
      filter.versions.first = true;
      break;
    case 2:
      if (!world_.rules.held.empty())
        filter.versions.exact = {*stix::moment_from_text(
            world_.rules.held[world_.roll(world_.rules.held.size())].version)};
      break;
    default:
      break;
  }
  if (world_.roll(4) == 0)
    for (std::size_t i = 0; i < 3 && !world_.rules.held.empty(); ++i)
      filter.ids.push_back(world_.rules.held[world_.roll(world_.rules.held.size())].id);
  if (world_.roll(5) == 0) filter.types = {world_.roll(3) == 0 ? "marking-definition" : "malware"};
  return filter;
}

bool Reading::is_wanted(const ObjectFilter& filter, const Given& what) const {
  if (what.dropped) return false;
  if (!filter.ids.empty() && std::ranges::find(filter.ids, what.id) == filter.ids.end())
    return false;
  if (!filter.types.empty() && !what.id.starts_with(filter.types[0] + "--")) return false;
  if (filter.versions.all) return true;
  if (filter.versions.first) return world_.rules.is_end(what, false);
  if (!filter.versions.exact.empty())
    return filter.versions.exact[0] == *stix::moment_from_text(what.version);
  return world_.rules.is_end(what, true);
}

void Reading::compare_one(const Viewer& who, const Given& what, const SeenObject& seen, With with) {
  ASSERT_EQ(seen.id, what.id) << "to reader " << who.kind << " " << who.number << ": " << what.text
                              << "\n"
                              << world_.told();
  ASSERT_EQ(seen.version, what.version) << world_.told();
  ASSERT_EQ(seen.revoked, what.revoked) << world_.told();
  if (with == With::rows) return;
  auto left = world_.rules.words(who, what, world_.room);
  ASSERT_TRUE(seen.bytes.contains(what.word)) << world_.told();
  for (const std::string& word : what.words)
    ASSERT_EQ(seen.bytes.contains(word), left.contains(word))
        << (left.contains(word) ? "withheld: " : "LEAK: ") << word << " in " << seen.bytes << "\n"
        << world_.told();
  // A marking that hides something from this reader is not named either.
  for (const Cut& cut : what.cuts) {
    bool named = std::ranges::find(what.marks, cut.mark.id, &Mark::id) != what.marks.end();
    if (named || !world_.rules.is_hidden(who, cut.mark, what, world_.room)) continue;
    ASSERT_FALSE(seen.bytes.contains(cut.mark.id)) << world_.told();
  }
}

void Reading::compare(const Viewer& who, const ObjectFilter& asked, With with) {
  std::vector<const Given*> expected;
  std::size_t wanted = 0;
  for (const Given& each : world_.rules.held) {
    if (!is_wanted(asked, each)) continue;
    ++wanted;
    if (world_.rules.sees(who, each, world_.room)) expected.push_back(&each);
  }
  alert::Reader reader = world_.reader_of(rows_, who);
  ObjectFilter filter = asked;
  BlockCache* cache = world_.roll(2) == 0 ? &cache_ : nullptr;
  std::size_t next = 0, judged = 0, shown = 0;
  for (std::size_t count = 1 + world_.roll(8);;) {
    ObjectPage page = must(read_page(*view_, collection_, reader, filter, count, with, cache));
    for (std::uint64_t each : page.tally.of) judged += each;
    shown += page.tally.of[0];
    for (const SeenObject& each : page.objects) {
      ASSERT_LT(next, expected.size()) << "LEAK: " << each.id << " in " << world_.told();
      ASSERT_NO_FATAL_FAILURE(compare_one(who, *expected[next++], each, with));
    }
    if (!page.next) break;
    ASSERT_LT(next, expected.size()) << "`next` tells of what is hidden: " << world_.told();
    filter.after = *page.next;
  }
  ASSERT_EQ(next, expected.size()) << "withheld: " << expected[next]->id << " in " << world_.told();
  ASSERT_EQ(shown, expected.size());
  ASSERT_EQ(judged, wanted) << "each is counted once: " << world_.told();
}

void Reading::by(const Viewer& who) {
  ASSERT_NO_FATAL_FAILURE(
      compare(who, any_filter(), world_.roll(4) == 0 ? With::rows : With::bytes));
  if (world_.rules.held.empty() || world_.roll(4) > 0) return;
  const Given& what = world_.rules.held[world_.roll(world_.rules.held.size())];
  bool sees = false;
  for (const Given& each : world_.rules.held)
    sees |= each.id == what.id && world_.rules.sees(who, each, world_.room);
  ASSERT_EQ(must(has_object(*view_, collection_, world_.reader_of(rows_, who), what.id)), sees)
      << world_.told();
}

// COMITY_LEAK_SEED: from which world on; COMITY_LEAK_AUDIENCES: how many.
std::size_t number_from(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(Leak, what_fifty_thousand_readers_get_is_what_plain_rules_say) {
  constexpr std::size_t worlds_of_a_cast = 40, moments = 16;
  std::size_t audiences = number_from("COMITY_LEAK_AUDIENCES", 50'000);
  std::size_t seed = number_from("COMITY_LEAK_SEED", 1);
  std::unique_ptr<Cast> cast;
  std::size_t seen = 0;
  for (std::size_t i = 0; seen < audiences; ++i) {
    if (i % worlds_of_a_cast == 0) cast = std::make_unique<Cast>(store::open_memory);
    World world(*cast, seed + i);
    BlockCache cache(1u << 20);
    for (std::size_t moment = 0; moment < moments; ++moment) {
      world.happen();
      Reading reading(world, *cast, cache);
      for (const Viewer& who : world.viewers()) {
        ++seen;
        ASSERT_NO_FATAL_FAILURE(reading.by(who)) << "seed " << seed + i;
      }
    }
  }
}

}  // namespace
}  // namespace comity::node
