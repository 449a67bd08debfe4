#pragma once
// The tables of a corpus changed in thought, and back again. Private to this room.
#include <functional>
#include <vector>

#include "law/gaps.h"
#include "law/tables.h"

namespace comity::law {

class Supposed {
 public:
  explicit Supposed(const Corpus& corpus) : t_(corpus.tables()) {}

  // As if the change had been made on that day. `other` is the second side of an agreement between
  // two that is brought into force.
  void make(const Change& change, Country other, Day day);
  // As the corpus was.
  void undo();

  [[nodiscard]] const Tables& tables() const { return t_; }

 private:
  void accede(Country country, InstrumentId instrument, Day day);
  void create_offence(Country country, OffenceId offence, Day day);
  void commence(Country country, Day day);
  template <typename T>
  void set(T& place, T value) {
    undo_.push_back([&place, before = place] { place = before; });
    place = value;
  }

  Tables t_;
  std::vector<std::function<void()>> undo_;
};

}  // namespace comity::law
