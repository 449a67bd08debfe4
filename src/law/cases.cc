#include "law/cases.h"

#include <algorithm>

#include "law/engine.h"
#include "law/reading.h"
#include "law/report.h"

namespace comity::law {
namespace {

struct Expected {
  std::string decision, best;
  std::vector<std::pair<std::string, std::string>> routes;  // provision id -> state, or "absent"
  std::vector<std::pair<std::string, std::string>>
      reasons;  // provision id -> code among its reasons
  std::vector<std::pair<std::string, std::string>> risks;
  std::vector<std::pair<std::string, std::string>>
      requires_;  // provision id -> a fact that it asks for
  std::vector<std::pair<std::string, std::string>> confidence, channel, carriage, speed;
  std::vector<std::pair<std::string, std::string>>
      cites;  // provision id -> part of a reason's citation
};

struct Case {
  std::string where, name;
  QuestionText ask;
  Expected expect;
};

std::vector<std::pair<std::string, std::string>> pairs(Table& in, std::string_view name) {
  std::vector<std::pair<std::string, std::string>> out;
  in.in(name, [&](Table& table) {
    for (auto& [key, value] : *table.value().as_object()) {
      if (value.as_array()) {
        for (const std::string& text : table.texts(key)) out.emplace_back(key, text);
      } else {
        out.emplace_back(key, table.text(key));
      }
    }
  });
  return out;
}

Case read_case(Table& in) {
  Case one;
  one.where = in.place();
  one.name = in.text("name");
  (void)in.text_or("source", "");
  if (!in.has("ask") || !in.has("expect")) {
    in.problem("", "a case asks and expects", "write ask = { ... } and expect = { ... }");
  }
  in.in("ask", [&](Table& ask) {
    one.ask.from = ask.text("from");
    one.ask.to = ask.text("to");
    one.ask.measure = ask.text("measure");
    one.ask.offence = ask.text("offence");
    one.ask.on = ask.text("on");
    one.ask.conduct = ask.text_or("conduct", "");
    one.ask.data = ask.text_or("data", "");
    one.ask.from_role = ask.text_or("from_role", "");
    one.ask.to_role = ask.text_or("to_role", "");
    one.ask.facts = pairs(ask, "facts");
  });
  in.in("expect", [&](Table& expect) {
    if (expect.value().as_object()->empty())
      expect.problem("", "nothing is expected", "add decision = \"...\"");
    one.expect.decision = expect.text_or("decision", "");
    one.expect.best = expect.text_or("best", "");
    one.expect.routes = pairs(expect, "routes");
    one.expect.reasons = pairs(expect, "reasons");
    one.expect.risks = pairs(expect, "risks");
    one.expect.requires_ = pairs(expect, "requires");
    one.expect.confidence = pairs(expect, "confidence");
    one.expect.channel = pairs(expect, "channel");
    one.expect.carriage = pairs(expect, "carriage");
    one.expect.speed = pairs(expect, "speed");
    one.expect.cites = pairs(expect, "cites");
  });
  return one;
}

// The first difference between what a case expects and what the engine said, in words; empty when
// there is none.
class Comparison {
 public:
  Comparison(const Corpus& corpus, const Expected& expected, const Decision& decision)
      : corpus_(corpus), expected_(expected), decision_(decision) {}

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
    for (auto& [id, part] : expected_.cites) cited(id, part);
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

  const Corpus& corpus_;
  const Expected& expected_;
  const Decision& decision_;
  std::string what_;
};

Result<std::vector<Case>> read_cases(const SourceFile& file) {
  TRY(toml::Document document, toml::parse(file.text, file.name));
  std::vector<Problem> problems;
  std::vector<Case> cases;
  Table root(document, document.root, "", problems);
  root.each("case", [&](Table& entry) { cases.push_back(read_case(entry)); });
  root.done();
  if (cases.empty()) root.problem("", "no [[case]]", "write one, or delete the file");
  if (problems.empty()) return cases;
  return fail(Code::invalid, problems.front().what + "; " + problems.front().remedy,
              problems.front().where);
}

}  // namespace

Result<CaseReport> run_cases(const Corpus& corpus, const std::vector<SourceFile>& files) {
  CaseReport report;
  Decision decision;
  for (const SourceFile& file : files) {
    if (!file.name.starts_with("cases/") || !file.name.ends_with(".toml")) continue;
    TRY(std::vector<Case> cases, read_cases(file));
    for (const Case& one : cases) {
      auto question = ask(corpus, one.ask);
      if (!question) return fail(question.error().code, question.error().what, one.where);
      decide(corpus, *question, decision);
      std::string what = Comparison(corpus, one.expect, decision).run();
      if (what.empty())
        ++report.passed;
      else
        report.failures.push_back({one.where, one.name, what});
    }
  }
  return report;
}

}  // namespace comity::law
