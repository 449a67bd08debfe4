#pragma once
// The server's side, without sockets: a request of a known caller becomes inputs, their replies
// become the response.
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "net/http.h"
#include "node/input.h"
#include "peer/directory.h"

namespace comity::peer {

class Service {
 public:
  // All three outlive the service. `submit` answers later, from any thread, once what it was given
  // is durable.
  struct Ports {
    std::function<void(std::vector<node::Input>, std::function<void(std::vector<node::Reply>)>)>
        submit;
    std::function<Result<std::unique_ptr<node::View>>()> snapshot;
    std::function<std::shared_ptr<const Directory>()> directory;
  };
  using Answer = std::function<void(net::Response)>;

  explicit Service(Ports ports) : ports_(std::move(ports)) {}

  // `pin` is proven by the caller's handshake. Answers exactly once.
  void handle(const std::optional<crypto::TlsPin>& pin, const net::Request& request,
              Answer answer) const;

 private:
  void take_acts(const MemberId& peer, const net::Request& request, Answer answer) const;
  void take_checkpoint(const MemberId& peer, const net::Request& request, Answer answer) const;
  void take_shown(const MemberId& peer, const net::Request& request, Answer answer) const;
  void take_pairing(const crypto::TlsPin& pin, const net::Request& request, Answer answer) const;
  [[nodiscard]] Result<net::Response> witnessed(const MemberId& peer) const;
  [[nodiscard]] Result<net::Response> consistency(const net::Request& request) const;
  // A peer that failed to answer us and now calls is within reach again.
  void note_contact(const MemberId& peer) const;

  Ports ports_;
};

}  // namespace comity::peer
