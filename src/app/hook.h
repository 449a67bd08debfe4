#pragma once
// Runs one step of the roster: a command, or a webhook. Blocking, so on a thread of its own.
#include <optional>
#include <stop_token>
#include <string>

#include "app/roster.h"
#include "net/runtime.h"

namespace comity::app {

// What somebody is told: no content, no person. Canonical JSON.
struct Notice {
  std::string node, code, severity;
  Instant at;
  std::size_t step = 0;  // of the roster, from 1
  bool drill = false;
  std::string alarm;  // its key; empty in a drill
};
[[nodiscard]] std::string to_text(const Notice& notice);

// Empty: done (exit 0; a status of 2xx). Else why not, in a few words that say nothing of where to.
// None: cut off by `stop`, so nobody knows.
[[nodiscard]] std::optional<std::string> run_hook(net::Runtime& runtime, const Hook& hook,
                                                  const std::string& notice, std::stop_token stop,
                                                  Millis within = limits::hook_within);

// Every step once, at the same time, as a drill: [{"step","kind","after_s","severity","ms",
// "outcome"}], where an empty outcome is a success.  Errors: not_found, without a roster.
[[nodiscard]] Result<json::Value> run_drill(net::Runtime& runtime, const Roster& roster,
                                            const std::string& node, Instant now);

}  // namespace comity::app
