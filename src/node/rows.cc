#include "node/rows.h"

#include <fmt/format.h>

#include "base/limits_push.h"
#include "json/reader.h"

namespace comity::node {
namespace {

constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;

std::uint64_t number(json::Reader& in, std::string_view name) {
  return static_cast<std::uint64_t>(in.integer(name, 0, number_max));
}

}  // namespace

std::string act_key(const MemberId& sender, const ActId& act) {
  return to_hex(sender) + "/" + to_text(act);
}

std::string lane_key(const MemberId& member, act::Lane lane) {
  return to_hex(member) + "/" + std::string(act::lane_name(lane));
}

std::string outbox_prefix(const MemberId& member) {
  return to_hex(member) + "/";
}

act::Lane lane_of_outbox_key(std::string_view key) {
  char lane = key[key.find('/') + 1];
  return static_cast<act::Lane>(lane - '0');
}

std::string outbox_key(const MemberId& member, act::Lane lane, std::uint64_t epoch,
                       std::uint64_t seq) {
  return fmt::format("{}{}/{:016}/{:016}", outbox_prefix(member), static_cast<int>(lane), epoch,
                     seq);
}

std::string timer_key(Instant due, std::string_view conversation, std::string_view name) {
  return fmt::format("{}/{}/{}", to_text(due), conversation, name);
}

Instant timer_due(std::string_view key) {
  auto due = instant_from_text(key.substr(0, key.find('/')));
  return due ? *due : Instant::max();
}

std::string wait_key(std::string_view subject, std::string_view name) {
  return timer_key(Instant{}, subject, name);
}

json::Value wait_row(Instant from, Instant until) {
  return json::Object{{"from", to_text(from)}, {"until", to_text(until)}};
}

Result<bool> still_waits(const json::Value& row, Instant now) {
  json::Reader in(row);
  Instant from = in.instant("from"), until = in.instant("until");
  TRY_VOID(in.finish());
  return from <= now && now < until;
}

json::Value to_json(const ActRow& row) {
  json::Object out{
      {"position", row.position},         {"hash", to_hex(row.hash)}, {"card", to_hex(row.card)},
      {"lane", act::lane_name(row.lane)}, {"epoch", row.epoch},       {"seq", row.seq},
      {"conversation", row.conversation}, {"code", row.code},         {"standing", row.standing}};
  if (row.receipt) out["receipt"] = *row.receipt;
  if (row.replaces) out["replaces"] = to_text(*row.replaces);
  if (row.reissued) out["reissued"] = to_text(*row.reissued);
  return out;
}

Result<ActRow> act_row_from_json(const json::Value& value) {
  ActRow row;
  json::Reader in(value);
  row.position = number(in, "position");
  row.hash = in.hash("hash");
  row.card = in.fixed<CardTag>("card");
  if (auto lane = act::lane_from_name(in.text("lane"))) row.lane = *lane;
  row.epoch = number(in, "epoch");
  row.seq = number(in, "seq");
  row.conversation = in.text("conversation");
  row.code = in.text("code");
  row.standing = in.text("standing");
  if (in.has("receipt")) row.receipt = number(in, "receipt");
  if (in.has("replaces")) row.replaces = in.id<ActId>("replaces");
  if (in.has("reissued")) row.reissued = in.id<ActId>("reissued");
  TRY_VOID(in.finish());
  return row;
}

Result<ActRow> act_row_from_text(std::string_view text) {
  TRY(json::Value value, json::parse(text));
  return act_row_from_json(value);
}

json::Value to_json(const OutboxRow& row) {
  json::Object out{{"act", to_text(row.act)},
                   {"position", row.position},
                   {"queued_at", to_text(row.queued_at)},
                   {"expires", to_text(row.expires)},
                   {"conversation", row.conversation}};
  if (row.blobs.empty()) return out;
  json::Array blobs;
  for (const Hash& each : row.blobs) blobs.push_back(to_hex(each));
  out["blobs"] = std::move(blobs);
  return out;
}

Result<OutboxRow> outbox_row_from_json(const json::Value& value) {
  OutboxRow row;
  json::Reader in(value);
  row.act = in.id<ActId>("act");
  row.position = number(in, "position");
  row.queued_at = in.instant("queued_at");
  row.expires = in.instant("expires");
  row.conversation = in.text("conversation");
  for (const std::string& each : in.texts_or_none("blobs", limits::act_blobs_max, 64)) {
    TRY(Hash blob, hash_from_hex(each));
    row.blobs.push_back(blob);
  }
  TRY_VOID(in.finish());
  return row;
}

json::Value to_json(const LaneRow& row) {
  return json::Object{{"epoch", row.epoch}, {"next", row.next}};
}

Result<LaneRow> lane_row_from_json(const json::Value& value) {
  LaneRow row;
  json::Reader in(value);
  row.epoch = number(in, "epoch");
  row.next = number(in, "next");
  TRY_VOID(in.finish());
  return row;
}

json::Value to_json(const LinkRow& row) {
  json::Object out{{"failures", row.failures}};
  if (row.retry) out["retry"] = to_text(*row.retry);
  if (row.reached) out["reached"] = to_text(*row.reached);
  return out;
}

Result<LinkRow> link_row_from_json(const json::Value& value) {
  LinkRow row;
  json::Reader in(value);
  row.failures = number(in, "failures");
  row.retry = in.instant_if("retry");
  row.reached = in.instant_if("reached");
  TRY_VOID(in.finish());
  return row;
}

}  // namespace comity::node
