#include "request/legal.h"

#include <algorithm>

namespace comity::request {
namespace {

Known known(law::Secrecy secrecy) {
  if (secrecy == law::Secrecy::unknown) return Known::unknown;
  return secrecy == law::Secrecy::imposed ? Known::yes : Known::no;
}

std::optional<Days> days(const std::optional<int>& count) {
  return count ? std::optional(Days{*count}) : std::nullopt;
}

DomesticLaw domestic_law(const law::Corpus& corpus, law::Country country, Date on) {
  DomesticLaw out;
  out.jurisdiction = std::string(country.text());
  const law::PreservationLaw* held = law::preservation_law(corpus, country, on);
  if (!held) return out;
  out.cite = held->cite;
  out.order_needed = held->order_needed ? Known::yes : Known::no;
  out.secrecy = known(held->secrecy);
  out.confirmed = held->confidence == law::Confidence::confirmed;
  if (!held->in_force) return out;  // enacted, not commenced: it sets no clock
  out.first = days(held->days);
  out.renew = days(held->renew_days);
  out.total = days(held->total_days);
  return out;
}

std::optional<Millis> length_of(const law::Provision& provision, std::string_view code) {
  const law::Deadline* deadline = provision.deadline(code);
  if (!deadline || !deadline->length()) return std::nullopt;
  return *deadline->length();
}

}  // namespace

Result<Rules> rules_from(const law::Corpus& corpus, const Between& between) {
  TRY(const law::Provision* provision, law::provision(corpus, between.provision));
  TRY(law::OffenceId offence, corpus.offence(between.offence));
  Rules rules;
  rules.provision = provision->id;
  rules.cite = provision->cite;
  rules.required_fields = provision->required_fields;
  rules.approvals = provision->approvals;
  for (const law::Ground& ground :
       law::refusal_grounds(corpus, between.provision, between.to, offence, between.on))
    rules.refusal_grounds.push_back({ground.code, ground.article});
  if (auto least = length_of(*provision, "preserve_minimum"))
    rules.preserve_at_least = std::chrono::ceil<Days>(*least);
  rules.keep_until_decided = provision->deadline("preserve_until_decided") != nullptr;
  rules.answer_within = length_of(*provision, "answer");
  rules.domestic = domestic_law(corpus, between.to, between.on);
  return rules;
}

Rules rules_of_unknown(const law::Corpus& corpus, std::string provision, law::Country to, Date on) {
  Rules rules;
  rules.known = false;
  rules.cite = provision;
  rules.provision = std::move(provision);
  rules.domestic = domestic_law(corpus, to, on);
  return rules;
}

Rules rules_for_order(const law::Corpus& corpus, law::Country at, Date on) {
  Rules rules;
  rules.domestic = domestic_law(corpus, at, on);
  rules.cite = rules.domestic.cite;
  return rules;
}

namespace {

void name_article(const Rules& rules, json::Object& ground) {
  auto code = ground.find("code");
  if (code == ground.end() || ground.contains("article")) return;
  for (const GroundRule& rule : rules.refusal_grounds)
    if (code->second == json::Value(rule.code) && !rule.article.empty()) {
      ground["article"] = rule.article;
      return;
    }
}

// The grounds of a refusal, and of each target that is refused.
void name_in(const Rules& rules, json::Object& said) {
  if (auto grounds = said.find("grounds"); grounds != said.end())
    if (json::Array* list = grounds->second.as_array())
      for (json::Value& each : *list)
        if (json::Object* ground = each.as_object()) name_article(rules, *ground);
}

}  // namespace

void name_articles(const Rules& rules, json::Value& body) {
  json::Object* said = body.as_object();
  if (!said) return;
  name_in(rules, *said);
  if (auto targets = said->find("targets"); targets != said->end())
    if (json::Array* list = targets->second.as_array())
      for (json::Value& each : *list)
        if (json::Object* target = each.as_object()) name_in(rules, *target);
}

namespace {

// The category when every target wants that one and no other.
std::string sole_category(const Ask& ask) {
  std::string sole;
  for (const Target& target : ask.targets)
    for (const std::string& category : target.categories) {
      if (!sole.empty() && sole != category) return {};
      sole = category;
    }
  return sole;
}

}  // namespace

Result<law::Question> law_question(const law::Corpus& corpus, const Ask& ask, law::Country from,
                                   law::Country to, const Roles& roles, Date on) {
  auto yes_no = [](bool value) { return std::string(value ? "yes" : "no"); };
  law::QuestionText text;
  text.from = std::string(from.text());
  text.to = std::string(to.text());
  text.measure = ask.measure;
  text.offence = ask.offence.code;
  text.on = to_text(on);
  text.data = sole_category(ask);
  text.from_role = roles.from;
  text.to_role = roles.to;
  // Every period has ended before the request's date, or it would not have been read: fields.cc.
  text.facts.emplace_back("data_already_stored", "yes");
  text.facts.emplace_back("follow_up_intended", yes_no(ask.intent_to_request_mla));
  text.facts.emplace_back("urgent", yes_no(ask.urgency.level != "normal"));
  text.facts.emplace_back("emergency", yes_no(ask.urgency.level == "emergency"));
  if (!ask.custodian.country.empty())
    text.facts.emplace_back("data_location", ask.custodian.country);
  if (ask.offence.months_max)
    text.facts.emplace_back("penalty_requesting", std::to_string(*ask.offence.months_max));
  return law::ask(corpus, text);
}

}  // namespace comity::request
