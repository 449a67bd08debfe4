#pragma once
// A node opened from its folder: lock, store, law, keys, driver. One thread at a time.
#include <memory>
#include <string>

#include "app/folder.h"
#include "app/keyring.h"
#include "app/warnings.h"
#include "node/driver.h"
#include "store/sqlite_store.h"

namespace comity::app {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

class Node {
 public:
  // Opens, and takes the first turn (node::Started). Nothing is signed before it.
  //   Errors  busy: the folder is in use; not_allowed: wrong passphrase or key; those of the store
  //   and the corpus.
  [[nodiscard]] static Result<std::unique_ptr<Node>> open(const Folder& folder,
                                                          const Unlocker& unlocker);
  // For a rebuild: no turn is taken over views that may be wrong.
  [[nodiscard]] static Result<std::unique_ptr<Node>> open_to_mend(const Folder& folder,
                                                                  const Unlocker& unlocker);
  // To look and not to act: takes no turn, adds no entry, changes no byte of the store.
  [[nodiscard]] static Result<std::unique_ptr<Node>> open_to_read(const Folder& folder,
                                                                  const Unlocker& unlocker);

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] const Folder& folder() const { return folder_; }
  [[nodiscard]] const Keyring& keyring() const { return keyring_; }
  [[nodiscard]] store::SqliteStore& store() { return *store_; }
  [[nodiscard]] node::Driver& driver() { return *driver_; }
  [[nodiscard]] Random& random() { return *random_; }
  [[nodiscard]] const node::Context& context() const { return driver_->context(); }

  // One turn now, and what must follow it: our own card may have changed.
  [[nodiscard]] node::Turn turn(std::span<const node::Input> inputs);

  [[nodiscard]] const Warnings& warnings() const { return warnings_; }  // as it was opened
  // Of the folder of law, before it was read; empty for the law built in.
  [[nodiscard]] const std::string& law_stamp() const { return law_stamp_; }
  // From the next turn on.
  void use_warnings(const WarningsPtr& lists);

 private:
  Node(Folder folder, Config config, FolderLock lock, Keyring keyring, Unlocker unlocker);
  [[nodiscard]] static Result<std::unique_ptr<Node>> load(const Folder& folder,
                                                          const Unlocker& unlocker,
                                                          store::Opening opening);
  [[nodiscard]] Result<void> take_context();
  [[nodiscard]] Result<void> reload_card();
  void note_overlap(const member::Card& card, Instant now);
  [[nodiscard]] Result<void> end_overlap(Instant now);

  Folder folder_;
  Config config_;
  FolderLock lock_;
  Keyring keyring_;
  Unlocker unlocker_;  // for the key file that a rotation writes
  std::unique_ptr<Random> random_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<node::Driver> driver_;
  SystemClock clock_;
  Warnings warnings_;
  std::string law_stamp_;
  bool card_changed_ = false;            // recorded, and not in use yet: tried every turn
  std::optional<Instant> overlap_ends_;  // of the keys that our card replaced
};

struct Founding {
  Config config;
  std::string callback, office_hours;
  std::vector<std::string> languages;
  std::vector<std::pair<std::string, std::string>> mandates;  // measure, legal basis
};
// `comity init`: keys, card, configuration, store with its first entry. All or nothing: a failed
// founding is removed. Returns the member id.
[[nodiscard]] Result<MemberId> found_node(const Folder& folder, const Founding& founding,
                                          const Unlocker& unlocker);

}  // namespace comity::app
