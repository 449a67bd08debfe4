#include "stix/bundle.h"

#include "base/check.h"
#include "stix/check.h"
#include "stix/identifier.h"
#include "stix/split.h"

namespace comity::stix {
Result<Bundle> read_bundle(std::string_view text, const std::function<void(Reading)>& take) {
  TRY(Split split, split_objects(text));
  Bundle bundle;
  auto id = split.head.find("id");
  if (id != split.head.end() && id->second.as_string()) bundle.id = *id->second.as_string();
  // Only a bundle of 2.0 says its version.
  bool old = split.head.contains("spec_version");
  Checker checker(old ? Spec::v20 : Spec::v21, bundle.findings);
  checker.check(split.head, "bundle", bundle_shape(old ? Spec::v20 : Spec::v21));
  bundle.objects = split.objects.size();
  for (std::string_view bytes : split.objects) {
    Reading reading = read_object(bytes);
    if (reading.object) ++bundle.accepted;
    take(std::move(reading));
  }
  return bundle;
}

std::string write_bundle(std::string_view id, const std::vector<std::string_view>& objects) {
  auto read = identifier_from_text(id);
  check(read && read->type == "bundle", "a bundle's id");
  std::string out = R"({"type":"bundle","id":")" + std::string(id) + "\"";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    out += i == 0 ? ",\"objects\":[" : ",";
    out += objects[i];
  }
  return out + (objects.empty() ? "}" : "]}");
}

}  // namespace comity::stix
