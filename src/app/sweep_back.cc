#include "app/sweep_back.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <set>

#include "app/cli_alert.h"
#include "app/pieces.h"
#include "app/tell.h"
#include "base/limits_sweep.h"
#include "intel/maker.h"
#include "intel/read.h"

namespace comity::app {
namespace {

Result<void> load_file(const std::string& path, sweep::Loader& loader) {
  TRY(std::string read, read_file(path, limits::sweep_list_bytes_max));
  std::string_view text = intel::without_mark(read);
  if (intel::is_blank(text)) return fail(Code::bad_value, std::string(intel::blank_told), path);
  std::string name = as_utf8(path);
  auto added =
      intel::begins_json(text) ? loader.add_bundle(name, text) : loader.add_list(name, text);
  if (!added) return fail(added.error().code, added.error().what, path);
  return {};
}

// Its indicators, after the definitions of what they are marked with.
Result<SweptCollection> load_collection(Session& session, const std::string& name,
                                        sweep::Loader& loader) {
  TRY(json::Value found, find_collection(session, name));
  SweptCollection out{*found.find("id")->as_string(), *found.find("title")->as_string()};
  for (const char* type : {"marking-definition", "indicator"}) {
    TRY(Withheld withheld, each_object(session, {.collection = out.id, .bytes = true, .type = type},
                                       [&](const json::Value& each) -> Result<void> {
                                         return loader.add_object(out.id,
                                                                  *each.find("bytes")->as_string());
                                       }));
    (void)withheld;  // an own reader sees all that a collection may hold
  }
  return out;
}

}  // namespace

Result<std::vector<SweptCollection>> load_alerts(Session& session,
                                                 const std::vector<std::string>& names,
                                                 sweep::Loader& loader) {
  std::vector<SweptCollection> collections;
  for (const std::string& name : names) {
    std::error_code wrong;
    bool is_file = std::filesystem::exists(name, wrong);
    if (!is_file && session.dir.empty())
      return fail(Code::not_found, "no such file; if it is a collection, say of which node: --dir",
                  name);
    if (is_file) {
      TRY_VOID(load_file(name, loader));
      continue;
    }
    auto loaded = load_collection(session, name, loader);
    if (!loaded && loaded.error().code == Code::not_found)
      return fail(Code::not_found, "neither a file nor a collection of this node", name);
    if (!loaded) return std::unexpected(loaded.error());
    collections.push_back(*std::move(loaded));
  }
  return collections;
}

namespace {

// What was looked through, in one word: sweeps of the same again are newer versions of the same
// sightings, a sweep of something else is another sighting. Standard input is never the same.
std::string inputs_key(const std::vector<std::string>& paths, Instant began) {
  std::set<std::string> names;
  std::error_code wrong;
  for (const std::string& path : paths)
    names.insert(path == "-" ? "-|" + to_text(began)
                             : std::filesystem::weakly_canonical(path, wrong).string());
  std::string out;
  for (const std::string& each : names) out.append("|").append(each);
  return out;
}

}  // namespace

sweep::Sighter sighter_here(const Session& session, const std::vector<std::string>& paths,
                            Instant began) {
  sweep::Sighter by{.key = {}, .began = began};
  auto config = session.dir.empty() ? Result<Config>(fail(Code::not_found, ""))
                                    : Folder(session.dir).read_config();
  std::array<char, 256> host{};
  (void)::gethostname(host.data(), host.size() - 1);
  std::string who = config ? "org|" + config->name : "";
  by.key = who + "|machine|" + host.data() + inputs_key(paths, began);
  if (!config) return by;
  by.identity_id = intel::derived_id("identity", "comity|" + who);
  by.identity = json::write(intel::identity(config->name, by.identity_id));
  return by;
}

Result<json::Array> share_sightings(Session& session, const Desk& desk,
                                    const std::vector<SweptCollection>& collections,
                                    const sweep::Sightings& seen, const sweep::Sighter& by) {
  json::Array reports;
  for (const SweptCollection& each : collections) {
    Pieces pieces(session, desk, each.id, each.title);
    for (const std::string& object : seen.objects(by, each.id)) TRY_VOID(pieces.give(object));
    TRY(Imported sum, pieces.finish());
    if (sum.given == 0) continue;
    json::Object report = to_json(sum);
    report["collection"] = each.id;
    report["title"] = each.title;
    reports.emplace_back(std::move(report));
  }
  return reports;
}

}  // namespace comity::app
