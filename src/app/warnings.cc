#include "app/warnings.h"

#include <algorithm>

#include "app/folder.h"
#include "base/limits_intel.h"

namespace comity::app {

namespace fs = std::filesystem;

Result<intel::WarningLists> read_warning_lists(const fs::path& folder) {
  intel::WarningLists lists;
  std::vector<fs::path> files;
  std::error_code wrong;
  if (!folder.empty())
    for (fs::recursive_directory_iterator at(folder, wrong), end; !wrong && at != end;
         at.increment(wrong))
      if (at->path().extension() == ".json" && at->is_regular_file(wrong) && !at->is_symlink(wrong))
        files.push_back(at->path());
  if (wrong)
    return fail(Code::io, "the folder of warning lists cannot be read: " + wrong.message(),
                folder.string());
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    TRY(std::string text, read_file(file, limits::warning_list_bytes_max));
    auto added = lists.add(file.filename().string(), text);
    if (!added)
      return fail(added.error().code, added.error().what,
                  file.string() + (added.error().where.empty() ? "" : ": ") + added.error().where);
  }
  lists.finish();
  return lists;
}

}  // namespace comity::app
