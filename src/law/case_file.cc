#include "law/case_file.h"

#include <algorithm>

#include "law/case_words.h"
#include "law/mending.h"
#include "law/reading.h"
#include "law/tables.h"

namespace comity::law {
namespace {

std::vector<std::pair<std::string, std::string>> pairs(Table& in, std::string_view name) {
  std::vector<std::pair<std::string, std::string>> out;
  in.in(name, [&](Table& table) {
    for (auto& [key, value] : *table.value().as_object()) {
      if (value.as_array()) {
        for (const std::string& text : table.texts(key)) out.emplace_back(key, text);
      } else {
        out.emplace_back(key, table.text(key));
      }
    }
  });
  return out;
}

Case read_case(Table& in, const CaseWords* words) {
  Case one;
  one.where = in.place();
  one.name = in.text("name");
  (void)in.text_or("source", "");
  if (!in.has("ask") || !in.has("expect")) {
    in.problem("", "a case asks and expects", "write ask = { ... } and expect = { ... }");
  }
  in.in("ask", [&](Table& ask) {
    one.ask_where = ask.place();
    one.ask.from = ask.text("from");
    one.ask.to = ask.text("to");
    one.ask.measure = ask.text("measure");
    one.ask.offence = ask.text("offence");
    one.ask.on = ask.text("on");
    one.ask.conduct = ask.text_or("conduct", "");
    one.ask.data = ask.text_or("data", "");
    one.ask.from_role = ask.text_or("from_role", "");
    one.ask.to_role = ask.text_or("to_role", "");
    one.ask.facts = pairs(ask, "facts");
  });
  in.in("expect", [&](Table& expect) {
    if (expect.value().as_object()->empty())
      expect.problem("", "nothing is expected", "add decision = \"...\"");
    one.expect.decision = expect.text_or("decision", "");
    one.expect.best = expect.text_or("best", "");
    one.expect.routes = pairs(expect, "routes");
    one.expect.reasons = pairs(expect, "reasons");
    one.expect.risks = pairs(expect, "risks");
    one.expect.requires_ = pairs(expect, "requires");
    one.expect.confidence = pairs(expect, "confidence");
    one.expect.channel = pairs(expect, "channel");
    one.expect.carriage = pairs(expect, "carriage");
    one.expect.speed = pairs(expect, "speed");
    one.expect.cites = pairs(expect, "cites");
    one.expect.notes = pairs(expect, "notes");
    one.expect.deadlines = pairs(expect, "deadlines");
    one.expect.approvals = pairs(expect, "approvals");
    one.expect.rules = expect.texts("rules");
    one.expect.no_rules = expect.texts("no_rules");
    if (words) words->look(expect, one.expect);
  });
  return one;
}

bool quotes(const Route& route, CiteId cite) {
  auto reason = [&](const Reason& one) { return one.cite == cite; };
  return std::any_of(route.reasons.begin(), route.reasons.end(), reason) ||
         std::any_of(route.risks.begin(), route.risks.end(), reason) ||
         std::any_of(route.requires_.begin(), route.requires_.end(),
                     [&](const Need& one) { return one.cite == cite; }) ||
         std::any_of(route.notes.begin(), route.notes.end(),
                     [&](const Note& one) { return one.text == cite; });
}

// The texts by which a decision quotes a rule; none when no rule has this id.
std::vector<CiteId> quotations(const Corpus& corpus, std::string_view id,
                               const Question* question) {
  const Tables& t = corpus.tables();
  for (const Reservation& r : t.reservations) {
    // Two declarations may read alike: only one of the two sides' is meant.
    bool theirs = !question || r.party == question->from || r.party == question->to;
    if (r.id == id) return theirs ? std::vector<CiteId>{r.cite, r.note} : std::vector<CiteId>{{}};
  }
  for (const Statute& s : t.statutes) {
    if (s.id == id) return {s.cite};
  }
  for (const Article& a : t.articles) {
    if (a.rule.id == id) return {a.rule.effect == Effect::permit ? a.note : a.rule.cite};
  }
  for (const AbsentRow& row : t.absents) {
    if (row.id == id) return {row.cite};
  }
  return {};
}

}  // namespace

bool is_case_file(const SourceFile& file) {
  return file.name.starts_with("cases/") && file.name.ends_with(".toml");
}

bool is_rule(const Corpus& corpus, std::string_view id) {
  return !quotations(corpus, id, nullptr).empty();
}

bool rule_speaks(const Corpus& corpus, const Question& question, const Decision& decision,
                 std::string_view id) {
  for (CiteId cite : quotations(corpus, id, &question)) {
    if (!cite.known()) continue;
    for (const Route& route : decision.routes) {
      if (quotes(route, cite)) return true;
    }
  }
  return false;
}

std::vector<Case> read_cases(const SourceFile& file, std::vector<Problem>& problems,
                             const Corpus* corpus) {
  auto document = toml::parse(file.text, file.name);
  if (!document) {
    problems.push_back(not_toml(file.text, document.error()));
    return {};
  }
  std::vector<Case> cases;
  std::optional<CaseWords> words;
  if (corpus) words.emplace(*corpus);
  Table root(*document, problems);
  root.each("case",
            [&](Table& entry) { cases.push_back(read_case(entry, words ? &*words : nullptr)); });
  root.done();
  if (cases.empty()) root.problem("", "no [[case]]", "write one, or delete the file");
  return cases;
}

Result<std::vector<Case>> read_cases(const SourceFile& file) {
  std::vector<Problem> problems;
  std::vector<Case> cases = read_cases(file, problems);
  if (problems.empty()) return cases;
  return fail(Code::invalid, problems.front().what + "; " + problems.front().remedy,
              problems.front().where);
}

}  // namespace comity::law
