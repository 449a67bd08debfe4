#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <type_traits>

namespace {

// Memory of this odd size is looked at when it is given back.
constexpr std::size_t watched_bytes = 7777;
std::size_t watched_frees = 0, watched_dirty = 0;

}  // namespace

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t size) noexcept {
  if (size == watched_bytes) {
    const auto* bytes = static_cast<const unsigned char*>(memory);
    ++watched_frees;
    watched_dirty += std::any_of(bytes, bytes + size, [](unsigned char b) { return b != 0; });
  }
  std::free(memory);
}

namespace comity::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> &&
              std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, moves_and_leaves_nothing_behind) {
  Secret secret = Secret::copy_of(as_bytes("key"));
  Secret taken = std::move(secret);
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(as_text(taken.view()), "key");
  Secret other = Secret::copy_of(as_bytes("old"));
  other = std::move(taken);
  EXPECT_EQ(as_text(other.view()), "key");
  EXPECT_TRUE(taken.empty());  // NOLINT(bugprone-use-after-move)
  Secret& self = other;
  other = std::move(self);
  EXPECT_EQ(as_text(other.view()), "key");
}

TEST(Secret, clones_on_request_only) {
  Secret secret(Bytes(1000, 0x77));
  Secret clone = secret.clone();
  secret = Secret();
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(to_bytes(clone.view()), Bytes(1000, 0x77));
}

TEST(Secret, is_wiped_before_its_memory_is_given_back) {
  auto freed_dirty = [](auto use) {
    watched_frees = watched_dirty = 0;
    use();
    EXPECT_EQ(watched_frees, 1u);
    return watched_dirty;
  };
  EXPECT_EQ(freed_dirty([] { Bytes plain(watched_bytes, 0x77); }), 1u)
      << "the watch itself sees dirty memory";
  EXPECT_EQ(freed_dirty([] { Secret secret(Bytes(watched_bytes, 0x77)); }), 0u);
  EXPECT_EQ(freed_dirty([] {
              Secret secret(Bytes(watched_bytes, 0x77));
              secret = Secret::copy_of(as_bytes("another"));
            }),
            0u);
}

}  // namespace
}  // namespace comity::crypto
