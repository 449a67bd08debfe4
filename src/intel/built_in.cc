#include "intel/built_in.h"

#include <algorithm>

namespace comity::intel {
namespace {

std::string_view stem(std::string_view file) {
  return file.substr(0, file.rfind('.'));
}

Result<void> add_one(WarningLists& lists, const std::string& name) {
  auto files = built_in_files();
  auto found = std::ranges::find(files, name, [](const auto& file) { return stem(file.first); });
  if (found != files.end()) return lists.add(found->first, found->second);
  std::string all;
  for (const std::string& each : built_in_names()) all += (all.empty() ? "" : ", ") + each;
  return fail(
      Code::bad_value,
      "no warning list of this name is built in (comity.toml, built_in_warnings); there are " + all,
      name);
}

}  // namespace

std::vector<std::string> built_in_names() {
  std::vector<std::string> names;
  for (const auto& [file, text] : built_in_files()) names.emplace_back(stem(file));
  return names;
}

std::vector<std::string> built_in_by_default() {
  std::vector<std::string> names = built_in_names();
  std::erase_if(names, [](const std::string& name) { return !name.starts_with("special-"); });
  return names;
}

Result<void> add_built_in(WarningLists& lists, std::span<const std::string> names) {
  for (const std::string& name : names) TRY_VOID(add_one(lists, name));
  return {};
}

}  // namespace comity::intel
