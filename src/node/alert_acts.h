#pragma once
// Alerts as they arrive: merged into the collection of ours that they are meant for.
#include <optional>
#include <string>

#include "act/act.h"
#include "alert/body.h"
#include "node/input.h"
#include "node/objects.h"

namespace comity::node {

// Space::subscription, by member and their collection: where what they share goes.
struct Subscription {
  std::string collection{};  // ours; empty: nobody has chosen one, it goes where only we see it
  bool sightings = false;    // what we see of it is told to the member
  std::string title{};       // theirs, as they last said it
};
[[nodiscard]] json::Value to_json(const Subscription& row);
[[nodiscard]] Result<Subscription> subscription_from_json(const json::Value& value);
[[nodiscard]] std::string subscription_key(const MemberId& member, const std::string& theirs);

// Before an alert is recorded: is all that it names with it, or here as what its sender told us or
// was told? Code::blob_missing, which records nothing; the sender sends it again with what is
// missing.
[[nodiscard]] Result<void> need_blobs(Work& work, const MemberId& from, const alert::Body& body,
                                      const Blobs& blobs);

// What is still to be done once the act is recorded: telling others.
struct Relaying {
  Collection collection;
  Taken taken;
};

// Door three. An error is the sender's fault, and is recorded as a rejection.
//   about   of the act's entry: what was taken is said there
[[nodiscard]] Result<std::vector<Relaying>> take_alert(Work& work, const act::Act& act,
                                                       const alert::Body& body, const Blobs& blobs,
                                                       json::Object& about);

// Says an alert of ours anew that a revoked key had signed, under the key in office. Returns why
// not, for people: who left the circle, or what was recalled since, is not told once more. Empty:
// it is said.
[[nodiscard]] Result<std::string> tell_alert_again(Work& work, const act::Act& before,
                                                   const std::vector<Hash>& blobs);

// Sightings among what was taken go back to whoever told us of what was seen, as far as their
// labels let them.
[[nodiscard]] Result<void> tell_sightings(Work& work, const Collection& collection,
                                          const Taken& taken);

}  // namespace comity::node
