#pragma once
// The law as data, compiled: every file of law/ checked, cross-checked and laid out flat.
// Immutable. law/README.md documents the files; blueprint section 5, "Law", the meaning.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "law/vocabulary.h"

namespace comity::law {

// One file of the law folder, by its path within it with '/' separators:
//   vocabulary.toml   instruments/*.toml   agreements/*.toml   codes/*.toml
//   jurisdictions/XX.toml
// Files under cases/ are no law: load() passes them over, run_cases() reads them.
struct SourceFile {
  std::string name;
  std::string text;
};

// Something wrong with a file, and how to mend it.
struct Problem {
  std::string where;   // "jurisdictions/PH.toml:42"
  std::string what;    // what is wrong
  std::string remedy;  // what to write instead
};
[[nodiscard]] std::string to_text(const Problem& problem);  // "where: what; remedy"

// What is known of a jurisdiction: a legal profile, only its memberships of instruments, or
// nothing.
enum class Coverage : std::uint8_t { profiled, memberships, unresearched };
[[nodiscard]] std::string_view name_of(Coverage coverage);

struct Tables;  // law/tables.h, private to this room

// Copies share one compiled corpus: it never changes, decisions on several threads read it, and a
// node swaps its corpus while older decisions still hold the one they were made under. Hence the
// shared_ptr.
class Corpus {
 public:
  // Compiles the files; their order is irrelevant.
  //   Errors  Code::too_large beyond limits::law_files_max or law_file_bytes_max; Code::invalid
  //   with the first
  //           problem's text, its place in `where` and the number of further problems. check()
  //           lists them all.
  [[nodiscard]] static Result<Corpus> load(const std::vector<SourceFile>& files);
  // Every problem, by file and line; empty when load() would succeed.
  [[nodiscard]] static std::vector<Problem> check(const std::vector<SourceFile>& files);

  // SHA-256 over the files sorted by name, each as its name, a line feed and its canonical JSON
  // (RFC 8785) with a line feed: comments and layout do not count, every fact does.
  [[nodiscard]] const CorpusHash& hash() const;

  // Look-ups by code; Code::not_found names the words that exist.
  [[nodiscard]] Result<MeasureId> measure(std::string_view code) const;
  [[nodiscard]] Result<OffenceId> offence(std::string_view code) const;
  [[nodiscard]] Result<DataId> data_category(std::string_view code) const;
  [[nodiscard]] Result<RoleId> role(std::string_view code) const;
  [[nodiscard]] Result<ChannelId> channel(std::string_view code) const;
  [[nodiscard]] Result<GroundId> ground(std::string_view code) const;
  [[nodiscard]] Result<ApprovalId> approval(std::string_view code) const;
  [[nodiscard]] Result<FactId> fact(std::string_view code) const;
  [[nodiscard]] Result<Country> country(
      std::string_view code) const;  // a code of ISO 3166-1, or EU
  [[nodiscard]] Result<ProvisionId> provision(std::string_view id) const;

  // The word behind a number of this corpus; check()s that it is one.
  [[nodiscard]] const Word& word(MeasureId id) const;
  [[nodiscard]] const Word& word(OffenceId id) const;
  [[nodiscard]] const Word& word(DataId id) const;
  [[nodiscard]] const Word& word(RoleId id) const;
  [[nodiscard]] const Word& word(ChannelId id) const;
  [[nodiscard]] const Word& word(GroundId id) const;
  [[nodiscard]] const Word& word(ApprovalId id) const;
  [[nodiscard]] const Word& word(FactId id) const;
  [[nodiscard]] const Word& word(ReasonId id) const;
  [[nodiscard]] std::string_view cite(CiteId id) const;
  [[nodiscard]] std::string_view name(Country country) const;  // English; empty when unnamed
  [[nodiscard]] Coverage coverage(Country country) const;
  // Whether it stands for its members somewhere (`members_of`): it acts, and is asked, through
  // them.
  [[nodiscard]] bool is_union(Country country) const;

  [[nodiscard]] std::span<const Word> measures() const;
  [[nodiscard]] std::span<const Word> offences() const;
  [[nodiscard]] std::span<const Word> data_categories() const;
  // Kinds of data in alerts that are personal, by the names of stix/personal.h.
  [[nodiscard]] std::span<const Word> personal_data() const;
  [[nodiscard]] std::span<const Word> roles() const;
  [[nodiscard]] std::span<const Word> channels() const;
  [[nodiscard]] std::span<const Word> grounds()
      const;  // refusal codes, and the outcomes that are no grounds
  [[nodiscard]] std::span<const Word> approvals() const;
  // Whether this approval may come on a document, from an authority without an account at the node.
  [[nodiscard]] bool on_paper(ApprovalId id) const;
  [[nodiscard]] std::span<const Word> facts() const;
  [[nodiscard]] std::vector<Country> countries() const;  // every country code, sorted

  [[nodiscard]] const Tables& tables() const { return *tables_; }

 private:
  explicit Corpus(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
};

}  // namespace comity::law
