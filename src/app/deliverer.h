#pragma once
// Runs the couriers (peer/courier.h), and one pairing message at a time.
//
// To one partner there may be several ways: each endpoint of its card, under each of our
// identities. A partner that was away while our key changed knows the one before; one that moved
// answers elsewhere. When a way fails, the next attempt takes the next.
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/log.h"
#include "net/client.h"
#include "net/runtime.h"
#include "node/context.h"
#include "peer/courier.h"
#include "peer/directory.h"

namespace comity::app {

class Deliverer {
 public:
  // What we may show, best first: keyring.h.
  using Identities = std::vector<crypto::TlsIdentity>;
  struct Ports {
    std::function<void(std::vector<node::Input>, std::function<void(std::vector<node::Reply>)>)>
        submit;
    std::function<Result<std::unique_ptr<node::View>>()> snapshot;
    std::function<std::shared_ptr<const peer::Directory>()> directory;
    std::function<std::shared_ptr<const node::Context>()> context;
    std::function<std::shared_ptr<const Identities>()> identities;
    std::function<Instant()> now;
  };
  Deliverer(net::Runtime& runtime, const Log& log, Ports ports);
  ~Deliverer();  // stop()

  // From any thread. refresh() takes up new, changed and lost partners, and identities of ours that
  // changed; wake() looks at those that have something new.
  void refresh();
  void wake(const node::Effects& effects);
  void stop();

 private:
  struct Route;
  void look(const std::shared_ptr<Route>& route);
  bool send_next(const std::shared_ptr<Route>& route, node::View& view);
  [[nodiscard]] net::Client* client_of(Route& route);
  void answered(const std::shared_ptr<Route>& route, const peer::Outgoing& sent,
                const Result<net::Response>& response);
  void sleep(const std::shared_ptr<Route>& route, node::View& view);
  void look_at_pairings();
  void send_pairing(const std::string& invitation, const std::string& message,
                    const std::string& endpoint, const crypto::TlsPin& pin);
  [[nodiscard]] std::shared_ptr<Route> make_route(const MemberId& peer,
                                                  const peer::Address& address);

  net::Runtime& runtime_;
  const Log& log_;
  Ports ports_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::map<MemberId, std::shared_ptr<Route>> routes_;  // shared with calls in flight
  // Routes that ended. A call in flight may hold one, and must not be the last to let it go: a
  // client cannot be destroyed on the network thread.
  std::vector<std::shared_ptr<Route>> gone_;
  std::unique_ptr<net::Client> pairing_client_;
  std::string pairing_with_;                           // endpoint and pin of that client
  std::vector<std::unique_ptr<net::Client>> retired_;  // one for each ceremony past, until stop()
  bool pairing_busy_ = false;
  net::Timer pairing_retry_;
};

}  // namespace comity::app
