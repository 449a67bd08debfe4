// law show, of cases.
#include "law/case_file.h"
#include "law/show_parts.h"
#include "toml/parse.h"

namespace comity::law {
namespace {

// The case as its file has it, under its place.
json::Value case_json(const Case& one, const json::Value& entry) {
  json::Object out = *entry.as_object();
  out.erase("name");
  out["case"] = one.name;
  out["where"] = one.where;
  return json::Value(std::move(out));
}

// "cases/love-bug.toml" is love-bug.
std::string_view short_name(std::string_view file) {
  file.remove_prefix(std::string_view("cases/").size());
  file.remove_suffix(std::string_view(".toml").size());
  return file;
}

}  // namespace

Result<json::Array> cases_called(const std::vector<SourceFile>& files, std::string_view name) {
  json::Array out;
  for (const SourceFile& file : files) {
    if (!is_case_file(file)) continue;
    TRY(std::vector<Case> cases, read_cases(file));
    TRY(toml::Document document, toml::parse(file.text, file.name));
    const json::Array& entries = *document.root.find("case")->as_array();
    bool whole = name == lower(file.name) || name == lower(short_name(file.name));
    for (std::size_t i = 0; i < cases.size(); ++i) {
      bool called = name == lower(cases[i].name) || name == lower(cases[i].where);
      if (whole || called) out.push_back(case_json(cases[i], entries[i]));
    }
  }
  return out;
}

Result<json::Array> all_cases(const std::vector<SourceFile>& files) {
  json::Array out;
  for (const SourceFile& file : files) {
    if (!is_case_file(file)) continue;
    TRY(std::vector<Case> cases, read_cases(file));
    for (const Case& one : cases)
      out.push_back(json::Object{{"id", one.where}, {"title", one.name}});
  }
  return out;
}

}  // namespace comity::law
