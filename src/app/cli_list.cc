// comity alert list: what a collection holds.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>

#include "app/cli_alert.h"
#include "app/nicknames.h"
#include "app/tell.h"
#include "stix/moment.h"

namespace comity::app {
namespace {

struct ListArgs {
  std::string collection, type;
  std::uint64_t count = 100;
  bool oldest = false;
};

// How many there are, and behind which of them the newest begin.
struct Extent {
  std::uint64_t total = 0;
  std::int64_t after = 0;
};

Result<Extent> measure(Session& session, const ListArgs& args, Asked asked) {
  asked.bytes = false;
  Extent extent;
  std::deque<std::int64_t> newest;
  TRY(Withheld withheld, each_object(session, asked, [&](const json::Value& each) -> Result<void> {
        ++extent.total;
        newest.push_back(*each.find("added")->as_int());
        if (newest.size() > args.count) newest.pop_front();
        return {};
      }));
  (void)withheld;  // an own reader sees all that a collection may hold
  if (!args.oldest && !newest.empty()) extent.after = newest.front() - 1;
  return extent;
}

// What people call it: its name, else the value that an observable is.
std::string name_of(const json::Value& object) {
  for (const char* field : {"name", "value", "key", "subject", "abstract", "pattern"})
    if (const json::Value* found = object.find(field); found && found->as_string())
      return *found->as_string();
  return "";
}

json::Object row_of(const json::Value& each, const Nicknames& names) {
  json::Object row = *each.as_object();
  std::int64_t added = *row["added"].as_int();
  row["added"] = stix::to_text(
      stix::Moment{added / 1'000'000, static_cast<std::uint32_t>(added % 1'000'000 * 1'000)});
  auto object = json::parse(*row["bytes"].as_string());
  row.erase("bytes");
  row["name"] = object ? name_of(*object) : "";
  if (auto from = row.find("from"); from != row.end())
    row["from_nickname"] = names.of(*from->second.as_string());
  return row;
}

Result<void> list_objects(Session& session, const ListArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  Asked asked{.collection = *collection.find("id")->as_string(), .bytes = true, .type = args.type};
  TRY(Extent extent, measure(session, args, asked));
  TRY(Nicknames names, Nicknames::load(session));
  asked.after = std::to_string(extent.after);
  asked.count = args.count;
  json::Array rows;
  if (extent.total > 0) {
    TRY(Withheld withheld,
        each_object(session, asked, [&](const json::Value& each) -> Result<void> {
          rows.emplace_back(row_of(each, names));
          return {};
        }));
    (void)withheld;
  }
  if (!args.oldest) std::ranges::reverse(rows);
  std::uint64_t shown = rows.size();
  json::Value value = json::Object{
      {"collection", asked.collection}, {"total", extent.total}, {"objects", std::move(rows)}};
  session.print(value, [&] {
    std::string more = extent.total > shown
                           ? fmt::format("{} of {}; more with --count\n", shown, extent.total)
                           : "";
    return table(*value.find("objects"),
                 {"added", "type", "tlp", "version", "revoked", "from_nickname", "id", "name"}) +
           more;
  });
  return {};
}

}  // namespace

void add_list_command(CLI::App& alert, Session& session) {
  auto args = std::make_shared<ListArgs>();
  CLI::App* made = alert.add_subcommand("list", "what a collection holds, newest first");
  made->add_option("collection", args->collection, "id, alias or title")->required();
  made->add_option("--type", args->type, "of this STIX type alone: indicator")
      ->check([](const std::string& type) {
        bool good = !type.empty() && std::ranges::all_of(type, [](char c) {
          return ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '-';
        });
        return good ? "" : "a STIX type: small letters, digits and hyphens";
      });
  made->add_option("--count", args->count, "so many; 100 unless told")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  made->add_flag("--oldest", args->oldest, "in the order in which they came");
  made->callback(
      [&session, args] { attempt(session, [&] { return list_objects(session, *args); }); });
}

}  // namespace comity::app
