#pragma once
// Space::law: the versions of their own law that members published, ours among them. A row says
// where a version stands in the journal; its text is there, under its publisher's signature, and
// stays.
#include <optional>
#include <string>
#include <vector>

#include "law/edition.h"
#include "node/work.h"

namespace comity::node {

struct LawVersion {
  std::string jurisdiction;  // "PH": with member and version the row's key
  MemberId member;           // who published it
  std::uint64_t version = 0;
  Date from;                   // the first day on which it is the law
  Hash facts;                  // law::hash_of_facts()
  std::uint64_t position = 0;  // of the entry that holds it: an act of theirs, a command of ours
  Instant recorded_at;
  friend bool operator==(const LawVersion&, const LawVersion&) = default;
};

// Every version, by jurisdiction, member and number; only those of `jurisdiction` when it is given.
[[nodiscard]] Result<std::vector<LawVersion>> law_versions(Overlay& rows,
                                                           std::string_view jurisdiction = "");
// Those of one member for its jurisdiction, lowest first.
[[nodiscard]] Result<std::vector<LawVersion>> law_versions_of(Overlay& rows,
                                                              std::string_view jurisdiction,
                                                              const MemberId& member);
void put_law_version(Overlay& rows, const LawVersion& version);

// The version's text, from the journal; of `work`, also what this step is about to journal.
//   Errors  not_found: erased; corrupt.
[[nodiscard]] Result<law::Edition> load_edition(View& view, const LawVersion& version);
[[nodiscard]] Result<law::Edition> load_edition(Work& work, const LawVersion& version);

// Counts what a member publishes in a day, taken or refused, so that nobody makes us compile all
// day. Returns how many it is with this one.
[[nodiscard]] Result<std::uint64_t> count_published(Work& work, const MemberId& member);
// As counted so far today.
[[nodiscard]] Result<std::uint64_t> published_today(Work& work, const MemberId& member);

}  // namespace comity::node
