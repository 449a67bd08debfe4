// Readers page through a collection while a writer adds, versions and deletes: ten thousand
// histories.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "node/object_page.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

constexpr std::size_t ids = 48, histories = 10'000, readers = 2;

std::string id_of(std::size_t n) {
  return fmt::format("malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", n);
}
std::string version_of(int version) {
  return fmt::format("2026-11-{:02}T{:02}:{:02}:00.000Z", 1 + version / 1440, version / 60 % 24,
                     version % 60);
}

// What the writer did to each object: odd while it is at work on it.
struct Written {
  std::array<std::atomic<std::uint64_t>, ids> changes{};
  std::array<std::atomic<int>, ids> version{};  // the last one; -1: it is not there
};

class Paging : public ::testing::Test {
 protected:
  Paging() : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    us.staff("alert.collection", {{"title", "Worms"}});
    collection = us.rows(Space::collection)[0].key;
    us.staff("alert.user", {{"name", "feed"},
                            {"key", user},
                            {"standing", "own"},
                            {"read", json::Array{collection}},
                            {"write", json::Array{collection}}});
    for (auto& each : written.version) each = -1;
    for (std::size_t n = 0; n < ids; ++n) write(n, 0);
  }

  void write(std::size_t n, int version) {
    ++written.changes[n];
    std::string object = fmt::format(
        R"({{"objects":[{{"type":"malware","spec_version":"2.1","id":"{}","is_family":false,"name":"w",)"
        R"("created":"2026-11-01T00:00:00.000Z","modified":"{}"}}]}})",
        id_of(n), version_of(version));
    Reply reply = us.give(ObjectsPosted{user, collection, object});
    EXPECT_FALSE(reply.error);
    EXPECT_EQ(at(reply.body, "failures").as_array()->size(), 0u);
    written.version[n] = version;
    ++written.changes[n];
  }
  void remove(std::size_t n) {
    ++written.changes[n];
    EXPECT_FALSE(us.give(ObjectsDeleted{user, collection, id_of(n), {}, {}}).error);
    written.version[n] = -1;
    ++written.changes[n];
  }
  // Some of everything, until the readers have done.
  void keep_writing(std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    std::array<int, ids> given{};
    while (reading > 0) {
      std::size_t n = dice() % ids;
      if (written.version[n] >= 0 && dice() % 4 == 0)
        remove(n);
      else
        write(n, ++given[n]);
    }
  }
  void read(std::uint64_t seed);

  TestNode us;
  std::string collection;
  const std::string user = std::string(64, 'a');
  Written written;
  std::atomic<int> reading = 0;
};

// From the first page to the last, each in a view of its own.
void Paging::read(std::uint64_t seed) {
  std::mt19937_64 dice(seed);
  std::array<std::uint64_t, ids> changes{};
  std::array<int, ids> version{};
  for (std::size_t n = 0; n < ids; ++n) {
    changes[n] = written.changes[n];
    version[n] = written.version[n];
  }
  ObjectFilter filter;
  filter.versions.all = dice() % 2 == 0;
  if (dice() % 4 == 0) filter.types = {"malware"};
  std::map<std::string, int> seen;
  for (std::size_t count = 1 + dice() % 20;;) {
    auto view = us.view();
    Overlay rows(*view);
    Collection held = must(load_collection(rows, collection));
    ObjectPage page = must(read_page(*view, held, {.standing = alert::Standing::own}, filter, count,
                                     dice() % 2 == 0 ? With::bytes : With::rows));
    for (const SeenObject& each : page.objects)
      ++seen[std::string(each.id) + std::string(each.version)];
    if (!page.next) break;
    ASSERT_GT(*page.next, filter.after);
    filter.after = *page.next;
  }
  for (const auto& [key, times] : seen) ASSERT_EQ(times, 1) << key << " seed " << seed;
  for (std::size_t n = 0; n < ids; ++n) {
    if (changes[n] % 2 == 1 || changes[n] != written.changes[n]) continue;  // touched meanwhile
    bool there = version[n] >= 0;
    ASSERT_EQ(seen.contains(id_of(n) + version_of(std::max(version[n], 0))), there)
        << id_of(n) << " seed " << seed;
  }
}

TEST_F(Paging, ten_thousand_histories_beside_a_writer_lose_nothing_and_repeat_nothing) {
  reading = readers;
  std::atomic<std::size_t> next = 0;
  {
    std::jthread writer([this] { keep_writing(1); });
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < readers; ++i)
      threads.emplace_back([&] {
        for (std::size_t seed; !HasFatalFailure() && (seed = next++) < histories;) read(seed);
        --reading;
      });
  }
  EXPECT_GE(next, histories);
}

}  // namespace
}  // namespace comity::node
