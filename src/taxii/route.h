#pragma once
// The endpoints of TAXII 2.1 (sections 4.1, 4.2, 5.1 to 5.8) as paths of this server:
//
//   /taxii2/                                                discovery
//   /taxii2/ROOT/                                           an API root
//   /taxii2/ROOT/status/ID/                                 status of a POST
//   /taxii2/ROOT/collections/                               collections
//   /taxii2/ROOT/collections/ID/                            a collection, by its id or alias
//   /taxii2/ROOT/collections/ID/manifest/                   manifest
//   /taxii2/ROOT/collections/ID/objects/                    objects: GET, POST
//   /taxii2/ROOT/collections/ID/objects/OBJECT/             an object: GET, DELETE
//   /taxii2/ROOT/collections/ID/objects/OBJECT/versions/    its versions
//
// The slash at the end belongs to them; without it they are understood all the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace comity::taxii {

enum class Endpoint : std::uint8_t {
  discovery,
  root,
  status,
  collections,
  collection,
  manifest,
  objects,
  object,
  versions,
};

struct Route {
  Endpoint endpoint = Endpoint::discovery;
  std::string root{};        // of all but discovery
  std::string status{};      // of status
  std::string collection{};  // of collection and what lies below it: an id or an alias
  std::string object{};      // of object and versions: a STIX id
};

// Errors  not_found: no such path.
[[nodiscard]] Result<Route> route_of(const net::Target& target);

// The methods that an endpoint knows, as an Allow header lists them.
[[nodiscard]] std::string_view methods_of(Endpoint endpoint);

}  // namespace comity::taxii
