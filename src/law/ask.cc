#include "law/ask.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "law/engine.h"
#include "law/tables.h"

namespace comity::law {
namespace {

constexpr std::int32_t months_max = 1200;

Result<std::int32_t> fact_value(const Corpus& corpus, FactId id, std::string_view text) {
  const std::string& code = corpus.word(id).code;
  switch (corpus.tables().words.fact_words[id.value].kind) {
    case FactKind::yes_no:
      if (text == "yes" || text == "no") return text == "yes" ? 1 : 0;
      return fail(Code::bad_value, "the fact " + code + " is yes or no", code);
    case FactKind::jurisdiction: {
      TRY(Country country, country_named(corpus, text));
      return country_value(country);
    }
    case FactKind::months: {
      std::int32_t months = 0;
      auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), months);
      bool whole = error == std::errc{} && end == text.data() + text.size();
      if (whole && months >= 0 && months <= months_max) return months;
      return fail(Code::bad_value, "the fact " + code + " is a number of months from 0 to 1200",
                  code);
    }
  }
  return fail(Code::bad_value, "a fact of no kind", code);
}

Result<Date> day(std::string_view name, const std::string& text) {
  auto date = date_from_text(text);
  if (date) return *date;
  return fail(Code::bad_value, std::string(name) + " must be a day as 2000-05-04",
              std::string(name));
}

}  // namespace

Result<Facts> read_facts(const Corpus& corpus, const FactTexts& texts) {
  Facts facts;
  for (auto& [code, value] : texts) {
    TRY(FactId id, corpus.fact(code));
    for (const Fact& earlier : facts) {
      if (earlier.id == id)
        return fail(Code::duplicate_key, "the fact " + code + " is given twice", code);
    }
    TRY(std::int32_t number, fact_value(corpus, id, value));
    if (!facts.push({id, number}))
      return fail(Code::too_large, "at most " + std::to_string(facts_max) + " facts", code);
  }
  return facts;
}

namespace {

char capital(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

using Other = std::pair<std::string_view, std::string_view>;
constexpr std::array codes_of_others{Other{"UK", "GB"}, Other{"EL", "GR"}, Other{"USA", "US"}};

// What is written for a code and is none: codes of other lists, and a name or its beginning.
std::string meant(const Corpus& corpus, const std::string& capitals) {
  for (auto [used, code] : codes_of_others)
    if (capitals == used) return std::string(code);
  std::string found;
  for (Country country : corpus.countries()) {
    std::string name(corpus.name(country));
    std::ranges::transform(name, name.begin(), capital);
    if (capitals.size() < 3 || !name.starts_with(capitals)) continue;
    if (!found.empty()) return {};
    found = country.text();
  }
  return found;
}

}  // namespace

std::string country_meant(const Corpus& corpus, std::string_view text) {
  std::string capitals(text);
  std::ranges::transform(capitals, capitals.begin(), capital);
  return meant(corpus, capitals);
}

// As people write it: "ph" is PH.
Result<Country> country_named(const Corpus& corpus, std::string_view code) {
  std::string capitals(code);
  std::ranges::transform(capitals, capitals.begin(), capital);
  auto known = corpus.country(capitals);
  if (known) return known;
  std::string near = meant(corpus, capitals);
  if (!near.empty()) {
    auto country = corpus.country(near);
    if (country)
      return fail(known.error().code,
                  known.error().what + "; did you mean " + near + " (" +
                      std::string(corpus.name(*country)) + ")?",
                  std::string(code));
  }
  if (capitals == "XK")
    return fail(known.error().code,
                known.error().what + "; XK is in use for Kosovo, of which this law says nothing",
                std::string(code));
  return fail(known.error().code, known.error().what, std::string(code));
}

Result<Question> ask(const Corpus& corpus, const QuestionText& text) {
  Question question;
  TRY(question.from, country_named(corpus, text.from));
  TRY(question.to, country_named(corpus, text.to));
  if (question.from == question.to) {
    return fail(Code::bad_value, "a jurisdiction needs no road to itself", "to");
  }
  TRY(question.measure, corpus.measure(text.measure));
  TRY(question.offence, corpus.offence(text.offence));
  TRY(question.on, day("on", text.on));
  if (!text.conduct.empty()) {
    TRY(question.conduct, day("conduct", text.conduct));
    if (*question.conduct > question.on)
      return fail(Code::bad_value, "the conduct is of a later day than the question: see `on`",
                  "conduct");
  }
  if (!text.data.empty()) {
    TRY(question.data, corpus.data_category(text.data));
  }
  if (!text.from_role.empty()) {
    TRY(question.from_role, corpus.role(text.from_role));
  }
  if (!text.to_role.empty()) {
    TRY(question.to_role, corpus.role(text.to_role));
  }
  TRY(question.facts, read_facts(corpus, text.facts));
  return question;
}

}  // namespace comity::law
