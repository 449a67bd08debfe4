#include "store/tables.h"

#include <array>

#include "base/check.h"
#include "base/limits.h"

namespace comity::store {
namespace {

// row        what fold() made of the entries; ordered by key's bytes, hence no rowid
// sealed     rows with large values, hence with a rowid: the tree that is searched holds keys alone
// entry      the journal; type, actor and commitment are in the leaf; `sealed` is null once erased
// record_key apart from entry, so that erasing one is deleting a row, and a backup can leave all of
//            them out
// head       every size at which a group ended
// tile       C2SP tlog-tiles; id = level << 56 | index, so that a rowid finds 8 KiB in one descent.
//            The last tile of leaves comes when it is full: every commit would write it anew
constexpr const char* store_tables = R"(
CREATE TABLE state(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  head_size INTEGER NOT NULL,
  head_root BLOB NOT NULL CHECK(length(head_root) = 32),
  row_version INTEGER NOT NULL,
  incarnation BLOB NOT NULL,
  restored INTEGER NOT NULL,
  key_check BLOB NOT NULL,
  backup BLOB NOT NULL
) STRICT;
CREATE TABLE row(
  space INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY(space, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE sealed(
  id INTEGER PRIMARY KEY,
  space INTEGER NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE(space, key)
) STRICT;
CREATE TABLE entry(
  position INTEGER PRIMARY KEY,
  recorded_at INTEGER NOT NULL,
  conversation TEXT NOT NULL,
  leaf BLOB NOT NULL CHECK(length(leaf) = 46),
  sealed BLOB
) STRICT;
CREATE INDEX entry_conversation ON entry(conversation) WHERE conversation <> '';
CREATE TABLE record_key(
  position INTEGER PRIMARY KEY REFERENCES entry(position),
  wrapped BLOB NOT NULL
) STRICT;
CREATE TABLE head(
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK(length(root) = 32)
) STRICT;
CREATE TABLE tile(
  id INTEGER PRIMARY KEY,
  hashes BLOB NOT NULL
) STRICT;
)";

constexpr const char* keys_tables = R"(
CREATE TABLE backup(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  name BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE TABLE record_key(
  position INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT;
)";

constexpr const char* incarnation_table = R"(
CREATE TABLE incarnation(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  now BLOB NOT NULL,
  next BLOB NOT NULL
) STRICT;
)";

Result<void> create(Connection& connection, const char* tables, std::int64_t application_id) {
  TRY_VOID(connection.run(tables));
  const std::string names = "PRAGMA application_id=" + std::to_string(application_id) +
                            "; PRAGMA user_version=" + std::to_string(schema_version) + ";";
  return connection.run(names.c_str());
}

Result<Hash> root_of(BytesView bytes) {
  if (bytes.size() != 32)
    return fail(Code::corrupt, "a stored root is not 32 bytes: restore a backup");
  return fixed32<HashTag>(bytes);
}

std::int64_t milliseconds(Instant at) {
  return at.time_since_epoch().count();
}

std::int64_t number_of(node::Space space) {
  return static_cast<std::int64_t>(space);
}

std::int64_t id_of(const ledger::TileId& tile) {
  check(tile.level < 128 && tile.index < (1ull << 56), "a tile's place fits its id");
  return static_cast<std::int64_t>(std::uint64_t{tile.level} << 56 | tile.index);
}

ledger::TileId tile_of(std::int64_t id) {
  const auto bits = static_cast<std::uint64_t>(id);
  return {static_cast<unsigned>(bits >> 56), bits & ((1ull << 56) - 1)};
}

EntryRow entry_of(const Query& query) {
  EntryRow entry;
  entry.position = query.natural(0);
  entry.recorded_at = Instant(Millis(query.integer(1)));
  entry.conversation = query.text(2);
  entry.leaf = to_bytes(query.blob(3));
  if (!query.is_null(4)) entry.sealed = to_bytes(query.blob(4));
  if (!query.is_null(5)) entry.wrapped = to_bytes(query.blob(5));
  return entry;
}

}  // namespace

Result<FileKind> identify(Connection& connection, std::int64_t application_id) {
  TRY(const std::int64_t tables, connection.integer("SELECT count(*) FROM sqlite_schema"));
  TRY(const std::int64_t application, connection.integer("PRAGMA application_id"));
  TRY(const std::int64_t version, connection.integer("PRAGMA user_version"));
  if (tables == 0 && application == 0 && version == 0) return FileKind::fresh;
  if (application != application_id) {
    return fail(
        Code::malformed,
        "this file belongs to another program, or to another part of Comity: name the store");
  }
  if (version != schema_version) {
    return fail(Code::invalid, "the store has schema " + std::to_string(version) +
                                   ", this program knows " + std::to_string(schema_version) +
                                   ": use the Comity that wrote it, or a later one");
  }
  return FileKind::ours;
}

Result<void> create_store_tables(Connection& connection) {
  return create(connection, store_tables, store_application_id);
}
Result<void> create_keys_tables(Connection& connection) {
  return create(connection, keys_tables, keys_application_id);
}

Result<KeysState> read_keys_state(Connection& connection) {
  Query query(connection, "SELECT name, made_at, expires_at FROM backup");
  TRY(const bool found, query.step());
  if (!found)
    return fail(Code::malformed, "the file of record keys is not finished: use another backup");
  KeysState state{to_bytes(query.blob(0)), Instant(Millis(query.integer(1))), std::nullopt};
  if (!query.is_null(2)) state.expires_at = Instant(Millis(query.integer(2)));
  return state;
}

Result<void> insert_keys_state(Connection& connection, const KeysState& state) {
  Query query(connection, "INSERT INTO backup VALUES(1, ?1, ?2, ?3)");
  query.bind(1, BytesView(state.backup)).bind(2, milliseconds(state.made_at));
  state.expires_at ? query.bind(3, milliseconds(*state.expires_at)) : query.bind_null(3);
  return query.run();
}

Result<std::uint64_t> copy_table(Connection& from, Connection& to, Table table,
                                 const std::function<void(std::uint64_t)>& progress) {
  struct Texts {
    std::string_view read, write;
  };
  static constexpr std::array<Texts, 6> texts = {
      {{"SELECT * FROM row ORDER BY space, key", "INSERT INTO row VALUES(?1, ?2, ?3, ?4)"},
       {"SELECT * FROM sealed WHERE space <> ?1 ORDER BY id",
        "INSERT INTO sealed VALUES(?1, ?2, ?3, ?4, ?5)"},
       {"SELECT * FROM entry ORDER BY position", "INSERT INTO entry VALUES(?1, ?2, ?3, ?4, ?5)"},
       {"SELECT * FROM head ORDER BY size", "INSERT INTO head VALUES(?1, ?2)"},
       {"SELECT * FROM tile ORDER BY id", "INSERT INTO tile VALUES(?1, ?2)"},
       {"SELECT * FROM record_key ORDER BY position", "INSERT INTO record_key VALUES(?1, ?2)"}}};
  const Texts& sql = texts[static_cast<std::size_t>(table)];
  Query read(from, sql.read);
  Query write(to, sql.write);
  static_assert(node::is_derived(node::Space::object_bytes));
  if (table == Table::sealed) read.bind(1, number_of(node::Space::object_bytes));
  for (std::uint64_t copied = 0;; ++copied) {
    TRY(const bool row, read.step());
    if (!row) return copied;
    for (int column = 0; column < read.columns(); ++column)
      write.bind(column + 1, read.value(column));
    TRY_VOID(write.run());
    if (copied % 4096 == 0) progress(copied);
  }
}

Result<void> create_incarnation_table(Connection& connection) {
  TRY_VOID(connection.run("BEGIN IMMEDIATE"));
  auto made = create(connection, incarnation_table, incarnation_application_id);
  if (made) made = connection.run("COMMIT");
  connection.rollback();
  return made;
}

Result<std::optional<Remembered>> read_incarnation(Connection& connection) {
  Query query(connection, "SELECT now, next FROM incarnation");
  TRY(const bool found, query.step());
  if (!found) return std::nullopt;
  return Remembered{to_bytes(query.blob(0)), to_bytes(query.blob(1))};
}

Result<void> write_incarnation(Connection& connection, const Remembered& remembered) {
  Query query(connection, "INSERT OR REPLACE INTO incarnation VALUES(1, ?1, ?2)");
  return query.bind(1, BytesView(remembered.now)).bind(2, BytesView(remembered.next)).run();
}

Result<State> read_state(Connection& connection) {
  Query query(connection,
              "SELECT head_size, head_root, row_version, incarnation, restored, key_check, backup "
              "FROM state");
  TRY(const bool found, query.step());
  if (!found) return fail(Code::corrupt, "the store's state row is missing: restore a backup");
  State state;
  state.head.size = query.natural(0);
  TRY(state.head.root, root_of(query.blob(1)));
  state.row_version = query.natural(2);
  state.incarnation = to_bytes(query.blob(3));
  state.restored = query.integer(4) != 0;
  state.key_check = to_bytes(query.blob(5));
  state.backup = to_bytes(query.blob(6));
  return state;
}

Result<node::Head> read_head(Connection& connection) {
  Query query(connection, "SELECT head_size, head_root FROM state");
  TRY(const bool found, query.step());
  if (!found) return fail(Code::corrupt, "the store's state row is missing: restore a backup");
  TRY(const Hash root, root_of(query.blob(1)));
  return node::Head{query.natural(0), root};
}

Result<void> insert_state(Connection& connection, const State& state) {
  Query query(connection, "INSERT INTO state VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  query.bind(1, state.head.size).bind(2, state.head.root.view()).bind(3, state.row_version);
  query.bind(4, BytesView(state.incarnation)).bind(5, std::int64_t{state.restored ? 1 : 0});
  query.bind(6, BytesView(state.key_check)).bind(7, BytesView(state.backup));
  return query.run();
}

Result<void> put_incarnation(Connection& connection, BytesView incarnation, bool restored) {
  Query query(connection, "UPDATE state SET incarnation = ?1, restored = ?2");
  return query.bind(1, incarnation).bind(2, std::int64_t{restored ? 1 : 0}).run();
}

Result<void> put_head(Connection& connection, std::uint64_t before, const node::Head& head,
                      std::uint64_t row_version) {
  Query query(
      connection,
      "UPDATE state SET head_size = ?1, head_root = ?2, row_version = ?3 WHERE head_size = ?4");
  TRY_VOID(query.bind(1, head.size)
               .bind(2, head.root.view())
               .bind(3, row_version)
               .bind(4, before)
               .run());
  if (connection.changes() != 1) {
    return fail(Code::conflict,
                "the ledger's head moved under an open group: two processes use one store");
  }
  return {};
}

namespace {

// The same statement over the one table or the other: literals, as Query wants them.
struct RowTexts {
  std::string_view read, version, up, down, put, erase, empty;
};
constexpr RowTexts plain_texts{
    "SELECT value, version FROM row WHERE space = ?1 AND key = ?2",
    "SELECT version FROM row WHERE space = ?1 AND key = ?2",
    "SELECT key, value, version FROM row WHERE space = ?1 AND key >= ?2 ORDER BY key",
    "SELECT key, value, version FROM row WHERE space = ?1 AND key <= ?2 ORDER BY key DESC",
    "INSERT INTO row VALUES(?1, ?2, ?3, ?4) "
    "ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version",
    "DELETE FROM row WHERE space = ?1 AND key = ?2",
    "DELETE FROM row WHERE space = ?1"};
constexpr RowTexts sealed_texts{
    "SELECT value, version FROM sealed WHERE space = ?1 AND key = ?2",
    "SELECT version FROM sealed WHERE space = ?1 AND key = ?2",
    "SELECT key, value, version FROM sealed WHERE space = ?1 AND key >= ?2 ORDER BY key",
    "SELECT key, value, version FROM sealed WHERE space = ?1 AND key <= ?2 ORDER BY key DESC",
    "INSERT INTO sealed(space, key, value, version) VALUES(?1, ?2, ?3, ?4) "
    "ON CONFLICT(space, key) DO UPDATE SET value = excluded.value, version = excluded.version",
    "DELETE FROM sealed WHERE space = ?1 AND key = ?2",
    "DELETE FROM sealed WHERE space = ?1"};

const RowTexts& texts_of(node::Space space) {
  return node::is_sealed(space) ? sealed_texts : plain_texts;
}

std::string_view value_at(const Query& query, int column, node::Space space) {
  return node::is_sealed(space) ? as_text(query.blob(column)) : query.text(column);
}

Result<void> walk_rows(Query& query, node::Space space, const TakeRow& take) {
  for (;;) {
    TRY(const bool found, query.step());
    if (!found || !take(query.text(0), value_at(query, 1, space), query.natural(2))) return {};
  }
}

}  // namespace

Result<std::optional<node::Row>> read_row(Connection& connection, node::Space space,
                                          std::string_view key, const OpenValue& open) {
  Query query(connection, texts_of(space).read);
  TRY(const bool found, query.bind(1, number_of(space)).bind(2, key).step());
  if (!found) return std::nullopt;
  TRY(std::string value, open(value_at(query, 0, space)));
  return node::Row{std::move(value), query.natural(1)};
}

Result<std::uint64_t> read_row_version(Connection& connection, node::Space space,
                                       std::string_view key) {
  Query query(connection, texts_of(space).version);
  TRY(const bool found, query.bind(1, number_of(space)).bind(2, key).step());
  return found ? query.natural(0) : 0;
}

std::string scan_start(std::string_view prefix, std::string_view after) {
  std::string start(after < prefix ? prefix : after);
  if (after >= prefix) start.push_back('\0');  // the least key above `after`
  return start;
}

Result<void> scan_rows(Connection& connection, node::Space space, std::string_view lower,
                       const TakeRow& take) {
  Query query(connection, texts_of(space).up);
  query.bind(1, number_of(space)).bind(2, lower);
  return walk_rows(query, space, take);
}

Result<void> scan_rows_down(Connection& connection, node::Space space, std::string_view upper,
                            const TakeRow& take) {
  Query query(connection, texts_of(space).down);
  query.bind(1, number_of(space)).bind(2, upper);
  return walk_rows(query, space, take);
}

Result<std::optional<node::KeyedRow>> stored_until(Connection& connection, node::Space space,
                                                   std::string_view prefix, std::string_view key) {
  std::optional<node::KeyedRow> found;
  TRY_VOID(scan_rows_down(connection, space, key,
                          [&](std::string_view at, std::string_view value, std::uint64_t version) {
                            if (at.starts_with(prefix))
                              found =
                                  node::KeyedRow{std::string(at), {std::string(value), version}};
                            return false;
                          }));
  return found;
}

Result<void> put_row(Connection& connection, node::Space space, std::string_view key,
                     std::string_view value, std::uint64_t version) {
  Query query(connection, texts_of(space).put);
  query.bind(1, number_of(space)).bind(2, key).bind(4, version);
  node::is_sealed(space) ? query.bind(3, as_bytes(value)) : query.bind(3, value);
  return query.run();
}

Result<void> delete_row(Connection& connection, node::Space space, std::string_view key) {
  Query query(connection, texts_of(space).erase);
  return query.bind(1, number_of(space)).bind(2, key).run();
}

Result<void> delete_rows(Connection& connection, node::Space space) {
  Query query(connection, texts_of(space).empty);
  return query.bind(1, number_of(space)).run();
}

Result<std::optional<EntryRow>> read_entry(Connection& connection, std::uint64_t position) {
  Query query(connection,
              "SELECT entry.position, recorded_at, conversation, leaf, sealed, wrapped FROM entry "
              "LEFT JOIN record_key USING(position) WHERE entry.position = ?1");
  TRY(const bool found, query.bind(1, position).step());
  if (!found) return std::nullopt;
  return entry_of(query);
}

Result<void> scan_entries(Connection& connection, std::uint64_t first,
                          const std::function<bool(const EntryRow&)>& take) {
  Query query(
      connection,
      "SELECT entry.position, recorded_at, conversation, leaf, sealed, wrapped FROM entry "
      "LEFT JOIN record_key USING(position) WHERE entry.position >= ?1 ORDER BY entry.position");
  query.bind(1, first);
  for (;;) {
    TRY(const bool found, query.step());
    if (!found || !take(entry_of(query))) return {};
  }
}

Result<std::vector<std::uint64_t>> read_filed(Connection& connection,
                                              std::string_view conversation) {
  std::vector<std::uint64_t> positions;
  Query query(connection,
              "SELECT position FROM entry WHERE conversation = ?1 AND conversation <> '' "
              "ORDER BY position");
  query.bind(1, conversation);
  for (;;) {
    TRY(const bool found, query.step());
    if (!found) return positions;
    positions.push_back(query.natural(0));
  }
}

Result<std::optional<Bytes>> read_wrapped(Connection& connection, std::uint64_t position) {
  Query query(connection, "SELECT wrapped FROM record_key WHERE position = ?1");
  TRY(const bool found, query.bind(1, position).step());
  if (!found) return std::nullopt;
  return to_bytes(query.blob(0));
}

Result<void> insert_entry(Connection& connection, const EntryRow& entry) {
  {
    Query query(connection, "INSERT INTO entry VALUES(?1, ?2, ?3, ?4, ?5)");
    query.bind(1, entry.position).bind(2, milliseconds(entry.recorded_at));
    query.bind(3, std::string_view(entry.conversation)).bind(4, BytesView(entry.leaf));
    entry.sealed ? query.bind(5, BytesView(*entry.sealed)) : query.bind_null(5);
    TRY_VOID(query.run());
  }
  if (!entry.wrapped) return {};
  Query query(connection, "INSERT INTO record_key VALUES(?1, ?2)");
  return query.bind(1, entry.position).bind(2, BytesView(*entry.wrapped)).run();
}

Result<void> erase_entry(Connection& connection, std::uint64_t position) {
  Query key(connection, "DELETE FROM record_key WHERE position = ?1");
  TRY_VOID(key.bind(1, position).run());
  Query record(connection, "UPDATE entry SET sealed = NULL WHERE position = ?1");
  return record.bind(1, position).run();
}

Result<std::optional<node::Head>> read_head_at(Connection& connection, std::uint64_t size) {
  Query query(connection, "SELECT root FROM head WHERE size = ?1");
  TRY(const bool found, query.bind(1, size).step());
  if (!found) return std::nullopt;
  TRY(const Hash root, root_of(query.blob(0)));
  return node::Head{size, root};
}

Result<std::uint64_t> read_tree_size_of(Connection& connection, std::uint64_t position) {
  Query query(connection, "SELECT size FROM head WHERE size > ?1 ORDER BY size LIMIT 1");
  TRY(const bool found, query.bind(1, position).step());
  return found ? query.natural(0) : 0;
}

Result<std::optional<node::Head>> read_head_from(Connection& connection, std::uint64_t size) {
  Query query(connection, "SELECT size, root FROM head WHERE size >= ?1 ORDER BY size LIMIT 1");
  TRY(const bool found, query.bind(1, size).step());
  if (!found) return std::nullopt;
  TRY(const Hash root, root_of(query.blob(1)));
  return node::Head{query.natural(0), root};
}

Result<void> insert_head(Connection& connection, const node::Head& head) {
  Query query(connection, "INSERT INTO head VALUES(?1, ?2)");
  return query.bind(1, head.size).bind(2, head.root.view()).run();
}

Result<std::optional<Bytes>> read_tile(Connection& connection, const ledger::TileId& tile) {
  if (tile.level >= 128 || tile.index >= 1ull << 56) return std::nullopt;
  Query query(connection, "SELECT hashes FROM tile WHERE id = ?1");
  TRY(const bool found, query.bind(1, id_of(tile)).step());
  if (!found) return std::nullopt;
  return to_bytes(query.blob(0));
}

Result<void> scan_tile_ids(Connection& connection,
                           const std::function<void(const ledger::TileId&)>& take) {
  Query query(connection, "SELECT id FROM tile ORDER BY id");
  for (;;) {
    TRY(const bool found, query.step());
    if (!found) return {};
    take(tile_of(query.integer(0)));
  }
}

Result<void> put_tile(Connection& connection, const ledger::TileWrite& tile) {
  Query query(connection,
              "INSERT INTO tile VALUES(?1, ?2) ON CONFLICT DO UPDATE SET hashes = excluded.hashes");
  return query.bind(1, id_of({tile.level, tile.index})).bind(2, BytesView(tile.hashes)).run();
}

bool is_made_of_leaves(const ledger::TileId& tile, unsigned width) {
  return tile.level == 0 && width > 0 && width < ledger::tile_width;
}

Result<Bytes> make_tile_of_leaves(Connection& connection, std::uint64_t index, unsigned width) {
  Bytes hashes;
  Query query(connection,
              "SELECT leaf FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position");
  const std::uint64_t first = index * ledger::tile_width;
  query.bind(1, first).bind(2, first + width);
  for (;;) {
    TRY(const bool found, query.step());
    if (!found) return hashes;
    const Hash hash = ledger::leaf_hash(query.blob(0));
    hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
  }
}

ledger::TileSource tile_source(Connection& connection) {
  return [&connection](const ledger::TileId& tile, unsigned width) -> Result<Bytes> {
    if (is_made_of_leaves(tile, width)) return make_tile_of_leaves(connection, tile.index, width);
    TRY(auto hashes, read_tile(connection, tile));
    if (hashes) return *std::move(hashes);
    return fail(Code::corrupt, "a tile of the ledger is missing: run comity store check",
                "tile " + std::to_string(tile.level) + "/" + std::to_string(tile.index));
  };
}

Result<void> check_pages(Connection& connection,
                         const std::function<void(std::string_view)>& found) {
  static_assert(limits::check_problems_max == 100, "the number below is this one");
  Query pages(connection, "PRAGMA integrity_check(100)");
  for (;;) {
    TRY(const bool row, pages.step());
    if (!row) break;
    if (pages.text(0) != "ok") found(pages.text(0));
  }
  Query keys(connection, "PRAGMA foreign_key_check");
  for (;;) {
    TRY(const bool row, keys.step());
    if (!row) return {};
    found(std::string(keys.text(0)) + " " + std::string(keys.text(1)) + " names a row of " +
          std::string(keys.text(2)) + " that is not there");
  }
}

Result<Counts> count_all(Connection& connection) {
  const auto count = [&](std::string_view sql) -> Result<std::uint64_t> {
    TRY(const std::int64_t counted, connection.integer(sql));
    return static_cast<std::uint64_t>(counted);
  };
  Counts counts;
  TRY(counts.rows, count("SELECT (SELECT count(*) FROM row) + (SELECT count(*) FROM sealed)"));
  TRY(counts.entries, count("SELECT count(*) FROM entry"));
  TRY(counts.heads, count("SELECT count(*) FROM head"));
  TRY(counts.last_row_version, count("SELECT max((SELECT coalesce(max(version), 0) FROM row), "
                                     "(SELECT coalesce(max(version), 0) FROM sealed))"));
  return counts;
}

}  // namespace comity::store
