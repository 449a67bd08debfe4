#pragma once
// "No dead rule": every provision, reservation, statute, article and absence has a case in which it
// fires and one in which it just misses. law/README.md, "A case", says what counts.
#include <string>
#include <vector>

#include "law/corpus.h"

namespace comity::law {

struct Uncovered {
  std::string kind;  // "provision", "reservation", "statute", "article", "absent"
  std::string id;
  std::string what;  // which case is missing, and how to write it
};

// What the cases under cases/ leave untried, in the corpus's order; empty when nothing. Two cases
// are neighbours when their questions differ in one thing only.
//   provision      a case expects its road open or needs, and a neighbour expects it blocked or
//                  absent. One that can never open, because fewer than two are bound by its
//                  instrument, need only be shown.
//   any other      a case names it under `rules`, and a neighbour under `no_rules`.
//   Whatever begins or ends on a day that the corpus knows needs a neighbour of the day before.
//   Errors         a case that cannot be read, with its file and line.
[[nodiscard]] Result<std::vector<Uncovered>> uncovered(const Corpus& corpus,
                                                       const std::vector<SourceFile>& files);

}  // namespace comity::law
