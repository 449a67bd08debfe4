#include "alert/outbreak.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/limits_outbreak.h"

namespace comity::alert {
namespace {

double seconds_between(Instant from, Instant to) {
  return std::chrono::duration<double>(to - from).count();
}

Millis millis_of(double seconds) {
  return std::chrono::round<Millis>(std::chrono::duration<double>(seconds));
}

using Sum = std::uint64_t CurvePoint::*;

// The slope of log2(sum) over seconds is doublings a second.
std::optional<Millis> doubling_time(const std::vector<CurvePoint>& curve, Sum sum) {
  if (curve.size() < 3 || curve.back().*sum < 2 * (curve.front().*sum)) return std::nullopt;
  auto n = static_cast<double>(curve.size());
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const CurvePoint& each : curve) {
    double t = seconds_between(curve.front().at, each.at);
    double l = std::log2(static_cast<double>(each.*sum));
    x += t;
    y += l;
    xx += t * t;
    xy += t * l;
  }
  double slope = (n * xy - x * y) / (n * xx - x * x);
  if (!(slope > 0)) return std::nullopt;
  return millis_of(1 / slope);
}

// When the sum was half of what it is, along a straight line between two points.
std::optional<Millis> last_doubling(const std::vector<CurvePoint>& curve) {
  if (curve.size() < 2) return std::nullopt;
  double half = static_cast<double>(curve.back().sightings) / 2;
  auto after = std::ranges::find_if(
      curve, [&](const CurvePoint& each) { return static_cast<double>(each.sightings) > half; });
  if (after == curve.begin()) return std::nullopt;
  auto before = after - 1;
  double share = (half - static_cast<double>(before->sightings)) /
                 static_cast<double>(after->sightings - before->sightings);
  double at = seconds_between(curve.front().at, before->at) +
              share * seconds_between(before->at, after->at);
  return millis_of(seconds_between(curve.front().at, curve.back().at) - at);
}

json::Value seconds_or_null(const std::optional<Millis>& time) {
  return time ? json::Value(std::chrono::duration<double>(*time).count()) : json::Value();
}

}  // namespace

Outbreak outbreak_of(const OutbreakFacts& facts) {
  Outbreak out;
  std::map<Instant, std::uint64_t> seen, places_at;
  std::map<std::string, Place> places;
  for (const Sighted& each : facts.sightings) {
    if (each.first > facts.asked) {
      ++out.in_the_future;
      continue;
    }
    ++seen[each.first];
    if (each.count > 1) seen[std::clamp(each.last, each.first, facts.asked)] += each.count - 1;
    for (const std::string& name : each.places) {
      Place& place = places.try_emplace(name, Place{name, each.first}).first->second;
      place.first = std::min(place.first, each.first);
      place.sightings += each.count;
    }
  }
  for (const auto& [name, place] : places) {
    ++places_at[place.first];
    out.places.push_back(place);
  }
  std::ranges::sort(out.places, {},
                    [](const Place& each) { return std::tie(each.first, each.name); });
  CurvePoint sum;
  for (const auto& [at, count] : seen) {
    sum.at = at;
    sum.sightings += count;
    if (auto fresh = places_at.find(at); fresh != places_at.end()) sum.places += fresh->second;
    out.curve.push_back(sum);
  }
  out.doubling = doubling_time(out.curve, &CurvePoint::sightings);
  out.doubling_of_places = doubling_time(out.curve, &CurvePoint::places);
  out.last_doubling = last_doubling(out.curve);
  return out;
}

std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& curve, std::size_t points) {
  if (curve.size() <= points) return curve;
  std::vector<CurvePoint> out{curve.front()};
  Millis all = curve.back().at - curve.front().at;
  auto slices = static_cast<std::int64_t>(points) - 1;
  for (std::int64_t slice = 1; slice <= slices; ++slice) {
    Instant end = curve.front().at + all * slice / slices;
    auto after = std::ranges::upper_bound(curve, end, {}, &CurvePoint::at);
    if (*(after - 1) != out.back()) out.push_back(*(after - 1));
  }
  return out;
}

json::Value to_json(const OutbreakFacts& facts, const Outbreak& outbreak) {
  json::Array places, curve, told, unreached;
  for (const Place& each : outbreak.places) {
    if (places.size() == limits::outbreak_names_max) break;
    places.push_back(json::Object{
        {"name", each.name}, {"first", to_text(each.first)}, {"sightings", each.sightings}});
  }
  for (const CurvePoint& each : thinned(outbreak.curve, limits::outbreak_points_max))
    curve.push_back(json::Object{
        {"at", to_text(each.at)}, {"sightings", each.sightings}, {"places", each.places}});
  for (const Telling& each : facts.told)
    told.push_back(json::Object{{"from", each.from},
                                {"to", each.to},
                                {"at", each.at ? json::Value(to_text(*each.at)) : json::Value()},
                                {"what", each.what},
                                {"standing", each.standing}});
  for (const Unreached& each : facts.unreached)
    unreached.push_back(json::Object{{"member", each.member}, {"why", each.why}});
  std::uint64_t sum = outbreak.curve.empty() ? 0 : outbreak.curve.back().sightings, at_places = 0;
  for (const Place& each : outbreak.places) at_places += each.sightings;
  return json::Object{
      {"id", facts.id},
      {"name", facts.name},
      {"tlp", stix::tlp_name(facts.tlp)},
      {"asked_at", to_text(facts.asked)},
      {"indicators", json::Array(facts.indicators.begin(), facts.indicators.end())},
      {"sightings", sum},
      {"counted_again", at_places - sum},
      {"in_the_future", outbreak.in_the_future},
      {"doubling_seconds", json::Object{{"sightings", seconds_or_null(outbreak.doubling)},
                                        {"places", seconds_or_null(outbreak.doubling_of_places)},
                                        {"last", seconds_or_null(outbreak.last_doubling)}}},
      {"places", std::move(places)},
      {"places_total", static_cast<std::uint64_t>(outbreak.places.size())},
      {"curve", std::move(curve)},
      {"told", std::move(told)},
      {"unreached", std::move(unreached)}};
}

}  // namespace comity::alert
