#pragma once
// The map: from every jurisdiction to every other, the best lawful road for one measure, or why
// there is none. A binding road counts for more than a voluntary one, on which nobody owes an
// answer. What nobody has researched is said to be so: grey, never a haven.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"
#include "law/engine.h"

namespace comity::law {

struct AtlasQuestion {
  MeasureId measure;
  std::optional<OffenceId> offence;  // none: every offence of the vocabulary, and the best of them
  Date on;
  DataId data{};  // as in a Question: when known
  RoleId from_role{}, to_role{};
};

// One pair. Without an offence the best outcome over all of them stands here.
struct Cell {
  Outcome outcome = Outcome::no_data;
  bool binding = false;    // of the best road: false means that nobody is obliged to answer
  bool undecided = false;  // a binding road may exist: a membership it hangs on, or a side, is not
                           // researched
  ProvisionId best;        // unknown when no road was found
  ChannelId channel;
  Speed speed = Speed::months;
  Carriage carriage = Carriage::central_authority;
  Confidence confidence = Confidence::unconfirmed;
  ReasonId why;  // what closes the best road, when it is closed
  CiteId cite;
  std::uint16_t offences = 0;   // of how many offences asked about
  std::uint16_t with_road = 0;  // a binding road is open, or open once its facts are given
};

struct Atlas {
  AtlasQuestion question;
  std::vector<Country> countries;  // every code of the vocabulary but the Union, sorted
  std::vector<Cell> cells;         // [from * countries.size() + to]; the diagonal is never asked
  [[nodiscard]] const Cell& at(std::size_t from, std::size_t to) const {
    return cells[from * countries.size() + to];
  }
};

// Two hundred and fifty by as many decisions for each offence; those about jurisdictions that no
// file speaks of cost nothing.
[[nodiscard]] Atlas draw_atlas(const Corpus& corpus, const AtlasQuestion& question);

// Which part of an atlas is told: all, or the roads of one jurisdiction.
struct AtlasView {
  std::optional<Country> from, to;
};

// {"measure","offence","on","corpus","pairs":[{"from","to","decision","offences","with_road",
//   "undecided"[,"provision","binding","channel","carriage","speed","confidence"][,"reason","cite"]}]}
// Every pair; of a no_data one of which no road is known only "from", "to" and "decision".
[[nodiscard]] json::Value to_json(const Corpus& corpus, const Atlas& atlas, const AtlasView& view);
// The same as RFC 4180, with a heading.
[[nodiscard]] std::string to_csv(const Corpus& corpus, const Atlas& atlas, const AtlasView& view);
// For a terminal: of one jurisdiction every pair; of a whole atlas one line each.
[[nodiscard]] std::string to_text(const Corpus& corpus, const Atlas& atlas, const AtlasView& view);
// A self-contained picture of equal tiles, one a jurisdiction, roughly where it lies: colour and
// letter say the same. Of a whole atlas: from how many of those of which that is known it can be
// reached; a paler tile with a frame where more is unknown than known.
[[nodiscard]] std::string to_svg(const Corpus& corpus, const Atlas& atlas, const AtlasView& view);

// The tiles, row by row from the north west; "" where there is none.
[[nodiscard]] std::vector<std::vector<std::string_view>> tile_rows();

}  // namespace comity::law
