#include "app/client.h"

#include <filesystem>

#include "app/admin.h"
#include "app/backup.h"
#include "app/hook.h"
#include "crypto/random.h"
#include "json/reader.h"
#include "net/client.h"

namespace comity::app {
namespace {

constexpr Millis answer_within{60'000};

// The node's problem body as the error it was made from.
Error error_from(const net::Response& response) {
  Error error{Code::invalid, "the node answered with status " + std::to_string(response.status),
              ""};
  auto body = json::parse(response.body);
  if (!body) return error;
  auto text = [&](const char* name) -> std::string {
    const json::Value* value = body->find(name);
    return value && value->as_string() ? *value->as_string() : "";
  };
  if (!text("detail").empty()) error.what = text("detail");
  error.where = text("where");
  for (int i = 0; i <= static_cast<int>(Code::invalid); ++i)
    if (code_name(static_cast<Code>(i)) == text("code")) error.code = static_cast<Code>(i);
  return error;
}

}  // namespace

Result<json::Value> Client::ask(net::Request request) {
  if (!opened_) {
    net::Endpoint socket{.host = "", .port = 0, .unix_path = folder_.admin_socket().string()};
    auto response = net::call(socket, request, answer_within);
    if (response) {
      if (response->status != 200) return std::unexpected(error_from(*response));
      return json::parse(response->body, {.bytes_max = limits::alert_act_bytes_max});
    }
    if (response.error().code != Code::unreachable) return std::unexpected(response.error());
  }
  return ask_offline(request);
}

Result<json::Value> Client::ask_offline(const net::Request& request) {
  if (request.target == "/watch")
    return fail(Code::unreachable, "the node is not running: nothing comes in to be watched");
  if (request.target == "/drill") {  // needs no key and no store
    TRY(Config config, folder_.read_config());
    net::Runtime runtime;
    return run_drill(runtime, config.roster, config.name, SystemClock().now());
  }
  // To look changes nothing; only a command opens the node as serve does.
  bool writes = request.method != "GET" && request.target != "/backup";
  if (!opened_ || (writes && !may_write_)) {
    TRY_VOID(folder_.read_config());
    if (!unlocker_) {
      TRY(unlocker_, find_unlocker(unlock_, Ask::once, "this node"));
    }
    opened_.reset();  // lets go of the folder
    TRY(opened_,
        writes ? Node::open(folder_, *unlocker_) : Node::open_to_read(folder_, *unlocker_));
    may_write_ = writes;
  }
  if (request.method == "GET") {
    TRY(net::Target target, net::parse_target(request.target));
    TRY(auto view, opened_->store().snapshot());
    return query(opened_->context(), *view, target);
  }
  if (request.target == "/backup") return run_backup(opened_->store(), request.body);
  node::Turn turn = opened_->turn(std::vector<node::Input>{command_given(request.body)});
  if (turn.replies[0].error) return std::unexpected(*turn.replies[0].error);
  return turn.replies[0].body;
}

Result<json::Value> Client::command(const std::string& envelope, const std::string& blob) {
  return ask({.method = "POST",
              .target = "/command",
              .headers = {},
              .body = blob.empty() ? envelope : envelope + "\n" + blob});
}

Result<json::Value> Client::watch(const json::Value& asked) {
  return ask({.method = "POST", .target = "/watch", .headers = {}, .body = json::write(asked)});
}

Result<json::Value> Client::backup(const json::Value& wanted) {
  return ask({.method = "POST", .target = "/backup", .headers = {}, .body = json::write(wanted)});
}

Result<json::Value> Client::drill() {
  return ask({.method = "POST", .target = "/drill", .headers = {}, .body = {}});
}

Result<json::Value> Client::get(const std::string& target) {
  return ask({.method = "GET", .target = target, .headers = {}, .body = {}});
}

Result<Desk> Desk::open(const Folder& folder, const std::string& name, const UnlockSource& unlock) {
  namespace fs = std::filesystem;
  fs::path path = folder.officer_key(name);
  if (name.empty()) {
    std::vector<fs::path> keys;
    std::error_code error;
    for (const auto& each : fs::directory_iterator(folder.root() / "officers", error))
      if (each.path().extension() == ".key") keys.push_back(each.path());
    if (keys.size() != 1)
      return fail(Code::invalid,
                  keys.empty() ? "no officer's key is here; make one with: comity user add"
                               : "several officers work here; say who you are with --as NAME");
    path = keys[0];
  }
  if (!fs::exists(path))
    return fail(Code::not_found, "no key of this officer is here", path.string());
  TRY(Unlocker unlocker, find_unlocker(unlock, Ask::once, path.stem().string()));
  TRY(crypto::Secret plain, open_key_file(path, unlocker, "no key of this officer is here"));
  TRY(auto key, member::officer_key_from_secret(plain));
  return Desk(std::move(key));
}

std::string Desk::sign_command(std::string_view name, json::Object args) const {
  crypto::SystemRandom random;
  Instant now = SystemClock().now();
  member::Command command{.id = make_id<member::CommandId>(now, random),
                          .officer = key_.id,
                          .name = std::string(name),
                          .args = std::move(args),
                          .at = now};
  return member::seal(command, key_.key);
}

std::string Desk::sign_approval(const Approve& approve) const {
  Instant now = SystemClock().now();
  return member::seal(member::Approval{.subject = approve.subject,
                                       .officer = key_.id,
                                       .as = approve.as,
                                       .gives = approve.gives,
                                       .instruments = approve.instruments,
                                       .reason = approve.reason,
                                       .at = now,
                                       .expires = now + approve.good_for},
                      key_.key);
}

Result<member::Officer> make_officer(const Folder& folder, const NewOfficer& wanted,
                                     const Unlocker& unlocker) {
  crypto::SystemRandom random;
  member::OfficerKey key{make_id<OfficerId>(SystemClock().now(), random),
                         crypto::SigningKey::generate(random)};
  TRY_VOID(write_file(folder.officer_key(wanted.name),
                      unlocker.lock(member::to_secret(key), random), Existing::keep));
  return member::Officer{.id = key.id,
                         .name = wanted.name,
                         .key = key.key.public_key(),
                         .roles = wanted.roles,
                         .gives = wanted.gives,
                         .enabled = true};
}

}  // namespace comity::app
