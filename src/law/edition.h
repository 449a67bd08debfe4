#pragma once
// A jurisdiction's own law as its authority publishes it: one file of the law folder, numbered and
// dated. docs/schemas/law.json; docs/protocol.md, section "Law". A node keeps every edition that
// its partners sent, and answers under the law folder with the editions of the day put in place of
// the files of the same name.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits_law.h"
#include "base/time.h"
#include "json/value.h"
#include "law/corpus.h"
#include "law/diff.h"

namespace comity::law {

struct Edition {
  std::string file;           // "jurisdictions/PH.toml"
  std::uint64_t version = 1;  // of this publisher; it only grows
  Date from;                  // the first day on which it is the law
  std::string text;           // the file, at most limits::law_edition_bytes_max
};

inline constexpr std::int64_t edition_version_max = 999'999;

// The body of an act of kind law, read strictly.  Errors: those of json::Reader.
[[nodiscard]] json::Value to_json(const Edition& edition);
[[nodiscard]] Result<Edition> edition_from_json(const json::Value& body);

[[nodiscard]] std::string jurisdiction_file(std::string_view jurisdiction);

// The files with each edition in the place of the file it names, or added. Later ones win.
[[nodiscard]] std::vector<SourceFile> with_editions(const std::vector<SourceFile>& files,
                                                    std::span<const Edition> editions);

// Whether `edition` is sound as the law of `jurisdiction`: it is that file and no other, it parses,
// and the law folder with it in place contradicts itself nowhere. Compiles the whole law. Nobody
// has reviewed it on a day to come: `compiled` is `today` at the latest, or the day after, for
// whoever is east of us. None: a partner's, whose clock is not ours to judge.
//   Errors  not_allowed: it speaks for another jurisdiction, or was given as the law of another;
//           too_large; invalid, with the first problem and its remedy, its line in `where` and the
//           number of problems that follow.
[[nodiscard]] Result<void> check_edition(const std::vector<SourceFile>& files,
                                         const Edition& edition, std::string_view jurisdiction,
                                         std::optional<Date> today);

// SHA-256 over the file's canonical JSON: two texts with this hash say the same, whatever their
// comments and layout.  Errors: those of toml::parse.
[[nodiscard]] Result<Hash> hash_of_facts(const Edition& edition);

// What a second person approves before it is published: this text, as the law from this day on.
[[nodiscard]] Hash publication_subject(Date from, std::string_view text);

// What `after` changes of `before`, which may be absent.
[[nodiscard]] Result<std::vector<Difference>> diff(const SourceFile* before, const Edition& after);

// "offence illegal_access (RA 8792 s.33(a)), max_months: 36 -> 48; ...": the first differences in
// one line of at most `bytes_max`, without anything that would break a terminal's line.
[[nodiscard]] std::string in_one_line(const std::vector<Difference>& differences,
                                      std::size_t bytes_max);
// Control characters and line ends become spaces; cut at a character's end.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t bytes_max);

}  // namespace comity::law
