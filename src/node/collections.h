#pragma once
// Collections of alerts, with whom each is shared, and who reads and writes them over TAXII.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alert/audience.h"
#include "crypto/certificate.h"
#include "json/value.h"
#include "node/overlay.h"

namespace comity::node {

// Counsel's word that what a collection tells of natural persons may go to a partner abroad: what
// the engine is told (node/roads.h).
struct Basis {
  std::string offence;  // that the alerts are about; of the law's vocabulary
  std::vector<std::pair<std::string, std::string>> facts;  // {"security_purpose","yes"}
  std::set<std::string> gives;  // approvals that the counsel who speaks may give
  std::string counsel;          // officer's id
  std::string reason;
  Instant at;
};
[[nodiscard]] json::Value to_json(const Basis& basis);

// Space::collection, by id.
struct Collection {
  std::string id;  // a UUID
  std::string title, description, alias;
  std::string root = "default";           // the TAXII API root that it is under
  stix::Tlp unmarked = stix::Tlp::amber;  // what an object without a label counts as
  alert::Circle circle;
  bool push = true;   // what is new goes to the members of its circle at once
  bool relay = true;  // they may pass on what its label lets them
  std::map<MemberId, Basis> basis{};
};
[[nodiscard]] json::Value to_json(const Collection& collection);
[[nodiscard]] Result<Collection> collection_from_json(const json::Value& value);
// Code::not_found.
[[nodiscard]] Result<Collection> load_collection(Overlay& rows, const std::string& id);
[[nodiscard]] Result<std::vector<Collection>> all_collections(Overlay& rows);

// Space::taxii_user, by the SHA-256 of the credential. The credential is made by the node, has 256
// bits, and is kept by nobody but its user: so a plain hash tells nothing, and costs nothing.
struct TaxiiUser {
  std::string name;
  alert::Standing standing = alert::Standing::own;
  MemberId member{};                  // of a member
  bool law_enforcement = false;       // of a client: police and the like; a member's card says it
  std::set<std::string> read, write;  // collections, by id
};
[[nodiscard]] json::Value to_json(const TaxiiUser& user);
[[nodiscard]] Result<TaxiiUser> taxii_user_from_json(const json::Value& value);
// Whether the collection is there for the user at all: whoever left its circle is told nothing of
// it, and gives nothing into it.
[[nodiscard]] bool is_inside(const Collection& collection, const TaxiiUser& user);
// By the key: none has it, or it was taken back.
[[nodiscard]] Result<std::optional<TaxiiUser>> find_taxii_user(Overlay& rows,
                                                               const std::string& key);

// Keys of Space::taxii_user: RFC 7617 and RFC 6750.
[[nodiscard]] std::string basic_key(std::string_view name, std::string_view password);
[[nodiscard]] std::string bearer_key(std::string_view token);
// Of a TLS client certificate: whoever shows one with this key (SHA-256 of its
// SubjectPublicKeyInfo) is that user.
[[nodiscard]] std::string certificate_key(const crypto::TlsPin& pin);

// A partner as a reader: what it is today, by its card. No personal data go to one that is abroad,
// until judge_roads() of node/roads.h has asked the law.
[[nodiscard]] Result<alert::Reader> reader_of_member(Overlay& rows, const MemberId& member,
                                                     const std::string& own_jurisdiction);
// The user as a reader: what its member is today, by that member's card, as above.
[[nodiscard]] Result<alert::Reader> reader_of(Overlay& rows, const TaxiiUser& user,
                                              const std::string& own_jurisdiction);

}  // namespace comity::node
