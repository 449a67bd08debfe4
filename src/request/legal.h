#pragma once
// From the law to a request and back: the rules of a provision, and the question that a request
// puts to the engine.
#include <string>

#include "law/engine.h"
#include "law/provision.h"
#include "request/body.h"
#include "request/rules.h"

namespace comity::request {

struct Between {
  std::string provision;  // "ets185-29"
  law::Country from, to;  // requesting and requested jurisdiction
  std::string offence;    // code
  Date on;                // the day the request was first recorded
};

// Reads clocks, fields, approvals and grounds of the provision, and the domestic preservation law
// of `to`.
//   Errors  not_found: the provision or the offence is not in the corpus.
[[nodiscard]] Result<Rules> rules_from(const law::Corpus& corpus, const Between& between);

// What is known of a request under a provision or an offence that the corpus does not have: its
// name and the domestic law of `to` on the day it was first recorded. No clocks, fields, approvals
// or grounds; a person judges.
[[nodiscard]] Rules rules_of_unknown(const law::Corpus& corpus, std::string provision,
                                     law::Country to, Date on);

// The same for a domestic order: `at` is the country of issuer and custodian. It cites no treaty
// and has no grounds.
[[nodiscard]] Rules rules_for_order(const law::Corpus& corpus, law::Country at, Date on);

// Where a ground of a refusal names no article, and the provision has one for it, that one.
void name_articles(const Rules& rules, json::Value& body);

struct Roles {
  std::string from, to;  // "poc_24_7"
};

// The question of an ordinary request: measure, offence and, where all targets want the same one,
// the category; with the facts that the form states. What the form leaves open stays unknown.
//   Errors  those of law::ask
[[nodiscard]] Result<law::Question> law_question(const law::Corpus& corpus, const Ask& ask,
                                                 law::Country from, law::Country to,
                                                 const Roles& roles, Date on);

}  // namespace comity::request
