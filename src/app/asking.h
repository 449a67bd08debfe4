#pragma once
// From what an officer writes to what a command carries: files, --set, --target, and the blank
// form.
#include <string>
#include <vector>

#include "json/value.h"
#include "request/body.h"

namespace comity::app {

// A blank request as TOML, with a comment on every box: `comity request form > ask.toml`.
[[nodiscard]] std::string blank_ask();
// The same of a domestic order to a provider: `comity request form --order > order.toml`.
[[nodiscard]] std::string blank_order();
// The signed paper in a file, as an order's body carries it:
// {"name","media_type","sha256","bytes"}.
//   Errors  io; bad_value: it is empty; too_large: above limits::instrument_bytes_max
[[nodiscard]] Result<json::Value> instrument_of(const std::string& path);
// A TOML or JSON file's members, for a body.  Errors: with file and line.
[[nodiscard]] Result<json::Object> read_body_file(const std::string& path);
// "name=value": the value is JSON when it reads as JSON, else text.
[[nodiscard]] Result<void> set_member(json::Object& body, const std::string& assignment);
// "t1=preserved:2027-01-20T00:00:00Z", "t2=not_held". `asked` are the targets with what is asked of
// each: their categories are taken as preserved.
[[nodiscard]] Result<json::Value> target_answer(const std::string& text, const json::Value& asked,
                                                Instant now);

}  // namespace comity::app
