#include "law/coverage.h"

#include <algorithm>
#include <map>
#include <set>

#include "law/case_file.h"
#include "law/engine.h"
#include "law/tables.h"

namespace comity::law {
namespace {

// A case as far as coverage asks: its question, and what it says of each id.
struct Tried {
  QuestionText ask;
  Day on = 0;
};

struct Sightings {
  std::vector<const Tried*> fires, misses;
};

using ById = std::map<std::string, Sightings, std::less<>>;

// In how many things two questions differ.
int differences(const QuestionText& a, const QuestionText& b) {
  int out = 0;
  for (auto member : {&QuestionText::from, &QuestionText::to, &QuestionText::measure,
                      &QuestionText::offence, &QuestionText::on, &QuestionText::conduct,
                      &QuestionText::data, &QuestionText::from_role, &QuestionText::to_role}) {
    out += a.*member != b.*member;
  }
  std::map<std::string, std::string> mine(a.facts.begin(), a.facts.end()),
      theirs(b.facts.begin(), b.facts.end());
  for (auto& [fact, value] : mine) {
    auto there = theirs.find(fact);
    out += there == theirs.end() || there->second != value;
  }
  for (auto& [fact, value] : theirs) out += !mine.contains(fact);
  return out;
}

enum class Apart { one_thing, one_day };

bool neighbours(const Sightings& seen, Apart apart) {
  for (const Tried* fires : seen.fires) {
    for (const Tried* misses : seen.misses) {
      if (differences(fires->ask, misses->ask) != 1) continue;
      bool by_a_day = fires->on - misses->on == 1 || misses->on - fires->on == 1;
      if (apart == Apart::one_thing || by_a_day) return true;
    }
  }
  return false;
}

bool bounded(Period period) {
  return period.from != day_first || period.until != day_never;
}

// What the corpus knows of the days on which a provision begins or ends.
struct Life {
  bool can_open = false, dated = false;
};

Life life_of(const Tables& t, const Rule& rule) {
  const Instrument& instrument = t.instruments[rule.instrument.value];
  std::set<Country> bound;
  bool dated = bounded(rule.period) || bounded(instrument.period);
  for (auto& [who, row] : instrument.parties) {
    if (row.status != Status::in_force) continue;
    bound.insert(who);
    dated = dated || bounded(row.period);
  }
  bool everyone = instrument.membership == Membership::everyone;
  std::size_t enough = instrument.membership == Membership::unilateral ? 1 : 2;
  bool in_force = instrument.in_force_known;
  for (InstrumentId other : instrument.requires_)
    in_force = in_force && t.instruments[other.value].in_force_known;
  return {in_force && (everyone || bound.size() >= enough), dated};
}

class Trial {
 public:
  explicit Trial(const Corpus& corpus) : corpus_(corpus), t_(corpus.tables()) {}

  Result<void> read(const SourceFile& file) {
    TRY(std::vector<Case> cases, read_cases(file));
    for (const Case& one : cases) {
      auto question = ask(corpus_, one.ask);
      if (!question) return fail(question.error().code, question.error().what, one.where);
      tried_.push_back({one.ask, day_of(question->on)});
      expected_.push_back(one.expect);
    }
    return {};
  }

  std::vector<Uncovered> run() {
    for (std::size_t i = 0; i < tried_.size(); ++i) note(tried_[i], expected_[i]);
    for (std::size_t p = 0; p < t_.rules.size(); ++p) provision(t_.provisions[p].id, t_.rules[p]);
    for (const Reservation& r : t_.reservations) rule("reservation", r.id, r.period);
    for (const Statute& s : t_.statutes) rule("statute", s.id, s.period);
    for (const Article& a : t_.articles) rule("article", a.rule.id, a.rule.period);
    for (const AbsentRow& row : t_.absents) rule("absent", row.id, row.period);
    return std::move(out_);
  }

 private:
  void note(const Tried& tried, const Expected& expect) {
    for (auto& [id, state] : expect.routes) {
      bool walked = state == "open" || state == "needs";
      (walked ? roads_[id].fires : roads_[id].misses).push_back(&tried);
      if (state == "blocked") shown_[id].fires.push_back(&tried);
      if (state == "absent") shown_[id].misses.push_back(&tried);
    }
    if (!expect.best.empty() && (expect.decision == "open" || expect.decision == "needs"))
      roads_[expect.best].fires.push_back(&tried);
    for (const std::string& id : expect.rules) rules_[id].fires.push_back(&tried);
    for (const std::string& id : expect.no_rules) rules_[id].misses.push_back(&tried);
  }

  void provision(const std::string& id, const Rule& rule) {
    Life life = life_of(t_, rule);
    if (!life.can_open)
      return want("provision", id, shown_[id], Apart::one_thing,
                  "routes = { " + id + " = \"blocked\" }", "{ " + id + " = \"absent\" }");
    want("provision", id, roads_[id], life.dated ? Apart::one_day : Apart::one_thing,
         "routes = { " + id + " = \"open\" }", "{ " + id + " = \"blocked\" }");
  }

  void rule(const char* kind, const std::string& id, Period period) {
    want(kind, id, rules_[id], bounded(period) ? Apart::one_day : Apart::one_thing,
         "rules = [\"" + id + "\"]", "no_rules = [\"" + id + "\"]");
  }

  void want(const char* kind, const std::string& id, const Sightings& seen, Apart apart,
            const std::string& fires, const std::string& misses) {
    if (neighbours(seen, apart)) return;
    std::string what;
    if (seen.fires.empty())
      what = "no case in which it fires; expect " + fires;
    else if (seen.misses.empty())
      what = "no case that just misses it; expect " + misses;
    else
      what =
          apart == Apart::one_day
              ? "no two cases about it that differ in one day only, that before its first or last"
              : "no two cases about it that differ in one thing only";
    out_.push_back({kind, id, what});
  }

  const Corpus& corpus_;
  const Tables& t_;
  std::vector<Tried> tried_;
  std::vector<Expected> expected_;
  ById roads_, shown_, rules_;
  std::vector<Uncovered> out_;
};

}  // namespace

Result<std::vector<Uncovered>> uncovered(const Corpus& corpus,
                                         const std::vector<SourceFile>& files) {
  Trial trial(corpus);
  for (const SourceFile& file : files) {
    if (is_case_file(file)) TRY_VOID(trial.read(file));
  }
  return trial.run();
}

}  // namespace comity::law
