#pragma once
// Alerts in the formats of others become STIX 2.1, object by object. The same file gives the same
// ids and versions whenever it is read, so that importing it twice changes nothing.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "intel/said.h"
#include "stix/tlp.h"

namespace comity::intel {

enum class Format : std::uint8_t { stix, misp, xarf, list };
[[nodiscard]] std::string_view format_name(Format format);
[[nodiscard]] std::optional<Format> format_from_name(std::string_view name);

// Without the byte order mark that some editors and PowerShell set before UTF-8. For files alone:
// what comes over a protocol has none.
[[nodiscard]] std::string_view without_mark(std::string_view text);

// Nothing but blanks: what a transfer that failed leaves behind.
[[nodiscard]] bool is_blank(std::string_view text);
inline constexpr std::string_view blank_told =
    "there is nothing in it: fetch it again, its transfer may have failed";
// Begins with "{" or "[", other than an IPv6 address in brackets.
[[nodiscard]] bool begins_json(std::string_view text);

// By content: the names that stand at the top of a JSON text; what does not begin as JSON is a
// list.
//   Errors  bad_value: begins as JSON and is none, with the place; JSON of none of these formats.
[[nodiscard]] Result<Format> recognise(std::string_view text);

struct Options {
  stix::Tlp unmarked = stix::Tlp::amber;  // what the collection counts an object without a label as
  std::optional<stix::Tlp> tlp{};         // of what bears no label of its own
  Instant now{};                          // lists have no times: when their indicators begin
  // Whether an object of this id is in the collection already. A list's indicators are not given
  // again; an indicator whose MISP attribute is no longer for detection is revoked. May be empty.
  std::function<bool(std::string_view id)> held{};
};

struct Report {
  std::uint64_t given = 0;    // attributes, reports, lines
  std::uint64_t taken = 0;    // of these
  std::uint64_t present = 0;  // not given again, since it is held: a line's indicator, a reporter
  Told left;                  // what was not taken
  Told noted;                 // what was taken otherwise than it was written
};

// Takes one STIX object, canonical, which read_object() accepts. What is referred to comes before
// what refers to it. Its error ends the reading.
using Sink = std::function<Result<void>(const std::string& object)>;

// Of MISP: {"Event":…} as exports, REST and feeds have it, {"response":[…]}, or a list of them.
// Of X-ARF v4: a report or a list of reports.
// Of lists: one value a line, "#" begins a comment.
//   Errors  of json::parse, with limits::intel_file_bytes_max, intel_json_values_max; bad_value:
//           nothing of that format, a blank text; the sink's.
[[nodiscard]] Result<Report> read_misp(std::string_view text, const Options& options,
                                       const Sink& sink);
[[nodiscard]] Result<Report> read_xarf(std::string_view text, const Options& options,
                                       const Sink& sink);
[[nodiscard]] Result<Report> read_list(std::string_view text, const Options& options,
                                       const Sink& sink);
// Any of the three.
[[nodiscard]] Result<Report> read(Format format, std::string_view text, const Options& options,
                                  const Sink& sink);

}  // namespace comity::intel
