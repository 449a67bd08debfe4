#include "kit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "base/check.h"

namespace comity::e2e {
namespace {

constexpr Millis look_every{5};

std::vector<char*> argv_of(std::vector<std::string>& args) {
  std::vector<char*> out;
  out.reserve(args.size() + 1);
  for (std::string& arg : args) out.push_back(arg.data());
  out.push_back(nullptr);
  return out;
}

// The child's side: never returns.
[[noreturn]] void become(std::vector<std::string> args, int in, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  args.insert(args.begin(), "comity");
  ::execv(COMITY_BINARY, argv_of(args).data());
  ::_exit(127);
}

std::string all_of(int fd) {
  std::string text;
  char piece[4096];
  ::lseek(fd, 0, SEEK_SET);
  for (ssize_t count; (count = ::read(fd, piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<std::size_t>(count));
  ::close(fd);
  return text;
}

}  // namespace

Stage::Stage() {
  std::string pattern = (std::filesystem::temp_directory_path() / "comity-e2e-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder can be made");
  path_ = pattern;
}

Stage::~Stage() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

json::Value Ran::value() const {
  auto parsed = json::parse(out, {.bytes_max = limits::alert_act_bytes_max});
  return parsed ? *parsed : json::Value();
}

std::ostream& operator<<(std::ostream& stream, const Ran& ran) {
  return stream << "exit " << ran.exit << "\n" << ran.out << "\n" << ran.err;
}

Ran comity(const std::vector<std::string>& args, const std::string& typed) {
  int in = ::memfd_create("in", MFD_CLOEXEC);
  check(::write(in, typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()),
        "what is typed fits in memory");
  ::lseek(in, 0, SEEK_SET);
  int out = ::memfd_create("out", MFD_CLOEXEC), err = ::memfd_create("err", MFD_CLOEXEC);
  pid_t process = ::fork();
  if (process == 0) become(args, in, out, err);
  int status = 0;
  ::waitpid(process, &status, 0);
  ::close(in);
  return {
      .exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .out = all_of(out), .err = all_of(err)};
}

Ran Shell::operator()(std::vector<std::string> args) const {
  std::vector<std::string> all{"--json", "--dir", folder.string()};
  all.insert(all.end(), unlock.begin(), unlock.end());
  all.insert(all.end(), args.begin(), args.end());
  return comity(all);
}

Serving::Serving(const Shell& shell) {
  std::vector<std::string> args{"--dir", shell.folder.string()};
  args.insert(args.end(), shell.unlock.begin(), shell.unlock.end());
  args.push_back("serve");
  std::string log = (shell.folder / "serve.log").string();
  std::filesystem::path socket = shell.folder / "admin.sock";
  ::unlink(socket.c_str());
  process_ = ::fork();
  if (process_ == 0) {
    int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    become(args, ::open("/dev/null", O_RDONLY), fd, fd);
  }
  bool up =
      eventually([&] { return std::filesystem::exists(socket) && shell({"status"}).exit != 3; });
  EXPECT_TRUE(up) << "the node did not start: " << read(log);
}

Serving::~Serving() {
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(process_, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "serve ended with status " << status;
}

bool eventually(const std::function<bool()>& holds) {
  auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(look_every);
  }
  return true;
}

const json::Value& at(const json::Value& value, std::string_view name) {
  static const json::Value none;
  const json::Value* found = value.find(name);
  return found ? *found : none;
}

const json::Value& at(const json::Value& value, std::size_t index) {
  static const json::Value none;
  return value.as_array() && index < value.as_array()->size() ? (*value.as_array())[index] : none;
}

std::string text(const json::Value& value) {
  return value.as_string() ? *value.as_string() : json::write(value);
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

void write(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  ::chmod(path.c_str(), static_cast<mode_t>(mode));
}

std::unique_ptr<app::Player> cast(const Stage& stage, const std::string& id,
                                  const char* jurisdiction, const std::string& metrics) {
  auto player = app::Player::cast(stage.path(), {.id = id,
                                                 .name = "Contact point " + id + " (invented)",
                                                 .jurisdiction = jurisdiction,
                                                 .role = "poc",
                                                 .callback = "+1 555 0100",
                                                 .program = COMITY_BINARY,
                                                 .metrics = metrics});
  EXPECT_TRUE(player) << to_text(player.error());
  return player ? *std::move(player) : nullptr;
}

Shell shell_of(const app::Player& player) {
  return {.folder = player.folder().root(), .unlock = {"--key-file", player.key_file()}};
}

json::Object ask_draft(app::Player& from, app::Player& to, const std::string& identifier,
                       const std::string& facts) {
  using json::Array, json::Object;
  Instant now = app::SystemClock().now();
  auto member = from.member_id(to.casting().id);
  Object target{{"id", "t1"},
                {"identifier_type", "email_address"},
                {"identifier", identifier},
                {"service", "mail"},
                {"categories", Array{"subscriber"}},
                {"period", Object{{"from", to_text(now - std::chrono::hours(48))},
                                  {"to", to_text(now - std::chrono::hours(1))},
                                  {"time_zone", "Etc/UTC"}}}};
  Object body{
      {"verb", "ask"},
      {"measure", "preservation"},
      {"date", to_text(now)},
      {"reference", "E2E-1"},
      {"status", "new"},
      {"requested_authority", to.casting().name},
      {"requesting_authority", Object{{"name", from.casting().name},
                                      {"country", from.casting().jurisdiction},
                                      {"kind", "poc_24_7"},
                                      {"office_hours", "24/7"},
                                      {"time_zone", "Etc/UTC"},
                                      {"contact", "Comity"}}},
      {"callback",
       Object{{"name", "duty officer"}, {"telephone", "+1 555 0100"}, {"languages", Array{"en"}}}},
      {"domestic_legal_basis", "18 USC 1030(a)(5)(A)"},
      {"offence",
       Object{
           {"code", "data_interference"}, {"statute", "18 USC 1030"}, {"penalty", "imprisonment"}}},
      {"facts_summary", facts},
      {"targets", Array{std::move(target)}},
      {"custodian", Object{{"name", "Provider (invented)"},
                           {"location", "Manila"},
                           {"country", to.casting().jurisdiction}}},
      {"relationship_to_offence", "the account from which it was sent"},
      {"necessity", "logs are kept for days only"},
      {"urgency", Object{{"level", "urgent"}, {"why", "it is spreading"}}},
      {"confidentiality", Object{{"requested", true}, {"why", "covert"}}},
      {"intent_to_request_mla", true},
      {"language", "en"}};
  return {{"to", member ? *member : ""},
          {"lane", "urgent"},
          {"provision", "ets185-29"},
          {"body", std::move(body)}};
}

json::Object say_draft(const std::string& member, const std::string& conversation,
                       json::Object body) {
  return {{"to", member},
          {"lane", "urgent"},
          {"body", std::move(body)},
          {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", conversation}}}}};
}

std::function<bool(const json::Value&)> in_phase(const char* phase) {
  return [phase](const json::Value& seen) { return at(seen, "phase") == json::Value(phase); };
}

Result<std::string> ask(app::Player& from, app::Player& to) {
  TRY(json::Value sent, from.draft_approve_send(
                            ask_draft(from, to, "someone@provider.example", "A worm."), "needed"));
  std::string id = text(at(sent, "conversation"));
  TRY_VOID(to.wait("/conversation?id=" + id, in_phase("asked")));
  return id;
}

}  // namespace comity::e2e
