#pragma once
// Which markings an object and its fields carry, and the object without the fields that a reader
// may not see. Who may see what is not decided here. STIX 2.1, 7.2.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "stix/object.h"
#include "stix/selector.h"
#include "stix/tlp.h"

namespace comity::stix {

// The markings of what `selector` selects: those of granular markings that select it or what it is
// part of, most specific first, each once; then those of the object.
[[nodiscard]] std::vector<std::string> markings_at(const Object& object, const Selector& selector);

// The TLP of a marking's id, as whoever holds the marking definitions knows it (tlp_of()).
using TlpOf = std::function<std::optional<Tlp>(std::string_view marking_ref)>;

// The strictest TLP of the object's own markings. None: it carries no TLP.
[[nodiscard]] std::optional<Tlp> tlp_of_object(const Object& object, const TlpOf& tlp_of);
// 7.2.3: a granular TLP takes the place of the object's for what it selects. The most specific that
// selects the field counts, the strictest of them; without one it is the object's.
[[nodiscard]] std::optional<Tlp> tlp_at(const Object& object, const Selector& selector,
                                        const TlpOf& tlp_of);

// True for a marking whose fields the reader may not see.
using Hidden = std::function<bool(std::string_view marking_ref)>;

// The object, canonical, without the fields that hidden granular markings select, and without those
// markings; selectors behind a removed element are renumbered. Empty: nothing valid is left of it,
// or the field says who may see it or what it is, or an observable's id would give the field away;
// then all of it is withheld. The object's own markings are not looked at.
//   value    of an object that read_object() took.
[[nodiscard]] std::optional<std::string> redact(const json::Object& value, const Hidden& hidden);

}  // namespace comity::stix
