// Section 4.7 of STIX 2.1: what an indicator's pattern must be.
#include "stix/check.h"
#include "stix/pattern.h"
#include "stix/rules.h"

namespace comity::stix::rules {
namespace {

void stix_pattern(Checker& c, Spec spec) {
  const std::string* text = c.text("pattern");
  if (!text) return;
  auto pattern = parse_pattern(*text, spec);
  if (!pattern)
    return c.error(Fault::bad_pattern, "pattern",
                   pattern.error().what + " (" + pattern.error().where + ")", {},
                   "9 STIX Patterning");
  for (const std::string& warning : pattern_warnings(*pattern))
    c.warn(Fault::bad_pattern, "pattern", warning, {}, "9 STIX Patterning");
}

}  // namespace

void indicator(Checker& c) {
  c.ordered("valid_from", "valid_until", Checker::Strictly::yes);
  const std::string* type = c.text("pattern_type");
  const std::string* version = c.text("pattern_version");
  if (!type || *type != "stix") return;
  stix_pattern(c, version && *version == "2.0" ? Spec::v20 : Spec::v21);
}

void indicator_20(Checker& c) {
  c.ordered("valid_from", "valid_until", Checker::Strictly::yes);
  stix_pattern(c, Spec::v20);
}

}  // namespace comity::stix::rules
