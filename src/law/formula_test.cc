#include "law/formula.h"

#include <gtest/gtest.h>

#include "law/test_law.h"

namespace comity::law {
namespace {

class FormulaTest : public ::testing::Test {
 protected:
  // What it comes to on a day, with one fact known now and later.
  bool holds(Term term, std::int32_t on, bool now, bool later) {
    Point point{std::vector<std::int32_t>(inputs_count + 1), {now}, {later}};
    point.values[day_.at] = on;
    return evaluate(f, point)[term.at];
  }

  Formulas f;
  Variable day_ = variable(Input::on);
  Term known_ = f.known({0}, Moment::now);
  Term a_ = f.is(day_, 1), b_ = f.is(day_, 2);
};

TEST_F(FormulaTest, equal_formulas_are_one_term) {
  EXPECT_EQ(f.all({a_, b_}), f.all({b_, a_, b_, f.yes()}));
  EXPECT_EQ(f.negation(f.negation(a_)), a_);
  EXPECT_EQ(f.same(variable(Input::from), variable(Input::to)),
            f.same(variable(Input::to), variable(Input::from)));
  EXPECT_NE(f.all({a_, b_}), f.any({a_, b_}));
  EXPECT_NE(known_, f.known({0}, Moment::later));
}

TEST_F(FormulaTest, what_is_settled_is_not_built) {
  EXPECT_EQ(f.all({}), f.yes());
  EXPECT_EQ(f.any({}), f.no());
  EXPECT_EQ(f.all({a_, f.no()}), f.no());
  EXPECT_EQ(f.any({a_, f.yes()}), f.yes());
  EXPECT_EQ(f.any({a_, f.no()}), a_);
  EXPECT_EQ(f.negation(f.no()), f.yes());
}

TEST_F(FormulaTest, a_period_holds_from_its_first_day_to_the_day_before_its_end) {
  Term term = f.within(day_, {10, 20});
  for (auto [day, expected] : {std::pair{9, false}, {10, true}, {19, true}, {20, false}})
    EXPECT_EQ(holds(term, day, false, false), expected) << day;
  EXPECT_EQ(f.within(day_, {}), f.yes());
  EXPECT_EQ(f.within(day_, {day_never, day_never}), f.no());
}

TEST_F(FormulaTest, a_set_of_words_holds_its_members_alone) {
  Term term = f.among(day_, 0b1010, 4);
  for (int i = -1; i < 5; ++i) EXPECT_EQ(holds(term, i, false, false), i == 1 || i == 3) << i;
  EXPECT_EQ(f.among(day_, 0b1000, 3), f.no());
}

TEST_F(FormulaTest, a_fact_may_be_known_later_and_not_now) {
  Term learnt = f.all({f.negation(known_), f.known({0}, Moment::later)});
  EXPECT_TRUE(holds(learnt, 0, false, true));
  EXPECT_FALSE(holds(learnt, 0, true, true));
  EXPECT_FALSE(holds(learnt, 0, false, false));
}

TEST_F(FormulaTest, and_or_and_not_are_what_they_say) {
  Term either = f.any({a_, b_}), neither = f.negation(either), both = f.all({known_, either});
  EXPECT_TRUE(holds(either, 2, false, false));
  EXPECT_FALSE(holds(either, 3, false, false));
  EXPECT_TRUE(holds(neither, 3, false, false));
  EXPECT_TRUE(holds(both, 1, true, false));
  EXPECT_FALSE(holds(both, 1, false, false));
}

}  // namespace
}  // namespace comity::law
