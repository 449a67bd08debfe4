#pragma once
// The demo's nodes: real folders, real processes of this very program, real TLS on loopback. All
// parties are invented.
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "app/client.h"

namespace comity::app {

struct Casting {
  std::string id;  // folder's and nickname: "us-poc"
  std::string name, jurisdiction, role, callback;
  std::string program = "/proc/self/exe";  // the node's; tests cast another program than their own
  std::string metrics{};                   // where it serves /metrics; empty: nowhere
};

// A loopback port that nobody uses now. Somebody may take it before the node does; then the node
// says so.
[[nodiscard]] Result<std::uint16_t> free_port();

// One node with two officers: `author` drafts and is admin, `approver` approves.
class Player {
 public:
  // Makes the node's folder below `stage`, starts `comity serve` in it and waits until it answers.
  [[nodiscard]] static Result<std::unique_ptr<Player>> cast(const std::filesystem::path& stage,
                                                            const Casting& casting);
  ~Player();  // ends the process
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  [[nodiscard]] const Casting& casting() const { return casting_; }
  [[nodiscard]] const Folder& folder() const { return folder_; }
  [[nodiscard]] std::string key_file() const;

  [[nodiscard]] pid_t process() const { return process_; }  // -1 while it does not run
  [[nodiscard]] const Desk& author() const { return *author_; }
  [[nodiscard]] const Desk& approver() const { return *approver_; }

  // Runs `comity serve` and waits until it answers.
  [[nodiscard]] Result<void> start();
  // Sends the signal and waits for the process's end; returns its wait status.
  int stop(int signal);

  // Commands by the author, or by the second officer.
  [[nodiscard]] Result<json::Value> command(std::string_view name, json::Object args);
  // Takes a STIX envelope into a collection.
  [[nodiscard]] Result<json::Value> import(const std::string& collection,
                                           const std::string& envelope);
  // Drafts, approves with the second officer's signature, and sends: three signed commands. Returns
  // what send answers.
  [[nodiscard]] Result<json::Value> draft_approve_send(json::Object draft,
                                                       const std::string& reason);
  [[nodiscard]] Result<json::Value> get(const std::string& target);
  // Asks again until `holds`, for at most thirty seconds; then Code::unreachable with what was last
  // seen.
  [[nodiscard]] Result<json::Value> wait(const std::string& target,
                                         const std::function<bool(const json::Value&)>& holds);
  [[nodiscard]] Result<std::string> member_id(const std::string& nickname);

 private:
  Player(Casting casting, Folder folder)
      : casting_(std::move(casting)), folder_(std::move(folder)) {}
  [[nodiscard]] Result<void> found();
  [[nodiscard]] Result<void> hire();

  Casting casting_;
  Folder folder_;
  pid_t process_ = -1;
  std::unique_ptr<Client> client_;
  std::optional<Desk> author_, approver_;
};

// The whole ceremony, six words compared, and each side's mandates checked. Returns the words.
[[nodiscard]] Result<std::string> pair(Player& inviter, Player& acceptor);

}  // namespace comity::app
