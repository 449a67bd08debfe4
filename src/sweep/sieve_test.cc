#include "sweep/sieve.h"

#include <gmock/gmock.h>

#include <random>

#include "sweep/testing.h"

namespace comity::sweep {
namespace {

using testing::Seen;

constexpr const char* wanted =
    "198.51.100.7\n198.51.100.0/24\n203.0.113.3-203.0.113.9\n10.0.0.0/8\n2001:db8::7\n"
    "2001:db8:1:2:3:4:5:6\n2001:db8:5::/48\n::ffff:192.0.2.9\nevil.example\na.evil.example\n"
    "a.bc\nxn--bcher-kva.example\nsecondlevelnameislong.example\nhttp://evil.example/a\n"
    "https://bücher.example:81/x?y=z\nhttp://u@a.bc/\nhttp://[2001:db8::7]/\neve@evil.example\n"
    "x.y+z@a.bc\nd41d8cd98f00b204e9800998ecf8427e\nda39a3ee5e6b4b0d3255bfef95601890afd80709\n"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nfile:evil.exe\n"
    "file:.hidden\nfile:b.a1\nfile:lib.so.6\nfile:a-very-long-name-of-a-file.tar.gz\n"
    "file:mimikatz\nfile:Invoice (1).pdf\nfile:ab cd\n/tmp/.x/payload\nC:\\Users\\Public\\a b.txt\n"
    "HKLM\\Software\\Evil Corp\\Run\nHKCU\\a\nregistry:EvilValue";

// What logs have around names, and what makes one out of another.
const std::vector<std::string> joints{" ",
                                      " ",
                                      " ",
                                      "\n",
                                      "\n",
                                      ".",
                                      "..",
                                      "-",
                                      "_",
                                      "@",
                                      ":",
                                      "::",
                                      "/",
                                      "://",
                                      "[",
                                      "]",
                                      "[.]",
                                      "\\",
                                      "\"",
                                      "=",
                                      ",",
                                      "%",
                                      "%2F",
                                      "%3a",
                                      "(",
                                      ")",
                                      "'",
                                      "<",
                                      ">",
                                      "é",
                                      "ü",
                                      "見",
                                      "”",
                                      "\xff",
                                      "\xc2",
                                      "\x01",
                                      "1",
                                      "25",
                                      "0",
                                      ".443",
                                      ".0",
                                      "abc",
                                      "Z",
                                      "dead:beef",
                                      "00:11:22:33:44:55",
                                      "http://",
                                      "hxxp://",
                                      "https://www.",
                                      "HKEY_LOCAL_MACHINE",
                                      "hkcu:\\",
                                      "\\REGISTRY\\USER\\",
                                      "to=",
                                      "198.51.100.",
                                      "300.1.2.3",
                                      "1.2.3.4.5",
                                      "01.2.3.4",
                                      "10.1.2.3-10.1.2.4",
                                      "x_10.0.0.1",
                                      "ffff:0:0:0:0:0:",
                                      "2001:db8:1:2:3:4:",
                                      "w.",
                                      ".example",
                                      ".exe",
                                      "a.bc.",
                                      "xn--bcher-kva."};

class Logs {
 public:
  explicit Logs(std::uint32_t seed) : random_(seed) {
    std::string_view list = wanted;
    for (std::size_t end = 0; end != std::string_view::npos; list.remove_prefix(end + 1)) {
      end = list.find('\n');
      auto value = list.substr(0, end);
      if (value.starts_with("file:")) value.remove_prefix(5);
      if (value.starts_with("registry:")) value.remove_prefix(9);
      values_.emplace_back(value);
      if (end == std::string_view::npos) break;
    }
  }
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string next(std::size_t size) {
    std::string text;
    while (text.size() < size) {
      if (below(3) != 0) text += joints[below(joints.size())];
      if (below(2) != 0) text += changed(values_[below(values_.size())]);
      if (below(60) == 0)
        text.append(below(9) == 0 ? below(6000) : below(140), "ab.:f-1\xc3"[below(8)]);
    }
    return text;
  }

 private:
  std::string changed(std::string text) {
    std::size_t at = below(text.size() + 1);
    switch (below(9)) {
      case 0:
        return text.substr(0, at);
      case 1:
        return text.substr(at);
      case 2:
        return text.insert(at, joints[below(joints.size())]);
      case 3:
        for (char& c : text) c = below(2) != 0 && c >= 'a' && c <= 'z' ? char(c - 32) : c;
        return text;
      case 4:
        if (std::size_t dot = text.find('.'); dot != text.npos) text.replace(dot, 1, "[.]");
        return text;
      default:
        return text;
    }
  }
  std::mt19937 random_;
  std::vector<std::string> values_;
};

std::vector<Seen> swept(const Index& index, std::string_view text, Sieving sieving,
                        std::size_t piece = SIZE_MAX) {
  std::vector<Seen> seen;
  Scanner scanner(
      index,
      [&](const Found& found) {
        seen.push_back({std::string(index.indicators().at(found.indicator).value),
                        std::string(found.text), found.offset, found.line, found.column});
      },
      sieving);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    scanner.feed(text.substr(0, piece));
  scanner.finish();
  return seen;
}

TEST(Sieve, strikes_out_nothing_that_is_there) {
  Indicators indicators = testing::indicators_of(wanted);
  Index index(indicators, 3);
  std::size_t total = 0;
  Logs logs(20261122);
  for (int round = 0; round < 1500; ++round) {
    std::string text = logs.next(logs.below(3000));
    auto whole = swept(index, text, Sieving::off);
    ASSERT_EQ(swept(index, text, Sieving::on), whole) << round << ": " << text;
    total += whole.size();
  }
  EXPECT_GT(total, 20'000u);
}

TEST(Sieve, strikes_out_nothing_across_windows) {
  Indicators indicators = testing::indicators_of(wanted);
  Index index(indicators, 4);
  Logs logs(7);
  for (int round = 0; round < 4; ++round) {
    std::string text = logs.next(700'000 + logs.below(100));
    auto whole = swept(index, text, Sieving::off);
    EXPECT_GT(whole.size(), 5000u);
    for (std::size_t piece : {std::size_t{61}, std::size_t{4096}, std::size_t{100'003}})
      ASSERT_EQ(swept(index, text, Sieving::on, piece), whole) << piece;
  }
}

// Each kind alone, since what no indicator has is not even listed.
TEST(Sieve, strikes_out_nothing_of_a_single_kind) {
  std::string_view list = wanted;
  Logs logs(99);
  while (!list.empty()) {
    auto one = list.substr(0, list.find('\n'));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    Indicators indicators = testing::indicators_of(one);
    Index index(indicators, 5);
    std::string text = logs.next(60'000);
    EXPECT_EQ(swept(index, text, Sieving::on), swept(index, text, Sieving::off)) << one;
  }
}

// Else it would be slow, and nobody would notice.
TEST(Sieve, strikes_out_nearly_all_that_is_not_there) {
  Indicators indicators = testing::indicators_of(wanted);
  Index index(indicators, 6);
  std::string text(64, ' ');
  while (text.size() < 64 * 40)
    text +=
        "2026-11-22T06:25:01 198.18.0.1 www.good.example/x <bob@good.example> C:\\Windows\\n.dll "
        "http://good.example/ \"00:11:22:33:44:55\" 128.0 words of a line\n";
  text.append(128, ' ');
  std::vector<Masks> masks(text.size() / 64);
  make_masks(text.data(), masks.data(), masks.size());
  auto all = std::make_unique<Candidates>(), left = std::make_unique<Candidates>();
  Stretch stretch{text.data(), masks.data(), 1, 33};
  list_all(index, stretch, *all);
  sift(index, stretch, *left);
  auto count = [](const Candidates& of) {
    return of.dotted.size + of.mails.size + of.links.size + of.v6.size + of.registries.size +
           of.words.size;
  };
  EXPECT_GT(count(*all), 150u);
  EXPECT_LT(count(*left), 4u);
}

}  // namespace
}  // namespace comity::sweep
