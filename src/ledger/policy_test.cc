#include "ledger/policy.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::log_key;
using testing::witness_key;

std::string log_line(std::uint8_t seed) {
  return "log " + log_key("log.example/" + std::to_string(seed), seed).text() + "\n";
}
std::string witness_line(const std::string& name, std::uint8_t seed) {
  return "witness " + name + " " + witness_key("w.example/" + name, seed).text() + "\n";
}

// The example of C2SP tlog-policy, with keys.
std::string example() {
  return "# Two organisations\n\n" + log_line(1) + witness_line("X1", 11) + witness_line("X2", 12) +
         witness_line("X3", 13) + "group X-witnesses 2 X1 X2 X3\n" + witness_line("Y1", 21) +
         witness_line("Y2", 22) + witness_line("Y3", 23) +
         "group Y-witnesses any Y1 Y2 Y3\n \t\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum "
         "X-and-Y\n";
}

Code code_of(const std::string& text) {
  const auto policy = Policy::parse(text);
  return policy ? Code::exists : policy.error().code;
}

TEST(Policy, of_the_specifications_example_asks_for_two_and_one) {
  const auto policy = Policy::parse(example());
  ASSERT_TRUE(policy) << to_text(policy.error());
  EXPECT_EQ(policy->logs().size(), 1u);
  ASSERT_EQ(policy->witnesses().size(), 6u);
  EXPECT_EQ(policy->witnesses()[3].name, "Y1");
  EXPECT_TRUE(policy->quorum({true, true, false, false, false, true}));
  EXPECT_TRUE(policy->quorum({true, true, true, true, true, true}));
  EXPECT_FALSE(policy->quorum({true, false, false, true, true, true}));
  EXPECT_FALSE(policy->quorum({true, true, true, false, false, false}));
  EXPECT_FALSE(policy->quorum({false, false, false, false, false, false}));
}

TEST(Policy, quorum_may_be_none_or_one_witness) {
  EXPECT_TRUE(Policy::parse("quorum none\n")->quorum({}));
  const auto one = Policy::parse(witness_line("A", 1) + witness_line("B", 2) + "quorum B\n");
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->quorum({false, true}));
  EXPECT_FALSE(one->quorum({true, false}));
}

TEST(Policy, takes_urls_tabs_and_bytes_beyond_ascii) {
  const std::string key = witness_key("w.example/A", 1).text();
  const auto policy = Policy::parse("\twitness  \xE2\x84\xAA\t" + key +
                                    " https://w.example/ \n# \xFF\nquorum \xE2\x84\xAA\n");
  ASSERT_TRUE(policy) << to_text(policy.error());
  EXPECT_EQ(policy->witnesses()[0].url, "https://w.example/");
  // "the name 0x4B (ASCII "K") is different from the name 0xE2 0x84 0xAA".
  EXPECT_EQ(code_of("witness \xE2\x84\xAA " + key + "\nquorum K\n"), Code::bad_value);
}

TEST(Policy, refuses_lines_that_are_not_of_it) {
  for (const std::string& line : std::vector<std::string>{
           "logs x\n", "log\n", "witness A\n", "group G all\n", "group G\n", "quorum\n",
           "quorum none none\n", "Quorum none\n", "log notakey\n", "witness A notakey\n",
           "log " + log_key("l", 1).text() + " url more\n", "# a\x01b\n", "# a\x7F\n", "# a\r\n",
           "#"}) {
    EXPECT_EQ(code_of(line + "quorum none\n"), line == "#" ? Code::missing_field : Code::malformed)
        << line;
  }
  EXPECT_EQ(code_of("quorum none"), Code::malformed);
}

TEST(Policy, refuses_names_undefined_reused_or_used_twice) {
  const std::string a = witness_line("A", 1);
  const std::string b = witness_line("B", 2);
  for (const std::string& text : std::vector<std::string>{
           "quorum A\n" + a,                            // defined below
           a + "group G all A B\n" + b + "quorum G\n",  // member defined below
           a + "group G all A G\nquorum G\n",           // of itself
           a + a.substr(0, 10) + witness_key("w.example/x", 3).text() +
               "\nquorum A\n",                                    // one name, two witnesses
           a + b + "group A all B\nquorum A\n",                   // a group by a witness's name
           a + b + "group G all A A\nquorum G\n",                 // a member twice
           a + b + "group G all A\ngroup H all A B\nquorum H\n",  // of two groups
           a + "group none all A\nquorum none\n", a + "group G all none\nquorum G\n",
           witness_line("none", 1) + "quorum none\n", a + "quorum A\nquorum A\n"}) {
    EXPECT_EQ(code_of(text), Code::bad_value) << text;
  }
}

TEST(Policy, refuses_thresholds_out_of_range) {
  const std::string two = witness_line("A", 1) + witness_line("B", 2);
  for (const char* k : {"0", "3", "-1", "01", "most", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(code_of(two + "group G " + k + " A B\nquorum G\n"), Code::bad_value) << k;
  }
  for (const char* k : {"1", "2", "any", "all"}) {
    EXPECT_EQ(code_of(two + "group G " + k + " A B\nquorum G\n"), Code::exists) << k;
  }
}

// "Two vkeys are considered duplicate if they wrap the same underlying public key, even if they
// differ by key name".
TEST(Policy, refuses_a_key_twice_or_of_the_wrong_type) {
  EXPECT_EQ(
      code_of(log_line(1) + "log " + log_key("another.example", 1).text() + "\nquorum none\n"),
      Code::bad_value);
  EXPECT_EQ(code_of(witness_line("A", 1) + witness_line("B", 1) + "quorum A\n"), Code::bad_value);
  EXPECT_EQ(code_of("witness A " + log_key("w.example", 1).text() + "\nquorum A\n"),
            Code::bad_value);
}

TEST(Policy, must_have_a_quorum_line_and_end) {
  EXPECT_EQ(code_of(""), Code::missing_field);
  EXPECT_EQ(code_of(log_line(1)), Code::missing_field);
  EXPECT_EQ(Policy::parse(log_line(1) + "nonsense\nquorum none\n").error().where, "line 2");
}

TEST(Policy, has_named_bounds) {
  EXPECT_EQ(code_of(std::string(limits::policy_bytes_max, '\n') + "quorum none\n"),
            Code::too_large);
  std::string many;
  std::string members;
  for (std::size_t i = 0; i < limits::policy_names_max; ++i) {
    Bytes seed(32, 0);
    seed[0] = static_cast<std::uint8_t>(i);
    seed[1] = static_cast<std::uint8_t>(i >> 8);
    const VerifierKey key{"w", SignatureType::cosignature_v1,
                          crypto::SigningKey::from_seed(seed)->public_key()};
    many += "witness n" + std::to_string(i) + " " + key.text() + "\n";
  }
  EXPECT_EQ(code_of(many + "quorum n0\n"), Code::exists);
  EXPECT_EQ(code_of(many + "group G all n0\nquorum G\n"), Code::too_large);
}

TEST(MakePolicy, is_read_back_and_asks_for_the_threshold) {
  const std::vector logs = {log_key("log.example", 1)};
  const std::vector witnesses = {witness_key("w.example/1", 11), witness_key("w.example/2", 12)};
  const auto policy = Policy::parse(*make_policy(logs, witnesses, 2));
  ASSERT_TRUE(policy) << to_text(policy.error());
  EXPECT_EQ(policy->logs()[0].key, logs[0]);
  EXPECT_TRUE(policy->quorum({true, true}));
  EXPECT_FALSE(policy->quorum({true, false}));
  EXPECT_TRUE(Policy::parse(*make_policy(logs, {}, 0))->quorum({}));
  EXPECT_EQ(make_policy(logs, witnesses, 3).error().code, Code::bad_value);
  EXPECT_EQ(make_policy(std::vector{logs[0], logs[0]}, {}, 0).error().code, Code::bad_value);
}

}  // namespace
}  // namespace comity::ledger
