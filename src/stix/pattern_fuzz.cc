// parse(write(parse(x))) = parse(x), and writing again changes nothing.
#include "base/check.h"
#include "stix/pattern.h"
#include "stix/pattern_look.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  for (stix::Spec spec : {stix::Spec::v20, stix::Spec::v21}) {
    auto pattern = stix::parse_pattern(text, spec);
    if (!pattern) {
      check(is_utf8(pattern.error().what), "an error is text");
      continue;
    }
    std::string written = stix::write_pattern(*pattern);
    auto again = stix::parse_pattern(written);
    check(again.has_value() && *again == *pattern, "parse(write(x)) == x");
    check(stix::write_pattern(*again) == written, "one text per pattern");
    (void)stix::literals(*pattern);
    (void)stix::pattern_warnings(*pattern);
  }
  return 0;
}
