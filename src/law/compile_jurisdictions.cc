#include <algorithm>

#include "law/compile.h"

namespace comity::law {
namespace {

constexpr std::uint32_t statutes_max = 64;  // of one jurisdiction: a set is one word

std::string period_text(Period period) {
  auto text = [](Day day) { return comity::to_text(Date(std::chrono::days(day))); };
  std::string out;
  if (period.from != day_first) out += ", since " + text(period.from);
  if (period.until != day_never) out += ", until " + text(period.until);
  return out;
}

std::string penalty_text(const OffenceRow& row) {
  if (row.penalty == Penalty::no_imprisonment) return ", no imprisonment";
  if (row.penalty == Penalty::court_discretion) return ", penalty at the court's discretion";
  return ", up to " + std::to_string(row.months) + " months";
}

Period overlap(Period a, Period b) {
  return {std::max(a.from, b.from), std::min(a.until, b.until)};
}

}  // namespace

void Compiler::jurisdiction(Table& in) {
  sources_.clear();
  in.in("sources", [&](Table& sources) {
    for (auto& [name, value] : *sources.value().as_object()) sources_[name] = sources.text(name);
  });
  if (!in.has("jurisdiction")) {
    in.problem("", "no [jurisdiction]", "begin the file with [jurisdiction] and of = \"XX\"");
    return in.leave();
  }
  Profile profile;
  Slot slot = no_slot;
  in.in("jurisdiction", [&](Table& head) {
    Country who = country(head, "of");
    if (who != Country{}) slot = t_.slot(who);
    jurisdiction_head(head, profile);
  });
  if (slot == no_slot) return in.leave();
  Jurisdiction& jurisdiction = t_.jurisdictions[slot];
  if (jurisdiction.profiled) return in.leave();  // jurisdiction_name() said so
  std::string name = country_name(jurisdiction.country);
  home_law(in, profile, name);
  profile.statutes.first = static_cast<std::uint32_t>(t_.statutes.size());
  in.each("statute", [&](Table& table) { statute(table, profile); });
  if (profile.statutes.count > statutes_max)
    in.problem("statute", "more than 64 statutes of one jurisdiction", "join some of them");

  std::map<std::uint16_t, std::vector<OffenceRow>> rows;
  in.each("offence", [&](Table& table) { offence(table, name, rows); });
  jurisdiction.absents.first = static_cast<std::uint32_t>(t_.absents.size());
  in.each("absent", [&](Table& table) { absent(table, name, jurisdiction, rows); });
  for (std::size_t o = 0; o < t_.words.offences.size(); ++o) {
    const std::vector<OffenceRow>& mine = rows[static_cast<std::uint16_t>(o)];
    t_.offence_ranges.push_back({static_cast<std::uint32_t>(t_.offence_rows.size()),
                                 static_cast<std::uint32_t>(mine.size())});
    t_.offence_rows.insert(t_.offence_rows.end(), mine.begin(), mine.end());
  }
  profile.json = json::write(in.value());
  jurisdiction.profiled = true;
  jurisdiction.profile = static_cast<std::uint16_t>(t_.profiles.size());
  t_.profiles.push_back(std::move(profile));
}

void Compiler::jurisdiction_head(Table& in, Profile& profile) {
  (void)in.text("name");
  auto compiled = in.day("compiled");
  if (!compiled && !in.has("compiled")) {
    in.problem("", "`compiled` is missing", "write the day on which the profile was last reviewed");
  }
  profile.compiled = compiled.value_or(day_first);
  t_.reviewed = std::min(t_.reviewed, profile.compiled);
  (void)in.texts("languages");
  Confidence confidence = in.confidence();
  for (std::string_view key : {"death_penalty", "note"}) (void)in.text_or(key, "");
  std::string law = "law of " + in.text_or("name", "");
  for (const std::string& text : in.texts("data_protection"))
    profile.data_protection.text += (profile.data_protection.text.empty() ? "" : "; ") + text;
  profile.data_protection.cite = law;
  profile.data_protection.confidence = confidence;
  ReasonId answered = t_.reason(Why::dual_criminality_absent);
  std::vector<Reason> may[2][2];
  in.each("grounds", [&](Table& entry) {
    GroundId ground{entry.code_or_none("code", t_.words.ground_of)};
    std::string note = entry.text_or("note", "");
    (void)entry.text_or("cite", "");
    if (ground.known()) {
      CiteId text = cite(entry.text_or("cite", law) + (note.empty() ? "" : ": " + note));
      Reason one{t_.reason(ground), text, confidence};
      bool of_surrender = t_.words.only_surrender >> ground.value & 1;
      for (bool surrender : {false, true}) {
        if (of_surrender && !surrender) continue;
        may[surrender][false].push_back(one);
        if (one.code != answered) may[surrender][true].push_back(one);
      }
    } else if (note.empty()) {
      entry.problem("", "a ground with neither code nor note", "write { code = \"...\" }");
    }
  });
  for (bool surrender : {false, true})
    profile.risks[surrender] = {risks(may[surrender][false]), risks(may[surrender][true])};
}

// What a statute of a jurisdiction and an article of an instrument have in common.
Statute Compiler::statute_text(Table& in) {
  Statute statute;
  statute.id = in.text("id");
  claim(in, "the statute", statute.id, statute_of_, t_.statutes.size());
  statute.title = in.text("title");
  statute.effect = in.one_of<Effect>(
      "effect",
      {{"forbid", Effect::forbid}, {"require", Effect::require}, {"note", Effect::permit}},
      Effect::forbid, true);
  statute.warns_holder = in.yes_or("warns_holder", false);
  statute.measures = in.code_set("measures", t_.words.measure_of);
  statute.period = in.period();
  statute.clause = in.text("cite");
  statute.when = condition(in, "when", statute.clause);
  statute.cite = cite(statute.clause + ": " + statute.title);
  statute.source = source(in);
  statute.confidence = in.confidence();
  return statute;
}

void Compiler::statute(Table& in, Profile& profile) {
  Statute statute = statute_text(in);
  // Nobody knows its first day: it stood on the day of the review.
  if (since(in, statute, true)) statute.sure_from = profile.compiled;
  statute.requesting_side =
      in.one_of<bool>("side", {{"requesting", true}, {"requested", false}}, false, true);
  if (statute.measures == 0)
    in.problem("measures", "the statute speaks of no measure", "name at least one");
  t_.statutes.push_back(std::move(statute));
  ++profile.statutes.count;
}

void Compiler::offence(Table& in, const std::string& name,
                       std::map<std::uint16_t, std::vector<OffenceRow>>& rows) {
  OffenceRow row;
  std::uint16_t code = in.code("code", t_.words.offence_of);
  row.penalty = in.one_of<Penalty>("penalty",
                                   {{"months", Penalty::months},
                                    {"no_imprisonment", Penalty::no_imprisonment},
                                    {"court_discretion", Penalty::court_discretion}},
                                   Penalty::months);
  auto months = in.number("max_months", 1, 1200);
  if (row.penalty == Penalty::months && !months) {
    if (!in.has("max_months"))
      in.problem("", "the offence has no `max_months`",
                 "add it, or say penalty = \"no_imprisonment\" or \"court_discretion\"");
  } else if (row.penalty != Penalty::months && months) {
    in.problem("max_months", "`penalty` and `max_months` contradict each other",
               "keep one of them");
  }
  row.months = static_cast<std::int32_t>(months.value_or(0));
  row.heavier_forms = in.yes_or("heavier_forms", false);
  row.start_known = in.has("from");
  row.period = in.period();
  row.suspended = in.suspension();
  row.confidence = in.confidence();
  row.start_confidence = in.confidence_or("from_confidence", Confidence::confirmed);
  std::string statute = name + ": " + in.text("statute");
  one_row_a_day(in, code, statute, row.period);
  row.cite = cite(statute + penalty_text(row) + period_text(row.period));
  row.suspended_cite = cite(statute + ", restrained by a court" + period_text(row.suspended));
  (void)in.text_or("article", "");
  (void)in.text_or("note", "");
  (void)source(in);
  if (code != 0xffff) rows[code].push_back(row);
}

// Two maxima of one statute on one day contradict each other: the graver would win unseen.
void Compiler::one_row_a_day(Table& in, std::uint16_t code, const std::string& statute,
                             const Period& period) {
  std::vector<Period>& before = statute_days_[{code, statute}];
  for (const Period& earlier : before) {
    Period both = overlap(earlier, period);
    if (both.from >= both.until) continue;
    in.problem("statute", "two rows of one offence and one statute hold on one day",
               "end the older row with `until`, on the day from which the newer one holds, or name "
               "the paragraphs apart");
    break;
  }
  before.push_back(period);
}

void Compiler::absent(Table& in, const std::string& name, Jurisdiction& jurisdiction,
                      const std::map<std::uint16_t, std::vector<OffenceRow>>& rows) {
  AbsentRow row;
  row.offence = in.code("code", t_.words.offence_of);
  std::string id(jurisdiction.country.text());
  for (char& c : id) c = static_cast<char>(c - 'A' + 'a');
  row.id = in.text_or("id", id + "-absent-" + in.text_or("code", ""));
  claim(in, "the absence", row.id, absent_of_, absent_of_.size());
  row.period = in.period();
  row.confidence = in.confidence();
  row.cite = cite(name + ": " + in.text("cite") + period_text(row.period));
  row.source = source(in);
  (void)in.text_or("note", "");
  if (row.offence == 0xffff) return;
  if (auto found = rows.find(row.offence); found != rows.end()) {
    for (const OffenceRow& there : found->second) {
      Period both = overlap(there.period, row.period);
      // A row without a known start may well begin where the absence ends.
      if (there.start_known && both.from < both.until) {
        in.problem("code",
                   "the file says that the offence is absent, and that it exists, at one time",
                   "end [[absent]] with `until` on the day the offence begins");
      }
    }
  }
  t_.absents.push_back(row);
  ++jurisdiction.absents.count;
}

}  // namespace comity::law
