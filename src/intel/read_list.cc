// Plain lists: one value a line.
#include "base/limits_intel.h"
#include "intel/maker.h"
#include "sweep/item.h"

namespace comity::intel {
namespace {

std::string_view hash_name(std::string_view digits) {
  return digits.size() == 32   ? "file:hashes.MD5"
         : digits.size() == 40 ? "file:hashes.'SHA-1'"
         : digits.size() == 64 ? "file:hashes.'SHA-256'"
                               : "file:hashes.'SHA-512'";
}

std::string test_of(const sweep::Item& item) {
  std::string family = item.value.contains(':') ? "ipv6-addr:value" : "ipv4-addr:value";
  switch (item.kind) {
    case sweep::Kind::address:
      return item.value.contains('/')
                 ? family + " ISSUBSET '" + item.value + "'"  // no quote in an address
                 : equals(family, item.value);
    case sweep::Kind::domain:
      return equals("domain-name:value", item.value);
    case sweep::Kind::url:
      return equals("url:value", item.value);
    case sweep::Kind::mail:
      return equals("email-addr:value", item.value);
    case sweep::Kind::hash:
      return equals(hash_name(item.value), item.value);
    case sweep::Kind::file:
      return item.form == sweep::Form::dotted ? equals("file:name", item.value) : "";
    case sweep::Kind::registry:
      return "";
  }
  return "";
}

// Empty: not a value that a list can say whole.
std::string pattern_of(const std::vector<sweep::Item>& items) {
  std::string out;
  for (const sweep::Item& item : items) {
    std::string test = test_of(item);
    if (test.empty()) return "";
    out += (out.empty() ? "[" : " OR ") + test;
  }
  return out + "]";
}

void take_line(Maker& maker, std::string_view line, const std::string& where) {
  ++maker.report.given;
  if (line.size() > limits::intel_line_bytes_max)
    return maker.leave(where, "a line has at most 4096 bytes");
  if (std::size_t good = utf8_prefix(line); good != line.size())
    return maker.leave(
        where, "byte " + std::to_string(good + 1) + " of it is not UTF-8: save the file in UTF-8");
  auto items = sweep::items_from_text(line);
  if (!items) return maker.leave(where, items.error().what);
  std::string pattern = pattern_of(*items);
  if (pattern.empty())
    return maker.leave(where, "paths and registry keys need a pattern: write a STIX indicator");
  std::string id = derived_id("indicator", "list|" + pattern);
  if (maker.held(id)) {
    ++maker.report.present;
    return;
  }
  std::string now = to_text(maker.options().now);
  bool made = maker.give({{"type", "indicator"},
                          {"spec_version", "2.1"},
                          {"id", id},
                          {"created", now},
                          {"modified", now},
                          {"name", line},
                          {"pattern", pattern},
                          {"pattern_type", "stix"},
                          {"valid_from", now}},
                         std::nullopt, where);
  if (made) ++maker.report.taken;
}

}  // namespace

Result<Report> read_list(std::string_view text, const Options& options, const Sink& sink) {
  if (text.size() > limits::intel_file_bytes_max)
    return fail(Code::too_large, "a file has at most 64 MiB: cut it");
  if (is_blank(text)) return fail(Code::bad_value, std::string(blank_told));
  text = without_mark(text);
  Maker maker(options, sink);
  for (std::uint64_t number = 1; !text.empty() && maker.ok(); ++number) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = sweep::value_of_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty()) take_line(maker, line, "line " + std::to_string(number));
  }
  return maker.finish();
}

}  // namespace comity::intel
