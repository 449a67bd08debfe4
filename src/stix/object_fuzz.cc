// Whatever comes, it is read without harm; what is taken is taken again from its own bytes, and
// what a bundle is cut into are slices of it, in their order. What is left of an object without its
// hidden fields is good, and nothing is left to hide in it.
#include "base/check.h"
#include "stix/bundle.h"
#include "stix/marking.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  stix::Reading reading = stix::read_object(text);
  check(reading.object.has_value() == reading.findings.acceptable(), "an error refuses");
  if (reading.object) {
    check(reading.object->bytes == text, "an object keeps its bytes");
    stix::Reading again = stix::read_object(json::write(reading.value));
    check(again.object.has_value(), "what is taken is taken again when it is written canonically");
    check(again.findings.warnings == reading.findings.warnings, "and judged in the same way");
    auto hidden = [](std::string_view ref) { return ref.back() % 2 == 0; };
    if (auto left = stix::redact(*reading.value.as_object(), hidden)) {
      stix::Reading rest = stix::read_object(*left);
      check(rest.object.has_value(), "what is left is a good object");
      for (const auto& marking : rest.object->granular_markings)
        check(marking.marking_ref.empty() || !hidden(marking.marking_ref), "nothing is hidden");
    }
  }
  for (const stix::Finding& finding : reading.findings.list)
    check(is_utf8(to_text(finding)), "a finding is text");

  const char* end = text.data();
  std::size_t seen = 0;
  auto bundle = stix::read_bundle(text, [&](const stix::Reading& one) {
    ++seen;
    if (!one.object) return;
    check(one.object->bytes.data() >= end, "objects come in their order, and apart");
    end = one.object->bytes.data() + one.object->bytes.size();
    check(end <= text.data() + text.size(), "within the text");
  });
  if (bundle) check(bundle->objects == seen, "each object is handed out once");
  return 0;
}
