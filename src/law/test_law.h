#pragma once
// For tests and benchmarks only: the law folder read from disk, questions in short form, questions
// at random.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "law/engine.h"
#include "law/tables.h"

namespace comity::law::testing {

inline std::vector<SourceFile> law_folder(const std::string& source_dir) {
  namespace fs = std::filesystem;
  std::vector<SourceFile> files;
  fs::path root = fs::path(source_dir) / "law";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    files.push_back({fs::relative(entry.path(), root).generic_string(), std::move(text)});
  }
  std::ranges::sort(files, {}, &SourceFile::name);
  return files;
}

inline Corpus corpus_of(const std::vector<SourceFile>& files) {
  auto corpus = Corpus::load(files);
  check(corpus.has_value(), corpus ? "" : to_text(corpus.error()));
  return *corpus;
}

// The law folder of this source tree and its corpus, read once a process.
inline const std::vector<SourceFile>& folder() {
  static const std::vector<SourceFile> files = law_folder(COMITY_SOURCE_DIR);
  return files;
}
inline const Corpus& corpus() {
  static const Corpus one = corpus_of(folder());
  return one;
}

inline SourceFile& file_of(std::vector<SourceFile>& files, std::string_view name) {
  auto found = std::ranges::find(files, name, &SourceFile::name);
  check(found != files.end(), "the law folder has this file");
  return *found;
}

// Questions at random over everything that the corpus speaks of, reproducible from a seed.
class Questions {
 public:
  Questions(const Corpus& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {
    for (const Jurisdiction& one : corpus.tables().jurisdictions) known_.push_back(one.country);
    profiled_ = known_;
    std::erase_if(profiled_, [&](Country c) { return corpus.coverage(c) != Coverage::profiled; });
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  // Half of them between profiled jurisdictions, where most of the law is.
  Question next() {
    const std::vector<Country>& pool = below(2) ? known_ : profiled_;
    Question q;
    q.from = pool[below(pool.size())];
    do q.to = pool[below(pool.size())];
    while (q.to == q.from);
    q.measure = {static_cast<std::uint16_t>(below(corpus_.measures().size()))};
    q.offence = {static_cast<std::uint16_t>(below(corpus_.offences().size()))};
    q.on = day();
    if (below(3) == 0) q.conduct = day();
    for (std::size_t n = below(6); n > 0; --n) add_fact(q);
    return q;
  }

  // One fact more than the question has; false when there is no room or it was there.
  bool add_fact(Question& q) {
    FactId id{static_cast<std::uint16_t>(below(corpus_.facts().size()))};
    for (const Fact& fact : q.facts) {
      if (fact.id == id) return false;
    }
    return q.facts.push({id, value(id, q)});
  }

  std::int32_t value(FactId id, const Question& q) {
    switch (corpus_.tables().words.fact_words[id.value].kind) {
      case FactKind::yes_no:
        return static_cast<std::int32_t>(below(2));
      case FactKind::jurisdiction:
        return country_value(below(2) ? q.to : q.from);
      case FactKind::months:
        return static_cast<std::int32_t>(below(60));
    }
    return 0;
  }

  // 1990 to 2030.
  Date day() { return Date(std::chrono::days(7305 + static_cast<int>(below(14'600)))); }

 private:
  const Corpus& corpus_;
  std::mt19937_64 random_;
  std::vector<Country> known_, profiled_;
};

}  // namespace comity::law::testing
