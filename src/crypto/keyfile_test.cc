#include "crypto/keyfile.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "crypto/random.h"

namespace comity::crypto {
namespace {

Secret secret(std::string_view text) {
  return Secret::copy_of(as_bytes(text));
}
Secret key(char c) {
  return secret(std::string(32, c));
}
std::string opened(std::string_view text, const Secret& unlocker) {
  auto plain = unlock(text, unlocker);
  return plain ? std::string(as_text(plain->view())) : to_text(plain.error());
}

// Made once by this code from SeededRandom(1) and kept: files written today must open for ever.
constexpr std::string_view kept_passphrase_text =
    "comity-key v1\nargon2id t=1 m=8 p=1 salt=R7FXRKWonknzoF9ot86PfA==\n"
    "O1GYnMaU0dAmSsi96b7194RIC0t0lWF2EEVwQIN+DEY0x0qa23I+TLiQ0J4o1peG\nhelPqZ6dNCZ0l2WW\n";
constexpr std::string_view kept_key_text =
    "comity-key v1\nkey-file\n"
    "UMqVZ21RdmCiXSqqnVuDKU0XmttrTPvOaJkAiYSOQoBJwFJVBgUR9hfTj9xWxUy/\nLuyspqYvpMGJtx1T\n";

TEST(KeyFile, opens_texts_of_old) {
  EXPECT_EQ(opened(kept_passphrase_text, secret("correct horse")),
            "thirty-two secret bytes go here.");
  EXPECT_EQ(opened(kept_key_text, key('k')), "thirty-two secret bytes go here.");
}

TEST(KeyFile, is_written_in_the_documented_form) {
  SeededRandom random(1);
  Secret plain = secret("thirty-two secret bytes go here.");
  EXPECT_EQ(lock_with_passphrase(plain, secret("correct horse"), KdfCost::quick, random),
            kept_passphrase_text);
  EXPECT_EQ(lock_with_key(plain, key('k'), random), kept_key_text);
}

TEST(KeyFile, opens_what_it_locked_at_any_size) {
  SeededRandom random(2);
  for (std::size_t size : {0u, 1u, 19u, 20u, 21u, 100u, 40'000u}) {
    Bytes bytes(size);
    random.fill(bytes);
    Secret plain = Secret::copy_of(bytes);
    std::string by_phrase = lock_with_passphrase(plain, secret(""), KdfCost::quick, random);
    EXPECT_EQ(to_bytes(unlock(by_phrase, secret("")).value().view()), bytes);
    EXPECT_TRUE(needs_passphrase(by_phrase).value());
    std::string by_key = lock_with_key(plain, key('k'), random);
    EXPECT_EQ(to_bytes(unlock(by_key, key('k')).value().view()), bytes);
    EXPECT_FALSE(needs_passphrase(by_key).value());
  }
}

TEST(KeyFile, usual_cost_asks_for_256_mib) {
  SeededRandom random(2);
  std::string text = lock_with_passphrase(secret("x"), secret("p"), KdfCost::usual, random);
  EXPECT_EQ(text.find("comity-key v1\nargon2id t=3 m=262144 p=1 salt="), 0u);
  EXPECT_EQ(opened(text, secret("p")), "x");
}

TEST(KeyFile, stays_shut_for_another_passphrase_or_key) {
  auto refused = [](std::string_view text, const Secret& unlocker) {
    auto plain = unlock(text, unlocker);
    return !plain && plain.error().code == Code::not_allowed;
  };
  EXPECT_TRUE(refused(kept_passphrase_text, secret("correct horsf")));
  EXPECT_TRUE(refused(kept_passphrase_text, secret("")));
  EXPECT_TRUE(refused(kept_passphrase_text, secret("correct horse ")));
  EXPECT_TRUE(refused(kept_key_text, key('l')));
  EXPECT_TRUE(refused(kept_key_text, secret("k")));
  EXPECT_TRUE(refused(kept_key_text, secret(std::string(33, 'k'))));
}

// Every character is covered: a changed text is refused as malformed or as not the one locked.
TEST(KeyFile, refuses_any_changed_character) {
  for (std::string_view text : {kept_passphrase_text, kept_key_text}) {
    Secret unlocker = text == kept_key_text ? key('k') : secret("correct horse");
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed(text);
      changed[i] = changed[i] == '4' ? '5' : '4';
      auto plain = unlock(changed, unlocker);
      ASSERT_FALSE(plain) << changed;
      EXPECT_TRUE(plain.error().code == Code::malformed || plain.error().code == Code::not_allowed);
    }
    for (std::size_t size = 0; size < text.size(); ++size)
      EXPECT_FALSE(unlock(text.substr(0, size), unlocker));
  }
}

struct Case {
  std::string name, text, where;
};

class KeyFileRefuses : public testing::TestWithParam<Case> {};

TEST_P(KeyFileRefuses, as_malformed) {
  const Case& c = GetParam();
  auto wanted = needs_passphrase(c.text);
  ASSERT_FALSE(wanted);
  EXPECT_EQ(code_name(wanted.error().code), "malformed");
  EXPECT_EQ(wanted.error().where, c.where) << wanted.error().what;
  EXPECT_EQ(unlock(c.text, key('k')).error().code, Code::malformed);
}

constexpr std::string_view salt = "AAAAAAAAAAAAAAAAAAAAAA==";
std::string with(std::string_view kdf) {
  return "comity-key v1\n" + std::string(kdf) + "\nAAAA\n";
}
std::string argon(std::string_view parameters) {
  return with("argon2id " + std::string(parameters) + std::string(salt));
}

INSTANTIATE_TEST_SUITE_P(
    KeyFile, KeyFileRefuses,
    testing::Values(Case{"nothing", "", "line 1"},
                    Case{"other_version", "comity-key v2\nkey-file\nAAAA\n", "line 1"},
                    Case{"crlf", "comity-key v1\r\nkey-file\r\nAAAA\r\n", "line 1"},
                    Case{"one_line", "comity-key v1\n", "line 2"},
                    Case{"other_kdf", with("scrypt n=1"), "line 2"},
                    Case{"spaced_key_file", with("key-file "), "line 2"},
                    Case{"no_passes", argon("t=0 m=8 p=1 salt="), "line 2"},
                    Case{"many_passes", argon("t=11 m=8 p=1 salt="), "line 2"},
                    Case{"little_memory", argon("t=1 m=7 p=1 salt="), "line 2"},
                    Case{"much_memory", argon("t=1 m=1048577 p=1 salt="), "line 2"},
                    Case{"overflow", argon("t=1 m=18446744073709551624 p=1 salt="), "line 2"},
                    Case{"negative", argon("t=-1 m=8 p=1 salt="), "line 2"},
                    Case{"leading_zero", argon("t=01 m=8 p=1 salt="), "line 2"},
                    Case{"lanes", argon("t=1 m=8 p=2 salt="), "line 2"},
                    Case{"order", argon("m=8 t=1 p=1 salt="), "line 2"},
                    Case{"no_salt", with("argon2id t=1 m=8 p=1"), "line 2"},
                    Case{"short_salt", with("argon2id t=1 m=8 p=1 salt=AAAA"), "line 2"},
                    Case{"salt_not_base64", with("argon2id t=1 m=8 p=1 salt=!!!!"), "line 2"},
                    Case{"trailing", argon("t=1 m=8 p=1 salt=") + "x", "line 3"},
                    Case{"open_line", "comity-key v1\nkey-file\nAAAA", "line 3"},
                    Case{"blank_line", with("key-file") + "\n", "line 3"},
                    Case{"ragged_lines", with("key-file") + "AAAA\n", "line 3"},
                    Case{"long_line", with("key-file\n" + std::string(68, 'A')), "line 3"},
                    Case{"not_base64", with("key-file\n===="), "line 3"}),
    [](const auto& info) { return info.param.name; });

TEST(KeyFile, bounds_its_size) {
  std::string text = "comity-key v1\nkey-file\n";
  while (text.size() + 65 <= limits::keyfile_bytes_max) text += std::string(64, 'A') + "\n";
  EXPECT_TRUE(needs_passphrase(text));
  text += std::string(64, 'A') + "\n";
  EXPECT_EQ(needs_passphrase(text).error().code, Code::too_large);
}

TEST(KeyFile, takes_the_largest_parameters_it_names_and_none_larger) {
  auto wants = [](std::uint64_t passes, std::uint64_t kib) {
    return needs_passphrase(
        argon("t=" + std::to_string(passes) + " m=" + std::to_string(kib) + " p=1 salt="));
  };
  EXPECT_TRUE(wants(limits::kdf_passes_max, limits::kdf_memory_kib_max).value());
  EXPECT_FALSE(wants(limits::kdf_passes_max + 1, 8));
  EXPECT_FALSE(wants(1, limits::kdf_memory_kib_max + 1));
}

TEST(KeyFileDeathTest, is_locked_with_a_whole_key) {
  SeededRandom random(1);
  EXPECT_DEATH((void)lock_with_key(secret("x"), secret("short"), random), "32 bytes");
}

}  // namespace
}  // namespace comity::crypto
