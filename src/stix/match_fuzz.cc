// A pattern, a null byte, the `objects` of an observed-data: any pattern is evaluated on anything
// within its budget, and the observations by which it holds are there.
#include "base/check.h"
#include "stix/match.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  std::size_t end = std::min(text.find('\0'), text.size());
  auto pattern = stix::parse_pattern(text.substr(0, end));
  if (!pattern) return 0;
  auto objects = json::parse(end < text.size() ? text.substr(end + 1) : "{}");
  if (!objects || !objects->as_object()) return 0;
  std::vector<json::Object> observed;
  for (std::string_view at : {"2026-01-01T00:00:00Z", "2026-01-01T00:00:02.5Z"})
    observed.push_back(json::Object{{"type", "observed-data"},
                                    {"first_observed", at},
                                    {"last_observed", "2026-01-01T00:00:03Z"},
                                    {"number_observed", 2},
                                    {"objects", *objects}});
  std::vector<stix::Observation> observations;
  for (const json::Object& one : observed)
    observations.push_back(stix::observation_of(one, nullptr).value());
  auto result = stix::match(*pattern, observations, 20'000);
  if (!result) {
    check(result.error().code == Code::too_large, "only the budget stops an evaluation");
    return 0;
  }
  check(result->holds != result->observations.empty(), "it holds by something");
  for (std::uint32_t one : result->observations) check(one < observations.size(), "that is there");
  return 0;
}
