// What only a store on disk can do: last, be opened with the wrong key, fill up, break, be copied.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/backup.h"
#include "store/check.h"
#include "store/failing_vfs.h"
#include "store/sqlite_impl.h"
#include "store/test_kit.h"

namespace comity::store {
namespace {

using kit::append;
using kit::commit_one;
using kit::noon;
using kit::put;
using node::Space;
using testing::HasSubstr;

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Sqlite : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() { return open_path(path_); }
  std::unique_ptr<SqliteStore> open_path(const std::string& path) {
    auto store = kit::open_at(path, random_);
    EXPECT_TRUE(store) << to_text(store.error());
    return *std::move(store);
  }
  Error refused_path(const std::string& path, crypto::Secret kek) {
    auto store = open_sqlite({.path = path, .kek = std::move(kek), .random = random_});
    EXPECT_FALSE(store) << "the store must not open";
    return store ? Error{} : store.error();
  }
  // Another connection to the same file, as a fault or another program would have it.
  void tamper(const char* sql) {
    auto other = Connection::open({.path = path_, .access = Access::write});
    ASSERT_TRUE(other);
    const auto done = (*other)->run(sql);
    ASSERT_TRUE(done) << to_text(done.error());
  }
  void expect_sound(SqliteStore& store) {
    const auto report = check_store(store);
    ASSERT_TRUE(report);
    EXPECT_THAT(report->problems, testing::IsEmpty());
  }
  static void must_commit(node::Store& store, const node::Plan& plan) {
    const auto head = commit_one(store, plan);
    ASSERT_TRUE(head) << to_text(head.error());
  }

  kit::Folder folder_;
  crypto::SeededRandom random_{5};
  std::string path_ = folder_.path("store");
};

// ---- opening

TEST_F(Sqlite, what_was_committed_is_there_after_reopening_and_the_tree_grows_on) {
  ledger::Frontier tree;
  for (int round = 0; round < 4; ++round) {
    const auto store = open();
    EXPECT_EQ(store->snapshot().value()->head().value(), tree.head());
    for (int i = 0; i < 75; ++i)
      must_commit(*store, kit::act_plan(tree.size() + static_cast<std::uint64_t>(i)));
    const auto view = store->snapshot().value();
    while (tree.size() < view->head().value().size) {
      tree.append(ledger::leaf_hash(view->entry(tree.size()).value().value().leaf));
    }
    expect_sound(*store);
  }
  EXPECT_EQ(tree.size(), 300u);
}

TEST_F(Sqlite, versions_do_not_come_back_after_reopening) {
  must_commit(*open(), put(Space::self, "k", "v"));
  const auto first = open()->snapshot().value()->get(Space::self, "k").value().value().version;
  node::Plan gone;
  gone.rows.push_back({Space::self, "k", std::nullopt});
  must_commit(*open(), gone);
  must_commit(*open(), put(Space::self, "k", "v"));
  EXPECT_GT(open()->snapshot().value()->get(Space::self, "k").value().value().version, first);
}

TEST_F(Sqlite, the_wrong_key_is_told_apart_and_harms_nothing) {
  must_commit(*open(), append("secret"));
  const Error error = refused_path(path_, kit::test_kek(8));
  EXPECT_EQ(error.code, Code::not_allowed);
  EXPECT_THAT(error.what, HasSubstr("key"));
  EXPECT_EQ(open()->snapshot().value()->entry(0).value().value().record, "secret");
  EXPECT_FALSE(open()->restored_from_backup());
}

TEST_F(Sqlite, a_key_of_another_length_is_refused) {
  EXPECT_EQ(refused_path(path_, crypto::Secret(Bytes(31, 7))).code, Code::bad_value);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(Sqlite, a_folder_that_is_not_there_is_named) {
  const Error error = refused_path(folder_.path("no/such/store"), kit::test_kek());
  EXPECT_EQ(error.code, Code::io);
  EXPECT_THAT(error.what, HasSubstr("folder"));
}

TEST_F(Sqlite, a_foreign_file_is_refused_and_left_as_it_was) {
  std::ofstream(path_) << std::string(8192, 'x');
  EXPECT_EQ(refused_path(path_, kit::test_kek()).code, Code::malformed);
  EXPECT_EQ(file_bytes(path_), std::string(8192, 'x'));

  const std::string other = folder_.path("other.db");
  {
    auto database = Connection::open({.path = other, .access = Access::create});
    ASSERT_TRUE((*database)->run("CREATE TABLE theirs(x); PRAGMA user_version=1;"));
  }
  const std::string before = file_bytes(other);
  EXPECT_EQ(refused_path(other, kit::test_kek()).code, Code::malformed);
  EXPECT_EQ(file_bytes(other), before);
}

TEST_F(Sqlite, a_newer_schema_is_refused_with_the_way_out) {
  open();
  tamper("PRAGMA user_version=5");
  const Error error = refused_path(path_, kit::test_kek());
  EXPECT_EQ(error.code, Code::invalid);
  EXPECT_THAT(error.what, HasSubstr("schema 5"));
}

TEST_F(Sqlite, opened_to_read_it_changes_no_byte_and_takes_nothing) {
  const auto read = [&](const std::string& path, crypto::Secret kek) {
    return open_sqlite(
        {.path = path, .kek = std::move(kek), .random = random_, .opening = Opening::read});
  };
  EXPECT_EQ(read(folder_.path("none.db"), kit::test_kek()).error().code, Code::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder_.path("none.db")));
  must_commit(*open(), append("r"));
  const std::string before = file_bytes(path_);
  const std::string incarnation = file_bytes(path_ + "-incarnation");
  EXPECT_EQ(read(path_, kit::test_kek(8)).error().code, Code::not_allowed);
  {
    const auto store = read(path_, kit::test_kek()).value();
    EXPECT_EQ(store->snapshot().value()->entry(0).value().value().record, "r");
    EXPECT_FALSE(store->restored_from_backup());
    expect_sound(*store);
    EXPECT_EQ(store->begin().error().code, Code::wrong_state);
    EXPECT_EQ(store->begin_rebuild().error().code, Code::wrong_state);
    EXPECT_EQ(store->clear_restored().error().code, Code::wrong_state);
  }
  EXPECT_EQ(file_bytes(path_), before);
  EXPECT_EQ(file_bytes(path_ + "-incarnation"), incarnation);
  EXPECT_FALSE(open()->restored_from_backup()) << "its incarnation is still the one remembered";
}

TEST_F(Sqlite, nobody_else_may_read_the_files) {
  const auto store = open();
  must_commit(*store, append("r"));
  for (const char* suffix : {"", "-wal", "-shm", "-incarnation"}) {
    struct stat status{};
    ASSERT_EQ(::stat((path_ + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777u, 0600u) << suffix;
  }
}

TEST_F(Sqlite, the_settings_that_durability_and_erasure_rest_on_are_in_force) {
  const auto store = open();
  Connection& writer = store->impl().writer();
  EXPECT_EQ(writer.integer("PRAGMA synchronous").value(), 2) << "FULL";
  EXPECT_EQ(writer.integer("PRAGMA secure_delete").value(), 1);
  EXPECT_EQ(writer.integer("PRAGMA foreign_keys").value(), 1);
  EXPECT_EQ(writer.integer("PRAGMA trusted_schema").value(), 0);
  EXPECT_EQ(writer.integer("PRAGMA cell_size_check").value(), 1);
  EXPECT_EQ(writer.integer("PRAGMA busy_timeout").value(), 0);
  auto reader = store->impl().reader();
  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->connection().run("DELETE FROM row")) << "readers only read";
}

TEST_F(Sqlite, no_lock_is_taken_to_count_memory) {
  const auto store = open();
  EXPECT_EQ(sqlite3_memory_used(), 0);
}

TEST_F(Sqlite, another_writer_is_noticed) {
  const auto store = open();
  {
    auto other = Connection::open({.path = path_, .access = Access::write});
    ASSERT_TRUE((*other)->run("BEGIN IMMEDIATE"));
    EXPECT_EQ(store->begin().error().code, Code::busy);
    (*other)->rollback();
  }
  must_commit(*store, append("one"));
  const auto second = open();
  const auto late = store->begin();
  ASSERT_FALSE(late) << "the store was opened by another since";
  EXPECT_EQ(late.error().code, Code::conflict);
  must_commit(*second, append("two"));
}

// ---- crashes

// The child commits groups of many sizes and says so after each; it is killed at a random moment.
[[noreturn]] void write_until_killed(const std::string& path, std::uint64_t seed, int told) {
  crypto::SeededRandom random{seed};
  auto store = kit::open_at(path, random);
  if (!store) ::_exit(2);
  for (;;) {
    auto group = (*store)->begin();
    if (!group) ::_exit(3);
    std::uint64_t next = (*group)->next_position().value();
    for (std::uint64_t n = random.u64() % 30 + 1; n > 0; --n) {
      node::Plan plan = kit::act_plan(next++);
      plan.rows.push_back({Space::self, "count", std::to_string(next)});
      if (!(*group)->apply(plan, noon)) ::_exit(4);
    }
    const auto head = (*group)->commit();
    if (!head) ::_exit(5);
    if (::write(told, &head->size, sizeof head->size) != sizeof head->size) ::_exit(6);
  }
}

TEST_F(Sqlite, kill_9_at_random_moments_loses_nothing_committed_and_keeps_nothing_else) {
  std::uint64_t acknowledged = 0;
  open();
  for (std::uint64_t round = 0; round < 25; ++round) {
    int channel[2];
    ASSERT_EQ(::pipe(channel), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(path_, round, channel[1]);
    ::close(channel[1]);
    std::uint64_t size = 0;
    ASSERT_EQ(::read(channel[0], &size, sizeof size), static_cast<ssize_t>(sizeof size))
        << "one commit at least";
    ::usleep(static_cast<useconds_t>(random_.u64() % 40'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer stopped by itself: " << WEXITSTATUS(status);
    do acknowledged = size;
    while (::read(channel[0], &size, sizeof size) == static_cast<ssize_t>(sizeof size));
    ::close(channel[0]);

    const auto store = open();
    EXPECT_FALSE(store->restored_from_backup()) << "a crash is no restored backup";
    const auto view = store->snapshot().value();
    const std::uint64_t there = view->head().value().size;
    EXPECT_GE(there, acknowledged);
    EXPECT_EQ(view->get(Space::self, "count").value().value().value, std::to_string(there));
    EXPECT_EQ(view->head_at(there).value(), view->head().value());
    EXPECT_FALSE(view->entry(there).value());
    if (round % 8 == 0) expect_sound(*store);
  }
  expect_sound(*open());
}

// ---- failing disks

TEST_F(Sqlite, a_full_disk_fails_the_group_whole_and_work_goes_on_once_there_is_room) {
  const auto store = open();
  must_commit(*store, append("before"));
  Connection& writer = store->impl().writer();
  const std::int64_t pages = writer.integer("PRAGMA page_count").value();
  ASSERT_TRUE(writer.run(("PRAGMA max_page_count=" + std::to_string(pages + 8)).c_str()));
  {
    const auto group = store->begin().value();
    ASSERT_TRUE(group->apply(append(std::string(100'000, 'x')), noon));
    ASSERT_TRUE(group->apply(put(Space::self, "k", "v"), noon));
    const auto head = group->commit();
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().code, Code::io);
    EXPECT_THAT(head.error().what, HasSubstr("free some space"));
    EXPECT_EQ(group->apply(append("y"), noon).error().code, Code::io) << "the group is lost";
    EXPECT_EQ(group->commit().error().code, Code::io);
  }
  EXPECT_EQ(store->snapshot().value()->head().value().size, 1u);
  EXPECT_FALSE(store->snapshot().value()->get(Space::self, "k").value());
  ASSERT_TRUE(writer.run("PRAGMA max_page_count=1000000"));
  must_commit(*store, append("after"));
  EXPECT_EQ(store->snapshot().value()->entry(1).value().value().record, "after");
  expect_sound(*store);
}

// The n-th operation fails, for every n there is, with pending changes written at once or at the
// end.
class FailingDisk : public Sqlite, public testing::WithParamInterface<FailingVfs::Operation> {};

TEST_P(FailingDisk, fails_a_group_whole_wherever_it_strikes) {
  FailingVfs disk;
  std::uint64_t committed = 0;
  for (const std::size_t pending_bytes_max : {std::size_t{0}, std::size_t{1} << 20}) {
    auto store = open_sqlite({.path = path_,
                              .kek = kit::test_kek(),
                              .random = random_,
                              .vfs = FailingVfs::name,
                              .cache_bytes = 64u << 10,
                              .pending_bytes_max = pending_bytes_max});
    ASSERT_TRUE(store) << to_text(store.error());
    for (int strike = 0;; ++strike) {
      ASSERT_LT(strike, 5000);
      const node::Head before = (*store)->snapshot().value()->head().value();
      disk.fail_after(GetParam(), strike);
      const auto head = [&]() -> Result<node::Head> {
        TRY(const auto group, (*store)->begin());
        for (std::uint64_t i = 0; i < 40; ++i)
          TRY_VOID(group->apply(kit::act_plan(committed + i), noon));
        return group->commit();
      }();
      const bool struck = disk.struck();
      disk.heal();
      const auto view = (*store)->snapshot().value();
      if (head) {
        EXPECT_EQ(view->head().value(), *head);
        committed += 40;
        if (!struck) break;  // beyond the last operation
      } else {
        EXPECT_TRUE(head.error().code == Code::io) << to_text(head.error());
        EXPECT_EQ(view->head().value(), before);
        EXPECT_EQ(view->next_position().value(), committed);
        EXPECT_FALSE(view->get(Space::act, "sender/" + std::to_string(committed)).value());
      }
    }
    expect_sound(**store);
  }
  EXPECT_GE(committed, 80u);
  expect_sound(*open());
}

INSTANTIATE_TEST_SUITE_P(, FailingDisk,
                         testing::Values(FailingVfs::Operation::write, FailingVfs::Operation::sync,
                                         FailingVfs::Operation::any),
                         [](const auto& each) { return FailingVfs::text(each.param); });

// A new store and one that has entries, struck at every operation of an opening.
TEST_F(Sqlite, an_opening_that_the_disk_fails_is_refused_and_works_later) {
  FailingVfs disk;
  must_commit(*open(), append("r"));
  for (const bool fresh : {true, false}) {
    bool struck = true;
    for (int strike = 0; struck; ++strike) {
      ASSERT_LT(strike, 500);
      const std::string path = folder_.path((fresh ? "fresh-" : "old-") + std::to_string(strike));
      for (const char* suffix : {"", "-incarnation"}) {
        if (!fresh) std::filesystem::copy_file(path_ + suffix, path + suffix);
      }
      disk.fail_after(FailingVfs::Operation::any, strike);
      const auto failed = open_sqlite(
          {.path = path, .kek = kit::test_kek(), .random = random_, .vfs = FailingVfs::name});
      struck = disk.struck();
      disk.heal();
      // What only makes the log shorter may fail unseen: the next commit does it again.
      if (!failed) EXPECT_EQ(failed.error().code, Code::io) << to_text(failed.error());
      if (failed) continue;
      const auto store = open_path(path);
      EXPECT_FALSE(store->restored_from_backup()) << "a failed opening is no restored backup";
      EXPECT_EQ(store->snapshot().value()->head().value().size, fresh ? 0u : 1u);
      expect_sound(*store);
    }
  }
}

// ---- secrecy at rest

TEST_F(Sqlite, records_are_not_legible_in_the_files) {
  const std::string secret = "the suspect's telephone number is 555 0100";
  const auto store = open();
  must_commit(*store, append(secret));
  for (const char* suffix : {"", "-wal"}) {
    EXPECT_THAT(file_bytes(path_ + suffix), testing::Not(HasSubstr("555 0100"))) << suffix;
  }
  EXPECT_EQ(store->snapshot().value()->entry(0).value().value().record, secret);
}

TEST_F(Sqlite, what_was_erased_is_in_no_file_any_more) {
  const auto store = open();
  must_commit(*store, append(std::string(500, 's')));
  must_commit(*store, append("kept"));
  const EntryRow row = read_entry(store->impl().reader().value().connection(), 0).value().value();
  const std::string wrapped(as_text(*row.wrapped));
  const std::string sealed(as_text(*row.sealed));
  const auto in_files = [&](const std::string& bytes) {
    return file_bytes(path_).contains(bytes) || file_bytes(path_ + "-wal").contains(bytes);
  };
  ASSERT_TRUE(in_files(wrapped) && in_files(sealed));

  node::Plan erase;
  erase.erase = {0};
  auto reader = store->snapshot().value();
  must_commit(*store, erase);
  EXPECT_TRUE(in_files(wrapped)) << "a snapshot still needs it";
  reader.reset();
  must_commit(*store, append("next"));
  EXPECT_FALSE(in_files(wrapped));
  EXPECT_FALSE(in_files(sealed));
  expect_sound(*store);
}

// ---- the check

TEST_F(Sqlite, a_sound_store_is_counted) {
  const auto store = open();
  for (std::uint64_t i = 0; i < 300; ++i) must_commit(*store, kit::act_plan(i));
  node::Plan erase;
  erase.erase = {4, 7};
  must_commit(*store, erase);
  std::vector<std::string> stages;
  const auto report =
      check_store(*store, [&](std::string_view stage, std::uint64_t, std::uint64_t) {
        if (stages.empty() || stages.back() != stage) stages.emplace_back(stage);
      });
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->sound());
  EXPECT_EQ(report->entries, 300u);
  EXPECT_EQ(report->erased, 2u);
  EXPECT_EQ(report->heads, 301u) << "and that of the empty tree";
  EXPECT_EQ(report->tiles, 2u) << "a full one of leaves, one above";
  EXPECT_EQ(report->head, store->snapshot().value()->head().value());
  EXPECT_THAT(stages, testing::ElementsAre("pages", "entries", "tiles"));
}

struct Damage {
  const char* name;
  const char* sql;
  const char* told;
};

class Damaged : public Sqlite, public testing::WithParamInterface<Damage> {};

TEST_P(Damaged, is_named_by_the_check) {
  const auto store = open();
  for (std::uint64_t size = 100; size <= 300; size += 100) {
    const auto group = store->begin().value();
    while (group->next_position().value() < size) {
      ASSERT_TRUE(group->apply(kit::act_plan(group->next_position().value()), noon));
    }
    ASSERT_TRUE(group->commit());
  }
  expect_sound(*store);
  tamper(GetParam().sql);
  const auto report = check_store(*store);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->problems, testing::Contains(HasSubstr(GetParam().told)));
}

INSTANTIATE_TEST_SUITE_P(
    , Damaged,
    testing::Values(
        Damage{"record", "UPDATE entry SET sealed = zeroblob(length(sealed)) WHERE position = 17",
               "entry 17"},
        Damage{"records_swapped",
               "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE position = 4) WHERE "
               "position = 5",
               "entry 5"},
        Damage{"record_gone", "UPDATE entry SET sealed = NULL WHERE position = 6", "entry 6"},
        Damage{"key_gone", "DELETE FROM record_key WHERE position = 8", "entry 8"},
        Damage{"key", "UPDATE record_key SET wrapped = zeroblob(60) WHERE position = 9", "entry 9"},
        Damage{"pair_moved",
               "UPDATE record_key SET wrapped = (SELECT wrapped FROM record_key WHERE position = "
               "1) WHERE position = 2;"
               "UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE position = 1) WHERE "
               "position = 2",
               "entry 2"},
        Damage{"commitment",
               "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE position = 20) WHERE "
               "position = 21",
               "entry 21"},
        Damage{"leaf", "UPDATE entry SET leaf = zeroblob(46) WHERE position = 22", "entry 22"},
        Damage{"time", "UPDATE entry SET recorded_at = recorded_at + 60000 WHERE position = 23",
               "entry 23"},
        Damage{"entry_gone", "PRAGMA foreign_keys=OFF; DELETE FROM entry WHERE position = 30",
               "entry 30 is missing"},
        Damage{"orphan_key", "PRAGMA foreign_keys=OFF; INSERT INTO record_key VALUES(1000, x'00')",
               "record_key"},
        Damage{"full_tile", "UPDATE tile SET hashes = zeroblob(8192) WHERE id = 0", "tile 0/0"},
        Damage{"partial_tile",
               "UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE id = 1 << 56", "tile 1/0"},
        Damage{"tile_gone", "DELETE FROM tile WHERE id = 0", "tile 0/0: missing"},
        Damage{"tile_too_early", "INSERT INTO tile VALUES(1, zeroblob(32))", "tile 0/1"},
        Damage{"tile_beyond", "INSERT INTO tile VALUES(7, zeroblob(32))", "tile 0/7"},
        Damage{"head", "UPDATE head SET root = zeroblob(32) WHERE size = 100", "head 100"},
        Damage{"head_beyond", "INSERT INTO head VALUES(301, zeroblob(32))", "head 301"},
        Damage{"last_head_gone", "DELETE FROM head WHERE size = 300", "table of heads"},
        Damage{"state_root", "UPDATE state SET head_root = zeroblob(32)", "stored root"},
        Damage{"state_size", "UPDATE state SET head_size = 299", "299"},
        Damage{"row_version", "UPDATE state SET row_version = 3", "newer than"}),
    [](const auto& each) { return each.param.name; });

TEST_F(Sqlite, a_store_whose_head_is_not_its_trees_does_not_open) {
  must_commit(*open(), append("r"));
  tamper("UPDATE state SET head_root = zeroblob(32)");
  EXPECT_EQ(refused_path(path_, kit::test_kek()).code, Code::corrupt);
}

// Anywhere in the file: refused at opening, or named by the check, or in bytes that mean nothing;
// never unnoticed where entries are read.
TEST_F(Sqlite, damaged_pages_are_noticed) {
  {
    const auto store = open();
    for (std::uint64_t i = 0; i < 60; ++i) must_commit(*store, kit::act_plan(i));
  }
  const std::string whole = file_bytes(path_);
  int noticed = 0;
  for (std::size_t at = 0; at < whole.size(); at += 4096) {
    std::string bytes = whole;
    for (std::size_t i = at; i < at + 512; ++i) bytes[i] = static_cast<char>(~bytes[i]);
    const std::string path = folder_.path("damaged");
    std::ofstream(path, std::ios::binary) << bytes;
    const auto store = kit::open_at(path, random_);
    if (!store) {
      EXPECT_TRUE(store.error().code == Code::corrupt || store.error().code == Code::malformed)
          << to_text(store.error());
      ++noticed;
      continue;
    }
    const auto report = check_store(**store);
    ASSERT_TRUE(report);
    noticed += report->sound() ? 0 : 1;
  }
  EXPECT_EQ(noticed, static_cast<int>(whole.size() / 4096));
}

// ---- incarnations

TEST_F(Sqlite, an_older_copy_of_the_file_is_recognised_until_cleared) {
  must_commit(*open(), append("one"));
  std::filesystem::copy_file(path_, folder_.path("copy"));
  must_commit(*open(), append("two"));
  EXPECT_FALSE(open()->restored_from_backup());
  std::filesystem::copy_file(folder_.path("copy"), path_,
                             std::filesystem::copy_options::overwrite_existing);

  EXPECT_TRUE(open()->restored_from_backup());
  EXPECT_TRUE(open()->restored_from_backup()) << "over restarts";
  {
    const auto store = open();
    ASSERT_TRUE(store->clear_restored());
    EXPECT_FALSE(store->restored_from_backup());
  }
  EXPECT_FALSE(open()->restored_from_backup());
}

TEST_F(Sqlite, a_store_that_lost_its_file_or_its_memory_is_recognised) {
  must_commit(*open(), append("one"));
  std::filesystem::remove(path_ + "-incarnation");
  EXPECT_TRUE(open()->restored_from_backup());
  std::filesystem::remove(path_);
  EXPECT_TRUE(open()->restored_from_backup()) << "an empty store in the place of a full one";
  EXPECT_FALSE(open_path(folder_.path("new"))->restored_from_backup());
}

TEST_F(Sqlite, a_crash_between_the_two_files_is_no_restored_backup) {
  open();
  const auto with_remembered = [&](const Remembered& remembered) {
    auto file = Connection::open({.path = path_ + "-incarnation", .access = Access::write}).value();
    ASSERT_TRUE(write_incarnation(*file, remembered));
  };
  const auto name_now = [&] {
    return read_state(*Connection::open({.path = path_, .access = Access::write}).value())
        .value()
        .incarnation;
  };
  with_remembered({name_now(), Bytes(16, 1)});  // before the store got its next name
  EXPECT_FALSE(open()->restored_from_backup());
  with_remembered({Bytes(16, 1), name_now()});  // after
  EXPECT_FALSE(open()->restored_from_backup());
  with_remembered({Bytes(16, 1), Bytes(16, 2)});
  EXPECT_TRUE(open()->restored_from_backup());
}

// ---- backup

class Backup : public Sqlite {
 protected:
  void SetUp() override {
    for (const char* name : {"b", "k", "b2", "k2"})
      std::filesystem::create_directory(folder_.path(name));
  }
  BackupOptions options(const char* journal = "b", const char* keys = "k") {
    return {.folder = folder_.path(journal),
            .keys_folder = folder_.path(keys),
            .now = noon,
            .random = random_};
  }
  RestoreOptions way_back(const char* journal = "b", const char* keys = "k") {
    return {.folder = folder_.path(journal),
            .keys_folder = folder_.path(keys),
            .path = folder_.path("back"),
            .now = noon + std::chrono::hours{1}};
  }
};

TEST_F(Backup, comes_back_whole_and_marked) {
  const auto store = open();
  for (std::uint64_t i = 0; i < 300; ++i) must_commit(*store, kit::act_plan(i));
  node::Plan erase;
  erase.erase = {3};
  must_commit(*store, erase);
  const auto made = backup(*store, options());
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->entries, 300u);
  EXPECT_EQ(made->keys, 299u);
  const auto restored = restore(way_back());
  ASSERT_TRUE(restored) << to_text(restored.error());

  const auto back = open_path(folder_.path("back"));
  EXPECT_TRUE(back->restored_from_backup());
  expect_sound(*back);
  const auto old_view = store->snapshot().value();
  const auto new_view = back->snapshot().value();
  EXPECT_EQ(new_view->head().value(), old_view->head().value());
  for (std::uint64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(new_view->entry(i).value().value().record, old_view->entry(i).value().value().record);
    EXPECT_EQ(new_view->commitment_key(i).value(), old_view->commitment_key(i).value());
  }
  for (const Space space : {Space::act, Space::conversation, Space::outbox, Space::lane_in}) {
    const auto old_rows = old_view->scan(space, "", "", 1000).value();
    const auto new_rows = new_view->scan(space, "", "", 1000).value();
    ASSERT_EQ(old_rows.size(), new_rows.size());
    for (std::size_t i = 0; i < old_rows.size(); ++i) {
      EXPECT_EQ(old_rows[i].key, new_rows[i].key);
      EXPECT_EQ(old_rows[i].row.value, new_rows[i].row.value);
      EXPECT_EQ(old_rows[i].row.version, new_rows[i].row.version);
    }
  }
  must_commit(*back, append("goes on"));
  EXPECT_TRUE(open_path(folder_.path("back"))->restored_from_backup());
}

TEST_F(Backup, is_one_moment_of_a_store_that_goes_on_writing) {
  const auto store = open();
  for (std::uint64_t i = 0; i < 200; ++i) must_commit(*store, kit::act_plan(i));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (std::uint64_t i = 200; !done; ++i) must_commit(*store, kit::act_plan(i));
  });
  crypto::SeededRandom names{9};
  for (const auto& [journal, keys] : {std::pair{"b", "k"}, std::pair{"b2", "k2"}}) {
    const auto made = backup(*store, {.folder = folder_.path(journal),
                                      .keys_folder = folder_.path(keys),
                                      .now = noon,
                                      .random = names});
    EXPECT_TRUE(made) << to_text(made.error());
  }
  done = true;
  writer.join();
  ASSERT_TRUE(restore(way_back("b2", "k2")));
  const auto back = open_path(folder_.path("back"));
  expect_sound(*back);
  const node::Head then = back->snapshot().value()->head().value();
  EXPECT_GE(then.size, 200u);
  EXPECT_EQ(store->snapshot().value()->head_at(then.size).value(), then);
}

TEST_F(Backup, keeps_journal_and_keys_apart) {
  const auto store = open();
  must_commit(*store, append("r"));
  ASSERT_TRUE(backup(*store, options()));
  const EntryRow row = read_entry(store->impl().reader().value().connection(), 0).value().value();
  const std::string journal = file_bytes(folder_.path("b") + "/" + backup_journal_name);
  const std::string keys = file_bytes(folder_.path("k") + "/" + backup_keys_name);
  EXPECT_TRUE(journal.contains(as_text(*row.sealed)));
  EXPECT_FALSE(journal.contains(as_text(*row.wrapped)));
  EXPECT_FALSE(keys.contains(as_text(*row.sealed)));
  EXPECT_TRUE(keys.contains(as_text(*row.wrapped)));
  EXPECT_EQ(refused_path(folder_.path("b") + "/" + backup_journal_name, kit::test_kek()).code,
            Code::invalid)
      << "half a backup is no store";
  EXPECT_EQ(refused_path(folder_.path("k") + "/" + backup_keys_name, kit::test_kek()).code,
            Code::malformed);
}

TEST_F(Backup, halves_of_two_backups_are_not_joined) {
  const auto store = open();
  must_commit(*store, append("r"));
  ASSERT_TRUE(backup(*store, options("b", "k")));
  ASSERT_TRUE(backup(*store, options("b2", "k2")));
  EXPECT_EQ(restore(way_back("b", "k2")).error().code, Code::malformed);
  EXPECT_FALSE(std::filesystem::exists(folder_.path("back")));
  EXPECT_TRUE(restore(way_back("b", "k")));
}

TEST_F(Backup, expired_keys_are_refused) {
  const auto store = open();
  must_commit(*store, append("r"));
  auto with_expiry = options();
  with_expiry.keys_expire = noon;
  EXPECT_EQ(backup(*store, with_expiry).error().code, Code::expired);
  with_expiry.keys_expire = noon + std::chrono::hours{2};
  ASSERT_TRUE(backup(*store, with_expiry));
  auto late = way_back();
  late.now = noon + std::chrono::hours{2};
  EXPECT_EQ(restore(late).error().code, Code::expired);
  late.now -= Millis{1};
  EXPECT_TRUE(restore(late));
}

TEST_F(Backup, nothing_is_written_over) {
  const auto store = open();
  must_commit(*store, append("r"));
  ASSERT_TRUE(backup(*store, options()));
  EXPECT_EQ(backup(*store, options()).error().code, Code::exists);
  EXPECT_EQ(backup(*store, options("b2", "k")).error().code, Code::exists);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("b2"))) << "no half is left behind";

  for (const char* suffix : {"", "-wal"}) {
    auto back = way_back();
    back.path = folder_.path("taken");
    std::ofstream(back.path + suffix) << "x";
    EXPECT_EQ(restore(back).error().code, Code::exists) << suffix;
    std::filesystem::remove(back.path + suffix);
  }
}

TEST_F(Backup, what_is_not_a_backup_is_refused) {
  EXPECT_EQ(restore(way_back()).error().code, Code::not_found);
  must_commit(*open(), append("r"));
  ASSERT_TRUE(backup(*open(), options()));
  std::filesystem::copy_file(path_, folder_.path("b2") + "/" + backup_journal_name);
  EXPECT_EQ(restore(way_back("b2", "k")).error().code, Code::malformed) << "a store";
  std::ofstream(folder_.path("k2") + "/" + backup_keys_name) << "";
  EXPECT_EQ(restore(way_back("b", "k2")).error().code, Code::malformed) << "empty";
  EXPECT_FALSE(std::filesystem::exists(folder_.path("back")));
}

}  // namespace
}  // namespace comity::store
