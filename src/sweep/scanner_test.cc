#include "sweep/scanner.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/limits_sweep.h"
#include "sweep/chars.h"
#include "sweep/testing.h"

namespace comity::sweep {
namespace {

using testing::Seen;

constexpr const char* md5 = "d41d8cd98f00b204e9800998ecf8427e";
constexpr const char* sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
constexpr const char* sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// The texts found in `text` when `one` is looked for.
std::vector<std::string> found(std::string_view one, std::string_view text) {
  Indicators indicators = testing::indicators_of(one);
  Index index(indicators, 7);
  std::vector<std::string> texts;
  for (const Seen& seen : testing::scan(index, text)) texts.push_back(seen.text);
  return texts;
}

struct Case {
  const char* indicator;
  const char* text;
  std::vector<std::string> found;
};

class Finds : public ::testing::TestWithParam<Case> {};

TEST_P(Finds, what_is_there_and_nothing_beside_it) {
  const Case& one = GetParam();
  EXPECT_EQ(found(one.indicator, one.text), one.found)
      << one.indicator << " in \"" << one.text << "\"";
}

INSTANTIATE_TEST_SUITE_P(
    addresses, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {"198.51.100.7", "198.51.100.7", {"198.51.100.7"}},
        {"198.51.100.7", "src=198.51.100.7:443 dst=198.51.100.8", {"198.51.100.7"}},
        {"198.51.100.7", "from 198.51.100.7.", {"198.51.100.7"}},
        {"198.51.100.7", "198.51.100.7-198.51.100.9", {"198.51.100.7"}},
        {"198.51.100.7", "host_198.51.100.7_x", {"198.51.100.7"}},
        {"198.51.100.7", "http://198.51.100.7/", {"198.51.100.7"}},
        {"198.51.100.7", "%2F198.51.100.7", {"198.51.100.7"}},
        {"198.51.100.7", "198[.]51[.]100[.]7", {"198[.]51[.]100[.]7"}},
        {"198[.]51.100[.]7", "198.51.100.7", {"198.51.100.7"}},
        {"198.51.100.7", "198.51.100.70 198.51.100.77 1198.51.100.7 98.51.100.7", {}},
        {"198.51.100.7", "v198.51.100.7 198.51.100.7a 1.198.51.100.7", {}},
        {"198.51.100.7",
         "IP 198.51.100.7.443 > 203.0.113.9.51034: Flags; 203.0.113.9.1 > 198.51.100.7.65535:",
         {"198.51.100.7", "198.51.100.7"}},
        {"198.51.100.7", "198.51.100.7.0 198.51.100.7.01 198.51.100.7.65536 198.51.100.7.1.2", {}},
        {"198.51.100.7", "198.51.100.7.4434a 198.51.100.7.http", {}},
        {"2001:db8::dead:beef",
         "IP6 2001:db8::dead:beef.443 > 2001:db8::1.5: x",
         {"2001:db8::dead:beef"}},
        {"2001:db8::dead:beef", "2001:db8::dead:beef.443.1 2001:db8::dead:beef.0", {}},
        {"198.51.100.7", "198.51.100.007 198.51.100. 198.51.100", {}},
        {"198.51.100.0/24", "198.51.100.0 198.51.100.255", {"198.51.100.0", "198.51.100.255"}},
        {"198.51.100.0/24", "198.51.99.255 198.51.101.0", {}},
        {"203.0.113.4/31",
         "203.0.113.3 203.0.113.4 203.0.113.5 203.0.113.6",
         {"203.0.113.4", "203.0.113.5"}},
        {"203.0.113.3-203.0.113.6",
         "203.0.113.2 203.0.113.3 203.0.113.6 203.0.113.7",
         {"203.0.113.3", "203.0.113.6"}},
        {"10.0.0.0/8", "9.255.255.255 10.9.8.7 11.0.0.0", {"10.9.8.7"}},
        {"2001:db8::7", "2001:db8::7", {"2001:db8::7"}},
        {"2001:db8::7", "[2001:DB8:0:0:0:0:0:7]:443", {"2001:DB8:0:0:0:0:0:7"}},
        {"2001:DB8:0::7", "src:2001:db8::7: closed", {"2001:db8::7"}},
        {"2001:db8::7", "addr: 2001:db8::0007%eth0", {"2001:db8::0007"}},
        {"2001:db8::7", "2001:db8::70 2001:db8::7:1 a2001:db8::7 2001:db8::7z", {}},
        {"2001:db8::7", "12:34:56 00:11:22:33:44:55 std::dead::beef ::::::", {}},
        {"2001:db8:1:2:3:4:c633:6407",
         "2001:db8:1:2:3:4:198.51.100.7",
         {"2001:db8:1:2:3:4:198.51.100.7"}},
        {"2001:db8::/32", "2001:db8:ffff::1 2001:db9::1", {"2001:db8:ffff::1"}},
        {"198.51.100.7",
         "::ffff:198.51.100.7 ::ffff:c633:6407",
         {"198.51.100.7", "::ffff:c633:6407"}},
        {"::ffff:198.51.100.7", "198.51.100.7", {"198.51.100.7"}},
    }));

INSTANTIATE_TEST_SUITE_P(
    domains, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {"evil.example", "evil.example", {"evil.example"}},
        {"evil.example", "GET http://www.EVIL.example:80/x", {"www.EVIL.example"}},
        {"evil.example",
         "eve@evil.example, evil.example. (evil.example)",
         {"evil.example", "evil.example", "evil.example"}},
        {"EVIL.Example.", "a.b.c.evil.example.", {"a.b.c.evil.example"}},
        {"evil.example", "_dmarc.evil.example", {"_dmarc.evil.example"}},
        {"evil[.]example", "evil.example", {"evil.example"}},
        {"evil.example", "www[.]evil[.]example/x", {"www[.]evil[.]example"}},
        {"evil.example", "?u=http%3A%2F%2Fevil.example%2Fx", {"evil.example"}},
        {"evil.example", "notevil.example not-evil.example evil-example", {}},
        {"evil.example", "evil.example.org evil.example-x evil.examples evil.exampl", {}},
        {"evil.example", "evil.example.html www.evil..example evil example", {}},
        {"a.evil.example", "evil.example b.evil.example aa.evil.example", {}},
        {"xn--bcher-kva.example", "www.XN--bcher-kva.example", {"www.XN--bcher-kva.example"}},
        {"bücher.example", "www.bücher.example", {"www.bücher.example"}},
        {"bücher.example", "www.xn--bcher-kva.example", {"www.xn--bcher-kva.example"}},
        {"xn--bcher-kva.example", "www.bücher.example", {"www.bücher.example"}},
        {"BÜCHER.example",
         "bücher.example xn--bcher-kva.example",
         {"bücher.example", "xn--bcher-kva.example"}},
        {"bücher.example", "xn--bcher-kvb.example bucher.example", {}},
        {"evil.example",
         "“evil.example” «www.evil.example» 見evil.example下 éevil.example",
         {"evil.example", "www.evil.example", "evil.example"}},
        {"evil.example",
         "evil.example\nevil.example\r\n\tevil.example",
         {"evil.example", "evil.example", "evil.example"}},
    }));

INSTANTIATE_TEST_SUITE_P(
    urls, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {"http://evil.example/a?b=c",
         "GET http://evil.example/a?b=c HTTP/1.1",
         {"http://evil.example/a?b=c"}},
        {"http://evil.example/a",
         "HTTP://Evil.Example.:80/a#top",
         {"HTTP://Evil.Example.:80/a#top"}},
        {"http://evil.example", "<a href=\"http://evil.example/\">", {"http://evil.example/"}},
        {"http://evil.example/", "see http://evil.example.", {"http://evil.example."}},
        {"http://evil.example/a",
         "(http://evil.example/a), 'http://evil.example/a';",
         {"http://evil.example/a", "http://evil.example/a"}},
        {"https://evil.example/%7ea",
         "https://evil.example:443/~a",
         {"https://evil.example:443/~a"}},
        {"http://evil.example/%2f", "http://evil.example/%2F", {"http://evil.example/%2F"}},
        {"hxxp://evil[.]example/a", "http://evil.example/a", {"http://evil.example/a"}},
        {"http://evil.example/a", "hxxp://evil[.]example/a", {"hxxp://evil[.]example/a"}},
        {"http://evil.example/a",
         "http://good.example/?u=http://evil.example/a",
         {"http://evil.example/a"}},
        {"http://u@evil.example/a", "http://u@evil.example/a", {"http://u@evil.example/a"}},
        {"http://bücher.example:81/a",
         "http://xn--bcher-kva.example:81/a http://bücher.example:81/a",
         {"http://xn--bcher-kva.example:81/a", "http://bücher.example:81/a"}},
        {"http://[2001:db8::7]/a", "http://[2001:db8::7]/a", {"http://[2001:db8::7]/a"}},
        {"http://evil.example/a", "https://evil.example/a http://evil.example/A", {}},
        {"http://evil.example/a",
         "http://evil.example/ab http://evil.example/a/ xhttp://evil.example/a",
         {}},
        {"http://evil.example/a", "http://evil.example:8080/a http://www.evil.example/a", {}},
        {"http://evil.example/a", "evil.example/a //evil.example/a http:/evil.example/a", {}},
    }));

INSTANTIATE_TEST_SUITE_P(
    mail, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {"eve@evil.example", "From: Eve <EVE@evil.Example>", {"EVE@evil.Example"}},
        {"eve@evil.example",
         "to=eve@evil.example, mailto:eve@evil.example.",
         {"eve@evil.example", "eve@evil.example"}},
        {"eve@bücher.example", "<eve@xn--bcher-kva.example>", {"eve@xn--bcher-kva.example"}},
        {"eve[@]evil[.]example", "'eve@evil.example'", {"eve@evil.example"}},
        {"eve+x@evil.example", "eve+x@evil.example", {"eve+x@evil.example"}},
        {"eve@evil.example", "steve@evil.example x.eve@evil.example a-eve@evil.example", {}},
        {"eve@evil.example", "eve@evil.example.org eve@www.evil.example eve@evil.examples", {}},
        {"eve@evil.example", "eve.evil.example eve@ evil.example @evil.example", {}},
    }));

INSTANTIATE_TEST_SUITE_P(
    hashes, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {md5, "md5=D41D8CD98F00B204E9800998ECF8427E;", {"D41D8CD98F00B204E9800998ECF8427E"}},
        {md5, "virus_d41d8cd98f00b204e9800998ecf8427e.bin", {md5}},
        {sha1, "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", {sha1}},
        {sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", {sha256}},
        {md5, "d41d8cd98f00b204e9800998ecf8427e0 0d41d8cd98f00b204e9800998ecf8427e", {}},
        {md5, "d41d8cd98f00b204e9800998ecf8427 d41d8cd98f00b204e9800998ecf8427eg", {}},
        {md5, "d41d8cd9-8f00-b204-e980-0998ecf8427e", {}},
    }));

INSTANTIATE_TEST_SUITE_P(
    files, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {"file:evil.exe", "C:\\Temp\\EVIL.exe /x", {"EVIL.exe"}},
        {"file:evil.exe",
         "/tmp/evil.exe; \"evil.exe\" ran evil.exe.",
         {"evil.exe", "evil.exe", "evil.exe"}},
        {"file:.hidden", "/home/.hidden x", {".hidden"}},
        {"file:evil.exe", "wait ...evil.exe", {"evil.exe"}},
        {"file:evil.exe", "notevil.exe evil.exe.bak evil.exes not-evil.exe my.evil.exe", {}},
        {"file:Invoice (1).pdf", "opened 'invoice (1).PDF'", {"invoice (1).PDF"}},
        {"file:Invoice (1).pdf", "Invoice (1).pdf.exe xInvoice (1).pdf Invoice (1) .pdf", {}},
        {"file:mimikatz", "run mimikatz now, Mimikatz", {"mimikatz", "Mimikatz"}},
        {"file:mimikatz", "mimikatz2 xmimikatz mimikatz.exe mimi katz", {}},
        {"/tmp/.x/payload", "exec /tmp/.x/payload -d", {"/tmp/.x/payload"}},
        {"C:\\Users\\Public\\a b.txt",
         "at c:\\users\\public\\A B.txt.",
         {"c:\\users\\public\\A B.txt"}},
    }));

INSTANTIATE_TEST_SUITE_P(
    registry, Finds,
    ::testing::ValuesIn(std::vector<Case>{
        {"HKEY_LOCAL_MACHINE\\Software\\Evil Corp\\Run",
         "hklm\\software\\evil corp\\run\\x = 1",
         {"hklm\\software\\evil corp\\run"}},
        {"HKLM\\Software\\Evil", "HKLM:\\Software\\Evil was set", {"HKLM:\\Software\\Evil"}},
        {"HKLM\\Software\\Evil",
         "\"HKEY_LOCAL_MACHINE\\\\Software\\\\Evil\"",
         {"HKEY_LOCAL_MACHINE\\\\Software\\\\Evil"}},
        {"HKLM\\Software\\Evil",
         "\\REGISTRY\\MACHINE\\Software\\Evil",
         {"\\REGISTRY\\MACHINE\\Software\\Evil"}},
        {"HKLM\\Software\\Evil", "HKCU\\Software\\Evil Software\\Evil MACHINE\\Software\\Evil", {}},
        {"HKLM\\Software\\Evil",
         "HKLM\\Software\\Evil2 HKLM\\Software\\Evil.x xHKLM\\Software\\Evil",
         {}},
        {"registry:EvilValue", "value EvilValue=1", {"EvilValue"}},
    }));

TEST(Scanner, says_line_column_and_offset) {
  Indicators indicators = testing::indicators_of("evil.example\n198.51.100.7");
  Index index(indicators, 1);
  auto seen = testing::scan(index, "a\n\nb www.evil.example\n198.51.100.7\nend");
  EXPECT_THAT(seen, ::testing::ElementsAre(Seen{"evil.example", "www.evil.example", 5, 3, 3},
                                           Seen{"198.51.100.7", "198.51.100.7", 22, 4, 1}));
}

TEST(Scanner, gives_every_indicator_that_a_text_meets) {
  Indicators indicators = testing::indicators_of(
      "evil.example\na.evil.example\nEVIL.example\n10.0.0.0/8\n10.1.0.0/16\n10.1.2.3");
  Index index(indicators, 1);
  EXPECT_EQ(testing::scan(index, "x.a.evil.example").size(), 3u);  // one twice in the list
  EXPECT_EQ(testing::scan(index, "10.1.2.3").size(), 3u);
}

TEST(Scanner, knows_the_bytes_that_were_skipped) {
  Indicators indicators = testing::indicators_of("evil.example");
  Index index(indicators, 1);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
  Scanner scanner(index,
                  [&](const Found& found) { places.push_back({found.offset, found.column}); });
  scanner.feed("evil.example ");
  scanner.skipped(5);
  scanner.feed("evil.example\n");
  scanner.skipped(1);
  scanner.feed("evil.example");
  scanner.finish();
  EXPECT_THAT(places, ::testing::ElementsAre(std::pair{0, 1}, std::pair{18, 19}, std::pair{32, 1}));
}

TEST(Scanner, passes_over_names_that_are_too_long) {
  Indicators indicators = testing::indicators_of("evil.example");
  Index index(indicators, 1);
  std::string labels;
  while (labels.size() < 242) labels += "a.";
  EXPECT_EQ(testing::scan(index, " " + labels + "evil.example ").size(), 1u);
  for (int more : {2, 50, 400, 5000, 300'000}) {
    std::string text = labels;
    for (int i = 0; i < more; ++i) text += "a.";
    EXPECT_EQ(testing::scan(index, " " + text + "evil.example ").size(), 0u) << more;
  }
}

// ---- The same by other means: every place, every indicator, by what scanner.h says.

bool pair_before(std::string_view t, std::size_t i) {
  return i >= 3 && t[i - 3] == '%' && is(t[i - 2], in_hex) && is(t[i - 1], in_hex);
}

struct Reference {
  std::string_view t;  // with a space at both ends, so that neighbours are always there

  bool name(std::size_t i) const { return i < t.size() && is(t[i], in_name); }
  bool dotted(std::size_t i) const { return name(i) || (i < t.size() && t[i] == '.'); }
  std::size_t past_dots(std::size_t i) const {
    while (i < t.size() && t[i] == '.') ++i;
    return i;
  }
  std::size_t before_dots(std::size_t i) const {
    while (i > 0 && t[i - 1] == '.') --i;
    return i;
  }
  bool begins(std::size_t i) const {
    bool is_pair = t[i - 1] == '%' && is(t[i], in_hex) && is(t[i + 1], in_hex);
    return (!name(i - 1) && !is_pair) || pair_before(t, i);
  }
  bool same(std::size_t i, std::string_view value) const {
    return i + value.size() < t.size() && lowered(t.substr(i, value.size())) == value;
  }

  bool domain(std::size_t i, std::string_view value) const {
    return same(i, value) && (t[i - 1] == '.' || begins(i)) && !name(past_dots(i + value.size()));
  }
  bool file(std::size_t i, std::string_view value) const {
    return same(i, value) && begins(before_dots(i)) && !name(past_dots(i + value.size()));
  }
  bool hash(std::size_t i, std::string_view value) const {
    return same(i, value) && (!is(t[i - 1], in_alnum) || pair_before(t, i)) &&
           !is(t[i + value.size()], in_alnum);
  }
  bool address(std::size_t i, std::size_t size, const Prefix& range) const {
    auto read = ipv4_from_text(t.substr(i, size));
    if (!read || prefix_of_v4(*read).cut(range.length) != range) return false;
    std::size_t left = before_dots(i), right = past_dots(i + size), port = i + size + 1;
    while (port < t.size() && is(t[port], in_digit)) ++port;
    bool has_port = without_port(t.substr(i, port - i)).size() == size;
    if (has_port) right = past_dots(port);
    bool encoded = t[left - 1] == '%' && is(t[left], in_hex) && is(t[left + 1], in_hex);
    return ((!is(t[left - 1], in_alnum) && !encoded) || pair_before(t, left)) &&
           !is(t[right], in_alnum);
  }
  bool mail(std::size_t i, std::string_view value) const {
    return same(i, value) && (!is(t[i - 1], in_core) || pair_before(t, i)) &&
           !name(past_dots(i + value.size()));
  }
};

using Hits = std::set<std::tuple<std::string, std::size_t>>;  // value, where its text ends

Hits expected(const Indicators& indicators, std::string_view text) {
  Reference reference{text};
  Hits hits;
  for (std::size_t k = 0; k < indicators.size(); ++k) {
    Indicator one = indicators.at(k);
    std::string value(one.value);
    for (std::size_t i = 4; i + 1 < text.size(); ++i) {
      std::size_t end = i + value.size();
      if (one.form == Form::domain && reference.domain(i, value)) hits.emplace(value, end);
      if (one.form == Form::dotted && reference.file(i, value)) hits.emplace(value, end);
      if (one.form == Form::hash && reference.hash(i, value)) hits.emplace(value, end);
      if (one.form == Form::mail && reference.mail(i, value)) hits.emplace(value, end);
      for (std::size_t size = 7; one.form == Form::address && size <= 15; ++size)
        if (i + size < text.size() &&
            reference.address(i, size, addresses_from_text(value)->front()))
          hits.emplace(value, i + size);
    }
  }
  return hits;
}

constexpr const char* mixed =
    "ab.ac\nb.ab.ac\nfile:b.a1\n1.1.1.1\n1.1.0.0/16\na@ab.ac\na.a@b.ab.ac\n"
    "file:a-1.exe\nd41d8cd98f00b204e9800998ecf8427e\n12.2.1.0/24";

std::string random_text(std::mt19937& random, std::size_t size) {
  const std::vector<std::string> parts{
      "a",    "b",      "c",       "1",       "2",       ".",
      "..",   "-",      "_",       " ",       "\n",      "@",
      "%",    "%2F",    "ab.ac",   ".ac",     "b.ab.ac", "1.1.1.1",
      "1.1.", "b.a1",   "a@ab.ac", "a-1.exe", "2.",      "/",
      "AB",   "ab.AC.", "a.a@",    "12.2.1.", "=",       "d41d8cd98f00b204e9800998ecf8427e"};
  std::string text = "    ";
  while (text.size() < size) text += parts[random() % parts.size()];
  return text + "  ";
}

TEST(Scanner, finds_what_a_naive_search_finds) {
  Indicators indicators = testing::indicators_of(mixed);
  Index index(indicators, 99);
  std::mt19937 random(20261122);
  std::size_t total = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = random_text(random, 20 + random() % 400);
    Hits hits;
    for (const Seen& seen : testing::scan(index, text))
      hits.emplace(seen.value, seen.offset + seen.text.size());
    Hits wanted = expected(indicators, text);
    ASSERT_EQ(hits, wanted) << "round " << round << ": \"" << text << "\"";
    total += hits.size();
  }
  EXPECT_GT(total, 9000u);
}

TEST(Scanner, finds_the_same_however_the_text_is_cut) {
  Indicators indicators = testing::indicators_of(
      std::string(mixed) + "\nhttp://ab.ac/\nHKLM\\a b\\c\nfile:ab cd e\n2001:db8::1\n");
  Index index(indicators, 5);
  std::mt19937 random(4);
  std::string text;
  while (text.size() < 900'000) {
    text += random_text(random, 300);
    if (random() % 4 == 0) text += "http://ab.ac/ hklm\\A b\\c, ab cd e; 2001:db8::1 [.]ac";
    if (random() % 500 == 0) text.append(random() % 9000, "ab. "[random() % 4]);
  }
  auto whole = testing::scan(index, text);
  EXPECT_GT(whole.size(), 5000u);
  for (std::size_t piece : {std::size_t{7}, std::size_t{64}, std::size_t{4093}, std::size_t{65'536},
                            std::size_t{262'144}, std::size_t{1'000'003}})
    ASSERT_EQ(testing::scan(index, text, piece), whole) << piece;
}

// Each end of the window falls once within each of these.
TEST(Scanner, finds_what_lies_across_any_edge) {
  Indicators indicators = testing::indicators_of("http://evil.example/a\nHKLM\\evil\nfile:ab cd e");
  Index index(indicators, 5);
  constexpr std::string_view sample = " http://evil.example/a hklm\\evil ab cd e ";
  for (std::size_t edge : {std::size_t{120} << 10, std::size_t{124} << 10, std::size_t{128} << 10})
    for (std::size_t shift = 0; shift <= sample.size() + 64; ++shift) {
      std::string text(edge - shift, '.');
      text += sample;
      text.append(9000, '-');
      ASSERT_EQ(testing::scan(index, text).size(), 3u) << edge << " " << shift;
    }
}

TEST(Masks, are_the_same_with_and_without_vectors) {
  std::mt19937 random(1);
  std::string text(64 * 40, 0);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i < 256 ? i : random());
  std::vector<Masks> fast(40), plain(40);
  make_masks(text.data(), fast.data(), 40);
  make_masks_plainly(text.data(), plain.data(), 40);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(fast[i].name, plain[i].name);
    EXPECT_EQ(fast[i].alnum, plain[i].alnum);
    EXPECT_EQ(fast[i].dot, plain[i].dot);
    EXPECT_EQ(fast[i].digit, plain[i].digit);
    EXPECT_EQ(fast[i].in_v6, plain[i].in_v6);
    EXPECT_EQ(fast[i].at, plain[i].at);
    EXPECT_EQ(fast[i].bracket, plain[i].bracket);
    EXPECT_EQ(fast[i].backslash, plain[i].backslash);
    EXPECT_EQ(fast[i].colon, plain[i].colon);
    EXPECT_EQ(fast[i].slash, plain[i].slash);
    EXPECT_EQ(fast[i].high, plain[i].high);
    EXPECT_EQ(fast[i].newline, plain[i].newline);
  }
}

}  // namespace
}  // namespace comity::sweep
