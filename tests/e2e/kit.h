#pragma once
// For the tests of the real binary: a folder that goes away, commands as a shell runs them, nodes
// as an operator does.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/demo_cast.h"
#include "json/value.h"

namespace comity::e2e {

inline constexpr Millis patience{30'000};  // far beyond what any test waits for

// A temporary folder, removed with all that is in it.
class Stage {
 public:
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// What a command did.
struct Ran {
  int exit = -1;
  std::string out, err;
  [[nodiscard]] json::Value value() const;  // of --json; null when it is no JSON
};
// `typed` is what it reads from its standard input.
[[nodiscard]] Ran comity(const std::vector<std::string>& args, const std::string& typed = "");
std::ostream& operator<<(std::ostream& stream, const Ran& ran);

// A member at its shell: every command has --json, its folder and its key.
struct Shell {
  std::filesystem::path folder;
  std::vector<std::string> unlock;  // {"--key-file", path}
  [[nodiscard]] Ran operator()(std::vector<std::string> args) const;
};

// `comity serve`, ended with the object. Its output is in serve.log.
class Serving {
 public:
  explicit Serving(const Shell& shell);
  ~Serving();
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  pid_t process_ = -1;
};

// Asks again until it holds; false when it never does.
[[nodiscard]] bool eventually(const std::function<bool()>& holds);

// A member of an object, an element of a list; null when there is none.
[[nodiscard]] const json::Value& at(const json::Value& value, std::string_view name);
[[nodiscard]] const json::Value& at(const json::Value& value, std::size_t index);
[[nodiscard]] std::string text(
    const json::Value& value);  // a string as it is, anything else as JSON

[[nodiscard]] std::string read(const std::filesystem::path& path);
void write(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0600);

// A node of the binary under test, with two officers.
[[nodiscard]] std::unique_ptr<app::Player> cast(const Stage& stage, const std::string& id,
                                                const char* jurisdiction,
                                                const std::string& metrics = "");
[[nodiscard]] Shell shell_of(const app::Player& player);

// The draft of a preservation request, and of what is said in its conversation.
[[nodiscard]] json::Object ask_draft(app::Player& from, app::Player& to,
                                     const std::string& identifier, const std::string& facts);
[[nodiscard]] json::Object say_draft(const std::string& member, const std::string& conversation,
                                     json::Object body);
// Sends the request, and waits until it is at `to`. Returns the conversation.
[[nodiscard]] Result<std::string> ask(app::Player& from, app::Player& to);
[[nodiscard]] std::function<bool(const json::Value&)> in_phase(const char* phase);

}  // namespace comity::e2e

// The value of a Result, or the test ends here, saying why.
#define COMITY_MUST(tmp, decl, ...)                   \
  auto tmp = (__VA_ARGS__);                           \
  ASSERT_TRUE(tmp) << ::comity::to_text(tmp.error()); \
  decl = *std::move(tmp)
#define MUST(decl, ...) COMITY_MUST(COMITY_CAT(must_, __COUNTER__), decl, __VA_ARGS__)
#define MUST_VOID(...)                                              \
  do {                                                              \
    auto must_done = (__VA_ARGS__);                                 \
    ASSERT_TRUE(must_done) << ::comity::to_text(must_done.error()); \
  } while (false)
