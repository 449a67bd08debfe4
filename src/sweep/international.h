#pragma once
// Names in letters beyond ASCII: DNS, TLS and proxies write them as A-labels ("xn--…"), people and
// mails as they are read (RFC 5890). Whoever looks for one form means both.
#include <string>
#include <string_view>
#include <vector>

#include "sweep/item.h"

namespace comity::sweep {

// The canonical domain with A-labels alone (RFC 5891, by the mapping of UTS 46); empty: it has been
// ASCII, or has none.
[[nodiscard]] std::string ascii_name(std::string_view domain);
// The canonical domain as it is read; empty: it has no A-label, or a wrong one.
[[nodiscard]] std::string read_name(std::string_view domain);

// The same values, and behind each whose domain has another form the value with that.
[[nodiscard]] std::vector<Item> in_both_forms(std::vector<Item> items);

}  // namespace comity::sweep
