#pragma once
// Versions of STIX objects in collections. Space::object orders them by when they were added, which
// no two of a collection share; Space::object_id has the versions of each object. The bytes are in
// the journal, where their entry's record says.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "node/collections.h"
#include "node/work.h"
#include "stix/moment.h"
#include "stix/tlp.h"

namespace comity::node {

using Added = std::int64_t;  // microseconds since 1970, UTC

struct ObjectRow {
  std::string id, type;
  std::string version;  // what versioning goes by, as text: modified, else created, else added
  std::string spec;     // "2.1" or "2.0"
  std::optional<stix::Tlp> tlp;      // none: whatever the collection says of unmarked objects today
  std::optional<MemberId> from;      // the partner that sent it; none: ours
  std::optional<stix::Tlp> defines;  // of a marking definition: the label that it is
  bool revoked = false;
  bool granular = false;             // some of its fields have markings of their own
  bool first = false, last = false;  // among the versions of its id in its specification
  bool newest_spec = false;          // no version of its id is of a later specification
  std::uint64_t position = 0;        // of the entry that holds its bytes
  std::size_t at = 0, size = 0;      // where, in the record's bytes
};
[[nodiscard]] json::Value to_json(const ObjectRow& row);
[[nodiscard]] Result<ObjectRow> object_row_from_json(const json::Value& value);

[[nodiscard]] std::string object_key(const std::string& collection, Added added);
[[nodiscard]] std::string object_id_key(const std::string& collection, std::string_view id);
[[nodiscard]] Result<Added> added_of_key(std::string_view key);

// Space::object_id: the versions of one object, oldest first.
struct ObjectVersion {
  std::string version, spec;
  Added added = 0;
  Hash hash;  // SHA-256 of the bytes
  bool revoked = false;
  std::string created_by;  // created_by_ref
};
[[nodiscard]] json::Value to_json(const std::vector<ObjectVersion>& versions);
[[nodiscard]] Result<std::vector<ObjectVersion>> object_versions_from_json(
    const json::Value& value);

// The TLP of a marking, if it is one: fixed by TLP itself, or a definition that the collection
// holds.
[[nodiscard]] Result<std::optional<stix::Tlp>> label_of_marking(Overlay& rows,
                                                                const std::string& collection,
                                                                const std::string& id);

// What became of each object that was given.
struct Taken {
  struct Entry {
    std::string id, version, message;  // message: why not, or that it was there already
  };
  std::vector<Entry> taken, refused;
  std::size_t added = 0;         // of those taken: new ones
  std::vector<ObjectRow> fresh;  // those, as they were taken
  bool alone = false;            // the entry that they lie in holds nothing else
};

// The last version that is here; none: it was never here, or dropped.
[[nodiscard]] Result<std::optional<ObjectRow>> last_version(Overlay& rows,
                                                            const std::string& collection,
                                                            const std::string& id);
// Takes versions of an object out of the collection. That they were here stays known, so that they
// do not come again.
[[nodiscard]] Result<std::vector<ObjectRow>> drop_versions(
    Work& work, const std::string& collection, const std::string& id,
    const std::function<bool(const ObjectRow&)>& which);

// The bytes of an object, also of one that this step has taken.
[[nodiscard]] Result<std::string> bytes_of_object(Work& work, const ObjectRow& row);

// Who gives objects, and as what they count.
struct Giving {
  std::string by{};                       // for the journal: an officer's id, a user's name
  std::optional<MemberId> from{};         // the partner whose objects these are; none: ours
  std::optional<stix::Tlp> unmarked{};    // one without a label; none: as the collection says
  stix::Tlp at_least = stix::Tlp::clear;  // a less strict label counts as this one
  std::optional<std::string> type{};      // no other is taken
  // The envelope's hash, when its own bytes are to be kept, since somebody signed for them by that
  // hash. None, or when an object is refused: the sound objects alone are kept, as an envelope of
  // their own.
  std::optional<Hash> blob{};
};

[[nodiscard]] json::Array to_json(const std::vector<Taken::Entry>& list);

// Checks every object of the envelope, and takes those that are sound into the collection, each for
// itself. Records one entry for all, if any is new and their bytes are not here already.
//   Errors  malformed, too_large: of the envelope as a whole; then nothing is taken.
[[nodiscard]] Result<Taken> take_objects(Work& work, const Collection& collection,
                                         std::string_view envelope, const Giving& giving);

}  // namespace comity::node
