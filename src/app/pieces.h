#pragma once
// Objects on their way into a collection of the node.
#include <string>
#include <string_view>

#include "app/cli.h"

namespace comity::app {

// What became of what was given, over all its pieces.
struct Imported {
  std::uint64_t given = 0, added = 0, present = 0;
  std::uint64_t acts = 0;  // that tell partners of it
  json::Array refused;
};

// Piece by piece: what was given before an interruption is there already when it is given again.
class Pieces {
 public:
  // `desk` outlives this; `collection` is an id; `name` stands in the progress on a terminal.
  Pieces(Session& session, const Desk& desk, std::string collection, std::string name);

  [[nodiscard]] Result<void> give(std::string_view object);
  // What is held back is on disk at the node when it returns.
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<Imported> finish();

 private:
  Client client_;
  const Desk& desk_;
  std::string collection_, name_, piece_;
  Imported sum_;
  bool terminal_ = false;
};

}  // namespace comity::app
