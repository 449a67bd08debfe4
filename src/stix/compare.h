#pragma once
// Comparison expressions over the objects of one observation: STIX 2.1, 9.6 and 9.7.
#include <map>
#include <utility>

#include "stix/budget.h"
#include "stix/observed.h"
#include "stix/pattern.h"
#include "stix/regex.h"

namespace comity::stix {

// The regular expressions of a pattern, made once. Lives as long as the pattern does.
class Regexes {
 public:
  explicit Regexes(const Pattern& pattern);
  struct Both {
    Regex text, bytes;
  };
  [[nodiscard]] const Both& of(const std::string& expression) const;

 private:
  std::map<std::string, Both> made_;
};

// Whether what stands in one pair of brackets holds for an observation: whether for each type that
// it names an object of that type can be chosen, so that the whole is true. One type is one object:
// [file:name = 'a' AND file:size = 1] wants a file that is both. Types that are not joined by AND
// are chosen apart from each other.
[[nodiscard]] bool holds(const Condition& condition, const Observation& observation,
                         const Regexes& regexes, Budget& budget);

// One comparison for one object.
[[nodiscard]] bool holds_for(const Comparison& test, const json::Object& object,
                             const Observation& observation, const Regexes& regexes,
                             Budget& budget);

[[nodiscard]] bool like(std::string_view text, std::string_view expression);  // % and _

}  // namespace comity::stix
