#pragma once
// What an officer may ask of collections: /objects. docs/commands.md, "Alerts".
#include "json/value.h"
#include "net/http.h"
#include "node/context.h"
#include "node/ports.h"

namespace comity::app {

//   /objects?collection=ID[&after=N][&type=T][&bytes=1][&standing=own|client|member][&member=ID]
// A page of what such a reader sees of it: the last version of each object, in the order of their
// addition: {"objects":[{"id","type","version","tlp","added","revoked"[,"from"][,"bytes"]}],
// "withheld":{VERDICT:N}[,"next":N]}. `added` is in microseconds since 1970.
[[nodiscard]] Result<json::Value> objects_query(const node::Context& context, node::View& view,
                                                const net::Target& target);

// /roads?collection=ID: node/roads.h, roads_json().
[[nodiscard]] Result<json::Value> roads_query(const node::Context& context, node::View& view,
                                              const net::Target& target);

//   /spread?id=STIX_ID
// Who told whom of an object, and who was asked to drop it:
// {"told":[{"way":"in|out","member","nickname","act","at","collection"[,"origin"][,"standing"]}],
//  "recalls":[{"ours","member","nickname","act","at","why"[,"standing"]}]}
// `standing` is of an act of ours: queued, delivered (of a recall: confirmed), rejected, expired.
[[nodiscard]] Result<json::Value> spread_query(const node::Context& context, node::View& view,
                                               const net::Target& target);

//   /outbreak?id=STIX_ID&at=NOW[&svg=1]
// What this node holds of an outbreak, as alert/outbreak.h writes it; with "svg", the plot.
[[nodiscard]] Result<json::Value> outbreak_query(const node::Context& context, node::View& view,
                                                 const net::Target& target);

//   /subscriptions
// What partners share, and where it goes: [{"member","nickname","theirs","title","collection",
// "sightings"}]; `collection` is empty while nobody has chosen one.
[[nodiscard]] Result<json::Value> subscriptions_query(node::View& view);

}  // namespace comity::app
