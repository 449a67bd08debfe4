#pragma once
// A decision for machines and for people.
#include <string>

#include "json/value.h"
#include "law/corpus.h"
#include "law/engine.h"
#include "law/language.h"
#include "law/provision.h"

namespace comity::law {

// Blueprint, section 6:
//   {"on", "conduct", "from", "to", "measure", "offence", "corpus", "decision", "routes": [...]}
// and each route, best first:
//   {"provision", "instrument", "cite", "confidence", "state", "channel", "carriage", "speed",
//    "deadlines": [{"code", "what", "value", "unit", "kind", "confidence"}], "approvals": [code],
//    "requires": [{"fact", "owner", "question", "cite"}], "conditions": [text],
//    "there": [{"what", "text", "cite", "confidence"}],
//    "risks": [{"code", "cite", "confidence"}], "reasons": [{"code", "cite", "confidence"}]}
// `there` (law/there.h) is what the side asked says of the road beside the answer; a closed road
// has none. A voluntary road has a condition that begins "not_binding:".
[[nodiscard]] json::Value to_json(const Corpus& corpus, const Question& question,
                                  const Decision& decision);

// The same for an officer at a terminal: the best road, what it needs, then the closed ones and
// why. UTF-8, at most 100 columns, ends with the line that this is not legal advice. In French as
// far as the vocabulary has French words; notice() says what is not.
[[nodiscard]] std::string to_text(const Corpus& corpus, const Question& question,
                                  const Decision& decision, Language language = Language::en);

// What stays in English whatever the language, to be said first; empty in English.
[[nodiscard]] std::string notice(Language language);

// holder_warnings(): [{"code", "text", "cite", "confidence"}], and a line for each.
[[nodiscard]] json::Value to_json(const std::vector<Warning>& warnings);
[[nodiscard]] std::string to_text(const std::vector<Warning>& warnings,
                                  Language language = Language::en);

}  // namespace comity::law
