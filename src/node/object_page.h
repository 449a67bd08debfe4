#pragma once
// What one reader sees of one collection, page by page.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/audience.h"
#include "node/block_cache.h"
#include "node/collections.h"
#include "node/object_marking.h"

namespace comity::node {

// TAXII 2.1, section 3.4. Comma is OR, filters together are AND.
struct ObjectFilter {
  Added after = 0;
  std::vector<std::string> ids, types;  // empty: any
  std::vector<std::string> specs;       // empty: of each object the newest that there is
  struct Versions {
    bool all = false, first = false, last = false;
    std::vector<stix::Moment> exact;
  } versions;  // nothing asked: the last
};

struct SeenObject {
  Added added = 0;
  std::string_view id, version, spec;
  std::optional<MemberId> from;    // the partner that sent it; none: ours
  stix::Tlp tlp = stix::Tlp::red;  // its own, or what the collection says of unmarked objects
  bool revoked = false;
  std::string_view bytes;  // empty when they were not asked for
};

struct ObjectPage {
  std::vector<SeenObject> objects;
  // Their bytes with a comma between; as few pieces as the blocks of the store allow.
  std::vector<std::string_view> pieces;
  std::optional<Added> next;  // go on behind this; none: that was all
  alert::Tally tally;
  // What all of these look at.
  std::vector<std::shared_ptr<const void>> held;
  std::size_t held_bytes = 0;  // of the blocks among them
};

// `cache`: what was opened before, and is kept of this; null: nothing.
// At most `count` objects, and as many as one look may cost (limits::taxii_scan_max,
// taxii_page_bytes_max): a page may be short, or empty, while more follows.
enum class With { rows, bytes };
[[nodiscard]] Result<ObjectPage> read_page(View& view, const Collection& collection,
                                           const alert::Reader& reader, const ObjectFilter& filter,
                                           std::size_t count, With with,
                                           BlockCache* cache = nullptr);

// Whether the collection has an object of this id that the reader may see in some version.
[[nodiscard]] Result<bool> has_object(View& view, const Collection& collection,
                                      const alert::Reader& reader, const std::string& id);

}  // namespace comity::node
