#pragma once
// The bodies of acts of kind "request": what is said, one struct a verb. docs/schemas/request.json
// says the same. Reading is strict: every member known, every value bounded, errors with a JSON
// pointer. The boxes are those of the T-CY templates for Arts 29 to 31 of the Convention on
// Cybercrime (ETS 185) and of the UNODC model forms. A target's id ("t1" to "t256") is a number in
// the form and nothing else, so that states, notices and logs may name a target without naming a
// person.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "json/value.h"

namespace comity::request {

enum class Verb {
  ask,               // requester; opens a request
  acknowledge,       // requested or custodian
  query,             // either: asks for more
  reply,             // either: to one query
  accept,            // requested: it will be carried out
  forward,           // requested: it is with another authority of the same State
  refuse,            // requested: closes
  counter_offer,     // requested
  warn,              // requested: Art. 29(6)
  decide,            // requester: on a warning, a counter-offer or an objection
  answer,            // requested: per target
  notice,            // requester: the formal request has been sent (Art. 29(7))
  extend,            // requester: asks for a later preserved_until
  extension_answer,  // requested or custodian
  withdraw,          // requester: closes
  release,           // requester: preserved data are no longer needed
  expire,            // requested or custodian: the preservation has ended
  order,             // requester; opens a domestic order to a custodian
  objection,         // custodian
  comply,            // custodian: per target
};
inline constexpr std::size_t verb_count = 20;
[[nodiscard]] std::span<const Verb> all_verbs();
[[nodiscard]] std::string_view verb_name(Verb verb);
[[nodiscard]] Result<Verb> verb_from_name(std::string_view name);  // Code::bad_value

struct Authority {
  std::string name;
  std::string country;  // ISO 3166-1 alpha-2, upper case
  std::string
      kind;  // a role of the corpus: "poc_24_7", "police", "prosecutor", "judicial_authority", ...
  std::string office_hours;  // may be empty
  std::string time_zone;     // IANA name: "Asia/Manila"; may be empty
  std::string contact;       // preferred means; may be empty
  friend bool operator==(const Authority&, const Authority&) = default;
};

// Whom to call back, at the number on the pinned card or this one, to confirm that the request is
// real.
struct Callback {
  std::string name;
  std::string telephone;
  std::vector<std::string> languages;
  friend bool operator==(const Callback&, const Callback&) = default;
};

struct Offence {
  std::string code;     // the corpus's word: "data_interference"
  std::string statute;  // "18 USC 1030(a)(5)(A)"
  std::string penalty;  // as the statute has it
  std::optional<std::int64_t> months_max;
  friend bool operator==(const Offence&, const Offence&) = default;
};

// A closed stretch of the past. `to` never lies after the request's own date: what is still to come
// is real-time collection (ETS 185, Arts 20, 21, 33, 34), not preservation of stored data.
struct Period {
  Instant from, to;
  std::string time_zone;  // in which the requester reads its logs; may be empty
  friend bool operator==(const Period&, const Period&) = default;
};

struct Target {
  std::string id;               // "t1"
  std::string identifier_type;  // "email_address", "ip_address", ...
  std::string identifier;
  std::string service;
  std::vector<std::string> categories;  // "subscriber", "traffic", "content", ...
  Period period;
  friend bool operator==(const Target&, const Target&) = default;
};

struct Custodian {
  std::string name;      // may be empty: "if known", Art. 29(2)(d)
  std::string location;  // of the system; may be empty
  std::string country;   // where the data lie; may be empty: unknown
  friend bool operator==(const Custodian&, const Custodian&) = default;
};

struct Urgency {
  std::string level = "normal";  // "normal", "urgent", "emergency"
  std::string why;               // required unless normal
  friend bool operator==(const Urgency&, const Urgency&) = default;
};

struct Confidentiality {
  bool requested = false;
  std::string why;  // required when requested
  std::optional<Instant>
      user_notice_from;  // before it, nobody may tell the user; absent: not stated
  friend bool operator==(const Confidentiality&, const Confidentiality&) = default;
};

struct Ask {
  std::string measure = "preservation";
  bool drill = false;  // an exercise: touches no provider and no statistics
  Instant date;
  std::string reference;
  std::string status = "new";  // "new", "extension", "follow_up"
  std::string requested_authority;
  Authority requesting_authority;
  Callback callback;
  std::optional<Authority> investigating_authority;
  std::string decisions;  // of a prosecutor or court; may be empty
  std::vector<std::string> earlier_requests;
  std::vector<std::string> earlier_preservation;
  std::string domestic_legal_basis;  // may be empty
  Offence offence;
  std::string facts_summary;
  std::vector<Target> targets;  // 1 to limits::request_targets_max, ids distinct
  Custodian custodian;
  std::string relationship_to_offence;
  std::string necessity;
  Urgency urgency;
  Confidentiality confidentiality;
  bool intent_to_request_mla = false;
  std::optional<Instant> formal_request_expected;  // when the requester expects to have sent it
  std::string language = "en";                     // BCP 47, of this request
  friend bool operator==(const Ask&, const Ask&) = default;
};

struct Acknowledge {
  std::string reference;  // the requested side's own; may be empty
  std::string note;
  friend bool operator==(const Acknowledge&, const Acknowledge&) = default;
};

struct Query {
  std::string code;  // "insufficient_facts", "callback", "legal_basis", "scope", "status", "other"
  std::string text;
  bool pauses_clock = false;  // a clock pauses only for a reason stated here, until the reply
  friend bool operator==(const Query&, const Query&) = default;
};

struct Reply {
  ActId to;  // the query
  std::string text;
  friend bool operator==(const Reply&, const Reply&) = default;
};

struct Accept {
  std::string basis;  // the domestic power; may be empty
  std::string note;
  friend bool operator==(const Accept&, const Accept&) = default;
};

struct Forward {
  Authority to;
  std::string note;
  friend bool operator==(const Forward&, const Forward&) = default;
};

struct Offer {
  std::string kind;  // "narrow", "other_route", "later"
  std::string text;
  std::vector<std::string> targets;     // narrow: the targets that stay; empty: all of them
  std::vector<std::string> categories;  // narrow: the categories that stay; empty: all of them
  std::optional<Period> period;         // narrow
  std::string provision;                // other_route; may be empty
  std::string addressee;                // other_route; may be empty
  std::optional<Instant> answer_by;     // when it could be done
  friend bool operator==(const Offer&, const Offer&) = default;
};

struct Ground {
  std::string code;         // a refusal code of the corpus
  std::string article;      // "ETS 185, Art. 29(5)(b)"
  std::string explanation;  // may be empty
  friend bool operator==(const Ground&, const Ground&) = default;
};

struct Refuse {
  std::vector<Ground> grounds;  // at least one
  std::optional<Offer> offer;   // taken up by a new ask: a refusal closes
  friend bool operator==(const Refuse&, const Refuse&) = default;
};

struct CounterOffer {
  Offer offer;
  friend bool operator==(const CounterOffer&, const CounterOffer&) = default;
};

// Art. 29(6): the preservation will not secure the data, or would threaten confidentiality or
// prejudice the investigation.
struct Warn {
  std::vector<std::string>
      risks;  // "will_not_secure", "threatens_confidentiality", "prejudices_investigation"
  std::string text;
  friend bool operator==(const Warn&, const Warn&) = default;
};

struct Decide {
  ActId on;            // the warning, counter-offer or objection
  std::string choice;  // warning: "proceed", "do_not_execute"; offer: "take_up", "decline";
                       // objection: "maintain", "narrow", "lift"
  std::vector<std::string> targets;  // narrow: those that stay
  std::string note;
  friend bool operator==(const Decide&, const Decide&) = default;
};

struct TargetAnswer {
  std::string target;
  std::string status;  // "preserved", "not_held", "not_available", "refused"
  std::optional<Instant> preserved_at, preserved_until;  // both when preserved, else neither
  std::vector<std::string> categories;                   // preserved: which, at least one
  std::vector<Ground> grounds;                           // refused: at least one
  std::string
      reason;  // not_available: "", "wrong_addressee", "de_facto_impossible", "retention_ended";
               // with "" the answer does not say whether an account exists
  std::string note;
  friend bool operator==(const TargetAnswer&, const TargetAnswer&) = default;
};

struct Answer {
  std::string reference;
  std::vector<TargetAnswer> targets;  // each target once; those left out are still to come
  friend bool operator==(const Answer&, const Answer&) = default;
};

// "Following the receipt of such a request, the data shall continue to be preserved pending a
// decision" (29(7)).
struct Notice {
  std::string reference;               // of the formal request
  std::string channel;                 // by which it went
  std::optional<Instant> received_on;  // by the requested State's authority, if known
  friend bool operator==(const Notice&, const Notice&) = default;
};

struct Extend {
  std::vector<std::string> targets;  // empty: all that are preserved
  Instant until;
  std::string why;
  std::optional<Instant> formal_request_expected;
  friend bool operator==(const Extend&, const Extend&) = default;
};

struct ExtensionAnswer {
  ActId to;                      // the extend
  std::string outcome;           // "granted", "refused"
  std::optional<Instant> until;  // granted
  std::vector<Ground>
      grounds;  // refused: those the law gives; may be empty when it knows no extension
  std::string note;
  friend bool operator==(const ExtensionAnswer&, const ExtensionAnswer&) = default;
};

struct Withdraw {
  std::string why;
  friend bool operator==(const Withdraw&, const Withdraw&) = default;
};

struct Release {
  std::vector<std::string> targets;  // empty: all
  std::string why;
  friend bool operator==(const Release&, const Release&) = default;
};

struct Expire {
  std::vector<std::string> targets;  // empty: all that are preserved
  std::string reason;                // "term_ended", "follow_up_decided", "law_ended"
  friend bool operator==(const Expire&, const Expire&) = default;
};

// The signed paper itself: a signed message is not legal process.
struct Instrument {
  std::string name;        // file name
  std::string media_type;  // "application/pdf"
  Hash sha256;             // of `bytes`; checked when read
  Bytes bytes;             // 1 to limits::instrument_bytes_max
  friend bool operator==(const Instrument&, const Instrument&) = default;
};

struct Secrecy {
  std::string basis;             // the law that binds the custodian
  std::optional<Instant> until;  // its end, when it has one
  friend bool operator==(const Secrecy&, const Secrecy&) = default;
};

// To a provider in the issuer's own country. It says nothing of any foreign request.
struct Order {
  std::string measure = "preservation";
  Instant date;
  std::string reference;
  Authority issuing_authority;
  std::string power;         // "RA 10175, s. 13"
  std::string legal_entity;  // who is served
  Instrument instrument;
  std::vector<Target> targets;
  Instant preserve_until;
  std::optional<Secrecy> secrecy;         // absent: the law imposes none
  std::optional<Instant> user_notice_on;  // when the user was or may be told
  Callback callback;
  std::string language = "en";
  friend bool operator==(const Order&, const Order&) = default;
};

struct Objection {
  std::string code;  // "overbroad", "not_competent", "conflict_of_laws", "privilege", "not_ours",
                     // "challenge", "other"
  std::string text;
  std::vector<std::string> targets;  // empty: all
  friend bool operator==(const Objection&, const Objection&) = default;
};

struct Comply {
  std::string reference;
  std::vector<TargetAnswer> targets;
  friend bool operator==(const Comply&, const Comply&) = default;
};

// In the order of Verb: verb_of(body) is the index.
using Body = std::variant<Ask, Acknowledge, Query, Reply, Accept, Forward, Refuse, CounterOffer,
                          Warn, Decide, Answer, Notice, Extend, ExtensionAnswer, Withdraw, Release,
                          Expire, Order, Objection, Comply>;
static_assert(std::variant_size_v<Body> == verb_count);

[[nodiscard]] inline Verb verb_of(const Body& body) {
  return static_cast<Verb>(body.index());
}

// Reads the `body` of an act of kind request: an object with "verb" and that verb's members.
//   Errors  those of json::Reader, with the pointer; bad_value also for an unknown verb, a period
//   that ends after the
//           request's date, a target named twice, an instrument that is not what its SHA-256 says.
[[nodiscard]] Result<Body> body_from_json(const json::Value& value);
[[nodiscard]] json::Value to_json(
    const Body& body);  // with "verb"; empty optional members are left out

}  // namespace comity::request
