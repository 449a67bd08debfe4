// A key file's text never does harm, and what opens is what was locked. Only cheap parameters are
// stretched.
#include "base/check.h"
#include "base/limits.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"

using namespace comity;
using crypto::Secret;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  Secret key = Secret::copy_of(Bytes(32, 'k'));
  auto passphrase = crypto::needs_passphrase(text);
  bool cheap = text.find("argon2id t=1 m=8 ") == 14;
  if (!passphrase || !*passphrase || cheap) {
    auto plain = crypto::unlock(text, key);
    check(plain || !passphrase || plain.error().code == Code::not_allowed,
          "a well-formed text opens or is refused");
    check(!plain || passphrase, "only a well-formed text opens");
  }
  if (size > limits::keyfile_bytes_max / 2) return 0;
  crypto::SeededRandom random(size);
  std::string locked = crypto::lock_with_key(Secret::copy_of({data, size}), key, random);
  auto again = crypto::unlock(locked, key);
  check(again && as_text(again->view()) == text, "unlock(lock(x)) == x");
  return 0;
}
