#pragma once
// How a command reaches its node: over admin.sock while the node runs, else by opening the folder
// itself.
#include <memory>
#include <optional>
#include <string>

#include "app/node.h"
#include "member/officer.h"
#include "net/http.h"

namespace comity::app {

class Client {
 public:
  Client(Folder folder, UnlockSource unlock)
      : folder_(std::move(folder)), unlock_(std::move(unlock)) {}

  // A signed command's answer.  Errors: the node's own, as it gave them.
  //   blob   that the command names by its hash; may be empty
  [[nodiscard]] Result<json::Value> command(const std::string& envelope,
                                            const std::string& blob = {});
  [[nodiscard]] Result<json::Value> get(const std::string& target);
  // What is new in collections; waits for it (app/watch.h).
  [[nodiscard]] Result<json::Value> watch(const json::Value& asked);
  [[nodiscard]] Result<json::Value> backup(const json::Value& wanted);  // app/backup.h
  // Every step of the roster once, by the running node, else from here (app/hook.h).
  [[nodiscard]] Result<json::Value> drill();
  [[nodiscard]] const Folder& folder() const { return folder_; }

 private:
  [[nodiscard]] Result<json::Value> ask(net::Request request);
  [[nodiscard]] Result<json::Value> ask_offline(const net::Request& request);

  Folder folder_;
  UnlockSource unlock_;
  std::optional<Unlocker> unlocker_;
  std::unique_ptr<Node> opened_;  // once the node was found not to be running
  bool may_write_ = false;        // opened_ has taken its first turn
};

// An officer at this machine: the key unlocked, commands and approvals signed here and nowhere
// else.
class Desk {
 public:
  // `name`: of the key file in officers/; empty when there is only one.
  [[nodiscard]] static Result<Desk> open(const Folder& folder, const std::string& name,
                                         const UnlockSource& unlock);
  [[nodiscard]] const OfficerId& officer() const { return key_.id; }
  [[nodiscard]] const crypto::SigningKey& key() const { return key_.key; }
  [[nodiscard]] std::string sign_command(std::string_view name, json::Object args) const;
  struct Approve {
    Hash subject;
    std::string reason;
    std::chrono::hours good_for{24};
    member::OfficerRole as = member::OfficerRole::approver;
    std::set<std::string> gives{};  // of the approvals that the law names
    std::vector<member::Instrument> instruments{};
  };
  [[nodiscard]] std::string sign_approval(const Approve& approve) const;

 private:
  explicit Desk(member::OfficerKey key) : key_(std::move(key)) {}
  member::OfficerKey key_;
};

struct NewOfficer {
  std::string name;
  std::set<member::OfficerRole> roles;
  std::set<std::string> gives{};
};
// Makes an officer's key, locks it into officers/NAME.key, and returns the officer as user.add
// takes it.
[[nodiscard]] Result<member::Officer> make_officer(const Folder& folder, const NewOfficer& wanted,
                                                   const Unlocker& unlocker);

}  // namespace comity::app
