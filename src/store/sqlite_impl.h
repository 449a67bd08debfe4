#pragma once
// What the SQLite store is inside, for its group, its snapshots, the check and the backup. Of this
// room alone.
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/tile.h"
#include "node/ports.h"
#include "store/sealing.h"
#include "store/sqlite.h"
#include "store/sqlite_store.h"
#include "store/tables.h"

namespace comity::store {

class SqliteStore::Impl {
 public:
  // A pooled connection inside a read transaction; goes back to the pool when it goes.
  class Reader {
   public:
    Reader(Impl& store, std::unique_ptr<Connection> connection, const node::Head& head)
        : store_(&store), connection_(std::move(connection)), head_(head) {}
    Reader(Reader&&) = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    [[nodiscard]] Connection& connection() { return *connection_; }
    [[nodiscard]] const node::Head& head() const { return head_; }

   private:
    Impl* store_;
    std::unique_ptr<Connection> connection_;
    node::Head head_;
  };

  [[nodiscard]] static Result<std::unique_ptr<Impl>> open(SqliteOptions options);

  [[nodiscard]] Result<Reader> reader();
  [[nodiscard]] Result<State> begin_write();  // BEGIN IMMEDIATE; the state as it is there
  void end_write(bool erased);                // after COMMIT or ROLLBACK
  [[nodiscard]] Result<void> clear_restored();

  [[nodiscard]] Random& random() { return random_; }  // for whoever holds the group
  [[nodiscard]] const SqliteOptions& options() const { return options_; }
  [[nodiscard]] const Sealer& sealer() const { return sealer_; }
  [[nodiscard]] Connection& writer() { return *writer_; }
  [[nodiscard]] std::shared_ptr<const ledger::TileBuilder> tree() const;
  void set_tree(ledger::TileBuilder tree);
  // As it was at `head`, by a connection that sees it.
  [[nodiscard]] Result<std::optional<Bytes>> tile(Connection& connection,
                                                  const ledger::TileId& tile,
                                                  const node::Head& head) const;
  [[nodiscard]] bool restored() const { return restored_; }
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

 private:
  explicit Impl(SqliteOptions options);
  [[nodiscard]] Result<State> open_main();
  [[nodiscard]] Result<void> create_main();
  [[nodiscard]] Result<State> read_main();
  [[nodiscard]] Result<void> take_incarnation(const State& state);
  void give_back(std::unique_ptr<Connection> connection);
  void empty_log();

  SqliteOptions options_;
  Sealer sealer_;
  RandomBuffer random_;
  std::unique_ptr<Connection> writer_;
  mutable std::mutex tree_mutex_;
  std::shared_ptr<const ledger::TileBuilder> tree_;  // of the committed leaves
  Bytes incarnation_;
  std::atomic<bool> restored_ = false;
  std::atomic<std::uint64_t> generation_ = 0;
  bool writing_ = false;
  bool log_holds_erased_ = false;

  std::mutex idle_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

// A row as its readers want it: `raw` is as it lies there.
[[nodiscard]] Result<std::string> opened_value(const Sealer& sealer, node::Space space,
                                               std::string_view key, std::string_view raw);
[[nodiscard]] Result<std::optional<node::Row>> opened_row(const Sealer& sealer, Connection& db,
                                                          node::Space space, std::string_view key);

// Opens the seals of an entry as it lies there.
[[nodiscard]] Result<node::StoredEntry> stored_entry(const Sealer& sealer, EntryRow row,
                                                     std::uint64_t tree_size);
[[nodiscard]] Result<std::optional<Hash>> opened_commitment_key(
    const Sealer& sealer, std::uint64_t position, const std::optional<Bytes>& wrapped);

// The group over `store`'s writer, whose transaction is open and whose state is `state`.
enum class GroupKind : std::uint8_t { usual, rebuild };
[[nodiscard]] std::unique_ptr<node::Group> make_group(SqliteStore::Impl& store, const State& state,
                                                      GroupKind kind = GroupKind::usual);

}  // namespace comity::store
