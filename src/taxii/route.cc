#include "taxii/route.h"

#include <span>

namespace comity::taxii {
namespace {

// What stands behind ".../collections/ID/".
Result<Endpoint> below_collection(std::span<const std::string> rest) {
  if (rest.empty()) return Endpoint::collection;
  if (rest.size() == 1 && rest[0] == "manifest") return Endpoint::manifest;
  if (rest[0] == "objects" && rest.size() == 1) return Endpoint::objects;
  if (rest[0] == "objects" && rest.size() == 2) return Endpoint::object;
  if (rest[0] == "objects" && rest.size() == 3 && rest[2] == "versions") return Endpoint::versions;
  return fail(Code::not_found, "a collection has manifest/ and objects/");
}

}  // namespace

Result<Route> route_of(const net::Target& target) {
  std::span<const std::string> path = target.segments;
  if (path.empty() || path[0] != "taxii2") return fail(Code::not_found, "TAXII begins at /taxii2/");
  if (path.size() == 1) return Route{};
  Route route{.endpoint = Endpoint::root, .root = path[1]};
  path = path.subspan(2);
  if (path.empty()) return route;
  if (path[0] == "status" && path.size() == 2) {
    route.endpoint = Endpoint::status;
    route.status = path[1];
    return route;
  }
  if (path[0] != "collections")
    return fail(Code::not_found, "an API root has collections/ and status/ID/");
  route.endpoint = Endpoint::collections;
  if (path.size() == 1) return route;
  route.collection = path[1];
  TRY(route.endpoint, below_collection(path.subspan(2)));
  if (path.size() > 3) route.object = path[3];
  return route;
}

std::string_view methods_of(Endpoint endpoint) {
  if (endpoint == Endpoint::objects) return "GET, HEAD, POST";
  if (endpoint == Endpoint::object) return "GET, HEAD, DELETE";
  return "GET, HEAD";
}

}  // namespace comity::taxii
