// What parse() takes, it takes again after write(), to the same canonical text; and simdjson and
// our own scanner agree on what is JSON.
#include "base/check.h"
#include "json/scan.h"
#include "json/value.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  auto value = json::parse(text);
  auto fault = is_utf8(text) ? json::find_fault(text, limits::json_depth_max) : std::nullopt;
  if (!value) {
    Code code = value.error().code;
    if (is_utf8(text) && (code == Code::malformed || code == Code::too_deep))
      check(fault && fault->code == code, "simdjson refuses and the scanner does not");
    check(is_utf8(value.error().where) && is_utf8(value.error().what), "an error is text");
    return 0;
  }
  check(is_utf8(text) && !fault, "the scanner refuses and simdjson does not");
  std::string canonical = json::write(*value);
  auto again = json::parse(canonical, {.bytes_max = canonical.size()});
  check(again.has_value() && json::write(*again) == canonical,
        "canonical text is read and written the same");
  check(json::parse(json::write(*again), {.bytes_max = canonical.size()}) == *again,
        "parse(write(x)) == x");
  auto pretty = json::parse(json::write_pretty(*again), {.bytes_max = std::size_t{1} << 30});
  check(pretty.has_value() && *pretty == *again, "pretty text is the same value");
  return 0;
}
