#include "app/demo_cast.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "crypto/hash.h"
#include "crypto/random.h"

namespace comity::app {
namespace {

constexpr Millis patience{30'000};  // a busy machine may be slow, and is not wrong
constexpr Millis look_every{2};

const json::Value& at(const json::Value& value, std::string_view name) {
  static const json::Value none;
  const json::Value* found = value.find(name);
  return found ? *found : none;
}

Result<json::Value> named(const json::Value& list, const char* field, const std::string& name) {
  if (list.as_array())
    for (const json::Value& each : *list.as_array())
      if (at(each, field) == json::Value(name)) return each;
  return fail(Code::not_found, "nothing here is called " + name);
}

}  // namespace

Result<std::uint16_t> free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
               ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (fd >= 0) ::close(fd);
  if (!bound) return fail(Code::io, "no free port on loopback");
  return ntohs(address.sin_port);
}

std::string Player::key_file() const {
  return (folder_.root().parent_path() / (casting_.id + ".secret")).string();
}

Result<std::unique_ptr<Player>> Player::cast(const std::filesystem::path& stage,
                                             const Casting& casting) {
  std::unique_ptr<Player> player(new Player(casting, Folder(stage / casting.id)));
  crypto::SystemRandom random;
  Bytes secret(32);
  random.fill(secret);
  TRY_VOID(write_file(player->key_file(), as_text(secret), Existing::keep));
  TRY_VOID(player->found());
  TRY_VOID(player->start());
  TRY_VOID(player->hire());
  return player;
}

Result<void> Player::found() {
  TRY(std::uint16_t port, free_port());
  Founding founding;
  founding.config = {.name = casting_.name,
                     .jurisdiction = casting_.jurisdiction,
                     .role = casting_.role,
                     .listen = {.host = "127.0.0.1", .port = port},
                     .endpoint = "127.0.0.1:" + std::to_string(port),
                     .metrics = {},
                     .law = ""};
  if (!casting_.metrics.empty()) {
    TRY(founding.config.metrics, net::endpoint_from_text(casting_.metrics));
  }
  founding.callback = casting_.callback;
  founding.office_hours = "24/7";
  founding.languages = {"en"};
  founding.mandates = {
      {"preservation",
       "Convention on Cybercrime, Art. 35(1) (designation invented for this demo)"}};
  TRY(Unlocker unlocker,
      find_unlocker({.key_file = key_file(), .passphrase_file = ""}, Ask::once, casting_.id));
  TRY_VOID(found_node(folder_, founding, unlocker));
  return {};
}

Result<void> Player::start() {
  std::string log = (folder_.root() / "serve.log").string();
  std::string dir = folder_.root().string(), key = key_file();
  // One left by a process that was killed would look like an answer, and the client would open the
  // folder itself.
  ::unlink(folder_.admin_socket().c_str());
  client_.reset();  // it holds the folder's lock when it was asked while the process was down
  process_ = ::fork();
  if (process_ < 0) return fail(Code::io, std::string("fork: ") + std::strerror(errno));
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
    ::execl(casting_.program.c_str(), "comity", "--dir", dir.c_str(), "--key-file", key.c_str(),
            "serve", nullptr);
    ::_exit(127);
  }
  client_ = std::make_unique<Client>(folder_, UnlockSource{.key_file = key, .passphrase_file = ""});
  auto until = std::chrono::steady_clock::now() + patience;
  while (!std::filesystem::exists(folder_.admin_socket())) {
    bool gone = ::waitpid(process_, nullptr, WNOHANG) == process_;
    if (gone) process_ = -1;
    if (gone || std::chrono::steady_clock::now() > until) {
      stop(SIGKILL);
      auto said = read_file(log);
      return fail(Code::unreachable, casting_.id + " did not start: " + (said ? *said : ""), log);
    }
    std::this_thread::sleep_for(look_every);
  }
  TRY_VOID(wait("/status", [](const json::Value&) { return true; }));
  return {};
}

Result<void> Player::hire() {
  TRY(Unlocker unlocker,
      find_unlocker({.key_file = key_file(), .passphrase_file = ""}, Ask::once, casting_.id));
  using member::OfficerRole;
  UnlockSource source{.key_file = key_file(), .passphrase_file = ""};
  TRY(auto first,
      make_officer(folder_, {.name = "author", .roles = {OfficerRole::admin, OfficerRole::author}},
                   unlocker));
  TRY(author_, Desk::open(folder_, "author", source));
  TRY_VOID(command("user.add", {{"officer", member::to_json(first)}}));
  TRY(auto second,
      make_officer(folder_,
                   {.name = "approver", .roles = {OfficerRole::approver}, .gives = {"poc_officer"}},
                   unlocker));
  TRY(approver_, Desk::open(folder_, "approver", source));
  TRY_VOID(command("user.add", {{"officer", member::to_json(second)}}));
  return {};
}

Player::~Player() {
  stop(SIGTERM);
}

int Player::stop(int signal) {
  if (process_ <= 0) return 0;
  int status = 0;
  ::kill(process_, signal);
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return status;
}

Result<json::Value> Player::command(std::string_view name, json::Object args) {
  return client_->command(author_->sign_command(name, std::move(args)));
}

Result<json::Value> Player::import(const std::string& collection, const std::string& envelope) {
  json::Object args{{"collection", collection},
                    {"sha256", to_hex(crypto::sha256(as_bytes(envelope)))}};
  return client_->command(author_->sign_command("alert.import", std::move(args)), envelope);
}

Result<json::Value> Player::draft_approve_send(json::Object draft, const std::string& reason) {
  TRY(json::Value drafted, command("request.draft", std::move(draft)));
  TRY(Hash subject, hash_from_hex(*at(drafted, "subject").as_string()));
  std::string approval =
      approver_->sign_approval({.subject = subject, .reason = reason, .gives = {"poc_officer"}});
  json::Object approve{
      {"draft", at(drafted, "draft")}, {"approval", approval}, {"acknowledge_unconfirmed", true}};
  TRY_VOID(client_->command(approver_->sign_command("request.approve", std::move(approve))));
  return command("request.send", {{"draft", at(drafted, "draft")}});
}

Result<json::Value> Player::get(const std::string& target) {
  return client_->get(target);
}

Result<json::Value> Player::wait(const std::string& target,
                                 const std::function<bool(const json::Value&)>& holds) {
  auto until = std::chrono::steady_clock::now() + patience;
  Result<json::Value> seen = fail(Code::unreachable, "nothing was seen");
  while (std::chrono::steady_clock::now() < until) {
    seen = client_->get(target);
    if (seen && holds(*seen)) return seen;
    std::this_thread::sleep_for(look_every);
  }
  return fail(Code::unreachable,
              casting_.id + " never came to what was awaited; last seen: " +
                  (seen ? json::write(*seen).substr(0, 600) : seen.error().what),
              target);
}

Result<std::string> Player::member_id(const std::string& nickname) {
  TRY(json::Value members, get("/members"));
  TRY(json::Value member, named(members, "nickname", nickname));
  return *at(member, "id").as_string();
}

Result<std::string> pair(Player& inviter, Player& acceptor) {
  const std::string& guest = acceptor.casting().id;
  const std::string& host = inviter.casting().id;
  TRY(Config config, inviter.folder().read_config());
  TRY(json::Value invited,
      inviter.command("member.invite",
                      {{"nickname", guest}, {"endpoint", config.endpoint}, {"minutes", 10}}));
  TRY_VOID(
      acceptor.command("member.accept", {{"nickname", host}, {"invitation", at(invited, "text")}}));

  std::string invitation = *at(invited, "invitation").as_string();
  auto comparing = [&](const json::Value& pairings) {
    auto mine = named(pairings, "invitation", invitation);
    return mine && at(*mine, "words").as_array();
  };
  TRY(json::Value here, inviter.wait("/pairings", comparing));
  TRY(json::Value there, acceptor.wait("/pairings", comparing));
  TRY(json::Value ours, named(here, "invitation", invitation));
  TRY(json::Value theirs, named(there, "invitation", invitation));
  if (at(ours, "words") != at(theirs, "words")) return fail(Code::invalid, "the six words differ");

  json::Object match{{"invitation", invitation}, {"verdict", "match"}};
  TRY_VOID(inviter.command("member.confirm", match));
  TRY_VOID(acceptor.command("member.confirm", match));
  auto knows = [](const std::string& nickname) {
    return [nickname](const json::Value& members) {
      return named(members, "nickname", nickname).has_value();
    };
  };
  TRY_VOID(inviter.wait("/members", knows(guest)));
  TRY_VOID(acceptor.wait("/members", knows(host)));
  for (auto [who, whom] : {std::pair{&inviter, guest}, std::pair{&acceptor, host}}) {
    TRY(std::string id, who->member_id(whom));
    TRY_VOID(who->command("member.check", {{"member", id},
                                           {"measure", "preservation"},
                                           {"method", "call_back"},
                                           {"date", to_text(date_of(SystemClock().now()))},
                                           {"note", "invented for this demo"}}));
  }
  std::string words;
  for (const json::Value& word : *at(ours, "words").as_array())
    words += (words.empty() ? "" : " ") + *word.as_string();
  return words;
}

}  // namespace comity::app
