#pragma once
// A collection's blocks while objects come and go: each is read once, changed in memory, and
// written when all is done.
#include <map>
#include <string>

#include "node/objects.h"

namespace comity::node {

// Which versions of an object are the first, the last and of the newest specification. Those that
// were dropped do not count.
struct Place {
  bool first = false, last = false, newest_spec = false;
  friend bool operator==(const Place&, const Place&) = default;
};
[[nodiscard]] std::vector<Place> places_among(const std::vector<ObjectVersion>& versions);

class BlockEditor {
 public:
  BlockEditor(Work& work, std::string_view collection) : work_(work), collection_(collection) {}

  // The last time at which something was added, and its place.
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Added last() const { return last_; }

  struct Fresh {
    std::string_view spec;
    std::optional<stix::Tlp> defines;
    std::string_view bytes;
  };
  // Behind all others, at `added`, which is later than last().
  [[nodiscard]] Result<void> append(Added added, const HeldObject& object, const Fresh& fresh);
  [[nodiscard]] Result<std::string_view> bytes_of(Added added);
  [[nodiscard]] Result<ObjectBlock::Kind> kind_of(Added added);
  // From now on it counts under this label.
  [[nodiscard]] Result<void> narrow(Added added, stix::Tlp label);
  // Where in its record the object's bytes lie.
  [[nodiscard]] Result<void> put_at(Added added, std::size_t at);
  [[nodiscard]] Result<void> remove(Added added);
  // Writes which versions of an object there are, and which of them is the first, the last and of
  // the newest specification.
  [[nodiscard]] Result<void> put_versions(const std::string& id,
                                          const std::vector<ObjectVersion>& versions);
  // Puts all that changed into the step's rows.
  void end();

 private:
  struct Open {
    ObjectBlockPtr block;
    std::string bytes;
    bool has_bytes = false, index_changed = false, bytes_changed = false;
  };
  // The block that `added` is in, if it is there; end(): no block goes so far back.
  using Blocks = std::map<std::string, Open>;
  [[nodiscard]] Result<Blocks::iterator> open_at(Added added);
  [[nodiscard]] Result<void> mark(Added added, const Place& place);
  [[nodiscard]] Result<void> open_bytes(const std::string& key, Open& open);

  Work& work_;
  std::string collection_;
  Added last_ = 0;
  Blocks open_;
};

}  // namespace comity::node
