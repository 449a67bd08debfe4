#include "law/gaps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "law/provision.h"
#include "law/report.h"
#include "law/supposed.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;
using testing::Questions;

GapsQuestion question(const char* from, const char* measure, const char* offence, const char* on) {
  GapsQuestion q;
  q.from = *country_from_text(from);
  q.measure = *corpus().measure(measure);
  q.on = *date_from_text(on);
  if (*offence) q.offence = *corpus().offence(offence);
  return q;
}

const Gap* gap_to(const Gaps& gaps, const char* to) {
  for (const Gap& gap : gaps.gaps)
    if (gap.to == *country_from_text(to)) return &gap;
  return nullptr;
}

std::string words(const Gap& gap, const Gaps& gaps) {
  std::string out;
  for (const Change& change : gap.remedies.at(0).changes)
    out += to_text(corpus(), change, gaps.question.on) + "\n";
  return out;
}

TEST(Gaps, whom_a_treaty_binds_is_no_gap) {
  Gaps gaps = find_gaps(corpus(), question("US", "preservation", "illegal_access", "2026-11-22"));
  EXPECT_FALSE(gap_to(gaps, "PH"));
  EXPECT_TRUE(gap_to(gaps, "CN"));
}

TEST(Gaps, south_africa_would_have_to_ratify_and_to_commence) {
  Gaps gaps = find_gaps(corpus(), question("US", "preservation", "illegal_access", "2026-11-22"));
  const Gap* gap = gap_to(gaps, "ZA");
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->remedies.at(0).changes.size(), 2u);
  EXPECT_THAT(words(*gap, gaps), HasSubstr("South Africa ratifies the Convention on Cybercrime"));
  EXPECT_THAT(words(*gap, gaps), HasSubstr("power to order preservation into force"));
}

TEST(Gaps, in_may_2000_the_philippines_would_have_had_to_make_it_an_offence) {
  Gaps gaps = find_gaps(corpus(), question("US", "extradition", "data_interference", "2000-05-04"));
  const Gap* gap = gap_to(gaps, "PH");
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->outcome, Outcome::blocked);
  EXPECT_THAT(words(*gap, gaps), HasSubstr("Philippines makes this an offence"));
  EXPECT_EQ(gap->remedies[0].changes.size(), 1u);
  EXPECT_EQ(gap->opens_on, *date_from_text("2000-06-19"));
}

// The remedy, made to the files by hand, does open the road: the engine over a corpus that was
// loaded anew agrees with the one changed in thought.
TEST(Gaps, a_remedy_written_into_the_files_opens_the_road) {
  GapsQuestion asked = question("US", "preservation", "illegal_access", "2026-11-22");
  const Gaps gaps = find_gaps(corpus(), asked);
  const Gap* gap = gap_to(gaps, "CN");
  ASSERT_TRUE(gap);
  ASSERT_EQ(gap->remedies.at(0).changes.size(), 1u);
  ASSERT_EQ(gap->remedies[0].changes[0].kind, Change::Kind::accede);
  auto files = folder();
  std::string& treaty = file_of(files, "instruments/ets185.toml").text;
  const std::string none = "of = \"CN\"\nstatus = \"none\"\n";
  std::size_t at = treaty.find(none);
  ASSERT_NE(at, std::string::npos);
  treaty.replace(at, none.size(), "of = \"CN\"\nstatus = \"in_force\"\nsince = 2026-11-22\n");
  Corpus changed = corpus_of(files);
  Question q;
  q.from = asked.from;
  q.to = gap->to;
  q.measure = asked.measure;
  q.offence = *asked.offence;
  q.on = asked.on;
  auto decision = std::make_unique<Decision>();
  decide(changed, q, *decision);
  auto opened = changed.provision(provision(corpus(), gap->remedies[0].opens).id);
  ASSERT_TRUE(opened);
  const Route* route = decision->find(*opened);
  ASSERT_TRUE(route);
  EXPECT_EQ(route->state, gap->remedies[0].state);
  EXPECT_TRUE(route->binding);
}

// A reservation that closes outright, one that closes on a condition and one that asks.
TEST(Gaps, a_reservation_that_closes_is_proposed_to_be_lifted) {
  for (const char* how : {"closes = true", "when = { fact = \"urgent\", is = \"yes\" }", ""}) {
    auto files = folder();
    file_of(files, "instruments/ets185.toml").text +=
        "\n[[reservation]]\nid = \"ph-test\"\nparty = \"PH\"\narticle = \"29\"\n"
        "effect = \"excludes\"\nside = \"both\"\nprovisions = [\"ets185-29\"]\n"
        "text = \"the article is not applied\"\nconfidence = \"unconfirmed\"\n" +
        std::string(how) + "\n";
    Corpus closed = corpus_of(files);
    GapsQuestion asked = question("US", "preservation", "illegal_access", "2026-11-22");
    ASSERT_TRUE(asked.facts.push({*closed.fact("urgent"), 1}));
    if (!*how) ASSERT_TRUE(asked.facts.push({*closed.fact("ph-test"), 1}));
    const Gaps gaps = find_gaps(closed, asked);
    const Gap* gap = gap_to(gaps, "PH");
    ASSERT_TRUE(gap) << how;
    ASSERT_EQ(gap->remedies.size(), 1u) << how;
    ASSERT_EQ(gap->remedies[0].changes.size(), 1u) << how;
    EXPECT_EQ(to_text(closed, gap->remedies[0].changes[0], asked.on),
              "Philippines lifts its reservation to Art. 29 (ph-test)");
    EXPECT_EQ(provision(closed, gap->remedies[0].opens).id, "ets185-29");
  }
}

// The same reservation, where it protects a right: no remedy takes it away.
TEST(Gaps, a_reservation_that_protects_a_right_is_never_proposed_to_be_lifted) {
  auto files = folder();
  file_of(files, "instruments/ets185.toml").text +=
      "\n[[reservation]]\nid = \"ph-test\"\nparty = \"PH\"\narticle = \"29\"\n"
      "effect = \"excludes\"\nside = \"both\"\nprovisions = [\"ets185-29\"]\ncloses = true\n"
      "protects = \"right\"\ntext = \"the article is not applied\"\nconfidence = \"unconfirmed\"\n";
  Corpus closed = corpus_of(files);
  const Gaps gaps =
      find_gaps(closed, question("US", "preservation", "illegal_access", "2026-11-22"));
  const Gap* gap = gap_to(gaps, "PH");
  ASSERT_TRUE(gap);
  for (const Remedy& remedy : gap->remedies)
    for (const Change& change : remedy.changes)
      EXPECT_NE(change.kind, Change::Kind::lift_reservation);
}

// A convention of a region is not joined by whoever likes.
TEST(Gaps, only_those_that_the_file_lists_join_a_convention_of_a_region) {
  auto malabo = corpus().tables().instrument_of.find("AU-MALABO")->second;
  // Before Palermo, whose parties nobody has read in full: since then no State is known to be a
  // gap.
  Gaps gaps = find_gaps(corpus(), question("ZA", "mla", "illegal_access", "2003-09-28"));
  ASSERT_FALSE(gaps.gaps.empty());
  for (const Gap& gap : gaps.gaps)
    for (const Remedy& remedy : gap.remedies)
      for (const Change& change : remedy.changes) EXPECT_NE(change.instrument.value, malabo);
}

TEST(Gaps, those_for_whom_nothing_would_do_are_told_together) {
  std::string text =
      to_text(corpus(), find_gaps(corpus(), question("US", "confiscation", "", "2003-09-28")));
  EXPECT_THAT(text, HasSubstr("so it takes a new agreement:"));
  EXPECT_LT(text.size(), 20'000u);
}

// Every remedy is of the smallest size: without any one of its changes the road stays shut.
// Checked with the engine, not with the search.
TEST(Gaps, no_remedy_asks_for_more_than_it_must) {
  for (const char* measure : {"preservation", "extradition", "interception"}) {
    Gaps gaps = find_gaps(corpus(), question("US", measure, "data_interference", "2026-11-22"));
    ASSERT_FALSE(gaps.gaps.empty());
    Supposed supposed(corpus());
    auto decision = std::make_unique<Decision>();
    for (const Gap& gap : gaps.gaps) {
      Question q;
      q.from = gaps.question.from;
      q.to = gap.to;
      q.measure = gaps.question.measure;
      q.offence = gap.offences[0];
      q.on = gaps.question.on;
      for (const Remedy& remedy : gap.remedies) {
        for (const Change& change : remedy.changes) supposed.make(change, gap.to, day_of(q.on));
        decide(supposed.tables(), q, *decision);
        const Route* whole = decision->find(remedy.opens);
        EXPECT_TRUE(whole && whole->state != State::blocked);
        supposed.undo();
        for (std::size_t left_out = 0; left_out < remedy.changes.size(); ++left_out) {
          if (remedy.changes[left_out].kind == Change::Kind::commence)
            continue;  // without it the road is wanting, not shut
          for (std::size_t i = 0; i < remedy.changes.size(); ++i)
            if (i != left_out) supposed.make(remedy.changes[i], gap.to, day_of(q.on));
          decide(supposed.tables(), q, *decision);
          const Route* less = decision->find(remedy.opens);
          EXPECT_TRUE(!less || less->state == State::blocked || !less->researched)
              << to_text(corpus(), remedy.changes[left_out], q.on) << " is not needed for "
              << gap.to.text();
          supposed.undo();
        }
      }
    }
  }
}

// Neither the United Nations Convention nor that of Palermo nor that of Budapest was there to join.
TEST(Gaps, nobody_joins_what_was_not_yet_adopted) {
  Gaps gaps = find_gaps(corpus(), question("US", "extradition", "", "2000-05-04"));
  ASSERT_FALSE(gaps.gaps.empty());
  std::string text = to_text(corpus(), gaps);
  for (const char* later : {"ETS185", "UNCC", "UNTOC", "CETS224"})
    EXPECT_EQ(text.find("(" + std::string(later) + ")"), std::string::npos) << later;
  EXPECT_EQ(text.find("is bound already"), std::string::npos);
  Gaps now = find_gaps(corpus(), question("US", "extradition", "", "2026-11-22"));
  EXPECT_THAT(to_text(corpus(), now), HasSubstr("(ETS185)"));
}

TEST(Gaps, what_was_supposed_is_undone_without_a_trace) {
  Supposed supposed(corpus());
  for (std::uint16_t i = 0; i < corpus().tables().instruments.size(); ++i)
    supposed.make({.kind = Change::Kind::bring_into_force,
                   .country = *country_from_text("ZA"),
                   .instrument = {i},
                   .offence = {}},
                  *country_from_text("PH"), 0);
  for (std::uint16_t i = 0; i < corpus().offences().size(); ++i)
    supposed.make({.kind = Change::Kind::create_offence,
                   .country = *country_from_text("PH"),
                   .instrument = {},
                   .offence = {i}},
                  *country_from_text("US"), 0);
  supposed.make({.kind = Change::Kind::commence,
                 .country = *country_from_text("ZA"),
                 .instrument = {},
                 .offence = {}},
                *country_from_text("US"), 0);
  supposed.undo();
  Questions questions(corpus(), 7);
  auto one = std::make_unique<Decision>(), other = std::make_unique<Decision>();
  for (int i = 0; i < 2'000; ++i) {
    Question q = questions.next();
    decide(corpus(), q, *one);
    decide(supposed.tables(), q, *other);
    ASSERT_EQ(commitment(corpus(), q, *one), commitment(corpus(), q, *other));
  }
}

// Palermo's list of parties is not whole: Kenya has no row.
TEST(Gaps, what_nobody_recorded_is_named_row_by_row) {
  Gaps gaps = find_gaps(corpus(), question("US", "mla", "illegal_access", "2026-11-22"));
  Country kenya = *country_from_text("KE");
  EXPECT_EQ(std::ranges::count(gaps.undecided, kenya), 1);
  auto found = std::ranges::find(gaps.unrecorded, kenya, &Unrecorded::to);
  ASSERT_NE(found, gaps.unrecorded.end());
  ASSERT_EQ(found->research.size(), 1u);
  ASSERT_EQ(found->research[0].rows.size(), 1u);
  EXPECT_EQ(found->research[0].rows[0].of, kenya);
  EXPECT_EQ(corpus().tables().instruments[found->research[0].rows[0].instrument.value].id, "UNTOC");
  std::string text = to_text(corpus(), gaps);
  EXPECT_THAT(text,
              HasSubstr("Not known whether a gap: nobody recorded\n  whether these are a party "
                        "to the "));
  EXPECT_EQ(text.find("is not researched"), std::string::npos);
  EXPECT_THAT(json::write(to_json(corpus(), gaps)),
              HasSubstr("\"text\":\"whether Kenya is a party to the "));
}

// With the row written, either way, nothing is left to find out: a party is no gap, none is one.
TEST(Gaps, the_row_that_is_researched_decides) {
  for (const char* status : {"in_force", "none"}) {
    std::vector<SourceFile> files = folder();
    std::string& text = file_of(files, "instruments/untoc.toml").text;
    text.insert(text.find("[[provision]]"),
                "[[party]]\nof = \"KE\"\nstatus = \"" + std::string(status) +
                    "\"\nsince = 2004-07-16\nconfidence = \"unconfirmed\"\n\n");
    Gaps gaps = find_gaps(corpus_of(files), question("US", "mla", "illegal_access", "2026-11-22"));
    Country kenya = *country_from_text("KE");
    EXPECT_EQ(std::ranges::count(gaps.undecided, kenya), 0);
    EXPECT_EQ(std::ranges::count(gaps.unrecorded, kenya, &Unrecorded::to), 0);
    EXPECT_EQ(gap_to(gaps, "KE") != nullptr, status == std::string("none"));
  }
}

TEST(Gaps, nothing_is_said_of_whom_nobody_researched) {
  Gaps gaps = find_gaps(corpus(), question("US", "preservation", "illegal_access", "2026-11-22"));
  for (const Gap& gap : gaps.gaps) EXPECT_NE(corpus().coverage(gap.to), Coverage::unresearched);
  for (Country country : gaps.unresearched)
    EXPECT_EQ(corpus().coverage(country), Coverage::unresearched);
  for (Country country : gaps.undecided)
    for (const Gap& gap : gaps.gaps) EXPECT_NE(gap.to, country);
  EXPECT_EQ(gaps.reached + gaps.gaps.size() + gaps.undecided.size() + gaps.unresearched.size() + 2,
            corpus().countries().size());  // itself, and the Union
}

TEST(Gaps, as_text_and_json_every_gap_has_its_remedy_in_words) {
  Gaps gaps = find_gaps(corpus(), question("US", "preservation", "illegal_access", "2026-11-22"));
  EXPECT_THAT(to_text(corpus(), gaps), HasSubstr("ratifies the Convention on Cybercrime"));
  json::Value out = to_json(corpus(), gaps);
  for (const json::Value& gap : *out.find("gaps")->as_array())
    for (const json::Value& remedy : *gap.find("remedies")->as_array())
      for (const json::Value& change : *remedy.find("changes")->as_array())
        EXPECT_FALSE(change.find("text")->as_string()->empty());
}

}  // namespace
}  // namespace comity::law
