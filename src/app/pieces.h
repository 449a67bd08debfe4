#pragma once
// Objects on their way into a collection of the node.
#include <map>
#include <string>
#include <string_view>

#include "app/cli_alert.h"
#include "app/progress.h"

namespace comity::app {

// What became of what was given, over all its pieces.
struct Imported {
  std::uint64_t given = 0, added = 0, present = 0;
  std::uint64_t members = 0, acts = 0;  // how many partners are told of it, in how many acts
  std::map<std::string, std::uint64_t> withheld;  // from partners of the circle, by verdict
  json::Array failed;  // partners that could not be told now: {"member","nickname","why"}
  WarnedRows warned;
  json::Array refused;
};
// The members that every report of an import has.
[[nodiscard]] json::Object to_json(const Imported& sum);
// What partners are told, and what was refused: lines for people.
[[nodiscard]] std::string tell_rest(const json::Value& report);

// Piece by piece: what was given before an interruption is there already when it is given again.
class Pieces {
 public:
  // `desk` outlives this; `collection` is an id; `name` stands in the progress on a terminal.
  Pieces(Session& session, const Desk& desk, std::string collection, std::string name);

  // They are another's: labels bind as a partner's do (src/alert/README.md).
  void from_elsewhere(bool elsewhere) { elsewhere_ = elsewhere; }
  // How many there will be, as far as that is known: for the progress.
  void expect(std::uint64_t count) { expected_ = count; }
  [[nodiscard]] Result<void> give(std::string_view object);
  // What is held back is on disk at the node when it returns.
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<Imported> finish();
  // What became of it until now: when something later fails.
  [[nodiscard]] const Imported& so_far() const { return sum_; }

 private:
  void take(const json::Value& answer);
  Client client_;
  const Desk& desk_;
  std::string collection_, name_, piece_;
  std::size_t held_ = 0;  // objects in piece_
  bool elsewhere_ = false;
  std::uint64_t expected_ = 0;
  Imported sum_;
  Progress progress_;
};

}  // namespace comity::app
