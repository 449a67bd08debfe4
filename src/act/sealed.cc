#include "act/sealed.h"

namespace comity::act {

Sealed Sealed::examine(std::string bytes, std::size_t bytes_max) {
  auto envelope = parse_envelope(bytes, bytes_max);
  Result<void> signature =
      envelope ? verify(*envelope) : Result<void>(std::unexpected(envelope.error()));
  return {std::move(bytes), std::move(envelope), std::move(signature)};
}

}  // namespace comity::act
