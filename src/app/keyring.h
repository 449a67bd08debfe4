#pragma once
// The private keys of a node as its key file holds them, and how they are made.
#include <memory>
#include <string>

#include "app/folder.h"
#include "crypto/certificate.h"
#include "crypto/keyfile.h"
#include "crypto/sealed_box.h"
#include "node/context.h"

namespace comity::app {

// What unlocks a key file: the passphrase a person types, or the bytes of a key file kept
// elsewhere.
struct Unlocker {
  crypto::Secret secret;
  bool is_key = false;  // 32 bytes of a key file, else a passphrase
  [[nodiscard]] std::string lock(const crypto::Secret& plain, Random& random) const;
};

// Where the unlocker comes from: --key-file, else --passphrase-file ("-": the terminal); with
// neither, COMITY_KEY_FILE, COMITY_PASSPHRASE_FILE, else the terminal. Paths: neither the command
// line nor the environment carries a secret.
struct UnlockSource {
  std::string key_file, passphrase_file;
};
enum class Ask { once, twice };  // twice when a passphrase is being chosen
[[nodiscard]] Result<Unlocker> find_unlocker(const UnlockSource& source, Ask ask,
                                             std::string_view whose);

inline constexpr std::size_t keyring_cards_max = 1024;  // cards whose act keys are held

struct Keyring {
  std::map<CardHash, crypto::SigningKey> act;
  crypto::SigningKey checkpoint, cosignature;
  crypto::Secret pseudonym, kek;
  crypto::SealingKey sealing;
  crypto::TlsIdentity tls;
  // What later cards changed. Keys that were replaced are kept: partners who were away know no
  // others, and what was sealed to them must open.
  std::map<CardHash, node::LogKeys> log{};
  std::vector<crypto::SealingKey> sealing_past{};
  std::vector<crypto::TlsIdentity> tls_past{};

  [[nodiscard]] static Keyring generate(Random& random);  // without act keys
  [[nodiscard]] std::shared_ptr<const node::Keys> node_keys() const;
  // What to show on the wire: the identity that `card` names first, then those in their overlap,
  // then what is older.
  [[nodiscard]] std::vector<crypto::TlsIdentity> identities(const member::Card& card) const;
};
[[nodiscard]] crypto::Secret to_secret(const Keyring& keyring);
[[nodiscard]] Result<Keyring> keyring_from_secret(const crypto::Secret& secret);

// What a locked key file holds. Errors name the file: not_found with `when_missing` as its text;
// not_allowed when it is the wrong secret, or a passphrase for a key file or the reverse.
[[nodiscard]] Result<crypto::Secret> open_key_file(const std::filesystem::path& path,
                                                   const Unlocker& unlocker,
                                                   std::string_view when_missing);
[[nodiscard]] Result<Keyring> load_keyring(const Folder& folder, const Unlocker& unlocker);
[[nodiscard]] Result<void> save_keyring(const Folder& folder, const Keyring& keyring,
                                        const Unlocker& unlocker, Random& random,
                                        Existing existing);
[[nodiscard]] Result<crypto::SigningKey> load_signing_key(const std::filesystem::path& path,
                                                          const Unlocker& unlocker);

}  // namespace comity::app
