// Whatever indicators say, the lists have the lines that they should have and no others. The first
// line is a name, the second a title, the others are patterns.
#include "base/check.h"
#include "intel/blocklist.h"
#include "intel/maker.h"
#include "intel/written.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  if (!is_utf8(text)) return 0;
  auto part = [&text](char by) {
    std::size_t end = std::min(text.find(by), text.size());
    std::string_view out = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return out;
  };
  std::string name(part('\x1e')), title(part('\x1e'));
  intel::Blocklist list({.at = {.seconds = 1'795'000'000}});
  for (int number = 0; !text.empty() && number < 64; ++number)
    list.add(
        json::write(json::Object{{"type", "indicator"},
                                 {"spec_version", "2.1"},
                                 {"id", intel::derived_id("indicator", std::to_string(number))},
                                 {"created", "2026-11-01T00:00:00.000Z"},
                                 {"modified", "2026-11-01T00:00:00.000Z"},
                                 {"name", name},
                                 {"pattern", std::string(part('\x1e'))},
                                 {"pattern_type", "stix"},
                                 {"valid_from", "2026-11-01T00:00:00Z"}}));
  intel::Told left;
  check(intel::testing::csv_rows(intel::write_csv(list).text) == list.values().size() + 1, "CSV");
  check(intel::testing::is_zeek(intel::write_zeek(list, {.title = title}, left).text), "Zeek");
  check(intel::testing::is_rpz(intel::write_rpz(list, {}, left)->text), "RPZ");
  check(intel::testing::is_suricata(intel::write_suricata(list, {.title = title}, left)[0].text),
        "Suricata");
  return 0;
}
