#pragma once
// The tables, and every SQL statement that reads or writes them. Of this room alone.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/tile.h"
#include "node/ports.h"
#include "store/sqlite.h"

namespace comity::store {

inline constexpr std::int64_t store_application_id = 0x436f6d74;        // "Comt"
inline constexpr std::int64_t keys_application_id = 0x436f6d6b;         // "Comk"
inline constexpr std::int64_t incarnation_application_id = 0x436f6d69;  // "Comi"
inline constexpr std::int64_t schema_version = 4;

// What the file is by its header. `fresh` has no tables at all.
enum class FileKind : std::uint8_t { fresh, ours };
//   Errors  malformed: another program's; invalid: ours, of a later schema
[[nodiscard]] Result<FileKind> identify(Connection& connection, std::int64_t application_id);
[[nodiscard]] Result<void> create_store_tables(Connection& connection);
[[nodiscard]] Result<void> create_keys_tables(Connection& connection);
// The one row of a file of record keys.
struct KeysState {
  Bytes backup;  // the name it shares with its journal
  Instant made_at;
  std::optional<Instant> expires_at;
};
[[nodiscard]] Result<KeysState> read_keys_state(Connection& connection);
[[nodiscard]] Result<void> insert_keys_state(Connection& connection, const KeysState& state);
// Copies every row of one table into the same table of another file; returns how many.
// `sealed` without the spaces that are derived.
enum class Table : std::uint8_t { row, sealed, entry, head, tile, record_key };
[[nodiscard]] Result<std::uint64_t> copy_table(Connection& from, Connection& to, Table table,
                                               const std::function<void(std::uint64_t)>& progress);
[[nodiscard]] Result<void> create_incarnation_table(Connection& connection);

// What the file beside a store remembers of it: the incarnation that the store has, or (after a
// crash between two writes) the one it was about to get.
struct Remembered {
  Bytes now;
  Bytes next;
};
[[nodiscard]] Result<std::optional<Remembered>> read_incarnation(Connection& connection);
[[nodiscard]] Result<void> write_incarnation(Connection& connection, const Remembered& remembered);

// The one row of table state.
struct State {
  node::Head head;
  std::uint64_t row_version = 0;  // the last version given to a row, of all there ever were
  Bytes incarnation;              // this opening's name; see sqlite_store.cc
  bool restored = false;
  Bytes key_check;
  Bytes backup;  // in a backup: its name; else empty
};
[[nodiscard]] Result<State> read_state(Connection& connection);
[[nodiscard]] Result<node::Head> read_head(Connection& connection);
[[nodiscard]] Result<void> insert_state(Connection& connection, const State& state);
[[nodiscard]] Result<void> put_incarnation(Connection& connection, BytesView incarnation,
                                           bool restored);
// Compare and swap: Code::conflict when the head on disk is not of size `before`.
[[nodiscard]] Result<void> put_head(Connection& connection, std::uint64_t before,
                                    const node::Head& head, std::uint64_t row_version);

// Rows of spaces that are sealed lie in a table of their own. `open` makes the value of what lies
// there, while it lies there: large values are not copied first.
using OpenValue = std::function<Result<std::string>(std::string_view raw)>;
[[nodiscard]] Result<std::optional<node::Row>> read_row(Connection& connection, node::Space space,
                                                        std::string_view key,
                                                        const OpenValue& open);
[[nodiscard]] Result<std::uint64_t> read_row_version(Connection& connection, node::Space space,
                                                     std::string_view key);
// The least key that scan(prefix, after) may give.
[[nodiscard]] std::string scan_start(std::string_view prefix, std::string_view after);
// Rows from `lower` on, in key order, until `take` says false.
using TakeRow =
    std::function<bool(std::string_view key, std::string_view value, std::uint64_t version)>;
[[nodiscard]] Result<void> scan_rows(Connection& connection, node::Space space,
                                     std::string_view lower, const TakeRow& take);
// Rows from `upper` down, in falling order of keys, until `take` says false.
[[nodiscard]] Result<void> scan_rows_down(Connection& connection, node::Space space,
                                          std::string_view upper, const TakeRow& take);
// node::View::last_until, as it lies there.
[[nodiscard]] Result<std::optional<node::KeyedRow>> stored_until(Connection& connection,
                                                                 node::Space space,
                                                                 std::string_view prefix,
                                                                 std::string_view key);
[[nodiscard]] Result<void> put_row(Connection& connection, node::Space space, std::string_view key,
                                   std::string_view value, std::uint64_t version);
[[nodiscard]] Result<void> delete_row(Connection& connection, node::Space space,
                                      std::string_view key);
[[nodiscard]] Result<void> delete_rows(Connection& connection, node::Space space);

// An entry as it lies there.
struct EntryRow {
  std::uint64_t position = 0;
  Instant recorded_at;
  std::string conversation;
  Bytes leaf;
  std::optional<Bytes> sealed;   // absent once erased
  std::optional<Bytes> wrapped;  // likewise
};
[[nodiscard]] Result<std::optional<EntryRow>> read_entry(Connection& connection,
                                                         std::uint64_t position);
// Entries from `first` on, in order, until `take` says false.
[[nodiscard]] Result<void> scan_entries(Connection& connection, std::uint64_t first,
                                        const std::function<bool(const EntryRow&)>& take);
// Positions of a conversation's entries, ascending; none for the empty one.
[[nodiscard]] Result<std::vector<std::uint64_t>> read_filed(Connection& connection,
                                                            std::string_view conversation);
[[nodiscard]] Result<std::optional<Bytes>> read_wrapped(Connection& connection,
                                                        std::uint64_t position);
[[nodiscard]] Result<void> insert_entry(Connection& connection, const EntryRow& entry);
[[nodiscard]] Result<void> erase_entry(Connection& connection, std::uint64_t position);

[[nodiscard]] Result<std::optional<node::Head>> read_head_at(Connection& connection,
                                                             std::uint64_t size);
// The smallest committed size that holds `position`; 0 when none does.
[[nodiscard]] Result<std::uint64_t> read_tree_size_of(Connection& connection,
                                                      std::uint64_t position);
// The head with the least size of at least `size`.
[[nodiscard]] Result<std::optional<node::Head>> read_head_from(Connection& connection,
                                                               std::uint64_t size);
[[nodiscard]] Result<void> insert_head(Connection& connection, const node::Head& head);

[[nodiscard]] Result<std::optional<Bytes>> read_tile(Connection& connection,
                                                     const ledger::TileId& tile);
// The place of every tile there is.
[[nodiscard]] Result<void> scan_tile_ids(Connection& connection,
                                         const std::function<void(const ledger::TileId&)>& take);
[[nodiscard]] Result<void> put_tile(Connection& connection, const ledger::TileWrite& tile);
// The last tile of leaves lies nowhere while it is not full: the leaves make it.
[[nodiscard]] bool is_made_of_leaves(const ledger::TileId& tile, unsigned width);
[[nodiscard]] Result<Bytes> make_tile_of_leaves(Connection& connection, std::uint64_t index,
                                                unsigned width);
// Reads tiles as ledger/ asks for them; `connection` outlives what it returns.
[[nodiscard]] ledger::TileSource tile_source(Connection& connection);

// SQLite's integrity_check and foreign_key_check: one line for each thing found wrong.
[[nodiscard]] Result<void> check_pages(Connection& connection,
                                       const std::function<void(std::string_view)>& found);
struct Counts {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  std::uint64_t heads = 0;
  std::uint64_t last_row_version = 0;
};
[[nodiscard]] Result<Counts> count_all(Connection& connection);

}  // namespace comity::store
