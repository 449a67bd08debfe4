#pragma once
// Self-signed X.509 certificates for TLS between peers, and the pin that the member card carries:
// SHA-256 of the DER SubjectPublicKeyInfo (as RFC 7469, section 2.4 defines it). No CA is ever
// consulted.
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret.h"

namespace comity::crypto {

using TlsPin = Fixed32<struct TlsPinTag>;

struct TlsIdentity {
  std::string certificate_pem;
  Secret key_pem;  // PKCS#8
  TlsPin pin;
};

// A P-256 key and certificate valid 1970 to 9999 (RFC 5280, section 4.1.2.5): trust ends by
// revocation, not by date. Peers differ in TLS libraries; P-256 is the one key type that all speak.
[[nodiscard]] TlsIdentity make_tls_identity();
// Of the certificate in the text or, in DER, as a TLS library hands over its peer's;
// Code::malformed, too_large.
[[nodiscard]] Result<TlsPin> pin_of_certificate(std::string_view pem);
[[nodiscard]] Result<TlsPin> pin_of_certificate_der(BytesView der);

}  // namespace comity::crypto
