// One decision, and the corpus's load. The limits are the issue's own: nothing in the machine
// bounds a decision but itself.
//
// A decision is over before anybody takes the processor away, so it is timed by the clock. What
// takes milliseconds is timed by the processor time of this thread: whoever else runs meanwhile is
// no part of it.
#include <fmt/format.h>

#include <ctime>

#include "figures.h"
#include "law/atlas.h"
#include "law/gaps.h"
#include "law/report.h"
#include "law/test_law.h"

namespace comity::bench {
namespace {

class ProcessorWatch {
 public:
  [[nodiscard]] double seconds() const { return now() - began_; }

 private:
  static double now() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
  }
  double began_ = now();
};

void whole_world(const law::Corpus& corpus) {
  const Date on{std::chrono::year{2026} / 11 / 22};
  auto offence = corpus.offence("illegal_access");
  ProcessorWatch world;
  std::size_t cells = 0;
  for (std::uint16_t m = 0; m < corpus.measures().size(); ++m)
    cells += law::draw_atlas(corpus, {.measure = {m}, .offence = *offence, .on = on}).cells.size();
  print({"law_world_every_measure", world.seconds(), "s", 1,
         std::to_string(cells) + " pairs and measures, processor time; target of the project", 1,
         true});
  std::vector<double> times;
  for (law::Country from : corpus.countries()) {
    if (corpus.coverage(from) != law::Coverage::profiled) continue;
    law::GapsQuestion question;
    question.from = from;
    question.measure = *corpus.measure("preservation");
    question.on = on;
    ProcessorWatch watch;
    (void)law::find_gaps(corpus, question);
    times.push_back(watch.seconds());
  }
  print({"law_gaps_slowest", quantile(times, 1.0), "s", 2,
         "every offence, for each profiled jurisdiction, processor time; target of the project", 1,
         true});
}

// A shared machine takes twice as long in one second as in the next. Each round asks all questions
// anew, with caches as cold as the last left them: the quietest round says what the code takes, all
// of them what was waited for.
void decisions(const law::Corpus& corpus) {
  law::testing::Questions source(corpus, 7);
  std::vector<law::Question> questions;
  for (int i = 0; i < 8192; ++i) questions.push_back(source.next());
  auto decision = std::make_unique<law::Decision>();
  std::vector<double> all, medians, tails;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> times;
    for (const law::Question& each : questions) {
      const law::Question question = each;  // as whoever asks has it: just put together
      Stopwatch watch;
      law::decide(corpus, question, *decision);
      times.push_back(watch.seconds() * 1e6);
    }
    medians.push_back(quantile(times, 0.5));
    tails.push_back(quantile(times, 0.99));
    all.insert(all.end(), times.begin(), times.end());
  }
  auto over = [&](double of_all) {
    return fmt::format(
        "{} random questions, the quietest of 200 rounds ({:.2f} us over all of them); target of "
        "the project",
        questions.size(), of_all);
  };
  print({"law_decision_p50", quantile(medians, 0), "us", 1, over(quantile(all, 0.5)), 1, true});
  print({"law_decision_p99", quantile(tails, 0), "us", 5, over(quantile(all, 0.99)), 1, true});
}

}  // namespace

void law() {
  using namespace comity::law;
  std::vector<SourceFile> files = testing::law_folder(COMITY_SOURCE_DIR);
  std::vector<double> loads;
  for (int i = 0; i < 9; ++i) {
    ProcessorWatch watch;
    Corpus loaded = testing::corpus_of(files);
    loads.push_back(watch.seconds());
  }
  Corpus corpus = testing::corpus_of(files);
  decisions(corpus);
  whole_world(corpus);
  print({"law_load", quantile(loads, 0.5) * 1e3, "ms", 50, "processor time; target of the project",
         1, true});
}

}  // namespace comity::bench
