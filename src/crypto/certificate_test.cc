#include "crypto/certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/limits.h"
#include "crypto/hash.h"

namespace comity::crypto {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Certificate read(std::string_view pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Certificate certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
  BIO_free(bio);
  return certificate;
}

Key read_key(const Secret& pem) {
  BIO* bio = BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.view().size()));
  Key key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr), &EVP_PKEY_free);
  BIO_free(bio);
  return key;
}

Bytes der_of(X509* certificate) {
  std::uint8_t* der = nullptr;
  int size = i2d_X509(certificate, &der);
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

TEST(TlsIdentity, is_a_p256_certificate_signed_by_its_own_key) {
  TlsIdentity identity = make_tls_identity();
  Certificate certificate = read(identity.certificate_pem);
  Key key = read_key(identity.key_pem);
  ASSERT_TRUE(certificate && key);
  EXPECT_TRUE(as_text(identity.key_pem.view()).starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
  EXPECT_EQ(X509_verify(certificate.get(), key.get()), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 256);
  EXPECT_EQ(X509_get_version(certificate.get()), X509_VERSION_3);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_GT(ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get())), -2);
}

TEST(TlsIdentity, never_expires) {
  Certificate certificate = read(make_tls_identity().certificate_pem);
  auto text = [](const ASN1_TIME* time) {
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                       static_cast<std::size_t>(ASN1_STRING_length(time)));
  };
  EXPECT_EQ(text(X509_get0_notBefore(certificate.get())), "700101000000Z");
  EXPECT_EQ(text(X509_get0_notAfter(certificate.get())), "99991231235959Z");
}

TEST(TlsIdentity, is_another_each_time) {
  TlsIdentity one = make_tls_identity(), two = make_tls_identity();
  EXPECT_NE(one.pin, two.pin);
  EXPECT_EQ(pin_of_certificate(one.certificate_pem).value(), one.pin);
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(read(one.certificate_pem).get()),
                             X509_get0_serialNumber(read(two.certificate_pem).get())),
            0);
}

// RFC 7469, section 2.4: the pin is of the SubjectPublicKeyInfo, here taken from the private key.
TEST(TlsPin, is_the_hash_of_the_public_key_info) {
  TlsIdentity identity = make_tls_identity();
  Key key = read_key(identity.key_pem);
  std::uint8_t* der = nullptr;
  int size = i2d_PUBKEY(key.get(), &der);
  ASSERT_GT(size, 0);
  EXPECT_EQ(sha256(BytesView(der, static_cast<std::size_t>(size))).bytes, identity.pin.bytes);
  OPENSSL_free(der);
  EXPECT_EQ(pin_of_certificate_der(der_of(read(identity.certificate_pem).get())).value(),
            identity.pin);
}

TEST(TlsPin, is_taken_of_certificates_only) {
  TlsIdentity identity = make_tls_identity();
  std::string encrypted = identity.certificate_pem;
  encrypted.insert(
      encrypted.find('\n') + 1,
      "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,000102030405060708090A0B0C0D0E0F\n\n");
  for (const std::string& text :
       {std::string(), std::string("hello"), identity.certificate_pem.substr(0, 200),
        std::string(as_text(identity.key_pem.view())), encrypted,
        std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}) {
    auto pin = pin_of_certificate(text);
    ASSERT_FALSE(pin) << text;
    EXPECT_EQ(pin.error().code, Code::malformed);
  }
  Bytes der = der_of(read(identity.certificate_pem).get());
  EXPECT_EQ(pin_of_certificate_der(BytesView(der).first(der.size() - 1)).error().code,
            Code::malformed);
  EXPECT_EQ(pin_of_certificate_der({}).error().code, Code::malformed);
  der.push_back(0);
  EXPECT_EQ(pin_of_certificate_der(der).error().code, Code::malformed);
}

TEST(TlsPin, bounds_the_certificate) {
  std::string pem = make_tls_identity().certificate_pem;
  pem.resize(limits::certificate_bytes_max, '\n');
  EXPECT_TRUE(pin_of_certificate(pem));
  EXPECT_EQ(pin_of_certificate(pem + "\n").error().code, Code::too_large);
  EXPECT_EQ(pin_of_certificate_der(Bytes(limits::certificate_bytes_max + 1)).error().code,
            Code::too_large);
}

}  // namespace
}  // namespace comity::crypto
