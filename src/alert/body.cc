#include "alert/body.h"

#include <algorithm>

#include "base/limits.h"
#include "base/limits_alert.h"
#include "base/limits_push.h"
#include "json/reader.h"
#include "stix/identifier.h"

namespace comity::alert {
namespace {

constexpr std::string_view verbs[] = {"share", "sighting"};
constexpr std::size_t stix_id_bytes_max = 300;

Share read_share(json::Reader& in, Share::Verb verb) {
  Share share{.verb = verb, .collection = {}, .title = {}, .blobs = {}};
  in.object("collection", [&](json::Reader& each) {
    share.collection = each.text("id", 36);
    share.title = each.text_or("title", "", limits::collection_title_bytes_max);
  });
  if (in.ok() && !is_uuid(share.collection))
    in.refuse("collection", Code::bad_value, "a collection's id is a UUID");
  std::uint64_t sum = 0;
  in.objects("blobs", limits::act_blobs_max, [&](json::Reader& each) {
    BlobName blob{.sha256 = each.hash("sha256"), .bytes = 0};
    blob.bytes = static_cast<std::uint64_t>(each.integer("bytes", 1, 1ll << 40));
    sum += blob.bytes;
    share.blobs.push_back(blob);
  });
  if (in.ok() && share.blobs.empty())
    in.refuse("blobs", Code::bad_value, "an alert names at least one blob");
  if (in.ok() && sum > limits::batch_blobs_bytes_max)
    in.refuse("blobs", Code::too_large,
              "an alert's blobs have at most " + std::to_string(limits::batch_blobs_bytes_max) +
                  " bytes together");
  for (auto at = share.blobs.begin(); at != share.blobs.end(); ++at)
    if (std::ranges::find(share.blobs.begin(), at, at->sha256, &BlobName::sha256) != at)
      in.refuse("blobs", Code::bad_value, "a blob is named once");
  share.relay = in.boolean_or("relay", true);
  share.csirts = in.boolean_or("csirts", false);
  if (in.has("origin")) share.origin = in.fixed<MemberTag>("origin");
  return share;
}

Recall read_recall(json::Reader& in) {
  Recall recall;
  recall.objects = in.texts("objects", limits::recall_objects_max, stix_id_bytes_max);
  recall.why = in.text_or("why", "", limits::request_line_bytes_max);
  if (in.ok() && recall.objects.empty())
    in.refuse("objects", Code::bad_value, "a recall names at least one object");
  for (const std::string& id : recall.objects)
    if (!is_stix_id(id)) in.refuse("objects", Code::bad_value, "not a STIX identifier");
  return recall;
}

json::Value to_json(const Share& share) {
  json::Array blobs;
  for (const BlobName& each : share.blobs)
    blobs.push_back(json::Object{{"sha256", to_hex(each.sha256)}, {"bytes", each.bytes}});
  json::Object collection{{"id", share.collection}};
  if (!share.title.empty()) collection["title"] = share.title;
  json::Object out{{"verb", verbs[static_cast<std::size_t>(share.verb)]},
                   {"collection", std::move(collection)},
                   {"blobs", std::move(blobs)}};
  if (!share.relay) out["relay"] = false;
  if (share.csirts) out["csirts"] = true;
  if (share.origin) out["origin"] = to_hex(*share.origin);
  return out;
}

json::Value to_json(const Recall& recall) {
  json::Object out{{"verb", "recall"},
                   {"objects", json::Array(recall.objects.begin(), recall.objects.end())}};
  if (!recall.why.empty()) out["why"] = recall.why;
  return out;
}

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool hex = ('0' <= text[i] && text[i] <= '9') || ('a' <= text[i] && text[i] <= 'f');
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

bool is_stix_id(std::string_view text) {
  return text.size() <= stix_id_bytes_max && stix::identifier_from_text(text).has_value();
}

Result<Body> body_from_json(const json::Value& value) {
  json::Reader in(value);
  Body body;
  std::string verb = in.one_of("verb", {verbs[0], verbs[1], "recall"});
  if (verb == "recall")
    body = read_recall(in);
  else
    body = read_share(in, verb == verbs[1] ? Share::Verb::sighting : Share::Verb::share);
  TRY_VOID(in.finish());
  return body;
}

json::Value to_json(const Body& body) {
  return std::visit([](const auto& each) { return to_json(each); }, body);
}

}  // namespace comity::alert
