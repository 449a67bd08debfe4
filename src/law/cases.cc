#include "law/cases.h"

#include <algorithm>
#include <set>

#include "law/case_file.h"
#include "law/case_words.h"
#include "law/engine.h"
#include "law/tables.h"

namespace comity::law {
namespace {

// The first difference between what a case expects and what the engine said, in words; empty when
// there is none.
class Comparison {
 public:
  Comparison(const Corpus& corpus, const Expected& expected, const Question& question,
             const Decision& decision)
      : corpus_(corpus), expected_(expected), question_(question), decision_(decision) {}

  std::string run() {
    equal("decision", expected_.decision, name_of(decision_.outcome));
    if (!expected_.best.empty()) {
      bool any = !decision_.routes.empty();
      equal("best road", expected_.best,
            any ? corpus_.tables().provisions[decision_.routes[0].provision.value].id : "");
    }
    for (auto& [id, state] : expected_.routes) route_state(id, state);
    auto field = [&](const auto& list, std::string_view what, auto get) {
      for (auto& [id, wanted] : list) {
        if (const Route* route = find(id))
          equal(std::string(what) + " of " + id, wanted, get(*route));
      }
    };
    field(expected_.confidence, "confidence", [](const Route& r) { return name_of(r.confidence); });
    field(expected_.carriage, "carriage", [](const Route& r) { return name_of(r.carriage); });
    field(expected_.speed, "speed", [](const Route& r) { return name_of(r.speed); });
    field(expected_.channel, "channel",
          [&](const Route& r) { return corpus_.word(r.channel).code; });
    for (auto& [id, code] : expected_.reasons)
      among(id, "reasons", code, codes(id, &Route::reasons));
    for (auto& [id, code] : expected_.risks) among(id, "risks", code, codes(id, &Route::risks));
    for (auto& [id, code] : expected_.requires_) among(id, "requires", code, facts(id));
    for (auto& [id, text] : expected_.deadlines) among(id, "deadlines", text, clocks(id));
    for (auto& [id, code] : expected_.approvals) among(id, "approvals", code, approvals(id));
    for (auto& [id, part] : expected_.cites) cited(id, part);
    for (auto& [id, part] : expected_.notes) noted(id, part);
    for (const std::string& id : expected_.rules) heard(id, true);
    for (const std::string& id : expected_.no_rules) heard(id, false);
    return what_;
  }

 private:
  void equal(std::string_view what, std::string_view wanted, std::string_view got) {
    if (!what_.empty() || wanted.empty() || wanted == got) return;
    what_ = std::string(what) + ": expected " + std::string(wanted) + ", got " + std::string(got);
  }

  const Route* find(const std::string& id) {
    auto provision = corpus_.provision(id);
    const Route* route = provision ? decision_.find(*provision) : nullptr;
    if (!route && what_.empty()) what_ = "no road " + id + " is shown";
    return route;
  }

  void route_state(const std::string& id, const std::string& state) {
    auto provision = corpus_.provision(id);
    const Route* route = provision ? decision_.find(*provision) : nullptr;
    equal("road " + id, state,
          !provision ? "no such provision"
          : route    ? name_of(route->state)
                     : "absent");
  }

  std::vector<std::string> codes(const std::string& id, Bounded<Reason, 24> Route::* list) {
    std::vector<std::string> out;
    if (const Route* route = find(id)) {
      for (const Reason& reason : route->*list) out.push_back(corpus_.word(reason.code).code);
    }
    return out;
  }

  std::vector<std::string> facts(const std::string& id) {
    std::vector<std::string> out;
    if (const Route* route = find(id)) {
      for (const Need& need : route->requires_) out.push_back(corpus_.word(need.fact).code);
    }
    return out;
  }

  const Provision* provision_shown(const std::string& id) {
    const Route* route = find(id);
    return route ? &provision(corpus_, route->provision) : nullptr;
  }

  std::vector<std::string> clocks(const std::string& id) {
    std::vector<std::string> out;
    if (const Provision* shown = provision_shown(id))
      for (const Deadline& deadline : shown->deadlines) out.push_back(brief(deadline));
    return out;
  }

  std::vector<std::string> approvals(const std::string& id) {
    const Provision* shown = provision_shown(id);
    return shown ? shown->approvals : std::vector<std::string>{};
  }

  void among(const std::string& id, std::string_view list, const std::string& code,
             const std::vector<std::string>& there) {
    if (!what_.empty() || std::find(there.begin(), there.end(), code) != there.end()) return;
    std::string all;
    for (const std::string& one : there) all += " " + one;
    what_ = std::string(list) + " of " + id + ": expected " + code +
            " among:" + (all.empty() ? " nothing" : all);
  }

  void cited(const std::string& id, const std::string& part) {
    const Route* route = find(id);
    if (!route || !what_.empty()) return;
    for (const Reason& reason : route->reasons) {
      if (corpus_.cite(reason.cite).find(part) != std::string_view::npos) return;
    }
    what_ = "no reason of " + id + " cites \"" + part + "\"";
  }

  void noted(const std::string& id, const std::string& part) {
    const Route* route = find(id);
    if (!route || !what_.empty()) return;
    for (const Note& note : route->notes) {
      if (corpus_.cite(note.text).find(part) != std::string_view::npos) return;
    }
    what_ = "no note of " + id + " says \"" + part + "\"";
  }

  void heard(const std::string& id, bool wanted) {
    if (!what_.empty()) return;
    if (!is_rule(corpus_, id))
      what_ = "no reservation, statute, article or absence is called " + id;
    else if (rule_speaks(corpus_, question_, decision_, id) != wanted)
      what_ = "rule " + id +
              (wanted ? ": expected to be heard, is silent" : ": expected to be silent, is heard");
  }

  const Corpus& corpus_;
  const Expected& expected_;
  const Question& question_;
  const Decision& decision_;
  std::string what_;
};

// Of two, nobody could say which one failed.
void names_twice(const std::vector<Case>& cases, std::vector<Problem>& problems) {
  std::set<std::string_view> names;
  for (const Case& one : cases)
    if (!one.name.empty() && !names.insert(one.name).second)
      problems.push_back({one.where, "two cases of this file are called \"" + one.name + "\"",
                          "say in each what sets it apart"});
}

}  // namespace

Result<CaseReport> run_cases(const Corpus& corpus, const std::vector<SourceFile>& files) {
  CaseReport report;
  Decision decision;
  for (const SourceFile& file : files) {
    if (!is_case_file(file)) continue;
    TRY(std::vector<Case> cases, read_cases(file));
    for (const Case& one : cases) {
      auto question = ask(corpus, one.ask);
      if (!question) return fail(question.error().code, question.error().what, one.ask_where);
      decide(corpus, *question, decision);
      std::string what = Comparison(corpus, one.expect, *question, decision).run();
      if (what.empty())
        ++report.passed;
      else
        report.failures.push_back({one.where, one.name, what});
    }
  }
  return report;
}

std::vector<Problem> case_problems(const Corpus* corpus, const std::vector<SourceFile>& files) {
  std::vector<Problem> problems;
  for (const SourceFile& file : files) {
    if (!is_case_file(file)) continue;
    std::size_t before = problems.size();
    std::vector<Case> cases = read_cases(file, problems, corpus);
    names_twice(cases, problems);
    if (!corpus || problems.size() > before) continue;
    for (const Case& one : cases)
      if (auto question = ask(*corpus, one.ask); !question)
        problems.push_back(
            {one.ask_where, question.error().what, "mend `ask` of \"" + one.name + "\""});
  }
  return problems;
}

}  // namespace comity::law
