#include "law/show.h"

#include <algorithm>
#include <array>

#include "law/ask.h"
#include "law/reading.h"
#include "law/show_parts.h"
#include "law/wording.h"

namespace comity::law {
namespace {

enum class Kind : std::uint8_t {
  instruments,
  codes,
  provisions,
  articles,
  reservations,
  statutes,
  absences,
  jurisdictions,
  measures,
  offences,
  data,
  personal_data,
  roles,
  channels,
  grounds,
  outcomes,
  approvals,
  facts,
  reasons,
  count_
};
constexpr std::array<std::string_view, static_cast<std::size_t>(Kind::count_)> kinds = {
    "instruments",   "codes",    "provisions", "articles", "reservations",  "statutes", "absences",
    "jurisdictions", "measures", "offences",   "data",     "personal_data", "roles",    "channels",
    "grounds",       "outcomes", "approvals",  "facts",    "reasons"};

// Something that has a name: its number is the one that its own table gives it.
struct Entry {
  Kind kind = Kind::instruments;
  std::size_t number = 0;
  std::string name, title;
};

// Everything of the corpus that has a name, in the order in which it is shown.
class Catalogue {
 public:
  explicit Catalogue(const Corpus& corpus) : corpus_(corpus), t_(corpus.tables()) {}

  std::vector<Entry> run() {
    law();
    for (Country country : corpus_.countries())
      add(Kind::jurisdictions, 0, std::string(country.text()), std::string(corpus_.name(country)));
    vocabulary();
    return std::move(all_);
  }

 private:
  void add(Kind kind, std::size_t number, std::string name, std::string title) {
    all_.push_back({kind, number, std::move(name), std::move(title)});
  }

  void law() {
    for (std::size_t i = 0; i < t_.instruments.size(); ++i) {
      const Instrument& one = t_.instruments[i];
      bool code = one.kind == "code" || one.kind == "practice";
      add(code ? Kind::codes : Kind::instruments, i, one.id, one.name);
    }
    for (std::size_t i = 0; i < t_.provisions.size(); ++i)
      add(Kind::provisions, i, t_.provisions[i].id,
          t_.provisions[i].cite + ": " + t_.provisions[i].title);
    for (std::size_t i = 0; i < t_.articles.size(); ++i)
      add(Kind::articles, i, t_.articles[i].rule.id, cite(t_.articles[i].rule.cite));
    for (std::size_t i = 0; i < t_.reservations.size(); ++i)
      add(Kind::reservations, i, t_.reservations[i].id, cite(t_.reservations[i].cite));
    for (std::size_t i = 0; i < t_.statutes.size(); ++i)
      add(Kind::statutes, i, t_.statutes[i].id, cite(t_.statutes[i].cite));
    for (std::size_t i = 0; i < t_.absents.size(); ++i)
      add(Kind::absences, i, t_.absents[i].id, cite(t_.absents[i].cite));
  }

  void vocabulary() {
    const Vocabulary& v = t_.words;
    words_of(Kind::measures, v.measures);
    words_of(Kind::offences, v.offences);
    words_of(Kind::data, v.data);
    words_of(Kind::personal_data, v.personal_data);
    words_of(Kind::roles, v.roles);
    words_of(Kind::channels, v.channels);
    words_of(Kind::grounds, v.grounds, 0, v.grounds_that_refuse);
    words_of(Kind::outcomes, v.grounds, v.grounds_that_refuse, v.grounds.size());
    words_of(Kind::approvals, v.approvals);
    words_of(Kind::facts, v.facts);
    words_of(Kind::reasons, v.reasons, 0, v.grounds_as_reasons);
  }

  void words_of(Kind kind, const std::vector<Word>& words) {
    words_of(kind, words, 0, words.size());
  }
  // What a reservation asks is named after it, and shown with it.
  void words_of(Kind kind, const std::vector<Word>& words, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
      bool of_reservation =
          kind == Kind::facts && std::ranges::any_of(t_.reservations, [&](const Reservation& r) {
            return r.fact.known() && r.fact.value == i;
          });
      if (of_reservation) continue;
      const Word& word = words[i];
      add(kind, i, word.code, word.fr.empty() ? word.en : word.en + " / " + word.fr);
    }
  }

  [[nodiscard]] std::string cite(CiteId id) const { return std::string(corpus_.cite(id)); }

  const Corpus& corpus_;
  const Tables& t_;
  std::vector<Entry> all_;
};

json::Value absent_json(const Corpus& corpus, std::size_t number) {
  const Tables& t = corpus.tables();
  Country country;
  for (const Jurisdiction& one : t.jurisdictions)
    if (one.absents.first <= number && number < one.absents.first + one.absents.count)
      country = one.country;
  return absence_json(corpus, country, t.absents[number]);
}

Result<json::Value> entry_json(const Corpus& corpus, const Entry& entry) {
  const Tables& t = corpus.tables();
  auto number = static_cast<std::uint16_t>(entry.number);
  auto word = [&](WordKind kind) { return word_json(corpus, kind, number); };
  switch (entry.kind) {
    case Kind::instruments:
    case Kind::codes:
      return instrument_json(corpus, number);
    case Kind::provisions:
      return provision_json(corpus, number);
    case Kind::articles:
      return article_json(corpus, t.articles[number]);
    case Kind::reservations:
      return reservation_json(corpus, t.reservations[number]);
    case Kind::statutes:
      return statute_json(corpus, t.statutes[number]);
    case Kind::absences:
      return absent_json(corpus, number);
    case Kind::jurisdictions:
      return jurisdiction_json(corpus, *corpus.country(entry.name));
    case Kind::measures:
      return word(WordKind::measure);
    case Kind::offences:
      return word(WordKind::offence);
    case Kind::data:
      return word(WordKind::data_category);
    case Kind::personal_data:
      return word(WordKind::personal_data);
    case Kind::roles:
      return word(WordKind::role);
    case Kind::channels:
      return word(WordKind::channel);
    case Kind::grounds:
      return word(WordKind::ground);
    case Kind::outcomes:
      return word(WordKind::outcome);
    case Kind::approvals:
      return word(WordKind::approval);
    case Kind::facts:
      return word(WordKind::fact);
    case Kind::reasons:
    case Kind::count_:
      break;
  }
  return word(WordKind::reason);
}

// ---------------------------------------------------------------- what is near
constexpr std::size_t proposals_max = 6;
constexpr std::size_t title_part_min = 4;  // shorter parts stand in every other title

std::string with_title(const Entry& entry) {
  return entry.title.empty() ? entry.name : entry.name + " (" + entry.title + ")";
}

// Things whose title has the text in it: "budapest" is ETS185.
std::string by_title(const std::vector<Entry>& all, const std::string& wanted) {
  std::string out;
  std::size_t shown = 0;
  if (wanted.size() < title_part_min) return out;
  for (const Entry& entry : all) {
    if (!lower(entry.title).contains(wanted)) continue;
    if (shown++ == proposals_max) return out + ", ...";
    out += (out.empty() ? "" : ", ") + entry.name;
  }
  return out;
}

Error unknown(const Corpus& corpus, const std::vector<Entry>& all, std::string_view name) {
  std::string wanted = lower(name);
  std::string what = "this law has nothing that is called \"" + std::string(name) + "\"";
  auto error = [&](const std::string& hint) {
    return Error{Code::not_found, what + "; " + hint, std::string(name)};
  };
  if (std::string titled = by_title(all, wanted); !titled.empty())
    return error("of that in their title: " + titled);
  if (auto country = country_named(corpus, name); wanted.size() < title_part_min && !country)
    if (std::size_t hint = country.error().what.find("; "); hint != std::string::npos)
      return error(country.error().what.substr(hint + 2));
  Codes near;
  for (std::size_t i = 0; i < all.size(); ++i)
    near.emplace(lower(all[i].name), static_cast<std::uint16_t>(i));
  std::string best = wanted.size() < title_part_min ? std::string() : nearest(near, wanted);
  if (!best.empty()) return error("did you mean " + with_title(all[near.find(best)->second]) + "?");
  std::string lists;
  for (std::string_view kind : kinds) lists += (lists.empty() ? "" : ", ") + std::string(kind);
  return error("ask for a list: comity law show " + std::string(kinds[0]) + " (or " + lists +
               ", cases)");
}

// ---------------------------------------------------------------- lists
json::Value list_json(const std::vector<Entry>& all, Kind kind) {
  json::Array out;
  for (const Entry& entry : all)
    if (entry.kind == kind) out.push_back(json::Object{{"id", entry.name}, {"title", entry.title}});
  return json::Object{{"list", std::string(kinds[static_cast<std::size_t>(kind)])},
                      {"of", std::move(out)}};
}

// As a lawyer reads: what it is, where it stands, when it holds, what it asks; then the rest.
constexpr std::string_view reading_order[] = {"provision",
                                              "reservation",
                                              "statute",
                                              "absence",
                                              "case",
                                              "where",
                                              "measure",
                                              "data_category",
                                              "personal_data",
                                              "role",
                                              "channel",
                                              "ground",
                                              "outcome",
                                              "approval",
                                              "fact",
                                              "reason",
                                              "offence",
                                              "en",
                                              "fr",
                                              "id",
                                              "instrument",
                                              "jurisdiction",
                                              "of",
                                              "name",
                                              "title",
                                              "article",
                                              "kind",
                                              "text",
                                              "cite",
                                              "effect",
                                              "side",
                                              "question",
                                              "question_fr",
                                              "answer_with",
                                              "binding",
                                              "confidence",
                                              "from",
                                              "until",
                                              "measures",
                                              "offences",
                                              "data",
                                              "when",
                                              "unless_bound_by",
                                              "dual_criminality",
                                              "threshold"};

void members_text(const json::Object& object, const std::string& indent, std::string& out);

void value_text(const json::Value& value, std::string_view label, const std::string& indent,
                std::string& out) {
  std::string head = indent + std::string(label) + (label.empty() ? "- " : ": ");
  if (const json::Object* object = value.as_object()) {
    out += label.empty() ? indent + "-\n" : indent + std::string(label) + ":\n";
    members_text(*object, indent + "  ", out);
  } else if (const json::Array* array = value.as_array()) {
    if (array->empty()) return;
    out += indent + std::string(label) + ":\n";
    for (const json::Value& item : *array) value_text(item, "", indent + "  ", out);
  } else if (const std::string* text = value.as_string()) {
    if (!text->empty()) paragraph(out, head, *text);
  } else {
    out += head + json::write(value) + "\n";
  }
}

void members_text(const json::Object& object, const std::string& indent, std::string& out) {
  for (std::string_view name : reading_order)
    if (auto found = object.find(name); found != object.end())
      value_text(found->second, name, indent, out);
  for (auto& [name, member] : object)
    if (std::ranges::find(reading_order, name) == std::end(reading_order))
      value_text(member, name, indent, out);
}

std::string list_text(const json::Value& shown) {
  std::string out;
  for (const json::Value& one : *shown.find("of")->as_array())
    paragraph(out, *one.find("id")->as_string() + "  ", *one.find("title")->as_string());
  return out;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Result<json::Value> show_json(const Corpus& corpus, const std::vector<SourceFile>& files,
                              std::string_view name) {
  std::vector<Entry> all = Catalogue(corpus).run();
  std::string wanted = lower(name);
  if (auto kind = std::ranges::find(kinds, wanted); kind != kinds.end())
    return list_json(all, static_cast<Kind>(kind - kinds.begin()));
  if (wanted == "cases") {
    TRY(json::Array cases, all_cases(files));
    return json::Object{{"list", "cases"}, {"of", std::move(cases)}};
  }
  json::Array things;
  for (const Entry& entry : all) {
    if (lower(entry.name) != wanted) continue;
    TRY(json::Value thing, entry_json(corpus, entry));
    things.push_back(std::move(thing));
  }
  if (things.empty()) {
    TRY(things, cases_called(files, wanted));
  }
  if (things.empty()) return std::unexpected(unknown(corpus, all, name));
  if (things.size() == 1) return std::move(things.front());
  return json::Object{{"name", std::string(name)}, {"things", std::move(things)}};
}

std::string show_text(const json::Value& shown) {
  std::string out;
  if (shown.find("list")) {
    out = list_text(shown);
  } else if (const json::Value* things = shown.find("things")) {
    out = std::to_string(things->as_array()->size()) + " things are called \"" +
          *shown.find("name")->as_string() + "\":\n\n";
    for (const json::Value& thing : *things->as_array()) {
      members_text(*thing.as_object(), "", out);
      out += "\n";
    }
  } else {
    members_text(*shown.as_object(), "", out);
    out += "\n";
  }
  paragraph(out, "", disclaimer);
  return out;
}

}  // namespace comity::law
