#include "alert/outbreak.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/limits_outbreak.h"

namespace comity::alert {
namespace {

Instant at(double minutes) {
  return Instant(Millis{957'420'000'000}) +
         std::chrono::round<Millis>(std::chrono::duration<double, std::ratio<60>>(minutes));
}

Sighted seen(double minutes, std::string place, std::uint64_t count = 1) {
  return {.id = "sighting--x",
          .first = at(minutes),
          .last = at(minutes),
          .count = count,
          .places = {std::move(place)}};
}

OutbreakFacts facts_of(std::vector<Sighted> sightings) {
  return {.id = "malware--x",
          .name = "Letter",
          .tlp = stix::Tlp::green,
          .asked = at(10'000),
          .indicators = {},
          .sightings = std::move(sightings),
          .told = {},
          .unreached = {}};
}

TEST(Outbreak, that_nobody_saw_has_no_curve) {
  Outbreak none = outbreak_of(facts_of({}));
  EXPECT_TRUE(none.curve.empty());
  EXPECT_TRUE(none.places.empty());
  EXPECT_FALSE(none.doubling || none.doubling_of_places || none.last_doubling);
}

TEST(Outbreak, sums_sightings_and_places_in_the_order_of_time) {
  Outbreak seen_twice =
      outbreak_of(facts_of({seen(20, "Cebu", 3), seen(0, "Manila"), seen(10, "Manila", 2)}));
  EXPECT_EQ(seen_twice.curve,
            (std::vector<CurvePoint>{{at(0), 1, 1}, {at(10), 3, 1}, {at(20), 6, 2}}));
  ASSERT_EQ(seen_twice.places.size(), 2u);
  EXPECT_EQ(seen_twice.places[0].name, "Manila");
  EXPECT_EQ(seen_twice.places[0].sightings, 3u);
  EXPECT_EQ(seen_twice.places[1].first, at(20));
}

TEST(Outbreak, what_was_seen_at_several_places_counts_at_each_and_once_in_the_sum) {
  Sighted both = seen(0, "Manila", 3);
  both.places.push_back("Cebu");
  OutbreakFacts facts = facts_of({both, seen(1, "Manila", 7)});
  json::Value said = to_json(facts, outbreak_of(facts));
  EXPECT_EQ(*said.find("sightings"), json::Value(10));
  EXPECT_EQ(*said.find("counted_again"), json::Value(3)) << "13 at the places";
  facts = facts_of({seen(0, "Manila", 3)});
  EXPECT_EQ(*to_json(facts, outbreak_of(facts)).find("counted_again"), json::Value(0));
}

TEST(Outbreak, counts_the_rest_of_a_sighting_when_it_was_over) {
  Sighted each = seen(0, "Manila", 10);
  each.last = at(30);
  EXPECT_EQ(outbreak_of(facts_of({each})).curve,
            (std::vector<CurvePoint>{{at(0), 1, 1}, {at(30), 10, 1}}));
  each.last = at(-30);  // a last time before the first is none
  EXPECT_EQ(outbreak_of(facts_of({each})).curve, (std::vector<CurvePoint>{{at(0), 10, 1}}));
  each.last = at(20'000);  // nor one that has not come
  EXPECT_EQ(outbreak_of(facts_of({each})).curve.back().at, at(10'000));
}

TEST(Outbreak, leaves_out_what_is_said_to_be_seen_tomorrow) {
  Outbreak each = outbreak_of(facts_of({seen(0, "Manila"), seen(10'001, "Nowhere")}));
  EXPECT_EQ(each.in_the_future, 1u);
  EXPECT_EQ(each.places.size(), 1u);
  EXPECT_EQ(each.curve.size(), 1u);
}

TEST(Outbreak, that_doubles_every_ten_minutes_is_found_to) {
  std::vector<Sighted> sightings;
  std::uint64_t sum = 0;
  for (int i = 0; i <= 8; ++i) {  // the sum is 100 * 2^i
    std::uint64_t want = 100U << i;
    sightings.push_back(seen(10.0 * i, "place " + std::to_string(i), want - sum));
    sum = want;
  }
  Outbreak each = outbreak_of(facts_of(sightings));
  ASSERT_TRUE(each.doubling && each.last_doubling && each.doubling_of_places);
  EXPECT_EQ(*each.doubling, std::chrono::minutes{10});
  EXPECT_EQ(*each.last_doubling, std::chrono::minutes{10});
  EXPECT_GT(*each.doubling_of_places, std::chrono::minutes{10}) << "one place more each time";
}

TEST(Outbreak, that_slows_has_a_last_doubling_longer_than_the_whole) {
  Outbreak each = outbreak_of(facts_of(
      {seen(0, "a", 1), seen(1, "b", 1), seen(2, "c", 2), seen(3, "d", 4), seen(103, "e", 8)}));
  ASSERT_TRUE(each.doubling && each.last_doubling);
  EXPECT_EQ(*each.last_doubling, std::chrono::minutes{100});
  EXPECT_GT(*each.last_doubling, *each.doubling);
}

TEST(Outbreak, that_has_not_doubled_has_no_doubling_time) {
  EXPECT_FALSE(outbreak_of(facts_of({seen(0, "a", 10), seen(1, "b"), seen(2, "c")})).doubling);
  EXPECT_FALSE(outbreak_of(facts_of({seen(0, "a"), seen(1, "b", 5)})).doubling)
      << "two instants say nothing of growth";
  EXPECT_FALSE(outbreak_of(facts_of({seen(0, "a", 5), seen(0, "b", 5)})).last_doubling);
}

TEST(Outbreak, a_long_curve_is_thinned_to_true_sums) {
  std::vector<CurvePoint> curve;
  for (std::uint64_t i = 0; i < 10'000; ++i)
    curve.push_back({at(std::sqrt(static_cast<double>(i))), i + 1, 1});
  auto few = thinned(curve, 100);
  ASSERT_LE(few.size(), 100u);
  EXPECT_EQ(few.front(), curve.front());
  EXPECT_EQ(few.back(), curve.back());
  for (const CurvePoint& each : few) EXPECT_NE(std::ranges::find(curve, each), curve.end());
  EXPECT_EQ(thinned(few, 100), few);
}

TEST(Outbreak, shows_no_more_points_and_places_than_the_limits) {
  std::vector<Sighted> sightings;
  for (std::size_t i = 0; i <= limits::outbreak_names_max; ++i)
    sightings.push_back(seen(static_cast<double>(i) / 10, "place " + std::to_string(i)));
  OutbreakFacts facts = facts_of(sightings);
  json::Value shown = to_json(facts, outbreak_of(facts));
  EXPECT_EQ(shown.find("places")->as_array()->size(), limits::outbreak_names_max);
  EXPECT_EQ(*shown.find("places_total"),
            json::Value(std::uint64_t{limits::outbreak_names_max + 1}));
  EXPECT_LE(shown.find("curve")->as_array()->size(), limits::outbreak_points_max);
}

TEST(Outbreak, is_drawn_with_names_escaped_and_nothing_from_outside) {
  OutbreakFacts facts =
      facts_of({seen(0, "<b>&\"Manila\""), seen(10, "Cebu", 3), seen(20, "Davao", 9)});
  facts.name = "</text><script>";
  std::string svg = to_svg(facts, outbreak_of(facts));
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_NE(svg.find("&lt;b&gt;&amp;&quot;Manila&quot;"), std::string::npos);
  EXPECT_EQ(svg.find("href"), std::string::npos);
  EXPECT_NE(svg.find("13 sightings at 3 places, first by &lt;b"), std::string::npos);
  EXPECT_NE(svg.find("TLP:GREEN"), std::string::npos);
}

TEST(Outbreak, is_drawn_within_its_frame) {
  OutbreakFacts facts = facts_of({seen(0, std::string(300, 'M'), 4'000'000'000), seen(10, "Cebu")});
  facts.name = std::string(200, 'N');
  for (int i = 0; i < 100; ++i) facts.name += "虫";
  std::string svg = to_svg(facts, outbreak_of(facts));
  std::string body = svg.substr(svg.find("</title>"));
  EXPECT_EQ(body.find(std::string(80, 'N')), std::string::npos);
  EXPECT_NE(body.find("N…, TLP:"), std::string::npos);
  EXPECT_NE(body.find("M…</text>"), std::string::npos);
  EXPECT_EQ(svg.find(">4000000000<"), std::string::npos);
  EXPECT_NE(svg.find(">4G<"), std::string::npos);
  facts.name = "Würmer";
  EXPECT_NE(to_svg(facts, outbreak_of(facts)).find(">Würmer, TLP:"), std::string::npos);
}

TEST(Outbreak, has_years_beside_its_axis_when_it_is_long) {
  OutbreakFacts facts = facts_of({seen(0, "a"), seen(400 * 24 * 60, "b")});
  facts.asked = at(500 * 24 * 60);
  std::string svg = to_svg(facts, outbreak_of(facts));
  Instant end = outbreak_of(facts).curve.back().at;
  EXPECT_NE(svg.find(">" + to_text(end).substr(0, 10) + "<"), std::string::npos);
  EXPECT_EQ(svg.find(">" + to_text(end).substr(5, 5) + " "), std::string::npos);
}

TEST(Outbreak, is_drawn_when_there_is_nothing_or_one_instant) {
  for (auto sightings : {std::vector<Sighted>{}, {seen(0, "Manila", 1)}}) {
    OutbreakFacts facts = facts_of(sightings);
    std::string svg = to_svg(facts, outbreak_of(facts));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
  }
}

}  // namespace
}  // namespace comity::alert
