#pragma once
// One value to look for, read from what somebody wrote.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sweep/canonical.h"

namespace comity::sweep {

// How it is found in a text.
enum class Form : std::uint8_t {
  address,   // parsed, then by prefix
  domain,    // the end of a dotted name, from a label's beginning
  url,       //
  mail,      //
  hash,      // a run of hex digits as long as it is
  dotted,    // a dotted name as a whole: "evil.exe"
  registry,  // a path from a root of the registry, or its beginning up to a boundary
  phrase,    // anything else, between boundaries: "Invoice (1).pdf"
};
inline constexpr std::size_t form_count = 8;

struct Item {
  Kind kind = Kind::domain;
  Form form = Form::domain;
  std::string value;  // canonical
  friend bool operator==(const Item&, const Item&) = default;
};

// A value whose kind is known; a range of addresses may be several prefixes.
//   Errors  bad_value, with what a value of this kind looks like; too_large.
[[nodiscard]] Result<std::vector<Item>> items_of(Kind kind, std::string_view text);

// A value as lists have it, refanged; its kind is seen from its form, or said: "file:evil.com".
//   Errors  as items_of(); bad_value when nothing fits.
[[nodiscard]] Result<std::vector<Item>> items_from_text(std::string_view text);

// What a line of a list says, without its comment ("#" at its beginning or after a space) and the
// spaces around it.
[[nodiscard]] std::string_view value_of_line(std::string_view line);

}  // namespace comity::sweep
