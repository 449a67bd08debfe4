// comity alert outbreak: the picture of an outbreak.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/cli_alert.h"
#include "app/folder.h"
#include "app/outbreak_text.h"

namespace comity::app {
namespace {

struct OutbreakArgs {
  std::string id, svg;
  bool watch = false;
};

std::string word_at(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

Result<void> show(Session& session, const OutbreakArgs& args) {
  std::string target = "/outbreak?id=" + args.id + "&at=" + to_text(SystemClock().now()) +
                       (args.svg.empty() ? "" : "&svg=1");
  TRY(json::Value outbreak, ask_node(session, target));
  if (!args.svg.empty()) {
    TRY_VOID(write_file(args.svg, word_at(outbreak, "svg"), Existing::replace));
    outbreak.as_object()->erase("svg");
  }
  session.print(outbreak, [&] {
    return outbreak_text(outbreak) + (args.svg.empty() ? "" : "\nDrawn: " + args.svg + "\n");
  });
  return {};
}

// Drawn anew whenever a sighting, or a version of the object, comes in.
Result<void> watch(Session& session, const OutbreakArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  json::Object asked;
  for (bool news = true;;) {
    if (news) TRY_VOID(show(session, args));
    TRY(json::Value answer, client.watch(asked));
    asked["after"] = *answer.find("after");
    const json::Array& objects = *answer.find("objects")->as_array();
    news = std::ranges::any_of(objects, [&](const json::Value& each) {
      return word_at(each, "type") == "sighting" || word_at(each, "id") == args.id;
    });
  }
}

}  // namespace

void add_outbreak_command(CLI::App& alert, Session& session) {
  auto args = std::make_shared<OutbreakArgs>();
  CLI::App* made = alert.add_subcommand(
      "outbreak", "who saw it first, how fast it grows, who told whom, whom it has not reached");
  made->add_option("id", args->id, "a STIX id: of a malware, an indicator, a campaign")->required();
  made->add_option("--svg", args->svg, "also draws the curve, into this file");
  made->add_flag("--watch", args->watch, "anew whenever something of it comes in");
  made->callback([&session, args] {
    attempt(session, [&] { return args->watch ? watch(session, *args) : show(session, *args); });
  });
}

}  // namespace comity::app
