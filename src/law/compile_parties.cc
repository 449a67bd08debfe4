// Who is bound by an instrument, since when, and through which union.
#include <algorithm>

#include "law/compile.h"

namespace comity::law {
namespace {

std::string days_text(Day day) {
  return comity::to_text(Date(std::chrono::days(day)));
}

}  // namespace

std::string Compiler::party_text(const std::string& instrument, const std::string& country,
                                 const PartyRow& row) {
  std::string since = row.period.from == day_first ? "" : " " + days_text(row.period.from);
  std::string text = instrument + ": " + country;
  switch (row.status) {
    case Status::in_force: {
      text += since.empty() ? " bound, since when is not known" : " bound since" + since;
      if (row.period.until != day_never) text += " until " + days_text(row.period.until);
      return text;
    }
    case Status::signed_only:
      return text + " signed" + since + ", not bound";
    case Status::ratified:
      return text + " ratified" + since + ", not in force";
    case Status::invited:
      return text + " invited to accede, not bound";
    case Status::none:
      return text + " not bound";
    case Status::negotiating:
      return text + " negotiates, not bound";
    case Status::participates:
      return text + " takes part, not bound";
    case Status::doubtful:
      return text + ", status in doubt";
  }
  return text;
}

void Compiler::party(Table& in, InstrumentId id) {
  PartyRow row;
  Country who = country(in, "of");
  row.status = in.one_of<Status>("status",
                                 {{"in_force", Status::in_force},
                                  {"applies", Status::in_force},
                                  {"signed", Status::signed_only},
                                  {"ratified", Status::ratified},
                                  {"invited", Status::invited},
                                  {"none", Status::none},
                                  {"negotiating", Status::negotiating},
                                  {"participates", Status::participates},
                                  {"check", Status::doubtful}},
                                 Status::doubtful, true);
  row.period = in.period("since", "until");
  row.confidence = in.confidence();
  if (row.status == Status::in_force) bound_since(in, t_.instruments[id.value], row);
  std::string note = in.text_or("note", "");
  (void)source(in);
  std::string text =
      in.text_or("cite", party_text(t_.instruments[id.value].id, country_name(who), row));
  row.cite = cite(note.empty() ? text : text + " (" + note + ")");
  if (who == Country{}) return;
  union_of(in, id, who, row);
  row.through_union = in.has("members_of");
  for (auto& [other, earlier] : t_.instruments[id.value].parties) {
    if (other == who && earlier.period.from < row.period.until &&
        row.period.from < earlier.period.until) {
      in.problem("of", std::string(who.text()) + " has two rows for one time",
                 "give the earlier one an `until`");
    }
  }
  t_.instruments[id.value].parties.emplace_back(who, row);
}

// Bound, but since when nobody has read: true today, unconfirmed for any date. The file must say
// so, for a day forgotten would bind for ever.
void Compiler::bound_since(Table& in, const Instrument& instrument, PartyRow& row) {
  bool unknown = in.yes_or("since_unknown", false);
  if (unknown) row.confidence = Confidence::unconfirmed;
  if (unknown == in.has("since")) {
    in.problem(
        unknown ? "since_unknown" : "",
        unknown ? "the day is given and unknown at once" : "since when it is bound is not said",
        unknown ? "keep one of the two"
                : "write since = 2015-07-01, or since_unknown = true when nobody has read it");
  } else if (!unknown && instrument.in_force_known && row.period.from < instrument.period.from) {
    in.problem(
        "since",
        "bound before the instrument itself is in force, on " + days_text(instrument.period.from),
        "write the later of the two days, or mend `in_force` of the instrument");
  }
}

void Compiler::union_of(Table& in, InstrumentId id, Country who, const PartyRow& row) {
  Union one{id, {in.code_or_none("members_of", t_.instrument_of)}, who, row, {}};
  for (const std::string& code : in.texts("except")) {
    auto letters = country_from_text(code);
    if (letters && t_.words.countries.contains(*letters))
      one.except.push_back(*letters);
    else
      in.problem("except", "\"" + code + "\" is no country of vocabulary.toml",
                 "use the ISO 3166-1 alpha-2 code");
  }
  if (one.members_of.known()) unions_.push_back(std::move(one));
}

}  // namespace comity::law
