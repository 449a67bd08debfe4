#pragma once
// TLS 1.3 (RFC 8446) by pins: no CA, no names, no dates. Each side is the SHA-256 of its
// SubjectPublicKeyInfo. No tickets, no resumption, no 0-RTT: every connection asks the pin check
// anew.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "crypto/certificate.h"

namespace comity::net {

// Called on a runtime thread, possibly on several at once; must not block.
using PinCheck = std::function<bool(const crypto::TlsPin&)>;

class TlsContext {
 public:
  // Asks the client for a certificate and lets it in when `admits` says so: peers, and strangers
  // while a pairing is open (ServerOptions::paired tells them apart). Its pin goes to the handler.
  //   Errors  Code::malformed when certificate and key are not PEM, or not of one pair.
  [[nodiscard]] static Result<TlsContext> server(const crypto::TlsIdentity& identity,
                                                 PinCheck admits);
  // With several identities, while a key is being replaced: shows the one whose pin the client
  // wants (name_for()), else the first, which must be there.
  [[nodiscard]] static Result<TlsContext> server(std::span<const crypto::TlsIdentity> identities,
                                                 PinCheck admits);
  // A server for browsers and TAXII clients, which are known by other means: TLS 1.2 too (with
  // forward secrecy and AEAD alone), and any certificate or none. Who shows one has its key; what
  // its pin is worth is for the handler to say.
  [[nodiscard]] static Result<TlsContext> open_server(const crypto::TlsIdentity& identity);
  // Shows `identity` and accepts a server only when `expects` says so. `wanted`, a pin, is told to
  // the server, which may hold several keys.
  [[nodiscard]] static Result<TlsContext> client(
      const crypto::TlsIdentity& identity, PinCheck expects,
      const std::optional<crypto::TlsPin>& wanted = std::nullopt);

  struct State;  // for net/ itself
  [[nodiscard]] State& state() const { return *state_; }

 private:
  explicit TlsContext(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;  // connections outlive a change of identity
};

// The server name (RFC 6066, section 3) by which a client says which key it wants to see: the pin's
// first 16 bytes in hex, below a name that is nobody's (RFC 6761, section 6.4).
[[nodiscard]] std::string name_for(const crypto::TlsPin& pin);

// A PinCheck for exactly one pin.
[[nodiscard]] PinCheck only(const crypto::TlsPin& pin);

}  // namespace comity::net
