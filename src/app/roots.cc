#include "app/roots.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

Result<void> rename_over(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return fail(Code::io, "renaming failed: " + error.message(), from.string());
  return sync_folder(to.parent_path());
}

Result<bool> holds(const fs::path& path, const Hash& commitment, const Unlocker& unlocker) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return false;
  TRY(auto key, load_signing_key(path, unlocker));
  return member::root_commitment(key.public_key()) == commitment;
}

}  // namespace

Result<void> settle_roots(const Folder& folder, const member::SignedCard& own,
                          const Unlocker& unlocker) {
  Hash in_office = member::root_commitment(own.root);
  TRY(bool handed_over, holds(folder.next_root_key(), in_office, unlocker));
  if (handed_over) TRY_VOID(rename_over(folder.next_root_key(), folder.root_key()));
  TRY(bool following, holds(folder.following_root_key(), own.card.next_root, unlocker));
  if (following) TRY_VOID(rename_over(folder.following_root_key(), folder.next_root_key()));
  return {};
}

Result<crypto::SigningKey> root_in_office(const Folder& folder, const member::SignedCard& own,
                                          const Unlocker& unlocker) {
  TRY(auto root, load_signing_key(folder.root_key(), unlocker));
  if (root.public_key() != own.root)
    return fail(Code::wrong_state,
                "this is not the root key that signed our card; bring the right one",
                folder.root_key().string());
  return root;
}

Result<HandOver> begin_hand_over(const Folder& folder, const member::SignedCard& own,
                                 const Unlocker& unlocker, Random& random) {
  TRY(auto next, load_signing_key(folder.next_root_key(), unlocker));
  if (member::root_commitment(next.public_key()) != own.card.next_root)
    return fail(Code::wrong_state,
                "this is not the root key that our card commits to; bring the right one",
                folder.next_root_key().string());
  // What a hand-over that failed left behind was never committed to.
  auto following = crypto::SigningKey::generate(random);
  TRY_VOID(write_file(folder.following_root_key(),
                      unlocker.lock(crypto::Secret::copy_of(following.seed()), random),
                      Existing::replace));
  return HandOver{std::move(next), following.public_key()};
}

}  // namespace comity::app
