// Messages of any bytes are taken apart within bounds, and an input sweeps them however cut.
#include "base/check.h"
#include "sweep/input.h"
#include "sweep/mail.h"
#include "sweep/testing.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const sweep::Indicators indicators = sweep::testing::indicators_of("ab.ac\na@ab.ac\n");
  static const sweep::Index index(indicators, 1);
  std::string_view text = as_text({data, size});
  std::size_t made = 0;
  (void)sweep::for_each_part(text, [&](const std::string& name, std::string_view bytes) {
    check(!name.empty(), "a part has a name");
    made += bytes.size();
    return Result<void>();
  });
  // Headers once and bodies once at each depth, and nothing decodes to more than it was.
  check(made <= 20 * (size + 1), "parts are no more than the message");
  auto sweep = [&](std::size_t piece, sweep::Format format) {
    std::vector<std::pair<std::string, std::uint64_t>> hits;
    sweep::Input input(index, format, [&](const sweep::Hit& hit) {
      hits.emplace_back(hit.part, hit.found.offset);
    });
    bool good = true;
    for (std::size_t at = 0; good && at < size; at += piece)
      good = input.feed(text.substr(at, piece)).has_value();
    if (good) (void)input.finish();
    return hits;
  };
  for (auto format : {sweep::Format::detect, sweep::Format::json, sweep::Format::mail})
    check(sweep(1 + size / 3, format) == sweep(size + 1, format), "however cut, the same");
  return 0;
}
