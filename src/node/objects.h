#pragma once
// Versions of STIX objects in collections. Space::object has them in the order in which they were
// added, block by block (object_block.h); no two of a collection were added at one time.
// Space::object_id has the versions of each object, and Space::object_type the blocks of each type.
// The bytes are in the journal, where their entry's record says.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "node/collections.h"
#include "node/object_block.h"
#include "node/work.h"

namespace comity::node {

[[nodiscard]] std::string object_id_key(std::string_view collection, std::string_view id);
// "COLLECTION/TYPE/", which a block's time follows.
[[nodiscard]] std::string object_type_prefix(std::string_view collection, std::string_view type);

// Space::object_id: the versions of one object, by specification, then oldest first.
struct ObjectVersion {
  std::string version, spec;
  Added added = 0;
  bool revoked = false;
  // Of one that was recalled, and is in no block any more: what tells whether it comes again.
  struct Dropped {
    Hash sha256;                 // of its bytes
    std::uint64_t position = 0;  // of the entry that held them, by which is known who was told
    std::string created_by;      // created_by_ref
  };
  std::optional<Dropped> dropped{};
};
[[nodiscard]] std::string write(const std::vector<ObjectVersion>& versions);
[[nodiscard]] Result<std::vector<ObjectVersion>> object_versions_from_text(std::string_view text);
// None: the collection never had an object of this id, or it was deleted.
[[nodiscard]] Result<std::vector<ObjectVersion>> object_versions(Overlay& rows,
                                                                 std::string_view collection,
                                                                 std::string_view id);

// The block that an object added then is in, if it is there; none: no block goes so far back.
struct FoundBlock {
  std::string key;
  ObjectBlockPtr block;
};
[[nodiscard]] Result<std::optional<FoundBlock>> block_at(Overlay& rows, std::string_view collection,
                                                         Added added);

// A version apart from its block.
struct HeldObject {
  std::string id, version;
  ObjectBlock::Kind kind;
  bool revoked = false;
  std::string markings{};        // as in its block (ObjectEntry)
  std::uint64_t position = 0;    // of the entry that holds its bytes
  std::size_t at = 0, size = 0;  // where, in the record's bytes
  [[nodiscard]] std::string_view type() const { return type_of_id(id); }
};
// Those that the collection has of an object, in the order of object_versions().
[[nodiscard]] Result<std::vector<HeldObject>> held_versions(Overlay& rows,
                                                            std::string_view collection,
                                                            std::string_view id);
// The last of them; none: it was never here, or is no more.
[[nodiscard]] Result<std::optional<HeldObject>> last_version(Overlay& rows,
                                                             std::string_view collection,
                                                             std::string_view id);
// The bytes of an object, also of one that this step has taken.
[[nodiscard]] Result<std::string> bytes_of_object(Work& work, const HeldObject& object);

// What a marking says: fixed by TLP itself, or by a definition that the collection holds and that
// counts for objects of that kind: our own people's does, others' for what they brought themselves.
// Of one that is not here nobody can tell, so that only our own organisation sees what it marks.
struct MarkingLabel {
  bool here = false;
  std::optional<stix::Tlp> tlp;  // none: it is no label, but a statement
};
[[nodiscard]] Result<MarkingLabel> label_of_marking(Overlay& rows, const std::string& collection,
                                                    const std::string& id,
                                                    const ObjectBlock::Kind& of);

// What became of each object that was given.
struct Taken {
  struct Entry {
    std::string id, version, message;  // message: why not, or that it was there already
  };
  std::vector<Entry> taken, refused;
  std::size_t added = 0;          // of those taken: new ones
  std::size_t narrowed = 0;       // of those that were here: they count under a stricter label now
  std::vector<HeldObject> fresh;  // those, as they were taken
  bool alone = false;             // the entry that they lie in holds nothing else
};
[[nodiscard]] json::Array to_json(const std::vector<Taken::Entry>& list);

// Who gives objects, and as what they count.
struct Giving {
  std::string by{};                       // for the journal: an officer's id, a user's name
  std::optional<MemberId> from{};         // the partner whose objects these are
  std::optional<MemberId> origin{};       // who brought them to that partner, as that says
  bool elsewhere = false;                 // of no partner, and not ours
  std::string client{};                   // the user, if a client of ours gives them
  bool csirts = false;                    // the partner keeps them from law enforcement
  std::optional<stix::Tlp> unmarked{};    // one without a label; none: as the collection says
  stix::Tlp at_least = stix::Tlp::clear;  // a less strict label counts as this one
  std::optional<std::string> type{};      // no other is taken
  // The envelope's hash, when its own bytes are to be kept, since somebody signed for them by that
  // hash. None, or when an object is refused: the sound objects alone are kept, as an envelope of
  // their own.
  std::optional<Hash> blob{};
};

// Checks every object of the envelope, and takes those that are sound into the collection, each for
// itself. Records one entry for all, if any is new and their bytes are not here already.
//   Errors  malformed, too_large: of the envelope as a whole; then nothing is taken.
[[nodiscard]] Result<Taken> take_objects(Work& work, const Collection& collection,
                                         std::string_view envelope, const Giving& giving);

// Takes versions of an object out of the collection. That they were here stays known, so that they
// do not come again. The caller records it.
[[nodiscard]] Result<std::vector<HeldObject>> drop_versions(
    Work& work, const std::string& collection, const std::string& id,
    const std::function<bool(const HeldObject&)>& which);

struct Deletion {
  std::string object;                 // STIX id
  std::vector<std::string> versions;  // "first", "last", "all", or timestamps; empty: all
  std::vector<std::string> specs;     // "2.0", "2.1"; empty: both
};
// Takes versions of an object out of the collection, and records what went; their bytes stay in the
// journal. They may be taken again.
//   Errors  not_found: there are none of these; bad_value: of a version.
[[nodiscard]] Result<std::size_t> delete_objects(Work& work, const Collection& collection,
                                                 const Deletion& what, const std::string& by);

}  // namespace comity::node
