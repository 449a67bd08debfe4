#include "law/case_words.h"

#include <array>
#include <initializer_list>
#include <utility>

#include "law/tables.h"

namespace comity::law {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

template <typename Named>
Codes names_of(std::initializer_list<Named> all) {
  Codes names;
  for (Named one : all) names.emplace(name_of(one), 0);
  return names;
}

Codes states() {
  Codes names = names_of({State::open, State::needs, State::blocked});
  names.emplace("absent", 0);
  return names;
}

void look_up(Table& in, std::string_view key, const Codes& codes, const std::string& word) {
  if (word.empty() || codes.contains(word)) return;
  std::string near = nearest(codes, word);
  in.problem(key, "`" + std::string(key) + "` names \"" + word + "\", which nothing defines",
             near.empty() ? "use one of: " + listing(codes) : "did you mean \"" + near + "\"?");
}

}  // namespace

std::string brief(const Deadline& d) {
  std::string unit(name_of(d.unit));
  if (!d.length()) return d.code + ": " + unit;
  return d.code + (d.bound == Bound::minimum ? ": at least " : ": at most ") +
         std::to_string(d.value) + " " + unit;
}

CaseWords::CaseWords(const Corpus& corpus) : tables_(corpus.tables()) {
  for (const Provision& provision : tables_.provisions)
    for (const Deadline& deadline : provision.deadlines) deadlines_.emplace(deadline.code, 0);
  for (const Reservation& one : tables_.reservations) rules_.emplace(one.id, 0);
  for (const Statute& one : tables_.statutes) rules_.emplace(one.id, 0);
  for (const Article& one : tables_.articles) rules_.emplace(one.rule.id, 0);
  for (const AbsentRow& one : tables_.absents) rules_.emplace(one.id, 0);
}

void CaseWords::look(Table& in, const Expected& expected) const {
  const Vocabulary& words = tables_.words;
  look_up(
      in, "decision",
      names_of({Outcome::open, Outcome::needs, Outcome::blocked, Outcome::none, Outcome::no_data}),
      expected.decision);
  look_up(in, "best", tables_.provision_of, expected.best);
  // By road; null: any text, a part of what is quoted.
  auto by_road = [&](std::string_view key, const Pairs& pairs, const Codes* codes) {
    for (auto& [road, word] : pairs) {
      look_up(in, key, tables_.provision_of, road);
      if (codes) look_up(in, key, *codes, word);
    }
  };
  Codes confidence = names_of({Confidence::confirmed, Confidence::unconfirmed});
  Codes carriage =
      names_of({Carriage::comity, Carriage::other_system, Carriage::central_authority});
  Codes speed = names_of({Speed::immediate, Speed::hours, Speed::days, Speed::months});
  Codes state = states();
  by_road("routes", expected.routes, &state);
  by_road("reasons", expected.reasons, &words.reason_of);
  by_road("risks", expected.risks, &words.reason_of);
  by_road("requires", expected.requires_, &words.fact_of);
  by_road("confidence", expected.confidence, &confidence);
  by_road("channel", expected.channel, &words.channel_of);
  by_road("carriage", expected.carriage, &carriage);
  by_road("speed", expected.speed, &speed);
  by_road("approvals", expected.approvals, &words.approval_of);
  by_road("cites", expected.cites, nullptr);
  by_road("notes", expected.notes, nullptr);
  by_road("deadlines", expected.deadlines, nullptr);
  for (auto& [road, text] : expected.deadlines)
    look_up(in, "deadlines", deadlines_, text.substr(0, text.find(':')));
  for (const std::string& id : expected.rules) look_up(in, "rules", rules_, id);
  for (const std::string& id : expected.no_rules) look_up(in, "no_rules", rules_, id);
}

}  // namespace comity::law
