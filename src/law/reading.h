#pragma once
// Reading law files: every mistake is noted with its file, line and remedy, and reading goes on.
// Private.
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "law/corpus.h"
#include "law/tables.h"
#include "toml/parse.h"

namespace comity::law {

using Codes = std::map<std::string, std::uint16_t, std::less<>>;

// One table of a document. Each member is asked for by name; done() notes those that nobody asked
// for.
class Table {
 public:
  // A whole reading is followed by done(); a glance looks at some members and leaves the rest
  // alone.
  enum class Manner { whole, glance };
  // The root of a document.
  Table(const toml::Document& document, std::vector<Problem>& problems,
        Manner manner = Manner::whole);

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name);                           // required
  [[nodiscard]] std::string text_or(std::string_view name, std::string fallback);  // optional
  [[nodiscard]] bool yes_or(std::string_view name, bool fallback);
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name, std::int64_t min,
                                                   std::int64_t max);
  [[nodiscard]] std::optional<Day> day(std::string_view name);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);  // optional
  // `from` and `until`; a period that ends before it begins is a problem.
  [[nodiscard]] Period period(std::string_view from = "from", std::string_view until = "until");
  // `suspended_from` and `suspended_until`; never, when neither is said.
  [[nodiscard]] Period suspension();
  [[nodiscard]] Confidence confidence(std::string_view name = "confidence");  // required
  [[nodiscard]] Confidence confidence_or(std::string_view name, Confidence fallback);

  // The number of a word; notes a problem that names the words there are. Required and optional.
  [[nodiscard]] std::uint16_t code(std::string_view name, const Codes& codes);
  [[nodiscard]] std::uint16_t code_or_none(std::string_view name, const Codes& codes);
  [[nodiscard]] std::uint64_t code_set(std::string_view name, const Codes& codes,
                                       std::vector<std::string>* kept = nullptr);

  template <typename E>
  [[nodiscard]] E one_of(std::string_view name,
                         std::initializer_list<std::pair<std::string_view, E>> words, E fallback,
                         bool required = false) {
    std::string got = required ? text(name) : text_or(name, "");
    if (got.empty()) return fallback;
    std::string all;
    for (auto& [word, value] : words) {
      if (word == got) return value;
      all += (all.empty() ? "" : ", ") + std::string(word);
    }
    problem(name, "\"" + got + "\" is none of the words for " + std::string(name),
            "write one of: " + all);
    return fallback;
  }

  void each(std::string_view name,
            const std::function<void(Table&)>& read);  // array of tables, optional
  bool in(std::string_view name, const std::function<void(Table&)>& read);  // table, optional
  // One table, or an array of them; optional.
  void some(std::string_view name, const std::function<void(Table&)>& read);

  // Notes a problem at a member (or at the table, when the name is empty).
  void problem(std::string_view name, std::string what, std::string remedy);
  [[nodiscard]] std::string place(std::string_view name = "") const;
  void done();
  void leave() { manner_ = Manner::glance; }  // the rest makes no sense any more

  [[nodiscard]] const json::Value& value() const { return value_; }
  [[nodiscard]] const toml::Document& document() const { return document_; }

 private:
  // A member of another, or an element of that member: places are only made when something is
  // wrong.
  static constexpr std::size_t no_element = SIZE_MAX;
  Table(const Table& parent, const json::Value& value, std::string_view name, std::size_t element);
  const json::Value* take(std::string_view name);
  [[nodiscard]] std::string pointer() const;

  const toml::Document& document_;
  const json::Value& value_;
  const Table* parent_ = nullptr;
  std::string_view name_;  // in the parent
  std::size_t element_ = no_element;
  std::vector<Problem>& problems_;
  Manner manner_;
  std::vector<bool> asked_;  // by the member's place in the object
  // What was asked for, there or not: what a misspelt key may have meant. Names in the code, and
  // keys of the document.
  mutable std::vector<std::string_view> keys_;
};

// "a, b, c" of the codes there are, shortened.
[[nodiscard]] std::string listing(const Codes& codes);
// The code nearest to `wrong`, or empty.
[[nodiscard]] std::string nearest(const Codes& codes, std::string_view wrong);

}  // namespace comity::law
