#include "law/diff.h"

#include <algorithm>
#include <map>

#include "law/wording.h"
#include "toml/parse.h"

namespace comity::law {
namespace {

using Fields = std::map<std::string, std::string>;  // path within the entry -> canonical JSON
struct Entry {
  std::string table, key;  // as in Difference
  Fields fields;
};
using Entries = std::map<std::string, Entry>;  // of one file, by what an entry is called

std::string key_of(const json::Value& entry) {
  for (const char* key : {"id", "code", "of", "name"}) {
    const json::Value* value = entry.find(key);
    if (value && value->as_string()) return *value->as_string();
  }
  return {};
}

// An entry is called by what tells it from its like: its key, and where that may repeat (one
// offence in two statutes, one party in two periods) by that as well.
std::string called(const std::string& table, const std::string& key, const json::Value& entry) {
  std::string name = key.empty() ? table : table + " " + key;
  for (const char* more : {"statute", "from", "since", "article"}) {
    const json::Value* value = entry.find(more);
    if (entry.find("id") || !value || !value->as_string()) continue;
    name += " (" + *value->as_string() + ")";
    break;
  }
  return name;
}

void flatten(const json::Value& value, const std::string& path, Fields& out) {
  const json::Object* object = value.as_object();
  if (!object) {
    out[path] = json::write(value);
    return;
  }
  for (const auto& [name, member] : *object)
    flatten(member, path.empty() ? name : path + "." + name, out);
}

void add_entry(Entries& entries, const std::string& table, const std::string& key,
               const json::Value& value) {
  std::string name = called(table, key, value), unique = name;
  for (int i = 2; entries.contains(unique); ++i) unique = name + " #" + std::to_string(i);
  Entry& entry = entries[unique];
  entry.table = table;
  entry.key = key;
  flatten(value, "", entry.fields);
}

Entries entries_of(const json::Value& root) {
  Entries entries;
  for (const auto& [table, value] : *root.as_object()) {
    const json::Array* list = value.as_array();
    if (!list || list->empty() || !list->front().as_object()) {
      entries[table] = {.table = table, .key = "", .fields = {}};
      flatten(value, "", entries[table].fields);
      continue;
    }
    for (const json::Value& each : *list) add_entry(entries, table, key_of(each), each);
  }
  return entries;
}

// What an entry says, in one of its own fields.
std::string said_by(const Fields& fields) {
  for (const char* name : {"cite", "text", "status", "title"})
    if (auto found = fields.find(name); found != fields.end()) return found->second;
  return {};
}

void compare_fields(const Difference& entry, const Fields& before, const Fields& after,
                    std::vector<Difference>& out) {
  auto say = [&](Difference::Kind kind, const std::string& field, std::string was, std::string is) {
    Difference difference = entry;
    difference.kind = kind;
    difference.field = field;
    difference.before = std::move(was);
    difference.after = std::move(is);
    out.push_back(std::move(difference));
  };
  for (const auto& [field, was] : before) {
    auto is = after.find(field);
    if (is == after.end())
      say(Difference::Kind::removed, field, was, "");
    else if (is->second != was)
      say(Difference::Kind::changed, field, was, is->second);
  }
  for (const auto& [field, is] : after)
    if (!before.contains(field)) say(Difference::Kind::added, field, "", is);
}

void compare_files(const std::string& file, const Entries& before, const Entries& after,
                   std::vector<Difference>& out) {
  for (const auto& [name, was] : before) {
    Difference entry{.kind = Difference::Kind::removed,
                     .file = file,
                     .entry = name,
                     .table = was.table,
                     .key = was.key,
                     .field = "",
                     .before = "",
                     .after = ""};
    if (auto is = after.find(name); is != after.end()) {
      compare_fields(entry, was.fields, is->second.fields, out);
      continue;
    }
    entry.before = said_by(was.fields);
    out.push_back(std::move(entry));
  }
  for (const auto& [name, is] : after)
    if (!before.contains(name))
      out.push_back({.kind = Difference::Kind::added,
                     .file = file,
                     .entry = name,
                     .table = is.table,
                     .key = is.key,
                     .field = "",
                     .before = "",
                     .after = said_by(is.fields)});
}

Result<std::map<std::string, Entries>> read_all(const std::vector<SourceFile>& files) {
  std::map<std::string, Entries> out;
  for (const SourceFile& file : files) {
    TRY(toml::Document document, toml::parse(file.text, file.name));
    out.emplace(file.name, entries_of(document.root));
  }
  return out;
}

std::string_view name_of(Difference::Kind kind) {
  constexpr std::string_view names[] = {"added", "removed", "changed"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace

Result<std::vector<Difference>> diff(const std::vector<SourceFile>& before,
                                     const std::vector<SourceFile>& after) {
  TRY(auto old_files, read_all(before));
  TRY(auto new_files, read_all(after));
  std::vector<Difference> out;
  for (const auto& [file, entries] : old_files) {
    auto now = new_files.find(file);
    compare_files(file, entries, now == new_files.end() ? Entries{} : now->second, out);
  }
  for (const auto& [file, entries] : new_files)
    if (!old_files.contains(file)) compare_files(file, {}, entries, out);
  return out;
}

json::Value to_json(const std::vector<Difference>& differences) {
  json::Array out;
  for (const Difference& each : differences) {
    json::Object entry{{"kind", name_of(each.kind)}, {"file", each.file}, {"entry", each.entry}};
    if (!each.field.empty()) entry["field"] = each.field;
    if (!each.before.empty()) entry["before"] = each.before;
    if (!each.after.empty()) entry["after"] = each.after;
    out.emplace_back(std::move(entry));
  }
  return out;
}

std::string to_text(const std::vector<Difference>& differences) {
  std::string out, file, entry;
  for (const Difference& each : differences) {
    if (each.file != file) out += each.file + "\n";
    if (each.file != file || each.entry != entry) {
      bool whole = each.field.empty();
      paragraph(out, "  ",
                whole ? each.entry + ": " + std::string(name_of(each.kind)) + " " + each.before +
                            each.after
                      : each.entry);
    }
    if (!each.field.empty()) {
      std::string said = each.kind == Difference::Kind::added ? "added: " + each.after
                         : each.kind == Difference::Kind::removed
                             ? "removed: " + each.before
                             : each.before + " -> " + each.after;
      paragraph(out, "    " + each.field + ": ", said);
    }
    file = each.file;
    entry = each.entry;
  }
  return out.empty() ? "no difference in any fact\n" : out;
}

}  // namespace comity::law
