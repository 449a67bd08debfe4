// The gathered log is the log: whatever else reads the file finds what SQLite wrote.
#include "store/log_vfs.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "store/failing_vfs.h"
#include "store/sqlite.h"
#include "store/test_kit.h"

namespace comity::store {
namespace {

class GatheredLog : public testing::Test {
 protected:
  std::unique_ptr<Connection> open(const std::string& path, const std::string& vfs = {}) {
    auto opened = Connection::open(
        {.path = path, .vfs = vfs, .access = Access::create, .cache_bytes = 64u << 10});
    EXPECT_TRUE(opened) << to_text(opened.error());
    EXPECT_TRUE((*opened)->set_journal(Journal::wal));
    return *std::move(opened);
  }
  static void run(Connection& connection, const char* sql) {
    const auto done = connection.run(sql);
    ASSERT_TRUE(done) << to_text(done.error());
  }
  // What a machine would find that stopped now and lost nothing.
  std::int64_t found_by_another(const char* sql) {
    const std::string copy = folder_.path("copy");
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(path_ + suffix, copy + suffix,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    const auto found = open(copy)->integer(sql);
    EXPECT_TRUE(found);
    return found.value_or(-1);
  }

  kit::Folder folder_;
  std::string path_ = folder_.path("db");
};

constexpr const char* table = "CREATE TABLE t(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)";
constexpr const char* forty_pages =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) "
    "INSERT INTO t(bytes) SELECT randomblob(3000) FROM n";
constexpr const char* sum = "SELECT sum(length(bytes)) FROM t";

TEST_F(GatheredLog, a_transaction_of_forty_pages_is_written_in_a_few_calls) {
  FailingVfs disk;
  const auto db = open(path_, FailingVfs::name);
  run(*db, table);
  const std::size_t before = disk.writes();
  run(*db, forty_pages);
  EXPECT_LE(disk.writes() - before, 6u);
}

// Syncs write what is held back; here there is none, so the last frame alone must do it.
TEST_F(GatheredLog, a_transaction_that_ended_is_in_the_file_without_any_sync) {
  const auto db = open(path_);
  run(*db, "PRAGMA synchronous=OFF");
  run(*db, table);
  for (int count = 1; count <= 3; ++count) {
    run(*db, forty_pages);
    EXPECT_EQ(found_by_another(sum), 120'000 * count);
  }
}

// A transaction larger than the cache puts pages into the log before it ends, reads them back,
// changes them again, and then writes the headers anew from there on.
TEST_F(GatheredLog, pages_that_the_cache_gave_up_are_read_back_and_changed_again) {
  const auto db = open(path_);
  run(*db, "PRAGMA synchronous=OFF");
  run(*db, table);
  run(*db, "BEGIN");
  run(*db, forty_pages);
  EXPECT_EQ(found_by_another(sum), 0) << "it has not ended";
  for (int round = 0; round < 3; ++round) {
    run(*db, "UPDATE t SET bytes = zeroblob(3000) WHERE id % 3 = 0");
    run(*db, "UPDATE t SET bytes = randomblob(3100) WHERE id % 3 = 1");
    EXPECT_EQ(db->integer(sum).value(), 40 * 3'000 + 14 * 100);
  }
  run(*db, "COMMIT");
  EXPECT_EQ(found_by_another(sum), 40 * 3'000 + 14 * 100);
}

TEST_F(GatheredLog, what_was_rolled_back_is_written_over) {
  const auto db = open(path_);
  run(*db, table);
  run(*db, "BEGIN");
  run(*db, forty_pages);
  run(*db, "ROLLBACK");
  run(*db, "INSERT INTO t(bytes) VALUES(zeroblob(7))");
  EXPECT_EQ(found_by_another(sum), 7);
}

TEST_F(GatheredLog, another_connection_reads_on_beside_it) {
  const auto db = open(path_);
  run(*db, table);
  const auto reader = Connection::open({.path = path_, .access = Access::read}).value();
  for (int count = 1; count <= 50; ++count) {
    run(*db, forty_pages);
    ASSERT_EQ(reader->integer(sum).value(), 120'000 * count);
  }
}

TEST_F(GatheredLog, there_is_none_over_a_file_system_that_is_not_there) {
  EXPECT_EQ(gathering_log("no-such-file-system"), "");
  EXPECT_FALSE(Connection::open({.path = path_, .vfs = "no-such-file-system"}));
}

}  // namespace
}  // namespace comity::store
