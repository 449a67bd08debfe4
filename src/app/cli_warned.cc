// comity alert warned: which indicators do not go to partners by themselves, and for which list.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/cli_alert.h"
#include "app/tell.h"
#include "app/warnings.h"
#include "base/limits_push.h"

namespace comity::app {

Result<intel::WarningLists> configured_warnings(const Session& session) {
  TRY(Config config, Folder(session.dir).read_config());
  return read_warning_lists(warnings_wanted(config));
}

std::optional<json::Object> warned_row(const intel::WarningLists& lists,
                                       const json::Value& object) {
  if (lists.lists() == 0) return std::nullopt;
  stix::Reading reading = stix::read_object(*object.find("bytes")->as_string());
  if (!reading.object || reading.object->type != "indicator" || reading.object->revoked)
    return std::nullopt;
  std::string_view list = lists.warned(*reading.object);
  if (list.empty()) return std::nullopt;
  return json::Object{{"id", reading.id}, {"list", list}};
}

void WarnedRows::add(json::Object row) {
  ++count;
  if (rows.size() < limits::warned_named_max) rows.emplace_back(std::move(row));
}

void WarnedRows::add(const json::Value& pushed) {
  const json::Value* told = pushed.find("warned");
  const json::Value* all = pushed.find("warned_count");
  if (!told || !all) return;
  for (const json::Value& each : *told->as_array())
    if (rows.size() < limits::warned_named_max) rows.push_back(each);
  count += static_cast<std::uint64_t>(*all->as_int());
}

std::string warned_text(const json::Value& report) {
  std::string told;
  const json::Array& warned = *report.find("warned")->as_array();
  for (const json::Value& each : warned)
    told += fmt::format("  held back {}: a value is on the warning list {}\n",
                        for_terminal(*each.find("id")->as_string()),
                        for_terminal(*each.find("list")->as_string()));
  auto count = static_cast<std::uint64_t>(*report.find("warned_count")->as_int());
  if (count > warned.size()) told += fmt::format("  held back, in all: {}\n", count);
  return told;
}

namespace {

Result<void> list_warned(Session& session, const std::string& name) {
  TRY(json::Value collection, find_collection(session, name));
  TRY(intel::WarningLists lists, configured_warnings(session));
  json::Array rows;
  Asked asked{
      .collection = *collection.find("id")->as_string(), .bytes = true, .type = "indicator"};
  TRY(Withheld withheld, each_object(session, asked, [&](const json::Value& each) -> Result<void> {
        if (auto row = warned_row(lists, each)) rows.emplace_back(*std::move(row));
        return {};
      }));
  (void)withheld;  // an own reader sees all that a collection may hold
  std::uint64_t count = rows.size();
  json::Value value = json::Object{
      {"collection", asked.collection}, {"warned", std::move(rows)}, {"warned_count", count}};
  session.print(value, [&] {
    return count == 0 ? "no warning list names a value of this collection's indicators\n"
                      : warned_text(value);
  });
  return {};
}

}  // namespace

void add_warned_command(CLI::App& alert, Session& session) {
  auto name = std::make_shared<std::string>();
  CLI::App* made = alert.add_subcommand(
      "warned", "indicators that do not go to partners by themselves: a warning list names them");
  made->add_option("collection", *name, "id, alias or title")->required();
  made->callback(
      [&session, name] { attempt(session, [&] { return list_warned(session, *name); }); });
}

}  // namespace comity::app
