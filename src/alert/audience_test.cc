#include "alert/audience.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace comity::alert {
namespace {

using stix::Tlp;

MemberId member(int n) {
  MemberId id;
  id.bytes[0] = static_cast<std::uint8_t>(n + 1);
  return id;
}
Circle circle_of(std::initializer_list<int> members) {
  Circle circle;
  for (int each : members) circle.members.insert(member(each));
  return circle;
}
Reader partner(int n) {
  return {.standing = Standing::member, .member = member(n)};
}
constexpr Reader own{.standing = Standing::own}, client{.standing = Standing::client};

TEST(Audience, red_is_in_no_collection_not_even_for_us) {
  Circle circle = circle_of({1});
  circle.clients = true;
  for (const Reader& reader : {own, client, partner(1)})
    EXPECT_EQ(may_see(reader, {.tlp = Tlp::red, .ours = true}, circle), Verdict::red);
}

TEST(Audience, an_empty_circle_reaches_nobody) {
  for (Tlp tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict}) {
    EXPECT_EQ(may_see(partner(1), {.tlp = tlp, .ours = true}, {}), Verdict::not_in_circle);
    EXPECT_EQ(may_see(client, {.tlp = tlp, .ours = true}, {}), Verdict::not_in_circle);
    EXPECT_EQ(may_see(own, {.tlp = tlp, .ours = true}, {}), Verdict::shown) << "who holds it";
  }
}

TEST(Audience, what_is_ours_goes_to_those_we_chose_whatever_they_may_do_with_it) {
  for (Tlp tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict})
    EXPECT_EQ(may_see(partner(1), {.tlp = tlp, .ours = true}, circle_of({1})), Verdict::shown);
}

TEST(Audience, a_partners_amber_is_not_relayed_and_its_strict_stays_in_the_organisation) {
  Circle circle = circle_of({1, 2});
  circle.clients = true;
  auto theirs = [](Tlp tlp) { return Marked{.tlp = tlp, .ours = false, .from = member(2)}; };
  EXPECT_EQ(may_see(partner(1), theirs(Tlp::green), circle), Verdict::shown);
  EXPECT_EQ(may_see(partner(1), theirs(Tlp::amber), circle), Verdict::not_ours_to_share);
  EXPECT_EQ(may_see(partner(1), theirs(Tlp::amber_strict), circle), Verdict::not_ours_to_share);
  EXPECT_EQ(may_see(partner(2), theirs(Tlp::amber), circle), Verdict::shown) << "it is theirs";
  EXPECT_EQ(may_see(client, theirs(Tlp::amber), circle), Verdict::shown);
  EXPECT_EQ(may_see(client, theirs(Tlp::amber_strict), circle), Verdict::strict);
  EXPECT_EQ(may_see(own, theirs(Tlp::amber_strict), circle), Verdict::shown);
}

TEST(Audience, a_circle_of_csirts_excludes_law_enforcement_unless_the_originator_lets_it) {
  Circle circle = circle_of({1});
  Reader police = partner(1);
  police.law_enforcement = true;
  Marked marked{.tlp = Tlp::green, .ours = true};
  EXPECT_EQ(may_see(police, marked, circle), Verdict::shown) << "not a circle of CSIRTs";
  circle.csirts = true;
  EXPECT_EQ(may_see(police, marked, circle), Verdict::law_enforcement);
  EXPECT_EQ(may_see(partner(1), marked, circle), Verdict::shown);
  marked.to_law_enforcement = true;
  EXPECT_EQ(may_see(police, marked, circle), Verdict::shown);
}

TEST(Audience, personal_data_crosses_only_where_a_road_is_open) {
  Reader reader = partner(1);
  Marked marked{.tlp = Tlp::clear, .ours = true, .personal = stix::personal_contact};
  EXPECT_EQ(may_see(reader, marked, circle_of({1})), Verdict::shown) << "at home";
  reader.no_road = stix::personal_any;
  EXPECT_EQ(may_see(reader, marked, circle_of({1})), Verdict::no_road);
  reader.no_road = stix::personal_name | stix::personal_account;
  EXPECT_EQ(may_see(reader, marked, circle_of({1})), Verdict::shown) << "not of that kind";
  marked.personal |= stix::personal_name;
  EXPECT_EQ(may_see(reader, marked, circle_of({1})), Verdict::no_road) << "of two kinds";
}

TEST(Audience, every_verdict_has_a_name_and_is_counted) {
  Tally tally;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    names.insert(verdict_name(static_cast<Verdict>(i)));
    tally.add(static_cast<Verdict>(i));
    EXPECT_EQ(tally.of[i], 1u);
  }
  EXPECT_EQ(names.size(), verdict_count);
}

// 50,000 circles that people join and leave. The rules are written down once more, each as what
// must never happen; and whoever none of them excludes must see.
TEST(Audience, nothing_leaks_and_nothing_is_withheld_without_a_rule) {
  std::mt19937_64 random(20'261'122);
  auto chance = [&](unsigned of) { return random() % of == 0; };
  std::size_t shown = 0, withheld = 0;
  Circle circle;
  for (int round = 0; round < 50'000; ++round) {
    MemberId who = member(static_cast<int>(random() % 6));
    if (chance(2))
      circle.members.erase(who);
    else
      circle.members.insert(who);
    if (chance(50)) circle.members.clear();
    circle.clients = chance(2);
    circle.csirts = chance(2);
    Reader reader{.standing = static_cast<Standing>(random() % 3),
                  .member = member(static_cast<int>(random() % 6)),
                  .law_enforcement = chance(2),
                  .no_road = static_cast<stix::Personal>(random() & random() & 15)};
    Marked marked{.tlp = static_cast<Tlp>(random() % 5),
                  .ours = chance(2),
                  .from = member(static_cast<int>(random() % 6)),
                  .to_law_enforcement = chance(3),
                  .personal = static_cast<stix::Personal>(random() & random() & 15)};
    bool inside = reader.standing == Standing::own;
    bool foreign_amber = !marked.ours && marked.tlp >= Tlp::amber;
    bool wrong[] = {
        marked.tlp == Tlp::red,
        reader.standing == Standing::member && !circle.members.contains(reader.member),
        reader.standing == Standing::client && !circle.clients,
        reader.standing == Standing::client && marked.tlp == Tlp::amber_strict,
        reader.standing == Standing::member && foreign_amber && reader.member != marked.from,
        !inside && circle.csirts && reader.law_enforcement && !marked.to_law_enforcement,
        !inside && (marked.personal & reader.no_road) != 0,
    };
    bool none = std::ranges::none_of(wrong, [](bool each) { return each; });
    ASSERT_EQ(may_see(reader, marked, circle) == Verdict::shown, none) << "round " << round;
    ++(none ? shown : withheld);
  }
  EXPECT_GT(shown, 5'000u);
  EXPECT_GT(withheld, 5'000u);
}

}  // namespace
}  // namespace comity::alert
