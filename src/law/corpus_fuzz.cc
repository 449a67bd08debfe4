// Any text as any file of the law folder: it is refused with its place, or it loads, and then every
// question gets an answer that can be written out and that no order of files would change.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "law/cases.h"
#include "law/report.h"
#include "law/tables.h"
#include "law/words.h"

using namespace comity;
using namespace comity::law;

namespace {

constexpr std::array names = {"vocabulary.toml", "instruments/x.toml", "agreements/x.toml",
                              "jurisdictions/PH.toml", "cases/x.toml"};

std::string words(std::string_view kind, std::initializer_list<std::string_view> codes,
                  std::string_view more = "") {
  std::string out;
  for (std::string_view code : codes) {
    out += "[[" + std::string(kind) + "]]\ncode = \"" + std::string(code) + "\"\nen = \"e\"\n" +
           std::string(more);
  }
  return out;
}

constexpr std::initializer_list<std::string_view> grounds = {
    "dual_criminality_absent", "below_threshold", "own_national", "political_offence"};

// Those that the engine gives and that are no grounds of refusal besides.
std::string reasons() {
  std::string out;
  for (std::string_view code : why_codes)
    if (std::ranges::find(grounds, code) == grounds.end()) out += words("reason", {code});
  return out;
}

// The least vocabulary that loads.
std::string vocabulary() {
  constexpr std::string_view yes_no =
      "question = \"q\"\nowner = \"requested\"\nkind = \"yes_no\"\n";
  constexpr std::string_view months =
      "question = \"q\"\nowner = \"requested\"\nkind = \"months\"\n";
  constexpr std::string_view where =
      "question = \"q\"\nowner = \"requested\"\nkind = \"jurisdiction\"\n";
  return words("measure", {"preservation"}, "preserves = true\n") +
         words("measure", {"extradition"}, "surrenders = true\n") +
         words("offence", {"data_interference", "csam"}) + words("data_category", {"traffic"}) +
         words("role", {"poc_24_7", "police"}) +
         words("channel", {"poc_24_7", "diplomatic"},
               "speed = \"hours\"\ncarriage = \"comity\"\n") +
         words("ground", grounds) + words("outcome", {"not_held"}) +
         words("approval", {"none", "judge"}) +
         words("fact",
               {"punishable_requesting", "punishable_requested", "other_treaty_in_force",
                "other_domestic_power", "urgent"},
               yes_no) +
         words("fact", {"penalty_requesting", "penalty_requested"}, months) +
         words("fact", {"target_nationality"}, where) + reasons() +
         "[country]\nPH = \"Philippines\"\nUS = \"United States\"\n";
}

void ask_everything(const Corpus& corpus, const Corpus& other) {
  static Decision decision, again;
  Question q;
  q.on = *date_from_text("2026-11-21");
  for (Country from : corpus.countries()) {
    for (Country to : corpus.countries()) {
      for (std::uint16_t m = 0; m < corpus.measures().size() && m < 4; ++m) {
        q.from = from;
        q.to = to;
        q.measure = {m};
        q.offence = {0};
        decide(corpus, q, decision);
        decide(other, q, again);
        check(commitment(corpus, q, decision) == commitment(other, q, again),
              "the order of files is irrelevant");
        check(!law::to_text(corpus, q, decision).empty(), "an answer for people");
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 64 * 1024) return 0;
  std::string name = names[data[0] % names.size()];
  std::string text(as_text({data + 1, size - 1}));
  std::vector<SourceFile> files;
  if (name != "vocabulary.toml") files.push_back({"vocabulary.toml", vocabulary()});
  files.push_back({name, text});
  auto corpus = Corpus::load(files);
  if (!corpus) {
    std::vector<Problem> problems = Corpus::check(files);
    check(!problems.empty(), "what load() refuses check() explains");
    for (const Problem& problem : problems)
      check(!problem.what.empty(), "a problem says what is wrong");
    return 0;
  }
  std::vector<SourceFile> reversed(files.rbegin(), files.rend());
  auto other = Corpus::load(reversed);
  check(other.has_value() && other->hash() == corpus->hash(),
        "the order of files is irrelevant to the hash");
  if (corpus->countries().size() <= 8) ask_everything(*corpus, *other);
  if (auto report = run_cases(*corpus, files); !report)
    check(!report.error().what.empty(), "an error says what");
  return 0;
}
