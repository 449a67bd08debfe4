// What officers hear. No identifier, fact or name: numbers of targets, dates, codes and citations
// only.
#include <algorithm>

#include "base/limits.h"
#include "request/judge.h"

namespace comity::request {
namespace {

using enum TargetStatus;

std::string day(Instant at) {
  return to_text(date_of(at));
}

struct Teller {
  const Judged& at;
  const State& next;
  std::vector<PersonNotice> out;

  void say(std::string code, Severity severity, std::string text) {
    out.push_back({std::move(code), severity, std::move(text)});
  }
  [[nodiscard]] bool ours() const { return at.said.by == Speaker::ours; }
};

std::size_t count(const State& state, TargetStatus status) {
  return static_cast<std::size_t>(std::ranges::count(state.targets, status, &TargetMark::status));
}

// Before a request leaves, what the requested State's law may hold in store.
void foresee(Teller& to, const Ask& ask) {
  const DomesticLaw& law = to.at.rules.domestic;
  if (law.cite.empty())
    to.say("domestic_law_unknown", Severity::warn,
           "nobody has researched how that State has data preserved");
  if (law.cite.empty()) return;
  if (ask.confidentiality.requested && law.secrecy != Known::yes)
    to.say(
        "no_secrecy_duty", Severity::warn,
        law.cite + (law.secrecy == Known::no ? " imposes no secrecy on the custodian"
                                             : ": a duty of secrecy on the custodian is unknown"));
  auto ends = law_ends(law, to.at.said.recorded_at);
  auto least = to.at.rules.preserve_at_least;
  if (least && ends && *ends < to.at.said.recorded_at + *least)
    to.say("law_below_minimum", Severity::warn,
           law.cite + " ends before the minimum of " + to.at.rules.cite);
}

void tell(Teller& to, const Ask& ask) {
  if (to.ours()) return foresee(to, ask);
  bool urgent = ask.urgency.level != "normal" && !ask.drill;
  to.say("request_received", urgent ? Severity::alarm : Severity::warn,
         std::string(ask.drill ? "a drill: " : "") + "a request to preserve " +
             std::to_string(ask.targets.size()) + " target(s), " + ask.urgency.level);
  for (const Target& target : ask.targets)
    if (target.period.to > to.at.said.recorded_at)
      return to.say(
          "period_ahead_of_our_clock", Severity::warn,
          "a period ends after our clock's present: preserve what exists, nothing to come");
}

// A term may need the law's renewal before it ends, or lie beyond what the law gives at all.
void tell_of_term(Teller& to, Instant from, Instant until) {
  const DomesticLaw& law = to.at.rules.domestic;
  auto ends = law_ends(law, from);
  if (ends && until > *ends)
    to.say("beyond_domestic_law", Severity::warn,
           "a term is longer than " + law.cite + " allows, with its renewals");
  else if (law.first && until > from + *law.first)
    to.say(
        "renewal_needed", Severity::warn,
        "a term is longer than " + law.cite + " first allows: renew by " + day(from + *law.first));
}

void tell(Teller& to, const Order& order) {
  tell_of_term(to, to.at.said.recorded_at, order.preserve_until);
  if (!order.secrecy)
    to.say("no_secrecy_duty", Severity::warn,
           "the order names no law that binds the custodian to secrecy");
  if (!to.ours())
    to.say("order_received", Severity::alarm,
           "an order to preserve " + std::to_string(order.targets.size()) + " target(s) until " +
               day(order.preserve_until));
}

void tell_of_grounds(Teller& to, const std::vector<Ground>& grounds) {
  if (to.ours() || to.next.track == Track::order || !to.at.rules.known) return;
  for (const Ground& ground : grounds)
    if (!is_ground_of(to.at.rules, ground))
      to.say("ground_not_of_provision", Severity::warn,
             ground.code + ", with the article that is cited, is no ground of " + to.at.rules.cite +
                 ": consider a consultation");
}

// Where the law's last day comes before the formal request can be decided, evidence is lost unless
// somebody moves.
void foresee_end(Teller& to) {
  auto ends = law_ends(to.at.rules.domestic, to.next);
  if (!ends || is_closed(to.next.phase)) return;
  Instant sent = to.at.said.recorded_at;
  for (const Event& event : to.next.opener)
    if ((event.verb == Verb::ask) && event.until) sent = std::max(sent, *event.until);
  Instant decided = sent + to.at.rules.formal_request_takes.value_or(formal_request_takes_estimate);
  if (*ends < decided)
    to.say("law_ends_before_decision", Severity::warn,
           to.at.rules.domestic.cite + " lets a preservation stand until " + day(*ends) +
               "; a formal request may be undecided until " + day(decided));
}

void tell_of_answers(Teller& to, const std::vector<TargetAnswer>& targets) {
  const Rules& rules = to.at.rules;
  bool below = false, past = false;
  const TargetAnswer* longest = nullptr;  // measured from its own beginning
  for (const TargetAnswer& each : targets) {
    tell_of_grounds(to, each.grounds);
    if (each.status != "preserved") continue;
    past |= *each.preserved_until <= to.at.said.recorded_at;
    below |= rules.preserve_at_least &&
             *each.preserved_until < minimum_from(to.at.state, each) + *rules.preserve_at_least;
    auto term = [](const TargetAnswer& one) { return *one.preserved_until - *one.preserved_at; };
    if (!longest || term(each) > term(*longest)) longest = &each;
  }
  if (past) to.say("lapsed", Severity::alarm, "an answer gives a term that has already ended");
  if (below && !to.ours())
    to.say("below_minimum", Severity::warn,
           "a term is shorter than the " + std::to_string(rules.preserve_at_least->count()) +
               " days of " + rules.cite);
  if (longest) tell_of_term(to, *longest->preserved_at, *longest->preserved_until);
  if (!to.ours())
    to.say("answered", Severity::warn,
           std::to_string(count(to.next, preserved)) + " of " +
               std::to_string(to.next.targets.size()) + " target(s) are preserved, " +
               std::to_string(count(to.next, awaiting)) + " still await an answer");
  bool bound = !to.next.orders.empty() || !to.next.links.empty() || rules.domestic.confirmed;
  if (to.ours() && rules.domestic.order_needed == Known::yes && !bound)
    to.say("order_may_be_needed", Severity::warn,
           rules.domestic.cite + " (unconfirmed) asks for a domestic order: none is recorded");
  foresee_end(to);
}

void tell(Teller& to, const Answer& said) {
  tell_of_answers(to, said.targets);
}
void tell(Teller& to, const Comply& said) {
  tell_of_answers(to, said.targets);
}

void tell(Teller& to, const Refuse& said) {
  tell_of_grounds(to, said.grounds);
  if (to.ours()) return;
  std::string codes;
  for (const Ground& ground : said.grounds) codes += (codes.empty() ? "" : ", ") + ground.code;
  to.say("refused", Severity::alarm,
         "refused: " + codes + (said.offer ? "; with an offer: " + said.offer->kind : ""));
}

void tell(Teller& to, const Extend& said) {
  auto ends = law_ends(to.at.rules.domestic, to.next);
  const DomesticLaw& law = to.at.rules.domestic;
  if (law.renew == Days{0})
    to.say("no_extension_in_law", Severity::warn, law.cite + " knows no extension");
  else if (ends && said.until > *ends)
    to.say("beyond_domestic_law", Severity::warn,
           law.cite + " ends on " + day(*ends) + ", before the extension asked for");
  if (!to.ours())
    to.say("extension_asked", Severity::warn, "an extension until " + day(said.until));
  foresee_end(to);
}

void tell(Teller& to, const ExtensionAnswer& said) {
  tell_of_grounds(to, said.grounds);
  if (to.ours()) return;
  if (!said.until) return to.say("extension_answered", Severity::alarm, "the extension is refused");
  const std::optional<Instant>& asked = to.at.facts.open_extend->until;
  bool shorter = asked && *said.until < *asked;
  to.say("extension_answered", shorter ? Severity::alarm : Severity::warn,
         "extended until " + day(*said.until) +
             (shorter ? " and no longer: until " + day(*asked) + " was asked" : ""));
}

void tell(Teller& to, const Notice&) {
  if (!to.ours())
    to.say("formal_request_noticed", Severity::warn,
           "keep what is preserved until the formal request is decided (" + to.at.rules.cite + ")");
  foresee_end(to);
}

// The other side no longer needs what we keep; also when the two messages crossed.
void tell_of_end(Teller& to, std::string code) {
  if (to.ours()) return;
  auto kept = count(to.next, released);
  to.say(std::move(code), kept ? Severity::warn : Severity::info,
         kept ? std::to_string(kept) + " target(s) need no longer be kept: tell the custodian"
              : "nothing more is asked for");
}

void tell(Teller& to, const Withdraw&) {
  tell_of_end(to, "withdrawn");
}
void tell(Teller& to, const Release&) {
  tell_of_end(to, "released");
}

// What speaks against "law_ended": that the law runs on, or that nobody knows its end. Empty:
// nothing does.
std::string against_law_ended(const Teller& to, const Expire& said) {
  const DomesticLaw& law = to.at.rules.domestic;
  for (const TargetMark& mark : to.at.facts.by_other) {
    bool named = said.targets.empty() || std::ranges::count(said.targets, mark.target) > 0;
    if (mark.status != preserved || !named) continue;
    auto ends = law_ends(law, *mark.preserved_at);
    if (!ends) return "no end is known of the law that lets data be preserved there";
    if (*ends > to.at.said.recorded_at)
      return "before the law's end: " + law.cite + " lets it stand until " + day(*ends);
  }
  return {};
}

void tell(Teller& to, const Expire& said) {
  std::string against = said.reason == "law_ended" ? against_law_ended(to, said) : "";
  if (to.ours() && !against.empty()) to.say("law_not_ended", Severity::warn, std::move(against));
  if (to.ours()) return;
  if (said.reason == "term_ended" && to.at.facts.noticed && to.at.rules.keep_until_decided)
    against = "the formal request is undecided (" + to.at.rules.cite + ")";
  to.say("expired", Severity::alarm,
         "the preservation has ended: " + said.reason + (against.empty() ? "" : "; " + against));
}

void tell(Teller& to, const Decide& said) {
  if (!to.ours()) to.say("decided", Severity::warn, "the requester has decided: " + said.choice);
}

void tell(Teller& to, const Warn&) {
  if (!to.ours())
    to.say("warned", Severity::alarm,
           "the preservation may not secure the data or may do harm: decide whether to proceed (" +
               to.at.rules.cite + ")");
}

void tell(Teller& to, const CounterOffer& said) {
  if (!to.ours()) to.say("counter_offer", Severity::warn, "a counter-offer: " + said.offer.kind);
}

void tell(Teller& to, const Objection& said) {
  if (!to.ours()) to.say("objection", Severity::alarm, "the custodian objects: " + said.code);
}

void tell(Teller& to, const Query& said) {
  if (!to.ours()) to.say("query", Severity::warn, "the other side asks for more: " + said.code);
}

// Acknowledge, Reply, Accept, Forward.
template <typename T>
void tell(Teller& to, const T&) {
  if (!to.ours())
    to.say(std::string(verb_name(verb_of(to.at.said.body))), Severity::info,
           "now " + std::string(phase_name(to.next.phase)));
}

void tell_if_crossed(Teller& to) {
  if (to.ours() || to.at.state.opener.empty() || !is_closed(to.at.state.phase)) return;
  to.say("crossed", Severity::info,
         "an act crossed one of ours: this conversation had closed as " +
             std::string(phase_name(to.at.state.phase)));
}

}  // namespace

std::vector<PersonNotice> tell(const Judged& at, const State& next) {
  Teller to{at, next, {}};
  tell_if_crossed(to);
  std::visit([&](const auto& said) { tell(to, said); }, at.said.body);
  return std::move(to.out);
}

}  // namespace comity::request
