#pragma once
// What the side that is asked says of a road beside the answer: who acts there, under what power of
// its own, within what. It stands in its profile; it opens and closes nothing.
#include <string>
#include <string_view>
#include <vector>

#include "law/corpus.h"
#include "law/engine.h"

namespace comity::law {

enum class AtHome : std::uint8_t {
  authority,       // who acts
  preservation,    // how long its own law keeps data
  production,      // how it compels data to be handed over
  emergency,       // what it allows when life is in danger
  data_protection  // what protects the data it hands over
};
[[nodiscard]] std::string_view name_of(AtHome what);

struct There {
  AtHome what = AtHome::authority;
  std::string text, cite;
  Confidence confidence = Confidence::unconfirmed;
};

// Only what is in force on the day of the question. Of law of which nobody wrote down since when it
// is the law, a day before its jurisdiction was reviewed hears it as recalled.
[[nodiscard]] std::vector<There> there(const Corpus& corpus, const Question& question,
                                       const Route& route);

}  // namespace comity::law
