#include "law/facts.h"

#include <algorithm>

#include "law/provision.h"
#include "law/tables.h"
#include "law/wording.h"

namespace comity::law {
namespace {

using Askers = std::vector<std::vector<std::string>>;  // by fact

class Asking {
 public:
  explicit Asking(const Tables& tables) : t_(tables), askers_(tables.words.facts.size()) {}

  Askers run() {
    for (std::size_t i = 0; i < t_.rules.size(); ++i) rule(t_.rules[i], t_.provisions[i].id);
    for (const Reservation& r : t_.reservations) {
      condition(r.when, r.id);
      if (r.fact.known()) asks(r.fact, r.id);
      if (r.only_with >= 0) asks(t_.fact(Known::other_treaty_in_force), r.id);
    }
    for (const Article& a : t_.articles) condition(a.rule.when, a.rule.id);
    for (const Statute& s : t_.statutes) condition(s.when, s.id);
    return std::move(askers_);
  }

 private:
  void asks(FactId fact, const std::string& id) {
    std::vector<std::string>& ids = askers_[fact.value];
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }

  void condition(Range when, const std::string& id) {
    for (std::uint32_t i = when.first; i < when.first + when.count; ++i) {
      const Node& node = t_.nodes[i];
      if (node.op == Op::fact_is || node.op == Op::fact_at_least) asks({node.id}, id);
    }
  }

  // Besides its conditions, what the engine itself asks of it.
  void rule(const Rule& rule, const std::string& id) {
    condition(rule.when, id);
    for (std::uint32_t i = rule.bars.first; i < rule.bars.first + rule.bars.count; ++i)
      condition(t_.bars[i].when, id);
    auto both = [&](Known one, Known other) {
      asks(t_.fact(one), id);
      asks(t_.fact(other), id);
    };
    if (rule.dual == Dual::require) both(Known::punishable_requesting, Known::punishable_requested);
    if (rule.threshold.test != Test::none)
      both(Known::penalty_requesting, Known::penalty_requested);
    if (rule.unless_class >= 0) asks(t_.fact(Known::other_treaty_in_force), id);
    bool nationals =
        rule.binding && rule.nationals == Nationals::as_law && one_of(t_.words.surrenders, id);
    if (nationals) asks(t_.fact(Known::target_nationality), id);
    if (rule.binding && one_of(t_.words.preserves, id))
      asks(t_.fact(Known::other_domestic_power), id);
  }

  bool one_of(std::uint64_t measures, const std::string& id) {
    const Provision& provision = t_.provisions[t_.provision_of.find(id)->second];
    return std::ranges::any_of(provision.measures, [&](const std::string& measure) {
      return (measures >> t_.words.measure_of.find(measure)->second & 1) != 0;
    });
  }

  const Tables& t_;
  Askers askers_;
};

}  // namespace

std::string_view question_in(Language language, const Corpus& corpus, FactId fact) {
  const FactWord& word = corpus.tables().words.fact_words[fact.value];
  bool french = language == Language::fr && !word.question_fr.empty();
  return french ? word.question_fr : question_of(corpus, fact);
}

json::Value facts_json(const Corpus& corpus) {
  const Tables& t = corpus.tables();
  Askers askers = Asking(t).run();
  json::Array out;
  for (std::uint16_t i = 0; i < t.words.facts.size(); ++i)
    out.push_back(json::Object{{"fact", t.words.facts[i].code},
                               {"title", t.words.facts[i].en},
                               {"question", t.words.fact_words[i].question},
                               {"question_fr", t.words.fact_words[i].question_fr},
                               {"values", values_of(corpus, {i})},
                               {"owner", t.words.fact_words[i].owner},
                               {"asked_by", words(askers[i])}});
  return out;
}

std::string facts_text(const Corpus& corpus) {
  const Tables& t = corpus.tables();
  Askers askers = Asking(t).run();
  std::string out;
  for (std::uint16_t i = 0; i < t.words.facts.size(); ++i) {
    const FactWord& fact = t.words.fact_words[i];
    paragraph(out, "", t.words.facts[i].code + " = " + std::string(values_of(corpus, {i})));
    paragraph(out, "    ", fact.question);
    if (!fact.question_fr.empty()) paragraph(out, "    ", fact.question_fr);
    std::string ids;
    for (const std::string& id : askers[i]) ids += (ids.empty() ? "" : ", ") + id;
    paragraph(out, "    ",
              fact.owner + " side; asked by: " + (ids.empty() ? "nothing in this law" : ids));
  }
  return out;
}

}  // namespace comity::law
