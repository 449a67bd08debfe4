#pragma once
// The store's port: what the core reads, and what it hands back. No clock, no socket, no SQL.
//
// The journal is the truth: entries in one order. Everything else is rows, which fold() computes
// from entries, so that a rebuild of every row reads the journal and nothing else. Steps run one
// after another over an open Group and see what the steps before them changed; commit() makes all
// of them durable together, or none.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/merkle.h"

namespace comity::node {

// A room of rows. Keys are text, ordered by bytes.
// Records hold these by number: a new one goes last.
enum class Space : std::uint8_t {
  self,          // "card", "epoch", "corpus": what this node is
  member,        // member id -> member::Member
  officer,       // officer id -> officer
  lane_in,       // member/lane -> next seq awaited
  lane_out,      // member/lane -> next seq to give
  act,           // sender/act id -> where it stands in the journal
  outbox,        // member/lane/epoch/seq -> act awaiting its receipt
  conversation,  // conversation id -> state of its kind's machine
  timer,         // due time/conversation/name -> what to do
  draft,         // draft id -> act not yet sent
  approval,      // draft/officer -> approval
  pairing,       // invitation id -> ceremony under way
  partner_log,   // member id -> the last checkpoint of theirs that we witnessed
  cosignature,   // member id -> the last cosignature of theirs under our checkpoint
  alarm,         // what a human must see
  link,          // member id -> back-off and last contact
  command,  // officer/command id -> the answer it got: a command given twice is carried out once
  erasure,  // conversation id -> an erasure that one officer asked for and nobody has confirmed
  review,   // conversation id -> sent by one officer alone: who reviews it, and until when
  officer_change,  // change id -> what an admin wants done to an officer, not yet confirmed
  ring,            // alarm's key -> whom it has woken so far (bell.h)
  law,         // jurisdiction/member/version -> where a published file of law stands in the journal
  collection,  // collection id -> what it is called, and with whom it is shared
  taxii_user,  // SHA-256 of a credential -> who has it, and what they may read and write
  object,      // collection/time added of its first -> a block of objects: what and where each is
  object_id,   // collection/STIX id -> when its versions were added there
  taxii_status,  // status id -> what became of a POST
  reissue,       // conversation id -> acts of ours that a revoked key signed (reissue.h)
  blob,          // SHA-256 -> where in the journal bytes stand that an alert names (blobs.h)
  spread,        // journal position/member/act -> which objects of that entry went there, or came
  subscription,  // member/their collection -> the collection of ours that their alerts go into
  recall,        // STIX id/act -> who asked whom to drop what they hold of it
  object_bytes,  // as object -> the block's bytes, as its entries in the journal have them
  object_type,   // collection/type/block -> the block has objects of that type
};
inline constexpr std::uint8_t space_count = 34;
// Bytes that records hold, once more and so that they are read fast. Whoever finds none takes them
// from the journal (object_block.h); so they are in no record, and in no backup, which an erasure
// could not reach.
[[nodiscard]] constexpr bool is_derived(Space space) {
  return space == Space::object_bytes;
}
// Values of some ten thousand bytes, which the store keeps apart and seals under the node's key.
[[nodiscard]] constexpr bool is_sealed(Space space) {
  return space == Space::object || space == Space::object_bytes;
}
// What we saw of others is kept over a rebuild: it is not in our journal, and witnessing must not
// forget. Were a cosignature journalled, each would grow the log that the partner then cosigns, for
// ever. The same with rings: an alarm that nobody answers would grow it without end. They say how a
// machine here behaved, which no court asks for, and a rebuild must not wake everybody anew.
[[nodiscard]] constexpr bool is_rebuilt(Space space) {
  return space != Space::partner_log && space != Space::cosignature && space != Space::link &&
         space != Space::ring && space != Space::taxii_status && !is_derived(space);
}
[[nodiscard]] std::string_view space_name(Space space);

struct Row {
  std::string value;  // canonical JSON; holds no content of acts, only what the machines need
  std::uint64_t version = 0;  // grows with every change; 0 is "absent"
};

struct KeyedRow {
  std::string key;
  Row row;
};

struct RowChange {
  Space space{};
  std::string key;
  std::optional<std::string> value;  // absent: delete
};

// One record of the journal. `record` is what the ledger commits to; entry.h builds and reads it.
struct Entry {
  std::string record;
  std::uint8_t type = 0;  // node::EntryType, repeated in the ledger's leaf
  Instant recorded_at;
  Bytes actor;               // 8 bytes: pseudonym of who acted, for the leaf
  std::string conversation;  // id as text, or empty; erasure works per conversation
};

struct StoredEntry {
  std::uint64_t position = 0;  // from 0; the leaf's index
  std::uint8_t type = 0;
  Instant recorded_at;
  Bytes actor;
  std::string conversation;
  std::uint64_t tree_size = 0;        // of the ledger when its group was committed
  std::optional<std::string> record;  // absent: erased
  Bytes leaf;                         // the ledger's leaf, as logged
};

using Head = ledger::TreeHead;

// Reads. A snapshot that does not move, or an open group with its own changes.
class View {
 public:
  virtual ~View() = default;
  [[nodiscard]] virtual Result<std::optional<Row>> get(Space space, std::string_view key) = 0;
  // Rows whose key begins with `prefix` and is above `after`, in key order, at most `count`.
  [[nodiscard]] virtual Result<std::vector<KeyedRow>> scan(Space space, std::string_view prefix,
                                                           std::string_view after,
                                                           std::size_t count) = 0;
  // The row of the greatest key that begins with `prefix` and is at most `key`, which begins so
  // too.
  [[nodiscard]] virtual Result<std::optional<KeyedRow>> last_until(Space space,
                                                                   std::string_view prefix,
                                                                   std::string_view key) = 0;
  [[nodiscard]] virtual Result<std::optional<StoredEntry>> entry(std::uint64_t position) = 0;
  // Positions of the entries journalled under this conversation, erased ones too, oldest first.
  [[nodiscard]] virtual Result<std::vector<std::uint64_t>> filed_under(
      std::string_view conversation) = 0;
  // The position that the next entry takes: in an open group, after those applied so far.
  [[nodiscard]] virtual Result<std::uint64_t> next_position() = 0;
  // The key that opens one leaf's commitment (ledger/leaf.h), to hand out with a proof; absent once
  // erased.
  [[nodiscard]] virtual Result<std::optional<Hash>> commitment_key(std::uint64_t position) = 0;
  [[nodiscard]] virtual Result<Head> head() = 0;
  // The head as it was at `size`, if a group ended there.
  [[nodiscard]] virtual Result<std::optional<Head>> head_at(std::uint64_t size) = 0;
  // Tile bytes (C2SP tlog-tiles, height 8): the hashes held so far at (level, index), whole or
  // partial.
  [[nodiscard]] virtual Result<std::optional<Bytes>> tile(unsigned level, std::uint64_t index) = 0;
};

struct Expect {
  Space space{};
  std::string key;
  std::uint64_t version = 0;
};

struct Plan {
  std::vector<Expect> expects;  // rows as the step read them
  std::vector<Entry> entries;   // appended in this order
  std::vector<RowChange> rows;
  std::vector<std::uint64_t> erase;  // positions whose record and key go; the leaf stays
  std::optional<Instant> not_after;  // the earliest expiry of the permits this plan relies on
};

// One transaction that many plans share. Not for use by two threads at once.
class Group : public View {
 public:
  // Checks the expectations and `not_after` against `now`, then takes the whole plan or nothing of
  // it.
  //   Returns the position of the plan's first entry (the head's size when it has none).
  //   Errors   conflict, expired: the plan alone failed and the group goes on.
  //            io, corrupt: the group is lost; commit() will refuse.
  [[nodiscard]] virtual Result<std::uint64_t> apply(const Plan& plan, Instant now) = 0;
  // Appends the leaves, writes tiles and head, and returns when all of it is on disk. Once only.
  [[nodiscard]] virtual Result<Head> commit() = 0;
  // A group that is destroyed without commit() leaves nothing behind.
};

class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<Group>> begin() = 0;    // one at a time: Code::busy
  [[nodiscard]] virtual Result<std::unique_ptr<View>> snapshot() = 0;  // any number, beside a group
  // Grows with every commit, before it returns: what was read at one generation still holds while
  // the store says the same. From any thread.
  [[nodiscard]] virtual std::uint64_t generation() const = 0;
  // Empties every space of which is_rebuilt() holds, inside a group; then entries are folded anew
  // into it. The caller drives it: see node/rebuild.h.
  [[nodiscard]] virtual Result<std::unique_ptr<Group>> begin_rebuild() = 0;
};

}  // namespace comity::node
