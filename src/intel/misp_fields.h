#pragma once
// Members of MISP's JSON, which are written in more than one way.
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "json/value.h"

namespace comity::intel {

[[nodiscard]] bool truthy(const json::Value& object, std::string_view name);  // true, 1, "1"
// Numbers stand there as numbers and as texts.
[[nodiscard]] std::optional<std::int64_t> number_at(const json::Value& object,
                                                    std::string_view name);
[[nodiscard]] std::optional<Instant> epoch_at(const json::Value& object, std::string_view name);
[[nodiscard]] std::optional<Instant> seen_at(const json::Value& object, std::string_view name);
[[nodiscard]] std::string uuid_at(const json::Value& object);  // lower case; empty when it is none
// At most limits::intel_tags_max of them.
[[nodiscard]] std::set<std::string> tags_of(const json::Value& object);
[[nodiscard]] const json::Array& list_at(const json::Value& object, std::string_view name);

}  // namespace comity::intel
