#pragma once
// The decision: which lawful roads lead from one jurisdiction to another for one measure, best
// first, what each needs, and why the others are closed. A pure function of corpus and question;
// allocates nothing.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
  // All of `more`, in order. False, and as many as there is room for, when it is used up.
  bool append(std::span<const T> more) {
    std::size_t fit = std::min(more.size(), N - count_);
    std::copy_n(more.data(), fit, items_.data() + count_);
    count_ += fit;
    return fit == more.size();
  }
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

// Best first. A road stays where it was judged, since it is large: only their order is sorted.
class Routes {
 public:
  class Iterator {
   public:
    using value_type = Route;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Routes& routes, std::size_t at) : routes_(&routes), at_(at) {}
    const Route& operator*() const { return (*routes_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return {*routes_, at_++}; }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Routes* routes_ = nullptr;
    std::size_t at_ = 0;
  };

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, count_}; }
  [[nodiscard]] const Route& operator[](std::size_t at) const {
    check(at < count_, "index within the roads");
    return judged_[order_[at]];
  }
  void clear() { count_ = 0; }
  // Room for one more, behind those there are, with whatever it held before.
  [[nodiscard]] Route& extend() {
    check(count_ < routes_max, "load() left room for every route");
    order_[count_] = static_cast<std::uint8_t>(count_);
    return judged_[count_++];
  }
  // The last one goes before those whose key is greater. `keys` are theirs, in their order.
  void settle(std::uint64_t key, std::array<std::uint64_t, routes_max>& keys) {
    std::size_t at = count_ - 1;
    for (; at > 0 && keys[at - 1] > key; --at) {
      keys[at] = keys[at - 1];
      order_[at] = order_[at - 1];
    }
    keys[at] = key;
    order_[at] = static_cast<std::uint8_t>(count_ - 1);
  }

 private:
  std::array<Route, routes_max> judged_;
  std::array<std::uint8_t, routes_max> order_{};
  std::size_t count_ = 0;
};

// Owned by the caller and reused: some 24 KiB, so not for the stack of a deep call.
struct Decision {
  Outcome outcome = Outcome::none;
  Routes routes;           // open, needs, blocked; binding before voluntary; then speed
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
