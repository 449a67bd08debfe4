#include "node/law_versions.h"

#include <fmt/format.h>

#include "act/act.h"
#include "json/reader.h"
#include "member/officer.h"

namespace comity::node {
namespace {

constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;
constexpr std::string_view tallies = "tally/";  // no jurisdiction is written in lower case

std::string prefix_of(std::string_view jurisdiction, const MemberId& member) {
  return fmt::format("{}/{}/", jurisdiction, to_hex(member));
}

Result<LawVersion> version_from_row(const std::string& key, const json::Value& row) {
  auto corrupt = [&] {
    return fail(Code::corrupt, "a row of published law has a broken key", key);
  };
  std::size_t first = key.find('/'), second = key.find('/', first + 1);
  if (first == std::string::npos || second == std::string::npos) return corrupt();
  auto member = member_id_from_text(key.substr(first + 1, second - first - 1));
  if (!member) return corrupt();
  LawVersion version;
  version.jurisdiction = key.substr(0, first);
  version.member = *member;
  json::Reader in(row);
  version.version = static_cast<std::uint64_t>(in.integer("version", 1, law::edition_version_max));
  TRY(version.from, date_from_text(in.text("from")));
  version.facts = in.hash("facts");
  version.position = static_cast<std::uint64_t>(in.integer("position", 0, number_max));
  version.recorded_at = in.instant("recorded_at");
  TRY_VOID(in.finish());
  return version;
}

Result<std::vector<LawVersion>> versions_under(Overlay& rows, const std::string& prefix) {
  std::vector<LawVersion> out;
  TRY_VOID(rows.scan(Space::law, prefix,
                     [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
                       if (key.starts_with(tallies)) return Overlay::Walk::stop;
                       TRY(LawVersion version, version_from_row(key, row));
                       out.push_back(std::move(version));
                       return Overlay::Walk::on;
                     }));
  return out;
}

}  // namespace

Result<std::vector<LawVersion>> law_versions(Overlay& rows, std::string_view jurisdiction) {
  return versions_under(rows, jurisdiction.empty() ? "" : std::string(jurisdiction) + "/");
}

Result<std::vector<LawVersion>> law_versions_of(Overlay& rows, std::string_view jurisdiction,
                                                const MemberId& member) {
  return versions_under(rows, prefix_of(jurisdiction, member));
}

void put_law_version(Overlay& rows, const LawVersion& version) {
  rows.put(Space::law,
           fmt::format("{}{:06}", prefix_of(version.jurisdiction, version.member), version.version),
           json::Object{{"version", version.version},
                        {"from", to_text(version.from)},
                        {"facts", to_hex(version.facts)},
                        {"position", version.position},
                        {"recorded_at", to_text(version.recorded_at)}});
}

namespace {

Result<law::Edition> edition_in(const Record& record, const LawVersion& version) {
  if (record.type == EntryType::command) {
    TRY(auto given, member::read_command(record.bytes, member::From::journal));
    const json::Value* text = given.command.args.find("text");
    if (!text || !text->as_string())
      return fail(Code::corrupt, "the command that published a version has no text");
    return law::Edition{.file = law::jurisdiction_file(version.jurisdiction),
                        .version = version.version,
                        .from = version.from,
                        .text = *text->as_string()};
  }
  TRY(auto envelope, act::parse_envelope(record.bytes));
  TRY(act::Act act, act::parse_act(envelope.payload));
  return law::edition_from_json(act.body);
}

}  // namespace

Result<law::Edition> load_edition(View& view, const LawVersion& version) {
  TRY(Record record, load_record(view, version.position));
  return edition_in(record, version);
}

Result<law::Edition> load_edition(Work& work, const LawVersion& version) {
  TRY(const Record* made, work.made(version.position));
  if (made) return edition_in(*made, version);
  return load_edition(work.rows.below(), version);
}

Result<std::uint64_t> published_today(Work& work, const MemberId& member) {
  TRY(auto row, work.rows.get(Space::law, std::string(tallies) + to_hex(member)));
  if (!row) return 0;
  json::Reader in(*row);
  std::string day = in.text("day");
  auto count = static_cast<std::uint64_t>(in.integer("count", 0, number_max));
  TRY_VOID(in.finish());
  return day == to_text(date_of(work.now)) ? count : 0;
}

Result<std::uint64_t> count_published(Work& work, const MemberId& member) {
  TRY(std::uint64_t before, published_today(work, member));
  work.rows.put(Space::law, std::string(tallies) + to_hex(member),
                json::Object{{"day", to_text(date_of(work.now))}, {"count", before + 1}});
  return before + 1;
}

}  // namespace comity::node
