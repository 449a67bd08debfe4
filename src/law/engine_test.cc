#include "law/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <map>
#include <new>

#include "law/provision.h"
#include "law/report.h"
#include "law/test_law.h"
#include "toml/parse.h"

// Counts what decide() must not do. The whole test program allocates through these, save under a
// sanitizer, which pairs its own.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTS_ALLOCATIONS 0
#else
#define COUNTS_ALLOCATIONS 1
#endif
namespace {
std::atomic<std::size_t> allocations{0};
}
#if COUNTS_ALLOCATIONS
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace comity::law {
namespace {

using testing::corpus;
using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;
using testing::Questions;

Question asked(QuestionText text) {
  auto question = ask(corpus(), text);
  check(question.has_value(), question ? "" : to_text(question.error()));
  return *question;
}

QuestionText love_bug(std::string measure, std::string on) {
  return {.from = "US",
          .to = "PH",
          .measure = std::move(measure),
          .offence = "data_interference",
          .on = std::move(on),
          .conduct = "",
          .data = "",
          .from_role = "",
          .to_role = "",
          .facts = {}};
}

Decision& decided(const Corpus& law, const Question& question) {
  static Decision decision;
  decide(law, question, decision);
  return decision;
}

std::string code(const Reason& reason) {
  return corpus().word(reason.code).code;
}

// ---------------------------------------------------------------- examples (law/cases/ has the
// many)
TEST(Engine, the_love_bug_was_not_extraditable) {
  const Decision& d = decided(corpus(), asked(love_bug("extradition", "2000-05-04")));
  EXPECT_EQ(d.outcome, Outcome::blocked);
  const Route& best = d.routes[0];
  EXPECT_EQ(provision(corpus(), best.provision).id, "us-ph-extradition-2");
  ASSERT_EQ(best.closers, 2);
  EXPECT_EQ(code(best.reasons[0]), "dual_criminality_absent");
  EXPECT_THAT(std::string(corpus().cite(best.reasons[0].cite)), HasSubstr("RA 8792"));
  EXPECT_EQ(best.confidence, Confidence::confirmed);
  for (std::size_t i = 0; i < best.closers; ++i)
    EXPECT_EQ(best.reasons[i].whose, Whose::requested) << "it was no offence there";
}

TEST(Engine, an_ordinary_preservation_request_stands_open_both_ways) {
  for (auto [from, to] : {std::pair{"US", "PH"}, std::pair{"PH", "US"}}) {
    QuestionText text = love_bug("preservation", "2026-11-21");
    text.from = from;
    text.to = to;
    text.facts = {
        {"data_location", to}, {"data_already_stored", "yes"}, {"follow_up_intended", "yes"}};
    const Decision& d = decided(corpus(), asked(text));
    ASSERT_EQ(d.outcome, Outcome::open);
    const Provision& best = provision(corpus(), d.routes[0].provision);
    EXPECT_EQ(best.id, "ets185-29");
    EXPECT_EQ(d.routes[0].carriage, Carriage::comity);
    EXPECT_EQ(corpus().word(d.routes[0].channel).code, "poc_24_7");
    EXPECT_EQ(best.approvals, std::vector<std::string>{"poc_officer"});
    ASSERT_NE(best.deadline("preserve_minimum"), nullptr);
    EXPECT_EQ(best.deadline("preserve_minimum")->length(), std::chrono::hours(60 * 24));
    EXPECT_EQ(best.deadline("preserve_minimum")->bound, Bound::minimum);
  }
}

TEST(Engine, a_known_category_of_data_leaves_out_the_provisions_that_do_not_reach_it) {
  QuestionText text = love_bug("stored_content", "2026-11-21");
  text.data = "domain_registration";
  const Decision& d = decided(corpus(), asked(text));
  EXPECT_EQ(d.find(*corpus().provision("ets185-31")), nullptr);
  EXPECT_NE(d.find(*corpus().provision("us-ph-mlat-1")), nullptr);
}

TEST(Engine, what_the_corpus_knows_a_fact_does_not_change) {
  QuestionText text = love_bug("extradition", "2000-05-04");
  text.facts = {{"punishable_requested", "yes"}, {"penalty_requested", "120"}};
  EXPECT_EQ(decided(corpus(), asked(text)).outcome, Outcome::blocked);
}

TEST(Engine, what_nobody_researched_is_no_data_for_every_measure) {
  Question q = asked(love_bug("extradition", "2026-11-21"));
  q.to = *country_from_text("SO");
  for (std::uint16_t m = 0; m < corpus().measures().size(); ++m) {
    q.measure = {m};
    EXPECT_EQ(decided(corpus(), q).outcome, Outcome::no_data);
    EXPECT_TRUE(decided(corpus(), q).routes.empty());
  }
}

TEST(Engine, a_measure_that_no_provision_speaks_of_is_none) {
  QuestionText text = love_bug("confiscation", "2026-11-21");
  text.from = "JP";  // no treaty of assistance with the Philippines
  EXPECT_EQ(decided(corpus(), asked(text)).outcome, Outcome::no_data);  // of Palermo nobody knows
  std::vector<SourceFile> files = folder();
  std::erase_if(files, [](const SourceFile& f) { return f.name == "instruments/untoc.toml"; });
  Corpus without = corpus_of(files);
  EXPECT_EQ(decided(without, *ask(without, text)).outcome, Outcome::none);
}

// ---------------------------------------------------------------- questions that are refused
TEST(Ask, refuses_what_it_cannot_read) {
  struct {
    const char* what;
    std::function<void(QuestionText&)> spoil;
    Code code;
  } bad[] = {
      {"three letters", [](QuestionText& q) { q.from = "USA"; }, Code::bad_value},
      {"no such country", [](QuestionText& q) { q.to = "QQ"; }, Code::not_found},
      {"itself", [](QuestionText& q) { q.to = "US"; }, Code::bad_value},
      {"measure", [](QuestionText& q) { q.measure = "arrest"; }, Code::not_found},
      {"offence", [](QuestionText& q) { q.offence = ""; }, Code::not_found},
      {"day", [](QuestionText& q) { q.on = "2026-02-30"; }, Code::bad_value},
      {"conduct", [](QuestionText& q) { q.conduct = "yesterday"; }, Code::bad_value},
      {"conduct", [](QuestionText& q) { q.conduct = "2030-01-01"; }, Code::bad_value},
      {"data", [](QuestionText& q) { q.data = "all"; }, Code::not_found},
      {"role", [](QuestionText& q) { q.from_role = "king"; }, Code::not_found},
      {"fact", [](QuestionText& q) { q.facts = {{"weather", "yes"}}; }, Code::not_found},
      {"maybe", [](QuestionText& q) { q.facts = {{"urgent", "maybe"}}; }, Code::bad_value},
      {"nowhere", [](QuestionText& q) { q.facts = {{"data_location", "here"}}; }, Code::bad_value},
      {"months", [](QuestionText& q) { q.facts = {{"penalty_requested", "12x"}}; },
       Code::bad_value},
      {"too many months", [](QuestionText& q) { q.facts = {{"penalty_requested", "99999999999"}}; },
       Code::bad_value},
      {"twice", [](QuestionText& q) { q.facts = {{"urgent", "yes"}, {"urgent", "no"}}; },
       Code::duplicate_key},
  };
  for (auto& one : bad) {
    QuestionText text = love_bug("extradition", "2026-11-21");
    one.spoil(text);
    auto question = ask(corpus(), text);
    ASSERT_FALSE(question) << one.what;
    EXPECT_EQ(question.error().code, one.code) << one.what << ": " << question.error().what;
  }
}

TEST(Ask, takes_a_country_as_people_write_it) {
  QuestionText text = love_bug("mla", "2026-11-21");
  text.from = "us";
  text.to = "Ph";
  EXPECT_EQ(asked(text).to, *country_from_text("PH"));
  struct {
    const char *written, *hint;
  } wrong[] = {{"UK", "did you mean GB (United Kingdom)?"},
               {"el", "did you mean GR (Greece)?"},
               {"USA", "did you mean US (United States)?"},
               {"France", "did you mean FR (France)?"},
               {"XK", "Kosovo"}};
  for (auto& one : wrong) {
    text.to = one.written;
    auto refused = ask(corpus(), text);
    ASSERT_FALSE(refused) << one.written;
    EXPECT_NE(refused.error().what.find(one.hint), std::string::npos) << refused.error().what;
  }
  text.to = "Ni";  // Nicaragua it is; a name that many begin with gets no hint
  EXPECT_TRUE(ask(corpus(), text));
  text.to = "Uni";
  EXPECT_EQ(ask(corpus(), text).error().what.find("did you mean"), std::string::npos);
}

TEST(Ask, refuses_more_facts_than_there_is_room_for) {
  QuestionText text = love_bug("extradition", "2026-11-21");
  for (const Word& fact : corpus().facts()) {
    if (corpus().tables().words.fact_words[corpus().fact(fact.code)->value].kind ==
        FactKind::yes_no) {
      text.facts.emplace_back(fact.code, "yes");
    }
  }
  ASSERT_GT(text.facts.size(), facts_max);
  EXPECT_EQ(ask(corpus(), text).error().code, Code::too_large);
}

// ---------------------------------------------------------------- properties
bool definite(State state) {
  return state != State::needs;
}

TEST(Properties, a_decision_allocates_nothing) {
  if (!COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer owns the allocator";
  Questions questions(corpus(), 1);
  std::vector<Question> many;
  for (int i = 0; i < 2000; ++i) many.push_back(questions.next());
  static Decision decision;
  std::size_t before = allocations;
  ASSERT_GT(before, many.size() / 100);  // the counter counts
  for (const Question& q : many) decide(corpus(), q, decision);
  EXPECT_EQ(allocations, before);
}

TEST(Properties, the_same_question_gets_the_same_bytes_whatever_the_order_of_the_files) {
  std::vector<SourceFile> reversed(folder().rbegin(), folder().rend());
  Corpus other = corpus_of(reversed);
  Questions questions(corpus(), 2);
  for (int i = 0; i < 500; ++i) {
    Question q = questions.next();
    std::string first = json::write(to_json(corpus(), q, decided(corpus(), q)));
    EXPECT_EQ(json::write(to_json(other, q, decided(other, q))), first);
  }
}

TEST(Properties, to_learn_a_fact_never_turns_a_definite_answer) {
  Questions questions(corpus(), 3);
  static Decision before;
  int learned = 0;
  for (int i = 0; i < 20'000; ++i) {
    Question q = questions.next();
    decide(corpus(), q, before);
    if (!questions.add_fact(q)) continue;
    const Decision& after = decided(corpus(), q);
    ++learned;
    ASSERT_EQ(before.routes.size(), after.routes.size());
    for (const Route& route : before.routes) {
      if (definite(route.state)) ASSERT_EQ(after.find(route.provision)->state, route.state);
    }
    bool settled = before.outcome == Outcome::open || before.outcome == Outcome::blocked ||
                   before.outcome == Outcome::none;
    if (settled) ASSERT_EQ(after.outcome, before.outcome);
  }
  EXPECT_GT(learned, 15'000);
}

// As of a fact: so of a role or of data. Who must walk an open road instead is no other answer of
// the law, and a road that does not reach the data named is not among the roads.
TEST(Properties, to_learn_a_role_or_the_data_never_turns_a_definite_answer) {
  Questions questions(corpus(), 4);
  static Decision before;
  const Tables& t = corpus().tables();
  int kept = 0, settled = 0;
  for (int i = 0; i < 25'000; ++i) {
    Question q = questions.next();
    decide(corpus(), q, before);
    auto word = [&](std::size_t count) {
      return static_cast<std::uint16_t>(questions.below(count));
    };
    std::size_t which = questions.below(3);
    if (which == 0) q.from_role = {word(t.words.roles.size())};
    if (which == 1) q.to_role = {word(t.words.roles.size())};
    if (which == 2) q.data = {word(t.words.data.size())};
    const Decision& after = decided(corpus(), q);
    for (const Route& route : before.routes) {
      const Route* later = after.find(route.provision);
      if (!later) {
        ASSERT_EQ(which, 2u);
        continue;
      }
      if (route.state == State::blocked) ASSERT_EQ(later->state, State::blocked);
      if (route.state != State::open) continue;
      ASSERT_NE(later->state, State::blocked);
      for (std::size_t n = later->closers; n < std::size_t{later->closers} + later->lacking; ++n) {
        ReasonId code = later->reasons[n].code;
        ASSERT_TRUE(code == t.reason(Why::other_sender) || code == t.reason(Why::other_addressee));
      }
      ++kept;
    }
    if (before.outcome == Outcome::none) ASSERT_EQ(after.outcome, Outcome::none);
    if (before.outcome == Outcome::blocked)
      ASSERT_TRUE(after.outcome == Outcome::blocked || after.outcome == Outcome::none);
    settled += before.outcome == Outcome::blocked;
  }
  EXPECT_GT(kept, 1'000);
  EXPECT_GT(settled, 100);
}

TEST(Properties, to_add_a_prohibition_never_opens_a_road) {
  const std::string either =
      "when = { any = [ { fact = \"emergency\", is = \"no\" }, "
      "{ not_member = \"ETS185\", side = \"requesting\" } ] }\n";
  const std::string conditions[] = {"", "when = { fact = \"urgent\", is = \"yes\" }\n", either};
  for (const char* who : {"PH", "US", "DE", "CN"}) {
    for (const std::string& when : conditions) {
      std::vector<SourceFile> files = folder();
      file_of(files, std::string("jurisdictions/") + who + ".toml").text +=
          std::string(
              "\n[[statute]]\nid = \"test-bar\"\ntitle = \"t\"\neffect = \"forbid\"\nside = "
              "\"requested\"\n"
              "measures = [\"preservation\", \"mla\", \"stored_content\", \"extradition\"]\n"
              "from_unknown = true\ncite = \"c\"\nconfidence = \"confirmed\"\nsource = "
              "\"https://law.example\"\n") +
          when;
      Corpus stricter = corpus_of(files);
      Questions questions(corpus(), 4);
      static Decision before;
      for (int i = 0; i < 3000; ++i) {
        Question q = questions.next();
        decide(corpus(), q, before);
        const Decision& after = decided(stricter, q);
        for (const Route& route : after.routes)
          ASSERT_GE(route.state, before.find(route.provision)->state);
        if (after.outcome == Outcome::open) ASSERT_EQ(before.outcome, Outcome::open);
      }
    }
  }
}

// Says from the files alone, with none of the engine's tables, on which days an instrument binds a
// jurisdiction.
class FromTheFiles {
 public:
  FromTheFiles() {
    for (const SourceFile& file : folder()) {
      bool law = file.name.starts_with("instruments/") || file.name.starts_with("agreements/") ||
                 file.name.starts_with("codes/");
      if (!law) continue;
      auto document = toml::parse(file.text, file.name);
      check(document.has_value(), "the file parses");
      const json::Value* head = document->root.find("instrument");
      instruments_.emplace(*head->find("id")->as_string(), document->root);
    }
  }

  bool binds(const std::string& id, Country who, Date on) const {
    const json::Value& file = instruments_.at(id);
    const json::Value& head = *file.find("instrument");
    std::string day = comity::to_text(on);
    if (*head.find("membership")->as_string() == "everyone") return true;
    const json::Value* known = head.find("in_force_known");
    const json::Value* begins = head.find("in_force");
    if (!begins && !(known && *known->as_bool())) return false;
    if (begins && day < *begins->as_string()) return false;
    for (const json::Value& party : *file.find("party")->as_array()) {
      const std::string& status = *party.find("status")->as_string();
      const json::Value* since = party.find("since");
      const json::Value* until = party.find("until");
      bool bound = status == "in_force" || status == "applies";
      bool begun = !since || *since->as_string() <= day;
      bool ended = until && *until->as_string() <= day;
      if (!bound || !begun || ended) continue;
      if (*party.find("of")->as_string() == who.text()) return true;
      if (member_of(party, who, on)) return true;
    }
    return false;
  }

  // The requesting side alone needs to be bound.
  bool one_sided(const std::string& instrument, const std::string& provision) const {
    for (const json::Value& each : *instruments_.at(instrument).find("provision")->as_array()) {
      const json::Value* said = each.find("one_sided");
      if (*each.find("id")->as_string() == provision) return said && *said->as_bool();
    }
    return false;
  }

  bool unilateral(const std::string& id) const {
    return *instruments_.at(id).find("instrument")->find("membership")->as_string() == "unilateral";
  }

 private:
  // Through `members_of`, and not by name among its exceptions.
  bool member_of(const json::Value& party, Country who, Date on) const {
    const json::Value* members_of = party.find("members_of");
    if (!members_of || !binds(*members_of->as_string(), who, on)) return false;
    const json::Value* except = party.find("except");
    if (!except) return true;
    return std::ranges::none_of(*except->as_array(), [&](const json::Value& one) {
      return *one.as_string() == who.text();
    });
  }

  std::map<std::string, json::Value> instruments_;
};

TEST(Properties, no_road_stands_open_unless_its_instrument_binds_both_on_that_day) {
  FromTheFiles files;
  Questions questions(corpus(), 5);
  int open = 0;
  for (int i = 0; i < 40'000; ++i) {
    Question q = questions.next();
    for (const Route& route : decided(corpus(), q).routes) {
      if (route.state != State::open) continue;
      ++open;
      const std::string& id = provision(corpus(), route.provision).instrument;
      ASSERT_TRUE(files.unilateral(id) || files.binds(id, q.from, q.on))
          << id << " " << q.from.text() << " " << comity::to_text(q.on);
      bool alone = files.one_sided(id, provision(corpus(), route.provision).id);
      ASSERT_TRUE(alone || files.binds(id, q.to, q.on))
          << id << " " << q.to.text() << " " << comity::to_text(q.on);
    }
  }
  EXPECT_GT(open, 500);
}

TEST(Properties, every_road_gives_its_reasons_and_says_what_it_needs) {
  Questions questions(corpus(), 6);
  for (int i = 0; i < 20'000; ++i) {
    Question q = questions.next();
    const Decision& d = decided(corpus(), q);
    ASSERT_FALSE(d.truncated);
    for (std::size_t r = 0; r < d.routes.size(); ++r) {
      const Route& route = d.routes[r];
      ASSERT_FALSE(route.reasons.empty());
      ASSERT_EQ(route.closers > 0, route.state == State::blocked);
      ASSERT_EQ(route.lacking > 0, route.state == State::needs);
      if (route.state == State::open) ASSERT_TRUE(route.requires_.empty());
      if (r > 0) ASSERT_LE(d.routes[r - 1].state, route.state);
      for (const Reason& reason : route.reasons) ASSERT_FALSE(corpus().cite(reason.cite).empty());
    }
  }
}

// Every pair of jurisdictions, every measure, on one day: nothing overflows, and open never comes
// without a road.
TEST(Properties, the_whole_world_fits) {
  Question q = asked(love_bug("extradition", "2026-11-21"));
  std::size_t most = 0;
  for (const Jurisdiction& from : corpus().tables().jurisdictions) {
    for (const Jurisdiction& to : corpus().tables().jurisdictions) {
      if (from.country == to.country) continue;
      q.from = from.country;
      q.to = to.country;
      for (std::uint16_t m = 0; m < corpus().measures().size(); ++m) {
        q.measure = {m};
        const Decision& d = decided(corpus(), q);
        ASSERT_FALSE(d.truncated);
        most = std::max(most, d.routes.size());
      }
    }
  }
  EXPECT_GT(most, 3u);
}

// ---------------------------------------------------------------- memberships in conditions
TEST(Engine, a_condition_may_test_a_membership_or_its_absence) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "agreements/us-ph-mlat.toml").text;
  std::size_t at = text.find("when = {");
  text.replace(at, text.find('\n', at) - at,
               "when = { not_member = \"ETS185\", side = \"requested\" }");
  Corpus changed = corpus_of(files);
  Question q = asked(love_bug("mla", "2018-06-30"));
  ProvisionId mlat = *changed.provision("us-ph-mlat-1");
  EXPECT_EQ(decided(changed, q).find(mlat)->state, State::open);
  q.on = *date_from_text("2018-07-01");  // the Convention binds the Philippines from here
  const Route* closed = decided(changed, q).find(mlat);
  EXPECT_EQ(closed->state, State::blocked);
  EXPECT_EQ(code(closed->reasons[0]), "condition_unmet");
}

TEST(Engine, a_requirement_of_a_statute_is_needed_not_a_bar) {
  std::vector<SourceFile> files = folder();
  file_of(files, "jurisdictions/PH.toml").text +=
      "\n[[statute]]\nid = \"test-order\"\ntitle = \"t\"\neffect = \"require\"\nside = "
      "\"requested\"\n"
      "measures = [\"mla\"]\nfrom = 2000-01-01\nwhen = { fact = \"urgent\", is = \"yes\" }\ncite = "
      "\"Act\"\nconfidence = \"confirmed\"\nsource = \"https://law.example\"\n";
  Corpus changed = corpus_of(files);
  Question q = asked(love_bug("mla", "2026-11-21"));
  ProvisionId id = *changed.provision("ets185-25");
  EXPECT_EQ(decided(changed, q).find(id)->state, State::needs);
  ASSERT_TRUE(q.facts.push({*changed.fact("urgent"), 0}));
  EXPECT_EQ(decided(changed, q).find(id)->state, State::needs);
  q.facts[0].value = 1;
  EXPECT_EQ(decided(changed, q).find(id)->state, State::open);
}

TEST(Engine, a_fact_is_owed_as_surely_as_the_law_that_asks_for_it) {
  for (const char* confidence : {"confirmed", "unconfirmed"}) {
    std::vector<SourceFile> files = folder();
    file_of(files, "jurisdictions/PH.toml").text +=
        "\n[[statute]]\nid = \"test-bar\"\ntitle = \"t\"\neffect = \"forbid\"\nside = "
        "\"requested\"\n"
        "measures = [\"mla\"]\nfrom = 2000-01-01\nwhen = { fact = \"urgent\", is = \"yes\" }\ncite "
        "= "
        "\"Act\"\nconfidence = \"" +
        std::string(confidence) + "\"\nsource = \"https://law.example\"\n";
    Corpus changed = corpus_of(files);
    const Decision& decision = decided(changed, asked(love_bug("mla", "2026-11-21")));
    const Route* route = decision.find(*changed.provision("ets185-25"));
    ASSERT_EQ(route->state, State::needs);
    auto missing = std::ranges::find_if(
        route->reasons, [&](const Reason& one) { return code(one) == "fact_missing"; });
    ASSERT_NE(missing, route->reasons.end());
    EXPECT_EQ(name_of(missing->confidence), confidence);
  }
}

TEST(Engine, law_without_a_date_is_recalled_for_a_day_before_it_was_reviewed) {
  auto known = [&](const char* on) {
    QuestionText text = love_bug("preservation", on);
    text.from = "PH";
    text.to = "BR";
    const Decision& decision = decided(corpus(), asked(text));
    for (const Route& route : decision.routes)
      for (const Note& note : route.notes)
        if (corpus().cite(note.text).find("12.965") != std::string_view::npos)
          return std::string(name_of(note.confidence));
    return std::string("silent");
  };
  EXPECT_EQ(known("2026-11-21"), "confirmed");
  EXPECT_EQ(known("2010-01-01"), "unconfirmed");
}

TEST(Engine, a_bar_with_a_condition_closes_when_it_is_met) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "instruments/ets185.toml").text;
  std::string ground =
      "{ code = \"political_offence\", weight = \"may\", article = \"ETS185 Art.29(5)(a)\" }";
  text.replace(text.find(ground), ground.size(),
               "{ code = \"political_offence\", weight = \"bar\", when = { fact = \"urgent\", is = "
               "\"yes\" } }");
  Corpus changed = corpus_of(files);
  QuestionText ordinary = love_bug("preservation", "2026-11-21");
  ordinary.facts = {
      {"data_location", "PH"}, {"data_already_stored", "yes"}, {"follow_up_intended", "yes"}};
  Question q = asked(ordinary);
  ProvisionId id = *changed.provision("ets185-29");
  EXPECT_EQ(decided(changed, q).find(id)->state, State::needs);
  ASSERT_TRUE(q.facts.push({*changed.fact("urgent"), 1}));
  EXPECT_EQ(decided(changed, q).find(id)->state, State::blocked);
  q.facts[3].value = 0;
  EXPECT_EQ(decided(changed, q).find(id)->state, State::open);
}

// ---------------------------------------------------------------- unions, articles, laws of one
// State
Question put(const Corpus& law, std::string from, std::string to, std::string measure,
             std::string on) {
  auto question = ask(law, {.from = std::move(from),
                            .to = std::move(to),
                            .measure = std::move(measure),
                            .offence = "computer_fraud",
                            .on = std::move(on),
                            .conduct = "",
                            .data = "",
                            .from_role = "",
                            .to_role = "",
                            .facts = {}});
  check(question.has_value(), question ? "" : to_text(question.error()));
  return *question;
}

const Route* road(const Corpus& law, const Question& question, std::string_view id) {
  return decided(law, question).find(*law.provision(id));
}

TEST(Unions, an_agreement_of_the_union_binds_its_members_towards_the_other_side_only) {
  EXPECT_NE(road(corpus(), put(corpus(), "JP", "ES", "mla", "2026-11-21"), "eu-jp-mla-1"), nullptr);
  EXPECT_NE(road(corpus(), put(corpus(), "ES", "JP", "mla", "2026-11-21"), "eu-jp-mla-1"), nullptr);
  EXPECT_EQ(road(corpus(), put(corpus(), "ES", "FR", "mla", "2026-11-21"), "eu-jp-mla-1"), nullptr);
  EXPECT_EQ(road(corpus(), put(corpus(), "ES", "US", "mla", "2026-11-21"), "eu-jp-mla-1"), nullptr);
}

// Default rules give way to a treaty between the two, not to one that binds each to somebody else.
TEST(Unions, members_are_not_bound_to_one_another_where_other_treaties_are_looked_for) {
  std::vector<SourceFile> files = folder();
  std::erase_if(files, [](const SourceFile& file) {
    return file.name == "instruments/eu-eio.toml" || file.name == "instruments/ets030.toml";
  });
  Corpus fewer = corpus_of(files);
  Question q = put(fewer, "DE", "ES", "mla", "2026-11-21");
  EXPECT_EQ(road(fewer, q, "ets185-27")->state, State::open);
  q.from = *country_from_text("JP");
  EXPECT_EQ(road(fewer, q, "ets185-27")->state, State::blocked);
}

TEST(Unions, a_member_named_among_the_exceptions_is_not_bound) {
  Question q = put(corpus(), "FR", "DE", "preservation", "2026-11-21");
  EXPECT_EQ(road(corpus(), q, "eu2023-1543-11")->state, State::needs);
  q.to = *country_from_text("DK");
  EXPECT_EQ(road(corpus(), q, "eu2023-1543-11")->state, State::blocked);
}

TEST(Articles, a_law_of_one_state_asks_nothing_of_the_requesting_side) {
  Question q = put(corpus(), "SO", "US", "preservation", "2026-11-21");
  EXPECT_EQ(decided(corpus(), q).outcome, Outcome::no_data);  // nobody has researched Somalia
  q.from = *country_from_text("PH");
  EXPECT_EQ(road(corpus(), q, "us-sca-2703-f")->state, State::needs);
  std::swap(q.from, q.to);
  EXPECT_EQ(road(corpus(), q, "us-sca-2703-f"), nullptr);
}

// 18 USC 3512 is how courts carry a request out; an order under an executive agreement meets none.
TEST(Articles, one_about_some_channels_is_silent_on_the_others) {
  Question q = put(corpus(), "AU", "US", "stored_content", "2026-11-21");
  auto says = [&](const char* id, std::string_view part) {
    const Route* route = road(corpus(), q, id);
    return std::ranges::any_of(route->notes, [&](const Note& note) {
      return corpus().cite(note.text).find(part) != std::string_view::npos;
    });
  };
  for (const char* part : {"executed by federal courts", "may give content to nobody"}) {
    EXPECT_TRUE(says("us-au-mlat-1", part)) << part;
    EXPECT_FALSE(says("us-au-daa-1", part)) << part;
  }
}

TEST(Articles, one_about_some_data_is_silent_on_the_others) {
  Question q = put(corpus(), "FR", "US", "emergency_disclosure", "2026-11-21");
  ASSERT_TRUE(q.facts.push({*corpus().fact("emergency"), 1}));
  ASSERT_TRUE(q.facts.push({*corpus().fact("holder_agrees"), 1}));
  auto of = [&](const char* data) {
    q.data = {corpus().tables().words.data_of.find(data)->second};
    return road(corpus(), q, "provider-emergency-1")->state;
  };
  EXPECT_EQ(of("content"), State::needs);
  EXPECT_EQ(of("subscriber"), State::open);
}

TEST(Statutes, one_that_nobody_can_date_closes_nothing_before_the_review) {
  std::vector<SourceFile> files = folder();
  file_of(files, "jurisdictions/PH.toml").text +=
      "\n[[statute]]\nid = \"test-bar\"\ntitle = \"t\"\neffect = \"forbid\"\nside = "
      "\"requested\"\nmeasures = [\"mla\"]\nfrom_unknown = true\nwhen = { fact = \"urgent\", "
      "is = \"yes\" }\ncite = \"Act\"\nconfidence = \"confirmed\"\nsource = "
      "\"https://law.example\"\n";
  Corpus changed = corpus_of(files);
  ProvisionId id = *changed.provision("ets185-25");
  Question q = asked(love_bug("mla", "2026-11-20"));
  ASSERT_TRUE(q.facts.push({*changed.fact("urgent"), 1}));
  EXPECT_EQ(decided(changed, q).find(id)->state, State::needs);
  q.on = *date_from_text("2026-11-21");  // the day of the review
  const Route* route = decided(changed, q).find(id);
  EXPECT_EQ(route->state, State::blocked);
  EXPECT_EQ(route->confidence, Confidence::unconfirmed);
  q.facts[0].value = 0;
  EXPECT_EQ(decided(changed, q).find(id)->state, State::open);
}

TEST(Articles, one_about_voluntary_roads_leaves_treaties_alone) {
  Question q = put(corpus(), "US", "FR", "stored_content", "2026-11-21");
  ASSERT_TRUE(q.facts.push({*corpus().fact("rests_on_agreement"), 0}));
  ASSERT_TRUE(
      q.facts.push({*corpus().fact("data_location"), country_value(*country_from_text("FR"))}));
  EXPECT_EQ(road(corpus(), q, "ets185-31")->state, State::open);
}

TEST(Articles, one_about_a_role_is_silent_for_every_other_and_in_doubt_when_none_is_said) {
  Question q = put(corpus(), "FR", "US", "spontaneous_info", "2026-11-21");
  auto asks = [&](std::string_view id) {
    const Route* route = road(corpus(), q, id);
    return std::ranges::any_of(route->requires_, [](const Need& need) {
      return need.fact == *corpus().fact("transfer_basis");
    });
  };
  EXPECT_TRUE(asks("ets185-26"));  // who sends is not said
  q.from_role = *corpus().role("police");
  EXPECT_TRUE(asks("ets185-26"));
  q.from_role = *corpus().role("csirt");
  EXPECT_TRUE(asks("first-tlp-2"));
  q.from_role = *corpus().role("registrar");
  EXPECT_FALSE(asks("first-tlp-2"));
}

TEST(Engine, a_penalty_in_a_condition_is_answered_by_the_corpus_first) {
  Question q = put(corpus(), "DE", "FR", "stored_content", "2026-11-21");
  for (const char* fact : {"domestic_order", "provider_represented"})
    ASSERT_TRUE(q.facts.push({*corpus().fact(fact), 1}));
  EXPECT_EQ(road(corpus(), q, "eu2023-1543-10-content")->state, State::open);  // fraud: five years
  ASSERT_TRUE(q.facts.push({*corpus().fact("penalty_requesting"), 1}));
  EXPECT_EQ(road(corpus(), q, "eu2023-1543-10-content")->state, State::open);
  q.offence = *corpus().offence("any_with_e_evidence");
  EXPECT_EQ(road(corpus(), q, "eu2023-1543-10-content")->state, State::needs);  // listed?
  for (const char* fact : {"listed_offence", "executes_sentence"})
    ASSERT_TRUE(q.facts.push({*corpus().fact(fact), 0}));
  EXPECT_EQ(road(corpus(), q, "eu2023-1543-10-content")->state, State::blocked);
}

}  // namespace
}  // namespace comity::law
