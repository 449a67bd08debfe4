#include "app/outbreak_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/tell.h"
#include "base/time.h"

namespace comity::app {
namespace {

constexpr std::size_t rows_of_curve = 16, width_of_bar = 48, rows_of_places = 20;

std::string word_at(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

std::int64_t number_at(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found && found->as_int() ? *found->as_int() : 0;
}

// "4.2 minutes"
std::string span_of(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  for (Unit unit : {Unit{86'400, "days"}, {3'600, "hours"}, {60, "minutes"}, {1, "seconds"}})
    if (seconds >= 2 * unit.seconds)
      return fmt::format("{:.1f} {}", seconds / unit.seconds, unit.name);
  return fmt::format("{:.0f} ms", seconds * 1000);
}

std::string span_at(const json::Value& spans, std::string_view name) {
  const json::Value* found = spans.find(name);
  if (!found || found->is_null()) return "";
  return span_of(found->as_double() ? *found->as_double() : static_cast<double>(*found->as_int()));
}

std::string heading_text(const json::Value& outbreak) {
  std::string out = fmt::format("{}, {}\n  {}\n", for_terminal(word_at(outbreak, "name")),
                                word_at(outbreak, "tlp"), word_at(outbreak, "id"));
  const json::Array& places = *outbreak.find("places")->as_array();
  if (places.empty()) {
    out += "Nobody is known to have seen it.\n";
  } else {
    auto first = instant_from_text(word_at(places[0], "first"));
    out += fmt::format("First seen by {} at {}.\n{} sightings at {} places.\n",
                       for_terminal(word_at(places[0], "name")), first ? both_zones(*first) : "",
                       number_at(outbreak, "sightings"), number_at(outbreak, "places_total"));
  }
  if (std::int64_t again = number_at(outbreak, "counted_again"); again > 0)
    out += fmt::format(
        "What was seen at several places counts at each: together they have {} more.\n", again);
  const json::Value& spans = *outbreak.find("doubling_seconds");
  if (std::string all = span_at(spans, "sightings"); !all.empty())
    out += "Sightings double every " + all + " over the whole curve";
  else
    out += "It has not doubled yet, or is seen too seldom to say how fast it grows";
  if (std::string last = span_at(spans, "last"); !last.empty())
    out += "; the last doubling took " + last;
  if (std::string of = span_at(spans, "places"); !of.empty()) out += ".\nPlaces double every " + of;
  out += ".\n";
  if (std::int64_t later = number_at(outbreak, "in_the_future"); later > 0)
    out += fmt::format("{} sightings say a time that has not come, and are left out.\n", later);
  return out;
}

// The sums at the end of equal slices of the time, one a line.
std::string curve_text(const json::Value& outbreak) {
  const json::Array& curve = *outbreak.find("curve")->as_array();
  if (curve.size() < 2) return "";
  auto at = [](const json::Value& point) {
    return instant_from_text(word_at(point, "at")).value_or(Instant{});
  };
  Instant from = at(curve.front());
  Millis all = at(curve.back()) - from;
  std::int64_t most = number_at(curve.back(), "sightings");
  bool short_time = all < std::chrono::minutes{16};
  std::string out = "\n  until (UTC)             sightings  places\n";
  std::size_t reached = 0;
  for (std::size_t row = 0; row < rows_of_curve; ++row) {
    Instant end = from + all * static_cast<int>(row + 1) / static_cast<int>(rows_of_curve);
    while (reached + 1 < curve.size() && at(curve[reached + 1]) <= end) ++reached;
    const json::Value& point = curve[reached];
    auto share = static_cast<std::size_t>(number_at(point, "sightings")) * width_of_bar /
                 static_cast<std::size_t>(std::max<std::int64_t>(most, 1));
    std::string bar;
    for (std::size_t i = 0; i < std::max<std::size_t>(share, 1); ++i) bar += "█";
    std::string when = to_text(end);
    out += fmt::format("  {:<22} {:>10} {:>7}  {}\n",
                       when.substr(0, 10) + " " + when.substr(11, short_time ? 12 : 5),
                       number_at(point, "sightings"), number_at(point, "places"), bar);
  }
  return out;
}

json::Value first_of(const json::Value& list, std::size_t count) {
  const json::Array& all = *list.as_array();
  return json::Array(all.begin(),
                     all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), count)));
}

}  // namespace

std::string outbreak_text(const json::Value& outbreak) {
  std::string out = heading_text(outbreak) + curve_text(outbreak);
  const json::Value& places = *outbreak.find("places");
  out += "\nWho saw it\n" + table(first_of(places, rows_of_places), {"name", "first", "sightings"});
  if (std::size_t more = places.as_array()->size(); more > rows_of_places)
    out += fmt::format("and {} more; all of them: --json\n", more - rows_of_places);
  out += "\nWho told whom, as far as this node was told\n" +
         table(*outbreak.find("told"), {"from", "to", "at", "what", "standing"});
  const json::Value& unreached = *outbreak.find("unreached");
  out += "\nPartners it has not reached from here\n";
  out += unreached.as_array()->empty() ? "none\n" : table(unreached, {"member", "why"});
  for (const json::Value& each : *unreached.as_array())
    if (word_at(each, "why") == "not_told") {
      out += "not_told: they may see it. Tell them: comity alert share " + word_at(outbreak, "id") +
             " --collection ... --to ...\n";
      break;
    }
  return out;
}

}  // namespace comity::app
