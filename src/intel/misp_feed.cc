// The layout of a feed: github.com/MISP/PyMISP, "feed-generator"; MISP core format.
#include "intel/misp_feed.h"

#include <algorithm>

#include "crypto/md5.h"
#include "intel/blocklist.h"
#include "intel/maker.h"
#include "stix/object.h"

namespace comity::intel {
namespace {

std::string uuid_of(std::string_view name) {
  return derived_id("x", name).substr(3);
}

// Your organisation only, this community, connected communities, all.
int distribution_of(stix::Tlp tlp) {
  switch (tlp) {
    case stix::Tlp::clear:
      return 3;
    case stix::Tlp::green:
      return 2;
    case stix::Tlp::amber:
      return 1;
    case stix::Tlp::amber_strict:
    case stix::Tlp::red:
      return 0;
  }
  return 0;
}

json::Array tag_of(stix::Tlp tlp) {
  std::string name(stix::tlp_name(tlp));
  std::ranges::transform(name, name.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return {json::Object{{"name", name}, {"colour", "#ffffff"}}};
}

struct Named {
  std::string_view type, category;
};

Named type_of(const Blocklist::Value& value) {
  switch (value.kind) {
    case sweep::Kind::address:
      return {"ip-dst", "Network activity"};
    case sweep::Kind::domain:
      return {"domain", "Network activity"};
    case sweep::Kind::url:
      return {"url", "Network activity"};
    case sweep::Kind::mail:
      return {"email", "Payload delivery"};
    case sweep::Kind::hash:
      return {value.text.size() == 32   ? "md5"
              : value.text.size() == 40 ? "sha1"
              : value.text.size() == 64 ? "sha256"
                                        : "sha512",
              "Payload delivery"};
    case sweep::Kind::file:
      return {"filename", "Payload delivery"};
    case sweep::Kind::registry:
      return {"regkey", "Persistence mechanism"};
  }
  return {"text", "Other"};
}

// Rules in the languages that MISP has types for; a pattern that says more than one value is whole.
Named type_of_rule(std::string_view language) {
  if (language == "yara") return {"yara", "Payload delivery"};
  if (language == "sigma") return {"sigma", "Payload delivery"};
  if (language == "snort") return {"snort", "Network activity"};
  return language == "stix" ? Named{"stix2-pattern", "Network activity"} : Named{};
}

}  // namespace

void MispFeed::put(Event& event, json::Object attribute, const std::string& key, stix::Tlp tlp) {
  attribute["uuid"] = uuid_of("feed|" + key);
  attribute["distribution"] = std::to_string(distribution_of(tlp));
  attribute["disable_correlation"] = false;
  attribute["Tag"] = tag_of(tlp);
  event.attributes.emplace_back(std::move(attribute));
}

void MispFeed::add(std::string_view bytes, std::int64_t added, stix::Tlp tlp) {
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object || reading.object->type != "indicator" || !reading.object->created) return;
  const stix::Object& object = *reading.object;
  std::string date = comity::to_text(date_of(stix::instant_of(object.created->at)));
  std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(about_.now).time_since_epoch().count();
  bool expired = object.valid_until && object.valid_until->seconds <= now;
  // It changes again when it expires: MISP must hear of that too.
  std::int64_t timestamp = expired ? std::max(added, object.valid_until->seconds) : added;

  Event& event = events_[uuid_of("feed|" + about_.collection + "|" + date)];
  event.date = date;
  event.timestamp = std::max(event.timestamp, timestamp);
  event.widest = std::min(event.widest, tlp);
  event.strictest = std::max(event.strictest, tlp);
  json::Object common{{"timestamp", std::to_string(timestamp)},
                      {"to_ids", !expired && !object.revoked},
                      {"deleted", object.revoked},
                      {"comment", text_at(reading.value, "name", 65'535)}};
  if (object.valid_from)
    common["first_seen"] = comity::to_text(stix::instant_of(*object.valid_from));

  // The values whatever the time and the state: the same rules as for blocklists.
  Blocklist values({.at = object.valid_from.value_or(stix::Moment{})});
  values.add_always(object);
  for (const auto& [value, why] : values.values()) {
    Named named = type_of(value);
    json::Object attribute = common;
    attribute["type"] = named.type;
    attribute["category"] = named.category;
    attribute["value"] = value.text;
    put(event, std::move(attribute), object.id + "|" + value.text, tlp);
  }
  Named rule = type_of_rule(object.pattern_type.empty() ? "stix" : object.pattern_type);
  if (!values.values().empty() || rule.type.empty()) return;
  common["type"] = rule.type;
  common["category"] = rule.category;
  common["value"] = object.pattern;
  put(event, std::move(common), object.id, tlp);
}

json::Object MispFeed::head(const Event& event) const {
  return {{"Orgc", json::Object{{"name", about_.maker}, {"uuid", uuid_of("feed|" + about_.maker)}}},
          {"Tag", tag_of(event.strictest)},
          {"info", about_.title + ", " + event.date},
          {"date", event.date},
          {"analysis", "2"},
          {"threat_level_id", "4"},
          {"timestamp", std::to_string(event.timestamp)}};
}

json::Object MispFeed::manifest() const {
  json::Object out;
  for (const auto& [uuid, event] : events_)
    if (!event.attributes.empty()) out[uuid] = head(event);
  return out;
}

std::string MispFeed::hashes() const {
  std::string out;
  for (const auto& [uuid, event] : events_)
    for (const json::Value& each : event.attributes)
      out += to_hex(crypto::md5_for_feeds(as_bytes(*each.find("value")->as_string()))) + "," +
             uuid + "\n";
  return out;
}

json::Value MispFeed::event(std::string_view uuid) const {
  auto at = events_.find(std::string(uuid));
  if (at == events_.end() || at->second.attributes.empty()) return {};
  json::Object made = head(at->second);
  made["uuid"] = uuid;
  made["published"] = true;
  made["publish_timestamp"] = std::to_string(at->second.timestamp);
  made["distribution"] = std::to_string(distribution_of(at->second.widest));
  made["extends_uuid"] = "";
  made["Attribute"] = at->second.attributes;
  made["Object"] = json::Array{};
  return json::Object{{"Event", std::move(made)}};
}

}  // namespace comity::intel
