// Which law answers a command: built in, a folder's, or a node's own.
#include <fmt/format.h>

#include "app/cli.h"
#include "app/cli_law.h"
#include "law/edition.h"

namespace comity::app {
namespace {

Result<std::string> text_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  if (!member || !member->as_string())
    return fail(Code::corrupt, "the node's answer has no text \"" + std::string(name) + "\"");
  return *member->as_string();
}

// The node's base: what its configuration names. A node that has not taken a changed folder over,
// or runs since before the program was changed, has another; its hash tells.
Result<std::vector<law::SourceFile>> base_files(Session& session) {
  TRY(Config config, Folder(session.dir).read_config());
  return law_files(config.law);
}

Result<law::Edition> edition_of(const json::Value& shown) {
  law::Edition edition;
  TRY(edition.file, text_of(shown, "file"));
  TRY(edition.text, text_of(shown, "text"));
  return edition;
}

Result<LawFound> of_node(Session& session, Date on) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value answer, client.get("/law_in_force?on=" + to_text(on)));
  TRY(auto files, base_files(session));
  const json::Value* versions = answer.find("versions");
  if (!versions || !versions->as_array())
    return fail(Code::corrupt, "the node's answer names no versions");
  LawFound found;
  std::vector<law::Edition> editions;
  for (const json::Value& version : *versions->as_array()) {
    TRY(law::Edition edition, edition_of(version));
    editions.push_back(std::move(edition));
    json::Object shown = *version.as_object();
    shown.erase("text");
    found.versions.push_back(std::move(shown));
  }
  found.files = law::with_editions(files, editions);
  TRY(std::string hash, text_of(answer, "corpus"));
  TRY(law::Corpus corpus, law::Corpus::load(found.files));
  if (to_hex(corpus.hash()) != hash)
    return fail(Code::conflict,
                "the node runs with another base of law than its folder or this program holds now: "
                "it takes a changed folder over within seconds, unless the alarm law_unreadable "
                "says why not; another program takes a restart");
  return found;
}

// The one whose version NAME@N is: a partner's nickname, "own", or a jurisdiction for which one
// member speaks.
Result<json::Value> find_version(Client& client, const std::string& name,
                                 const std::string& number) {
  TRY(json::Value all, client.get("/laws"));
  const json::Value* found = nullptr;
  bool nickname = false;
  for (const json::Value& each : *all.as_array()) {
    TRY(std::string publisher, text_of(each, "publisher"));
    TRY(std::string jurisdiction, text_of(each, "jurisdiction"));
    const json::Value* version = each.find("version");
    if (!version || json::write(*version) != number) continue;
    if (publisher == name) {
      found = &each;
      nickname = true;
    } else if (jurisdiction == name && !nickname) {
      if (found)
        return fail(Code::bad_value,
                    "several members publish the law of " + name + "; name one: own@" + number +
                        " or a partner's nickname",
                    name + "@" + number);
      found = &each;
    }
  }
  if (!found)
    return fail(Code::not_found, "no such version is kept here; see: comity law versions",
                name + "@" + number);
  return *found;
}

Result<std::vector<law::SourceFile>> version_of_node(Session& session, const std::string& name,
                                                     const std::string& number) {
  TRY(auto files, base_files(session));
  if (number == "0") return files;
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value shown, find_law_version(client, name, number));
  TRY(law::Edition edition, edition_of(shown));
  return law::with_editions(files, {&edition, 1});
}

}  // namespace

Result<json::Value> find_law_version(Client& client, const std::string& name,
                                     const std::string& number) {
  TRY(json::Value found, find_version(client, name, number));
  TRY(std::string member, text_of(found, "member"));
  return client.get("/law?publisher=" + member + "&version=" + number);
}

Result<Date> day_or_today(const std::string& text) {
  if (text.empty()) return date_of(SystemClock().now());
  return said(date_from_text(text));
}

Result<LawFound> find_law(Session& session, const LawSource& source, Date on) {
  if (source.node) return of_node(session, on);
  LawFound found;
  TRY(found.files, law_files(source.folder));
  return found;
}

Result<law::Corpus> find_corpus(Session& session, const LawSource& source, Date on) {
  TRY(LawFound found, find_law(session, source, on));
  return law::Corpus::load(found.files);
}

std::string tell_source(const LawSource& source, const LawFound& found, Date on) {
  if (!source.node) return {};
  std::string out = "The law of this node on " + to_text(on);
  for (const json::Value& each : found.versions) {
    auto word = [&](const char* name) {
      const json::Value* value = each.find(name);
      return !value ? "" : value->as_string() ? *value->as_string() : json::write(*value);
    };
    out += fmt::format("{} {} by version {} of {}, from {}",
                       &each == &found.versions.front() ? ":" : ";", word("jurisdiction"),
                       word("version"), word("publisher"), word("from"));
  }
  return out + (found.versions.empty() ? ": nothing published is in force.\n" : ".\n");
}

Result<std::vector<law::SourceFile>> law_version(Session& session, const std::string& name) {
  if (name == "-") return law_files("");
  std::size_t sign = name.rfind('@');
  bool kept = sign != std::string::npos && sign > 0 && sign + 1 < name.size() &&
              name.find('/') == std::string::npos &&
              name.find_first_not_of("0123456789", sign + 1) == std::string::npos;
  if (kept) return version_of_node(session, name.substr(0, sign), name.substr(sign + 1));
  return law_files(name);
}

}  // namespace comity::app
