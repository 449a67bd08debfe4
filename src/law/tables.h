#pragma once
// A compiled corpus, laid out for decide(). Private to this room; law/corpus.h is the door.
//
// Jurisdictions are numbered in slots, one for each that some file speaks of. Sets of provisions,
// measures, offences and roles are bit sets. Every citation that a decision may quote is a string
// made at load.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "law/engine.h"
#include "law/home_law.h"
#include "law/provision.h"
#include "law/vocabulary.h"
#include "law/words.h"

namespace comity::law {

// One bit for a citation, shared by several: what has no bit was not said.
[[nodiscard]] constexpr std::uint64_t clause_bit(CiteId cite) {
  return std::uint64_t{1} << cite.value % 64;
}

enum class Tri : std::uint8_t { no, unknown, yes };

using Slot = std::uint16_t;
inline constexpr Slot no_slot = 0xffff;

// [first, first + count) of some vector.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

// ---------------------------------------------------------------- conditions
// A tree of AND and OR over atoms, in prefix order: `next` is the position after the whole subtree.
enum class Op : std::uint8_t { all, any, fact_is, fact_at_least, member, not_member };
enum class Whom : std::uint8_t {
  value,
  requesting,
  requested,
  both
};  // value: the number in Node::value

struct Node {
  Op op = Op::all;
  Whom whom = Whom::value;
  std::uint16_t id = 0;  // a fact, or an instrument
  std::int32_t value = 0;
  std::uint32_t next = 0;
  CiteId cite;  // the clause, and what it asks: "ETS185 Art.29: the data exist already"
};

// ---------------------------------------------------------------- instruments
enum class Status : std::uint8_t {
  in_force,
  signed_only,
  ratified,
  invited,
  none,
  negotiating,
  participates,
  doubtful
};
// unilateral: one State's own law that lets it help others; only the requested side is bound by it.
enum class Membership : std::uint8_t { open, closed, everyone, unilateral };

// Among which instruments of a class one is looked for: a treaty gives way to one that has
// something to say of the measure, and not to one that is silent.
enum class Among : std::uint8_t { all, of_the_measure };

struct PartyRow {
  Period period;
  bool through_union = false;  // bound as a member of what is a party: `members_of`
  Status status = Status::doubtful;
  Confidence confidence = Confidence::unconfirmed;
  CiteId cite;
};

struct Instrument {  // what decide() reads first, here and below
  Membership membership = Membership::open;
  bool binding = true;
  bool in_force_known = false;  // false: no date on which it entered into force
  bool two_sided = false;       // a union and its members on one side, the others on the other
  bool undated = false;         // in force, nobody knows since when: not before period.from
  bool only_listed = false;     // not every State may join: of those without a row nobody knows
  Period period;
  Confidence confidence = Confidence::unconfirmed;
  CiteId cite;
  CiteId nobody_knows;  // "ETS185: nobody has researched whether it is a party"
  std::vector<InstrumentId> requires_;
  std::string id, name, kind, note, source;
  std::vector<std::pair<Country, PartyRow>> parties;  // as in the file; for show
};

// ---------------------------------------------------------------- provisions, as the engine reads
// them
enum class Dual : std::uint8_t { none, require, may };
enum class WhichDate : std::uint8_t { on, conduct };
enum class Test : std::uint8_t { none, at_least, more_than };
enum class Nationals : std::uint8_t { as_law, may, surrendered };

// A ground that facts decide. Every other is a matter of judgement, so a risk.
struct Bar {
  ReasonId code;
  CiteId cite;
  Confidence confidence = Confidence::confirmed;
  Range when;
};

// Grounds that may be refused on, as the risks they are: of Tables::risks, no two alike.
struct Risks {
  Range range;
  std::uint64_t clauses = 0;  // the bits of their citations, see clause_bit()
};

struct Threshold {
  Test test = Test::none;
  std::int32_t months = 0;
  CiteId cite;
};

struct Rule {
  InstrumentId instrument;
  bool binding = true;
  bool requested_law = false;  // grounds and thresholds of the requested side's own law apply too
  Dual dual = Dual::none;
  WhichDate dual_date = WhichDate::on;
  Nationals nationals = Nationals::as_law;
  Confidence confidence = Confidence::confirmed;
  ChannelId channel;
  Carriage carriage = Carriage::central_authority;
  bool carriage_fixed = false;  // said by the provision: a change of channel leaves it
  Threshold threshold;
  CiteId cite, dual_cite, unless_cite, prevails_cite;
  std::int16_t unless_class = -1;
  bool one_sided = false;    // binds the requesting side alone: the other need be no party
  bool speed_fixed = false;  // said by the provision: the channel does not decide it
  Speed speed = Speed::months;
  Period period;
  Country only_from, only_to;                  // by default: any
  std::uint64_t data = 0;                      // 0: any
  std::uint64_t from_roles = 0, to_roles = 0;  // 0: any
  Range when;
  Range bars;
  Risks risks;
  Range prevailing;  // provisions whose threshold comes before this one's
  Range articles;    // of article_uses: articles of its instrument that speak of it
};

enum class ReservationEffect : std::uint8_t { excludes, adds_requirement, adds_risk, designates };

struct Reservation {
  InstrumentId instrument;
  Country party;
  ReservationEffect effect = ReservationEffect::adds_risk;
  bool addressee = false;       // its text names who receives requests
  Whom side = Whom::requested;  // when it is heard: its party is asked, asks, or either
  Period period;
  std::uint64_t offences = 0;      // 0: all
  std::int16_t only_with = -1;     // a class: the provision works only beside such an instrument
  std::int16_t unless_class = -1;  // a class: silent where such an instrument binds both
  std::uint64_t to_roles = 0;      // who must receive instead; 0: as the provision says
  Range when;                      // instead of a question: what must (or must not) be
  bool closes = false;             // excludes whatever the facts: no question
  bool protects_right = false;  // of whoever is prosecuted or watched: nobody proposes to lift it
  FactId fact;                  // asked by excludes and adds_requirement without a channel
  ChannelId channel;            // a declaration that the request travels by another channel
  CiteId cite;                  // "ETS185 Art.4(2), reservation of United States: ..."
  CiteId note;                  // for designates and channels
  Confidence confidence = Confidence::unconfirmed;
  std::string id, article, text, source;
  std::vector<ProvisionId> provisions;
};

// One reservation as it meets one provision.
struct ReservationUse {
  ProvisionId provision;
  std::uint16_t reservation = 0;
};

// ---------------------------------------------------------------- jurisdictions
enum class Penalty : std::uint8_t { months, no_imprisonment, court_discretion };

struct OffenceRow {
  Period period;
  Period suspended{day_never, day_never};
  bool start_known = false;
  bool heavier_forms = false;
  Penalty penalty = Penalty::months;
  std::int32_t months = 0;
  Confidence confidence = Confidence::unconfirmed;
  Confidence start_confidence = Confidence::confirmed;
  CiteId cite, suspended_cite;
};

struct AbsentRow {
  std::string id;
  std::uint16_t offence = 0;
  Period period;
  Confidence confidence = Confidence::unconfirmed;
  CiteId cite;
  std::string source{};  // where it was read, for show
};

struct Statute {
  Effect effect = Effect::forbid;
  bool requesting_side = false;
  bool warns_holder = false;
  std::uint64_t measures = 0;
  Period period;
  // On an earlier day nobody knows whether it stood (`from_unknown`): it closes nothing by itself.
  Day sure_from = day_first;
  Range when;
  Confidence confidence = Confidence::unconfirmed;
  CiteId cite;
  std::string id, title, clause, source;  // the clause as lawyers cite it
};

// An article that opens no road of its own but speaks of roads: of named ones of its instrument, or
// of every road of some measures on which a side is bound by its instrument.
enum class Towards : std::uint8_t { anyone, members, outsiders };

struct Article {
  Statute rule;  // effect permit: a note, no more
  InstrumentId instrument;
  bool voluntary_only = false;  // a road that rests on a binding instrument satisfies it
  Whom binds = Whom::requested;
  Towards towards = Towards::anyone;
  std::uint64_t from_roles = 0, to_roles = 0;  // 0: any
  std::uint64_t data = 0, channels = 0;        // 0: any; channels: by which a road goes at best
  std::uint64_t offences = 0;                  // 0: any
  CiteId note;
  std::string article;
  std::vector<ProvisionId> provisions;
  std::vector<std::string> conditions, handling, unconfirmed;
  std::vector<Deadline> deadlines;
};

struct Profile {
  Day compiled = day_first;
  std::vector<PreservationRow> preservation;
  std::vector<ExtraditionRow> extradition;
  std::vector<SingleOfficerRow> single_officer;
  std::vector<AuthoritiesRow> authorities;
  std::vector<HomeRule> production, emergency;
  HomeRule data_protection;
  // [a surrender is asked][the conduct is known to be an offence on both sides]
  std::array<std::array<Risks, 2>, 2> risks;
  Range statutes;    // of Statute
  std::string json;  // the file's canonical text, for show

  // Powers to preserve that are enacted, and none with force on the day: not commenced, not yet
  // begun, suspended, ended. Where no power was ever known, nobody knows whether there is one.
  [[nodiscard]] bool power_asleep(Day day) const {
    bool awake = std::ranges::any_of(preservation, [&](auto& row) { return row.holds(day); });
    return !awake && std::ranges::any_of(preservation, &PreservationRow::power);
  }
};

struct Jurisdiction {
  Country country;
  bool profiled = false;
  std::uint16_t profile = 0;
  Range reservations;  // of ReservationUse, sorted by provision
  Range absents;       // of AbsentRow
};

// ---------------------------------------------------------------- the whole
struct Tables {
  CorpusHash hash;
  // When the first of the profiles was: since then nothing is undated, and a later edition of one
  // profile takes no certainty back.
  Day reviewed = day_never;
  Vocabulary words;
  std::vector<std::string> cites;

  std::vector<Instrument> instruments;
  std::map<std::string, std::uint16_t, std::less<>> instrument_of;
  std::vector<Provision> provisions;  // what other rooms see
  std::vector<Rule> rules;            // the same, as the engine sees them
  std::map<std::string, std::uint16_t, std::less<>> provision_of;
  std::vector<Node> nodes;
  std::vector<Bar> bars;
  std::vector<Reason> risks;
  std::vector<std::uint16_t> prevailing;
  std::vector<Reservation> reservations;
  std::vector<ReservationUse> reservation_uses;
  std::vector<Statute> statutes;
  std::vector<Article> articles;
  std::vector<std::uint16_t> article_uses;      // by provision: Rule::articles
  std::vector<std::uint64_t> article_sets;      // [measure][provision]: which of them speak of it
  std::vector<std::uint16_t> measure_articles;  // by measure: those that name no provision
  std::vector<Range> measure_article_ranges;    // [measure]

  std::array<Slot, 26 * 26> slot_of{};  // by the two letters
  std::vector<Jurisdiction> jurisdictions;
  std::set<Country> unions;  // that stand for their members somewhere
  std::vector<Profile> profiles;
  std::vector<PartyRow> party_rows;
  std::vector<Range> party_ranges;  // see rows_of()
  std::vector<OffenceRow> offence_rows;
  std::vector<Range> offence_ranges;  // [profile * offences + offence]
  std::vector<AbsentRow> absents;

  // Bit sets, `words_` 64-bit words each.
  std::size_t words_ = 0;                             // per set of provisions
  std::vector<std::uint64_t> by_measure, by_offence;  // [measure or offence][word]
  std::vector<std::uint64_t> for_everyone;            // [word]
  std::vector<std::uint64_t> open_to, alone_to;       // [slot][word]; alone: unilateral
  // Closed instruments reach from one side to the other; where an instrument has no sides, a party
  // stands on both.
  std::vector<std::uint64_t> closed_one, closed_other;  // [slot][word]
  std::vector<std::uint64_t> asks_as, asked_as;  // [slot][word]: `only_from`, `only_to` let it
  std::vector<std::uint64_t> reserved;           // [slot][word]: it has a ReservationUse
  std::size_t instrument_words = 0;
  // Who may be bound, by side; what binds everyone counts for both.
  std::vector<std::uint64_t> row_one, row_other;  // [slot][instrument word]; sides likewise
  std::vector<std::uint64_t> of_class;            // [class][instrument word]
  std::vector<std::uint64_t> of_measure;  // [measure][instrument word]: a provision speaks of it
  std::vector<std::string> classes;

  [[nodiscard]] Slot slot(Country country) const {
    unsigned a = static_cast<unsigned char>(country.letters[0]) - 'A';
    unsigned b = static_cast<unsigned char>(country.letters[1]) - 'A';
    return a < 26 && b < 26 ? slot_of[a * 26 + b] : no_slot;
  }
  // Of party_rows, earliest first. What one jurisdiction is bound by lies together.
  [[nodiscard]] const Range& rows_of(InstrumentId id, std::size_t slot) const {
    return party_ranges[slot * instruments.size() + id.value];
  }
  [[nodiscard]] ReasonId reason(Why why) const { return words.why[static_cast<std::size_t>(why)]; }
  [[nodiscard]] FactId fact(Known known) const {
    return words.known[static_cast<std::size_t>(known)];
  }
  [[nodiscard]] ReasonId reason(GroundId ground) const {
    return {static_cast<std::uint16_t>(words.grounds_as_reasons + ground.value)};
  }
};

// The engine itself, over tables that may be those of a corpus changed in thought (law/gaps.h).
void decide(const Tables& tables, const Question& question, Decision& decision);

// Every day on which some fact of the corpus begins or ends, in order.
[[nodiscard]] std::vector<Day> days_of_change(const Tables& tables);

}  // namespace comity::law
