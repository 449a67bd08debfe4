#pragma once
// What a client asks of a list: TAXII 2.1, sections 3.4 (filtering) and 3.5 (pagination).
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "node/object_page.h"
#include "taxii/added.h"
#include "taxii/route.h"

namespace comity::taxii {

struct Query {
  node::ObjectFilter filter;         // `after`: from `next` when that is given, else added_after
  std::optional<std::size_t> limit;  // as asked; the server may give fewer

  // What `next` is good for: the same list under the same filters. Eight hexadecimal digits.
  std::string fingerprint;
};

// Of objects, manifest, object and versions.
//   Errors  bad_value, malformed, too_large: `where` names the parameter. An unknown parameter is
//   an error too: whoever misspells a filter must not get more than they asked for.
[[nodiscard]] Result<Query> read_query(const Route& route, const net::Target& target);

// Of a DELETE: 5.7.
//   Errors  as read_query()
struct Deletion {
  std::vector<std::string> versions, specs;  // as given
};
[[nodiscard]] Result<Deletion> read_deletion(const net::Target& target);

// The opaque value of `next`, to go on behind `last`.
[[nodiscard]] std::string next_of(const Query& query, Added last);

}  // namespace comity::taxii
