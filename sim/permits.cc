#include "permits.h"

#include <memory>
#include <set>

#include "law/engine.h"
#include "law/provision.h"
#include "request/legal.h"

namespace comity::sim {
namespace {

std::string text_in(const json::Value& object, const char* name) {
  const json::Value* value = object.find(name);
  return value && value->as_string() ? *value->as_string() : "";
}

// Who may order whom, said here a second time: the node's own table is what is tried.
std::string competence_against(const LawBook::Seat& issuer, const LawBook::Seat& custodian) {
  using enum member::Role;
  const std::set<member::Role> may = {poc, central_authority, prosecutor, court, police};
  if (!may.contains(issuer.role)) return "an order of who may not order";
  if (custodian.role != provider && custodian.role != registrar)
    return "an order to who is no custodian";
  return issuer.jurisdiction == custodian.jurisdiction ? "" : "an order across a border";
}

// An order at home rests on a power of our own law that is in force.
std::string order_against(const LawBook& book, const json::Value& basis, law::Country at, Date on) {
  for (const auto& [hash, corpus] : book.corpora) {
    const law::PreservationLaw* power = law::preservation_law(corpus, at, on);
    if (power && power->in_force && json::Value(power->cite) == basis) return "";
  }
  return "an order rests on no power of our own law";
}

// The state of the road that the act names; empty: the law knows no such road.
Result<std::string> state_of(const LawBook& book, const law::Corpus& corpus,
                             const Released& released, const request::Ask& ask,
                             const LawBook::Seat& requested) {
  TRY(MemberId opener, member_id_from_text(released.opener));
  const LawBook::Seat& requester = book.seats.at(opener);
  TRY(law::Country from, law::country_from_text(requester.jurisdiction));
  TRY(law::Country to, law::country_from_text(requested.jurisdiction));
  TRY(law::Question question,
      request::law_question(corpus, ask, from, to,
                            {.from = std::string(member::law_role(requester.role)),
                             .to = std::string(member::law_role(requested.role))},
                            released.on));
  auto decision = std::make_unique<law::Decision>();
  law::decide(corpus, question, *decision);
  TRY(law::ProvisionId provision, corpus.provision(released.act.route->provision));
  const law::Route* route = decision->find(provision);
  return std::string(route ? law::name_of(route->state) : "");
}

}  // namespace

std::string law_against(const LawBook& book, const Released& released, bool overridden) {
  const json::Value* law = released.permit.find("law");
  if (!law) return "a permit without the law's word";
  if (!released.opening) return "";
  const act::Act& act = released.act;
  if (std::holds_alternative<request::Order>(*released.opening)) {
    bool by_issuer = released.opener == to_hex(act.from);
    std::string against = competence_against(book.seats.at(by_issuer ? act.from : act.to),
                                             book.seats.at(by_issuer ? act.to : act.from));
    if (!against.empty()) return against;
    auto at = law::country_from_text(book.seats.at(act.from).jurisdiction);
    return at ? order_against(book, *law, *at, date_of(act.at)) : "an order from nowhere";
  }
  auto corpus = book.corpora.find(text_in(*law, "corpus"));
  if (corpus == book.corpora.end()) return "a permit under law that was nobody's";
  // What was approved is sent as it is, and so names the law of the day on which it was drafted;
  // the permit asks the law of the day on which it is sent.
  if (!act.route || !book.corpora.contains(to_hex(act.route->corpus)))
    return "the act names law that was nobody's";
  bool ours = released.opener == to_hex(act.from);
  auto state = state_of(book, corpus->second, released, std::get<request::Ask>(*released.opening),
                        book.seats.at(ours ? act.to : act.from));
  if (!state) return "the law cannot be asked: " + to_text(state.error());
  if (text_in(*law, "state") != *state)
    return "the permit says \"" + text_in(*law, "state") + "\", and the law says \"" + *state +
           "\"";
  if (*state == "open") return "";
  return overridden ? "" : "released on a road that is \"" + *state + "\", and nobody overrode it";
}

}  // namespace comity::sim
