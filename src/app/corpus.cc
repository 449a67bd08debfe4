#include "app/corpus.h"

#include <algorithm>
#include <filesystem>

#include "app/folder.h"
#include "app/law_built_in.h"
#include "base/limits.h"

namespace comity::app {

Result<std::vector<law::SourceFile>> law_files(const std::string& folder) {
  std::vector<law::SourceFile> files;
  if (folder.empty()) {
    for (const auto& [name, text] : law_built_in())
      files.push_back({std::string(name), std::string(text)});
    return files;
  }
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != ".toml") continue;
    std::string name = fs::relative(at->path(), folder).generic_string();
    if (!at->is_regular_file())  // passed over in silence, a country would be gone
      return fail(Code::invalid,
                  "is no file, by its name it is one; rename it or put the file there", name);
    if (files.size() == limits::law_files_max)
      return fail(Code::too_large,
                  "more than " + std::to_string(limits::law_files_max) +
                      " law files; leave out what is none",
                  folder);
    if (at->file_size() > limits::law_file_bytes_max)
      return fail(Code::too_large,
                  "a law file has at most " + std::to_string(limits::law_file_bytes_max) +
                      " bytes; split it",
                  name);
    TRY(std::string text, read_file(at->path(), limits::law_file_bytes_max));
    files.push_back({std::move(name), std::move(text)});
  }
  if (error) return fail(Code::io, "the law folder cannot be read: " + error.message(), folder);
  if (files.empty()) return fail(Code::not_found, "no law file (*.toml) is in this folder", folder);
  return files;
}

Result<law::Corpus> load_corpus(const std::string& folder) {
  TRY(auto files, law_files(folder));
  return law::Corpus::load(files);
}

}  // namespace comity::app
