// The curve of an outbreak as a picture that needs nothing else: two step lines over time, each on
// its own scale, and the places as they come.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "alert/outbreak.h"
#include "base/limits_outbreak.h"
#include "base/markup.h"

namespace comity::alert {
namespace {

constexpr double width = 860, height = 460, left = 70, right = 790, top = 76, bottom = 380;
constexpr std::size_t named_places_max = 12;
constexpr std::string_view ink = "#303030", faint = "#dcdcdc", sightings_ink = "#b3391f",
                           places_ink = "#1f3a6e";

struct Axes {
  Instant from;
  double seconds = 1;
  std::uint64_t sightings = 1, places = 1;  // what the tops stand for

  [[nodiscard]] double x(Instant at) const {
    return left + (right - left) * std::chrono::duration<double>(at - from).count() / seconds;
  }
  static double y(std::uint64_t value, std::uint64_t all) {
    return bottom - (bottom - top) * static_cast<double>(value) / static_cast<double>(all);
  }
};

// 1, 2 or 5 times a power of ten, so that at most `count` of them fit.
std::uint64_t round_step(std::uint64_t all, std::uint64_t count) {
  for (std::uint64_t power = 1;; power *= 10)
    for (std::uint64_t step : {power, 2 * power, 5 * power})
      if (all / step <= count) return step;
}

std::uint64_t top_of(std::uint64_t value) {
  std::uint64_t step = round_step(std::max<std::uint64_t>(value, 1), 5);
  return (value + step - 1) / step * step;
}

Axes axes_of(const Outbreak& outbreak) {
  Axes axes;
  if (outbreak.curve.empty()) return axes;
  const CurvePoint& last = outbreak.curve.back();
  axes.from = outbreak.curve.front().at;
  axes.seconds = std::max(0.001, std::chrono::duration<double>(last.at - axes.from).count());
  axes.sightings = top_of(last.sightings);
  axes.places = top_of(last.places);
  return axes;
}

// How wide the character is that begins with this byte, as a part of its height: at most so much in
// the fonts that are usual.
double width_of(unsigned char byte) {
  if ((byte & 0xc0) == 0x80) return 0;
  if (byte >= 0xe1) return 1.1;  // the scripts of Asia
  bool wide = (byte >= 'A' && byte <= 'Z') || byte == 'm' || byte == 'w' || byte == '@';
  return wide ? 0.85 : 0.65;
}

// As much as has room.
std::string shortened(std::string_view words, double room, int size) {
  constexpr double sign = 1;  // for what stands for the rest
  double used = 0;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < words.size(); ++at) {
    bool begins = (static_cast<unsigned char>(words[at]) & 0xc0) != 0x80;
    if (begins && (used + sign) * size <= room) kept = at;
    used += width_of(static_cast<unsigned char>(words[at]));
    if (used * size > room) return std::string(words.substr(0, kept)) + "…";
  }
  return std::string(words);
}

std::string text(double x, double y, std::string_view anchor, int size, std::string_view fill,
                 std::string_view words) {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" fill=\"{}\">{}</text>\n",
      x, y, anchor, size, fill, escaped(words));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view stroke) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1, y1, x2,
      y2, stroke);
}

// What is beside an axis has room for seven digits: steps of millions are written so.
std::string number(std::uint64_t value, std::uint64_t step) {
  constexpr std::uint64_t million = 1'000'000;
  if (step < million || value == 0) return std::to_string(value);
  if (step < 1'000 * million) return std::to_string(value / million) + "M";
  if (step < million * million) return std::to_string(value / million / 1'000) + "G";
  return std::to_string(value / million / million) + "T";
}

std::string scale_svg(const Axes& axes) {
  std::string out;
  std::uint64_t step = round_step(axes.sightings, 5);
  for (std::uint64_t n = 0; n <= axes.sightings; n += step) {
    double y = Axes::y(n, axes.sightings);
    out += line(left, y, right, y, faint);
    out += text(left - 8, y + 4, "end", 12, sightings_ink, number(n, step));
  }
  step = round_step(axes.places, 5);
  for (std::uint64_t n = 0; n <= axes.places; n += step)
    out += text(right + 8, Axes::y(n, axes.places) + 4, "start", 12, places_ink, number(n, step));
  return out;
}

// "2026-05-04" where days tell them apart and years may be several, "05-04 06:12" where minutes do,
// else with seconds, else with milliseconds.
std::string label_of(Instant at, double seconds) {
  std::string text = to_text(at);  // 2000-05-04T08:15:30.000Z
  constexpr double day = 86'400;
  if (seconds >= 120 * day) return text.substr(0, 10);
  if (seconds >= 4 * 60) return text.substr(5, 5) + " " + text.substr(11, 5);
  return seconds >= 8 ? text.substr(11, 8) : text.substr(11, 12);
}

std::string time_svg(const Axes& axes) {
  std::string out;
  constexpr int ticks = 6;
  for (int i = 0; i <= ticks; ++i) {
    Instant at = axes.from + std::chrono::round<Millis>(
                                 std::chrono::duration<double>(axes.seconds * i / ticks));
    out += line(axes.x(at), bottom, axes.x(at), bottom + 5, ink);
    out += text(axes.x(at), bottom + 20, "middle", 11, ink, label_of(at, axes.seconds));
  }
  return out;
}

std::string curve_svg(const Axes& axes, const std::vector<CurvePoint>& curve,
                      std::uint64_t CurvePoint::* sum, std::uint64_t all, std::string_view stroke) {
  std::string path = fmt::format("M{:.1f},{:.1f}", left, bottom);
  for (const CurvePoint& each : curve)
    path += fmt::format("H{:.1f}V{:.1f}", axes.x(each.at), Axes::y(each.*sum, all));
  return fmt::format(
      "<path d=\"{}H{:.1f}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\" "
      "stroke-linejoin=\"round\"/>\n",
      path, right, stroke);
}

// Where each place saw it first; the names of the first few, where they do not stand in each
// other's way.
std::string places_svg(const Axes& axes, const Outbreak& outbreak) {
  std::string out;
  std::uint64_t nth = 0;
  double named_y = height;
  for (const Place& place : outbreak.places) {
    if (++nth > limits::outbreak_points_max) break;
    double x = axes.x(place.first), y = Axes::y(nth, axes.places);
    out += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"><title>{}, {}</title>"
        "</circle>\n",
        x, y, places_ink, escaped(place.name), to_text(place.first));
    if (nth > named_places_max || named_y - y < 12) continue;
    named_y = y;
    bool late = x > (left + right) / 2;
    out += text(late ? x - 7 : x + 7, late ? y - 5 : y + 13, late ? "end" : "start", 11, places_ink,
                shortened(place.name, (right - left) / 2, 11));
  }
  return out;
}

std::string heading_svg(const OutbreakFacts& facts, const Outbreak& outbreak) {
  constexpr double room = width - left;
  std::string label = ", " + std::string(stix::tlp_name(facts.tlp));
  std::string out =
      text(left, 28, "start", 18, ink,
           shortened(facts.name, room - 18 * 0.7 * static_cast<double>(label.size()), 18) + label);
  std::string sums = "never seen, as far as this node knows";
  if (!outbreak.curve.empty())
    sums = fmt::format("{} sightings at {} places, first by {}", outbreak.curve.back().sightings,
                       outbreak.places.size(), outbreak.places.front().name);
  out += text(left, 48, "start", 13, ink, shortened(sums, room, 13));
  out += text(left - 8, top - 10, "end", 12, sightings_ink, "sightings");
  out += text(right + 8, top - 10, "start", 12, places_ink, "places");
  return out;
}

}  // namespace

std::string to_svg(const OutbreakFacts& facts, const Outbreak& outbreak) {
  Axes axes = axes_of(outbreak);
  std::string picture;
  if (!outbreak.curve.empty()) {
    auto shown = thinned(outbreak.curve, limits::outbreak_points_max);
    picture = scale_svg(axes) + time_svg(axes) +
              curve_svg(axes, shown, &CurvePoint::places, axes.places, places_ink) +
              curve_svg(axes, shown, &CurvePoint::sightings, axes.sightings, sightings_ink) +
              places_svg(axes, outbreak);
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\">\n<title>{2}</title>\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n{3}{4}{5}{6}</svg>\n",
      width, height, escaped(facts.name), heading_svg(facts, outbreak),
      line(left, bottom, right, bottom, ink), picture,
      text(left, height - 22, "start", 11, "#606060",
           fmt::format("Times in UTC. Drawn {} from what one node holds. {}", to_text(facts.asked),
                       facts.id)));
}

}  // namespace comity::alert
