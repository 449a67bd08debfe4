#pragma once
// law routes --ask: what is unknown is asked of an officer, one thing at a time.
#include <iosfwd>

#include "law/corpus.h"
#include "law/engine.h"
#include "law/language.h"

namespace comity::law {

// Asks for what the best road still needs: first who sends, who receives and which data, where the
// road turns on them (an answer may take it off the list), then its facts; then the next road's;
// until a road is open, nothing is left to ask, or `in` ends. `text` is what `question` was made
// of; `question` and `decision` are those of the last answer. An empty line, and "unknown", pass
// over. In French "oui", "non" and "inconnu" are answers too.
void ask_for_the_rest(const Corpus& corpus, QuestionText text, Language language, std::istream& in,
                      std::ostream& out, Question& question, Decision& decision);

}  // namespace comity::law
