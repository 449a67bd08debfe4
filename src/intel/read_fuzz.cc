// Whatever comes is read without harm; every object that is made is one that STIX takes, and the
// same text makes the same objects.
#include "base/check.h"
#include "intel/read.h"
#include "stix/object.h"

using namespace comity;

namespace {

std::vector<std::string> read_all(intel::Format format, std::string_view text) {
  std::vector<std::string> made;
  intel::Options options{.now = Instant(std::chrono::hours(400'000)),
                         .held = [](std::string_view id) { return id.back() % 4 == 0; }};
  auto report = intel::read(format, text, options, [&](const std::string& object) -> Result<void> {
    check(stix::read_object(object).object.has_value(), "what is made is taken");
    made.push_back(object);
    return {};
  });
  if (report) {
    check(report->taken + report->present <= report->given, "no more is taken than was given");
    for (const intel::Said& said : report->left.list) check(is_utf8(said.what), "told as text");
  }
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  auto format = intel::recognise(text);
  for (intel::Format each : {intel::Format::misp, intel::Format::xarf, intel::Format::list}) {
    if (format && *format != each && *format != intel::Format::stix) continue;
    check(read_all(each, text) == read_all(each, text), "read twice, the same");
  }
  return 0;
}
