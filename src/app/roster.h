#pragma once
// [[alarm]] of comity.toml: who is woken, in which order, and by what.
#include <optional>
#include <string>
#include <vector>

#include "crypto/certificate.h"
#include "json/reader.h"
#include "net/endpoint.h"
#include "node/bell.h"

namespace comity::app {

// Exactly one of the two. A webhook's path may be a secret of its own: it goes into no log and no
// answer.
struct Webhook {
  net::Endpoint at;
  std::string target;
  std::optional<crypto::TlsPin> pin;  // https, and nobody but this key; none: http to this machine
};
struct Hook {
  node::RosterStep step;
  std::vector<std::string> command;  // an absolute path and its arguments; empty: the webhook
  Webhook webhook;
};
using Roster = std::vector<Hook>;

// Reads `alarm`, which may be missing. What is wrong is remembered in `in`, with its place.
[[nodiscard]] Roster read_roster(json::Reader& in);
[[nodiscard]] std::vector<node::RosterStep> steps_of(const Roster& roster);

}  // namespace comity::app
