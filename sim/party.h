#pragma once
// One member: a node on its own disk with its own clock, and the people at its desk. The node is
// the real one: SQLite store, driver, service, couriers; only the process, the disk and the wires
// around it are made of events.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disk.h"
#include "member/card_change.h"
#include "member/officer.h"
#include "net/http.h"
#include "network.h"
#include "node/driver.h"
#include "peer/courier.h"
#include "peer/service.h"
#include "stage.h"
#include "store/sqlite_store.h"

namespace comity::sim {

class Audit;

struct Profile {
  std::string name, jurisdiction;
  member::Role role = member::Role::poc;
};

enum class Desk : std::uint8_t { admin, author, approver, counsel };
inline constexpr std::size_t desks = 4;

class Party {
 public:
  struct World {
    Stage& stage;
    Network& network;
    Audit& audit;
  };
  Party(World world, std::size_t index, Profile profile);
  ~Party();

  // Keys, card, store, officers. check()s that all of it works: the disk is well yet.
  void found();

  // The process. start() tries again by itself until it stands; crash() is kill -9, power_off()
  // takes unsynced data.
  void start();
  void crash();
  void power_off();
  [[nodiscard]] bool up() const { return process_ != nullptr; }
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  void stay_down(bool down) { stay_down_ = down; }
  // Puts back old files at the next start; `whole` takes the file that would tell along.
  void put_back(const Disk::Copy& copy, bool whole);
  [[nodiscard]] Disk::Copy copy_of_disk() const { return disk_.copy(); }

  // As app::Host: answers once it is durable, never when the process dies first.
  using Done = std::function<void(std::vector<node::Reply>)>;
  void submit(std::vector<node::Input> inputs, Done done);
  // One turn at once, for pairing and for tests. Errors as a reply when the process is down.
  node::Turn turn(std::vector<node::Input> inputs);
  void look_at_all();

  // An officer's command, given again and again until the node has answered.
  using Then = std::function<void(Result<json::Value>)>;
  //   blob   a file beside it, which the command names by its hash
  void give(Desk who, std::string name, json::Object args, Then then, std::string blob = {});
  [[nodiscard]] std::string sign_command(Desk who, std::string name, json::Object args);
  [[nodiscard]] std::string sign_approval(Desk who, const Hash& subject, Millis good_for);
  [[nodiscard]] const member::OfficerKey& officer(Desk who) const {
    return officers_[static_cast<std::size_t>(who)];
  }

  // A message of another party's client, proven to be its own by its pin.
  void serve(const std::optional<crypto::TlsPin>& pin, const std::string& bytes,
             Network::Answer answer);

  [[nodiscard]] Instant clock() const;
  void shift_clock(Millis by) { skew_ += by; }
  [[nodiscard]] Millis skew() const { return skew_; }
  void true_clock() { skew_ = Millis{0}; }

  [[nodiscard]] Result<std::unique_ptr<node::View>> view() const;
  [[nodiscard]] const MemberId& id() const { return id_; }
  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }
  [[nodiscard]] const crypto::TlsPin& pin() const { return pin_; }
  [[nodiscard]] const member::SignedCard& card() const { return card_; }
  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] store::SqliteStore* store() { return process_ ? process_->store.get() : nullptr; }
  [[nodiscard]] const node::Context* context() const {
    return process_ ? &process_->driver->context() : nullptr;
  }
  [[nodiscard]] const crypto::SigningKey& act_key() const { return act_keys_.at(card_.hash); }
  [[nodiscard]] const crypto::SigningKey& checkpoint_key() const { return *checkpoint_key_; }
  // The next card, with a new act key, as its officers make it at the root key's desk.
  [[nodiscard]] std::string next_card(member::Overlap overlap);

  // Whose answers a liar bends before they leave; bytes in, bytes out.
  std::function<net::Response(const net::Request&, net::Response)> bend;
  // Who is where; set once, for couriers.
  std::map<MemberId, std::size_t>* addresses = nullptr;

  bool honest = true;
  bool rolled_back = false;
  std::uint64_t restarts = 0;

 private:
  struct Waiting {
    std::vector<node::Input> inputs;
    Done done;
  };
  struct Route {
    explicit Route(const MemberId& self, const MemberId& to) : courier(self, to) {}
    peer::Courier courier;
    std::uint64_t timer = 0;  // of the one that counts
  };
  struct Process {
    std::unique_ptr<store::SqliteStore> store;
    std::unique_ptr<node::Driver> driver;
    std::unique_ptr<peer::Service> service;
    std::shared_ptr<const peer::Directory> directory;   // as Service's port hands it out
    std::map<MemberId, std::shared_ptr<Route>> routes;  // shared with calls under way
    std::vector<Waiting> queue;
    bool turn_due = false;
  };

  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<void> take_context(Process& process);
  [[nodiscard]] node::Context make_context(const member::SignedCard& card) const;
  void take_turn();
  void observe(const std::vector<node::Input>& inputs, const node::Turn& turn);
  void after_turn(const node::Effects& effects);
  void read_card();
  void refresh();
  void look(const MemberId& peer);
  bool send_next(const MemberId& peer, const std::shared_ptr<Route>& route, node::View& view);
  void sleep(const MemberId& peer, Route& route, Millis wait);
  void tick();
  void die();
  // Calls `what` later, unless this process is gone by then.
  void later(Millis wait, std::function<void()> what);

  World world_;
  std::size_t index_;
  Profile profile_;
  Dice random_;  // of the node's own keys and ids
  Disk disk_;
  std::string path_;
  Millis skew_{0};
  std::int64_t drift_ppm_ = 0;
  MemberId id_;
  crypto::TlsPin pin_;
  member::SignedCard card_;
  std::optional<crypto::SigningKey> root_, checkpoint_key_, cosignature_key_;
  Hash next_root_;
  crypto::Secret pseudonym_, kek_;
  std::map<CardHash, crypto::SigningKey> act_keys_;
  std::vector<member::OfficerKey> officers_;
  std::unique_ptr<Process> process_;
  std::uint64_t generation_ = 0;
  bool stay_down_ = false;
  bool power_failed_ = true;
  std::optional<std::pair<Disk::Copy, bool>> put_back_;
};

}  // namespace comity::sim
