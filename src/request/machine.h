#pragma once
// The state machine of a preservation request and of a domestic preservation order. Pure: no clock,
// no I/O.
//
// A conversation has two halves: what the side that opened it has said, and what the other side has
// said, each in its own order. Both nodes hold both halves; phase and targets are computed from
// them and from nothing else, so two nodes that hold the same acts agree, in whatever order the
// acts crossed. README.md draws the machine.
//
// What we are about to say is judged by all we know (wrong_state when the verb is not open). What
// they said is judged by what they may have known: an act that crossed one of ours is taken, not
// refused.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "json/value.h"
#include "request/body.h"
#include "request/rules.h"

namespace comity::request {

enum class Track { request, order };                  // opened by `ask`, by `order`
enum class Role { requester, requested, custodian };  // ours, in this conversation
enum class Side { opener, other };                    // of a conversation
enum class Speaker { ours, theirs };

enum class Phase {
  asked,  // said and unanswered
  acknowledged,
  forwarded,   // with another authority of the requested State
  questioned,  // the requester owes a reply
  countered,   // a counter-offer awaits the requester's decision
  objected,    // order: an objection awaits the issuer's decision
  warned,      // Art. 29(6): the requester decides
  accepted,    // to be carried out
  preserved,   // at least one target
  kept,        // preserved, and the formal request has been noticed: until it is decided
  // Closed.
  refused,
  not_preserved,  // every target answered, none preserved
  withdrawn,
  released,
  expired,
  undelivered,  // the opening act never arrived
};
inline constexpr std::size_t phase_count = 16;
[[nodiscard]] std::string_view phase_name(Phase phase);
[[nodiscard]] bool is_closed(Phase phase);

enum class TargetStatus {
  awaiting,
  preserved,
  not_held,
  not_available,
  refused,
  cancelled,
  expired,
  released
};
[[nodiscard]] std::string_view status_name(TargetStatus status);

// ETSI TS 103 120's words: "AwaitingPreservation", "Preserved", "PreservationNotAvailable",
// "Rejected", "Cancelled", "Expired"; a released target has run its course and is "Expired" there.
[[nodiscard]] std::string_view etsi_status(TargetStatus status);
// Of the authorisation: "AwaitingApproval", "Approved", "Rejected", "Cancelled", "Expired",
// "Suspended".
[[nodiscard]] std::string_view etsi_status(Phase phase);

struct TargetMark {
  std::string target;  // "t1"
  TargetStatus status = TargetStatus::awaiting;
  std::optional<Instant> preserved_at, preserved_until;
  std::vector<std::string> categories{};  // of the data that are preserved: codes
  std::vector<std::string> asked{};       // categories still asked for; empty: not remembered
  friend bool operator==(const TargetMark&, const TargetMark&) = default;
};

// One act as the machine remembers it: what it did, without what it said.
struct Event {
  ActId act;
  Verb verb = Verb::ask;
  Instant recorded_at;      // by our clock; not part of what both sides agree on
  std::optional<ActId> on;  // reply, decide, extension_answer: to what
  std::string
      word;  // choice, outcome, reason, or the code of a query or objection, or the offer's kind
  std::vector<TargetMark>
      marks;  // ask, order, answer, comply: per target; others: the targets named
  std::vector<std::string> codes;  // grounds, risks; counter_offer: the categories that would stay
  std::optional<Instant>
      until;  // extend, extension_answer; ask: when the formal request is expected; order: its term
  bool flag = false;  // query: pauses the clock; ask: a drill
  friend bool operator==(const Event&, const Event&) = default;
};

// What a domestic authority decided on paper, recorded by hand.
struct DomesticOrder {
  std::string authority_kind;  // "prosecutor", "court", ...
  Hash instrument;             // SHA-256 of the document
  std::string decision;        // "granted", "limited", "refused"
  Instant recorded_at;
  friend bool operator==(const DomesticOrder&, const DomesticOrder&) = default;
};

// Another conversation of this node that serves this one, or is served by it. Never told to the
// counterpart.
struct Link {
  ConversationId conversation;
  std::string
      relation;  // "served_by": the order under this request; "serves": the request over this order
  std::vector<TargetMark> marks;  // served_by: what the custodian answered
  friend bool operator==(const Link&, const Link&) = default;
};

struct Pause {
  ActId query;
  Instant from;
  friend bool operator==(const Pause&, const Pause&) = default;
};

// No content: no identifier, fact or name. It sits unencrypted in rows.
struct State {
  ConversationId conversation;
  Track track = Track::request;
  Role role = Role::requester;
  MemberId counterpart;
  std::string provision;
  bool drill = false;
  std::vector<Event> opener, other;  // the two halves

  // Computed from the halves.
  Phase phase = Phase::asked;
  std::vector<TargetMark> targets;

  // Ours alone.
  std::vector<std::string> forwarded_to;  // kinds of authority, by local event
  std::vector<DomesticOrder> orders;
  std::vector<Link> links;
  std::vector<std::string> lapsed;  // targets whose preserved_until has passed on our clock
  std::optional<Instant>
      extension_ends;  // the last day the requested State's law allows, as far as known
  std::optional<Instant> answer_due;  // of the provision's clock, without pauses still running
  std::optional<Pause> pause;
  std::map<std::string, Instant> timers;  // set and not fired
  std::map<std::string, Instant> fired;   // when each last fired was due, so that none fires twice
  friend bool operator==(const State&, const State&) = default;
};

[[nodiscard]] json::Value to_json(const State& state);
[[nodiscard]] Result<State> state_from_json(
    const json::Value& value);  // strict; recomputes and compares: corrupt

struct Said {
  Speaker by = Speaker::ours;
  ActId act;
  ConversationId conversation;  // equal to the act's id when it opens one
  MemberId counterpart;
  Body body;
  Instant recorded_at;  // by our clock
  std::vector<std::string>
      approvals;  // ours: roles whose valid approvals of this very content the node has found
};

enum class Severity { info, warn, alarm };
[[nodiscard]] std::string_view severity_name(Severity severity);

struct PersonNotice {
  std::string code;  // "withdrawn", "lapse_near", "ground_not_of_provision", ...
  Severity severity = Severity::info;
  std::string text;  // no personal data: numbers of targets, dates, codes, citations
  friend bool operator==(const PersonNotice&, const PersonNotice&) = default;
};

struct TimerChange {
  std::string name;
  std::optional<Instant> was;  // clear this one
  std::optional<Instant> due;  // set this one; absolute
  friend bool operator==(const TimerChange&, const TimerChange&) = default;
};

struct Outcome {
  State next;
  std::vector<TimerChange> timers;
  std::vector<PersonNotice> notices;
};

// Warnings before preserved data lapse.
inline constexpr Days lapse_warnings[] = {Days{14}, Days{7}, Days{2}};

// How long a formal request takes at the least, where the corpus gives no figure: T-CY's assessment
// of the mutual assistance provisions (2014) found 6 to 24 months. An estimate to warn by; no clock
// runs on it.
inline constexpr Days formal_request_takes_estimate{180};

// Applies one act. The same act twice changes nothing and tells nobody.
//   state   absent before the opening act.
//   Errors  wrong_state    the verb is not open to that side; `what` names phase and verb
//           not_approved   ours and coercive without the approvals that the rules name
//           not_allowed    ours: the law asks for a domestic order first; a drill to a custodian
//           missing_field  ours: a box that the provision requires is empty
//           bad_value      a target or act that the conversation does not know; ours: a ground that
//           the provision
//                          does not have, a preserved_until below the legal minimum or beyond the
//                          law's end; a category that nobody asked for
//           too_large      more than limits::conversation_acts_max acts of one side
[[nodiscard]] Result<Outcome> apply(const std::optional<State>& state, const Said& said,
                                    const Rules& rules, Instant now);

// The driver fires what is due. A timer that is unknown, was changed meanwhile or is not due yet:
// nothing happens.
[[nodiscard]] Result<Outcome> on_timer(const State& state, std::string_view name, Instant now);

// What happens on our side and is not said to the counterpart.
struct ForwardedDomestically {
  std::string authority_kind;
};
struct OrderRecorded {
  std::string authority_kind;
  Hash instrument;
  std::string decision;  // "granted", "limited", "refused"
};
struct LinkOpened {
  ConversationId conversation;
  std::string relation;  // "served_by", "serves"
};
struct LinkAnswered {  // the custodian's state of the linked order, copied
  ConversationId conversation;
  std::vector<TargetMark> marks;
};
// Our act never took effect over there: it expired undelivered (its place holds a void) or was
// rejected.
struct TakenBack {
  ActId act;
  std::string why;  // "void", "reissue", or the code of the rejection
};
inline constexpr std::string_view taken_back_to_reissue =
    "reissue";  // the node says it anew itself
// The order that serves this request goes on under another id: its opening act was said anew.
struct LinkMoved {
  ConversationId from, to;
};
using LocalEvent = std::variant<ForwardedDomestically, OrderRecorded, LinkOpened, LinkAnswered,
                                LinkMoved, TakenBack>;

//   Errors  wrong_state (closed, or not ours to do), not_allowed (a drill touches no custodian),
//   bad_value, not_found
[[nodiscard]] Result<Outcome> local(const State& state, const LocalEvent& event, Instant now);

// The verbs that may be said now by us, or by them as far as we know, in the order of Verb.
[[nodiscard]] std::vector<Verb> allowed(const State& state, Speaker by = Speaker::ours);

// What must be equal on both nodes once each has applied the other's acts.
[[nodiscard]] json::Value agreed_part(const State& state);

struct OnTheClock {
  std::string who;   // "requester", "requested", "custodian", "domestic_authority", "nobody"
  std::string what;  // "reply", "decision", "answer", "formal_request", "extension_answer", ...
  std::optional<Instant> due;  // where law or an answer gives one
  bool paused = false;
  std::optional<Instant> lapses{};  // when the first preserved data lapse, whoever is to do what
};
[[nodiscard]] OnTheClock on_the_clock(const State& state);

enum class PermitKind { procedural, coercive, disclosure };
[[nodiscard]] PermitKind permit_kind(Verb verb);

}  // namespace comity::request
