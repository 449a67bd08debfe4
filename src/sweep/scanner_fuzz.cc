// However a text is cut, the same is found; and what is found is there.
#include <algorithm>

#include "base/check.h"
#include "sweep/testing.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const sweep::Indicators indicators = sweep::testing::indicators_of(
      "198.51.100.0/24\n2001:db8::/32\nab.ac\nhttp://ab.ac/a\na@ab.ac\nfile:b.exe\n"
      "file:a (b) cd\nHKLM\\a b\\c\nd41d8cd98f00b204e9800998ecf8427e\nbücher.example\n");
  static const sweep::Index index(indicators, 1);
  std::string_view text = as_text({data, size});
  auto whole = sweep::testing::scan(index, text);
  check(sweep::testing::scan(index, text, 1 + size / 3) == whole, "cut in four, the same is found");
  std::size_t careful = 0;
  sweep::Scanner scanner(index, [&](const sweep::Found&) { ++careful; }, sweep::Sieving::off);
  scanner.feed(text);
  scanner.finish();
  check(careful == whole.size(), "the sieve strikes out nothing that is there");
  for (const auto& seen : whole) {
    check(text.substr(seen.offset, seen.text.size()) == seen.text, "a hit is where it says");
    auto before = text.substr(0, seen.offset);
    auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    check(seen.line == lines + 1, "a hit is on the line it says");
    check(seen.column == seen.offset - (before.rfind('\n') + 1) + 1, "and in the column");
  }
  return 0;
}
