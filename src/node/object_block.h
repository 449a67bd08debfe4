#pragma once
// Space::object and Space::object_bytes: objects of a collection that were added one after another,
// some tens to a block. The index says what each is and where the journal has it; the bytes are
// those of the journal once more, ready to be sent, one after another with a comma between. A
// block's key is the time at which its first object was added, and stays so.
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/overlay.h"
#include "stix/moment.h"
#include "stix/personal.h"
#include "stix/tlp.h"

namespace comity::node {

using Added = std::int64_t;  // microseconds since 1970, UTC

// Blocks by their keys: "COLLECTION/TIME", the time in 16 hexadecimal digits.
[[nodiscard]] std::string object_key(std::string_view collection, Added added);
[[nodiscard]] Result<Added> added_of_key(std::string_view key);

[[nodiscard]] inline std::string_view type_of_id(std::string_view stix_id) {
  return stix_id.substr(0, stix_id.find("--"));
}

struct ObjectEntry {
  Added added = 0;
  std::string_view id,
      version;            // version: what versioning goes by: modified, else created, else added
  std::string_view spec;  // "2.1" or "2.0"
  std::size_t kind = 0;   // into ObjectBlock::kinds
  bool revoked = false;
  std::string_view markings;  // those that are looked at anew at each reading: markings_text() of
                              // object_marking.h
  bool first = false, last = false;  // among the versions of its id in its specification
  bool newest_spec = false;          // no version of its id is of a later specification
  std::optional<stix::Tlp> defines;  // of a marking definition: the label that it is
  std::uint64_t position = 0;        // of the entry of the journal that holds its bytes
  std::size_t at = 0, size = 0;      // where, in that record's bytes
  std::size_t begin = 0;             // where in the block's bytes; not kept, but counted

  [[nodiscard]] std::string_view type() const { return type_of_id(id); }
};

class ObjectBlock {
 public:
  // Of whom and with what label: all that decides who sees an object. Few in a block, most often
  // one.
  struct Kind {
    std::optional<stix::Tlp> tlp;    // none: whatever the collection says of unmarked objects today
    std::optional<MemberId> from{};  // the partner that sent it
    std::optional<MemberId> origin{};  // who brought it to that partner, as that says
    bool elsewhere = false;       // of no partner and not ours: pulled, or imported as another's
    bool bound = false;           // a sighting of ours, of what others made: it goes as that does
    std::string client{};         // the user that posted it, where that is a client of ours
    bool csirts = false;          // its sender keeps it from law enforcement
    stix::Personal personal = 0;  // what it tells of natural persons
    [[nodiscard]] bool ours() const { return !from && !elsewhere && client.empty(); }
    // Whether what it says of markings counts for objects of that kind.
    [[nodiscard]] bool speaks_for(const Kind& other) const {
      return (!from && client.empty()) || (from == other.from && client == other.client);
    }
    friend bool operator==(const Kind&, const Kind&) = default;
  };

  explicit ObjectBlock(Added first) : first_(first) {}
  ObjectBlock(const ObjectBlock&) = delete;  // entries look into its own text
  ObjectBlock& operator=(const ObjectBlock&) = delete;

  std::vector<ObjectEntry> entries;  // in the order in which they were added
  std::vector<Kind> kinds;

  // Keeps the text that an entry which is added here looks at.
  [[nodiscard]] std::string_view keep(std::string text) {
    return kept_.emplace_back(std::move(text));
  }
  [[nodiscard]] std::size_t kind_of(const Kind& kind);
  [[nodiscard]] std::size_t bytes_size() const;  // with the commas
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] ObjectEntry* find(Added added);
  [[nodiscard]] bool has_type(std::string_view type) const;
  void count();  // sets each entry's `begin`, after entries came or went

  [[nodiscard]] std::string write() const;  // JSON: a string of nothing that needs escaping
  // Code::corrupt.
  [[nodiscard]] static Result<std::shared_ptr<ObjectBlock>> read(Added first, std::string text);

 private:
  Added first_;  // the block's key; its first object may be gone
  std::deque<std::string> kept_;
};
using ObjectBlockPtr = std::shared_ptr<ObjectBlock>;

// The block's bytes; without the row, or with one of another size, from the journal.
[[nodiscard]] Result<std::string> block_bytes(Overlay& rows, const std::string& key,
                                              const ObjectBlock& block);

// Puts every block's bytes where they are missing, and takes those of no block away, after the rows
// of a group were made anew.
class Group;
[[nodiscard]] Result<void> restore_bytes(Group& group, Instant now);

}  // namespace comity::node
