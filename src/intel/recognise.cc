#include <array>
#include <set>

#include "base/limits_intel.h"
#include "intel/read.h"
#include "json/value.h"
#include "sweep/canonical.h"

namespace comity::intel {
namespace {

constexpr std::array<std::string_view, 4> names{"stix", "misp", "xarf", "list"};
constexpr std::size_t names_max = 64;  // looked at: what tells formats apart stands among them

// The names of the members of the outermost object, or of the first object in the outermost list:
// by brackets and quotes alone, since the text is parsed strictly afterwards.
class Names {
 public:
  explicit Names(std::string_view text) : text_(text) {}
  std::set<std::string_view> read() {
    while (at_ < text_.size() && found_.size() < names_max && !done_) step();
    return std::move(found_);
  }

 private:
  void step() {
    char c = text_[at_++];
    if (c == '"') return text();
    if (c == '[' || c == '{') {
      if (c == '{' && level_ == 0) level_ = depth_ + 1;
      ++depth_;
    }
    if ((c == ']' || c == '}') && depth_ > 0) done_ = depth_-- == level_ || depth_ == 0;
  }

  void text() {
    std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return;
    std::size_t end = at_++;
    std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
    if (depth_ == level_ && next != std::string_view::npos && text_[next] == ':')
      found_.insert(text_.substr(begin, end - begin));
  }

  std::string_view text_;
  std::set<std::string_view> found_;
  std::size_t at_ = 0, depth_ = 0, level_ = 0;
  bool done_ = false;
};

// "[2001:db8::1]:443" begins a line of a list; every other bracket begins JSON.
bool begins_with_address(std::string_view text) {
  std::size_t end = text.find(']');
  return text.starts_with('[') && end != std::string_view::npos &&
         sweep::ipv6_from_text(text.substr(1, end - 1));
}

Error what_is_none(std::string_view text) {
  auto value = json::parse(text, {.bytes_max = limits::intel_file_bytes_max,
                                  .values_max = limits::intel_json_values_max});
  if (!value)
    return {Code::bad_value,
            "it begins like JSON and is none: " + value.error().what +
                "; have it written anew, or, if it is a list of values, say --format list",
            value.error().where};
  if (const json::Array* list = value->as_array(); list && list->empty())
    return {Code::bad_value, "an empty JSON list: there is nothing in it to take", {}};
  return {Code::bad_value,
          "neither a STIX bundle (objects), nor MISP (Event), nor X-ARF v4 (xarf_version)",
          {}};
}

}  // namespace

bool is_blank(std::string_view text) {
  return without_mark(text).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool begins_json(std::string_view text) {
  text = without_mark(text);
  std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[') &&
         !begins_with_address(text.substr(first));
}

std::string_view without_mark(std::string_view text) {
  return text.substr(text.starts_with("\xef\xbb\xbf") ? 3 : 0);
}

std::string_view format_name(Format format) {
  return names[static_cast<std::size_t>(format)];
}

std::optional<Format> format_from_name(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Format>(i);
  return std::nullopt;
}

Result<Format> recognise(std::string_view text) {
  text = without_mark(text);
  if (!begins_json(text)) return Format::list;
  std::set<std::string_view> found = Names(text.substr(text.find_first_of("{["))).read();
  if (found.contains("Event") || found.contains("response")) return Format::misp;
  if (found.contains("xarf_version")) return Format::xarf;
  if (found.contains("objects") || (found.contains("type") && found.contains("id")))
    return Format::stix;
  if (found.contains("Version") && found.contains("ReporterInfo"))
    return fail(Code::bad_value, "this is X-ARF of version 3: have it converted to version 4");
  return std::unexpected(what_is_none(text));
}

Result<Report> read(Format format, std::string_view text, const Options& options,
                    const Sink& sink) {
  text = without_mark(text);
  switch (format) {
    case Format::misp:
      return read_misp(text, options, sink);
    case Format::xarf:
      return read_xarf(text, options, sink);
    case Format::list:
      return read_list(text, options, sink);
    case Format::stix:
      break;
  }
  return fail(Code::bad_value, "STIX needs no reading: it is given as it is");
}

}  // namespace comity::intel
