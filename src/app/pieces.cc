#include "app/pieces.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/nicknames.h"
#include "app/tell.h"
#include "base/limits_alert.h"
#include "base/limits_stix.h"
#include "crypto/hash.h"

namespace comity::app {
namespace {

constexpr std::size_t piece_bytes = 1u << 20;  // of objects given in one command

std::uint64_t count_at(const json::Value& value, std::string_view name) {
  return static_cast<std::uint64_t>(*value.find(name)->as_int());
}

std::string line_of(const json::Value& each, std::string_view who, std::string_view why) {
  return for_terminal(*each.find(who)->as_string()) + ": " +
         for_terminal(*each.find(why)->as_string()) + "\n";
}

}  // namespace

json::Object to_json(const Imported& sum) {
  json::Object withheld;
  for (const auto& [verdict, count] : sum.withheld) withheld[verdict] = count;
  return {{"given", sum.given},        {"added", sum.added},
          {"present", sum.present},    {"members", sum.members},
          {"acts", sum.acts},          {"withheld", std::move(withheld)},
          {"failed", sum.failed},      {"refused", sum.refused},
          {"warned", sum.warned.rows}, {"warned_count", sum.warned.count}};
}

std::string tell_rest(const json::Value& report) {
  std::string told;
  const json::Object& withheld = *report.find("withheld")->as_object();
  const json::Array& failed = *report.find("failed")->as_array();
  if (std::uint64_t acts = count_at(report, "acts"); acts > 0)
    told +=
        fmt::format("  on its way to {} partners in {} acts\n", count_at(report, "members"), acts);
  else if (!withheld.empty() || !failed.empty() || count_at(report, "warned_count") > 0)
    told += "  NOBODY in the circle is told of it\n";
  for (const auto& [verdict, count] : withheld)
    told += fmt::format("  withheld from partners, {}: {}\n", verdict, *count.as_int());
  for (const json::Value& each : failed)
    told += "  not told now: " + line_of(each, "nickname", "why");
  told += warned_text(report);
  if (count_at(report, "warned_count") > 0)
    told += "  to send them all the same: comity alert share ID… --despite-warnings\n";
  for (const json::Value& each : *report.find("refused")->as_array())
    told += "  refused " + line_of(each, "id", "message");
  return told;
}

Pieces::Pieces(Session& session, const Desk& desk, std::string collection, std::string name)
    : client_(Folder(session.dir), session.unlock),
      desk_(desk),
      collection_(std::move(collection)),
      name_(std::move(name)) {}

Result<void> Pieces::give(std::string_view object) {
  if (object.size() > limits::stix_object_bytes_max) {
    ++sum_.given;
    sum_.refused.push_back(
        json::Object{{"id", fmt::format("object {}", sum_.given)},
                     {"message", fmt::format("it has {} bytes; an object has at most {}",
                                             object.size(), limits::stix_object_bytes_max)}});
    return {};
  }
  bool full =
      piece_.size() + object.size() > piece_bytes || held_ >= limits::taxii_envelope_objects_max;
  if (held_ > 0 && full) TRY_VOID(flush());
  piece_ += piece_.empty() ? R"({"objects":[)" : ",";
  piece_ += object;
  ++held_;
  ++sum_.given;
  return {};
}

void Pieces::take(const json::Value& answer) {
  sum_.added += count_at(answer, "added");
  sum_.present += count_at(answer, "present");
  const json::Value& pushed = *answer.find("pushed");
  sum_.acts += count_at(pushed, "acts");
  sum_.members = std::max(sum_.members, count_at(pushed, "members"));
  for (const auto& [verdict, count] : *pushed.find("withheld")->as_object())
    sum_.withheld[verdict] += static_cast<std::uint64_t>(*count.as_int());
  // A partner that cannot be told fails with each piece anew: once is enough.
  for (const json::Value& each : *pushed.find("failed")->as_array())
    if (std::ranges::find(sum_.failed, each) == sum_.failed.end()) sum_.failed.push_back(each);
  for (const json::Value& each : *answer.find("refused")->as_array()) sum_.refused.push_back(each);
  sum_.warned.add(pushed);
}

Result<void> Pieces::flush() {
  if (held_ == 0) return {};
  piece_ += "]}";
  Hash sha256 = crypto::sha256(as_bytes(piece_));
  TRY(json::Value answer,
      client_.command(desk_.sign_command("alert.import", {{"collection", collection_},
                                                          {"sha256", to_hex(sha256)},
                                                          {"elsewhere", elsewhere_}}),
                      piece_));
  piece_.clear();
  held_ = 0;
  take(answer);
  if (progress_.is_seen())
    progress_.show(fmt::format("{}: {}{} objects given", for_terminal(name_), sum_.given,
                               expected_ > 0 ? fmt::format(" of {}", expected_) : ""));
  return {};
}

Result<Imported> Pieces::finish() {
  TRY_VOID(flush());
  progress_.clear();
  if (!sum_.failed.empty()) {
    TRY(Nicknames names, Nicknames::load(client_));
    for (json::Value& each : sum_.failed) names.name(each, "member", "nickname");
  }
  return std::move(sum_);
}

}  // namespace comity::app
