#include "law/reading.h"

#include <algorithm>

#include "base/time.h"

namespace comity::law {
namespace {

// Levenshtein's distance in which two letters that changed places count once, for remedies only.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1), last, before;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    before = std::move(last);
    last = row;
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = std::min({last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1)});
      bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row[b.size()];
}

// As a heading names it: "/case/0/expect" is case.expect.
std::string heading(std::string_view pointer) {
  std::string out;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    bool number = step.find_first_not_of("0123456789") == std::string_view::npos;
    if (!number) out += (out.empty() ? "" : ".") + std::string(step);
  }
  return out;
}

bool is_day(std::string_view text) {
  return date_from_text(text).has_value();
}

constexpr std::size_t shown_max = 40;          // words of a vocabulary named in one remedy
constexpr std::size_t nearest_bytes_max = 80;  // longer strings are no misspelt code
constexpr std::size_t wrong_letters_max = 3;   // of a misspelt word, and at most a third of it
// Beyond it nobody reads on, and to say where each stands takes its time.
constexpr std::size_t problems_max = 2'000;

}  // namespace

std::string listing(const Codes& codes) {
  std::string out;
  std::size_t shown = 0;
  for (auto& [code, number] : codes) {
    if (shown++ == shown_max) return out + ", ...";
    out += (out.empty() ? "" : ", ") + code;
  }
  return out;
}

std::string nearest(const Codes& codes, std::string_view wrong) {
  std::string best;
  std::size_t least = std::min(wrong_letters_max, wrong.size() / 3) + 1;
  if (wrong.size() > nearest_bytes_max) return best;
  for (auto& [code, number] : codes) {
    std::size_t far = distance(code, wrong);
    if (far < least) {
      least = far;
      best = code;
    }
  }
  return best;
}

Table::Table(const toml::Document& document, std::vector<Problem>& problems, Manner manner)
    : document_(document), value_(document.root), problems_(problems), manner_(manner) {
  if (const json::Object* object = value_.as_object()) asked_.resize(object->size());
}

Table::Table(const Table& parent, const json::Value& value, std::string_view name,
             std::size_t element)
    : document_(parent.document_),
      value_(value),
      parent_(&parent),
      name_(name),
      element_(element),
      problems_(parent.problems_),
      manner_(parent.manner_) {
  if (const json::Object* object = value_.as_object()) asked_.resize(object->size());
}

std::string Table::pointer() const {
  if (!parent_) return "";
  std::string member = json::pointer_to(parent_->pointer(), name_);
  return element_ == no_element ? member : json::pointer_to(member, element_);
}

std::string Table::place(std::string_view name) const {
  return toml::place(document_, name.empty() ? pointer() : json::pointer_to(pointer(), name));
}

void Table::problem(std::string_view name, std::string what, std::string remedy) {
  if (problems_.size() < problems_max)
    problems_.push_back({place(name), std::move(what), std::move(remedy)});
}

const json::Value* Table::take(std::string_view name) {
  const json::Object* object = value_.as_object();
  if (!object) return nullptr;
  keys_.push_back(name);
  auto found = object->find(name);
  if (found == object->end()) return nullptr;
  asked_[static_cast<std::size_t>(found - object->begin())] = true;
  return &found->second;
}

bool Table::has(std::string_view name) const {
  keys_.push_back(name);
  return value_.find(name) != nullptr;
}

std::string Table::text(std::string_view name) {
  if (!has(name)) {
    problem("", "`" + std::string(name) + "` is missing",
            "add " + std::string(name) + " = \"...\"");
    return {};
  }
  std::string got = text_or(name, "");
  if (got.empty() && take(name)->as_string()) {
    problem(name, "`" + std::string(name) + "` is empty", "write its text");
  }
  return got;
}

std::string Table::text_or(std::string_view name, std::string fallback) {
  const json::Value* value = take(name);
  if (!value) return fallback;
  if (const std::string* text = value->as_string()) return *text;
  problem(name, "`" + std::string(name) + "` must be text", "put it between double quotes");
  return fallback;
}

bool Table::yes_or(std::string_view name, bool fallback) {
  const json::Value* value = take(name);
  if (!value) return fallback;
  if (const bool* yes = value->as_bool()) return *yes;
  problem(name, "`" + std::string(name) + "` must be true or false",
          "write true or false in small letters, without quotes");
  return fallback;
}

std::optional<std::int64_t> Table::number(std::string_view name, std::int64_t min,
                                          std::int64_t max) {
  const json::Value* value = take(name);
  if (!value) return std::nullopt;
  const std::int64_t* number = value->as_int();
  if (number && *number >= min && *number <= max) return *number;
  std::string whole = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  problem(name, "`" + std::string(name) + "` must be " + whole,
          "write " + whole + (value->as_string() ? ", without quotes" : ""));
  return std::nullopt;
}

std::optional<Day> Table::day(std::string_view name) {
  const json::Value* value = take(name);
  if (!value) return std::nullopt;
  if (const std::string* text = value->as_string()) {
    if (auto date = date_from_text(*text)) return day_of(*date);
    std::string first = text->substr(0, std::string_view("2001-11-23").size());
    if (is_day(first)) {
      problem(name, "`" + std::string(name) + "` must be a day", "write the day alone: " + first);
      return std::nullopt;
    }
  }
  problem(name, "`" + std::string(name) + "` must be a day",
          "write it as 2001-11-23, without quotes");
  return std::nullopt;
}

std::vector<std::string> Table::texts(std::string_view name) {
  std::vector<std::string> out;
  const json::Value* value = take(name);
  if (!value) return out;
  const json::Array* list = value->as_array();
  if (!list) {
    problem(name, "`" + std::string(name) + "` must be a list of texts",
            "write [\"...\", \"...\"]");
    return out;
  }
  for (const json::Value& item : *list) {
    if (const std::string* text = item.as_string())
      out.push_back(*text);
    else
      problem(name, "`" + std::string(name) + "` holds something that is no text",
              "put each between double quotes");
  }
  return out;
}

Period Table::period(std::string_view from, std::string_view until) {
  Period period;
  period.from = day(from).value_or(day_first);
  period.until = day(until).value_or(day_never);
  if (period.until <= period.from) {
    problem(until, "the period ends before it begins",
            "`" + std::string(until) +
                "` is the first day on which it no "
                "longer holds, after `" +
                std::string(from) + "`");
  }
  return period;
}

Period Table::suspension() {
  if (!has("suspended_from") && !has("suspended_until")) return {day_never, day_never};
  if (!has("suspended_from"))
    problem("suspended_until", "suspended until a day, and nothing says since when",
            "write suspended_from beside it");
  return period("suspended_from", "suspended_until");
}

Confidence Table::confidence(std::string_view name) {
  return one_of<Confidence>(
      name, {{"confirmed", Confidence::confirmed}, {"unconfirmed", Confidence::unconfirmed}},
      Confidence::unconfirmed, true);
}

Confidence Table::confidence_or(std::string_view name, Confidence fallback) {
  return has(name) ? confidence(name) : fallback;
}

std::uint16_t Table::code(std::string_view name, const Codes& codes) {
  std::string word = text(name);
  if (word.empty()) return 0xffff;
  auto found = codes.find(word);
  if (found != codes.end()) return found->second;
  std::string near = nearest(codes, word);
  problem(name, "`" + std::string(name) + "` names \"" + word + "\", which nothing defines",
          near.empty() ? "use one of: " + listing(codes) : "did you mean \"" + near + "\"?");
  return 0xffff;
}

std::uint16_t Table::code_or_none(std::string_view name, const Codes& codes) {
  return has(name) ? code(name, codes) : 0xffff;
}

std::uint64_t Table::code_set(std::string_view name, const Codes& codes,
                              std::vector<std::string>* kept) {
  std::uint64_t set = 0;
  for (const std::string& word : texts(name)) {
    auto found = codes.find(word);
    if (found == codes.end()) {
      std::string near = nearest(codes, word);
      problem(name, "`" + std::string(name) + "` names \"" + word + "\", which nothing defines",
              near.empty() ? "use one of: " + listing(codes) : "did you mean \"" + near + "\"?");
    } else if (found->second < 64) {
      if (set >> found->second & 1) problem(name, "\"" + word + "\" stands twice", "name it once");
      set |= std::uint64_t{1} << found->second;
      if (kept) kept->push_back(word);
    }
  }
  return set;
}

void Table::each(std::string_view name, const std::function<void(Table&)>& read) {
  const json::Value* value = take(name);
  if (!value) return;
  const json::Array* list = value->as_array();
  if (!list) {
    problem(name, "`" + std::string(name) + "` must be a list of tables",
            "begin each with [[" + heading(json::pointer_to(pointer(), name)) + "]]");
    return;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    Table item(*this, (*list)[i], name, i);
    if (!(*list)[i].as_object()) {
      item.problem("", "an entry of `" + std::string(name) + "` is no table",
                   "write { key = value, ... }");
      continue;
    }
    read(item);
    item.done();
  }
}

bool Table::in(std::string_view name, const std::function<void(Table&)>& read) {
  const json::Value* value = take(name);
  if (!value) return false;
  if (!value->as_object()) {
    problem(name, "`" + std::string(name) + "` must be a table",
            "begin it with [" + heading(json::pointer_to(pointer(), name)) +
                "], in single brackets, and write it once");
    return false;
  }
  Table table(*this, *value, name, no_element);
  read(table);
  table.done();
  return true;
}

void Table::some(std::string_view name, const std::function<void(Table&)>& read) {
  const json::Value* value = value_.find(name);
  if (value && value->as_array())
    each(name, read);
  else
    in(name, read);
}

void Table::done() {
  const json::Object* object = value_.as_object();
  if (!object || manner_ == Manner::glance) return;
  Codes known;
  std::size_t at = 0;
  for (auto& [name, value] : *object) {
    if (asked_[at++]) continue;
    if (known.empty())
      for (std::string_view key : keys_) known.emplace(key, 0);
    std::string near = nearest(known, name);
    problem(name, "`" + name + "` is no key of this table",
            near.empty() ? "see law/README.md, or delete it" : "did you mean `" + near + "`?");
  }
}

}  // namespace comity::law
