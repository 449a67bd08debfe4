#pragma once
// An envelope that came from outside, examined once: its shape and its signature. Who makes an
// input of the node makes one of these, on whatever thread the bytes arrived; whoever holds one
// need not, and cannot, examine it otherwise.
#include <string>
#include <utility>

#include "act/envelope.h"

namespace comity::act {

class Sealed {
 public:
  // Reads the envelope and checks its signature against the key that the envelope itself names.
  // Whose key that is, and whether it may speak, is not asked here. Never fails as a whole: what is
  // wrong is kept, since the order in which a node refuses is its own.
  //   bytes_max   of the envelope, by its kind: base/limits.h
  [[nodiscard]] static Sealed examine(std::string bytes, std::size_t bytes_max);

  // Exactly as received.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  // To look at before asking who signed.  Errors: those of parse_envelope().
  [[nodiscard]] const Result<Envelope>& envelope() const { return envelope_; }
  // Errors: those of envelope(); Code::bad_signature unless `envelope()->key` signed it.
  [[nodiscard]] const Result<void>& signature() const { return signature_; }

 private:
  Sealed(std::string bytes, Result<Envelope> envelope, Result<void> signature)
      : bytes_(std::move(bytes)),
        envelope_(std::move(envelope)),
        signature_(std::move(signature)) {}
  std::string bytes_;
  Result<Envelope> envelope_;
  Result<void> signature_;
};

}  // namespace comity::act
