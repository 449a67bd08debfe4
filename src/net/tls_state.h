#pragma once
// OpenSSL behind net/tls.h, for net/ itself.
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/tls.h"

namespace comity::net {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

enum class TlsRole { client, server };

struct FreeKeyPair {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
// One of several identities of a server.
struct KeyPair {
  std::string name;  // name_for() its pin
  std::unique_ptr<X509, FreeKeyPair> certificate;
  std::unique_ptr<EVP_PKEY, FreeKeyPair> key;
};

struct TlsContext::State {
  std::unique_ptr<SSL_CTX, FreeSsl> context;
  std::vector<KeyPair> others;  // of a server, beside the one in `context`
  std::string wanted;           // of a client: the name it sends; empty: none
  PinCheck check;               // none: no certificate is asked for
  TlsRole role = TlsRole::server;
};

// A connection over `fd`, which stays the caller's.
[[nodiscard]] Result<SslPtr> make_ssl(const TlsContext& context, int fd);
[[nodiscard]] std::optional<crypto::TlsPin> pin_of_peer(const SSL* ssl);
// From this thread's OpenSSL error queue, which is emptied. not_allowed: a pin was refused, ours or
// theirs.
[[nodiscard]] Error tls_error(std::string_view doing);

}  // namespace comity::net
