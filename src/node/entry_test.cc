// A journal entry is only made when it can be read again.
#include "node/entry.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "node/testing.h"

namespace comity::node {
namespace {

using namespace testing;

Record with_row_of(std::size_t bytes) {
  return {.type = EntryType::objects,
          .recorded_at = Instant{Millis{1'795'000'000'000}},
          .about = {{"collection", "here"}},
          .bytes = "{\"objects\":[]}",
          .rows = {{Space::object_id, "key", std::string(bytes, 'x')}}};
}

TEST(Entry, what_is_made_can_be_read) {
  Entry made = must(make_entry(with_row_of(limits::alert_act_bytes_max - 1'000), {}, ""));
  Record read = must(read_record(made.record));
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].value->size(), limits::alert_act_bytes_max - 1'000);
  EXPECT_EQ(read.bytes, "{\"objects\":[]}");
}

TEST(Entry, what_could_not_be_read_again_is_not_made) {
  auto made = make_entry(with_row_of(limits::alert_act_bytes_max), {}, "");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::too_large);
}

}  // namespace
}  // namespace comity::node
