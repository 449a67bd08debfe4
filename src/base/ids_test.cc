#include "base/ids.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace comity {
namespace {

static_assert(!std::is_convertible_v<ActId, ConversationId> &&
              !std::is_convertible_v<MemberId, CardHash>);

class Filled final : public Random {
 public:
  explicit Filled(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), byte_); }

 private:
  std::uint8_t byte_;
};

// RFC 9562, Appendix A.6: the time, 017F22E279B0 in milliseconds, stands first; then version 7 and
// variant 10.
TEST(Uuid, holds_time_version_and_variant) {
  Instant now{std::chrono::milliseconds{0x017f22e279b0}};
  Filled ones(0xff), zeros(0);
  EXPECT_EQ(to_text(make_id<ActId>(now, ones)), "017f22e2-79b0-7fff-bfff-ffffffffffff");
  EXPECT_EQ(to_text(make_id<ActId>(now, zeros)), "017f22e2-79b0-7000-8000-000000000000");
}

TEST(Uuid, sorts_by_time_of_making) {
  Filled ones(0xff), zeros(0);
  Instant now{std::chrono::milliseconds{0x017f22e279b0}};
  ActId earlier = make_id<ActId>(now, ones), later = make_id<ActId>(now + Millis{1}, zeros);
  EXPECT_LT(earlier, later);
  EXPECT_LT(to_text(earlier), to_text(later));
}

TEST(Uuid, is_read_as_it_is_written) {
  for (std::string_view text :
       {"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "00000000-0000-7000-8000-000000000000",
        "ffffffff-ffff-7fff-bfff-ffffffffffff"})
    EXPECT_EQ(to_text(id_from_text<ActId>(text).value()), text);
}

TEST(Uuid, refuses_every_other_text) {
  for (std::string_view text :
       {"", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e279b07cc398c4dc0c0c07398f",
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398}", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-78c4-dc0c0c07398f", "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b07-cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c-c07398f", "017f22e2_79b0_7cc3_98c4_dc0c0c07398f",
        " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
    auto id = id_from_text<ActId>(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, Code::bad_value);
  }
}

TEST(MemberId, is_64_hex_digits) {
  std::string text = "00ff" + std::string(60, 'a');
  EXPECT_EQ(to_hex(member_id_from_text(text).value()), text);
  for (const std::string& bad :
       {std::string(), text.substr(1), text + "0", text + "00", std::string(64, 'g')})
    EXPECT_EQ(member_id_from_text(bad).error().code, Code::bad_value) << bad;
}

}  // namespace
}  // namespace comity
