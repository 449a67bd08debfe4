#pragma once
// The way in for the command line: HTTP over admin.sock, which only the node's own user can open.
// Reading is a matter of reaching the socket; every change is an officer's signed command.
#include "json/value.h"
#include "net/http.h"
#include "node/context.h"
#include "node/input.h"
#include "node/ports.h"

namespace comity::app {

// GET requests: /status /members /officers /pairings /drafts /conversations /conversation?id=
// /alarms /outbox /checkpoint /proof?act= /policy. Answers are JSON, stable, documented in
// docs/commands.md.
[[nodiscard]] Result<json::Value> query(const node::Context& context, node::View& view,
                                        const net::Target& target);

// The body of POST /command: the command's envelope, on one line, and after a line feed the blob
// that it names by its hash, if it names one.
[[nodiscard]] node::CommandGiven command_given(const std::string& body);

}  // namespace comity::app
