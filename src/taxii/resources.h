#pragma once
// What TAXII 2.1 answers with, as JSON: sections 3.6, 3.7, 4.1, 4.2, 4.3, 5.2 to 5.8.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "taxii/added.h"

namespace comity::taxii {

struct Discovery {
  std::string title{}, description{}, contact{};  // the latter two may be empty
  std::vector<std::string> roots{};               // names; the first is the default
};
[[nodiscard]] std::string write(const Discovery& discovery);

struct ApiRoot {
  std::string title{}, description{};  // the latter may be empty
  std::size_t max_content_length = 0;  // of a POST
};
[[nodiscard]] std::string write(const ApiRoot& root);

struct Collection {
  std::string id{}, title{}, description{}, alias{};  // the latter two may be empty
  bool can_read = false, can_write = false;           // by who asks
};
[[nodiscard]] std::string write(const Collection& collection);
[[nodiscard]] std::string write(const std::vector<Collection>& collections);

// One page of a list. `next` is empty when nothing follows.
struct ManifestEntry {
  std::string id, version;  // version: what versioning goes by, as text
  std::string spec_version;
  Added added = 0;
};
[[nodiscard]] std::string write_manifest(const std::vector<ManifestEntry>& entries,
                                         std::string_view next);
[[nodiscard]] std::string write_versions(const std::vector<std::string>& versions,
                                         std::string_view next);
// The objects are STIX as it was posted, byte for byte, and are looked at: whoever has them goes on
// holding them.
[[nodiscard]] net::Pieces write_envelope(const std::vector<std::string_view>& objects,
                                         std::string_view next);

// What became of a POST: the counts are those of the lists.
struct Status {
  struct Entry {
    std::string id, version, message;  // the latter may be empty
  };
  std::string id{};
  std::string request_timestamp{};
  std::vector<Entry> successes{}, failures{}, pendings{};
};
[[nodiscard]] std::string write(const Status& status);

// Every error: 3.6.1. `error_code` is ours, as the rest of Comity names it.
struct Problem {
  int http_status = 400;
  std::string title{}, description{}, error_code{};
};
[[nodiscard]] std::string write(const Problem& problem);

}  // namespace comity::taxii
