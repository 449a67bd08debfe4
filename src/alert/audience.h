#pragma once
// Who may see what: TLP 2.0 (FIRST, August 2022), sharing circles, and where personal data may go.
// Asked anew for every reader and every request, so that whoever leaves a circle sees nothing from
// the next request on. Pure: what the law says of roads comes in as an answer.
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "stix/personal.h"
#include "stix/tlp.h"

namespace comity::alert {

// Who asks. The node's own organisation reads what it holds; a client is served by it and by nobody
// else; a member is a partner node and the organisation behind it.
enum class Standing : std::uint8_t { own, client, member };
struct Reader {
  Standing standing = Standing::member;
  MemberId member{};             // of a member
  bool law_enforcement = false;  // police, prosecutors, courts and their contact points
  // Personal data that may not cross the border to this reader, since no lawful road is open.
  stix::Personal no_road = 0;
};

// With whom a collection is shared. Nobody is in an empty circle.
struct Circle {
  std::set<MemberId> members;
  bool clients = false;  // the organisation's own clients belong to it
  bool csirts = false;   // a circle of CSIRTs: no law enforcement, unless the originator lets it
};

// What is asked about: an object, or a field of it with a marking of its own.
struct Marked {
  stix::Tlp tlp = stix::Tlp::red;
  bool ours = false;                // this node's organisation made it
  MemberId from{};                  // else the partner that sent it; none: it came from elsewhere
  bool csirts = false;              // its sender keeps it from law enforcement
  bool to_law_enforcement = false;  // its originator lets law enforcement see it
  stix::Personal personal = 0;      // what it tells of natural persons
};

enum class Verdict : std::uint8_t {
  shown,
  red,  // for named individuals: in no collection, feed or relay, whoever asks
  not_in_circle,
  not_ours_to_share,  // amber of others: our organisation and its clients; strict: only it
  strict,             // amber+strict: no client
  law_enforcement,    // a circle of CSIRTs
  no_road,            // personal data, and no lawful road to that jurisdiction
  field_withheld,     // nothing valid is left without the fields that the reader may not see
  unknown_marking,    // what it is marked with is not here, so nobody can tell who may see it
};
inline constexpr std::size_t verdict_count = 9;
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

[[nodiscard]] Verdict may_see(const Reader& reader, const Marked& marked, const Circle& circle);

// How often each was said; nothing is withheld that its operator cannot count.
struct Tally {
  std::array<std::uint64_t, verdict_count> of{};
  void add(Verdict verdict) { ++of[static_cast<std::size_t>(verdict)]; }
  void add(const Tally& more) {
    for (std::size_t i = 0; i < verdict_count; ++i) of[i] += more.of[i];
  }
};

}  // namespace comity::alert
