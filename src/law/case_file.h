#pragma once
// A case as its file states it, and what a decision says of one rule. Private to this room.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "law/corpus.h"
#include "law/engine.h"

namespace comity::law {

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
  std::vector<std::pair<std::string, std::string>> notes;  // provision id -> part of a note
  // provision id -> "preserve_minimum: at least 60 d", as brief() has it; an approval
  std::vector<std::pair<std::string, std::string>> deadlines, approvals;
  // Reservations, statutes, articles and absences that are heard on some road, and that are not.
  std::vector<std::string> rules, no_rules;
};

struct Case {
  std::string where, ask_where, name;
  QuestionText ask;
  Expected expect;
};

// Errors: the first mistake of the file, with its line; or all of them among `problems`, beside the
// cases as far as they could be read.
[[nodiscard]] Result<std::vector<Case>> read_cases(const SourceFile& file);
// With a corpus, words of what is expected that it does not define are problems as well.
[[nodiscard]] std::vector<Case> read_cases(const SourceFile& file, std::vector<Problem>& problems,
                                           const Corpus* corpus = nullptr);
[[nodiscard]] bool is_case_file(const SourceFile& file);

// A reservation, statute, article or absence is a rule by its id.
[[nodiscard]] bool is_rule(const Corpus& corpus, std::string_view id);
// Whether some road of the decision quotes it: as a reason, a need, a risk or a note.
[[nodiscard]] bool rule_speaks(const Corpus& corpus, const Question& question,
                               const Decision& decision, std::string_view id);

}  // namespace comity::law
