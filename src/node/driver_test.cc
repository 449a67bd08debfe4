// A turn on a disk that fails between its commit and what is read after it.
#include "node/driver.h"

#include <gtest/gtest.h>

#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class IllStore : public Store {
 public:
  explicit IllStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}
  bool unreadable = false;

  Result<std::unique_ptr<Group>> begin() override { return store_->begin(); }
  Result<std::unique_ptr<View>> snapshot() override {
    if (unreadable) return fail(Code::io, "the disk failed");
    return store_->snapshot();
  }
  [[nodiscard]] std::uint64_t generation() const override { return store_->generation(); }
  Result<std::unique_ptr<Group>> begin_rebuild() override { return store_->begin_rebuild(); }

 private:
  std::unique_ptr<Store> store_;
};

TEST(Driver, what_was_committed_takes_effect_though_it_cannot_be_read_at_once) {
  IllStore* disk = nullptr;
  TestNode ph(ph_casting, whole_law(COMITY_SOURCE_DIR), [&](Random& random) {
    auto made = std::make_unique<IllStore>(store::open_memory(random));
    disk = made.get();
    return std::unique_ptr<Store>(std::move(made));
  });
  TestNode us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  pair(ph, us);
  us.send(ask_args(ph.id()));
  ActArrived act = arriving(us, ph.id()).at(0);
  std::uint64_t size = ph.size();
  disk->unreadable = true;
  Turn turn = ph.give_all({act});
  disk->unreadable = false;
  ASSERT_TRUE(turn.replies[0].error) << "there is no receipt to give";
  EXPECT_EQ(turn.replies[0].error->code, Code::io);
  EXPECT_TRUE(turn.effects.alarms) << "and yet the request is there, and people hear of it";
  EXPECT_GT(ph.size(), size);
  Reply again = ph.give(act);
  EXPECT_FALSE(again.error);
  EXPECT_FALSE(again.receipt.empty());
}

}  // namespace
}  // namespace comity::node
