#pragma once
// What the commands about the law share.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/corpus.h"
#include "base/time.h"
#include "json/value.h"

namespace CLI {
class App;
}

namespace comity::app {

struct Session;
class Client;

// Which law a command asks: the one built in, a folder's, or the one that the node in --dir uses on
// a day, with what its partners published.
struct LawSource {
  std::string folder;
  bool node = false;
};
struct LawFound {
  std::vector<law::SourceFile> files;
  json::Array versions;  // that stand in the place of files: /law_in_force, without their texts
};
[[nodiscard]] Result<LawFound> find_law(Session& session, const LawSource& source, Date on);
[[nodiscard]] Result<law::Corpus> find_corpus(Session& session, const LawSource& source, Date on);
// "the law of this node on 2026-12-01: PH by version 2 of ph-poc", to say what has answered; empty
// when it was not the node's.
[[nodiscard]] std::string tell_source(const LawSource& source, const LawFound& found, Date on);

// A word of the command line that the law does not know is bad usage, and its code says so.
template <typename T>
[[nodiscard]] Result<T> said(Result<T> got) {
  if (got) return got;
  return fail(Code::bad_value, got.error().what, got.error().where);
}

// Today when empty; Code::bad_value when it is no day.
[[nodiscard]] Result<Date> day_or_today(const std::string& text);

// A version of the law to compare: a folder; "-", the one built in; or NAME@N, version N that a
// node keeps, of the partner or jurisdiction NAME, in the place of its file. N is 0 for the base
// file.
[[nodiscard]] Result<std::vector<law::SourceFile>> law_version(Session& session,
                                                               const std::string& name);

// Version `number` of the member or jurisdiction `name`, with its text.
[[nodiscard]] Result<json::Value> find_law_version(Client& client, const std::string& name,
                                                   const std::string& number);

// "NAME=VALUE" as two; Code::bad_value without '='.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> facts_of(
    const std::vector<std::string>& texts);

// law map, gaps, history, diff, impact. `source` outlives the parser.
void add_atlas_commands(CLI::App& law, Session& session, const LawSource& source);
// law publish, versions, version.
void add_publishing_commands(CLI::App& law, Session& session);

}  // namespace comity::app
