#pragma once
// Versions of one object: STIX 2.1, 3.6. Which of two is the later is decided by `modified`; when
// an object came to us decides nothing here.
#include <optional>
#include <string>
#include <string_view>

#include "stix/object.h"

namespace comity::stix {

// `modified`, else `created`, else nothing: then whoever stores it goes by the time at which it
// came (as TAXII 2.1 servers do).
[[nodiscard]] std::optional<Stamp> version_of(const Object& object);

enum class Arrival {
  same,           // the same version with the same content, whatever its white space and order
  conflict,       // the same version with other content: 3.6 has each version say one thing
  newer,          // the next version
  older,          // a version before the one that is held
  unversioned,    // an observable of other content: it has no versions, the later to come counts
  immutable,      // a marking definition of other content: it may not be changed (7.2.1)
  revoked,        // a version after a revocation, which ends them (3.6)
  other_creator,  // created or created_by_ref differ: only the creator makes versions (3.6.2)
};

// How `arriving` stands to `held`, an object with the same id: check()ed. Reads the contents only
// where the version is the same and the bytes are not. A version before a revoked one is `older`.
[[nodiscard]] Arrival compare_versions(const Object& held, const Object& arriving);

// The same JSON value: the same text by RFC 8785.
[[nodiscard]] bool same_content(std::string_view a, std::string_view b);

}  // namespace comity::stix
