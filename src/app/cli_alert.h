#pragma once
// What the files of `comity alert` share.
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "app/cli.h"
#include "intel/said.h"
#include "intel/warning_list.h"
#include "stix/split.h"

namespace comity::app {

// A file of STIX, or "-": standard input.  Errors: those of reading; too_large.
[[nodiscard]] Result<std::string> read_stix(const std::string& file);

// A file, or standard input, of at most so many bytes, without a byte order mark.
[[nodiscard]] Result<std::string> read_input(const std::string& file, std::size_t bytes_max);

// What is said of a file that could not be read, beside those that could.
[[nodiscard]] json::Object error_json(const Error& error);
[[nodiscard]] std::string failed_text(const std::string& file, const Error& error);
// STIX 2.1, 8: also one without `objects`, which are optional.
[[nodiscard]] bool is_bundle(const stix::Split& split);

[[nodiscard]] Result<json::Value> ask_node(Session& session, const std::string& target);
// Signs a command as the session's officer: the node's answer.
[[nodiscard]] Result<json::Value> give(Session& session, std::string_view name, json::Object args);
// A collection by its id, its alias, or its title.  Errors: not_found; bad_value: several have it.
[[nodiscard]] Result<json::Value> find_collection(Session& session, const std::string& name);

// What a reader sees of a collection, page by page, as /objects answers (app/admin_alert.h).
struct Asked {
  std::string collection;  // its id
  std::string standing = "own", member{};
  bool bytes = false;
  std::string after{};      // go on behind the object with this "added"; empty: from the beginning
  std::string type{};       // objects of this type alone; empty: of any
  std::uint64_t count = 0;  // so many at most; 0: all
};
// For "own", "client" or a partner.
[[nodiscard]] Result<Asked> asked_for(Session& session, const std::string& reader,
                                      const json::Value& collection);
struct Withheld {
  std::map<std::string, std::uint64_t> of;  // by verdict
};
[[nodiscard]] Result<Withheld> each_object(
    Session& session, const Asked& asked,
    const std::function<Result<void>(const json::Value& object)>& see);

[[nodiscard]] json::Array said_json(const intel::Told& told);
// A line for each, which begins with `kind`.
[[nodiscard]] std::string said_text(const intel::Told& told, std::string_view kind);

// Those that the configuration names.
[[nodiscard]] Result<intel::WarningLists> configured_warnings(const Session& session);
// {"id","list"} of an object, as each_object() gives it with its bytes, when it is an indicator
// that a list names.
[[nodiscard]] std::optional<json::Object> warned_row(const intel::WarningLists& lists,
                                                     const json::Value& object);
// Indicators that did not go, and for which list.
struct WarnedRows {
  json::Array rows;  // {"id","list"}: the first of `count`
  std::uint64_t count = 0;

  void add(json::Object row);
  void add(const json::Value& pushed);  // of a node's answer; an older node sends none
};
// Of a report with "warned" and "warned_count".
[[nodiscard]] std::string warned_text(const json::Value& report);

void add_collection_commands(CLI::App& alert, Session& session);
void add_road_commands(CLI::App& alert, Session& session);
void add_taxii_user_commands(CLI::App& alert, Session& session);
void add_list_command(CLI::App& alert, Session& session);
void add_import_command(CLI::App& alert, Session& session);
void add_export_command(CLI::App& alert, Session& session);
void add_taxii_commands(CLI::App& alert, Session& session);
void add_share_commands(CLI::App& alert, Session& session);
void add_warned_command(CLI::App& alert, Session& session);
void add_outbreak_command(CLI::App& alert, Session& session);

}  // namespace comity::app
