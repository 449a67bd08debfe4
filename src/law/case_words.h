#pragma once
// The words in which a case says what it expects: a misspelt one would expect what never comes, or
// nothing. Private to this room.
#include <string>

#include "law/case_file.h"
#include "law/reading.h"

namespace comity::law {

// "preserve_minimum: at least 60 d"; without a length "answer: asap".
[[nodiscard]] std::string brief(const Deadline& deadline);

class CaseWords {
 public:
  explicit CaseWords(const Corpus& corpus);
  // Notes a problem for each word of `expected`, read from `in`, that is none.
  void look(Table& in, const Expected& expected) const;

 private:
  const Tables& tables_;
  Codes deadlines_, rules_;
};

}  // namespace comity::law
