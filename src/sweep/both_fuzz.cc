// Lines read both ways: nothing that stands in clear is lost, and however cut, the same is found.
#include <algorithm>

#include "base/check.h"
#include "sweep/both.h"
#include "sweep/testing.h"

using namespace comity;

namespace {

struct Seen {
  std::uint64_t offset, line, column;
  std::uint32_t indicator;
  std::string text;
  friend bool operator==(const Seen&, const Seen&) = default;
};

template <typename Reading>
std::vector<Seen> read(const sweep::Index& index, std::string_view text, std::size_t piece) {
  std::vector<Seen> seen;
  Reading reading(index, [&](const sweep::Found& found) {
    seen.push_back(
        {found.offset, found.line, found.column, found.indicator, std::string(found.text)});
  });
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    reading.feed(text.substr(0, piece));
  reading.finish();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const sweep::Indicators indicators = sweep::testing::indicators_of(
      "198.51.100.0/24\n2001:db8::/32\nab.ac\nhttp://ab.ac/a\na@ab.ac\nfile:b.exe\n"
      "file:a (b) cd\nHKLM\\a b\\c\nC:\\Users\\a b.txt\nbücher.example\n");
  static const sweep::Index index(indicators, 1);
  std::string_view text = as_text({data, size});
  auto both = read<sweep::BothReadings>(index, text, size + 1);
  check(read<sweep::BothReadings>(index, text, 1 + size / 4) == both, "however cut, the same");
  check(std::ranges::is_sorted(both, {}, &Seen::offset), "in the order of offsets");
  auto plain = read<sweep::Scanner>(index, text, size + 1);
  if (!text.contains('\\') || !text.contains('"'))
    check(both == plain, "what has no escapes is read once");
  check(both.size() >= std::min<std::size_t>(plain.size(), 1), "what stands in clear is found");
  std::uint64_t lines = 1 + static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  for (const Seen& one : both) {
    check(one.offset + 1 <= size, "a hit is within the text");
    check(one.line >= 1 && one.line <= lines, "and on one of its lines");
    check(one.column >= 1 && one.column <= one.offset + 1, "and within the line");
  }
  return 0;
}
