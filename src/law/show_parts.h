#pragma once
// The parts of law show: one thing each. Private to this room.
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"
#include "law/tables.h"

namespace comity::law {

// show_law.cc
[[nodiscard]] json::Value provision_json(const Corpus& corpus, std::size_t number);
[[nodiscard]] json::Value instrument_json(const Corpus& corpus, std::uint16_t number);
[[nodiscard]] json::Value article_json(const Corpus& corpus, const Article& article);
[[nodiscard]] json::Value reservation_json(const Corpus& corpus, const Reservation& reservation);
[[nodiscard]] json::Value statute_json(const Corpus& corpus, const Statute& statute);
[[nodiscard]] json::Value absence_json(const Corpus& corpus, Country country, const AbsentRow& row);
[[nodiscard]] Result<json::Value> jurisdiction_json(const Corpus& corpus, Country country);

// show_words.cc: a word of the vocabulary, with its titles and what uses it.
enum class WordKind : std::uint8_t {
  measure,
  offence,
  data_category,
  personal_data,
  role,
  channel,
  ground,
  outcome,
  approval,
  fact,
  reason
};
[[nodiscard]] std::string_view name_of(WordKind kind);
[[nodiscard]] json::Value word_json(const Corpus& corpus, WordKind kind, std::uint16_t number);

// show_cases.cc: the cases called `name`: by their own name, by "cases/love-bug.toml:12", or by
// their file: "love-bug". `name` is in small letters.
[[nodiscard]] Result<json::Array> cases_called(const std::vector<SourceFile>& files,
                                               std::string_view name);
// All of them: {"id": its place, "title": its name}.
[[nodiscard]] Result<json::Array> all_cases(const std::vector<SourceFile>& files);
[[nodiscard]] std::string lower(std::string_view text);  // ASCII

}  // namespace comity::law
