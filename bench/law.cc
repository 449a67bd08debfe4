// One decision, and the corpus's load. The limits are the issue's own: nothing in the machine
// bounds a decision but itself.
#include "figures.h"
#include "law/atlas.h"
#include "law/gaps.h"
#include "law/report.h"
#include "law/test_law.h"

namespace comity::bench {
namespace {

void whole_world(const law::Corpus& corpus) {
  const Date on{std::chrono::year{2026} / 11 / 22};
  auto offence = corpus.offence("illegal_access");
  Stopwatch world;
  std::size_t cells = 0;
  for (std::uint16_t m = 0; m < corpus.measures().size(); ++m)
    cells += law::draw_atlas(corpus, {.measure = {m}, .offence = *offence, .on = on}).cells.size();
  print({"law_world_every_measure", world.seconds(), "s", 1,
         std::to_string(cells) + " pairs and measures on one core; target of the project", 1,
         true});
  std::vector<double> times;
  for (law::Country from : corpus.countries()) {
    if (corpus.coverage(from) != law::Coverage::profiled) continue;
    law::GapsQuestion question;
    question.from = from;
    question.measure = *corpus.measure("preservation");
    question.on = on;
    Stopwatch watch;
    (void)law::find_gaps(corpus, question);
    times.push_back(watch.seconds());
  }
  print({"law_gaps_slowest", quantile(times, 1.0), "s", 2,
         "every offence, for each profiled jurisdiction; target of the project", 1, true});
}

}  // namespace

void law() {
  using namespace comity::law;
  std::vector<SourceFile> files = testing::law_folder(COMITY_SOURCE_DIR);
  std::vector<double> loads;
  for (int i = 0; i < 9; ++i) {
    Stopwatch watch;
    Corpus loaded = testing::corpus_of(files);
    loads.push_back(watch.seconds());
  }
  Corpus corpus = testing::corpus_of(files);
  testing::Questions source(corpus, 7);
  std::vector<Question> questions;
  for (int i = 0; i < 8192; ++i) questions.push_back(source.next());
  auto decision = std::make_unique<Decision>();
  std::vector<double> times;
  std::size_t roads = 0;
  for (int round = 0; round < 40; ++round)
    for (const Question& question : questions) {
      Stopwatch watch;
      decide(corpus, question, *decision);
      times.push_back(watch.seconds() * 1e6);
      roads += decision->routes.size();
    }
  std::string over = std::to_string(questions.size()) + " random questions, " +
                     std::to_string(roads / times.size()) +
                     " roads each on average; target of the project";
  print({"law_decision_p50", quantile(times, 0.5), "us", 1, over, 1, true});
  print({"law_decision_p99", quantile(times, 0.99), "us", 5, over, 1, true});
  whole_world(corpus);
  print({"law_load", quantile(loads, 0.5) * 1e3, "ms", 50, "target of the project", 1, true});
}

}  // namespace comity::bench
