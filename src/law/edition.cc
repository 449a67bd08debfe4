#include "law/edition.h"

#include <algorithm>

#include "crypto/hash.h"
#include "json/reader.h"
#include "toml/parse.h"

namespace comity::law {

json::Value to_json(const Edition& edition) {
  return json::Object{{"file", edition.file},
                      {"version", edition.version},
                      {"from", comity::to_text(edition.from)},
                      {"text", edition.text}};
}

Result<Edition> edition_from_json(const json::Value& body) {
  Edition edition;
  json::Reader in(body);
  edition.file = in.text("file", limits::law_file_name_bytes_max);
  edition.version = static_cast<std::uint64_t>(in.integer("version", 1, edition_version_max));
  auto from = date_from_text(in.text("from", 10));
  if (from)
    edition.from = *from;
  else
    in.refuse("from", Code::bad_value, "write a day as 2026-12-01");
  edition.text = in.text("text", limits::law_edition_bytes_max);
  TRY_VOID(in.finish());
  return edition;
}

std::string jurisdiction_file(std::string_view jurisdiction) {
  return "jurisdictions/" + std::string(jurisdiction) + ".toml";
}

std::vector<SourceFile> with_editions(const std::vector<SourceFile>& files,
                                      std::span<const Edition> editions) {
  std::vector<SourceFile> out = files;
  for (const Edition& edition : editions) {
    auto held = std::ranges::find(out, edition.file, &SourceFile::name);
    if (held == out.end())
      out.push_back({edition.file, edition.text});
    else
      held->text = edition.text;
  }
  return out;
}

namespace {

// A day that cannot be read is for Corpus::check to tell of.
Result<void> reviewed_by(const toml::Document& document, Date today) {
  const json::Value* head = document.root.find("jurisdiction");
  const json::Value* compiled = head ? head->find("compiled") : nullptr;
  const std::string* text = compiled ? compiled->as_string() : nullptr;
  if (!text) return {};
  auto day = date_from_text(*text);
  if (!day || *day <= today + std::chrono::days{1}) return {};
  return fail(Code::invalid,
              "`compiled` is the day of the last review, and " + *text + " is yet to come; write " +
                  comity::to_text(today) + " or an earlier day",
              toml::place(document, "/jurisdiction/compiled"));
}

}  // namespace

Result<void> check_edition(const std::vector<SourceFile>& files, const Edition& edition,
                           std::string_view jurisdiction, std::optional<Date> today) {
  if (edition.file != jurisdiction_file(jurisdiction))
    return fail(Code::not_allowed,
                "it speaks for another jurisdiction: who publishes the law of " +
                    std::string(jurisdiction) + " publishes " + jurisdiction_file(jurisdiction),
                "/file");
  if (edition.text.size() > limits::law_edition_bytes_max)
    return fail(
        Code::too_large,
        "a published file has at most " + std::to_string(limits::law_edition_bytes_max) + " bytes",
        edition.file);
  TRY(toml::Document document, toml::parse(edition.text, edition.file));
  const json::Value* head = document.root.find("jurisdiction");
  const json::Value* of = head ? head->find("of") : nullptr;
  if (of && *of != json::Value(jurisdiction))
    return fail(Code::not_allowed,
                "this file speaks for another jurisdiction than " + std::string(jurisdiction) +
                    "; each publishes its own law alone",
                toml::place(document, "/jurisdiction/of"));
  if (today) TRY_VOID(reviewed_by(document, *today));
  auto problems = Corpus::check(with_editions(files, {&edition, 1}));
  if (problems.empty()) return {};
  // What stands in the edition itself comes first: its author can mend that.
  auto own = std::ranges::find_if(
      problems, [&](const Problem& each) { return each.where.starts_with(edition.file + ":"); });
  const Problem& first = own == problems.end() ? problems.front() : *own;
  std::string more = problems.size() == 1
                         ? ""
                         : " (and " + std::to_string(problems.size() - 1) + " more problems)";
  return fail(Code::invalid, first.what + "; " + first.remedy + more, first.where);
}

Result<Hash> hash_of_facts(const Edition& edition) {
  TRY(toml::Document document, toml::parse(edition.text, edition.file));
  return crypto::sha256(as_bytes(json::write(document.root)));
}

Hash publication_subject(Date from, std::string_view text) {
  return crypto::sha256(as_bytes(
      json::write(json::Object{{"from", comity::to_text(from)}, {"text", std::string(text)}})));
}

Result<std::vector<Difference>> diff(const SourceFile* before, const Edition& after) {
  std::vector<SourceFile> old;
  if (before) old.push_back(*before);
  return diff(old, {{after.file, after.text}});
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
  std::string out;
  for (char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  if (out.size() <= bytes_max) return out;
  constexpr std::string_view cut = " ...";
  std::size_t end = bytes_max - cut.size();
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  out.resize(end);
  return out + std::string(cut);
}

std::string in_one_line(const std::vector<Difference>& differences, std::size_t bytes_max) {
  std::string out;
  for (const Difference& each : differences) {
    if (out.size() > bytes_max) break;
    if (!out.empty()) out += "; ";
    out += each.entry;
    if (!each.field.empty()) out += (each.entry.empty() ? "" : ", ") + each.field;
    switch (each.kind) {
      case Difference::Kind::added:
        out += " added" + (each.after.empty() ? "" : ": " + each.after);
        break;
      case Difference::Kind::removed:
        out += " removed" + (each.before.empty() ? "" : ": " + each.before);
        break;
      case Difference::Kind::changed:
        out += ": " + each.before + " -> " + each.after;
        break;
    }
  }
  return one_line(out, bytes_max);
}

}  // namespace comity::law
