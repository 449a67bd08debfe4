#pragma once
// Erasure: the records of a closed conversation go, with their keys; position, sender, id, kind,
// commitment and final state stay. It is an entry like any other (EntryType::erasure), and that
// entry carries the rows which the erased ones had made, as they stand, so that a rebuild loses
// nothing.
#include <string>

#include "node/work.h"

namespace comity::node {

struct Erasing {
  std::string conversation;
  json::Object about;  // who asked and who confirmed, for the entry
  std::string actor;   // officer id as text
};
struct Erased {
  std::uint64_t position = 0;  // of the erasure's entry
  std::size_t records = 0;     // that went
};

// Whether the conversation may be erased now. What may be: one that is closed, none of whose acts
// is still on its way; a draft that was cancelled; an opening act that was rejected.
//   Errors  not_found    nothing is journalled under this id
//           wrong_state  it is open, or standing, or on its way; or it is no conversation
[[nodiscard]] Result<void> may_erase(Work& work, const std::string& conversation);
[[nodiscard]] Result<Erased> erase_records(Work& work, const Erasing& erasing);

// Rows that a record changed, as they stand, into this step's: before the record goes.
[[nodiscard]] Result<void> carry_rows(Work& work, const Record& record);

// The entry that erased a conversation, if one did.
[[nodiscard]] Result<std::optional<std::uint64_t>> erased_by(Overlay& rows,
                                                             const std::string& conversation);

}  // namespace comity::node
