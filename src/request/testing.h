#pragma once
// Bodies, rules and pairs of nodes for this room's tests. Parties are invented.
#include <map>
#include <string>
#include <vector>

#include "base/check.h"
#include "crypto/hash.h"
#include "request/machine.h"

namespace comity::request::testing {

inline Instant time_of(std::string_view text) {
  auto at = instant_from_text(text);
  check(at.has_value(), "a time in a test");
  return *at;
}
inline const Instant start = time_of("2026-11-21T12:00:00Z");

inline ActId act_id(std::uint64_t number) {
  ActId id;
  for (std::size_t i = 0; i < 8; ++i)
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i) & 0xff);
  id.bytes[6] = 0x70;
  id.bytes[8] = 0x80;
  return id;
}

inline MemberId member(std::uint8_t number) {
  MemberId id;
  id.bytes.fill(number);
  return id;
}

inline Authority authority() {
  return {"Cyber Desk of Examplia", "US", "poc_24_7", "24/7", "America/New_York", "telephone"};
}
inline Callback callback() {
  return {"duty officer", "+1 555 0100", {"en"}};
}

inline Target target(std::size_t number) {
  return {"t" + std::to_string(number),
          "email_address",
          "someone" + std::to_string(number) + "@mail.example",
          "Example Mail",
          {"subscriber", "traffic"},
          {time_of("2026-11-01T00:00:00Z"), time_of("2026-11-20T00:00:00Z"), "Asia/Manila"}};
}

inline Ask ask(std::size_t targets = 2) {
  Ask out;
  out.date = start;
  out.reference = "EX-2026-17";
  out.requested_authority = "Contact point of Islandia";
  out.requesting_authority = authority();
  out.callback = callback();
  out.domestic_legal_basis = "18 USC 3512";
  out.offence = {"data_interference", "18 USC 1030(a)(5)(A)", "up to 10 years", 120};
  out.facts_summary = "A worm that spreads by mail was released from the accounts named here.";
  for (std::size_t i = 1; i <= targets; ++i) out.targets.push_back(target(i));
  out.custodian = {"Example Mail Inc.", "Manila", "PH"};
  out.relationship_to_offence = "The worm was first sent from these accounts.";
  out.necessity = "Logs are overwritten after thirty days.";
  out.urgency = {"urgent", "retention is short"};
  out.confidentiality = {true, "the users are suspects", std::nullopt};
  out.intent_to_request_mla = true;
  return out;
}

inline Order order(std::size_t targets = 2) {
  Order out;
  out.date = start;
  out.reference = "PH-ORDER-3";
  out.issuing_authority = {"Cybercrime Office of Islandia", "PH", "police", "", "Asia/Manila", ""};
  out.power = "RA 10175 s.13";
  out.legal_entity = "Example Mail Philippines Inc.";
  Bytes paper = to_bytes(as_bytes("%PDF-1.7 signed paper"));
  out.instrument = {"order.pdf", "application/pdf", crypto::sha256(paper), paper};
  for (std::size_t i = 1; i <= targets; ++i) out.targets.push_back(target(i));
  out.preserve_until = start + Days{180};
  out.secrecy = Secrecy{"RA 10175 s.13", start + Days{180}};
  out.callback = callback();
  return out;
}

inline TargetAnswer preserved(std::string target, Days term = Days{90}) {
  TargetAnswer out;
  out.target = std::move(target);
  out.status = "preserved";
  out.preserved_at = start;
  out.preserved_until = start + term;
  out.categories = {"subscriber"};
  return out;
}

inline TargetAnswer not_held(std::string target) {
  TargetAnswer out;
  out.target = std::move(target);
  out.status = "not_held";
  return out;
}

inline Ground ground(std::string code = "political_offence") {
  return {std::move(code), "ETS185 Art.29(5)(a)", "see the letter"};
}

inline Offer narrow(std::vector<std::string> targets, std::vector<std::string> categories = {}) {
  Offer out;
  out.kind = "narrow";
  out.text = "Only these can be done today.";
  out.targets = std::move(targets);
  out.categories = std::move(categories);
  return out;
}

// One well-formed body of each verb, in the order of Verb; `on` is what reply, decide and
// extension_answer name.
inline std::vector<Body> samples(ActId on = act_id(1)) {
  return {ask(),
          Acknowledge{"IS-9", "received"},
          Query{"insufficient_facts", "Which mailbox?", false},
          Reply{on, "The first one."},
          Accept{"RA 10175 s.13", ""},
          Forward{{"Prosecutor of Islandia", "PH", "prosecutor", "", "", ""}, ""},
          Refuse{{ground()}, std::nullopt},
          CounterOffer{narrow({"t1"})},
          Warn{{"will_not_secure"}, "The provider deletes within the hour."},
          Decide{on, "proceed", {}, ""},
          Answer{"IS-9", {preserved("t1"), preserved("t2")}},
          Notice{"MLA-2026-5", "central_authority", start},
          Extend{{}, start + Days{150}, "the formal request is on its way", std::nullopt},
          ExtensionAnswer{on, "granted", start + Days{150}, {}, ""},
          Withdraw{"the case was closed"},
          Release{{}, "received by the formal request"},
          Expire{{}, "law_ended"},
          order(),
          Objection{"overbroad", "One account is not ours.", {}},
          Comply{"EM-1", {preserved("t1"), preserved("t2")}}};
}

// As the corpus has them for ets185-29 and the Philippines; test values, read from no file.
inline Rules rules() {
  Rules out;
  out.provision = "ets185-29";
  out.cite = "ETS185 Art.29(1)-(7), 35";
  out.required_fields = {"requesting_authority", "offence",   "facts_summary",
                         "data_to_preserve",     "necessity", "intent_to_request_mla"};
  out.approvals = {"poc_officer"};
  out.refusal_grounds = {{"political_offence", "ETS185 Art.29(5)(a)"},
                         {"sovereignty_security_ordre_public", "ETS185 Art.29(5)(b)"}};
  out.preserve_at_least = Days{60};
  out.keep_until_decided = true;
  out.domestic = {"PH",         "RA 10175 s.13", Days{180},  Days{180},
                  std::nullopt, Known::no,       Known::yes, true};
  return out;
}

// Two nodes that hear each other at once. `ask` or `order` has been said when it is made.
class Talk {
 public:
  explicit Talk(Track track = Track::request, Rules with = rules(), std::size_t targets = 2)
      : rules_(std::move(with)) {
    Body opening = track == Track::order ? Body(order(targets)) : Body(ask(targets));
    opener_ = must(apply(std::nullopt, said(Speaker::ours, last(), opening), rules_, now_)).next;
    other_ = must(apply(std::nullopt, said(Speaker::theirs, last(), opening), rules_, now_)).next;
  }

  // Says it on both nodes; check()s that both take it. Returns the act.
  ActId say(Side side, const Body& body) {
    ActId act = act_id(++count_);
    Said ours = said(Speaker::ours, act, body), theirs = said(Speaker::theirs, act, body);
    State& speaker = side == Side::opener ? opener_ : other_;
    State& hearer = side == Side::opener ? other_ : opener_;
    speaker = must(apply(speaker, ours, rules_, now_)).next;
    heard_ = must(apply(hearer, theirs, rules_, now_));
    hearer = heard_.next;
    return act;
  }
  // What would happen if `side` said it; nothing does.
  [[nodiscard]] Result<Outcome> attempt(Side side, const Body& body,
                                        std::vector<std::string> approvals = {
                                            "poc_officer"}) const {
    Said ours = said(Speaker::ours, act_id(count_ + 1), body);
    ours.approvals = std::move(approvals);
    return apply(side == Side::opener ? opener_ : other_, ours, rules_, now_);
  }
  void happens(Side side, const LocalEvent& event) {
    State& state = side == Side::opener ? opener_ : other_;
    state = must(local(state, event, now_)).next;
  }
  [[nodiscard]] ActId last() const { return act_id(count_); }
  [[nodiscard]] const State& opener() const { return opener_; }
  [[nodiscard]] const State& other() const { return other_; }
  [[nodiscard]] const Outcome& heard() const { return heard_; }
  [[nodiscard]] const Rules& law() const { return rules_; }
  [[nodiscard]] Instant now() const { return now_; }
  void wait(Days days) { now_ += days; }

 private:
  [[nodiscard]] Said said(Speaker by, ActId act, const Body& body) const {
    ConversationId conversation{act_id(1).bytes};
    return {by, act, conversation, member(2), body, now_, {"poc_officer"}};
  }
  static Outcome must(Result<Outcome> outcome) {
    check(outcome.has_value(), outcome ? "" : to_text(outcome.error()));
    return *std::move(outcome);
  }

  Rules rules_;
  Instant now_ = start;
  std::uint64_t count_ = 1;
  State opener_, other_;
  Outcome heard_;
};

}  // namespace comity::request::testing
