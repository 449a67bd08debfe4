// Names of any bytes have at most one other form each way, and that form is canonical.
#include "base/check.h"
#include "sweep/foreign.h"
#include "sweep/international.h"
#include "sweep/testing.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  (void)sweep::foreign_form(text);
  auto items = sweep::items_from_text(text.substr(0, text.find('\n')));
  if (!items) return 0;
  auto all = sweep::in_both_forms(*items);
  check(all.size() >= items->size() && all.size() <= 3 * items->size(), "two other forms at most");
  for (const sweep::Item& item : all) {
    if (item.form != sweep::Form::domain) continue;
    check(sweep::canonical_domain(item.value) == item.value, "each form is canonical");
    std::string ascii = sweep::ascii_name(item.value);
    for (char c : ascii) check((c & 0x80) == 0, "a name as DNS has it is ASCII");
    check(ascii.empty() || sweep::ascii_name(ascii).empty(), "and has no further form");
  }
  return 0;
}
