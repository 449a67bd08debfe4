#include "crypto/keyfile.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <optional>

#include "base/check.h"
#include "base/limits.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace comity::crypto {
namespace {

constexpr std::string_view first_line = "comity-key v1\n";
constexpr std::string_view key_file_line = "key-file\n";
constexpr std::size_t column_max = 64;
constexpr std::size_t key_bytes = 32;
constexpr std::uint64_t kib_min = crypto_pwhash_MEMLIMIT_MIN / 1024;

struct Argon2id {
  std::uint64_t passes = 0;  // t
  std::uint64_t kib = 0;     // m
  Bytes salt;
};

struct Locked {
  std::optional<Argon2id> kdf;  // none: a key file
  std::string_view header;      // the two lines that the seal covers
  Bytes sealed;
};

Secret stretch(BytesView passphrase, const Argon2id& kdf) {
  sodium_ready();
  Bytes key(key_bytes);
  std::string_view text = passphrase.empty() ? "" : as_text(passphrase);  // libsodium takes no null
  int done = crypto_pwhash(key.data(), key.size(), text.data(), passphrase.size(), kdf.salt.data(),
                           kdf.passes, kdf.kib * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (done != 0) throw std::bad_alloc();
  return Secret(std::move(key));
}

// The sealing key of a key file is derived, so that the file may serve other purposes too.
Secret key_file_key(BytesView key) {
  return Secret::copy_of(derive_key(key, "comity-key v1 key-file").view());
}

std::string locked_text(std::string header, const Secret& key, const Secret& plain,
                        Random& random) {
  Bytes sealed = aead_seal(key.view(), plain.view(), as_bytes(header), random);
  std::string digits = to_base64(sealed);
  std::string text = std::move(header);
  for (std::size_t at = 0; at < digits.size(); at += column_max)
    text += digits.substr(at, column_max) + "\n";
  check(text.size() <= limits::keyfile_bytes_max, "a key file holds keys, not documents");
  return text;
}

std::string kdf_line(const Argon2id& kdf) {
  return "argon2id t=" + std::to_string(kdf.passes) + " m=" + std::to_string(kdf.kib) +
         " p=1 salt=" + to_base64(kdf.salt) + "\n";
}

std::unexpected<Error> bad(std::string what, int line) {
  return fail(Code::malformed, std::move(what), "line " + std::to_string(line));
}

// The number after `name` at the front of `rest`, which moves on; 0 when there is none.
std::uint64_t take_number(std::string_view& rest, std::string_view name) {
  if (!rest.starts_with(name)) return 0;
  rest.remove_prefix(name.size());
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc()) return 0;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

Result<Argon2id> read_argon2id(std::string_view line) {
  Argon2id kdf;
  std::string_view rest = line;
  kdf.passes = take_number(rest, "argon2id t=");
  kdf.kib = take_number(rest, " m=");
  if (kdf.passes == 0 || kdf.passes > limits::kdf_passes_max || kdf.kib < kib_min ||
      kdf.kib > limits::kdf_memory_kib_max)
    return bad("Argon2id's t must be 1 to 10 and m 8 to 1048576 KiB", 2);
  constexpr std::string_view before_salt = " p=1 salt=";
  if (!rest.starts_with(before_salt)) return bad("p must be 1, then comes the salt", 2);
  rest.remove_prefix(before_salt.size());
  auto salt = from_base64(rest.substr(0, rest.size() - 1));
  if (!salt || salt->size() != crypto_pwhash_SALTBYTES)
    return bad("the salt must be 16 bytes in base64", 2);
  kdf.salt = *std::move(salt);
  // One text per value: no signs, no leading zeros.
  if (kdf_line(kdf) != line)
    return bad("the parameters must be written as lock_with_passphrase() does", 2);
  return kdf;
}

Result<Bytes> read_base64_lines(std::string_view lines) {
  std::string digits;
  for (int number = 3; !lines.empty(); ++number) {
    std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return bad("the last line must end", number);
    bool last = end + 1 == lines.size();
    if (end == 0 || end > column_max || (end < column_max && !last))
      return bad("base64 lines are 64 characters, only the last may be shorter", number);
    digits += lines.substr(0, end);
    lines.remove_prefix(end + 1);
  }
  auto sealed = from_base64(digits);
  if (!sealed) return fail(Code::malformed, "the sealed part must be base64", sealed.error().where);
  return sealed;
}

Result<Locked> read(std::string_view text) {
  if (text.size() > limits::keyfile_bytes_max)
    return fail(Code::too_large, "a key file is at most 64 KiB");
  if (!text.starts_with(first_line)) return bad("a key file begins with \"comity-key v1\"", 1);
  std::size_t end = text.find('\n', first_line.size());
  if (end == std::string_view::npos) return bad("the line with the parameters must end", 2);
  Locked locked;
  locked.header = text.substr(0, end + 1);
  std::string_view line = locked.header.substr(first_line.size());
  if (line != key_file_line) {
    TRY(locked.kdf, read_argon2id(line));
  }
  TRY(locked.sealed, read_base64_lines(text.substr(end + 1)));
  return locked;
}

}  // namespace

std::string lock_with_passphrase(const Secret& plain, const Secret& passphrase, KdfCost cost,
                                 Random& random) {
  // libsodium's "moderate" values, and its least.
  Argon2id kdf = cost == KdfCost::usual ? Argon2id{3, 256 * 1024, {}} : Argon2id{1, kib_min, {}};
  kdf.salt.resize(crypto_pwhash_SALTBYTES);
  random.fill(kdf.salt);
  Secret key = stretch(passphrase.view(), kdf);
  return locked_text(std::string(first_line) + kdf_line(kdf), key, plain, random);
}

std::string lock_with_key(const Secret& plain, const Secret& key, Random& random) {
  check(key.view().size() == key_bytes, "the key of a key file is 32 bytes");
  std::string header = std::string(first_line) + std::string(key_file_line);
  return locked_text(std::move(header), key_file_key(key.view()), plain, random);
}

Result<Secret> unlock(std::string_view text, const Secret& unlocker) {
  TRY(Locked locked, read(text));
  if (!locked.kdf && unlocker.view().size() != key_bytes)
    return fail(Code::not_allowed, "this key file opens with a key of 32 bytes");
  Secret key = locked.kdf ? stretch(unlocker.view(), *locked.kdf) : key_file_key(unlocker.view());
  auto plain = aead_open(key.view(), locked.sealed, as_bytes(locked.header));
  if (!plain)
    return fail(Code::not_allowed,
                locked.kdf ? "the passphrase does not open this key file, or the file was changed"
                           : "the key does not open this key file, or the file was changed");
  return Secret(*std::move(plain));
}

Result<bool> needs_passphrase(std::string_view text) {
  TRY(Locked locked, read(text));
  return locked.kdf.has_value();
}

}  // namespace comity::crypto
