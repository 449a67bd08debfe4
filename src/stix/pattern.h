#pragma once
// STIX patterns: STIX 2.1, section 9; STIX 2.0, Part 5. Read here into a tree, written back, and
// looked through; match.h evaluates them.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "stix/kinds.h"
#include "stix/moment.h"

namespace comity::stix {

// ---- 9.2 Constants.

struct BinaryConstant {
  Bytes bytes;
  friend bool operator==(const BinaryConstant&, const BinaryConstant&) = default;
};
struct HexConstant {
  Bytes bytes;
  friend bool operator==(const HexConstant&, const HexConstant&) = default;
};
struct TimeConstant {
  Moment at;
  friend bool operator==(const TimeConstant&, const TimeConstant&) = default;
};
using Constant = std::variant<std::int64_t, double, std::string, bool, BinaryConstant, HexConstant,
                              TimeConstant>;

// ---- 9.7 Object Path Syntax.

struct AnyElement {
  friend bool operator==(const AnyElement&, const AnyElement&) = default;
};
using PathStep = std::variant<std::string, std::int64_t, AnyElement>;  // name, [n], [*]
struct ObjectPath {
  std::string type;
  std::vector<PathStep> steps;  // the first is a name
  friend bool operator==(const ObjectPath&, const ObjectPath&) = default;
};

// ---- 9.6 Comparison Expressions.

enum class Comparator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  like,
  matches,
  subset,
  superset,
  exists,
};

struct Comparison {
  ObjectPath path;
  Comparator op = Comparator::equal;
  bool negated = false;
  std::vector<Constant> values;  // one; any number for `in`; none for `exists`
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

// A tree of AND and OR; nodes with children have two at least, of another kind than their own.
struct Condition {
  enum class Kind : std::uint8_t { test, all, any } kind = Kind::test;
  Comparison test;
  std::vector<Condition> parts;
  friend bool operator==(const Condition&, const Condition&) = default;
};

// ---- 9.5 Observation Expressions.

struct Within {
  double seconds = 0;
  friend bool operator==(const Within&, const Within&) = default;
};
struct Repeats {
  std::uint64_t times = 1;
  friend bool operator==(const Repeats&, const Repeats&) = default;
};
struct StartStop {
  Moment start, stop;
  friend bool operator==(const StartStop&, const StartStop&) = default;
};
using Qualifier = std::variant<Within, Repeats, StartStop>;

struct Observing {
  enum class Kind : std::uint8_t { condition, all, any, followed } kind = Kind::condition;
  Condition condition;                // of what stands in brackets
  std::vector<Observing> parts;       // two at least; exactly two for `followed`
  std::vector<Qualifier> qualifiers;  // in their order, each kind at most once
  friend bool operator==(const Observing&, const Observing&) = default;
};

struct Pattern {
  Observing root;
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

// Reads a whole pattern.
//   spec    by 2.0 START and STOP may also be given as plain strings.
//   Errors  malformed, bad_value, too_deep, too_large, with "character N" (counted from 1, in
//   bytes)
//           in `where`; bad_utf8.
[[nodiscard]] Result<Pattern> parse_pattern(std::string_view text, Spec spec = Spec::v21);

// The pattern's own text, always written the same way; parse_pattern(write) gives the same tree.
[[nodiscard]] std::string write_pattern(const Pattern& pattern);
[[nodiscard]] std::string write_constant(const Constant& constant);
[[nodiscard]] std::string write_path(const ObjectPath& path);

// What a reader of the pattern should know: regular expressions that RE2 does not have, which never
// match here; conditions that no single object can meet.
[[nodiscard]] std::vector<std::string> pattern_warnings(const Pattern& pattern);

}  // namespace comity::stix
