#include "act/act.h"

#include <algorithm>
#include <array>
#include <utility>

#include "json/reader.h"
#include "json/text.h"

namespace comity::act {
namespace {

constexpr std::array<std::string_view, 7> kinds = {"request", "alert", "match", "consult",
                                                   "card",    "law",   "void"};
constexpr std::array<std::string_view, 3> lanes = {"urgent", "normal", "bulk"};
constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;

Handling read_handling(json::Reader& in) {
  Handling handling;
  handling.tlp =
      in.one_of("tlp", {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"});
  handling.use_limits = in.texts_or_none("use_limits", limits::refs_max);
  handling.conditions = in.texts_or_none("conditions", limits::refs_max);
  handling.expires = in.instant_if("expires");
  return handling;
}

Route read_route(json::Reader& in) {
  Route route;
  route.corpus = in.fixed<CorpusTag>("corpus");
  route.provision = in.text("provision", 128);
  route.decision = in.hash("decision");
  return route;
}

std::vector<Ref> read_refs(json::Reader& in) {
  std::vector<Ref> refs;
  bool in_conversation = false;
  in.objects_or_none("refs", limits::refs_max, [&](json::Reader& each) {
    std::string rel = each.one_of("rel", {"conversation", "in_reply_to", "follows"});
    if (rel == "conversation" && std::exchange(in_conversation, true))
      each.refuse("rel", Code::bad_value, "an act belongs to one conversation");
    refs.push_back({std::move(rel), each.id<ActId>("act")});
  });
  return refs;
}

json::Array texts(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

}  // namespace

std::string_view kind_name(Kind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}
std::string_view lane_name(Lane lane) {
  return lanes[static_cast<std::size_t>(lane)];
}

Result<Lane> lane_from_name(std::string_view name) {
  auto at = std::ranges::find(lanes, name);
  if (at == lanes.end()) return fail(Code::bad_value, "a lane is urgent, normal or bulk");
  return static_cast<Lane>(at - lanes.begin());
}

Result<Act> parse_act(std::string_view payload) {
  TRY(json::Value value, json::parse(payload, {.bytes_max = limits::alert_act_bytes_max}));
  Act act;
  json::Reader in(std::move(value));
  std::string kind = in.text("kind", 64);
  auto known = std::ranges::find(kinds, kind);
  if (in.ok() && known == kinds.end())
    return fail(Code::unknown_kind, "this node knows no act of kind \"" + kind + "\"", "/kind");
  if (known != kinds.end()) act.kind = static_cast<Kind>(known - kinds.begin());
  if (act.kind != Kind::alert && payload.size() > limits::act_bytes_max)
    return fail(Code::too_large, "an act of this kind is at most " +
                                     std::to_string(limits::act_bytes_max) + " bytes");
  act.id = in.id<ActId>("id");
  act.from = in.fixed<MemberTag>("from");
  act.to = in.fixed<MemberTag>("to");
  act.card = in.fixed<CardTag>("card");
  act.at = in.instant("at");
  auto lane = lane_from_name(in.one_of("lane", {"urgent", "normal", "bulk"}));
  if (lane) act.lane = *lane;
  act.epoch = static_cast<std::uint64_t>(in.integer("epoch", 0, number_max));
  act.seq = static_cast<std::uint64_t>(in.integer("seq", 1, number_max));
  act.refs = read_refs(in);
  in.object_if("route", [&](json::Reader& each) { act.route = read_route(each); });
  in.object("handling", [&](json::Reader& each) { act.handling = read_handling(each); });
  if (!in.has("body")) in.refuse("body", Code::missing_field, "is required");
  act.body = in.any("body");
  if (!act.body.as_object()) in.refuse("body", Code::bad_value, "the body is an object");
  TRY_VOID(in.finish());
  return act;
}

json::Value to_json(const Handling& handling) {
  json::Object out{{"tlp", handling.tlp},
                   {"use_limits", texts(handling.use_limits)},
                   {"conditions", texts(handling.conditions)}};
  if (handling.expires) out["expires"] = to_text(*handling.expires);
  return out;
}

json::Value to_json(const Route& route) {
  return json::Object{{"corpus", to_hex(route.corpus)},
                      {"provision", route.provision},
                      {"decision", to_hex(route.decision)}};
}

json::Value to_json(const std::vector<Ref>& refs) {
  json::Array out;
  for (const Ref& ref : refs)
    out.push_back(json::Object{{"rel", ref.rel}, {"act", to_text(ref.act)}});
  return out;
}

Result<Handling> handling_from_json(const json::Value& value) {
  json::Reader in(value);
  Handling handling = read_handling(in);
  TRY_VOID(in.finish());
  return handling;
}

Result<Route> route_from_json(const json::Value& value) {
  json::Reader in(value);
  Route route = read_route(in);
  TRY_VOID(in.finish());
  return route;
}

json::Value to_json(const Act& act) {
  json::Object out{{"id", to_text(act.id)},
                   {"kind", kind_name(act.kind)},
                   {"from", to_hex(act.from)},
                   {"to", to_hex(act.to)},
                   {"card", to_hex(act.card)},
                   {"at", to_text(act.at)},
                   {"lane", lane_name(act.lane)},
                   {"epoch", act.epoch},
                   {"seq", act.seq},
                   {"refs", to_json(act.refs)},
                   {"handling", to_json(act.handling)},
                   {"body", act.body}};
  if (act.route) out["route"] = to_json(*act.route);
  return out;
}

namespace {

// The same bytes as json::write(to_json(act)), without a copy of the body.
std::string write(const Act& act) {
  json::ObjectText out;
  out.text("at", to_text(act.at));
  out.value("body", act.body);
  out.text("card", to_hex(act.card));
  out.number("epoch", act.epoch);
  out.text("from", to_hex(act.from));
  out.value("handling", to_json(act.handling));
  out.text("id", to_text(act.id));
  out.text("kind", kind_name(act.kind));
  out.text("lane", lane_name(act.lane));
  out.value("refs", to_json(act.refs));
  if (act.route) out.value("route", to_json(*act.route));
  out.number("seq", act.seq);
  out.text("to", to_hex(act.to));
  return out.finish();
}

}  // namespace

ConversationId conversation_of(const Act& act) {
  for (const Ref& ref : act.refs)
    if (ref.rel == "conversation") return ConversationId{ref.act.bytes};
  return ConversationId{act.id.bytes};
}

Hash approval_subject(const Act& act) {
  json::ObjectText subject;
  subject.value("body", act.body);
  subject.text("from", to_hex(act.from));
  subject.value("handling", to_json(act.handling));
  subject.text("kind", kind_name(act.kind));
  subject.value("refs", to_json(act.refs));
  subject.value("route", act.route ? to_json(*act.route) : json::Value());
  subject.text("to", to_hex(act.to));
  return crypto::sha256(as_bytes(subject.finish()));
}

std::string seal(const Act& act, const crypto::SigningKey& key) {
  return seal(act_type, write(act), key);
}

}  // namespace comity::act
