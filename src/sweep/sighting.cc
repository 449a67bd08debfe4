#include "sweep/sighting.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "json/value.h"
#include "stix/bundle.h"
#include "stix/identifier.h"
#include "stix/tlp.h"

namespace comity::sweep {
namespace {

constexpr std::uint64_t count_max = 999'999'999;  // STIX 2.1, 5.2.1

// 5d0c9a57-8f5e-4a43-9b0e-6a1d2c7be0f4, made for this and for nothing else.
constexpr std::array<std::uint8_t, 16> ours{0x5d, 0x0c, 0x9a, 0x57, 0x8f, 0x5e, 0x4a, 0x43,
                                            0x9b, 0x0e, 0x6a, 0x1d, 0x2c, 0x7b, 0xe0, 0xf4};

std::string id_of(std::string_view type, const std::string& name) {
  return std::string(type) + "--" + uuid_text(stix::named_uuid(ours, name));
}

}  // namespace

bool is_bundle_of_sightings(std::string_view text) {
  bool all = true;
  auto bundle = stix::read_bundle(text, [&](const stix::Reading& reading) {
    std::string_view id = reading.id;
    all &= reading.object && (id.starts_with("sighting--") || id.starts_with("identity--") ||
                              id.starts_with("marking-definition--"));
  });
  return bundle && all && bundle->id.starts_with("bundle--");
}

void Sightings::add(std::uint32_t indicator) {
  if (!indicators_.at(indicator).decisive) return;
  std::string id = indicators_.origin(indicator).id;
  if (!id.starts_with("indicator--")) return;
  Seen& seen = seen_[std::move(id)];
  if (seen.count++ == 0) seen.indicator = indicator;
}

// Swept again on the same day it is a newer version of the same sighting, and no second one.
json::Object Sightings::sighting(const Sighter& by, const std::string& id, const Seen& seen) const {
  Instant day = std::chrono::floor<std::chrono::days>(by.began);
  json::Object made{{"type", "sighting"},
                    {"spec_version", "2.1"},
                    {"id", id_of("sighting", by.key + "|" + id + "|" + comity::to_text(day))},
                    {"created", comity::to_text(day)},
                    {"modified", comity::to_text(by.ended)},
                    {"first_seen", comity::to_text(by.began)},
                    {"last_seen", comity::to_text(std::max(by.began, by.ended))},
                    {"count", std::min(seen.count, count_max)},
                    {"sighting_of_ref", id}};
  if (!by.identity_id.empty()) made["created_by_ref"] = by.identity_id;
  // That it was seen tells of the indicator: it is for nobody else.
  const auto& markings = indicators_.markings(indicators_.origin(seen.indicator).marked);
  if (!markings.empty())
    made["object_marking_refs"] = json::Array(markings.begin(), markings.end());
  return made;
}

std::vector<std::string> Sightings::objects(const Sighter& by, std::string_view alert) const {
  std::vector<std::string> sightings, out;
  std::set<std::string> marked;
  for (const auto& [id, seen] : seen_) {
    Origin origin = indicators_.origin(seen.indicator);
    if (!alert.empty() && origin.alert != alert) continue;
    sightings.push_back(json::write(sighting(by, id, seen)));
    for (const std::string& each : indicators_.markings(origin.marked)) marked.insert(each);
  }
  if (sightings.empty()) return out;
  if (!by.identity.empty()) out.push_back(by.identity);
  // The labels of the Traffic Light Protocol are known to all.
  for (const std::string& each : marked)
    if (std::string_view bytes = indicators_.definition(each);
        !bytes.empty() && !stix::tlp_of_id(each))
      out.emplace_back(bytes);
  std::ranges::move(sightings, std::back_inserter(out));
  return out;
}

std::string Sightings::bundle(const Sighter& by) const {
  std::vector<std::string> texts = objects(by);
  std::vector<std::string_view> views(texts.begin(), texts.end());
  return stix::write_bundle(id_of("bundle", by.key + "|" + comity::to_text(by.ended)), views);
}

}  // namespace comity::sweep
