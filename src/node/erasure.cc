#include "node/erasure.h"

#include <set>

#include "act/act.h"
#include "base/check.h"
#include "node/conversations.h"
#include "node/rows.h"

namespace comity::node {
namespace {

using Place = std::pair<Space, std::string>;

// Everything journalled under the conversation that is not yet erased.
struct Found {
  std::string id;
  std::optional<Conversation> conversation;
  std::set<std::string> ids;             // its own and its trail's
  std::vector<std::uint64_t> positions;  // of records that are there
  std::vector<ActId> sent;               // acts of ours among them
  std::set<Place> changed;               // rows that they wrote or deleted
};

Result<void> refuse_unsettled(Work& work, const Found& found) {
  for (const ActId& act : found.sent) {
    TRY(auto held, work.rows.get(Space::act, act_key(work.context.self, act)));
    if (!held) continue;
    TRY(ActRow row, act_row_from_json(*held));
    if (row.standing == "queued")
      return fail(Code::wrong_state,
                  "an act of this conversation is still on its way to the partner: wait for its "
                  "receipt");
  }
  return {};
}

// Without a conversation, only what never became one: a cancelled draft, a rejected opening act.
Result<void> refuse_other_kinds(const Record& record) {
  if (auto sent = record.about.find("conversation"); sent != record.about.end())
    return fail(Code::wrong_state,
                "this draft was sent; erase its conversation: " + json::write(sent->second));
  if (record.type == EntryType::command) return {};
  if (record.type == EntryType::act_in && record.about.contains("rejected")) {
    TRY(auto envelope, act::parse_envelope(record.bytes, limits::alert_act_bytes_max));
    TRY(act::Act act, act::parse_act(envelope.payload));
    if (act.kind != act::Kind::card && act.kind != act::Kind::void_) return {};
  }
  return fail(Code::wrong_state, "this is no conversation; cards, voids and the like stay");
}

Result<void> refuse_open(Work& work, const Found& found) {
  if (found.conversation) {
    request::Phase phase = found.conversation->state.phase;
    if (request::is_closed(phase)) return {};
    return fail(Code::wrong_state, "this conversation is \"" +
                                       std::string(request::phase_name(phase)) +
                                       "\": only a closed one is erased");
  }
  TRY(auto draft, work.rows.get(Space::draft, found.id));
  if (!draft) return {};
  return fail(Code::wrong_state, "this draft still stands: comity request cancel " + found.id);
}

Result<Found> find_records(Work& work, const std::string& id) {
  Found found{
      .id = id, .conversation = {}, .ids = {id}, .positions = {}, .sent = {}, .changed = {}};
  TRY(std::string moved, moved_to(work.rows, id));
  if (!moved.empty())
    return fail(Code::wrong_state, "this conversation goes on as " + moved + ": erase that");
  TRY(found.conversation, load_conversation(work.rows, id));
  if (found.conversation)
    found.ids.insert(found.conversation->trail.begin(), found.conversation->trail.end());
  TRY(auto before, erased_by(work.rows, id));
  for (const std::string& each : found.ids) {
    TRY(auto positions, work.rows.below().filed_under(each));
    for (std::uint64_t position : positions) {
      auto record = load_record(work.rows.below(), position);
      if (!record && record.error().code == Code::not_found) continue;
      if (!record) return std::unexpected(record.error());
      if (!found.conversation && !before) TRY_VOID(refuse_other_kinds(*record));
      found.positions.push_back(position);
      if (record->type == EntryType::act_out) {
        auto act = record->about.find("act");
        check(act != record->about.end() && act->second.as_string(), "what is sent has an id");
        TRY(ActId id_of_act, id_from_text<ActId>(*act->second.as_string()));
        found.sent.push_back(id_of_act);
      }
      for (const RowChange& row : record->rows) found.changed.emplace(row.space, row.key);
    }
  }
  if (found.positions.empty())
    return fail(Code::not_found,
                before ? "this has been erased already" : "nothing is recorded here under this id");
  TRY_VOID(refuse_open(work, found));
  TRY_VOID(refuse_unsettled(work, found));
  return found;
}

// What may stay of the conversation: which it was, with whom, and how it ended.
json::Value remains(const Found& found, const std::optional<json::Value>& row,
                    std::uint64_t position, Instant now) {
  json::Object out{{"erased", json::Object{{"position", position}, {"at", to_text(now)}}},
                   {"kind", "request"}};
  if (found.conversation) {
    const request::State& state = found.conversation->state;
    constexpr const char* roles[] = {"requester", "requested", "custodian"};
    out["counterpart"] = to_hex(state.counterpart);
    out["role"] = roles[static_cast<std::size_t>(state.role)];
    out["phase"] = request::phase_name(state.phase);
  } else if (row && row->as_object()) {  // erased before; more came since
    out = *row->as_object();
    out["erased"] = json::Object{{"position", position}, {"at", to_text(now)}};
  }
  return out;
}

// Timers are keyed due/conversation/name, alarms and their rings conversation/code.
bool is_own(const Found& found, const std::string& key, Space space) {
  std::size_t from = space == Space::timer ? key.find('/') + 1 : 0;
  return found.ids.contains(key.substr(from, key.find('/', from) - from));
}

// A row as it stands, but for what says more than may stay. Every row that an erased record made is
// put into the erasure's own record, also where it keeps its value: a rebuild has no other source.
Result<void> settle(Work& work, const Found& found, const Place& place, std::uint64_t position) {
  const auto& [space, key] = place;
  TRY(auto row, work.rows.get(space, key));
  bool own = space == Space::conversation && key == found.id;
  bool goes = (!row && !own) || space == Space::draft || space == Space::approval ||
              ((space == Space::timer || space == Space::alarm || space == Space::ring) &&
               is_own(found, key, space));
  if (goes)
    work.rows.erase(space, key);
  else if (own)
    work.rows.put(space, key, remains(found, row, position, work.now));
  else if (space == Space::command)
    work.rows.put(space, key, json::Object{{"erased", position}});
  else
    work.rows.put(space, key, *row);
  return {};
}

// Alarms and timers of the conversation that other records made: a clock's, a linked order's.
Result<void> find_loose(Work& work, Found& found) {
  for (Space space : {Space::alarm, Space::timer, Space::ring})
    TRY_VOID(work.rows.scan(
        space, "", [&](const std::string& key, const json::Value&) -> Result<Overlay::Walk> {
          if (is_own(found, key, space)) found.changed.emplace(space, key);
          return Overlay::Walk::on;
        }));
  return {};
}

}  // namespace

Result<void> may_erase(Work& work, const std::string& conversation) {
  TRY_VOID(find_records(work, conversation));
  return {};
}

Result<Erased> erase_records(Work& work, const Erasing& erasing) {
  TRY(Found found, find_records(work, erasing.conversation));
  TRY_VOID(find_loose(work, found));
  json::Array positions(found.positions.begin(), found.positions.end());
  json::Object about = erasing.about;
  about["conversation"] = erasing.conversation;
  about["positions"] = std::move(positions);
  // Under no conversation: what says that a conversation was erased is not erased with it.
  TRY(std::uint64_t position,
      work.record({EntryType::erasure, erasing.actor, "", std::move(about), ""}));
  found.changed.emplace(Space::conversation, erasing.conversation);
  for (const Place& place : found.changed) TRY_VOID(settle(work, found, place, position));
  work.erase = found.positions;
  return Erased{position, found.positions.size()};
}

Result<void> carry_rows(Work& work, const Record& record) {
  for (const RowChange& change : record.rows) {
    TRY(auto row, work.rows.get(change.space, change.key));
    if (row)
      work.rows.put(change.space, change.key, *row);
    else
      work.rows.erase(change.space, change.key);
  }
  return {};
}

Result<std::optional<std::uint64_t>> erased_by(Overlay& rows, const std::string& conversation) {
  TRY(auto row, rows.get(Space::conversation, conversation));
  const json::Value* erased = row ? row->find("erased") : nullptr;
  const json::Value* position = erased ? erased->find("position") : nullptr;
  if (!position || !position->as_int()) return std::nullopt;
  return static_cast<std::uint64_t>(*position->as_int());
}

}  // namespace comity::node
