// An atlas as a picture: equal tiles, so that no country is larger than another, and no borders.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "law/atlas.h"
#include "law/html.h"
#include "law/provision.h"

namespace comity::law {
namespace {

// Roughly where each lies. What is not drawn here follows below, by code.
constexpr std::string_view grid[] = {
    ".. .. .. .. .. GL .. .. IS .. .. NO SE FI .. .. RU .. .. .. .. .. .. ..",
    ".. CA .. .. .. .. .. IE GB .. DK .. EE LV LT .. .. KZ .. MN .. .. .. ..",
    ".. US .. .. .. .. .. .. NL DE PL BY UA .. .. .. UZ KG .. .. KP .. JP ..",
    ".. MX .. .. .. .. .. BE LU CZ SK MD .. .. GE .. TM TJ .. CN KR .. .. ..",
    "GT BZ .. CU BS .. .. FR CH AT HU RO .. .. AM AZ .. AF .. NP BT TW .. ..",
    "SV HN JM HT DO KN .. MC LI SI HR RS BG TR .. .. IR PK IN BD MM .. PH ..",
    "NI CR .. .. AG DM PT AD SM IT BA ME MK .. SY IQ KW .. LK .. LA VN .. ..",
    ".. PA .. LC VC BB ES .. VA MT AL GR CY LB IL JO SA BH .. MV TH KH .. PW",
    ".. CO VE TT GD .. .. MA DZ TN LY EG .. PS .. .. QA AE .. .. MY BN .. FM",
    ".. EC GY SR .. CV MR ML NE TD SD .. ER DJ .. YE OM .. .. .. SG .. .. MH",
    ".. PE BR .. .. SN GM BF NG CF SS ET SO .. .. .. .. .. .. .. ID TL PG NR",
    ".. BO PY .. .. GW GN CI GH CM UG KE .. .. .. SC .. .. .. .. .. .. SB KI",
    ".. CL UY .. .. SL LR TG BJ GQ RW TZ KM .. .. MU .. .. .. AU .. .. VU TV",
    ".. AR .. .. .. .. .. ST GA CG BI MW MG .. .. .. .. .. .. .. NZ .. FJ WS",
    ".. .. .. .. .. .. .. .. AO CD ZM MZ .. .. .. .. .. .. .. .. .. .. TO ..",
    ".. .. .. .. .. .. .. .. NA ZW BW SZ .. .. .. .. .. .. .. .. .. .. .. ..",
    ".. .. .. .. .. .. .. .. .. ZA LS .. .. .. .. .. .. .. .. .. .. .. .. ..",
};
constexpr int side = 40, gap = 3, left = 12, top = 64, legend_line = 22;

// Told apart by people who see few colours, and by the letter besides. A frame of the full colour
// about a paler tile: more is unknown than known.
struct Look {
  std::string fill, ink, letter, frame;
  bool operator==(const Look&) const = default;
};
Look look_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return {"#1b6e53", "#ffffff", "O", {}};
    case Outcome::needs:
      return {"#8fc9a8", "#102a20", "N", {}};
    case Outcome::blocked:
      return {"#b3391f", "#ffffff", "B", {}};
    case Outcome::none:
      return {"#7a1f4b", "#ffffff", "X", {}};
    case Outcome::no_data:
      return {"#d0d0d0", "#505050", "?", {}};
  }
  return {"#d0d0d0", "#505050", "?", {}};
}

// A road on which nobody owes an answer.
const Look voluntary{"#e8c766", "#3a2f08", "V", {}};
const Look in_doubt{"#e8c766", "#3a2f08", "V?", {}};  // and whether a treaty binds both is unknown

Look look_of(const Cell& cell) {
  bool road = cell.outcome == Outcome::open || cell.outcome == Outcome::needs;
  if (!road) return look_of(cell.undecided ? Outcome::no_data : cell.outcome);
  if (cell.undecided) return in_doubt;
  return cell.binding ? look_of(cell.outcome) : voluntary;
}

// What is known of who can reach one jurisdiction by a road that binds.
struct Share {
  std::size_t reaches = 0, of = 0, unknown = 0;
  [[nodiscard]] bool partly() const { return unknown > of; }
};

// Few known roads are not none, and none of many known is a haven also where more is unknown: it
// must not look like what nobody has researched.
Look look_of(const Share& share) {
  bool partly = share.partly();
  auto look = [&](const char* full, const char* ink, const char* pale, const char* dark,
                  const char* letter) {
    return partly ? Look{pale, dark, letter, full} : Look{full, ink, letter, {}};
  };
  if (share.of == 0) return {"#f4f4f4", "#505050", "?", "#c0c0c0"};
  if (share.reaches == 0) return look("#7a1f4b", "#ffffff", "#f3c6d8", "#4a0f2c", "X");
  if (share.reaches == share.of) return look("#1b6e53", "#ffffff", "#d9efe6", "#0f3f30", "A");
  if (2 * share.reaches >= share.of) return look("#8fc9a8", "#102a20", "#eaf6ef", "#102a20", "M");
  return look("#e8c766", "#3a2f08", "#fbf3d9", "#3a2f08", "F");
}

std::size_t index_of(const Atlas& atlas, Country country) {
  auto found = std::ranges::lower_bound(atlas.countries, country);
  return static_cast<std::size_t>(found - atlas.countries.begin());
}

std::string cell_title(const Corpus& corpus, const Cell& cell) {
  std::string text(name_of(cell.outcome));
  if (cell.best.known()) text += ": " + provision(corpus, cell.best).cite;
  if (cell.why.known())
    text += ": " + corpus.word(cell.why).en + " (" + std::string(corpus.cite(cell.cite)) + ")";
  else if (cell.best.known())
    text += ", " + corpus.word(cell.channel).en + ", " + std::string(name_of(cell.speed));
  if (cell.best.known() && cell.confidence == Confidence::unconfirmed) text += " [unconfirmed]";
  return text;
}

struct Tile {
  Look look;
  std::string title, share;  // share: of a whole atlas
};

Share share_of(const Corpus& corpus, const Atlas& atlas, std::size_t here) {
  Share share;
  for (std::size_t from = 0; from < atlas.countries.size(); ++from) {
    if (from == here || corpus.coverage(atlas.countries[from]) == Coverage::unresearched) continue;
    const Cell& cell = atlas.at(from, here);
    bool road = cell.with_road > 0;
    ++(!road && (cell.undecided || cell.outcome == Outcome::no_data) ? share.unknown : share.of);
    if (road) ++share.reaches;
  }
  return share;
}

// What one tile says: of the roads of `view`, or from how many it can be reached.
Tile tile_of(const Corpus& corpus, const Atlas& atlas, const AtlasView& view, Country country) {
  std::size_t here = index_of(atlas, country);
  Country self = view.from ? *view.from : view.to ? *view.to : country;
  if (view.from || view.to) {
    if (self == country)
      return {{"#1f3a6e", "#ffffff", "*", {}}, "the one that this map is of", {}};
    std::size_t there = index_of(atlas, self);
    const Cell& cell = view.from ? atlas.at(there, here) : atlas.at(here, there);
    return {look_of(cell), cell_title(corpus, cell), {}};
  }
  if (corpus.coverage(country) == Coverage::unresearched)
    return {look_of(Outcome::no_data), "nobody has researched it", {}};
  Share share = share_of(corpus, atlas, here);
  if (share.of == 0)
    return {look_of(share), "whether any binding road leads to it, nobody has researched", "0/0?"};
  std::string text = fmt::format("{} of the {} of which that is known have a binding road to it",
                                 share.reaches, share.of);
  if (share.unknown > 0) text += fmt::format("; {} more are not researched enough", share.unknown);
  return {look_of(share), std::move(text),
          fmt::format("{}/{}{}", share.reaches, share.of, share.partly() ? "?" : "")};
}

std::string box_svg(const Look& look, int x, int y, int size) {
  if (look.frame.empty())
    return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{}\"/>",
                       x, y, size, size, look.fill);
  return fmt::format(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"{}\" stroke=\"{}\" "
      "stroke-width=\"3\"/>",
      x + 1.5, y + 1.5, size - 3, size - 3, look.fill, look.frame);
}

std::string word_svg(const Look& look, int x, int y, int size, std::string_view text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\" font-size=\"{}\">{}</text>", x, y,
                     look.ink, size, text);
}

// The letter stands under the code, or beside it where a share does.
std::string tile_svg(int column, int row, std::string_view code, std::string_view name,
                     const Tile& tile) {
  int x = left + column * (side + gap), y = top + row * (side + gap);
  std::string words;
  if (tile.share.empty()) {
    words = word_svg(tile.look, x + side / 2, y + 18, 14, code) +
            word_svg(tile.look, x + side / 2, y + 33, 11, tile.look.letter);
  } else {
    int size = tile.share.size() > 6 ? 8 : tile.share.size() > 5 ? 9 : 11;
    words = word_svg(tile.look, x + 15, y + 18, 13, code) +
            word_svg(tile.look, x + 31, y + 18, 12, tile.look.letter) +
            word_svg(tile.look, x + side / 2, y + 32, size, tile.share);
  }
  return fmt::format("<g><title>{} {}: {}</title>{}{}</g>\n", code, escaped(name),
                     escaped(tile.title), box_svg(tile.look, x, y, side), words);
}

// What each look means, and how many tiles have it; several lines of them.
class Legend {
 public:
  Legend(const std::vector<Look>& tiles, int y) : tiles_(tiles), y_(y) {}
  void add(const Look& look, std::string_view name) {
    std::string text =
        fmt::format("{}{} {}: {}", look.letter, look.frame.empty() || look.letter == "?" ? "" : "?",
                    name, std::ranges::count(tiles_, look));
    out_ += box_svg(look, x_, y_ - 13, 16) +
            fmt::format(
                "<text x=\"{}\" y=\"{}\" text-anchor=\"start\" font-size=\"12\" "
                "fill=\"#303030\">{}</text>\n",
                x_ + 22, y_, text);
    // Some 7 wide a letter, whatever the reader's font.
    x_ += 38 + 7 * static_cast<int>(text.size());
  }
  void say(std::string_view text) {
    out_ += fmt::format(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"start\" font-size=\"12\" fill=\"#303030\">{}"
        "</text>\n",
        x_, y_, text);
    line();
  }
  void line() {
    x_ = left;
    y_ += legend_line;
  }
  [[nodiscard]] const std::string& svg() const { return out_; }

 private:
  const std::vector<Look>& tiles_;
  std::string out_;
  int x_ = left, y_;
};

void add_shares(Legend& legend, std::size_t unknown) {
  legend.add(look_of(Share{9, 9, unknown}), "all");
  legend.add(look_of(Share{5, 9, unknown}), "half or more");
  legend.add(look_of(Share{1, 9, unknown}), "fewer");
  legend.add(look_of(Share{0, 9, unknown}),
             unknown == 0 ? "none, a haven" : "none, a haven as far as is known");
  legend.line();
}

std::string legend_svg(const AtlasView& view, const std::vector<Look>& tiles, int y) {
  Legend legend(tiles, y);
  if (!view.from && !view.to) {
    legend.say(
        "How many, of those of which it is known, have a road to it that binds; the number after "
        "the colon counts tiles.");
    add_shares(legend, 0);
    legend.say("Framed, with a ?: the same of what is known, but of more it is not known.");
    add_shares(legend, 10);
    legend.add(look_of(Share{}),
               "whether a binding road leads to it nobody has researched: not a haven");
    legend.add(look_of(Outcome::no_data), "nobody has researched it: not a haven");
    return legend.svg();
  }
  legend.add(look_of(Outcome::open), "open");
  legend.add(look_of(Outcome::needs), "needs facts");
  legend.add(voluntary, "nobody owes an answer");
  legend.add(in_doubt, "the same; treaty unknown");
  legend.line();
  legend.add(look_of(Outcome::blocked), "blocked");
  legend.add(look_of(Outcome::none), "none");
  legend.add(look_of(Outcome::no_data), "no data: not a haven");
  return legend.svg();
}

// Where nobody owes an answer to anybody, one colour everywhere is no finding about any one of
// them.
std::string_view caption(const Atlas& atlas) {
  bool nobody =
      std::ranges::all_of(atlas.cells, [](const Cell& each) { return each.with_road == 0; });
  return nobody ? "Between no two is a road known on which an answer to this is owed. " : "";
}

std::string heading(const Corpus& corpus, const Atlas& atlas, const AtlasView& view) {
  std::string text = view.from || view.to ? "" : "Who can be asked: ";
  text += corpus.word(atlas.question.measure).en;
  if (view.from) text += fmt::format(", asked by {}", corpus.name(*view.from));
  if (view.to) text += fmt::format(", asked of {}", corpus.name(*view.to));
  text += atlas.question.offence ? ", " + corpus.word(*atlas.question.offence).en
                                 : std::string(", best of all offences");
  return text + ", " + comity::to_text(atlas.question.on);
}

}  // namespace

std::vector<std::vector<std::string_view>> tile_rows() {
  std::vector<std::vector<std::string_view>> rows;
  for (std::string_view line : grid) {
    std::vector<std::string_view>& row = rows.emplace_back();
    for (std::size_t at = 0; at < line.size(); at += 3)
      row.push_back(line[at] == '.' ? std::string_view{} : line.substr(at, 2));
  }
  return rows;
}

std::string to_svg(const Corpus& corpus, const Atlas& atlas, const AtlasView& view) {
  auto rows = tile_rows();
  std::set<std::string_view> drawn;
  for (const auto& row : rows) drawn.insert(row.begin(), row.end());
  std::size_t columns = rows[0].size();
  rows.emplace_back(columns);  // a gap before the others
  std::size_t column = columns;
  for (const Country& country : atlas.countries) {
    if (drawn.contains(country.text())) continue;
    if (column == columns) {
      rows.emplace_back(columns);
      column = 0;
    }
    rows.back()[column++] = country.text();
  }
  std::string tiles;
  std::vector<Look> looks;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      auto country = country_from_text(rows[r][c]);
      if (!country || !corpus.country(rows[r][c])) continue;
      Tile tile = tile_of(corpus, atlas, view, *country);
      tiles += tile_svg(static_cast<int>(c), static_cast<int>(r), rows[r][c], corpus.name(*country),
                        tile);
      looks.push_back(std::move(tile.look));
    }
  }
  int width = 2 * left + static_cast<int>(columns) * (side + gap);
  int bottom = top + static_cast<int>(rows.size()) * (side + gap) + 20;
  int foot = bottom + (view.from || view.to ? 2 : 5) * legend_line + 2;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" text-anchor=\"middle\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n"
      "<text x=\"{2}\" y=\"30\" text-anchor=\"start\" font-size=\"18\">{3}</text>\n{4}{5}"
      "<text x=\"{2}\" y=\"{6}\" text-anchor=\"start\" font-size=\"11\" fill=\"#606060\">{8}Corpus "
      "{7}. Not legal advice.</text>\n</svg>\n",
      width, foot + 16, left, escaped(heading(corpus, atlas, view)), tiles,
      legend_svg(view, looks, bottom), foot, to_hex(corpus.hash()).substr(0, 16), caption(atlas));
}

}  // namespace comity::law
