#pragma once
// The facts that this law asks for: what an officer may be asked, and by which rules.
#include <string>
#include <string_view>

#include "json/value.h"
#include "law/corpus.h"
#include "law/language.h"

namespace comity::law {

// What an officer is asked; in English where nobody wrote it in the other language.
[[nodiscard]] std::string_view question_in(Language language, const Corpus& corpus, FactId fact);

// [{"fact","title","question","question_fr","values","owner","asked_by":[id]}], in the order of the
// vocabulary, then those named after reservations. `question_fr` is empty where nobody wrote one;
// `asked_by` names provisions, reservations, articles and statutes.
[[nodiscard]] json::Value facts_json(const Corpus& corpus);
[[nodiscard]] std::string facts_text(const Corpus& corpus);

}  // namespace comity::law
