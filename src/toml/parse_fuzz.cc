// TOML that is taken is JSON that is taken: written and read again it is the same, and every value
// has its line.
#include <algorithm>

#include "base/check.h"
#include "toml/parse.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  auto document = toml::parse(text, "f");
  if (!document) {
    check(document.error().where.starts_with("f"), "an error has its place");
    return 0;
  }
  std::string canonical = json::write(document->root);
  auto again = json::parse(canonical,
                           {.bytes_max = canonical.size(), .members_max = limits::toml_values_max});
  check(again.has_value() && json::write(*again) == canonical,
        "canonical text is read and written the same");
  auto lines = 1 + std::ranges::count(text, '\n');
  for (const auto& mark : document->marks)
    check(mark.line >= 1 && mark.line <= lines, "a line of the text");
  check(document->marks[0].values == document->marks.size(), "every value has its mark");
  return 0;
}
