#pragma once
// An act: what one member says to one other. docs/protocol.md, section "Acts";
// docs/schemas/act.json.
#include <optional>
#include <string>
#include <vector>

#include "act/envelope.h"
#include "base/ids.h"
#include "base/time.h"
#include "json/value.h"

namespace comity::act {

enum class Kind { request, alert, match, consult, card, law, void_ };
enum class Lane { urgent, normal, bulk };

[[nodiscard]] std::string_view kind_name(Kind kind);  // "void" for void_
[[nodiscard]] std::string_view lane_name(Lane lane);
[[nodiscard]] Result<Lane> lane_from_name(std::string_view name);

// How this act stands to another: "conversation" (the act that opened it), "in_reply_to",
// "follows".
struct Ref {
  std::string rel;
  ActId act;
  friend bool operator==(const Ref&, const Ref&) = default;
};

// Under which law it was sent, as the sender's engine saw it.
struct Route {
  CorpusHash corpus;
  std::string provision;  // id in the corpus: "ets185-29"
  Hash decision;          // SHA-256 of the canonical decision: a commitment, not the decision
  friend bool operator==(const Route&, const Route&) = default;
};

struct Handling {
  std::string tlp = "TLP:AMBER";  // TLP 2.0 label
  std::vector<std::string> use_limits;
  std::vector<std::string> conditions;
  std::optional<Instant> expires;
  friend bool operator==(const Handling&, const Handling&) = default;
};

struct Act {
  ActId id;
  Kind kind = Kind::request;
  MemberId from, to;
  CardHash card;  // the sender's card that holds the signing key
  Instant at;     // by the sender's clock: flagged when skewed, never refused
  Lane lane = Lane::normal;
  std::uint64_t epoch = 0;  // of the sender's lane: a restored node opens a later one
  std::uint64_t seq = 0;    // from 1, per pair, lane and epoch
  std::vector<Ref> refs;
  std::optional<Route> route;  // absent on procedural acts
  Handling handling;
  json::Value body;  // an object; the kind's own room reads it
};

// Strict reading of a payload.
//   Errors  those of json::parse and json::Reader; Code::unknown_kind with the kind's name;
//           Code::too_large when a kind other than alert exceeds limits::act_bytes_max.
[[nodiscard]] Result<Act> parse_act(std::string_view payload);
[[nodiscard]] json::Value to_json(const Act& act);
[[nodiscard]] json::Value to_json(const Handling& handling);
[[nodiscard]] json::Value to_json(const Route& route);
[[nodiscard]] json::Value to_json(const std::vector<Ref>& refs);
[[nodiscard]] Result<Handling> handling_from_json(const json::Value& value);
[[nodiscard]] Result<Route> route_from_json(const json::Value& value);

// The id of the act that opened the conversation: the ref "conversation", else the act's own id.
[[nodiscard]] ConversationId conversation_of(const Act& act);

// What an approval signs: SHA-256 of the canonical {body, from, handling, kind, refs, route, to}.
[[nodiscard]] Hash approval_subject(const Act& act);

// Seals the act under its sender's key.
[[nodiscard]] std::string seal(const Act& act, const crypto::SigningKey& key);

}  // namespace comity::act
