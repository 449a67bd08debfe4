#pragma once
// Who told whom (Space::spread): which objects of one journal entry went to a member, or came from
// it, with which act. By this nobody is told what it has already, and a recall reaches everybody
// who was told.
#include <optional>
#include <string>
#include <vector>

#include "node/objects.h"
#include "node/rows.h"

namespace comity::node {

enum class Way : std::uint8_t { out, in };

struct SpreadRow {
  Way way = Way::out;
  std::string collection;  // out: ours that it went from; in: theirs
  Hash blob;               // the bytes that travelled
  Instant at;
  std::vector<std::string> only;     // of the entry's objects these; empty: all
  std::string theirs{};              // out, of a sighting: the receiver's collection
  std::optional<MemberId> origin{};  // in: who brought it to the sender, as the sender says
};
[[nodiscard]] json::Value to_json(const SpreadRow& row);
[[nodiscard]] Result<SpreadRow> spread_row_from_json(const json::Value& value);

struct Spread {
  std::uint64_t position = 0;
  MemberId member;
  ActId act;
  SpreadRow row;
};
void put_spread(Work& work, const Spread& spread);
// Everything told of the entry's objects, by member.
[[nodiscard]] Result<std::vector<Spread>> spread_of(Overlay& rows, std::uint64_t position);

// Where the bytes of an object stand, in whichever collections, each place once.
[[nodiscard]] Result<std::vector<std::uint64_t>> places_of(Overlay& rows, const std::string& id);

// What became of an act of ours that tells something; where a revoked key had signed it, of the one
// that says it anew.  None: no act of ours has this id.
[[nodiscard]] Result<std::optional<ActRow>> last_said(Overlay& rows, const MemberId& self,
                                                      ActId act);

// Its standing: queued, delivered, rejected, expired. Empty: it is not ours.
[[nodiscard]] Result<std::string> standing_of(Overlay& rows, const MemberId& self,
                                              const ActId& act);

// Where those stood that were recalled or dropped: who was told of them stays known.
[[nodiscard]] Result<std::vector<std::uint64_t>> dropped_places_of(Overlay& rows,
                                                                   const std::string& id);
// Those of places_of() and of dropped_places_of(): wherever the bytes of an object ever stood.
[[nodiscard]] Result<std::vector<std::uint64_t>> ever_places_of(Overlay& rows,
                                                                const std::string& id);

// Whether the row speaks of this object.
[[nodiscard]] bool speaks_of(const SpreadRow& row, const std::string& id);

}  // namespace comity::node
