#include "crypto/random.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace comity::crypto {
namespace {

constexpr std::size_t block_bytes = 64;

// RFC 8439, section 2.3, with the zero nonce's first word as the high half of the counter, so that
// a stream never ends: the layout of the original ChaCha20, which libsodium offers. `out` is whole
// blocks.
void chacha20_blocks(const Hash& key, std::uint64_t first_block, std::span<std::uint8_t> out) {
  sodium_ready();
  constexpr std::uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {};
  std::ranges::fill(out, std::uint8_t{0});
  crypto_stream_chacha20_xor_ic(out.data(), out.data(), out.size(), nonce, first_block,
                                key.bytes.data());
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  sodium_ready();
  if (out.empty()) return;  // libsodium takes no null
  randombytes_buf(out.data(), out.size());
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(seed >> (56 - 8 * i));
  seed_ = sha256(bytes);
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (used_ == block_bytes && out.size() >= block_bytes) {
      std::span<std::uint8_t> whole = out.first(out.size() / block_bytes * block_bytes);
      chacha20_blocks(seed_, block_, whole);
      block_ += whole.size() / block_bytes;
      out = out.subspan(whole.size());
      continue;
    }
    if (used_ == block_bytes) {
      chacha20_blocks(seed_, block_++, held_);
      used_ = 0;
    }
    std::size_t count = std::min(out.size(), block_bytes - used_);
    std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(used_), count, out.begin());
    used_ += count;
    out = out.subspan(count);
  }
}

}  // namespace comity::crypto
