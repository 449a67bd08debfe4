#pragma once
// Tests that a lawyer reads and writes: law/cases/*.toml. law/README.md documents them.
#include <cstddef>
#include <string>
#include <vector>

#include "law/corpus.h"

namespace comity::law {

struct CaseFailure {
  std::string where;  // "cases/love-bug.toml:12"
  std::string name;
  std::string what;  // "decision: expected blocked, got needs"
};

struct CaseReport {
  std::size_t passed = 0;
  std::vector<CaseFailure> failures;  // at most one a case
  [[nodiscard]] std::size_t failed() const { return failures.size(); }
};

// Runs every case of the files under cases/; others are passed over, so the whole law folder may be
// given. Errors: a case that cannot be read, with its file and line.
[[nodiscard]] Result<CaseReport> run_cases(const Corpus& corpus,
                                           const std::vector<SourceFile>& files);

// What keeps cases from being asked, without asking what they expect: files that do not parse,
// words that nothing defines, asked or expected. Without a corpus (its own files are in disorder)
// the words are passed over.
[[nodiscard]] std::vector<Problem> case_problems(const Corpus* corpus,
                                                 const std::vector<SourceFile>& files);

}  // namespace comity::law
