#include "app/admin_alert.h"

#include <charconv>

#include "alert/body.h"
#include "app/node.h"
#include "node/alert_acts.h"
#include "node/object_page.h"
#include "node/outbreak.h"
#include "node/recall.h"
#include "node/roads.h"
#include "node/rows.h"
#include "node/spread.h"

namespace comity::app {
namespace {

constexpr std::size_t rows_page = 5'000;
constexpr std::size_t bytes_page = 256;
constexpr std::size_t bytes_page_max = 3u << 20;  // an answer is twice as long at most

std::string parameter(const net::Target& target, std::string_view name) {
  const std::string* value = target.parameter(name);
  return value ? *value : "";
}

Result<alert::Reader> reader_asked(const node::Context& context, node::Overlay& rows,
                                   const node::Collection& collection, const net::Target& target) {
  node::TaxiiUser user;
  std::string standing = parameter(target, "standing");
  if (standing == "client") user.standing = alert::Standing::client;
  if (standing == "member") {
    user.standing = alert::Standing::member;
    TRY(user.member, member_id_from_text(parameter(target, "member")));
  } else if (!standing.empty() && standing != "own" && standing != "client") {
    return fail(Code::bad_value, "own, client or member", "standing");
  }
  TRY(alert::Reader reader, node::reader_of(rows, user, context.jurisdiction));
  TRY_VOID(node::judge_roads(rows, node::here(context, SystemClock().now()), collection, reader));
  return reader;
}

// As many as an answer may hold; one at least.
void cut(node::ObjectPage& page) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < page.objects.size(); ++i) {
    bytes += page.objects[i].bytes.size();
    if (i == 0 || bytes <= bytes_page_max) continue;
    page.objects.resize(i);
    page.next = page.objects.back().added;
    return;
  }
}

std::string nickname_of(node::Overlay& rows, const MemberId& id) {
  auto member = node::load_member(rows, id);
  return member ? member->nickname : "";
}

Result<json::Value> told_json(node::Overlay& rows, const MemberId& self, const node::Spread& told) {
  json::Object out{{"way", told.row.way == node::Way::out ? "out" : "in"},
                   {"member", to_hex(told.member)},
                   {"nickname", nickname_of(rows, told.member)},
                   {"act", to_text(told.act)},
                   {"at", to_text(told.row.at)},
                   {"collection", told.row.collection}};
  if (told.row.origin) out["origin"] = to_hex(*told.row.origin);
  if (told.row.way == node::Way::out) {
    TRY(out["standing"], node::standing_of(rows, self, told.act));
  }
  return out;
}

Result<json::Array> recalls_json(node::Overlay& rows, const MemberId& self, const std::string& id) {
  json::Array recalls;
  auto each = [&](const std::string& key, const json::Value& row) -> Result<node::Overlay::Walk> {
    TRY(node::RecallRow held, node::recall_row_from_json(row));
    TRY(ActId act, id_from_text<ActId>(key.substr(key.rfind('/') + 1)));
    json::Object out{{"ours", held.ours},
                     {"member", to_hex(held.member)},
                     {"nickname", nickname_of(rows, held.member)},
                     {"act", to_text(act)},
                     {"at", to_text(held.at)},
                     {"why", held.why}};
    if (held.ours) {
      TRY(out["standing"], node::standing_of(rows, self, act));
    }
    recalls.push_back(std::move(out));
    return node::Overlay::Walk::on;
  };
  TRY_VOID(rows.scan(node::Space::recall, id + "/", each));
  return recalls;
}

}  // namespace

Result<json::Value> roads_query(const node::Context& context, node::View& view,
                                const net::Target& target) {
  node::Overlay rows(view);
  TRY(node::Collection collection, node::load_collection(rows, parameter(target, "collection")));
  TRY(json::Array roads,
      node::roads_json(rows, node::here(context, SystemClock().now()), collection));
  return roads;
}

Result<json::Value> objects_query(const node::Context& context, node::View& view,
                                  const net::Target& target) {
  node::Overlay rows(view);
  TRY(node::Collection collection, node::load_collection(rows, parameter(target, "collection")));
  TRY(alert::Reader reader, reader_asked(context, rows, collection, target));
  node::ObjectFilter filter;
  std::string after = parameter(target, "after");
  (void)std::from_chars(after.data(), after.data() + after.size(), filter.after);
  if (std::string type = parameter(target, "type"); !type.empty()) filter.types = {type};
  bool bytes = parameter(target, "bytes") == "1";
  TRY(node::ObjectPage page,
      node::read_page(view, collection, reader, filter, bytes ? bytes_page : rows_page,
                      bytes ? node::With::bytes : node::With::rows));
  cut(page);
  json::Array objects;
  for (node::SeenObject& each : page.objects) {
    json::Object one{{"id", each.id},           {"type", node::type_of_id(each.id)},
                     {"version", each.version}, {"tlp", stix::tlp_name(each.tlp)},
                     {"added", each.added},     {"revoked", each.revoked}};
    if (each.from) one["from"] = to_hex(*each.from);
    if (bytes) one["bytes"] = std::move(each.bytes);
    objects.push_back(std::move(one));
  }
  json::Object withheld;
  for (std::size_t i = 0; i < alert::verdict_count; ++i)
    if (auto verdict = static_cast<alert::Verdict>(i);
        verdict != alert::Verdict::shown && page.tally.of[i] > 0)
      withheld[alert::verdict_name(verdict)] = page.tally.of[i];
  json::Object out{{"objects", std::move(objects)}, {"withheld", std::move(withheld)}};
  if (page.next) out["next"] = *page.next;
  return out;
}

Result<json::Value> spread_query(const node::Context& context, node::View& view,
                                 const net::Target& target) {
  node::Overlay rows(view);
  std::string id = parameter(target, "id");
  if (!alert::is_stix_id(id)) return fail(Code::bad_value, "a STIX id", "id");
  json::Array told;
  TRY(auto places, node::ever_places_of(rows, id));
  for (std::uint64_t position : places) {
    TRY(auto spread, node::spread_of(rows, position));
    for (const node::Spread& each : spread) {
      if (!node::speaks_of(each.row, id)) continue;
      TRY(json::Value one, told_json(rows, context.self, each));
      told.push_back(std::move(one));
    }
  }
  TRY(json::Array recalls, recalls_json(rows, context.self, id));
  return json::Object{{"told", std::move(told)}, {"recalls", std::move(recalls)}};
}

Result<json::Value> outbreak_query(const node::Context& context, node::View& view,
                                   const net::Target& target) {
  std::string id = parameter(target, "id");
  if (!alert::is_stix_id(id)) return fail(Code::bad_value, "a STIX id", "id");
  TRY(Instant asked, instant_from_text(parameter(target, "at")));
  TRY(alert::OutbreakFacts facts, node::gather_outbreak(context, view, id, asked));
  alert::Outbreak outbreak = alert::outbreak_of(facts);
  json::Value out = alert::to_json(facts, outbreak);
  if (parameter(target, "svg") == "1") (*out.as_object())["svg"] = alert::to_svg(facts, outbreak);
  return out;
}

Result<json::Value> subscriptions_query(node::View& view) {
  node::Overlay rows(view);
  json::Array out;
  auto each = [&](const std::string& key, const json::Value& row) -> Result<node::Overlay::Walk> {
    std::size_t at = key.find('/');
    if (at == std::string::npos) return node::Overlay::Walk::on;
    TRY(MemberId member, member_id_from_text(key.substr(0, at)));
    TRY(node::Subscription held, node::subscription_from_json(row));
    out.push_back(json::Object{{"member", to_hex(member)},
                               {"nickname", nickname_of(rows, member)},
                               {"theirs", key.substr(at + 1)},
                               {"title", held.title},
                               {"collection", held.collection},
                               {"sightings", held.sightings}});
    return node::Overlay::Walk::on;
  };
  TRY_VOID(rows.scan(node::Space::subscription, "", each));
  return out;
}

}  // namespace comity::app
