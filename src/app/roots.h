#pragma once
// The root keys of a member, as files in keys/: root.key signs cards, next-root.key follows it.
// They are there only while a card is being issued.
//
// Which of the files is in office the card says, not their names: a hand-over writes
// following-root.key, has the card signed by next-root.key, and only then renames both one step
// forward. A crash in between leaves names behind that settle() puts right.
#include "app/folder.h"
#include "app/keyring.h"
#include "member/card.h"

namespace comity::app {

// Completes a hand-over that was cut off: afterwards, of the files that are there, root.key is the
// key that signed `own`, and next-root.key the one that it commits to.
[[nodiscard]] Result<void> settle_roots(const Folder& folder, const member::SignedCard& own,
                                        const Unlocker& unlocker);
// The key that signed `own`.  Errors: those of the file; wrong_state: the file holds another key.
[[nodiscard]] Result<crypto::SigningKey> root_in_office(const Folder& folder,
                                                        const member::SignedCard& own,
                                                        const Unlocker& unlocker);
struct HandOver {
  crypto::SigningKey root;        // next-root.key
  crypto::PublicKey following{};  // on disk as following-root.key by now
};
[[nodiscard]] Result<HandOver> begin_hand_over(const Folder& folder, const member::SignedCard& own,
                                               const Unlocker& unlocker, Random& random);

}  // namespace comity::app
