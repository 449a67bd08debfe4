#pragma once
// What the tests and benches of this room share.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "crypto/random.h"
#include "node/ports.h"
#include "store/sqlite_store.h"

namespace comity {

inline void PrintTo(Code code, std::ostream* out) {
  *out << code_name(code);
}

}  // namespace comity

namespace comity::store::kit {

inline constexpr Instant noon{Millis{1'795'262'400'000}};  // 2026-11-21T12:00:00Z

// Where the tests' files lie. `memory`, where the machine has it, spares the tests thousands of
// waits for a disk; a killed process loses nothing there either.
enum class Medium : std::uint8_t { memory, disk };

// A folder that goes with the test.
class Folder {
 public:
  explicit Folder(Medium medium = Medium::memory) {
    std::string made = (parent(medium) / "comity-store-XXXXXX").string();
    check(::mkdtemp(made.data()) != nullptr, "a folder for the test");
    root_ = made;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(std::string_view name = {}) const {
    return name.empty() ? root_.string() : (root_ / name).string();
  }

 private:
  static std::filesystem::path parent(Medium medium) {
    constexpr std::uintmax_t room = 1u << 30;
    std::error_code absent;
    const auto space = std::filesystem::space("/dev/shm", absent);
    if (medium == Medium::memory && !absent && space.available >= room) return "/dev/shm";
    return std::filesystem::temp_directory_path();
  }

  std::filesystem::path root_;
};

[[nodiscard]] inline crypto::Secret test_kek(std::uint8_t fill = 7) {
  return crypto::Secret(Bytes(32, fill));
}

[[nodiscard]] inline Result<std::unique_ptr<SqliteStore>> open_at(const std::string& path,
                                                                  Random& random) {
  return open_sqlite({.path = path, .kek = test_kek(), .random = random});
}

[[nodiscard]] inline node::Entry entry_of(std::string record, std::string conversation = {}) {
  return {.record = std::move(record),
          .type = 3,
          .recorded_at = noon,
          .actor = Bytes(8, 0x5a),
          .conversation = std::move(conversation)};
}

[[nodiscard]] inline node::Plan put(node::Space space, std::string key, std::string value) {
  node::Plan plan;
  plan.rows.push_back({space, std::move(key), std::move(value)});
  return plan;
}

[[nodiscard]] inline node::Plan append(std::string record) {
  node::Plan plan;
  plan.entries.push_back(entry_of(std::move(record)));
  return plan;
}

// A group with one plan.
[[nodiscard]] inline Result<node::Head> commit_one(node::Store& store, const node::Plan& plan) {
  TRY(const auto group, store.begin());
  TRY_VOID(group->apply(plan, noon));
  return group->commit();
}

// What an act costs: its entry, and the rows that receiving it touches.
[[nodiscard]] inline node::Plan act_plan(std::uint64_t number) {
  const std::string id = std::to_string(number);
  const std::string conversation = "conversation-" + std::to_string(number / 8);
  node::Plan plan;
  plan.entries.push_back(entry_of(std::string(900, 'a') + id, conversation));
  plan.rows.push_back({node::Space::lane_in, "member-" + std::to_string(number % 16), id});
  plan.rows.push_back({node::Space::act, "sender/" + id, R"({"position":)" + id + "}"});
  plan.rows.push_back({node::Space::conversation, conversation, std::string(400, 'c')});
  plan.rows.push_back({node::Space::outbox, "member/lane/1/" + id, std::string(120, 'o')});
  return plan;
}

}  // namespace comity::store::kit
