#pragma once
// What all reports of this room say in the same way. Private to it.
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "law/engine.h"
#include "law/provision.h"

namespace comity::law {

// The last paragraph of every text for people.
inline constexpr std::string_view disclaimer =
    "Not legal advice: the engine advises, a competent human decides. Unconfirmed facts were "
    "recalled, not read.";

// {"code","cite","confidence"}
[[nodiscard]] json::Value cited(const Corpus& corpus, const Reason& reason);
// "Not a party: ETS185: South Africa signed 2001-11-23 [unconfirmed]"
[[nodiscard]] std::string cited_text(const Corpus& corpus, const Reason& reason);
// "", or " [unconfirmed]".
[[nodiscard]] std::string mark(Confidence confidence);

[[nodiscard]] json::Array words(const std::vector<std::string>& texts);
// "every offence", or their codes.
[[nodiscard]] std::string offences_text(const Corpus& corpus,
                                        const std::vector<OffenceId>& offences);
// [{"code","what","value","unit","kind","confidence"}]
[[nodiscard]] json::Array deadlines_json(const std::vector<Deadline>& deadlines);

// A paragraph of at most 100 columns: `first` before its first line, as many blanks before the
// others. A word longer than a line (an address) keeps a line of its own.
void paragraph(std::string& out, std::string_view first, std::string_view text);

}  // namespace comity::law
