#pragma once
// A node at work: one writer thread that takes turns, one network thread, and the couriers to every
// partner.
//
// Every input goes through submit(); the writer takes whatever waits (up to a bound) as one turn,
// so a lone act is committed at once and a crowd shares one fsync. Completions run on the writer
// thread, after the fsync.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/node.h"
#include "base/log.h"
#include "net/runtime.h"
#include "net/server.h"

namespace comity::app {

class Host {
 public:
  using Done = std::function<void(std::vector<node::Reply>)>;

  // Told of every input and its reply, on the writer thread, once durable; for measuring. May be
  // empty.
  using Observer = std::function<void(const node::Input&, const node::Reply&)>;
  // Listens for partners and on admin.sock, and starts the couriers.  Errors: io, when an address
  // is taken.
  [[nodiscard]] static Result<std::unique_ptr<Host>> start(std::unique_ptr<Node> node,
                                                           const Log& log, Observer observer = {});
  ~Host();  // stop()

  void submit(std::vector<node::Input> inputs, Done done);
  // Cuts connections, finishes what is queued, closes the store.
  void stop();
  [[nodiscard]] Node& node() { return *node_; }
  [[nodiscard]] net::Endpoint peer_endpoint() const;

 private:
  struct Parts;  // servers, couriers, counters
  Host(std::unique_ptr<Node> node, const Log& log, Observer observer);
  [[nodiscard]] Result<void> listen();
  using Refused = std::function<void(const std::string& remote, const Error&)>;
  [[nodiscard]] Result<void> listen_for_taxii(const Refused& refused);
  [[nodiscard]] net::Response taxii_problem(const net::Request& head, int status,
                                            const Error& error) const;
  void write_loop();
  void take_law();
  void after_turn(const node::Effects& effects);
  [[nodiscard]] bool read_directory();  // false: the disk is ill, try again
  [[nodiscard]] Result<void> show_identities();
  void note(const node::Input& input, const node::Reply& reply);
  void schedule_tick();
  void answer_admin(const net::Request& request, const net::Responder& respond);
  void answer_backup(const net::Request& request, const net::Responder& respond);
  void answer_drill(const net::Responder& respond);
  void answer_metrics(const net::Request& request, const net::Responder& respond);

  struct Waiting {
    std::vector<node::Input> inputs;
    Done done;
  };

  std::unique_ptr<Node> node_;
  const Log& log_;
  Observer observer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  bool directory_old_ = false;  // of the writer thread
  std::thread writer_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace comity::app
