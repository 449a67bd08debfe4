#include "app/keyring.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
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

// Who has the file of a key tries passphrases at leisure; each costs a moment and much memory
// (crypto/keyfile.h), which is no help where there are few to try.
constexpr std::size_t passphrase_bytes_min = 12;

Result<void> check_new_passphrase(std::string_view text, const std::string& where) {
  if (text.size() >= passphrase_bytes_min) return {};
  return fail(Code::bad_value,
              "a new passphrase has 12 characters at least, some words for instance: whoever gets "
              "hold of the key's file tries short ones out; or use a key file: head -c 32 "
              "/dev/urandom > FILE",
              where);
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

constexpr std::size_t past_keys_max = 64;

std::vector<crypto::SigningKey> clones(const std::vector<crypto::SigningKey>& keys) {
  std::vector<crypto::SigningKey> out;
  for (const crypto::SigningKey& key : keys) out.push_back(key.clone());
  return out;
}

json::Array seeds_of(const std::vector<crypto::SigningKey>& keys) {
  json::Array out;
  for (const crypto::SigningKey& key : keys) out.emplace_back(to_base64(key.seed()));
  return out;
}

std::vector<crypto::SigningKey> signing_keys(json::Reader& in, std::string_view name) {
  std::vector<crypto::SigningKey> keys;
  for (const std::string& text : in.texts_or_none(name, past_keys_max, 64)) {
    auto seed = from_base64(text);
    auto key = seed ? crypto::SigningKey::from_seed(*seed) : std::unexpected(seed.error());
    if (key)
      keys.push_back(*std::move(key));
    else
      in.refuse(name, key.error().code, key.error().what);
  }
  return keys;
}

std::vector<crypto::SealingKey> read_sealing_past(json::Reader& in) {
  std::vector<crypto::SealingKey> keys;
  for (const std::string& text : in.texts_or_none("sealing_past", past_keys_max, 64)) {
    auto secret = from_base64(text);
    auto key = secret ? crypto::SealingKey::from_secret(*secret) : std::unexpected(secret.error());
    if (key)
      keys.push_back(*std::move(key));
    else
      in.refuse("sealing_past", key.error().code, key.error().what);
  }
  return keys;
}

Result<crypto::TlsIdentity> identity_from(const std::string& certificate, const std::string& key) {
  TRY(auto pin, crypto::pin_of_certificate(certificate));
  return crypto::TlsIdentity{.certificate_pem = certificate, .key_pem = secret_of(key), .pin = pin};
}

std::vector<crypto::TlsIdentity> read_tls_past(json::Reader& in) {
  std::vector<crypto::TlsIdentity> identities;
  in.objects_or_none("tls_past", past_keys_max, [&](json::Reader& each) {
    auto identity = identity_from(each.text("certificate"), each.text("key"));
    if (identity)
      identities.push_back(*std::move(identity));
    else
      each.refuse("certificate", identity.error().code, identity.error().what);
  });
  return identities;
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
    if (ask == Ask::twice) TRY_VOID(check_new_passphrase(text, path));
    return Unlocker{secret_of(text), false};
  }
  TRY(std::string typed, type_passphrase("Passphrase for " + std::string(whose) + ": "));
  if (ask == Ask::twice) {
    TRY_VOID(check_new_passphrase(typed, ""));
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

std::vector<crypto::TlsIdentity> Keyring::identities(const member::Card& card) const {
  std::vector<const crypto::TlsIdentity*> held{&tls};
  for (const crypto::TlsIdentity& past : tls_past) held.push_back(&past);
  auto rank = [&](const crypto::TlsIdentity* identity) {
    if (std::ranges::find(card.tls_pins, identity->pin) != card.tls_pins.end()) return 0;
    std::string pin = to_hex(identity->pin);
    return std::ranges::find(card.retiring, pin, &member::RetiringKey::key) != card.retiring.end()
               ? 1
               : 2;
  };
  std::vector<crypto::TlsIdentity> out;
  for (int wanted : {0, 1, 2})
    for (const crypto::TlsIdentity* identity : held)
      if (rank(identity) == wanted)
        out.push_back({identity->certificate_pem, identity->key_pem.clone(), identity->pin});
  return out;
}

std::shared_ptr<const node::Keys> Keyring::node_keys() const {
  std::map<CardHash, crypto::SigningKey> keys;
  for (const auto& [card, key] : act) keys.emplace(card, key.clone());
  std::map<CardHash, node::LogKeys> log_keys;
  for (const auto& [card, each] : log)
    log_keys.emplace(card, node::LogKeys{clones(each.checkpoint), clones(each.cosignature)});
  return std::make_shared<const node::Keys>(node::Keys{.act = std::move(keys),
                                                       .checkpoint = checkpoint.clone(),
                                                       .cosignature = cosignature.clone(),
                                                       .pseudonym = pseudonym.clone(),
                                                       .log = std::move(log_keys)});
}

crypto::Secret to_secret(const Keyring& keyring) {
  json::Array act, sealing_past, tls_past;
  for (const auto& [card, key] : keyring.act) {
    json::Object entry{{"card", to_hex(card)}, {"seed", to_base64(key.seed())}};
    if (auto log = keyring.log.find(card); log != keyring.log.end()) {
      entry["checkpoint"] = seeds_of(log->second.checkpoint);
      entry["cosignature"] = seeds_of(log->second.cosignature);
    }
    act.emplace_back(std::move(entry));
  }
  for (const auto& key : keyring.sealing_past)
    sealing_past.emplace_back(to_base64(key.secret.view()));
  for (const auto& identity : keyring.tls_past)
    tls_past.push_back(json::Object{{"certificate", identity.certificate_pem},
                                    {"key", std::string(as_text(identity.key_pem.view()))}});
  json::Object out{{"act", std::move(act)},
                   {"checkpoint", to_base64(keyring.checkpoint.seed())},
                   {"cosignature", to_base64(keyring.cosignature.seed())},
                   {"pseudonym", to_base64(keyring.pseudonym.view())},
                   {"kek", to_base64(keyring.kek.view())},
                   {"sealing", to_base64(keyring.sealing.secret.view())},
                   {"tls_certificate", keyring.tls.certificate_pem},
                   {"tls_key", std::string(as_text(keyring.tls.key_pem.view()))},
                   {"sealing_past", std::move(sealing_past)},
                   {"tls_past", std::move(tls_past)}};
  return secret_of(json::write(out));
}

Result<Keyring> keyring_from_secret(const crypto::Secret& secret) {
  TRY(json::Value value, json::parse(as_text(secret.view())));
  json::Reader in(value);
  std::map<CardHash, crypto::SigningKey> act;
  std::map<CardHash, node::LogKeys> log;
  in.objects("act", keyring_cards_max, [&](json::Reader& each) {
    CardHash card = each.fixed<CardTag>("card");
    if (auto key = signing_key(each, "seed"))
      act.emplace(card, *std::move(key));
    else
      each.refuse("seed", key.error().code, key.error().what);
    node::LogKeys keys{signing_keys(each, "checkpoint"), signing_keys(each, "cosignature")};
    if (!keys.checkpoint.empty() && !keys.cosignature.empty()) log.emplace(card, std::move(keys));
  });
  auto checkpoint = signing_key(in, "checkpoint");
  auto cosignature = signing_key(in, "cosignature");
  Bytes pseudonym = in.base64("pseudonym", 32);
  Bytes kek = in.base64("kek", 32);
  auto sealing = crypto::SealingKey::from_secret(in.base64("sealing", 32));
  std::vector<crypto::SealingKey> sealing_past = read_sealing_past(in);
  auto tls = identity_from(in.text("tls_certificate"), in.text("tls_key"));
  std::vector<crypto::TlsIdentity> tls_past = read_tls_past(in);
  TRY_VOID(in.finish());
  if (!checkpoint || !cosignature || !sealing || kek.size() != 32 || pseudonym.size() != 32)
    return fail(Code::corrupt, "the node's key file holds keys of the wrong size");
  if (!tls) return std::unexpected(tls.error());
  return Keyring{.act = std::move(act),
                 .checkpoint = *std::move(checkpoint),
                 .cosignature = *std::move(cosignature),
                 .pseudonym = crypto::Secret(std::move(pseudonym)),
                 .kek = crypto::Secret(std::move(kek)),
                 .sealing = *std::move(sealing),
                 .tls = *std::move(tls),
                 .log = std::move(log),
                 .sealing_past = std::move(sealing_past),
                 .tls_past = std::move(tls_past)};
}

Result<crypto::Secret> open_key_file(const std::filesystem::path& path, const Unlocker& unlocker,
                                     std::string_view when_missing) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return fail(Code::not_found, std::string(when_missing), path.string());
  TRY(std::string text, read_private_file(path));
  TRY(bool passphrase, crypto::needs_passphrase(text));
  if (passphrase == unlocker.is_key)
    return fail(Code::not_allowed,
                passphrase ? "this key opens with a passphrase, and a key file was given: use "
                             "--passphrase-file (--officer-passphrase-file for an officer's), or "
                             "type it"
                           : "this key opens with a key file, and a passphrase was given: use "
                             "--key-file (--officer-key-file for an officer's)",
                path.string());
  auto plain = crypto::unlock(text, unlocker.secret);
  if (!plain) return fail(plain.error().code, plain.error().what, path.string());
  return plain;
}

Result<Keyring> load_keyring(const Folder& folder, const Unlocker& unlocker) {
  TRY(crypto::Secret plain,
      open_key_file(folder.node_key(), unlocker,
                    "the node's own keys are missing: put back the newest copy of keys/node.key"));
  return keyring_from_secret(plain);
}

Result<void> save_keyring(const Folder& folder, const Keyring& keyring, const Unlocker& unlocker,
                          Random& random, Existing existing) {
  return write_file(folder.node_key(), unlocker.lock(to_secret(keyring), random), existing);
}

Result<crypto::SigningKey> load_signing_key(const std::filesystem::path& path,
                                            const Unlocker& unlocker) {
  TRY(crypto::Secret plain,
      open_key_file(path, unlocker,
                    "keys/" + path.filename().string() +
                        " is kept elsewhere: put it back for as long as this takes"));
  return crypto::SigningKey::from_seed(plain.view());
}

}  // namespace comity::app
