#include "app/keyring.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "json/reader.h"

namespace comity::app {
namespace {

Result<std::string> type_passphrase(const std::string& prompt) {
  if (!::isatty(STDIN_FILENO))
    return fail(Code::invalid,
                "no terminal to type a passphrase at: use --passphrase-file or --key-file");
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios quiet = before;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  std::cerr << prompt << std::flush;
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  std::string line;
  std::getline(std::cin, line);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::cerr << "\n";
  if (line.empty()) return fail(Code::invalid, "an empty passphrase protects nothing");
  return line;
}

std::string path_from(const std::string& given, const char* variable) {
  if (!given.empty()) return given;
  const char* value = std::getenv(variable);
  return value ? value : "";
}

crypto::Secret secret_of(std::string_view text) {
  return crypto::Secret::copy_of(as_bytes(text));
}

Result<crypto::SigningKey> signing_key(json::Reader& in, std::string_view name) {
  return crypto::SigningKey::from_seed(in.base64(name, 64));
}

}  // namespace

std::string Unlocker::lock(const crypto::Secret& plain, Random& random) const {
  if (is_key) return crypto::lock_with_key(plain, secret, random);
  return crypto::lock_with_passphrase(plain, secret, crypto::KdfCost::usual, random);
}

Result<Unlocker> find_unlocker(const UnlockSource& source, Ask ask, std::string_view whose) {
  // What the caller names comes before what the environment names: an officer's passphrase file
  // before the node's key file.
  bool named = !source.key_file.empty() || !source.passphrase_file.empty();
  auto path_of = [&](const std::string& given, const char* variable) {
    return named ? given : path_from(given, variable);
  };
  if (std::string path = path_of(source.key_file, "COMITY_KEY_FILE"); !path.empty()) {
    TRY(std::string bytes, read_private_file(path));
    if (bytes.size() != 32)
      return fail(Code::malformed,
                  "a key file holds 32 random bytes; make one with: head -c 32 /dev/urandom > FILE",
                  path);
    return Unlocker{secret_of(bytes), true};
  }
  if (std::string path = path_of(source.passphrase_file, "COMITY_PASSPHRASE_FILE");
      !path.empty() && path != "-") {
    TRY(std::string text, read_private_file(path));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) return fail(Code::malformed, "the passphrase file is empty", path);
    return Unlocker{secret_of(text), false};
  }
  TRY(std::string typed, type_passphrase("Passphrase for " + std::string(whose) + ": "));
  if (ask == Ask::twice) {
    TRY(std::string again, type_passphrase("Once more: "));
    if (again != typed)
      return fail(Code::invalid, "the two passphrases differ; nothing was written");
  }
  return Unlocker{secret_of(typed), false};
}

Keyring Keyring::generate(Random& random) {
  auto fresh = [&] {
    Bytes bytes(32);
    random.fill(bytes);
    return crypto::Secret(std::move(bytes));
  };
  return {.act = {},
          .checkpoint = crypto::SigningKey::generate(random),
          .cosignature = crypto::SigningKey::generate(random),
          .pseudonym = fresh(),
          .kek = fresh(),
          .sealing = crypto::SealingKey::generate(random),
          .tls = crypto::make_tls_identity()};
}

std::shared_ptr<const node::Keys> Keyring::node_keys() const {
  std::map<CardHash, crypto::SigningKey> keys;
  for (const auto& [card, key] : act) keys.emplace(card, key.clone());
  return std::make_shared<const node::Keys>(node::Keys{.act = std::move(keys),
                                                       .checkpoint = checkpoint.clone(),
                                                       .cosignature = cosignature.clone(),
                                                       .pseudonym = pseudonym.clone()});
}

crypto::Secret to_secret(const Keyring& keyring) {
  json::Array act;
  for (const auto& [card, key] : keyring.act)
    act.push_back(json::Object{{"card", to_hex(card)}, {"seed", to_base64(key.seed())}});
  json::Object out{{"act", std::move(act)},
                   {"checkpoint", to_base64(keyring.checkpoint.seed())},
                   {"cosignature", to_base64(keyring.cosignature.seed())},
                   {"pseudonym", to_base64(keyring.pseudonym.view())},
                   {"kek", to_base64(keyring.kek.view())},
                   {"sealing", to_base64(keyring.sealing.secret.view())},
                   {"tls_certificate", keyring.tls.certificate_pem},
                   {"tls_key", std::string(as_text(keyring.tls.key_pem.view()))}};
  return secret_of(json::write(out));
}

Result<Keyring> keyring_from_secret(const crypto::Secret& secret) {
  TRY(json::Value value, json::parse(as_text(secret.view())));
  json::Reader in(value);
  std::map<CardHash, crypto::SigningKey> act;
  in.objects("act", 1024, [&](json::Reader& each) {
    CardHash card = each.fixed<CardTag>("card");
    auto key = signing_key(each, "seed");
    if (key)
      act.emplace(card, *std::move(key));
    else
      each.refuse("seed", key.error().code, key.error().what);
  });
  auto checkpoint = signing_key(in, "checkpoint");
  auto cosignature = signing_key(in, "cosignature");
  Bytes pseudonym = in.base64("pseudonym", 32);
  Bytes kek = in.base64("kek", 32);
  auto sealing = crypto::SealingKey::from_secret(in.base64("sealing", 32));
  std::string certificate = in.text("tls_certificate");
  std::string tls_key = in.text("tls_key");
  TRY_VOID(in.finish());
  if (!checkpoint || !cosignature || !sealing || kek.size() != 32 || pseudonym.size() != 32)
    return fail(Code::corrupt, "the node's key file holds keys of the wrong size");
  TRY(auto pin, crypto::pin_of_certificate(certificate));
  return Keyring{
      .act = std::move(act),
      .checkpoint = *std::move(checkpoint),
      .cosignature = *std::move(cosignature),
      .pseudonym = crypto::Secret(std::move(pseudonym)),
      .kek = crypto::Secret(std::move(kek)),
      .sealing = *std::move(sealing),
      .tls = {
          .certificate_pem = std::move(certificate), .key_pem = secret_of(tls_key), .pin = pin}};
}

Result<Keyring> load_keyring(const Folder& folder, const Unlocker& unlocker) {
  TRY(std::string text, read_private_file(folder.node_key()));
  TRY(crypto::Secret plain, crypto::unlock(text, unlocker.secret));
  return keyring_from_secret(plain);
}

Result<void> save_keyring(const Folder& folder, const Keyring& keyring, const Unlocker& unlocker,
                          Random& random, Existing existing) {
  return write_file(folder.node_key(), unlocker.lock(to_secret(keyring), random), existing);
}

Result<crypto::SigningKey> load_signing_key(const std::filesystem::path& path,
                                            const Unlocker& unlocker) {
  TRY(std::string text, read_private_file(path));
  TRY(crypto::Secret plain, crypto::unlock(text, unlocker.secret));
  return crypto::SigningKey::from_seed(plain.view());
}

}  // namespace comity::app
