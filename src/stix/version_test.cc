#include "stix/version.h"

#include <gtest/gtest.h>

#include "stix/sample.h"

namespace comity::stix {
namespace {

using testing::changed;
using testing::sample;

Arrival compared(const std::string& held, const std::string& arriving) {
  Reading a = read_object(held), b = read_object(arriving);
  EXPECT_TRUE(a.object && b.object) << held << arriving;
  return compare_versions(*a.object, *b.object);
}

TEST(Versions, are_ordered_by_modified) {
  std::string held = json::write(sample("tool"));
  auto at = [](std::string_view changes) { return changed(sample("tool"), changes); };
  EXPECT_EQ(compared(held, held), Arrival::same);
  EXPECT_EQ(compared(held, "\n" + held), Arrival::same);
  EXPECT_EQ(compared(held, at(R"({"name":"b"})")), Arrival::conflict);
  EXPECT_EQ(compared(held, at(R"({"modified":"2026-01-02T00:00:00.001Z"})")), Arrival::newer);
  EXPECT_EQ(compared(held, at(R"({"modified":"2026-01-02T00:00:00.000001Z"})")), Arrival::newer);
  EXPECT_EQ(compared(held, at(R"({"modified":"2026-01-01T23:59:59.999Z"})")), Arrival::older);
  // Other text of the same moment is the same version.
  EXPECT_EQ(compared(held, at(R"({"modified":"2026-01-02T00:00:00.000000Z"})")), Arrival::conflict);
}

TEST(Versions, are_made_by_the_creator_alone) {
  std::string held = json::write(sample("tool"));
  EXPECT_EQ(
      compared(
          held,
          changed(
              sample("tool"),
              R"({"created":"2025-01-01T00:00:00.000Z","modified":"2026-01-03T00:00:00.000Z"})")),
      Arrival::other_creator);
  EXPECT_EQ(
      compared(
          held,
          changed(
              sample("tool"),
              R"({"created_by_ref":"identity--8f2c1b5a-6a7e-4d0f-8a4e-0123456789ab","modified":"2026-01-03T00:00:00.000Z"})")),
      Arrival::other_creator);
}

TEST(Versions, end_with_a_revocation) {
  std::string revoked = changed(sample("tool"), R"({"revoked":true})");
  EXPECT_EQ(
      compared(revoked, changed(sample("tool"), R"({"modified":"2026-01-03T00:00:00.000Z"})")),
      Arrival::revoked);
  EXPECT_EQ(compared(revoked, changed(sample("tool"),
                                      R"({"revoked":true,"modified":"2026-01-03T00:00:00.000Z"})")),
            Arrival::revoked);
  EXPECT_EQ(
      compared(revoked, changed(sample("tool"), R"({"modified":"2026-01-01T12:00:00.000Z"})")),
      Arrival::older);
}

TEST(Versions, observables_and_markings_have_none) {
  std::string url = json::write(sample("url"));
  EXPECT_EQ(compared(url, url), Arrival::same);
  EXPECT_EQ(compared(url, changed(sample("url"), R"({"value":"http://example.org/"})")),
            Arrival::unversioned);
  std::string marking = json::write(sample("marking-definition"));
  EXPECT_EQ(compared(marking, changed(sample("marking-definition"), R"({"name":"b"})")),
            Arrival::immutable);
  EXPECT_FALSE(version_of(*read_object(url).object));
  EXPECT_EQ(version_of(*read_object(marking).object)->text, "2026-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace comity::stix
