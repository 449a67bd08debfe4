#include "app/demo_outbreak.h"

#include <fmt/format.h>

#include "app/outbreak_text.h"
#include "crypto/hash.h"

namespace comity::app {
namespace {

constexpr const char* worm = "malware--00000504-17d4-4cbf-938f-98ee46b3cd3f";
constexpr const char* green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
constexpr const char* red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";

std::string id(const char* type, int n) {
  return fmt::format("{}--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", type, n);
}

// What all objects have, with a label.
json::Object object(const char* type, const std::string& id, const char* label) {
  std::string now = to_text(SystemClock().now());
  return {{"type", type},   {"spec_version", "2.1"}, {"id", id},
          {"created", now}, {"modified", now},       {"object_marking_refs", json::Array{label}}};
}

json::Value indicator(int n, const char* name, const char* pattern) {
  json::Object out = object("indicator", id("indicator", n), green);
  out["name"] = name;
  out["pattern"] = pattern;
  out["pattern_type"] = "stix";
  out["valid_from"] = out["created"];
  return out;
}

json::Value indicates(int n) {
  json::Object out = object("relationship", id("relationship", n), green);
  out["relationship_type"] = "indicates";
  out["source_ref"] = id("indicator", n);
  out["target_ref"] = worm;
  return out;
}

// Public traces of the worm, as described since May 2000; nothing of its code is needed.
json::Array traces() {
  struct Trace {
    const char *name, *pattern;
  };
  constexpr Trace known[] = {
      {"the mail", "[email-message:subject = 'ILOVEYOU']"},
      {"its attachment", "[file:name = 'LOVE-LETTER-FOR-YOU.TXT.vbs']"},
      {"its copies", "[file:name = 'MSKernel32.vbs' OR file:name = 'Win32DLL.vbs']"},
      {"what it fetches", "[file:name = 'WIN-BUGSFIX.exe']"},
      {"how it starts again",
       "[windows-registry-key:values[*].name IN ('MSKernel32', 'Win32DLL', 'WIN-BUGSFIX')]"}};
  json::Object malware = object("malware", worm, green);
  malware["name"] = "LoveLetter";
  malware["malware_types"] = json::Array{"worm"};
  malware["is_family"] = false;
  json::Array out{std::move(malware)};
  int n = 0;
  for (const Trace& each : known) {
    out.push_back(indicator(++n, each.name, each.pattern));
    out.push_back(indicates(n));
  }
  return out;
}

json::Value note_for_one_person() {
  json::Object out = object("note", id("note", 1), red);
  out["content"] = "for the eyes of one person";
  out["object_refs"] = json::Array{worm};
  return out;
}

json::Value sighting(int n, std::chrono::minutes ago, int count) {
  Instant seen = std::chrono::floor<std::chrono::seconds>(SystemClock().now() - ago);
  json::Object out = object("sighting", id("sighting", n), green);
  out["sighting_of_ref"] = worm;
  out["first_seen"] = to_text(seen);
  out["last_seen"] = to_text(seen);
  out["count"] = count;
  return out;
}

Result<std::string> make_collection(Player& player, const std::vector<std::string>& members) {
  TRY(json::Value made, player.command("alert.collection",
                                       {{"title", "Worms"},
                                        {"members", json::Array(members.begin(), members.end())}}));
  return text(at(made, "id"));
}

Result<json::Value> import(Player& player, const std::string& collection, json::Array objects) {
  return player.import(collection, json::write(json::Object{{"objects", std::move(objects)}}));
}

std::function<bool(const json::Value&)> shows(std::size_t count) {
  return [count](const json::Value& page) {
    const json::Value* objects = page.find("objects");
    return objects && objects->as_array() && objects->as_array()->size() >= count;
  };
}

struct Place {
  Player& player;
  std::string collection;
};

// A partner's own collection, into which what the first shares goes, and from which sightings go
// back.
Result<Place> subscribe(Player& partner, Player& first, const std::string& theirs) {
  TRY(std::string collection, make_collection(partner, {}));
  TRY(std::string member, partner.member_id(first.casting().id));
  TRY_VOID(partner.command(
      "alert.subscribe",
      {{"member", member}, {"theirs", theirs}, {"collection", collection}, {"sightings", true}}));
  return Place{partner, collection};
}

// Sightings come in at a partner, and are back at the first.
Result<void> report(Story& story, Place& from, Place& to, json::Array sightings,
                    std::size_t held_then, const std::string& told) {
  Stopwatch watch;
  TRY_VOID(import(from.player, from.collection, std::move(sightings)));
  TRY_VOID(to.player.wait("/objects?collection=" + to.collection, shows(held_then)));
  story.held(told, watch.ms());
  return {};
}

}  // namespace

Result<void> outbreak_spreads(Story& story, Player& first, Player& abroad, Player& at_home) {
  story.chapter("The outbreak: an alert, in the first minutes and before any request");
  TRY(std::string abroad_id, first.member_id(abroad.casting().id));
  TRY(std::string home_id, first.member_id(at_home.casting().id));
  TRY(std::string collection, make_collection(first, {abroad_id, home_id}));
  Place here{first, collection};
  TRY(Place there, subscribe(abroad, first, collection));
  TRY(Place next_door, subscribe(at_home, first, collection));

  json::Array alert = traces();
  std::size_t shared = alert.size();
  alert.push_back(note_for_one_person());
  Stopwatch watch;
  TRY(json::Value taken, import(first, collection, std::move(alert)));
  for (Place* place : {&there, &next_door}) {
    TRY_VOID(place->player.wait("/objects?collection=" + place->collection, shows(shared)));
    story.held(fmt::format("{}: the worm and five traces of it, raised by {}, are readable here",
                           place->player.casting().id, first.casting().id),
               watch.ms());
  }
  const json::Value& refused = at(taken, "refused");
  if (!refused.as_array() || refused.as_array()->size() != 1)
    return fail(Code::invalid, "what is TLP:RED should go into no collection", json::write(taken));
  story.held("a note beside it goes nowhere: " + text(at(refused.as_array()->front(), "message")),
             {}, refused);

  using std::chrono::minutes;
  story.say("Sightings (their numbers are invented):");
  TRY_VOID(import(first, collection, {sighting(1, minutes(64), 1), sighting(2, minutes(50), 3)}));
  TRY_VOID(report(story, next_door, here,
                  {sighting(3, minutes(40), 12), sighting(4, minutes(30), 20)}, shared + 4,
                  "provider: 32 sightings, back at the contact point in Manila"));
  TRY_VOID(report(story, there, here, {sighting(5, minutes(20), 60), sighting(6, minutes(8), 130)},
                  shared + 6, "US: 190 sightings, back at the contact point in Manila"));

  std::string now = to_text(SystemClock().now());
  TRY(json::Value drawn, first.get("/outbreak?id=" + std::string(worm) + "&at=" + now + "&svg=1"));
  if (at(drawn, "sightings") != json::Value(226) || !at(drawn, "unreached").as_array()->empty())
    return fail(Code::invalid, "the outbreak's picture lacks something", json::write(drawn));
  std::string file = (first.folder().root().parent_path() / "outbreak.svg").string();
  TRY_VOID(write_file(file, text(at(drawn, "svg")), Existing::keep));
  drawn.as_object()->erase("svg");
  story.show(outbreak_text(drawn));
  story.held("the curve is drawn from what one node was told", {}, drawn);
  return {};
}

}  // namespace comity::app
