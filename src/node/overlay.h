#pragma once
// Rows as one step sees them: the view below, with the step's own changes on top. Remembers what
// was read, so that the plan can say on what it relied.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "json/value.h"
#include "node/ports.h"

namespace comity::node {

struct Memo;  // node/memo.h

class Overlay {
 public:
  // `memo` outlives the overlay; without one, nothing is remembered.
  explicit Overlay(View& below, Memo* memo = nullptr) : below_(below), memo_(memo) {}

  // Absent rows are nullopt. Code::corrupt when a row is not JSON.
  [[nodiscard]] Result<std::optional<json::Value>> get(Space space, std::string_view key);
  // The row's text; version 0 when the overlay itself has changed it.
  [[nodiscard]] Result<std::optional<Row>> text(Space space, std::string_view key);
  [[nodiscard]] Memo* memo() const { return memo_; }
  void put(Space space, std::string key, const json::Value& value);
  void put_text(Space space, std::string key, std::string text);
  // View::last_until, with the overlay's own changes.
  [[nodiscard]] Result<std::optional<KeyedRow>> last_until(Space space, std::string_view prefix,
                                                           std::string_view key);
  void erase(Space space, std::string key);
  // In key order, with the overlay's own changes; stops when `each` says so.
  enum class Walk { on, stop };
  [[nodiscard]] Result<void> scan(
      Space space, std::string_view prefix,
      const std::function<Result<Walk>(const std::string& key, const json::Value&)>& each);
  [[nodiscard]] View& below() { return below_; }

  // To try something and undo it: changes go back to what they were, reads stay remembered.
  using Key = std::pair<Space, std::string>;
  struct Change {
    std::optional<std::string> value;  // none: deleted
    std::size_t part = 0;              // of the step, that changed it last
  };
  using Changes = std::map<Key, Change>;
  [[nodiscard]] Changes save() const { return changed_; }
  void restore(Changes saved) { changed_ = std::move(saved); }

  // What changes from here on is the next part's. A step begins in part 0.
  void next_part() { ++part_; }

  // What the plan takes over: the rows read, with their versions, and the rows changed.
  [[nodiscard]] std::vector<Expect> expects() const;
  [[nodiscard]] const Changes& changes() const { return changed_; }

 private:
  View& below_;
  Memo* memo_;
  std::map<Key, std::uint64_t> read_;
  Changes changed_;
  std::size_t part_ = 0;
};

}  // namespace comity::node
