#include "crypto/aead.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include "base/check.h"

namespace comity::crypto {
namespace {

constexpr std::size_t key_bytes = 32, nonce_bytes = 12, tag_bytes = 16;
constexpr std::size_t size_max = std::numeric_limits<int>::max() - 64;  // OpenSSL counts in int

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

int length(BytesView bytes) {
  return static_cast<int>(bytes.size());
}

// Looked up once: OpenSSL 3 goes through its providers for each EVP_aes_256_gcm() that is used.
const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  check(cipher != nullptr, "OpenSSL has AES-256-GCM");
  return cipher;
}

Context new_context() {
  Context context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

}  // namespace

Bytes aead_seal(BytesView key, BytesView plain, BytesView context, Random& random) {
  check(key.size() == key_bytes, "an AES-256 key is 32 bytes");
  check(plain.size() <= size_max && context.size() <= size_max,
        "beyond what one AEAD message holds");
  Bytes sealed(nonce_bytes + plain.size() + tag_bytes);
  std::span<std::uint8_t> nonce = std::span(sealed).first(nonce_bytes);
  random.fill(nonce);

  Context cipher = new_context();
  std::uint8_t* body = sealed.data() + nonce_bytes;
  int written = 0;
  // An empty update without a buffer would mean "end of context" to OpenSSL, so empty parts are
  // left out.
  bool done =
      EVP_EncryptInit_ex(cipher.get(), aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
      (context.empty() ||
       EVP_EncryptUpdate(cipher.get(), nullptr, &written, context.data(), length(context)) == 1) &&
      (plain.empty() ||
       EVP_EncryptUpdate(cipher.get(), body, &written, plain.data(), length(plain)) == 1) &&
      EVP_EncryptFinal_ex(cipher.get(), body + plain.size(), &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, body + plain.size()) == 1;
  check(done, "AES-256-GCM of a bounded message succeeds");
  return sealed;
}

namespace {

struct Parts {
  BytesView nonce, body, tag;
};

std::optional<Parts> parts_of(BytesView sealed, BytesView context) {
  if (sealed.size() < nonce_bytes + tag_bytes || sealed.size() > size_max ||
      context.size() > size_max)
    return std::nullopt;
  return Parts{sealed.first(nonce_bytes),
               sealed.subspan(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes),
               sealed.last(tag_bytes)};
}

// Into `plain`, which has the body's size; wiped when the seal does not hold.
bool open_into(std::uint8_t* plain, BytesView key, const Parts& parts, BytesView context) {
  check(key.size() == key_bytes, "an AES-256 key is 32 bytes");
  std::array<std::uint8_t, tag_bytes> tag;
  std::ranges::copy(parts.tag, tag.begin());
  Context cipher = new_context();
  int written = 0;
  bool done =
      EVP_DecryptInit_ex(cipher.get(), aes_256_gcm(), nullptr, key.data(), parts.nonce.data()) ==
          1 &&
      (context.empty() ||
       EVP_DecryptUpdate(cipher.get(), nullptr, &written, context.data(), length(context)) == 1) &&
      (parts.body.empty() || EVP_DecryptUpdate(cipher.get(), plain, &written, parts.body.data(),
                                               length(parts.body)) == 1) &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), plain + parts.body.size(), &written) == 1;
  if (done) return true;
  OPENSSL_cleanse(plain, parts.body.size());
  ERR_clear_error();  // the queue is the thread's, and TLS reads it too
  return false;
}

std::unexpected<Error> refused() {
  return fail(Code::corrupt, "not what was sealed under this key and context");
}

}  // namespace

Result<Bytes> aead_open(BytesView key, BytesView sealed, BytesView context) {
  auto parts = parts_of(sealed, context);
  if (!parts) return refused();
  Bytes plain(parts->body.size());
  if (!open_into(plain.data(), key, *parts, context)) return refused();
  return plain;
}

Result<std::string> aead_open_text(BytesView key, BytesView sealed, BytesView context) {
  auto parts = parts_of(sealed, context);
  if (!parts) return refused();
  std::string plain;
  bool opened = false;
  // libstdc++ 12 hands in the capacity, not the size asked for.
  plain.resize_and_overwrite(parts->body.size(), [&](char* into, std::size_t) {
    opened = open_into(reinterpret_cast<std::uint8_t*>(into), key, *parts, context);
    return parts->body.size();
  });
  if (!opened) return refused();
  return plain;
}

}  // namespace comity::crypto
