#pragma once
// From an indicator's pattern to the values that a text could hold.
#include <vector>

#include "stix/object.h"
#include "stix/pattern_look.h"
#include "sweep/item.h"

namespace comity::sweep {

struct StixValue {
  Item item;
  bool decisive = true;  // stix::Literal::decisive
};

// What one comparison looks for.
//   Errors  unknown_kind: a property that no text shows, LIKE; those of items_of().
[[nodiscard]] Result<std::vector<Item>> items_of(const stix::Literal& literal);

// Of comparisons with =, IN and ISSUBSET that are not negated: addresses, domains, URLs, mail
// addresses, hashes, names and folders of files, keys and values of the Windows registry. LIKE and
// MATCHES are passed over, and patterns of other languages. A value stands there once.
[[nodiscard]] std::vector<StixValue> values_of(const stix::Object& indicator);

}  // namespace comity::sweep
