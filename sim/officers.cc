#include "officers.h"

#include <algorithm>

#include "base/check.h"
#include "law/edition.h"
#include "member/pairing.h"
#include "node/conversations.h"
#include "node/pairing.h"
#include "request/serve.h"
#include "request/testing.h"

namespace comity::sim {
namespace {

using request::Verb;
using std::chrono::days;

json::Value must(const node::Turn& turn) {
  const auto& error = turn.replies[0].error;
  check(!error, error ? to_text(*error) : "");
  return turn.replies[0].body;
}

std::string text_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  return member && member->as_string() ? *member->as_string() : "";
}

std::optional<node::PairingRow> ceremony(Party& party, const std::string& invitation) {
  auto view = party.view();
  auto row = view ? (*view)->get(node::Space::pairing, invitation) : std::unexpected(view.error());
  if (!row || !*row) return std::nullopt;
  auto value = json::parse((*row)->value);
  auto read = value ? node::pairing_row_from_json(*value) : std::unexpected(value.error());
  return read ? std::optional(*read) : std::nullopt;
}

// What app::Deliverer does for pairings: carries what is pending, and the answer back.
bool carry(Party& from, Party& to, const std::string& invitation) {
  auto row = ceremony(from, invitation);
  if (!row || row->pending.empty()) return false;
  auto taken = to.turn({node::PairingArrived{from.pin(), row->pending}});
  check(!taken.replies[0].error, taken.replies[0].error ? to_text(*taken.replies[0].error) : "");
  must(from.turn(
      {node::PairingAnswered{invitation, to.pin(), row->pending, taken.replies[0].text}}));
  return true;
}

std::vector<std::string> awaiting_targets(const request::State& state,
                                          request::TargetStatus status) {
  std::vector<std::string> out;
  for (const auto& mark : state.targets)
    if (mark.status == status) out.push_back(mark.target);
  return out;
}

std::optional<ActId> last_of(const std::vector<request::Event>& half,
                             std::initializer_list<Verb> verbs) {
  for (auto at = half.rbegin(); at != half.rend(); ++at)
    if (std::ranges::find(verbs, at->verb) != verbs.end()) return at->act;
  return std::nullopt;
}

// What brings a conversation on, and at last to its end: the first of these that is open. None: the
// other side's turn.
std::optional<Verb> ahead_of(const std::vector<Verb>& open, request::Phase phase) {
  constexpr Verb ahead[] = {Verb::decide, Verb::reply,  Verb::extension_answer, Verb::comply,
                            Verb::answer, Verb::accept, Verb::acknowledge,      Verb::release};
  auto is_open = [&](Verb verb) { return std::ranges::find(open, verb) != open.end(); };
  if (phase == request::Phase::preserved && is_open(Verb::notice)) return Verb::notice;
  for (Verb verb : ahead)
    if (is_open(verb)) return verb;
  return std::nullopt;
}

std::vector<request::Target> targets_before(Instant date, std::size_t count) {
  std::vector<request::Target> out;
  for (std::size_t i = 1; i <= count; ++i) {
    out.push_back(request::testing::target(i));
    out.back().period.from = date - days{20};
    out.back().period.to = date - days{1};
  }
  return out;
}

}  // namespace

void Officers::pair(Party& a, Party& b) {
  json::Value invited = must(a.turn({node::CommandGiven{a.sign_command(
      Desk::admin, "member.invite",
      {{"nickname", b.profile().name}, {"endpoint", a.profile().name + ".example:7443"}})}}));
  std::string invitation = text_of(invited, "invitation");
  must(b.turn({node::CommandGiven{b.sign_command(
      Desk::admin, "member.accept",
      {{"nickname", a.profile().name}, {"invitation", text_of(invited, "text")}})}}));
  auto settle = [&] {
    while (carry(b, a, invitation) || carry(a, b, invitation)) {
    }
  };
  settle();
  auto words_at = [&](Party& party) {
    return member::words(ceremony(party, invitation)->ceremony);
  };
  auto words_a = words_at(a), words_b = words_at(b);
  check(words_a && words_b && *words_a == *words_b, "both desks read the same six words");
  for (Party* each : {&a, &b})
    must(each->turn({node::CommandGiven{each->sign_command(
        Desk::admin, "member.confirm", {{"invitation", invitation}, {"verdict", "match"}})}}));
  settle();
  for (auto [each, other] : {std::pair{&a, &b}, {&b, &a}})
    must(each->turn(
        {node::CommandGiven{each->sign_command(Desk::approver, "member.check",
                                               {{"member", to_hex(other->id())},
                                                {"measure", "preservation"},
                                                {"method", "call_back"},
                                                {"date", to_text(date_of(each->clock()))}})}}));
}

void Officers::act(Party& party) {
  if (!party.up()) return;
  if (party.profile().role == member::Role::poc && requests_ < requests_max &&
      stage_.dice.percent(30))
    return open_request(party);
  if (publications_left_ > 0 && party.profile().role == member::Role::poc &&
      stage_.dice.percent(10))
    return publish_law(party);
  if (stage_.dice.percent(3)) {
    new_key(party, stage_.dice.percent(70) ? member::Overlap::kept : member::Overlap::none);
    return;
  }
  for (unsigned times = drives_ ? 3 : 1; times > 0; --times) go_on(party);
}

void Officers::publish_law(Party& party) {
  --publications_left_;
  std::string file = law::jurisdiction_file(party.profile().jurisdiction);
  auto base = std::ranges::find(stage_.law->files, file, &law::SourceFile::name);
  check(base != stage_.law->files.end(), "the law of every player is in the folder");
  constexpr std::string_view key = "max_months = ";
  std::size_t at = base->text.find(key);
  check(at != std::string::npos, "every player punishes something");
  std::string text = base->text;
  bool broken = stage_.dice.percent(30);
  text.insert(at + key.size(), broken ? "many " : std::to_string(1 + stage_.dice.below(9)));
  Date from = date_of(party.clock()) + days{static_cast<int>(stage_.dice.below(3))};
  bool alone = stage_.dice.percent(15);
  std::string word =
      party.sign_approval(alone ? Desk::counsel : Desk::approver,
                          law::publication_subject(from, text), std::chrono::hours{1});
  party.give(Desk::counsel, "law.publish",
             {{"text", text}, {"from", to_text(from)}, {"approval", word}},
             [this, broken, alone](const Result<json::Value>& done) {
               if (done && broken) stage_.fault("a law that does not parse was published");
               if (done && alone) stage_.fault("one person alone published the law");
               ++stage_.counts[done ? "law published" : "law not published"];
               if (!done) stage_.trace("law not published: " + to_text(done.error()));
             });
}

void Officers::new_key(Party& party, member::Overlap overlap) {
  std::string card = party.up() ? party.next_card(overlap) : "";
  if (card.empty()) return;
  std::string what = overlap == member::Overlap::kept ? "rotated" : "revoked";
  party.give(Desk::admin, "member.card", {{"card", card}},
             [this, what](const Result<json::Value>& done) {
               ++stage_.counts["key " + std::string(done ? "" : "not ") + what];
             });
}

void Officers::open_request(Party& party) {
  std::vector<Party*> others;
  for (Party* other : parties_)
    if (other->profile().role == member::Role::poc &&
        other->profile().jurisdiction != party.profile().jurisdiction)
      others.push_back(other);
  if (others.empty()) return;
  Party& to = *stage_.dice.pick(others);
  ++requests_;
  request::Ask ask = request::testing::ask(1);
  ask.date = std::chrono::floor<std::chrono::seconds>(party.clock()) - std::chrono::seconds{2};
  ask.targets = targets_before(ask.date, 1 + stage_.dice.below(3));
  ask.reference = party.profile().name + "-" + std::to_string(requests_);
  ask.requesting_authority.country = party.profile().jurisdiction;
  ask.custodian.country = to.profile().jurisdiction;
  if (stage_.dice.percent(10))
    ask.custodian.country = "CN";  // the data lie elsewhere: the law says no
  if (stage_.dice.percent(10)) ask.intent_to_request_mla = false;
  say(party, {.to = to.id(),
              .body = ask,
              .refs = {},
              .provision = "ets185-29",
              .link = "",
              .lane = stage_.dice.percent(50) ? "urgent" : "normal",
              .second_person = true});
}

void Officers::go_on(Party& party) {
  auto view = party.view();
  if (!view) return;
  node::Overlay rows(**view);
  std::vector<std::string> ids;
  auto read =
      rows.scan(node::Space::conversation, "",
                [&](const std::string& key, const json::Value&) -> Result<node::Overlay::Walk> {
                  ids.push_back(key);
                  return node::Overlay::Walk::on;
                });
  if (!read || ids.empty()) return;
  auto conversation = node::load_conversation(rows, stage_.dice.pick(ids));
  if (!conversation || !*conversation) return;
  const request::State& state = (*conversation)->state;
  view->reset();

  if (request::is_closed(state.phase) && stage_.dice.percent(25))
    return erase(party, to_text(state.conversation));
  if (state.role == request::Role::requested && !request::is_closed(state.phase) &&
      stage_.dice.percent(30)) {
    if (stage_.dice.percent(50)) return order(party, **conversation);
    party.give(Desk::author, "request.note",
               {{"conversation", to_text(state.conversation)},
                {"event", "order_recorded"},
                {"authority_kind", "court"},
                {"instrument", to_hex(crypto::sha256(as_bytes("an order on paper")))},
                {"decision", "granted"}},
               [this](const Result<json::Value>& done) {
                 ++stage_.counts[done ? "order recorded" : "order not recorded"];
               });
    return;
  }
  auto open = request::allowed(state);
  if (open.empty()) return;
  // Now and then a verb that is not open, which the node must refuse.
  auto next = drives_ ? ahead_of(open, state.phase) : std::optional(stage_.dice.pick(open));
  if (!next) return;
  Verb verb =
      stage_.dice.percent(3) ? static_cast<Verb>(stage_.dice.below(request::verb_count)) : *next;
  bool closes = verb == Verb::refuse || verb == Verb::withdraw || verb == Verb::release ||
                verb == Verb::expire;
  if (closes && stage_.dice.percent(drives_ ? 10 : 70)) return;
  auto body = words(party, state, verb);
  if (!body) return;
  say(party, {.to = state.counterpart,
              .body = *body,
              .refs = {json::Object{{"rel", "conversation"}, {"act", to_text(state.conversation)}}},
              .provision = "",
              .link = "",
              .lane = stage_.dice.percent(20) ? "bulk" : "normal",
              .second_person = request::permit_kind(verb) != request::PermitKind::procedural});
}

// One asks, another confirms, now and then the same one, which the node must refuse.
void Officers::erase(Party& party, const std::string& conversation) {
  bool alone = stage_.dice.percent(20);
  party.give(Desk::author, "request.erase",
             {{"conversation", conversation}, {"reason", "its retention has ended"}},
             [this, &party, conversation, alone](const Result<json::Value>& asked) {
               if (!asked) return static_cast<void>(++stage_.counts["erasure not asked"]);
               party.give(alone ? Desk::author : Desk::approver, "request.erase_confirm",
                          {{"conversation", conversation},
                           {"asked", *asked->find("position")},
                           {"reason", "agreed"}},
                          [this, alone](const Result<json::Value>& done) {
                            if (done && alone) stage_.fault("one officer erased alone");
                            ++stage_.counts[done ? "erased" : "not erased"];
                          });
             });
}

request::Body Officers::answer_of(const request::State& state, Instant now, bool comply) {
  std::vector<request::TargetAnswer> targets;
  for (const auto& mark : state.targets) {
    if (mark.status != request::TargetStatus::awaiting || stage_.dice.percent(20)) continue;
    request::TargetAnswer answer;
    if (stage_.dice.percent(70)) {
      answer = request::testing::preserved(mark.target);
      answer.preserved_at = std::chrono::floor<std::chrono::seconds>(now) - std::chrono::seconds{5};
      answer.preserved_until = *answer.preserved_at + days{90};
    } else {
      answer = request::testing::not_held(mark.target);
    }
    targets.push_back(std::move(answer));
  }
  if (comply) return request::Comply{"C-1", targets};
  return request::Answer{"A-1", targets};
}

std::optional<request::Body> Officers::words(const Party& party, const request::State& state,
                                             Verb verb) {
  Instant now = std::chrono::floor<std::chrono::seconds>(party.clock());
  bool opener = state.role == request::Role::requester;
  const auto& theirs = opener ? state.other : state.opener;
  auto kept = awaiting_targets(state, request::TargetStatus::preserved);
  switch (verb) {
    case Verb::acknowledge:
      return request::Acknowledge{"R-9", "received"};
    case Verb::query:
      return request::Query{"scope", "Which of them first?", stage_.dice.percent(50)};
    case Verb::reply: {
      auto on = last_of(theirs, {Verb::query});
      return on ? std::optional<request::Body>(request::Reply{*on, "The first."}) : std::nullopt;
    }
    case Verb::accept:
      return request::Accept{"our law", ""};
    case Verb::forward:
      return request::Forward{request::testing::authority(), ""};
    case Verb::refuse:
      return request::Refuse{{request::testing::ground()}, std::nullopt};
    case Verb::counter_offer:
      return request::CounterOffer{request::testing::narrow(
          {"t1"}, stage_.dice.percent(50) ? std::vector<std::string>{"subscriber"}
                                          : std::vector<std::string>{})};
    case Verb::warn:
      return request::Warn{{"will_not_secure"}, "Deleted within the hour."};
    case Verb::decide: {
      auto on = last_of(theirs, {Verb::warn, Verb::counter_offer, Verb::objection});
      if (!on) return std::nullopt;
      auto what = std::ranges::find(theirs, *on, &request::Event::act)->verb;
      bool first = stage_.dice.percent(70);
      std::string choice = what == Verb::warn            ? (first ? "proceed" : "do_not_execute")
                           : what == Verb::counter_offer ? (first ? "take_up" : "decline")
                                                         : (first ? "maintain" : "lift");
      return request::Decide{*on, choice, {}, ""};
    }
    case Verb::answer:
    case Verb::comply: {
      auto body = answer_of(state, now, verb == Verb::comply);
      bool empty = std::visit(
          [](const auto& said) {
            if constexpr (requires { said.targets[0].status; })
              return said.targets.empty();
            else
              return false;
          },
          body);
      return empty ? std::nullopt : std::optional(body);
    }
    case Verb::notice:
      return request::Notice{"MLA-1", "central_authority", now - days{1}};
    case Verb::extend:
      return request::Extend{
          {}, now + days{100 + static_cast<int>(stage_.dice.below(60))}, "more time", {}};
    case Verb::extension_answer: {
      auto on = last_of(theirs, {Verb::extend});
      if (!on) return std::nullopt;
      const auto& extend = *std::ranges::find(theirs, *on, &request::Event::act);
      return request::ExtensionAnswer{*on, "granted", extend.until, {}, ""};
    }
    case Verb::withdraw:
      return request::Withdraw{"closed here"};
    case Verb::release:
      return request::Release{{}, "no longer needed"};
    case Verb::expire:
      return request::Expire{{},
                             stage_.dice.percent(20)   ? "law_ended"
                             : stage_.dice.percent(50) ? "term_ended"
                                                       : "follow_up_decided"};
    case Verb::objection:
      return request::Objection{"overbroad", "Too wide.", {}};
    case Verb::ask:
    case Verb::order:
      break;
  }
  return std::nullopt;
}

std::vector<request::Target> Officers::asked_in(Party& party, const node::Conversation& served) {
  auto view = party.view();
  auto bytes = view ? node::load_bytes(**view, served.opened) : std::unexpected(view.error());
  auto envelope = bytes ? act::parse_envelope(*bytes) : std::unexpected(bytes.error());
  auto act = envelope ? act::parse_act(envelope->payload) : std::unexpected(envelope.error());
  auto body = act ? request::body_from_json(act->body) : std::unexpected(act.error());
  if (!body || !std::holds_alternative<request::Ask>(*body)) return {};
  return request::still_asked(std::get<request::Ask>(*body), served.state, {});
}

void Officers::order(Party& party, const node::Conversation& served) {
  std::vector<Party*> providers;
  for (Party* other : parties_)
    if (other->profile().role == member::Role::provider &&
        other->profile().jurisdiction == party.profile().jurisdiction)
      providers.push_back(other);
  // Now and then who may not be ordered, which the node must refuse: the audit looks at who was.
  if (stage_.dice.percent(10))
    for (Party* other : parties_)
      if (other != &party) providers.push_back(other);
  if (providers.empty()) return;
  request::Order order = request::testing::order(1);
  order.date = std::chrono::floor<std::chrono::seconds>(party.clock()) - std::chrono::seconds{2};
  order.targets = asked_in(party, served);
  if (order.targets.empty()) return;
  order.preserve_until = order.date + days{150};
  order.secrecy = request::Secrecy{"our law", order.date + days{150}};
  say(party, {.to = stage_.dice.pick(providers)->id(),
              .body = order,
              .refs = {},
              .provision = "",
              .link = to_text(served.state.conversation),
              .second_person = true});
}

void Officers::say(Party& party, const Saying& saying) {
  std::string verb(request::verb_name(request::verb_of(saying.body)));
  json::Object args{{"to", to_hex(saying.to)},
                    {"lane", saying.lane},
                    {"refs", saying.refs},
                    {"body", request::to_json(saying.body)}};
  if (!saying.provision.empty()) args["provision"] = saying.provision;
  if (!saying.link.empty()) args["link"] = saying.link;
  // Who forgets that a second person is needed is told.
  bool forgets = saying.second_person && stage_.dice.percent(5);
  if (!saying.second_person || forgets) {
    party.give(Desk::author, "request.say", args,
               [this, verb, forgets](const Result<json::Value>& done) {
                 if (forgets && done) stage_.fault("what needs a second person was said by one");
                 ++stage_.counts[(done ? "said " : "not said ") + verb];
                 if (!done) stage_.trace(verb + " refused: " + to_text(done.error()));
               });
    return;
  }
  party.give(Desk::author, "request.draft", args,
             [this, &party, verb](const Result<json::Value>& draft) {
               ++stage_.counts[(draft ? "drafted " : "not drafted ") + verb];
               if (!draft) return stage_.trace(verb + " not drafted: " + to_text(draft.error()));
               approve_and_send(party, *draft);
             });
}

void Officers::approve_and_send(Party& party, const json::Value& draft) {
  std::string id = text_of(draft, "draft");
  auto subject = hash_from_hex(text_of(draft, "subject"));
  check(subject.has_value(), "a draft has its subject");
  // Two drafts may say the same: what was approved is what they say, and it is good once.
  auto what = std::pair(party.index(), *subject);
  auto send = [this, &party, id, what](bool may) {
    party.give(Desk::author, "request.send", {{"draft", id}},
               [this, may, what](const Result<json::Value>& done) {
                 if (done && approved_.erase(what) == 0 && !may)
                   stage_.fault("a draft that nobody else approved was sent");
                 ++stage_.counts[done ? "sent" : "not sent"];
                 if (!done) stage_.trace("not sent: " + to_text(done.error()));
               });
  };
  stage_.after(thinks(), [this, &party, id, subject = *subject, send, what] {
    // Without approval, or with the author's own: the node must refuse.
    if (stage_.dice.percent(5)) return send(false);
    Desk who = stage_.dice.percent(8)    ? Desk::author
               : stage_.dice.percent(50) ? Desk::approver
                                         : Desk::counsel;
    bool own = who == Desk::author;
    Millis good_for = stage_.dice.percent(10) ? Millis{10'000} : Millis{std::chrono::hours{24}};
    if (who == Desk::counsel) who = Desk::approver;
    party.give(who, "request.approve",
               {{"draft", id},
                {"approval", party.sign_approval(who, subject, good_for)},
                {"acknowledge_unconfirmed", true}},
               [this, own, send, what](const Result<json::Value>& done) {
                 if (done) approved_.insert(what);
                 if (own && done) stage_.fault("an author approved a draft of its own");
                 ++stage_.counts[done ? "approved" : "not approved"];
                 if (!done && !own) stage_.trace("not approved: " + to_text(done.error()));
                 stage_.after(thinks(), [send, ok = done.has_value()] { send(ok); });
               });
  });
}

}  // namespace comity::sim
