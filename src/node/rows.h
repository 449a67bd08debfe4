#pragma once
// The rows that the node itself keeps, and their keys. Rows of domain rooms are theirs
// (member::Member, ...).
#include <optional>
#include <string>
#include <vector>

#include "act/act.h"
#include "json/value.h"
#include "node/ports.h"

namespace comity::node {

// Keys of Space::self.
inline constexpr std::string_view self_card = "card";  // our current card's envelope and hash
inline constexpr std::string_view self_lineage =
    "lineage";  // one card envelope of every earlier root of ours, oldest first; may be absent
inline constexpr std::string_view self_epoch = "epoch";  // of our outgoing lanes
inline constexpr std::string_view self_corpus =
    "corpus";  // hash of the law in use: permits hold only under it
inline constexpr std::string_view self_law =
    "law";  // which published versions the law in use has in it
inline constexpr std::string_view self_started = "started";  // when the process last began
inline constexpr std::string_view self_began = "began";      // the tree's size at the last start
inline constexpr std::string_view self_halt = "halt";        // present while signing has stopped
inline constexpr std::string_view self_reissue =
    "reissue";  // present while the outbox is searched for acts that a revoked key signed

[[nodiscard]] std::string act_key(const MemberId& sender, const ActId& act);
[[nodiscard]] std::string lane_key(const MemberId& member, act::Lane lane);
// Orders an outbox by lane (urgent first), epoch and sequence.
[[nodiscard]] std::string outbox_key(const MemberId& member, act::Lane lane, std::uint64_t epoch,
                                     std::uint64_t seq);
[[nodiscard]] std::string outbox_prefix(const MemberId& member);
[[nodiscard]] act::Lane lane_of_outbox_key(std::string_view key);
// Orders timers by when they are due.
[[nodiscard]] std::string timer_key(Instant due, std::string_view conversation,
                                    std::string_view name);
[[nodiscard]] Instant timer_due(std::string_view key);
// A wait, which unlike a date is not to be stretched by a clock that is set back: it stands before
// all dates, and is over at its end, or when the clock shows a time before its beginning.
[[nodiscard]] std::string wait_key(std::string_view subject, std::string_view name);
[[nodiscard]] json::Value wait_row(Instant from, Instant until);
[[nodiscard]] Result<bool> still_waits(const json::Value& row, Instant now);

// Space::act: an act that this node received or sent, and what became of it.
struct ActRow {
  std::uint64_t position = 0;  // of its entry
  Hash hash;                   // SHA-256 of the envelope
  CardHash card;               // our card when it was recorded
  act::Lane lane = act::Lane::normal;
  std::uint64_t epoch = 0, seq = 0;
  std::string conversation;
  std::string code;      // of the rejection, or why a void took its place; empty when applied
  std::string standing;  // ours: "queued", "delivered", "rejected", "expired"; theirs: "received"
  std::optional<std::uint64_t> receipt;  // position of the entry that holds their receipt
  std::optional<ActId> replaces;         // of a void of ours: the act whose place it takes
  std::optional<ActId> reissued;         // ours, made void: the act that says the same anew
};
[[nodiscard]] json::Value to_json(const ActRow& row);
[[nodiscard]] Result<ActRow> act_row_from_json(const json::Value& value);
[[nodiscard]] Result<ActRow> act_row_from_text(std::string_view text);

// Space::outbox: an act of ours that has no receipt yet.
struct OutboxRow {
  ActId act;
  std::uint64_t position = 0;  // of its entry: the envelope is there
  Instant queued_at;
  Instant expires;
  std::string conversation;
  std::vector<Hash> blobs{};  // that it names: they travel with it
};
[[nodiscard]] json::Value to_json(const OutboxRow& row);
[[nodiscard]] Result<OutboxRow> outbox_row_from_json(const json::Value& value);

// Space::lane_in and lane_out.
struct LaneRow {
  std::uint64_t epoch = 0;
  std::uint64_t next = 1;
};
[[nodiscard]] json::Value to_json(const LaneRow& row);
[[nodiscard]] Result<LaneRow> lane_row_from_json(const json::Value& value);

// Space::link: how reaching a member goes. Not rebuilt.
struct LinkRow {
  std::uint64_t failures = 0;      // in a row
  std::optional<Instant> retry;    // not before; none: at once
  std::optional<Instant> reached;  // last contact, either way
};
[[nodiscard]] json::Value to_json(const LinkRow& row);
[[nodiscard]] Result<LinkRow> link_row_from_json(const json::Value& value);

}  // namespace comity::node
