#pragma once
// The specification as data: which types there are, which properties they have, and of what form.
// The tables stand in spec_*.cc; check.cc reads them. Sources: STIX 2.1 (OASIS Standard, 10 June
// 2021) and STIX 2.0 (OASIS Committee Specification 01, 19 July 2017), whose clauses they name.
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "stix/kinds.h"

namespace comity::stix {

class Checker;
struct Shape;

enum class Kind : std::uint8_t {
  any,
  text,
  boolean,
  integer,
  real,
  timestamp,
  millis,      // a timestamp that is given to the millisecond: created, modified
  identifier,  // this object's own id
  reference,   // to an object of one of the types in `words`
  dictionary,
  strings,       // a dictionary of strings
  string_lists,  // a dictionary whose values are strings or lists of strings
  hashes,
  closed,  // a value of the vocabulary in `words`, else it is an error
  open,    // the same, else it is a warning
  binary,
  hex,
  language,  // RFC 5646
  shape,     // an object of the form `shape`
  extensions,
  contents,     // of language-content
  observables,  // of observed-data, as in STIX 2.0
  definition,   // of marking-definition
};

struct Form {
  Kind kind = Kind::any;
  bool list = false;
  std::string_view words =
      {};  // separated by spaces: a vocabulary, or types; "@sdo" stands for a class
  const Shape* of = nullptr;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

enum class Need : std::uint8_t { optional, required, deprecated };

struct Property {
  std::string_view name = {};
  Form form = {};
  Need need = Need::optional;
};

// What the table cannot say: co-constraints. Given the object as it was read.
using Rule = void (*)(Checker&);

struct Shape {
  std::string_view name;
  std::string_view clause;
  std::span<const Property> properties;  // ordered by name
  Rule rule = nullptr;
};

struct Type {
  Class cls = Class::sdo;
  Shape shape;
  // The properties from which the id of an observable is made; STIX 2.1, 2.9 and the "ID
  // Contributing Properties" of section 6.
  std::string_view contributing = {};
};

[[nodiscard]] const Shape& bundle_shape(Spec spec);
// The specification's own types, or null.
[[nodiscard]] const Type* find_type(std::string_view name, Spec spec);
// A predefined extension, "archive-ext", and the type whose extension it is; or null.
struct Extension {
  std::string_view of;
  const Shape* shape = nullptr;
};
[[nodiscard]] const Extension* find_extension(std::string_view name, Spec spec);
// Common properties of a type that the specification does not define.
[[nodiscard]] const Shape& custom_shape(Class cls, Spec spec);
[[nodiscard]] std::span<const Type> all_types(Spec spec);
[[nodiscard]] std::span<const Extension> all_extensions(Spec spec);
// True when `word` is one of `words`.
[[nodiscard]] bool has_word(std::string_view words, std::string_view word);

}  // namespace comity::stix
