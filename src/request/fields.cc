#include "request/fields.h"

#include <algorithm>
#include <set>

namespace comity::request::fields {
namespace {

using json::Reader;

constexpr Instant epoch_ends{std::chrono::hours{24}};

void must_fill(Reader& in, std::string_view name, const std::string& text) {
  if (text.empty()) in.refuse(name, Code::bad_value, "must not be empty");
}

std::string plain(Reader& in, std::string_view name, std::string text, bool may_break_lines) {
  if (!is_plain(text, may_break_lines))
    in.refuse(name, Code::bad_value, "must hold no control or direction-turning characters");
  return text;
}

void must_differ(Reader& in, std::string_view name, const std::vector<std::string>& words) {
  std::set<std::string_view> seen;
  for (const std::string& word : words)
    if (!seen.insert(word).second)
      return in.refuse(name, Code::bad_value, "must name each of its entries once");
}

}  // namespace

bool is_plain(std::string_view text, bool may_break_lines) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char c = byte(i);
    if (c < 0x20 && !(may_break_lines && (c == '\n' || c == '\t'))) return false;
    if (c == 0x7f) return false;
    if (c == 0xc2 && i + 1 < text.size() && byte(i + 1) < 0xa0) return false;  // C1 controls
    if (c != 0xe2 || i + 2 >= text.size()) continue;
    unsigned char b = byte(i + 1), a = byte(i + 2);
    if (b == 0x80 && a >= 0xa8 && a <= 0xae) return false;  // U+2028 to U+202E
    if (b == 0x81 && a >= 0xa6 && a <= 0xa9) return false;  // U+2066 to U+2069
  }
  return true;
}

std::string line(Reader& in, std::string_view name) {
  std::string text = in.text(name, limits::request_line_bytes_max);
  must_fill(in, name, text);
  return plain(in, name, std::move(text), false);
}

std::string line_or(Reader& in, std::string_view name) {
  return plain(in, name, in.text_or(name, "", limits::request_line_bytes_max), false);
}

std::vector<std::string> lines_or_none(Reader& in, std::string_view name) {
  auto list = in.texts_or_none(name, limits::request_list_max, limits::request_line_bytes_max);
  for (const std::string& text : list)
    if (text.empty() || !is_plain(text, false))
      in.refuse(name, Code::bad_value, "must hold lines of plain text, none empty");
  return list;
}

std::string prose(Reader& in, std::string_view name) {
  std::string text = in.text(name, limits::request_text_bytes_max);
  must_fill(in, name, text);
  return plain(in, name, std::move(text), true);
}

std::string prose_or(Reader& in, std::string_view name) {
  return plain(in, name, in.text_or(name, "", limits::request_text_bytes_max), true);
}

bool is_code(std::string_view text) {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, fits);
}

std::string code(Reader& in, std::string_view name) {
  std::string text = in.text(name, limits::request_line_bytes_max);
  if (!is_code(text))
    in.refuse(name, Code::bad_value, "must be a code: lower-case letters, digits and '_'");
  return text;
}

std::string one_of_or(Reader& in, std::string_view name, std::string fallback,
                      std::initializer_list<std::string_view> words) {
  if (in.has(name)) return in.one_of(name, words);
  (void)in.text_or(name, "");  // a null counts as absent, and as asked for
  return fallback;
}

std::vector<std::string> codes_or_none(Reader& in, std::string_view name) {
  auto list = in.texts_or_none(name, limits::request_list_max, limits::request_line_bytes_max);
  for (const std::string& text : list)
    if (!is_code(text)) in.refuse(name, Code::bad_value, "must be a list of codes");
  must_differ(in, name, list);
  return list;
}

std::vector<std::string> codes(Reader& in, std::string_view name) {
  if (!in.has(name)) in.refuse(name, Code::missing_field, "is required");
  auto list = codes_or_none(in, name);
  if (list.empty()) in.refuse(name, Code::bad_value, "must name at least one");
  return list;
}

std::string country_or(Reader& in, std::string_view name) {
  std::string text = in.text_or(name, "", limits::request_line_bytes_max);
  if (text.empty()) return text;
  auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (text.size() != 2 || !std::ranges::all_of(text, capital))
    in.refuse(name, Code::bad_value, "must be two capital letters (ISO 3166-1 alpha-2)");
  return text;
}

std::string country(Reader& in, std::string_view name) {
  if (!in.has(name)) in.refuse(name, Code::missing_field, "is required");
  std::string text = country_or(in, name);
  must_fill(in, name, text);
  return text;
}

std::string language_or_en(Reader& in, std::string_view name) {
  std::string text = in.text_or(name, "en", limits::request_line_bytes_max);
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (text.size() < 2 || text.size() > 35 || !std::ranges::all_of(text, fits))
    in.refuse(name, Code::bad_value, "must be a language tag (BCP 47): \"en\", \"fr\"");
  return text;
}

std::optional<Instant> moment_if(Reader& in, std::string_view name) {
  auto at = in.instant_if(name);
  if (at && *at < epoch_ends)
    in.refuse(name, Code::bad_value, "must be a time after 1970-01-01: an empty clock is no date");
  return at;
}

Instant moment(Reader& in, std::string_view name) {
  Instant at = in.instant(name);
  if (in.ok()) (void)moment_if(in, name);
  return at;
}

bool is_target_id(std::string_view text) {
  if (text.size() < 2 || text.size() > 4 || text[0] != 't' || text[1] == '0') return false;
  unsigned number = 0;
  for (char c : text.substr(1)) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number <= limits::request_targets_max;
}

std::string target_id(Reader& in, std::string_view name) {
  std::string text = in.text(name, limits::request_line_bytes_max);
  if (!is_target_id(text))
    in.refuse(name, Code::bad_value, "must be a target's number in the form: \"t1\" to \"t256\"");
  return text;
}

std::vector<std::string> target_ids_or_none(Reader& in, std::string_view name) {
  auto list = in.texts_or_none(name, limits::request_targets_max, limits::request_line_bytes_max);
  for (const std::string& text : list)
    if (!is_target_id(text)) in.refuse(name, Code::bad_value, "must hold \"t1\" to \"t256\"");
  must_differ(in, name, list);
  return list;
}

Authority authority(Reader& in) {
  Authority who;
  who.name = line(in, "name");
  who.country = country(in, "country");
  who.kind = code(in, "kind");
  who.office_hours = line_or(in, "office_hours");
  who.time_zone = line_or(in, "time_zone");
  who.contact = line_or(in, "contact");
  return who;
}

Callback callback(Reader& in) {
  Callback whom;
  whom.name = line(in, "name");
  whom.telephone = line(in, "telephone");
  whom.languages = lines_or_none(in, "languages");
  return whom;
}

Period period(Reader& in) {
  Period span{moment(in, "from"), moment(in, "to"), line_or(in, "time_zone")};
  if (in.ok() && span.to < span.from)
    in.refuse("to", Code::bad_value, "must not lie before \"from\"");
  return span;
}

Ground ground(Reader& in) {
  return {code(in, "code"), line(in, "article"), prose_or(in, "explanation")};
}

std::vector<Ground> grounds_or_none(Reader& in, std::string_view name) {
  std::vector<Ground> list;
  in.objects_or_none(name, limits::request_list_max,
                     [&](Reader& each) { list.push_back(ground(each)); });
  return list;
}

Offer offer(Reader& in) {
  Offer made;
  made.kind = in.one_of("kind", {"narrow", "other_route", "later"});
  made.text = prose(in, "text");
  made.targets = target_ids_or_none(in, "targets");
  made.categories = codes_or_none(in, "categories");
  in.object_if("period", [&](Reader& span) { made.period = period(span); });
  made.provision = line_or(in, "provision");
  made.addressee = line_or(in, "addressee");
  made.answer_by = moment_if(in, "answer_by");
  bool narrows = !made.targets.empty() || !made.categories.empty() || made.period;
  if (in.ok() && narrows != (made.kind == "narrow"))
    in.refuse("kind", Code::bad_value,
              "\"narrow\", and it alone, names targets, categories or a period");
  if (in.ok() && made.kind == "later" && !made.answer_by)
    in.refuse("answer_by", Code::missing_field, "is required of an offer to answer later");
  return made;
}

namespace {

Target target(Reader& in, Instant date) {
  Target one;
  one.id = target_id(in, "id");
  one.identifier_type =
      in.one_of("identifier_type", {"account_id", "user_name", "email_address", "telephone_number",
                                    "ip_address", "ip_address_and_port", "url", "domain_name",
                                    "device_id", "cryptocurrency_address", "file_hash", "other"});
  one.identifier = line(in, "identifier");
  one.service = line(in, "service");
  one.categories = codes(in, "categories");
  in.object("period", [&](Reader& span) {
    one.period = period(span);
    // ETS 185, Arts 20, 21, 33 and 34: what is still to come is real-time collection, another
    // measure.
    if (span.ok() && one.period.to > date)
      span.refuse("to", Code::bad_value,
                  "must not lie after the request's own date: data still to come are collected in "
                  "real time (ETS 185, Arts 20, 21, 33, 34), not preserved");
  });
  return one;
}

}  // namespace

std::vector<Target> targets(Reader& in, Instant date) {
  std::vector<Target> list;
  std::set<std::string> seen;
  in.objects("targets", limits::request_targets_max, [&](Reader& each) {
    list.push_back(target(each, date));
    if (each.ok() && !seen.insert(list.back().id).second)
      each.refuse("id", Code::bad_value, "names a target that was named before");
  });
  if (in.ok() && list.empty()) in.refuse("targets", Code::bad_value, "must name at least one");
  return list;
}

}  // namespace comity::request::fields
