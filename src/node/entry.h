#pragma once
// The journal's records. One record is a line of canonical JSON (its header) and the bytes it is
// about: an envelope exactly as it was signed, or nothing. The ledger commits to the whole record;
// a court reads it without Comity.
//
// The header carries the rows that the entry changed. So a replay decides nothing anew, needs no
// corpus of that day and no clock, and gives the same rows byte for byte, whatever the code has
// become since.
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "json/value.h"
#include "node/ports.h"

namespace comity::node {

// What happened. The numbers stand in ledger leaves for ever: never reuse one.
enum class EntryType : std::uint8_t {
  genesis = 1,     // this node began: its first card
  act_in = 2,      // an act arrived and was applied, or was recorded as rejected
  act_out = 3,     // an act was permitted, signed and queued
  receipt_in = 4,  // a partner's receipt for an act of ours
  command = 5,     // an officer's signed command
  timer = 6,       // a deadline passed
  pairing = 7,     // a step of a pairing ceremony that came over the network
  evidence = 8,    // bytes that prove a partner's fault: an id reused, two cards with one number, a
                   // split view
  start = 9,       // the node started: its corpus, its epoch
  card = 10,       // our own next card
  halt = 11,       // signing stopped or taken up again, and why
  erasure = 12,    // the records of a closed conversation were erased; holds the rows they had made
  law = 13,        // another law is in use from here on: which, and what was published of it
  objects = 14,    // STIX objects taken into a collection; `bytes` are theirs, one after another
};

struct Record {
  EntryType type = EntryType::genesis;
  Instant recorded_at;
  json::Object about;           // verdict, outcome, member, hashes: what was decided, and on what
  std::string bytes;            // what was signed by somebody, exactly; may be empty
  std::vector<RowChange> rows;  // of rebuilt spaces
};

[[nodiscard]] std::string write_record(const Record& record);
// Code::corrupt: only the store hands these back.
[[nodiscard]] Result<Record> read_record(std::string_view text);

// For the journal: `actor` is the pseudonym for the leaf (8 bytes), `conversation` may be empty.
[[nodiscard]] Result<Entry> make_entry(const Record& record, BytesView actor,
                                       std::string conversation);

}  // namespace comity::node
