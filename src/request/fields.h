#pragma once
// How one box of a form is read. Private to this room.
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "json/reader.h"
#include "request/body.h"

namespace comity::request::fields {

// Text that a person may be shown: no control characters, and none that turn the direction of
// writing, with which a hostile sender could make a printed form read otherwise than it was signed.
[[nodiscard]] bool is_plain(std::string_view text, bool may_break_lines);

// One line: limits::request_line_bytes_max, not empty. line_or: may be absent or empty.
[[nodiscard]] std::string line(json::Reader& in, std::string_view name);
[[nodiscard]] std::string line_or(json::Reader& in, std::string_view name);
[[nodiscard]] std::vector<std::string> lines_or_none(json::Reader& in, std::string_view name);
// Prose: limits::request_text_bytes_max, line breaks and tabs allowed.
[[nodiscard]] std::string prose(json::Reader& in, std::string_view name);
[[nodiscard]] std::string prose_or(json::Reader& in, std::string_view name);

// A word of a vocabulary: lower case, digits and '_', at most 64.
[[nodiscard]] bool is_code(std::string_view text);
[[nodiscard]] std::string code(json::Reader& in, std::string_view name);
[[nodiscard]] std::string one_of_or(json::Reader& in, std::string_view name, std::string fallback,
                                    std::initializer_list<std::string_view> words);
// Distinct codes.
[[nodiscard]] std::vector<std::string> codes(json::Reader& in, std::string_view name);
[[nodiscard]] std::vector<std::string> codes_or_none(json::Reader& in, std::string_view name);

[[nodiscard]] std::string country(json::Reader& in, std::string_view name);  // ISO 3166-1 alpha-2
[[nodiscard]] std::string country_or(json::Reader& in, std::string_view name);  // or empty
[[nodiscard]] std::string language_or_en(json::Reader& in, std::string_view name);

// A time after 1970-01-01: the epoch itself is what an unset clock or an empty field turns into,
// never a date.
[[nodiscard]] Instant moment(json::Reader& in, std::string_view name);
[[nodiscard]] std::optional<Instant> moment_if(json::Reader& in, std::string_view name);

// "t1" to "t256".
[[nodiscard]] bool is_target_id(std::string_view text);
[[nodiscard]] std::string target_id(json::Reader& in, std::string_view name);
[[nodiscard]] std::vector<std::string> target_ids_or_none(json::Reader& in, std::string_view name);

[[nodiscard]] Authority authority(json::Reader& in);
[[nodiscard]] Callback callback(json::Reader& in);
[[nodiscard]] Period period(json::Reader& in);
[[nodiscard]] Ground ground(json::Reader& in);
[[nodiscard]] std::vector<Ground> grounds_or_none(json::Reader& in, std::string_view name);
[[nodiscard]] Offer offer(json::Reader& in);
// At least one target, each id once; no period ends after `date`.
[[nodiscard]] std::vector<Target> targets(json::Reader& in, Instant date);

}  // namespace comity::request::fields
