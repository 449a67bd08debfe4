#include "law/corpus.h"

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "law/compile.h"
#include "law/mending.h"
#include "law/tables.h"

namespace comity::law {
namespace {

constexpr std::size_t problems_shown_max = 500;

enum class Place { law, cases, nowhere };

Place place_of(std::string_view name) {
  bool toml = name.ends_with(".toml") && name.find("..") == std::string_view::npos;
  if (name.starts_with("cases/")) return Place::cases;
  if (!toml) return Place::nowhere;
  if (name == "vocabulary.toml") return Place::law;
  for (std::string_view folder : {"instruments/", "agreements/", "codes/", "jurisdictions/"}) {
    if (name.starts_with(folder) && name.find('/', folder.size()) == std::string_view::npos)
      return Place::law;
  }
  return Place::nowhere;
}

// Parses the law's files, sorted by name.
std::vector<toml::Document> parse_all(const std::vector<SourceFile>& files,
                                      std::vector<Problem>& problems) {
  std::vector<const SourceFile*> sorted;
  for (const SourceFile& file : files) {
    if (place_of(file.name) == Place::law) sorted.push_back(&file);
    if (place_of(file.name) == Place::nowhere) {
      problems.push_back(
          {file.name, "the law folder has no such place",
           "vocabulary.toml, or a .toml in instruments/, agreements/, codes/, jurisdictions/ or "
           "cases/"});
    }
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const SourceFile* a, const SourceFile* b) { return a->name < b->name; });
  std::vector<toml::Document> documents;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i]->name == sorted[i - 1]->name) {
      problems.push_back({sorted[i]->name, "the file is given twice", "give each file once"});
      continue;
    }
    auto document = toml::parse(sorted[i]->text, sorted[i]->name);
    if (document)
      documents.push_back(*std::move(document));
    else
      problems.push_back(not_toml(sorted[i]->text, document.error()));
  }
  return documents;
}

CorpusHash hash_of(const std::vector<toml::Document>& documents) {
  std::string text;
  for (const toml::Document& document : documents) {
    text += document.name + "\n" + json::write(document.root) + "\n";
  }
  return CorpusHash{crypto::sha256(as_bytes(text)).bytes};
}

void compile(const std::vector<SourceFile>& files, Tables& tables, std::vector<Problem>& problems) {
  if (files.size() > limits::law_files_max) {
    problems.push_back({"", std::to_string(files.size()) + " files",
                        "a corpus has at most " + std::to_string(limits::law_files_max)});
    return;
  }
  std::vector<toml::Document> documents = parse_all(files, problems);
  if (problems.empty()) tables.hash = hash_of(documents);
  Compiler(tables, problems).run(documents);
}

// A file that was looked at twice says the same twice.
void tidy(std::vector<Problem>& problems) {
  std::vector<Problem> kept;
  for (Problem& problem : problems) {
    bool seen = std::any_of(kept.begin(), kept.end(), [&](const Problem& other) {
      return other.where == problem.where && other.what == problem.what;
    });
    if (!seen && kept.size() < problems_shown_max) kept.push_back(std::move(problem));
  }
  problems = std::move(kept);
}

template <typename Id>
Result<Id> look_up(const Codes& codes, std::string_view code, std::string_view kind) {
  auto found = codes.find(code);
  if (found != codes.end()) return Id{found->second};
  std::string near = nearest(codes, code);
  return fail(Code::not_found,
              "no " + std::string(kind) + " \"" + std::string(code) + "\"" +
                  (near.empty() ? "; one of: " + listing(codes) : "; did you mean " + near + "?"));
}

template <typename Id>
const Word& word_at(const std::vector<Word>& words, Id id) {
  check(id.value < words.size(), "a word of this corpus");
  return words[id.value];
}

}  // namespace

std::string to_text(const Problem& problem) {
  return problem.where + ": " + problem.what + "; " + problem.remedy;
}

std::string_view name_of(Coverage coverage) {
  switch (coverage) {
    case Coverage::profiled:
      return "profiled";
    case Coverage::memberships:
      return "memberships";
    case Coverage::unresearched:
      return "unresearched";
  }
  return "";
}

std::vector<Problem> Corpus::check(const std::vector<SourceFile>& files) {
  Tables tables;
  std::vector<Problem> problems;
  compile(files, tables, problems);
  tidy(problems);
  return problems;
}

Result<Corpus> Corpus::load(const std::vector<SourceFile>& files) {
  if (files.size() > limits::law_files_max) {
    return fail(Code::too_large,
                "a corpus has at most " + std::to_string(limits::law_files_max) + " files");
  }
  for (const SourceFile& file : files) {
    if (file.text.size() > limits::law_file_bytes_max) {
      return fail(Code::too_large,
                  "a law file has at most " + std::to_string(limits::law_file_bytes_max) + " bytes",
                  file.name);
    }
  }
  auto tables = std::make_shared<Tables>();
  std::vector<Problem> problems;
  compile(files, *tables, problems);
  tidy(problems);
  if (problems.empty()) return Corpus(std::move(tables));
  const Problem& first = problems.front();
  std::string what = first.what + "; " + first.remedy;
  if (problems.size() > 1)
    what += " (and " + std::to_string(problems.size() - 1) + " more: comity law check)";
  return fail(Code::invalid, std::move(what), first.where);
}

const CorpusHash& Corpus::hash() const {
  return tables_->hash;
}

Result<MeasureId> Corpus::measure(std::string_view code) const {
  return look_up<MeasureId>(tables_->words.measure_of, code, "measure");
}
Result<OffenceId> Corpus::offence(std::string_view code) const {
  return look_up<OffenceId>(tables_->words.offence_of, code, "offence");
}
Result<DataId> Corpus::data_category(std::string_view code) const {
  return look_up<DataId>(tables_->words.data_of, code, "category of data");
}
Result<RoleId> Corpus::role(std::string_view code) const {
  return look_up<RoleId>(tables_->words.role_of, code, "role");
}
Result<ChannelId> Corpus::channel(std::string_view code) const {
  return look_up<ChannelId>(tables_->words.channel_of, code, "channel");
}
Result<GroundId> Corpus::ground(std::string_view code) const {
  return look_up<GroundId>(tables_->words.ground_of, code, "ground");
}
Result<ApprovalId> Corpus::approval(std::string_view code) const {
  return look_up<ApprovalId>(tables_->words.approval_of, code, "approval");
}
Result<FactId> Corpus::fact(std::string_view code) const {
  return look_up<FactId>(tables_->words.fact_of, code, "fact");
}
Result<ProvisionId> Corpus::provision(std::string_view id) const {
  return look_up<ProvisionId>(tables_->provision_of, id, "provision");
}

Result<Country> Corpus::country(std::string_view code) const {
  TRY(Country found, country_from_text(code));
  if (tables_->words.countries.contains(found)) return found;
  return fail(Code::not_found, "\"" + std::string(code) + "\" is no code of ISO 3166-1, nor EU");
}

const Word& Corpus::word(MeasureId id) const {
  return word_at(tables_->words.measures, id);
}
const Word& Corpus::word(OffenceId id) const {
  return word_at(tables_->words.offences, id);
}
const Word& Corpus::word(DataId id) const {
  return word_at(tables_->words.data, id);
}
const Word& Corpus::word(RoleId id) const {
  return word_at(tables_->words.roles, id);
}
const Word& Corpus::word(ChannelId id) const {
  return word_at(tables_->words.channels, id);
}
const Word& Corpus::word(GroundId id) const {
  return word_at(tables_->words.grounds, id);
}
const Word& Corpus::word(ApprovalId id) const {
  return word_at(tables_->words.approvals, id);
}
const Word& Corpus::word(FactId id) const {
  return word_at(tables_->words.facts, id);
}
const Word& Corpus::word(ReasonId id) const {
  return word_at(tables_->words.reasons, id);
}

std::string_view Corpus::cite(CiteId id) const {
  comity::check(id.value < tables_->cites.size(), "a citation of this corpus");
  return tables_->cites[id.value];
}

std::string_view Corpus::name(Country country) const {
  auto found = tables_->words.countries.find(country);
  return found == tables_->words.countries.end() ? std::string_view{} : found->second;
}

Coverage Corpus::coverage(Country country) const {
  Slot slot = tables_->slot(country);
  if (slot == no_slot) return Coverage::unresearched;
  return tables_->jurisdictions[slot].profiled ? Coverage::profiled : Coverage::memberships;
}

bool Corpus::is_union(Country country) const {
  return tables_->unions.contains(country);
}

std::span<const Word> Corpus::measures() const {
  return tables_->words.measures;
}
std::span<const Word> Corpus::offences() const {
  return tables_->words.offences;
}
std::span<const Word> Corpus::data_categories() const {
  return tables_->words.data;
}
std::span<const Word> Corpus::roles() const {
  return tables_->words.roles;
}
std::span<const Word> Corpus::channels() const {
  return tables_->words.channels;
}
std::span<const Word> Corpus::grounds() const {
  return tables_->words.grounds;
}
std::span<const Word> Corpus::personal_data() const {
  return tables_->words.personal_data;
}
std::span<const Word> Corpus::approvals() const {
  return tables_->words.approvals;
}
bool Corpus::on_paper(ApprovalId id) const {
  comity::check(id.value < tables_->words.approvals.size(), "an approval of this corpus");
  return tables_->words.on_paper >> id.value & 1;
}
std::span<const Word> Corpus::facts() const {
  return tables_->words.facts;
}

std::vector<Country> Corpus::countries() const {
  std::vector<Country> out;
  for (auto& [country, name] : tables_->words.countries) out.push_back(country);
  return out;
}

}  // namespace comity::law
