#pragma once
// What a pattern names: the comparisons that a blocklist or a sweep can use as they are.
#include <functional>
#include <string>
#include <vector>

#include "stix/pattern.h"

namespace comity::stix {

// Every comparison, in the order of the text.
void for_each_comparison(const Pattern& pattern, const std::function<void(const Comparison&)>& see);

struct Literal {
  std::string type;                   // "file"
  std::string property;               // "hashes.'SHA-256'"
  Comparator op = Comparator::equal;  // equal, like or subset; a member of IN is equal
  Constant value;
  // True when the pattern holds for every observation with this value: it stands alone, or only
  // beside others with OR. A block on a value that is not decisive would block too much.
  bool decisive = false;
  friend bool operator==(const Literal&, const Literal&) = default;
};

// The comparisons =, IN, LIKE and ISSUBSET that are not negated, in the order of the text.
[[nodiscard]] std::vector<Literal> literals(const Pattern& pattern);

}  // namespace comity::stix
