#pragma once
// The decision: which lawful roads lead from one jurisdiction to another for one measure, best
// first, what each needs, and why the others are closed. A pure function of corpus and question;
// allocates nothing.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/time.h"
#include "law/corpus.h"
#include "law/vocabulary.h"

namespace comity::law {

// A sequence with room for N, so that a Decision can be reused without allocating.
template <typename T, std::size_t N>
class Bounded {
 public:
  // False, and nothing is added, when the room is used up.
  bool push(const T& value) {
    if (count_ == N) return false;
    items_[count_++] = value;
    return true;
  }
  // The next item, with whatever it held before; null when the room is used up.
  [[nodiscard]] T* extend() { return count_ == N ? nullptr : &items_[count_++]; }
  void clear() { count_ = 0; }
  void truncate(std::size_t count) { count_ = count < count_ ? count : count_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] const T* begin() const { return items_.data(); }
  [[nodiscard]] const T* end() const { return items_.data() + count_; }
  [[nodiscard]] T* begin() { return items_.data(); }
  [[nodiscard]] T* end() { return items_.data() + count_; }
  [[nodiscard]] const T& operator[](std::size_t at) const {
    check(at < count_, "index within a Bounded");
    return items_[at];
  }
  [[nodiscard]] T& operator[](std::size_t at) {
    check(at < count_, "index within a Bounded");
    return items_[at];
  }

 private:
  std::array<T, N> items_;
  std::size_t count_ = 0;
};

// What somebody knows. A fact that is not given is unknown; there is no third value to pass.
//   yes/no facts: 1 or 0.  Jurisdictions: country_value().  Months: the number.
struct Fact {
  FactId id;
  std::int32_t value = 0;
};
inline constexpr std::size_t facts_max = 32;
using Facts = Bounded<Fact, facts_max>;

[[nodiscard]] constexpr std::int32_t country_value(Country country) {
  return country.letters[0] << 8 | country.letters[1];
}

struct Question {
  Country from;  // who asks
  Country to;    // who is asked
  MeasureId measure;
  OffenceId offence;
  Date on;                      // the day of the decision
  std::optional<Date> conduct;  // the day of the conduct; `on` when absent
  DataId data{};                // when known: only provisions that reach this category
  RoleId from_role{};  // when known: a road that this role may not use needs another sender
  RoleId to_role{};
  Facts facts{};
};

// {"data_location","PH"}, {"urgent","yes"}, {…,"36"}
using FactTexts = std::vector<std::pair<std::string, std::string>>;
// Errors  Code::bad_value or not_found, naming the words that exist; too_large beyond facts_max;
//         duplicate_key for a fact given twice.
[[nodiscard]] Result<Facts> read_facts(const Corpus& corpus, const FactTexts& texts);

// A question in words, as a command line, a request or a case states it.
struct QuestionText {
  std::string from, to, measure, offence;
  std::string on;                        // YYYY-MM-DD
  std::string conduct;                   // may be empty
  std::string data, from_role, to_role;  // may be empty
  FactTexts facts;
};
// Errors  Code::bad_value or not_found, naming the words that exist; those of read_facts().
[[nodiscard]] Result<Question> ask(const Corpus& corpus, const QuestionText& text);

enum class State : std::uint8_t { open, needs, blocked };
enum class Outcome : std::uint8_t { open, needs, blocked, none, no_data };
[[nodiscard]] std::string_view name_of(State state);
[[nodiscard]] std::string_view name_of(Outcome outcome);

// Whose law a reason rests on: one side's own, or what both share: the instrument, the facts.
enum class Whose : std::uint8_t { common, requesting, requested };
[[nodiscard]] std::string_view name_of(Whose whose);

struct Reason {
  ReasonId code;
  CiteId cite;
  Confidence confidence = Confidence::confirmed;
  Whose whose = Whose::common;
};

// Something the road still needs: the value of a fact.
struct Need {
  FactId fact;
  CiteId cite;  // the clause that asks for it
};

// Something true of this road for these two parties on this day, in words: an addressee, a domestic
// rule.
struct Note {
  CiteId text;
  Confidence confidence = Confidence::confirmed;
};

struct Route {
  ProvisionId provision;
  State state = State::blocked;
  Confidence confidence = Confidence::confirmed;  // the weakest fact that the state rests on
  bool binding = true;                            // false: a voluntary road, nobody owes an answer
  bool researched = true;                         // false: it hangs on a membership nobody knows
  ChannelId channel;  // a declaration of the requested party may have changed it
  Carriage carriage = Carriage::central_authority;
  Speed speed = Speed::months;
  std::uint8_t closers = 0;     // how many of the reasons, from the first, closed the road
  std::uint8_t lacking = 0;     // of a road that needs: how many, from the first, say what it lacks
  Bounded<Reason, 24> reasons;  // the trace: what closed it; else what it lacks; then what was met
  Bounded<Need, 16> requires_;  // what is unknown or unmet; empty when open
  Bounded<Reason, 24> risks;    // grounds on which the other side may refuse, and warnings
  Bounded<Note, 24> notes;      // conditions beyond the provision's own
};

inline constexpr std::size_t routes_max =
    48;  // load() refuses a corpus in which one question could meet more

// Owned by the caller and reused: about 40 KiB, so not for the stack of a deep call.
struct Decision {
  Outcome outcome = Outcome::none;
  Bounded<Route, routes_max>
      routes;              // best first: open, needs, blocked; binding before voluntary; then speed
  bool truncated = false;  // a list above was full; nothing that closes a road is ever dropped

  [[nodiscard]] const Route* find(ProvisionId provision) const;
};

// The whole engine. Linear in the provisions that speak of the measure and that either party could
// know.
void decide(const Corpus& corpus, const Question& question, Decision& decision);

// SHA-256 of the canonical JSON of the decision (report.h): what an act's `route` and a Permit
// bind.
[[nodiscard]] Hash commitment(const Corpus& corpus, const Question& question,
                              const Decision& decision);

}  // namespace comity::law
