#include "crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/check.h"
#include "base/limits.h"
#include "crypto/hash.h"

namespace comity::crypto {
namespace {

template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    free_function(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;

void must(bool done) {
  check(done, "OpenSSL makes a certificate out of good parts");
}

BytesView held_by(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

// RFC 5280, section 4.1.2.2: a positive integer of at most 20 octets.
void set_serial(X509* certificate) {
  Number serial(BN_new());
  must(serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ODD) == 1);
  must(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr);
}

// The name says nothing about the member: TLS 1.3 hides the certificate, and a probe of the port
// sees it all the same.
void set_names(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("comity");
  must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, text, -1, -1, 0) == 1);
  must(X509_set_issuer_name(certificate, name) == 1);
}

void add_extension(X509* certificate, int nid, const char* value) {
  Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate self_signed(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  must(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  set_names(certificate.get());
  // RFC 5280, section 4.1.2.5: 99991231235959Z says "no well-defined expiration date".
  must(ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), "700101000000Z") == 1);
  must(ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "99991231235959Z") == 1);
  must(X509_set_pubkey(certificate.get(), key) == 1);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  must(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

Result<TlsPin> pin_of(X509* certificate) {
  ERR_clear_error();  // the queue is the thread's, and TLS reads it too
  if (!certificate) return fail(Code::malformed, "not an X.509 certificate");
  std::uint8_t* der = nullptr;
  int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return fail(Code::malformed, "the certificate has no public key");
  Hash hash = sha256(BytesView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return TlsPin{hash.bytes};
}

std::unexpected<Error> too_large() {
  return fail(Code::too_large, "a certificate is at most 16 KiB");
}

}  // namespace

TlsIdentity make_tls_identity() {
  Key key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  Certificate certificate = self_signed(key.get());
  Bio text(BIO_new(BIO_s_mem()));
  must(text && PEM_write_bio_X509(text.get(), certificate.get()) == 1);
  // The secure kind wipes its memory.
  Bio secret(BIO_new(BIO_s_secmem()));
  must(secret && PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0,
                                               nullptr, nullptr) == 1);
  return {std::string(as_text(held_by(text.get()))), Secret::copy_of(held_by(secret.get())),
          *pin_of(certificate.get())};
}

Result<TlsPin> pin_of_certificate(std::string_view pem) {
  if (pem.size() > limits::certificate_bytes_max) return too_large();
  Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!text) throw std::bad_alloc();
  // An encrypted PEM would make OpenSSL ask for a passphrase on the terminal.
  auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Certificate certificate(PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr));
  return pin_of(certificate.get());
}

Result<TlsPin> pin_of_certificate_der(BytesView der) {
  if (der.size() > limits::certificate_bytes_max) return too_large();
  const std::uint8_t* at = der.data();
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate && at != der.data() + der.size()) certificate.reset();
  return pin_of(certificate.get());
}

}  // namespace comity::crypto
