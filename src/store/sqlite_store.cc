#include "store/sqlite_store.h"

#include <filesystem>
#include <utility>

#include "base/check.h"
#include "ledger/leaf.h"
#include "store/sqlite_impl.h"

namespace comity::store {
namespace {

constexpr std::size_t idle_readers_max = 4;
constexpr std::size_t incarnation_bytes = 16;

// The log is written into the file every so many pages (16 MiB): seldom enough not to slow writing,
// often enough that a start after a crash has little to read.
constexpr const char* writer_pragmas =
    "PRAGMA wal_autocheckpoint=4096; PRAGMA journal_size_limit=33554432;";

std::string incarnation_path(const std::string& path) {
  return path + "-incarnation";
}

Result<std::unique_ptr<Connection>> open_incarnation(const SqliteOptions& options) {
  TRY(auto file, Connection::open({.path = incarnation_path(options.path),
                                   .vfs = options.vfs,
                                   .access = Access::create,
                                   .cache_bytes = 64u << 10}));
  TRY_VOID(file->set_journal(Journal::rollback));
  TRY(const FileKind kind, identify(*file, incarnation_application_id));
  if (kind == FileKind::fresh) TRY_VOID(create_incarnation_table(*file));
  return file;
}

class Snapshot final : public node::View {
 public:
  Snapshot(const SqliteStore::Impl& store, SqliteStore::Impl::Reader reader)
      : store_(store), sealer_(store.sealer()), reader_(std::move(reader)) {}

  Result<std::optional<node::Row>> get(node::Space space, std::string_view key) override {
    return opened_row(sealer_, reader_.connection(), space, key);
  }

  Result<std::vector<node::KeyedRow>> scan(node::Space space, std::string_view prefix,
                                           std::string_view after, std::size_t count) override {
    std::vector<node::KeyedRow> rows;
    if (count == 0) return rows;
    std::optional<Error> failed;
    const auto take = [&](std::string_view key, std::string_view value, std::uint64_t version) {
      if (!key.starts_with(prefix)) return false;
      auto opened = opened_value(sealer_, space, key, value);
      if (!opened) {
        failed = std::move(opened).error();
        return false;
      }
      rows.push_back({std::string(key), {*std::move(opened), version}});
      return rows.size() < count;
    };
    TRY_VOID(scan_rows(reader_.connection(), space, scan_start(prefix, after), take));
    if (failed) return std::unexpected(*std::move(failed));
    return rows;
  }

  Result<std::optional<node::KeyedRow>> last_until(node::Space space, std::string_view prefix,
                                                   std::string_view key) override {
    TRY(auto row, stored_until(reader_.connection(), space, prefix, key));
    if (!row) return row;
    TRY(row->row.value, opened_value(sealer_, space, row->key, row->row.value));
    return row;
  }

  Result<std::optional<node::StoredEntry>> entry(std::uint64_t position) override {
    TRY(auto row, read_entry(reader_.connection(), position));
    if (!row) return std::nullopt;
    TRY(const std::uint64_t tree_size, read_tree_size_of(reader_.connection(), position));
    TRY(auto entry, stored_entry(sealer_, *std::move(row), tree_size));
    return entry;
  }

  Result<std::optional<Hash>> commitment_key(std::uint64_t position) override {
    TRY(const auto wrapped, read_wrapped(reader_.connection(), position));
    return opened_commitment_key(sealer_, position, wrapped);
  }

  Result<std::vector<std::uint64_t>> filed_under(std::string_view conversation) override {
    return read_filed(reader_.connection(), conversation);
  }
  Result<std::uint64_t> next_position() override { return reader_.head().size; }
  Result<node::Head> head() override { return reader_.head(); }
  Result<std::optional<node::Head>> head_at(std::uint64_t size) override {
    return read_head_at(reader_.connection(), size);
  }
  Result<std::optional<Bytes>> tile(unsigned level, std::uint64_t index) override {
    return store_.tile(reader_.connection(), {level, index}, reader_.head());
  }

 private:
  const SqliteStore::Impl& store_;
  const Sealer& sealer_;
  SqliteStore::Impl::Reader reader_;
};

}  // namespace

Result<std::string> opened_value(const Sealer& sealer, node::Space space, std::string_view key,
                                 std::string_view raw) {
  if (!node::is_sealed(space)) return std::string(raw);
  return sealer.open_row(space, key, raw);
}

Result<std::optional<node::Row>> opened_row(const Sealer& sealer, Connection& db, node::Space space,
                                            std::string_view key) {
  return read_row(db, space, key,
                  [&](std::string_view raw) { return opened_value(sealer, space, key, raw); });
}

Result<node::StoredEntry> stored_entry(const Sealer& sealer, EntryRow row,
                                       std::uint64_t tree_size) {
  node::StoredEntry entry;
  const auto leaf = ledger::parse_leaf(row.leaf);
  if (!leaf) {
    return fail(Code::corrupt, "the leaf is not one: run comity store check",
                "entry " + std::to_string(row.position));
  }
  entry.position = row.position;
  entry.type = leaf->type;
  entry.recorded_at = row.recorded_at;
  entry.actor = Bytes(leaf->actor.begin(), leaf->actor.end());
  entry.conversation = std::move(row.conversation);
  entry.tree_size = tree_size;
  entry.leaf = std::move(row.leaf);
  if (row.sealed.has_value() != row.wrapped.has_value()) {
    return fail(Code::corrupt, "the entry has lost its record or its key: restore it from a backup",
                "entry " + std::to_string(row.position));
  }
  if (row.sealed) {
    TRY(const crypto::Secret record_key, sealer.unwrap(row.position, *row.wrapped));
    TRY(entry.record, sealer.open(row.position, *row.sealed, record_key));
  }
  return entry;
}

Result<std::optional<Hash>> opened_commitment_key(const Sealer& sealer, std::uint64_t position,
                                                  const std::optional<Bytes>& wrapped) {
  if (!wrapped) return std::nullopt;
  TRY(const crypto::Secret record_key, sealer.unwrap(position, *wrapped));
  return Hash{ledger::commitment_key(record_key.view()).bytes};
}

SqliteStore::Impl::Reader::~Reader() {
  if (connection_) store_->give_back(std::move(connection_));
}

SqliteStore::Impl::Impl(SqliteOptions options)
    : options_(std::move(options)), sealer_(options_.kek), random_(options_.random) {}

Result<std::unique_ptr<SqliteStore::Impl>> SqliteStore::Impl::open(SqliteOptions options) {
  if (options.kek.view().size() != 32) {
    return fail(Code::bad_value, "the node's key must be 32 bytes", "kek");
  }
  std::unique_ptr<Impl> store(new Impl(std::move(options)));
  TRY(const State state, store->open_main());
  const bool reads = store->options_.opening == Opening::read;
  if (reads) store->restored_ = state.restored;
  if (!reads) TRY_VOID(store->take_incarnation(state));
  TRY(auto tree, ledger::TileBuilder::open(state.head, tile_source(*store->writer_)));
  store->set_tree(std::move(tree));
  if (reads) return store;
  // A crash may have left the log with bytes that were erased since.
  store->log_holds_erased_ = true;
  store->empty_log();
  return store;
}

// Nothing is written before the file is known to be ours and the key to be its own.
Result<State> SqliteStore::Impl::open_main() {
  const bool reads = options_.opening == Opening::read;
  std::error_code unknown;
  if (reads && options_.vfs.empty() && !std::filesystem::exists(options_.path, unknown))
    return fail(Code::not_found, "there is no store here", options_.path);
  TRY(writer_, Connection::open({.path = options_.path,
                                 .vfs = options_.vfs,
                                 .access = reads ? Access::read : Access::create,
                                 .cache_bytes = options_.cache_bytes}));
  TRY(const FileKind kind, identify(*writer_, store_application_id));
  if (reads && kind == FileKind::fresh)
    return fail(Code::malformed, "the store is empty", options_.path);
  if (!reads) {
    TRY_VOID(writer_->set_journal(Journal::wal));
    TRY_VOID(writer_->run(writer_pragmas));
    if (kind == FileKind::fresh) TRY_VOID(create_main());
  }
  return read_main();
}

Result<State> SqliteStore::Impl::read_main() {
  TRY(State state, read_state(*writer_));
  if (!state.backup.empty()) {
    return fail(Code::invalid, "this is a backup's journal, without its keys: restore it first",
                options_.path);
  }
  if (!sealer_.is_own_check(state.key_check)) {
    return fail(
        Code::not_allowed,
        "this key does not open the store: give the node's key that the store was made with",
        options_.path);
  }
  return state;
}

Result<void> SqliteStore::Impl::create_main() {
  State state;
  state.key_check = sealer_.make_check(random_);
  const auto write = [&]() -> Result<void> {
    TRY_VOID(writer_->run("BEGIN IMMEDIATE"));
    TRY_VOID(create_store_tables(*writer_));
    TRY_VOID(insert_state(*writer_, state));
    TRY_VOID(insert_head(*writer_, state.head));
    return writer_->run("COMMIT");
  };
  auto written = write();
  writer_->rollback();
  return written;
}

// Every opening gives the store a new name, here and in the file beside it, which no backup
// carries. A store whose name is not the one remembered was put there from elsewhere or from
// earlier. Three writes: a crash after the first leaves the old name, one after the second the new
// one, and both are remembered then.
Result<void> SqliteStore::Impl::take_incarnation(const State& state) {
  TRY(const auto file, open_incarnation(options_));
  TRY(const auto remembered, read_incarnation(*file));
  const bool own =
      remembered && (state.incarnation == remembered->now || state.incarnation == remembered->next);
  const bool first = !remembered && state.incarnation.empty() && state.head.size == 0;
  const bool restored = state.restored || !(own || first);

  Bytes next(incarnation_bytes);
  random_.fill(next);
  TRY_VOID(write_incarnation(*file, {state.incarnation, next}));
  TRY_VOID(put_incarnation(*writer_, next, restored));
  TRY_VOID(write_incarnation(*file, {next, next}));
  incarnation_ = std::move(next);
  restored_ = restored;
  return {};
}

Result<SqliteStore::Impl::Reader> SqliteStore::Impl::reader() {
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(idle_mutex_);
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!connection) {
    TRY(connection, Connection::open({.path = options_.path,
                                      .vfs = options_.vfs,
                                      .access = Access::read,
                                      .cache_bytes = options_.reader_cache_bytes}));
  }
  TRY_VOID(connection->run("BEGIN"));
  // A read transaction stands still from its first read on, not from BEGIN.
  auto head = read_head(*connection);
  if (!head) {
    connection->rollback();
    return std::unexpected(std::move(head).error());
  }
  return Reader(*this, std::move(connection), *head);
}

std::shared_ptr<const ledger::TileBuilder> SqliteStore::Impl::tree() const {
  const std::lock_guard lock(tree_mutex_);
  return tree_;
}

void SqliteStore::Impl::set_tree(ledger::TileBuilder tree) {
  auto next = std::make_shared<const ledger::TileBuilder>(std::move(tree));
  const std::lock_guard lock(tree_mutex_);
  tree_.swap(next);
}

// A tile only grows: what it was at `head` is how the open one begins, unless that has become
// another since, or the commit that `head` is of has not told of its tree yet.
Result<std::optional<Bytes>> SqliteStore::Impl::tile(Connection& connection,
                                                     const ledger::TileId& tile,
                                                     const node::Head& head) const {
  const unsigned width = ledger::tile_width_at(tile, head.size);
  if (!is_made_of_leaves(tile, width)) return read_tile(connection, tile);
  if (auto open = tree()->open_tile(tile, width)) return open;
  return make_tile_of_leaves(connection, tile.index, width);
}

void SqliteStore::Impl::give_back(std::unique_ptr<Connection> connection) {
  connection->rollback();
  if (connection->in_transaction()) return;
  const std::lock_guard lock(idle_mutex_);
  if (idle_.size() < idle_readers_max) idle_.push_back(std::move(connection));
}

Result<State> SqliteStore::Impl::begin_write() {
  if (options_.opening == Opening::read)
    return fail(Code::wrong_state, "the store was opened for reading alone");
  if (writing_) return fail(Code::busy, "one group is open already: commit it or let it go first");
  TRY_VOID(writer_->run("BEGIN IMMEDIATE"));
  auto state = read_state(*writer_);
  if (state && state->incarnation != incarnation_) {
    state = fail(Code::conflict, "another process has opened this store since: stop one of the two",
                 options_.path);
  }
  if (state && state->head != tree()->head()) {
    state = fail(Code::corrupt, "the stored head is not the tree's: run comity store check",
                 options_.path);
  }
  if (!state) {
    writer_->rollback();
    return state;
  }
  writing_ = true;
  return state;
}

void SqliteStore::Impl::end_write(bool erased) {
  ++generation_;
  writer_->rollback();
  writing_ = false;
  log_holds_erased_ = log_holds_erased_ || erased;
  empty_log();
}

// What was erased stays legible in the log until the log is written over. A reader may hold it up,
// then the next commit tries again; a disk that fails here has failed no commit.
void SqliteStore::Impl::empty_log() {
  if (!log_holds_erased_) return;
  const auto emptied = writer_->truncate_log();
  log_holds_erased_ = !(emptied && *emptied);
}

Result<void> SqliteStore::Impl::clear_restored() {
  if (options_.opening == Opening::read)
    return fail(Code::wrong_state, "the store was opened for reading alone");
  if (writing_) return fail(Code::busy, "a group is open: commit it or let it go first");
  TRY_VOID(put_incarnation(*writer_, incarnation_, false));
  restored_ = false;
  return {};
}

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteOptions options) {
  TRY(auto impl, Impl::open(std::move(options)));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(impl)));
}

Result<std::unique_ptr<SqliteStore>> open_sqlite(SqliteOptions options) {
  return SqliteStore::open(std::move(options));
}

Result<std::unique_ptr<node::Group>> SqliteStore::begin() {
  TRY(const State state, impl_->begin_write());
  return make_group(*impl_, state);
}

Result<std::unique_ptr<node::Group>> SqliteStore::begin_rebuild() {
  TRY(const State state, impl_->begin_write());
  for (std::uint8_t i = 0; i < node::space_count; ++i) {
    const auto space = static_cast<node::Space>(i);
    if (!node::is_rebuilt(space)) continue;
    if (auto emptied = delete_rows(impl_->writer(), space); !emptied) {
      impl_->end_write(false);
      return std::unexpected(std::move(emptied).error());
    }
  }
  return make_group(*impl_, state, GroupKind::rebuild);
}

Result<std::unique_ptr<node::View>> SqliteStore::snapshot() {
  TRY(auto reader, impl_->reader());
  return std::make_unique<Snapshot>(*impl_, std::move(reader));
}

std::uint64_t SqliteStore::generation() const {
  return impl_->generation();
}
bool SqliteStore::restored_from_backup() const {
  return impl_->restored();
}
Result<void> SqliteStore::clear_restored() {
  return impl_->clear_restored();
}

}  // namespace comity::store
