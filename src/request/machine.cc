#include "request/machine.h"

#include <algorithm>

#include "base/limits.h"
#include "request/clock.h"
#include "request/facts.h"
#include "request/judge.h"

namespace comity::request {
namespace {

using enum TargetStatus;

bool opens(Verb verb) {
  return verb == Verb::ask || verb == Verb::order;
}

bool closes(Verb verb) {
  return verb == Verb::withdraw || verb == Verb::refuse || verb == Verb::release ||
         verb == Verb::expire;
}

std::string sentence(Verb verb, const std::string& rest) {
  return std::string(verb_name(verb)) + " " + rest;
}

// ---- from a body to what the machine remembers of it

std::vector<TargetMark> marks_of(const std::vector<Target>& targets) {
  std::vector<TargetMark> marks;
  for (const Target& target : targets)
    marks.push_back({target.id, awaiting, {}, {}, {}, target.categories});
  return marks;
}

std::vector<TargetMark> marks_of(const std::vector<std::string>& targets) {
  std::vector<TargetMark> marks;
  for (const std::string& target : targets) marks.push_back({target, awaiting, {}, {}});
  return marks;
}

TargetStatus status_of(std::string_view word) {
  if (word == "preserved") return preserved;
  if (word == "not_held") return not_held;
  return word == "not_available" ? not_available : refused;
}

void remember(Event& event, const std::vector<Ground>& grounds) {
  for (const Ground& ground : grounds)
    if (std::ranges::find(event.codes, ground.code) == event.codes.end())
      event.codes.push_back(ground.code);
}

void remember(Event& event, const std::vector<TargetAnswer>& targets) {
  for (const TargetAnswer& each : targets) {
    event.marks.push_back({each.target, status_of(each.status), each.preserved_at,
                           each.preserved_until, each.categories});
    remember(event, each.grounds);
  }
}

void remember(Event& event, const Ask& ask) {
  event.marks = marks_of(ask.targets);
  event.until = ask.formal_request_expected;
  event.flag = ask.drill;
}
void remember(Event& event, const Order& order) {
  event.marks = marks_of(order.targets);
  event.until = order.preserve_until;
}
void remember(Event& event, const Query& said) {
  event.word = said.code;
  event.flag = said.pauses_clock;
}
void remember(Event& event, const Reply& said) {
  event.on = said.to;
}
void remember(Event& event, const Refuse& said) {
  remember(event, said.grounds);
}
void remember(Event& event, const CounterOffer& said) {
  event.word = said.offer.kind;
  event.marks = marks_of(said.offer.targets);
  event.codes = said.offer.categories;
}
void remember(Event& event, const Warn& said) {
  event.codes = said.risks;
}
void remember(Event& event, const Decide& said) {
  event.on = said.on;
  event.word = said.choice;
  event.marks = marks_of(said.targets);
}
void remember(Event& event, const Answer& said) {
  remember(event, said.targets);
}
void remember(Event& event, const Comply& said) {
  remember(event, said.targets);
}
void remember(Event& event, const Extend& said) {
  event.marks = marks_of(said.targets);
  event.until = said.until;
}
void remember(Event& event, const ExtensionAnswer& said) {
  event.on = said.to;
  event.word = said.outcome;
  event.until = said.until;
  remember(event, said.grounds);
}
void remember(Event& event, const Release& said) {
  event.marks = marks_of(said.targets);
}
void remember(Event& event, const Expire& said) {
  event.marks = marks_of(said.targets);
  event.word = said.reason;
}
void remember(Event& event, const Objection& said) {
  event.word = said.code;
  event.marks = marks_of(said.targets);
}
// That they were said is all there is to remember.
void remember(Event&, const Acknowledge&) {}
void remember(Event&, const Accept&) {}
void remember(Event&, const Forward&) {}
void remember(Event&, const Notice&) {}
void remember(Event&, const Withdraw&) {}

Event event_of(const Said& said) {
  Event event;
  event.act = said.act;
  event.verb = verb_of(said.body);
  event.recorded_at = said.recorded_at;
  std::visit([&](const auto& body) { remember(event, body); }, said.body);
  return event;
}

// ---- steps

State opened_by(const Said& said, const Rules& rules) {
  State state;
  state.conversation = said.conversation;
  bool order = verb_of(said.body) == Verb::order;
  state.track = order ? Track::order : Track::request;
  state.role = Role::requester;
  if (said.by == Speaker::theirs) state.role = order ? Role::custodian : Role::requested;
  state.counterpart = said.counterpart;
  state.provision = rules.provision;
  if (const Ask* ask = std::get_if<Ask>(&said.body)) state.drill = ask->drill;
  return state;
}

bool is_known(const State& state, const ActId& act) {
  auto holds = [&](const std::vector<Event>& half) {
    return std::ranges::find(half, act, &Event::act) != half.end();
  };
  return holds(state.opener) || holds(state.other);
}

std::vector<Event>& half(State& state, Side side) {
  return side == Side::opener ? state.opener : state.other;
}

// Computes what follows from the halves, then the clocks.
Facts settle(State& state, const Rules* rules, Instant recorded_at) {
  Facts facts = facts_of(state);
  state.phase = facts.phase;
  state.targets = facts.targets;
  if (rules) state.extension_ends = law_ends(rules->domestic, state);
  run_answer_clock(state, facts, rules, recorded_at);
  return facts;
}

Result<void> admits(const State& state, const Facts& facts, Side side, const Said& said) {
  Verb verb = verb_of(said.body);
  std::size_t count = side == Side::opener ? state.opener.size() : state.other.size();
  std::size_t most =
      limits::conversation_acts_max + (closes(verb) ? limits::conversation_closing_acts_max : 0);
  if (count >= most)
    return fail(Code::too_large, sentence(verb,
                                          "exceeds what one side may say in a conversation: "
                                          "withdraw, and open another"));
  Stance stance = said.by == Speaker::ours ? Stance::strict : Stance::crossing;
  if (is_open(verb, side, state.track, facts, stance)) return {};
  std::string who = side == Side::opener ? "whoever opened it" : "whoever was asked";
  return fail(Code::wrong_state,
              sentence(verb, "is not open to " + who + " in a conversation that is " +
                                 std::string(phase_name(state.phase))));
}

Result<Outcome> take(const State& before, const Facts& facts, const Said& said, const Rules& rules,
                     Instant now) {
  Judged judged{before, facts, said, rules};
  TRY_VOID(judge(judged));
  Outcome out{before, {}, {}};
  half(out.next, side_of(before.role, said.by)).push_back(event_of(said));
  settle(out.next, &rules, said.recorded_at);
  out.notices = tell(judged, out.next);
  out.timers = settle_timers(before.timers, out.next, now);
  return out;
}

}  // namespace

Result<Outcome> apply(const std::optional<State>& state, const Said& said, const Rules& rules,
                      Instant now) {
  Verb verb = verb_of(said.body);
  if (!state) {
    bool fresh = opens(verb) && to_text(said.conversation) == to_text(said.act);
    if (!fresh)
      return fail(Code::wrong_state,
                  sentence(verb, "belongs to no conversation that is known here"));
    State empty = opened_by(said, rules);
    return take(empty, facts_of(empty), said, rules, now);
  }
  if (is_known(*state, said.act)) return Outcome{*state, {}, {}};
  if (said.conversation != state->conversation || said.counterpart != state->counterpart)
    return fail(Code::bad_value, "belongs to another conversation");
  if (opens(verb))
    return fail(Code::wrong_state, sentence(verb, "opens a conversation and may only come first"));
  Facts facts = facts_of(*state);
  TRY_VOID(admits(*state, facts, side_of(state->role, said.by), said));
  return take(*state, facts, said, rules, now);
}

// ---- timers

namespace {

void tell_of_lapse(Outcome& out, Instant due, Instant now) {
  auto lapse = next_lapse(out.next);
  if (!lapse) return;
  // Late firings, after a jump of the clock or a restart: only the most pressing one speaks.
  for (const auto& [other, when] : out.next.timers)
    if (other.starts_with("lapse") && when > due && when <= now) return;
  auto left = std::chrono::ceil<Days>(*lapse - now).count();
  auto kept = std::ranges::count(out.next.targets, preserved, &TargetMark::status);
  bool asks = out.next.role == Role::requester;
  std::string remedy = asks ? "extend, give notice of the formal request, or release"
                            : "renew the domestic order, or say when it expires";
  out.notices.push_back(
      {"lapse_near", left <= lapse_warnings[2].count() ? Severity::alarm : Severity::warn,
       std::to_string(kept) + " preserved target(s): the first lapses in " + std::to_string(left) +
           " day(s), on " + to_text(date_of(*lapse)) + "; " + remedy});
}

void lapse(Outcome& out, Instant now) {
  std::size_t count = 0;
  for (const TargetMark& mark : out.next.targets) {
    bool known = std::ranges::find(out.next.lapsed, mark.target) != out.next.lapsed.end();
    if (mark.status != preserved || known || *mark.preserved_until > now) continue;
    out.next.lapsed.push_back(mark.target);
    ++count;
  }
  if (count == 0) return;
  out.notices.push_back({"lapsed", Severity::alarm,
                         "the term of " + std::to_string(count) +
                             " preserved target(s) has ended: the data may be gone"});
}

}  // namespace

Result<Outcome> on_timer(const State& state, std::string_view name, Instant now) {
  Outcome out{state, {}, {}};
  auto timer = state.timers.find(std::string(name));
  if (timer == state.timers.end() || timer->second > now) return out;
  Instant due = timer->second;
  out.next.timers.erase(timer->first);
  out.next.fired[timer->first] = due;

  if (name == "answer_due")
    out.notices.push_back({"answer_due", Severity::alarm,
                           "the time for an answer ended on " + to_text(date_of(due))});
  else if (name == "lapse")
    lapse(out, now);
  else
    tell_of_lapse(out, due, now);
  out.timers = settle_timers(state.timers, out.next, now);
  return out;
}

// ---- what is not said

namespace {

Result<void> happen(State& state, const ForwardedDomestically& event, Instant) {
  if (state.track != Track::request || state.role == Role::requester)
    return fail(Code::wrong_state, "only the requested side hands a request on at home");
  state.forwarded_to.push_back(event.authority_kind);
  return {};
}

Result<void> happen(State& state, const OrderRecorded& event, Instant now) {
  if (state.track != Track::request || state.role == Role::requester)
    return fail(Code::wrong_state, "only the requested side records an order of its State");
  if (event.decision != "granted" && event.decision != "limited" && event.decision != "refused")
    return fail(Code::bad_value, "a decision is granted, limited or refused", "/decision");
  state.orders.push_back({event.authority_kind, event.instrument, event.decision, now});
  return {};
}

Link* find_link(State& state, const ConversationId& conversation) {
  auto at = std::ranges::find(state.links, conversation, &Link::conversation);
  return at == state.links.end() ? nullptr : &*at;
}

Result<void> happen(State& state, const LinkOpened& event, Instant) {
  if (event.relation != "served_by" && event.relation != "serves")
    return fail(Code::bad_value, "a link is served_by or serves", "/relation");
  bool order = state.track == Track::order;
  bool fits = event.relation == "serves" ? order && state.role == Role::requester
                                         : !order && state.role == Role::requested;
  if (!fits)
    return fail(Code::wrong_state, "a domestic order serves a request that this node was asked");
  if (state.drill) return fail(Code::not_allowed, "a drill touches no custodian");
  if (!find_link(state, event.conversation))
    state.links.push_back({event.conversation, event.relation, {}});
  return {};
}

Result<void> happen(State& state, const LinkAnswered& event, Instant) {
  Link* link = find_link(state, event.conversation);
  if (!link || link->relation != "served_by")
    return fail(Code::not_found, "this request is served by no such order");
  link->marks = event.marks;
  return {};
}

Result<void> happen(State& state, const LinkMoved& event, Instant) {
  Link* link = find_link(state, event.from);
  if (!link) return fail(Code::not_found, "this request is served by no such order");
  link->conversation = event.to;
  return {};
}

Result<void> happen(State& state, const TakenBack& event, Instant) {
  auto& ours = half(state, side_of(state.role, Speaker::ours));
  auto at = std::ranges::find(ours, event.act, &Event::act);
  if (at == ours.end()) return fail(Code::not_found, "we said no such act in this conversation");
  if (opens(at->verb) && !state.other.empty())
    return fail(Code::wrong_state, "the opening act has been answered: it did arrive");
  ours.erase(at);
  return {};
}

// Whether the custodian has said something of a target that we had not heard; an acknowledgement
// says nothing of any.
bool answers_anew(const State& before, const LinkAnswered& event) {
  auto link = std::ranges::find(before.links, event.conversation, &Link::conversation);
  return std::ranges::any_of(event.marks, [&](const TargetMark& mark) {
    return mark.status != awaiting && std::ranges::find(link->marks, mark) == link->marks.end();
  });
}

void tell_of(const State& before, Outcome& out, const LocalEvent& event) {
  const auto* back = std::get_if<TakenBack>(&event);
  if (back && back->why != taken_back_to_reissue)
    out.notices.push_back({"taken_back", Severity::alarm,
                           "an act of ours took no effect over there (" + back->why +
                               "): say it anew or let it rest"});
  const auto* order = std::get_if<OrderRecorded>(&event);
  if (order && order->decision == "refused")
    out.notices.push_back(
        {"order_refused", Severity::warn, "the domestic authority refused: tell the requester"});
  const auto* link = std::get_if<LinkAnswered>(&event);
  if (link && answers_anew(before, *link))
    out.notices.push_back({"order_answered", Severity::warn,
                           "the custodian has answered the domestic order: answer the requester"});
}

}  // namespace

Result<Outcome> local(const State& state, const LocalEvent& event, Instant now) {
  if (is_closed(state.phase) && !std::holds_alternative<TakenBack>(event) &&
      !std::holds_alternative<LinkAnswered>(event) && !std::holds_alternative<LinkMoved>(event))
    return fail(Code::wrong_state,
                "this conversation is closed: " + std::string(phase_name(state.phase)));
  Outcome out{state, {}, {}};
  TRY_VOID(std::visit([&](const auto& what) { return happen(out.next, what, now); }, event));
  settle(out.next, nullptr, now);
  tell_of(state, out, event);
  out.timers = settle_timers(state.timers, out.next, now);
  return out;
}

// ---- questions

std::vector<Verb> allowed(const State& state, Speaker by) {
  Facts facts = facts_of(state);
  std::vector<Verb> open;
  for (Verb verb : all_verbs())
    if (is_open(verb, side_of(state.role, by), state.track, facts, Stance::strict))
      open.push_back(verb);
  return open;
}

namespace {

OnTheClock whose_turn(const State& state, std::optional<Instant> lapse) {
  Facts facts = facts_of(state);
  std::string other = state.track == Track::order ? "custodian" : "requested";
  bool paused = state.pause.has_value();
  if (facts.undecided(facts.warnings, Stance::strict) ||
      facts.undecided(facts.offers, Stance::strict) ||
      facts.undecided(facts.objections, Stance::strict))
    return {"requester", "decision", {}, paused};
  if (facts.any_open_query(Side::other)) return {"requester", "reply", {}, paused};
  if (facts.open_extend) return {other, "extension_answer", lapse, paused};
  if (facts.any(awaiting)) {
    bool handed_on = facts.forwarded || !state.forwarded_to.empty();
    bool decided = !state.orders.empty() || facts.answered;
    if (handed_on && !decided) return {"domestic_authority", "order", state.answer_due, paused};
    return {other, "answer", state.answer_due, paused};
  }
  if (facts.any_open_query(Side::opener)) return {other, "reply", {}, paused};
  if (facts.noticed) return {other, "formal_decision", lapse, paused};
  return {"requester", state.track == Track::order ? "extend_or_release" : "formal_request", lapse,
          paused};
}

}  // namespace

OnTheClock on_the_clock(const State& state) {
  if (is_closed(state.phase)) return {"nobody", "", {}, false};
  auto lapse = next_lapse(state);
  OnTheClock clock = whose_turn(state, lapse);
  clock.lapses = lapse;
  return clock;
}

}  // namespace comity::request
