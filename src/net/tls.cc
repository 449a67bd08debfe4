#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

#include "base/check.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "net/tls_state.h"

namespace comity::net {
namespace {

// RFC 7301: ProtocolNameList with the one protocol spoken here.
constexpr std::array<unsigned char, 9> alpn = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

std::optional<crypto::TlsPin> pin_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return std::nullopt;
  const Hash hash = crypto::sha256(BytesView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return crypto::TlsPin{hash.bytes};
}

// In the place of chain building: the key is the identity, and the handshake proves that the peer
// holds it.
int verify(X509_STORE_CTX* store, void* argument) {
  const auto* state = static_cast<TlsContext::State*>(argument);
  X509* certificate = X509_STORE_CTX_get0_cert(store);
  const auto pin = certificate == nullptr ? std::nullopt : pin_of(certificate);
  if (pin && state->check(*pin)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);  // the alert is bad_certificate
  return 0;
}

// RFC 7301, section 3.2: no protocol in common is fatal; a client that offers none speaks HTTP/1.1.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size,
                const unsigned char* offered, unsigned offered_size, void*) {
  auto* chosen = const_cast<unsigned char*>(*out);
  const int found =
      SSL_select_next_proto(&chosen, out_size, alpn.data(), alpn.size(), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error bad_pem(std::string_view what) {
  Error error = tls_error("reading it");
  return {Code::malformed, "the TLS " + std::string(what) + " cannot be used: " + error.what, ""};
}

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
Bio bio_over(BytesView bytes) {
  return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), BIO_free};
}

using Certificate = std::unique_ptr<X509, FreeKeyPair>;
using Key = std::unique_ptr<EVP_PKEY, FreeKeyPair>;

Result<void> use_certificate(SSL_CTX* context, std::string_view pem) {
  const Bio bio = bio_over(as_bytes(pem));
  const Certificate leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1)
    return std::unexpected(bad_pem("certificate"));
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {  // takes `next` only on success
      X509_free(next);
      return std::unexpected(bad_pem("certificate chain"));
    }
  }
  ERR_clear_error();  // reading past the last certificate is how one learns that it was the last
  return {};
}

Key read_key(const crypto::Secret& pem) {
  const Bio bio = bio_over(pem.view());
  // No passphrase is ever asked for at the terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

Result<void> use_key(SSL_CTX* context, const crypto::Secret& pem) {
  const Key key = read_key(pem);
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return std::unexpected(bad_pem("private key"));
  }
  return {};
}

Result<KeyPair> read_pair(const crypto::TlsIdentity& identity) {
  const Bio bio = bio_over(as_bytes(identity.certificate_pem));
  KeyPair pair{.name = name_for(identity.pin),
               .certificate = Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)),
               .key = read_key(identity.key_pem)};
  if (!pair.certificate || !pair.key ||
      X509_check_private_key(pair.certificate.get(), pair.key.get()) != 1)
    return std::unexpected(bad_pem("certificate or key"));
  return pair;
}

// OpenSSL asks for the certificate once it has read the ClientHello.
int pick_pair(SSL* ssl, void* argument) {
  const auto* state = static_cast<TlsContext::State*>(argument);
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return 1;
  for (const KeyPair& pair : state->others) {
    if (pair.name != name) continue;
    return SSL_use_certificate(ssl, pair.certificate.get()) == 1 &&
           SSL_use_PrivateKey(ssl, pair.key.get()) == 1;
  }
  return 1;  // a name that we do not know: the first identity, which the client judges
}

Result<std::shared_ptr<TlsContext::State>> make_state(const crypto::TlsIdentity& identity,
                                                      TlsRole role, PinCheck pin_check) {
  auto state = std::make_shared<TlsContext::State>();
  state->role = role;
  state->check = std::move(pin_check);
  state->context.reset(
      SSL_CTX_new(role == TlsRole::server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX* context = state->context.get();
  if (context == nullptr) return std::unexpected(bad_pem("library"));
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  // Every connection is judged anew: nothing to resume, and no early data that could be replayed.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_max_cert_list(context, static_cast<long>(limits::tls_certificates_bytes_max));
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One read() takes many records; without it each record costs two.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, limits::http_read_bytes);
  if (state->check) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify, state.get());
  }
  if (role == TlsRole::server) {
    SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
  } else {
    SSL_CTX_set_alpn_protos(context, alpn.data(), alpn.size());
  }
  TRY_VOID(use_certificate(context, identity.certificate_pem));
  TRY_VOID(use_key(context, identity.key_pem));
  return state;
}

}  // namespace

Result<TlsContext> TlsContext::server(const crypto::TlsIdentity& identity, PinCheck admits) {
  return server(std::span(&identity, 1), std::move(admits));
}

Result<TlsContext> TlsContext::server(std::span<const crypto::TlsIdentity> identities,
                                      PinCheck admits) {
  check(!identities.empty(), "a server has an identity");
  TRY(auto state, make_state(identities.front(), TlsRole::server, std::move(admits)));
  for (const crypto::TlsIdentity& other : identities.subspan(1)) {
    TRY(KeyPair pair, read_pair(other));
    state->others.push_back(std::move(pair));
  }
  if (!state->others.empty()) SSL_CTX_set_cert_cb(state->context.get(), pick_pair, state.get());
  return TlsContext(std::move(state));
}

Result<TlsContext> TlsContext::open_server(const crypto::TlsIdentity& identity) {
  TRY(auto state, make_state(identity, TlsRole::server, nullptr));
  SSL_CTX* context = state->context.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    return std::unexpected(bad_pem("cipher list"));
  const auto take_any = [](X509_STORE_CTX*, void*) { return 1; };
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, take_any, nullptr);
  return TlsContext(std::move(state));
}

Result<TlsContext> TlsContext::client(const crypto::TlsIdentity& identity, PinCheck expects,
                                      const std::optional<crypto::TlsPin>& wanted) {
  TRY(auto state, make_state(identity, TlsRole::client, std::move(expects)));
  if (wanted) state->wanted = name_for(*wanted);
  return TlsContext(std::move(state));
}

std::string name_for(const crypto::TlsPin& pin) {
  return to_hex(pin.view().first(16)) + ".comity.invalid";
}

PinCheck only(const crypto::TlsPin& pin) {
  return [pin](const crypto::TlsPin& other) { return other == pin; };
}

Result<SslPtr> make_ssl(const TlsContext& context, int fd) {
  const TlsContext::State& state = context.state();
  SslPtr ssl(SSL_new(state.context.get()));
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) return std::unexpected(tls_error("starting TLS"));
  if (state.role == TlsRole::server) {
    SSL_set_accept_state(ssl.get());
  } else {
    SSL_set_connect_state(ssl.get());
    if (!state.wanted.empty() && SSL_set_tlsext_host_name(ssl.get(), state.wanted.c_str()) != 1)
      return std::unexpected(tls_error("starting TLS"));
  }
  return ssl;
}

std::optional<crypto::TlsPin> pin_of_peer(const SSL* ssl) {
  X509* certificate = SSL_get0_peer_certificate(ssl);
  return certificate == nullptr ? std::nullopt : pin_of(certificate);
}

Error tls_error(std::string_view doing) {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  const std::string prefix(doing);
  if (error == 0) return {Code::io, prefix + ": the connection was lost", ""};
  switch (ERR_GET_REASON(error)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return {Code::not_allowed, prefix + ": the other side's key is not one that is expected here",
              ""};
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return {Code::not_allowed, prefix + ": the other side shows no certificate", ""};
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return {Code::not_allowed, prefix + ": the other side does not admit our certificate", ""};
    default:
      break;
  }
  const char* reason = ERR_reason_error_string(error);
  return {Code::io, prefix + ": " + (reason == nullptr ? "TLS failed" : reason), ""};
}

}  // namespace comity::net
