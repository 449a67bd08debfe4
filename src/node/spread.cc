#include "node/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/limits_alert.h"
#include "json/reader.h"
#include "node/rows.h"

namespace comity::node {
namespace {

std::string prefix_of(std::uint64_t position) {
  return fmt::format("{:016x}/", position);
}

Result<Spread> read_key(const std::string& key) {
  Spread out;
  std::size_t first = key.find('/'), second = key.rfind('/');
  auto [end, error] = std::from_chars(key.data(), key.data() + first, out.position, 16);
  if (first == second || error != std::errc() || end != key.data() + first)
    return fail(Code::corrupt, "a row of spread has another key", key);
  TRY(out.member, member_id_from_text(key.substr(first + 1, second - first - 1)));
  TRY(out.act, id_from_text<ActId>(key.substr(second + 1)));
  return out;
}

}  // namespace

json::Value to_json(const SpreadRow& row) {
  json::Object out{{"way", row.way == Way::out ? "out" : "in"},
                   {"collection", row.collection},
                   {"blob", to_hex(row.blob)},
                   {"at", to_text(row.at)}};
  if (!row.only.empty()) out["only"] = json::Array(row.only.begin(), row.only.end());
  if (!row.theirs.empty()) out["theirs"] = row.theirs;
  if (row.origin) out["origin"] = to_hex(*row.origin);
  return out;
}

Result<SpreadRow> spread_row_from_json(const json::Value& value) {
  SpreadRow row;
  json::Reader in(value);
  row.way = in.one_of("way", {"out", "in"}) == "in" ? Way::in : Way::out;
  row.collection = in.text("collection");
  row.blob = in.hash("blob");
  row.at = in.instant("at");
  row.only = in.texts_or_none("only", limits::taxii_envelope_objects_max);
  row.theirs = in.text_or("theirs", "");
  if (in.has("origin")) row.origin = in.fixed<MemberTag>("origin");
  TRY_VOID(in.finish());
  return row;
}

void put_spread(Work& work, const Spread& spread) {
  work.rows.put(Space::spread,
                prefix_of(spread.position) + to_hex(spread.member) + "/" + to_text(spread.act),
                to_json(spread.row));
}

Result<std::vector<Spread>> spread_of(Overlay& rows, std::uint64_t position) {
  std::vector<Spread> all;
  TRY_VOID(rows.scan(Space::spread, prefix_of(position),
                     [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(Spread each, read_key(key));
                       TRY(each.row, spread_row_from_json(row));
                       all.push_back(std::move(each));
                       return Overlay::Walk::on;
                     }));
  return all;
}

Result<std::vector<std::uint64_t>> places_of(Overlay& rows, const std::string& id) {
  std::set<std::uint64_t> places;
  TRY(auto collections, all_collections(rows));
  for (const Collection& collection : collections) {
    TRY(auto versions, held_versions(rows, collection.id, id));
    for (const HeldObject& each : versions) places.insert(each.position);
  }
  return std::vector<std::uint64_t>(places.begin(), places.end());
}

Result<std::vector<std::uint64_t>> dropped_places_of(Overlay& rows, const std::string& id) {
  std::set<std::uint64_t> places;
  TRY(auto collections, all_collections(rows));
  for (const Collection& collection : collections) {
    TRY(auto versions, object_versions(rows, collection.id, id));
    for (const ObjectVersion& each : versions)
      if (each.dropped) places.insert(each.dropped->position);
  }
  return std::vector<std::uint64_t>(places.begin(), places.end());
}

Result<std::vector<std::uint64_t>> ever_places_of(Overlay& rows, const std::string& id) {
  TRY(auto here, places_of(rows, id));
  TRY(auto dropped, dropped_places_of(rows, id));
  std::set<std::uint64_t> places(here.begin(), here.end());
  places.insert(dropped.begin(), dropped.end());
  return std::vector<std::uint64_t>(places.begin(), places.end());
}

Result<std::optional<ActRow>> last_said(Overlay& rows, const MemberId& self, ActId act) {
  for (;;) {
    TRY(auto held, rows.get(Space::act, act_key(self, act)));
    if (!held) return std::nullopt;
    TRY(ActRow row, act_row_from_json(*held));
    if (!row.reissued) return row;
    act = *row.reissued;
  }
}

Result<std::string> standing_of(Overlay& rows, const MemberId& self, const ActId& act) {
  TRY(auto row, last_said(rows, self, act));
  return row ? row->standing : std::string();
}

bool speaks_of(const SpreadRow& row, const std::string& id) {
  return row.only.empty() || std::ranges::find(row.only, id) != row.only.end();
}

}  // namespace comity::node
