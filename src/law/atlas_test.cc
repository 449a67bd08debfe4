#include "law/atlas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <regex>
#include <set>

#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using ::testing::HasSubstr;
using ::testing::Not;

Atlas atlas_of(const char* measure, const char* offence) {
  AtlasQuestion question{
      .measure = *corpus().measure(measure), .offence = {}, .on = *date_from_text("2026-11-22")};
  if (*offence) question.offence = *corpus().offence(offence);
  return draw_atlas(corpus(), question);
}

std::size_t index_of(const Atlas& atlas, const char* code) {
  auto found = std::ranges::find(atlas.countries, *country_from_text(code));
  return static_cast<std::size_t>(found - atlas.countries.begin());
}

const Cell& cell_of(const Atlas& atlas, const char* from, const char* to) {
  return atlas.at(index_of(atlas, from), index_of(atlas, to));
}

std::size_t count_of(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST(Atlas, a_treaty_that_binds_both_shows_as_a_road_on_which_an_answer_is_owed) {
  Atlas atlas = atlas_of("preservation", "illegal_access");
  const Cell& cell = cell_of(atlas, "US", "PH");
  EXPECT_EQ(cell.outcome, Outcome::needs);
  EXPECT_TRUE(cell.binding);
  EXPECT_EQ(cell.with_road, 1u);
  EXPECT_EQ(corpus().word(cell.channel).code, "poc_24_7");
}

TEST(Atlas, a_road_that_nobody_need_answer_on_is_not_counted) {
  Atlas atlas = atlas_of("preservation", "illegal_access");
  const Cell& cell = cell_of(atlas, "US", "CN");
  EXPECT_FALSE(cell.binding);
  EXPECT_EQ(cell.with_road, 0u);
}

// The Love Bug's conduct, on its day: every road closed between the two, and why.
TEST(Atlas, a_closed_road_says_why) {
  AtlasQuestion question{.measure = *corpus().measure("extradition"),
                         .offence = *corpus().offence("data_interference"),
                         .on = *date_from_text("2000-05-04")};
  Atlas atlas = draw_atlas(corpus(), question);
  const Cell& cell = cell_of(atlas, "US", "PH");
  EXPECT_EQ(cell.outcome, Outcome::blocked);
  ASSERT_TRUE(cell.why.known());
  EXPECT_EQ(corpus().word(cell.why).code, "dual_criminality_absent");
}

TEST(Atlas, whatever_nobody_researched_is_no_data_and_never_closed) {
  Atlas atlas = atlas_of("extradition", "");
  for (std::size_t i = 0; i < atlas.countries.size(); ++i) {
    if (corpus().coverage(atlas.countries[i]) != Coverage::unresearched) continue;
    for (std::size_t j = 0; j < atlas.countries.size(); ++j) {
      EXPECT_EQ(atlas.at(i, j).outcome, Outcome::no_data);
      EXPECT_EQ(atlas.at(j, i).outcome, Outcome::no_data);
    }
  }
}

TEST(Atlas, without_an_offence_the_best_of_all_stands) {
  Atlas all = atlas_of("extradition", "");
  Atlas one = atlas_of("extradition", "illegal_access");
  for (std::size_t i = 0; i < all.cells.size(); ++i) {
    EXPECT_GE(all.cells[i].with_road, one.cells[i].with_road);
    if (one.cells[i].outcome == Outcome::open && one.cells[i].binding) {
      EXPECT_EQ(all.cells[i].outcome, Outcome::open);
    }
  }
}

TEST(Atlas, as_csv_every_line_has_as_many_fields_as_the_heading) {
  Atlas atlas = atlas_of("extradition", "data_interference");
  std::string csv = to_csv(corpus(), atlas, {.from = *country_from_text("US"), .to = {}});
  EXPECT_EQ(count_of(csv, "\r\n"), atlas.countries.size());  // heading, and all but itself
  std::size_t at = 0, heading = 0;
  while (at < csv.size()) {
    std::size_t end = csv.find("\r\n", at);
    std::size_t fields = 1;
    bool quoted = false;
    for (std::size_t i = at; i < end; ++i) {
      if (csv[i] == '"') quoted = !quoted;
      if (csv[i] == ',' && !quoted) ++fields;
    }
    if (heading == 0) heading = fields;
    EXPECT_EQ(fields, heading) << csv.substr(at, end - at);
    at = end + 2;
  }
}

TEST(Atlas, as_json_one_jurisdiction_s_view_tells_of_every_other_one) {
  Atlas atlas = atlas_of("preservation", "illegal_access");
  json::Value out = to_json(corpus(), atlas, {.from = {}, .to = *country_from_text("PH")});
  EXPECT_EQ(out.find("pairs")->as_array()->size(), atlas.countries.size() - 1);
  for (const json::Value& pair : *out.find("pairs")->as_array())
    EXPECT_EQ(*pair.find("to")->as_string(), "PH");
}

TEST(Atlas, every_state_has_one_tile_and_no_code_has_two) {
  std::set<std::string_view> drawn;
  for (const auto& row : tile_rows()) {
    EXPECT_EQ(row.size(), tile_rows()[0].size());
    for (std::string_view code : row) {
      if (code.empty()) continue;
      EXPECT_TRUE(drawn.insert(code).second) << code << " twice";
      EXPECT_TRUE(corpus().country(code)) << code;
    }
  }
  EXPECT_GE(drawn.size(), 193u);
}

TEST(Atlas, the_picture_draws_every_jurisdiction_once_and_escapes_what_it_says) {
  Atlas atlas = atlas_of("preservation", "");
  for (AtlasView view : {AtlasView{}, AtlasView{.from = *country_from_text("US"), .to = {}}}) {
    std::string svg = to_svg(corpus(), atlas, view);
    EXPECT_EQ(count_of(svg, "<title>"), atlas.countries.size());
    EXPECT_EQ(count_of(svg, "<g>"), count_of(svg, "</g>"));
    EXPECT_THAT(svg, HasSubstr("Not legal advice"));
    EXPECT_EQ(count_of(svg, "http"), 1u);  // the namespace: nothing is fetched
  }
  EXPECT_EQ(count_of(to_svg(corpus(), atlas, {}), "& "), 0u);
}

std::string tile_of(const std::string& svg, const std::string& code) {
  std::size_t at = svg.find("<title>" + code + " ");
  return svg.substr(at, svg.find("</g>", at) - at);
}

TEST(Atlas, as_csv_and_json_the_world_has_every_pair) {
  Atlas atlas = atlas_of("extradition", "illegal_access");
  std::size_t count = atlas.countries.size(), pairs = count * (count - 1);
  std::string csv = to_csv(corpus(), atlas, {});
  EXPECT_EQ(count_of(csv, "\r\n"), pairs + 1);
  json::Value out = to_json(corpus(), atlas, {});
  const json::Array& told = *out.find("pairs")->as_array();
  ASSERT_EQ(told.size(), pairs);
  auto unknown = [](const json::Value& pair) {
    return *pair.find("decision")->as_string() == "no_data";
  };
  EXPECT_EQ(count_of(csv, ",no_data,"),
            static_cast<std::size_t>(std::ranges::count_if(told, unknown)));
  std::size_t bare = 0;
  for (const json::Value& pair : told) {
    if (!unknown(pair) || pair.find("provision")) continue;
    ++bare;
    EXPECT_EQ(pair.as_object()->size(), 3u);  // from, to, decision
  }
  EXPECT_GT(bare, pairs / 2);
}

TEST(Atlas, the_world_shows_havens_by_what_is_known_of_them) {
  std::string svg = to_svg(corpus(), atlas_of("preservation", ""), {});
  for (const char* haven : {"RU", "CN", "ZA"}) {
    EXPECT_THAT(tile_of(svg, haven), HasSubstr("#7a1f4b"));
    EXPECT_THAT(tile_of(svg, haven), HasSubstr(">X<"));
    EXPECT_THAT(tile_of(svg, haven), ::testing::ContainsRegex(">0/[0-9]+[?]?<"));
  }
  EXPECT_THAT(tile_of(svg, "IE"), Not(HasSubstr("#7a1f4b")));
}

TEST(Atlas, a_tile_of_which_more_is_unknown_than_known_is_framed) {
  std::string svg = to_svg(corpus(), atlas_of("extradition", ""), {});
  EXPECT_THAT(tile_of(svg, "KR"), HasSubstr(">1/1?<")) << "the little that is known is told";
  EXPECT_THAT(tile_of(svg, "KR"), HasSubstr("stroke=\"#1b6e53\"")) << "and framed";
  EXPECT_THAT(tile_of(svg, "MX"), HasSubstr("nobody has researched"));
  EXPECT_THAT(tile_of(svg, "DE"), ::testing::ContainsRegex(">([0-9]+)/[0-9]+<"));
  EXPECT_THAT(tile_of(svg, "DE"), Not(HasSubstr("stroke")));
}

TEST(Atlas, only_what_nobody_researched_is_plain_grey) {
  Atlas atlas = atlas_of("mla", "");
  std::string svg = to_svg(corpus(), atlas, {});
  for (Country each : atlas.countries) {
    bool grey = tile_of(svg, std::string(each.text())).find("#d0d0d0") != std::string::npos;
    EXPECT_EQ(grey, corpus().coverage(each) == Coverage::unresearched) << each.text();
  }
}

// WCAG 2: the light of a colour, "#rrggbb".
double light_of(const std::string& colour) {
  double light = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (std::size_t i = 0; i < 3; ++i) {
    double part = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    light += weights[i] * (part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
  }
  return light;
}

TEST(Atlas, every_word_on_a_tile_can_be_read) {
  std::regex fill("fill=\"(#[0-9a-f]{6})\"");
  for (AtlasView view : {AtlasView{}, AtlasView{.from = *country_from_text("US"), .to = {}}}) {
    Atlas atlas = atlas_of("extradition", "");
    std::string svg = to_svg(corpus(), atlas, view);
    for (Country each : atlas.countries) {
      std::string tile = tile_of(svg, std::string(each.text()));
      std::sregex_iterator ground(tile.begin(), tile.end(), fill), ink = std::next(ground);
      double a = light_of((*ground)[1]), b = light_of((*ink)[1]);
      EXPECT_GE((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05), 4.5) << tile;
    }
  }
}

TEST(Atlas, the_legend_counts_every_tile_once) {
  Atlas atlas = atlas_of("preservation", "");
  std::string svg = to_svg(corpus(), atlas, {});
  std::string legend = svg.substr(svg.rfind("</g>"));
  std::regex count(": ([0-9]+)</text>");
  std::size_t sum = 0;
  for (std::sregex_iterator at(legend.begin(), legend.end(), count), end; at != end; ++at)
    sum += std::stoul((*at)[1]);
  EXPECT_EQ(sum, atlas.countries.size());
}

// The same states that are grey for assistance: a voluntary road says nothing of a binding one.
TEST(Atlas, where_a_side_is_not_profiled_a_voluntary_road_makes_no_red_tile) {
  Atlas atlas = atlas_of("preservation", "");
  const Cell& unprofiled = cell_of(atlas, "US", "MX");
  EXPECT_FALSE(unprofiled.binding);
  EXPECT_TRUE(unprofiled.undecided);
  EXPECT_FALSE(cell_of(atlas, "US", "CN").undecided);  // both profiled: a "no"
  std::string svg = to_svg(corpus(), atlas, {});
  EXPECT_THAT(tile_of(svg, "MX"), HasSubstr(">0/0?<"));
  EXPECT_THAT(tile_of(svg, "MX"), Not(HasSubstr("#7a1f4b")));
}

TEST(Atlas, what_nobody_owes_anybody_is_said_under_the_picture) {
  std::string_view nothing = "Between no two is a road known";
  EXPECT_EQ(count_of(to_svg(corpus(), atlas_of("domain_registration", ""), {}), nothing), 1u);
  EXPECT_EQ(count_of(to_svg(corpus(), atlas_of("preservation", ""), {}), nothing), 0u);
}

// As in a question: a response team may send what the police may not without a basis, and the like.
TEST(Atlas, is_drawn_for_those_who_ask_and_the_data_they_ask_for) {
  AtlasQuestion question{.measure = *corpus().measure("preservation"),
                         .offence = *corpus().offence("illegal_access"),
                         .on = *date_from_text("2026-11-22")};
  question.data = *corpus().data_category("domain_registration");
  EXPECT_EQ(cell_of(draw_atlas(corpus(), question), "US", "PH").with_road, 0u);
  question.data = *corpus().data_category("traffic");
  EXPECT_EQ(cell_of(draw_atlas(corpus(), question), "US", "PH").with_road, 1u);
}

// ETS185 Art.32(a) binds who asks, and nobody over there; 32(b) is what would reach them.
TEST(Atlas, public_data_are_no_road_on_which_an_answer_is_owed) {
  Atlas atlas = atlas_of("transborder_access", "illegal_access");
  EXPECT_EQ(cell_of(atlas, "US", "CN").with_road, 0u);
  EXPECT_FALSE(cell_of(atlas, "US", "CN").binding);
  EXPECT_EQ(cell_of(atlas, "US", "FR").with_road, 1u);
}

}  // namespace
}  // namespace comity::law
