#include "law/meaning.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "law/test_law.h"
#include "law/test_meaning.h"

// The formulas mean what decide() does: compared on questions at random, on questions aimed at each
// provision's own parties, days and facts, and over corpora that hold what ours does not.
namespace comity::law {
namespace {

using testing::Aimed;
using testing::corpus;
using testing::corpus_of;
using testing::file_of;
using testing::folder;
using testing::Questions;
using testing::stricter;
using testing::without_other_offences;

std::string in_words(const Tables& t, const Question& q) {
  std::string out = std::string(q.from.text()) + " asks " + std::string(q.to.text()) + " for " +
                    t.words.measures[q.measure.value].code + ", " +
                    t.words.offences[q.offence.value].code + ", on " + comity::to_text(q.on) +
                    ", conduct " + comity::to_text(q.conduct.value_or(q.on));
  if (q.data.known()) out += ", data " + t.words.data[q.data.value].code;
  if (q.from_role.known()) out += ", from role " + t.words.roles[q.from_role.value].code;
  if (q.to_role.known()) out += ", to role " + t.words.roles[q.to_role.value].code;
  for (const Fact& fact : q.facts)
    out += ", " + t.words.facts[fact.id.value].code + "=" + std::to_string(fact.value);
  return out;
}

// Both answers to one question, over all roads.
class Compared {
 public:
  explicit Compared(const Tables& tables)
      : t_(tables), meaning_(formulas_, tables), decision_(std::make_unique<Decision>()) {
    for (std::uint16_t p = 0; p < t_.rules.size(); ++p) roads_.push_back(meaning_.road({p}));
    outcomes_ = meaning_.outcomes(roads_);
    possible_ = meaning_.possible();
  }

  void ask(const Question& q) {
    decide(t_, q, *decision_);
    std::vector<bool> is = evaluate(formulas_, point_of(t_, q));
    ASSERT_TRUE(is[possible_.at]) << in_words(t_, q);
    for (std::uint16_t p = 0; p < roads_.size(); ++p) {
      const Road& road = roads_[p];
      const Route* route = decision_->find({p});
      const std::string& id = t_.provisions[p].id;
      ASSERT_EQ(route != nullptr, is[road.speaks.at]) << id << ": " << in_words(t_, q);
      if (!route) continue;
      State said = is[road.blocked.at]   ? State::blocked
                   : is[road.lacking.at] ? State::needs
                                         : State::open;
      ASSERT_EQ(route->state, said) << id << ": " << in_words(t_, q);
      if (said != State::blocked)
        ASSERT_EQ(route->researched, !is[road.unresearched.at]) << id << ": " << in_words(t_, q);
      seen_.insert({p, said});
    }
    outcome(is, in_words(t_, q));
    ++asked_;
  }

  [[nodiscard]] int asked() const { return asked_; }
  // How many roads were met in that state at least once.
  [[nodiscard]] std::size_t seen(State state) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(seen_, [&](const auto& each) { return each.second == state; }));
  }

 private:
  void outcome(const std::vector<bool>& is, const std::string& question) {
    const Outcomes& o = outcomes_;
    std::pair<Term, Outcome> each[] = {{o.open, Outcome::open},
                                       {o.needs, Outcome::needs},
                                       {o.blocked, Outcome::blocked},
                                       {o.none, Outcome::none},
                                       {o.no_data, Outcome::no_data}};
    for (auto [term, named] : each)
      ASSERT_EQ(is[term.at], decision_->outcome == named) << name_of(named) << ": " << question;
  }

  const Tables& t_;
  Formulas formulas_;
  Meaning meaning_;
  std::vector<Road> roads_;
  Outcomes outcomes_;
  Term possible_;
  std::unique_ptr<Decision> decision_;
  std::set<std::pair<std::uint16_t, State>> seen_;
  int asked_ = 0;
};

void compare_aimed(const Corpus& law, const Tables& tables, std::uint64_t seed, int each,
                   Compared& compared) {
  Aimed aimed(law, tables, seed);
  for (std::uint16_t p = 0; p < tables.rules.size(); ++p) {
    for (int i = 0; i < each; ++i) {
      compared.ask(aimed.next({p}));
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Meaning, agrees_with_the_engine_on_questions_at_random) {
  Compared compared(corpus().tables());
  Questions questions(corpus(), 11);
  for (int i = 0; i < 4000 && !HasFatalFailure(); ++i) compared.ask(questions.next());
  EXPECT_EQ(compared.asked(), 4000);
}

TEST(Meaning, agrees_with_the_engine_at_each_provisions_own_parties_days_and_facts) {
  Compared compared(corpus().tables());
  compare_aimed(corpus(), corpus().tables(), 12, 120, compared);
  std::size_t roads = corpus().tables().rules.size();
  // What is not in force at all is never open; everything is closed to somebody.
  EXPECT_GT(compared.seen(State::open), roads / 2);
  EXPECT_GT(compared.seen(State::needs), roads / 2);
  EXPECT_EQ(compared.seen(State::blocked), roads);
}

TEST(Meaning, agrees_with_the_engine_over_stricter_tables) {
  Tables strict = stricter(corpus().tables());
  Compared compared(strict);
  compare_aimed(corpus(), strict, 13, 40, compared);
  EXPECT_GT(compared.seen(State::blocked), strict.rules.size() / 2);
}

TEST(Meaning, agrees_with_the_engine_where_nothing_else_is_an_offence) {
  Tables strict = without_other_offences(corpus().tables());
  Compared compared(strict);
  compare_aimed(corpus(), strict, 17, 20, compared);
  EXPECT_GT(compared.seen(State::blocked), strict.rules.size() / 2);
}

// What the engine can do, though no file of ours asks for it yet.
TEST(Meaning, agrees_with_the_engine_over_law_of_kinds_that_ours_does_not_hold) {
  std::vector<SourceFile> files = folder();
  auto change = [&](std::string_view name, std::string_view before, std::string_view after) {
    std::string& text = file_of(files, name).text;
    std::size_t at = text.find(before);
    ASSERT_NE(at, std::string::npos) << name;
    text.replace(at, before.size(), after);
  };
  change("agreements/us-ph-mlat.toml", "membership = \"closed\"", "membership = \"open\"");
  change(
      "instruments/ets185.toml",
      "{ code = \"political_offence\", weight = \"may\", article = \"ETS185 Art.29(5)(a)\" }",
      "{ code = \"political_offence\", weight = \"bar\", when = { any = [ { fact = "
      "\"urgent\", is = \"yes\" }, { all = [ { member = \"ETS024\", side = \"requested\" }, { "
      "not_member = \"ETS030\", side = \"both\" }, { fact = \"data_location\", is = \"US\" } ] } "
      "] } }");
  change("instruments/ets185.toml", "of = \"ZA\"\nstatus = \"signed\"\nsince = 2001-11-23",
         "of = \"ZA\"\nstatus = \"in_force\"\nsince = 2010-01-01");
  change("instruments/police-voluntary.toml", "membership = \"everyone\"",
         "membership = \"everyone\"\nuntil = 2024-01-01\nclasses = [\"mla\"]");
  // A treaty in doubt beside which Palermo would work, and a reservation of who asks alone.
  change("agreements/us-de-extradition.toml", "of = \"DE\"\nstatus = \"in_force\"",
         "of = \"DE\"\nstatus = \"check\"");
  change("agreements/us-gb-extradition.toml", "in_force = 2007-04-26",
         "in_force_known = true\nnot_before = 2003-01-01");
  change("instruments/ets185.toml", "effect = \"designates\"\nasks = false",
         "effect = \"adds_requirement\"");
  // Law of one kind that changed, with days on which it slept and none in its stead.
  change("jurisdictions/PH.toml", "[preservation]\n",
         "[[preservation]]\nrule = \"r\"\ncite = \"older\"\nfrom = 2001-01-01\nuntil = "
         "2005-01-01\nconfidence = \"unconfirmed\"\n\n[[preservation]]\nrule = \"r\"\ncite = "
         "\"instead\"\nfrom = 2012-10-09\nuntil = 2013-02-01\nconfidence = "
         "\"unconfirmed\"\n\n[[preservation]]\n");
  change("jurisdictions/FR.toml", "[extradition]\n",
         "[[extradition]]\nnationals = true\nuntil = 2004-03-10\ncite = \"older\"\nconfidence = "
         "\"unconfirmed\"\n\n[[extradition]]\n");
  if (HasFatalFailure()) return;
  file_of(files, "jurisdictions/PH.toml").text +=
      "\n[[statute]]\nid = \"test-order\"\ntitle = \"t\"\neffect = \"require\"\nside = "
      "\"requesting\"\nmeasures = [\"mla\", \"preservation\"]\nfrom = 2010-01-01\nwhen = { all = [ "
      "{ member = \"ETS024\", side = \"requested\" }, { fact = \"urgent\", is = \"yes\" } ] }\n"
      "cite = \"Act\"\nconfidence = \"confirmed\"\nsource = \"https://law.example\"\n";
  file_of(files, "jurisdictions/US.toml").text +=
      "\n[[statute]]\nid = \"test-bar\"\ntitle = \"t\"\neffect = \"forbid\"\nside = "
      "\"requested\"\nmeasures = [\"mla\", \"extradition\"]\nuntil = 2020-01-01\nfrom_unknown = "
      "true\nwhen = { any = [ "
      "{ not_member = \"ETS030\", side = \"requesting\" }, { fact = \"penalty_requesting\", "
      "at_least = 24 } ] }\ncite = \"Act\"\nconfidence = \"confirmed\"\nsource = "
      "\"https://law.example\"\n";
  Corpus changed = corpus_of(files);
  Compared compared(changed.tables());
  compare_aimed(changed, changed.tables(), 14, 60, compared);
  Questions questions(changed, 15);
  for (int i = 0; i < 1500 && !HasFatalFailure(); ++i) compared.ask(questions.next());
}

// The comparison can fail: a corpus changed under the formulas is noticed.
TEST(Meaning, a_formula_of_other_law_is_told_from_the_engine) {
  Tables other = corpus().tables();
  for (PartyRow& row : other.party_rows) {
    if (row.status == Status::in_force && row.period.from != day_first) ++row.period.from;
  }
  Formulas f;
  Meaning meaning(f, other);
  std::vector<Road> roads;
  for (std::uint16_t p = 0; p < other.rules.size(); ++p) roads.push_back(meaning.road({p}));
  Aimed aimed(corpus(), corpus().tables(), 16);
  auto decision = std::make_unique<Decision>();
  int differ = 0;
  for (std::uint16_t p = 0; p < roads.size(); ++p) {
    for (int i = 0; i < 80; ++i) {
      Question q = aimed.next({p});
      decide(corpus(), q, *decision);
      const Route* route = decision->find({p});
      bool shut = evaluate(f, point_of(other, q))[roads[p].blocked.at];
      if (route && (route->state == State::blocked) != shut) ++differ;
    }
  }
  EXPECT_GT(differ, 10);
}

}  // namespace
}  // namespace comity::law
