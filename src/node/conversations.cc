#include "node/conversations.h"

#include <algorithm>

#include "json/reader.h"
#include "node/orders.h"
#include "node/rows.h"
#include "request/legal.h"
#include "request/serve.h"

namespace comity::node {
namespace {

constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;

json::Value to_json(const Conversation& conversation) {
  json::Object out{{"state", request::to_json(conversation.state)},
                   {"provision", conversation.provision},
                   {"from", conversation.from},
                   {"to", conversation.to},
                   {"offence", conversation.offence},
                   {"on", to_text(conversation.on)},
                   {"opened", conversation.opened}};
  if (!conversation.trail.empty())
    out["trail"] = json::Array(conversation.trail.begin(), conversation.trail.end());
  return out;
}

Result<Conversation> conversation_from_json(json::Value value) {
  Conversation conversation;
  json::Reader in(std::move(value));
  TRY(conversation.state, request::state_from_json(in.any("state")));
  conversation.provision = in.text("provision");
  conversation.from = in.text("from");
  conversation.to = in.text("to");
  conversation.offence = in.text("offence");
  if (auto on = date_from_text(in.text("on"))) conversation.on = *on;
  conversation.opened = static_cast<std::uint64_t>(in.integer("opened", 0, number_max));
  conversation.trail = in.texts_or_none("trail", limits::conversation_acts_max);
  TRY_VOID(in.finish());
  return conversation;
}

// A request of ours opens under law that we know. What came in, or was opened under an earlier
// corpus, goes on with what is known of it: nobody's act is refused because our books are thin.
enum class Opens { ours, no };

Result<request::Rules> rules_for(const law::Corpus& corpus, const Conversation& about,
                                 Opens opens) {
  TRY(law::Country from, law::country_from_text(about.from));
  TRY(law::Country to, law::country_from_text(about.to));
  if (about.provision.empty()) return request::rules_for_order(corpus, to, about.on);
  if (opens == Opens::no && (!corpus.provision(about.provision) || !corpus.offence(about.offence)))
    return request::rules_of_unknown(corpus, about.provision, to, about.on);
  return request::rules_from(corpus, {.provision = about.provision,
                                      .from = from,
                                      .to = to,
                                      .offence = about.offence,
                                      .on = about.on});
}

Result<std::string> jurisdiction_of(Work& work, const MemberId& partner) {
  TRY(PartnerPtr known, know_partner(work.rows, partner));
  return known->card.jurisdiction;
}

Result<void> refuse_erased(Overlay& rows, const std::string& id) {
  TRY(auto row, rows.get(Space::conversation, id));
  if (!row) return {};
  return fail(Code::wrong_state, "this conversation was closed and has been erased here");
}

// A key was revoked, and what it had signed was said anew.
Result<void> refuse_moved(Overlay& rows, const std::string& id) {
  TRY(std::string moved, moved_to(rows, id));
  if (moved.empty()) return {};
  return fail(Code::wrong_state, "this conversation goes on as " + moved + ": draft it anew there");
}

// The parts of a conversation that its opening act settles.
Result<Conversation> open_conversation(Work& work, const act::Act& act, const Spoken& spoken,
                                       const request::Body& body) {
  request::Verb verb = request::verb_of(body);
  if (verb != request::Verb::ask && verb != request::Verb::order)
    return fail(Code::wrong_state, "no conversation is opened by " +
                                       std::string(request::verb_name(verb)) +
                                       ", and the one that it belongs to is not known here");
  TRY(std::string theirs, jurisdiction_of(work, spoken.partner));
  bool ours = spoken.by == request::Speaker::ours;
  Conversation opened{.state = {},
                      .provision = act.route ? act.route->provision : "",
                      .from = ours ? work.context.jurisdiction : theirs,
                      .to = ours ? theirs : work.context.jurisdiction,
                      .offence = "",
                      .on = date_of(work.now),
                      .opened = spoken.position,
                      .trail = {}};
  if (const auto* ask = std::get_if<request::Ask>(&body)) opened.offence = ask->offence.code;
  return opened;
}

Result<void> take_outcome(Work& work, const std::string& id, Conversation conversation,
                          request::Outcome outcome) {
  conversation.state = std::move(outcome.next);
  work.rows.put(Space::conversation, id, to_json(conversation));
  for (const request::TimerChange& change : outcome.timers) {
    if (change.was) work.rows.erase(Space::timer, timer_key(*change.was, id, change.name));
    if (change.due)
      work.rows.put(Space::timer, timer_key(*change.due, id, change.name), json::Object{});
  }
  for (const request::PersonNotice& notice : outcome.notices) {
    if (notice.severity == request::Severity::info) continue;
    TRY_VOID(work.raise(
        {notice.code, std::string(request::severity_name(notice.severity)), id, notice.text}));
  }
  return {};
}

// What the custodian of a linked order has done is told to the request that the order serves,
// unless that was erased.
Result<void> tell_linked(Work& work, const Conversation& order) {
  for (const request::Link& link : order.state.links) {
    if (link.relation != "serves") continue;
    TRY(auto served, load_conversation(work.rows, to_text(link.conversation)));
    if (!served) continue;
    TRY_VOID(apply_local(work, to_text(link.conversation),
                         request::LinkAnswered{order.state.conversation, order.state.targets}));
  }
  return {};
}

Result<request::Body> body_at(Work& work, std::uint64_t position) {
  TRY(std::string bytes, load_bytes(work.rows.below(), position));
  TRY(auto envelope, act::parse_envelope(bytes));
  TRY(act::Act act, act::parse_act(envelope.payload));
  return request::body_from_json(act.body);
}

Result<request::Body> opening_body(Work& work, const Conversation& conversation) {
  return body_at(work, conversation.opened);
}

// Offers of ours that the requester has taken up.
Result<std::vector<request::Offer>> offers_taken_up(Work& work, const request::State& state) {
  std::vector<request::Offer> offers;
  for (const request::Event& event : state.opener) {
    if (event.verb != request::Verb::decide || event.word != "take_up" || !event.on) continue;
    TRY(auto held, work.rows.get(Space::act, act_key(work.context.self, *event.on)));
    if (!held) continue;
    TRY(ActRow row, act_row_from_json(*held));
    TRY(request::Body body, body_at(work, row.position));
    if (const auto* said = std::get_if<request::CounterOffer>(&body)) offers.push_back(said->offer);
  }
  return offers;
}

struct Parties {
  member::Role requester, requested;
};

Result<Parties> parties_of(Work& work, const MemberId& partner, request::Role ours) {
  TRY(PartnerPtr known, know_partner(work.rows, partner));
  TRY(member::Role own, member::role_from_name(work.context.role));
  if (ours == request::Role::requester) return Parties{own, known->card.role};
  return Parties{known->card.role, own};
}

// Why an order in this conversation binds nobody; `ours`: our role in it.
Result<std::string> bar_to(Work& work, const MemberId& partner, request::Role ours,
                           const Conversation& about) {
  TRY(Parties parties, parties_of(work, partner, ours));
  return bar_to_order({.role = parties.requester, .jurisdiction = about.from},
                      {.role = parties.requested, .jurisdiction = about.to});
}

// What the form states no fact may gainsay: the law would be asked about another request than the
// one that is sent. That the data are where the holder sits is our assumption, and yields.
Result<void> add_fact(const law::Corpus& corpus, const law::Fact& fact, law::Question& question) {
  for (law::Fact& stated : question.facts) {
    if (stated.id != fact.id) continue;
    const std::string& code = corpus.word(fact.id).code;
    if (code == "data_location") stated.value = fact.value;
    if (stated.value == fact.value) return {};
    return fail(Code::bad_value,
                "the request itself says otherwise of " + code + ": mend the form, or leave it out",
                "/facts/" + code);
  }
  if (!question.facts.push(fact)) return fail(Code::too_large, "too many facts");
  return {};
}

Result<law::Question> question_for(Work& work, const request::Ask& ask, const Conversation& about,
                                   const Parties& parties,
                                   const std::vector<std::pair<std::string, std::string>>& facts) {
  TRY(law::Country from, law::country_from_text(about.from));
  TRY(law::Country to, law::country_from_text(about.to));
  TRY(law::Question question,
      request::law_question(work.context.corpus, ask, from, to,
                            {.from = std::string(member::law_role(parties.requester)),
                             .to = std::string(member::law_role(parties.requested))},
                            date_of(work.now)));
  if (facts.empty()) return question;
  law::QuestionText extra{.from = about.from,
                          .to = about.to,
                          .measure = ask.measure,
                          .offence = ask.offence.code,
                          .on = to_text(date_of(work.now)),
                          .conduct = "",
                          .data = "",
                          .from_role = "",
                          .to_role = "",
                          .facts = facts};
  TRY(law::Question given, law::ask(work.context.corpus, extra));
  for (const law::Fact& fact : given.facts) TRY_VOID(add_fact(work.context.corpus, fact, question));
  return question;
}

}  // namespace

Result<std::optional<Conversation>> load_conversation(Overlay& rows, const std::string& id) {
  TRY(auto row, rows.get(Space::conversation, id));
  if (!row || row->find("erased") || row->find("moved")) return std::nullopt;
  TRY(Conversation conversation, conversation_from_json(*std::move(row)));
  return conversation;
}

Result<std::string> moved_to(Overlay& rows, const std::string& id) {
  TRY(auto row, rows.get(Space::conversation, id));
  const json::Value* moved = row ? row->find("moved") : nullptr;
  return moved && moved->as_string() ? *moved->as_string() : std::string();
}

Result<bool> join_trail(Work& work, const std::string& conversation, const std::string& trail) {
  if (trail.empty() || trail == conversation) return false;
  TRY(auto known, load_conversation(work.rows, conversation));
  if (!known || std::ranges::find(known->trail, trail) != known->trail.end()) return false;
  known->trail.push_back(trail);
  work.rows.put(Space::conversation, conversation, to_json(*known));
  return true;
}

namespace {

// An order from abroad, of who may not order, or to who is no custodian: it opens nothing.
Result<void> refuse_incompetent(Work& work, const Conversation& about, const Spoken& spoken,
                                const request::Body& body) {
  if (request::verb_of(body) != request::Verb::order) return {};
  bool ours = spoken.by == request::Speaker::ours;
  TRY(std::string bar, bar_to(work, spoken.partner,
                              ours ? request::Role::requester : request::Role::custodian, about));
  if (!bar.empty()) return fail(Code::not_allowed, std::move(bar));
  return {};
}

// What an act would make of its conversation, new or known.
struct Foreseen {
  std::string id;
  Conversation conversation;  // before it
  bool opens = false;
  request::Outcome outcome;
};

Result<Foreseen> foresee(Work& work, const act::Act& act, request::Body body,
                         const Spoken& spoken) {
  Foreseen out{.id = to_text(act::conversation_of(act)), .conversation = {}, .outcome = {}};
  TRY(auto known, load_conversation(work.rows, out.id));
  out.opens = !known;
  std::optional<request::State> before;
  if (known) {
    out.conversation = *std::move(known);
    before = out.conversation.state;
    if (before->counterpart != spoken.partner)
      return fail(Code::not_allowed, "this conversation is with another member");
  } else {
    TRY_VOID(refuse_erased(work.rows, out.id));
    TRY(out.conversation, open_conversation(work, act, spoken, body));
    TRY_VOID(refuse_incompetent(work, out.conversation, spoken, body));
  }
  bool opening = out.opens && spoken.by == request::Speaker::ours;
  TRY(request::Rules rules,
      rules_for(work.context.corpus, out.conversation, opening ? Opens::ours : Opens::no));
  request::Said said{.by = spoken.by,
                     .act = act.id,
                     .conversation = act::conversation_of(act),
                     .counterpart = spoken.partner,
                     .body = std::move(body),
                     .recorded_at = work.now,
                     .approvals = spoken.approvals};
  TRY(out.outcome, request::apply(before, said, rules, work.now));
  return out;
}

}  // namespace

Result<request::Phase> apply_request(Work& work, const act::Act& act, request::Body body,
                                     const Spoken& spoken) {
  TRY(Foreseen after, foresee(work, act, std::move(body), spoken));
  Conversation& conversation = after.conversation;
  if (after.opens && !work.trail.empty() && work.trail != after.id) {
    conversation.trail.push_back(work.trail);
    work.opened = after.id;
  }
  conversation.state = after.outcome.next;
  TRY_VOID(take_outcome(work, after.id, conversation, std::move(after.outcome)));
  TRY_VOID(tell_linked(work, conversation));
  return conversation.state.phase;
}

Result<std::vector<request::PersonNotice>> try_request(Work& work, const Proposal& proposal) {
  Spoken spoken{.by = request::Speaker::ours,
                .partner = proposal.act.to,
                .position = 0,
                .approvals = proposal.named};
  spoken.approvals.push_back("approver");
  TRY(Foreseen after, foresee(work, proposal.act, *proposal.body, spoken));
  std::erase_if(after.outcome.notices, [](const request::PersonNotice& each) {
    return each.severity == request::Severity::info;
  });
  return std::move(after.outcome.notices);
}

Result<void> apply_local(Work& work, const std::string& conversation,
                         const request::LocalEvent& event) {
  TRY_VOID(refuse_moved(work.rows, conversation));
  TRY(auto known, load_conversation(work.rows, conversation));
  if (!known) return fail(Code::not_found, "no such conversation here");
  TRY(request::Outcome outcome, request::local(known->state, event, work.now));
  return take_outcome(work, conversation, *known, std::move(outcome));
}

Result<void> check_link(Work& work, const std::string& served, const request::Body& body) {
  if (served.empty()) return {};
  const auto* order = std::get_if<request::Order>(&body);
  if (!order) return fail(Code::bad_value, "only an order serves a request", "/link");
  TRY_VOID(refuse_moved(work.rows, served));
  TRY(auto known, load_conversation(work.rows, served));
  if (!known) return fail(Code::not_found, "no such conversation here", "/link");
  const request::State& state = known->state;
  if (state.track != request::Track::request || state.role != request::Role::requested)
    return fail(Code::wrong_state, "a domestic order serves a request that this node was asked",
                "/link");
  TRY(request::Body opening, opening_body(work, *known));
  TRY(auto offers, offers_taken_up(work, state));
  return request::check_serves(
      *order, request::still_asked(std::get<request::Ask>(opening), state, offers));
}

Result<void> fire_timer(Work& work, const std::string& conversation, const std::string& name) {
  TRY(auto known, load_conversation(work.rows, conversation));
  if (!known) return {};
  TRY(request::Outcome outcome, request::on_timer(known->state, name, work.now));
  return take_outcome(work, conversation, *known, std::move(outcome));
}

Result<void> take_back(Work& work, const std::string& conversation, const ActId& act,
                       std::string why) {
  TRY(auto known, load_conversation(work.rows, conversation));
  if (!known) return {};
  return apply_local(work, conversation, request::TakenBack{act, std::move(why)});
}

namespace {

Result<void> name_articles(Work& work, act::Act& act) {
  TRY(auto known, load_conversation(work.rows, to_text(act::conversation_of(act))));
  if (!known || known->provision.empty()) return {};
  TRY(request::Rules rules, rules_for(work.context.corpus, *known, Opens::no));
  request::name_articles(rules, act.body);
  return {};
}

}  // namespace

Result<Proposal> propose_request(Work& work, act::Act act, const OfficerId& author,
                                 const std::vector<std::pair<std::string, std::string>>& facts) {
  TRY_VOID(refuse_moved(work.rows, to_text(act::conversation_of(act))));
  TRY_VOID(name_articles(work, act));
  TRY(request::Body read, request::body_from_json(act.body));
  request::PermitKind kind = request::permit_kind(request::verb_of(read));
  Proposal proposal{.act = std::move(act),
                    .body = std::move(read),
                    .kind = kind,
                    .author = author,
                    .question = {},
                    .measure = "",
                    .named = {},
                    .domestic_basis = "",
                    .override_ = {},
                    .may_be_alone = false,
                    .alone = {}};
  if (proposal.kind == PermitKind::procedural) return proposal;

  TRY(auto known, load_conversation(work.rows, to_text(act::conversation_of(proposal.act))));
  Conversation about;
  std::optional<request::Body> opening;
  if (known) {
    about = *known;
    if (proposal.act.refs.empty()) return fail(Code::bad_value, "refer to the conversation");
    TRY(opening, opening_body(work, about));
  } else {
    TRY(about, open_conversation(work, proposal.act,
                                 {.by = request::Speaker::ours,
                                  .partner = proposal.act.to,
                                  .position = 0,
                                  .approvals = {}},
                                 *proposal.body));
  }
  const request::Body& body = opening ? *opening : *proposal.body;
  TRY(request::Rules rules, rules_for(work.context.corpus, about, known ? Opens::no : Opens::ours));
  request::Role role = known ? known->state.role : request::Role::requester;
  // A provision names approvals of the asking side; who answers is bound by its own law.
  if (role == request::Role::requester) proposal.named = rules.approvals;
  std::erase(proposal.named, "none");
  if (const auto* ask = std::get_if<request::Ask>(&body)) {
    proposal.measure = ask->measure;
    proposal.may_be_alone = !known;
    TRY(Parties parties, parties_of(work, proposal.act.to, role));
    TRY(proposal.question, question_for(work, *ask, about, parties, facts));
    if (!proposal.act.route || known)
      proposal.act.route = act::Route{work.context.corpus.hash(), about.provision, {}};
  } else {
    TRY(std::string bar, bar_to(work, proposal.act.to, role, about));
    if (!bar.empty()) return fail(Code::no_permit, std::move(bar));
    TRY(law::Country own, law::country_from_text(about.to));
    Date today = date_of(work.now);
    const law::PreservationLaw* power = law::preservation_law(work.context.corpus, own, today);
    if (power && law::preservation_in_force(work.context.corpus, own, today))
      proposal.domestic_basis = power->cite;
    if (role != request::Role::requester) proposal.measure = std::get<request::Order>(body).measure;
  }
  return proposal;
}

namespace {

// What this node's law cannot judge is said to be unknown, and goes to the desk.
json::Object no_verdict(const law::Corpus& corpus, std::string why) {
  return {{"corpus", to_hex(corpus.hash())},
          {"decision", law::name_of(law::Outcome::no_data)},
          {"state", json::Value()},
          {"confidence", law::name_of(law::Confidence::unconfirmed)},
          {"reasons", std::move(why)}};
}

json::Object order_verdict(const law::Corpus& corpus, law::State state, law::Confidence confidence,
                           std::string why) {
  return {{"corpus", to_hex(corpus.hash())},
          {"decision", law::name_of(state)},
          {"state", law::name_of(state)},
          {"confidence", law::name_of(confidence)},
          {"reasons", std::move(why)}};
}

// Of an order that came in: whether its issuer is competent, and the power of our own law on which
// it may rest.
Result<json::Object> verdict_on_order(Work& work, const MemberId& issuer,
                                      const Conversation& about) {
  const law::Corpus& corpus = work.context.corpus;
  TRY(std::string bar, bar_to(work, issuer, request::Role::custodian, about));
  if (!bar.empty())
    return order_verdict(corpus, law::State::blocked, law::Confidence::confirmed, std::move(bar));
  TRY(law::Country own, law::country_from_text(about.to));
  const law::PreservationLaw* power = law::preservation_law(corpus, own, date_of(work.now));
  if (!power) return no_verdict(corpus, "nobody has researched how this State has data preserved");
  if (!law::preservation_in_force(corpus, own, date_of(work.now)))
    return order_verdict(corpus, law::State::blocked, power->confidence,
                         "no power to preserve is in force: " + power->cite);
  return order_verdict(corpus, law::State::open, power->confidence, power->cite);
}

}  // namespace

json::Object inbound_verdict(Work& work, const act::Act& act, const Result<request::Body>& body,
                             const Partner& sender) {
  auto judge = [&]() -> Result<json::Object> {
    if (!body) return std::unexpected(body.error());
    const auto* ask = std::get_if<request::Ask>(&*body);
    bool order = std::holds_alternative<request::Order>(*body);
    if (!ask && !order) return json::Object{};
    TRY(Conversation about,
        open_conversation(
            work, act,
            {.by = request::Speaker::theirs, .partner = act.from, .position = 0, .approvals = {}},
            *body));
    if (order) return verdict_on_order(work, act.from, about);
    TRY(Parties parties, parties_of(work, act.from, request::Role::requested));
    TRY(law::Question question, question_for(work, *ask, about, parties, {}));
    TRY(Verdict verdict, verdict_on(work.context.corpus, question, about.provision));
    json::Object out = to_json(verdict, work.context.corpus);
    out["mandate_checked"] =
        member::mandate_checked(sender.member, sender.card, ask->measure).has_value();
    return out;
  };
  auto verdict = judge();
  if (verdict) return *std::move(verdict);
  return no_verdict(work.context.corpus, std::move(verdict.error().what));
}

}  // namespace comity::node
