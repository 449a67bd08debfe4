#pragma once
// What an officer may ask of collections: /objects. docs/commands.md, "Alerts".
#include "json/value.h"
#include "net/http.h"
#include "node/context.h"
#include "node/ports.h"

namespace comity::app {

//   /objects?collection=ID[&after=N][&bytes=1][&standing=own|client|member][&member=ID]
// A page of what such a reader sees of it: the last version of each object, in the order of their
// addition: {"objects":[{"id","added","revoked"[,"bytes"]}],"withheld":{VERDICT:N}[,"next":N]}.
[[nodiscard]] Result<json::Value> objects_query(const node::Context& context, node::View& view,
                                                const net::Target& target);

}  // namespace comity::app
