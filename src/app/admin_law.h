#pragma once
// What an officer may ask of published law: /laws, /law, /law_in_force. docs/commands.md, "law".
#include "json/value.h"
#include "net/http.h"
#include "node/context.h"
#include "node/ports.h"

namespace comity::app {

//   /laws[?jurisdiction=PH]         every version kept here, without its text
//   /law?publisher=ID&version=N     one of them, with its text
//   /law_in_force[?on=DAY]          what stands in the place of which file on that day, with texts
[[nodiscard]] Result<json::Value> law_query(const node::Context& context, node::View& view,
                                            const net::Target& target);

}  // namespace comity::app
