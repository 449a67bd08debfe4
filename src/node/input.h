#pragma once
// What can happen to a node, and what comes of it. Every input is a value: the simulator makes them
// too.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "act/sealed.h"
#include "alert/audience.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "json/value.h"
#include "law/corpus.h"

namespace comity::node {

// Envelopes are read and their signatures checked where an input is made: on the thread that the
// bytes came by, many at once, and not on the one that writes. What a step asks of them, and in
// which order it refuses, is its own.

// What came beside the acts of one batch, under the hash of each. Shared by those acts, and read
// only.
using Blobs = std::shared_ptr<const std::map<Hash, std::string>>;
[[nodiscard]] Blobs hash_blobs(std::span<const std::string_view> blobs);  // blobs.cc

// From a peer whose TLS pin is on the current card of `peer`. `bytes` is one DSSE envelope, exactly
// as received.
struct ActArrived {
  ActArrived(const MemberId& from, std::string bytes, Blobs beside = {})
      : peer(from),
        sealed(act::Sealed::examine(std::move(bytes), limits::alert_act_bytes_max)),
        blobs(std::move(beside)) {}
  MemberId peer;
  act::Sealed sealed;
  Blobs blobs;  // null: none came
};

// The peer's answer to one act of ours: a receipt, or a refusal that no receipt covers (RFC 9457
// code and text).
struct ReceiptArrived {
  ReceiptArrived(const MemberId& from, std::string bytes)
      : peer(from), sealed(act::Sealed::examine(std::move(bytes), limits::card_bytes_max)) {}
  MemberId peer;
  act::Sealed sealed;
};
struct RefusalArrived {
  MemberId peer;
  ActId act;
  std::string code;
};

// How a delivery attempt went: drives back-off. `reached` is true whenever the peer answered at
// all.
struct DeliveryTried {
  MemberId peer;
  bool reached = false;
};

// An officer's signed command (member/officer.h). Never from a peer: admin.sock and the simulator
// only.
struct CommandGiven {
  explicit CommandGiven(std::string bytes, std::string beside = {})
      : sealed(act::Sealed::examine(std::move(bytes), limits::command_bytes_max)),
        blob(std::move(beside)) {}
  act::Sealed sealed;
  std::string blob;  // that the command names by its hash; may be empty
};

// Time may have passed: fires due timers, expires acts of the outbox.
struct Ticked {};

// Pairing, over the network. The pin is the stranger's, proven by its handshake. The reply's `body`
// goes back as is.
struct PairingArrived {
  crypto::TlsPin pin;
  std::string bytes;
};

// A pending message of ours was taken; the partner's answer, if it gave one.
struct PairingAnswered {
  std::string invitation;  // id as text
  crypto::TlsPin pin;
  std::string sent, answer;
};

// C2SP tlog-witness add-checkpoint from a paired peer; the reply carries status, content type and
// body.
struct CheckpointOffered {
  MemberId peer;
  std::string body;
};
// The peer's cosignature lines under the checkpoint note that we offered.
struct CosignatureArrived {
  MemberId peer;
  std::string checkpoint;
  std::string lines;
};
// What a partner last saw of a log: of ours (rollback, split view), or of a partner that we share
// (split view).
struct CheckpointShown {
  MemberId peer;  // who shows it
  MemberId log;   // whose log it is
  std::string checkpoint;
  std::vector<Hash>
      consistency;  // from the smaller of the two sizes to the larger, when the log's owner gave it
};

// The process began. `restored` when the store or its incarnation says that a backup was put back.
struct Started {
  std::uint64_t epoch = 0;
  bool restored = false;
};

// A step of the roster was run for an alarm (bell.h). `raised` is the alarm's own time: one that
// was raised anew meanwhile is another. `outcome`: empty when it went well, else why not, without
// content.
struct AlarmRung {
  std::string alarm;  // its row's key
  Instant raised;
  std::uint64_t step = 0;  // from 0
  std::string outcome;
};

// A TAXII envelope from somebody who may write into the collection; whether they may is asked again
// here.
struct ObjectsPosted {
  std::string user;        // key of Space::taxii_user
  std::string collection;  // id
  std::string envelope;
};

// A TAXII user wants versions of an object gone; whether it may is asked again here.
struct ObjectsDeleted {
  std::string user;                   // key of Space::taxii_user
  std::string collection;             // id
  std::string object;                 // STIX id
  std::vector<std::string> versions;  // "first", "last", "all", or timestamps; empty: all
  std::vector<std::string> specs;     // "2.0", "2.1"; empty: both
};

struct BaseLaw;  // node/context.h

// The operator's folder of law was read anew, since its files are others. Comes alone in a turn:
// what else is in one was begun under the base before.
struct LawRead {
  std::shared_ptr<const BaseLaw> base;  // null: it cannot be used, and the base before goes on
  std::string trouble;                  // then: file and line, what is wrong, the remedy
};

using Input =
    std::variant<ActArrived, ReceiptArrived, RefusalArrived, DeliveryTried, CommandGiven, Ticked,
                 PairingArrived, PairingAnswered, CheckpointOffered, CosignatureArrived,
                 CheckpointShown, Started, AlarmRung, ObjectsPosted, ObjectsDeleted, LawRead>;

// What goes back to whoever gave the input, once it is durable.
struct Reply {
  std::optional<Error>
      error;  // when set, nothing else counts; evidence of it may have been recorded all the same
  std::string receipt;       // to ActArrived: the sealed receipt
  json::Value body;          // to CommandGiven: the answer, stable for --json
  int status = 200;          // to CheckpointOffered: C2SP tlog-witness
  std::string content_type;  //   "
  std::string text;          //   "; to PairingArrived: the message to send back
};

// Whom to wake once the group is durable.
struct Effects {
  std::set<MemberId> deliver;  // their outbox has something new
  bool alarms = false;         // an alarm row was written
  bool cards = false;          // a member's card or state changed, or ours: pins must be read anew
  bool pairing = false;        // a ceremony moved: a message of ours may be pending
  bool objects = false;        // a collection has something new, or less
  alert::Tally withheld;       // of what was pushed: from whom, and why
  std::uint64_t warned = 0;    // of what was to be pushed: held back for a warning list
  std::optional<law::Corpus> law;  // the law in use from the next turn on: the driver takes it over
  std::shared_ptr<const BaseLaw> base_law;  // likewise the base; null: as it was
};

}  // namespace comity::node
