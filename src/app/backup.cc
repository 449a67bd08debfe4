#include "app/backup.h"

#include "app/node.h"
#include "crypto/random.h"
#include "json/reader.h"
#include "store/backup.h"

namespace comity::app {

Result<json::Value> run_backup(store::SqliteStore& store, std::string_view request) {
  TRY(json::Value value, json::parse(request));
  json::Reader in(value);
  std::string folder = in.text("folder");
  std::string keys_folder = in.text("keys_folder");
  std::int64_t days = in.integer_or("keys_days", 0, 0, 36'500);
  TRY_VOID(in.finish());
  crypto::SystemRandom random;
  Instant now = SystemClock().now();
  std::optional<Instant> expire;
  if (days > 0) expire = now + std::chrono::days(days);
  TRY(auto report, store::backup(store, {.folder = folder,
                                         .keys_folder = keys_folder,
                                         .now = now,
                                         .keys_expire = expire,
                                         .random = random}));
  return json::Object{
      {"entries", report.entries}, {"keys", report.keys}, {"ledger_size", report.head.size}};
}

}  // namespace comity::app
