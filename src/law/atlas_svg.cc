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
constexpr int side = 40, gap = 3, left = 12, top = 64;

// Told apart by people who see few colours, and by the letter besides.
struct Look {
  std::string fill, ink, letter;
};
Look look_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return {"#1b6e53", "#ffffff", "O"};
    case Outcome::needs:
      return {"#8fc9a8", "#102a20", "N"};
    case Outcome::blocked:
      return {"#b3391f", "#ffffff", "B"};
    case Outcome::none:
      return {"#7a1f4b", "#ffffff", "X"};
    case Outcome::no_data:
      return {"#d0d0d0", "#505050", "?"};
  }
  return {"#d0d0d0", "#505050", "?"};
}

// A road on which nobody owes an answer.
const Look voluntary{"#e8c766", "#3a2f08", "V"};
const Look in_doubt{"#e8c766", "#3a2f08", "V?"};  // and whether a treaty binds both is unknown

Look look_of(const Cell& cell) {
  bool road = cell.outcome == Outcome::open || cell.outcome == Outcome::needs;
  if (!road) return look_of(cell.undecided ? Outcome::no_data : cell.outcome);
  if (cell.undecided) return in_doubt;
  return cell.binding ? look_of(cell.outcome) : voluntary;
}

// From how many of those of which that is known it can be reached by a road that binds: from dark
// red (nobody) to green (everybody). Darker than what nobody looked at, where more is unknown.
Look look_of_share(std::size_t reaches, std::size_t of, bool mostly_unknown = false) {
  if (of == 0) return look_of(Outcome::no_data);
  std::string share = fmt::format("{}/{}", reaches, of);
  if (mostly_unknown) return {"#b4b4b4", "#202020", share + "?"};
  auto percent = static_cast<int>(100 * reaches / of);
  int red = 0x7a + (0x17 - 0x7a) * percent / 100;
  int green = 0x1f + (0x7a - 0x1f) * percent / 100;
  int blue = 0x2b + (0x47 - 0x2b) * percent / 100;
  return {fmt::format("#{:02x}{:02x}{:02x}", red, green, blue), "#ffffff", std::move(share)};
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
  std::string title;
};

// What one tile says: of the roads of `view`, or from how many it can be reached.
Tile tile_of(const Corpus& corpus, const Atlas& atlas, const AtlasView& view, Country country) {
  std::size_t here = index_of(atlas, country);
  Country self = view.from ? *view.from : view.to ? *view.to : country;
  if (view.from || view.to) {
    if (self == country) return {{"#1f3a6e", "#ffffff", "*"}, "the one that this map is of"};
    std::size_t there = index_of(atlas, self);
    const Cell& cell = view.from ? atlas.at(there, here) : atlas.at(here, there);
    return {look_of(cell), cell_title(corpus, cell)};
  }
  if (corpus.coverage(country) == Coverage::unresearched)
    return {look_of(Outcome::no_data), "nobody has researched it"};
  std::size_t reaches = 0, unknown = 0, of = 0;
  for (std::size_t from = 0; from < atlas.countries.size(); ++from) {
    if (from == here || corpus.coverage(atlas.countries[from]) == Coverage::unresearched) continue;
    const Cell& cell = atlas.at(from, here);
    bool road = cell.with_road > 0;
    ++(!road && (cell.undecided || cell.outcome == Outcome::no_data) ? unknown : of);
    if (road) ++reaches;
  }
  if (of == 0)
    return {look_of(Outcome::no_data),
            "whether any binding road leads to it, nobody has researched"};
  std::string text =
      fmt::format("{} of the {} of which that is known have a binding road to it", reaches, of);
  if (unknown > 0) text += fmt::format("; {} more are not researched enough", unknown);
  return {look_of_share(reaches, of, unknown > of), std::move(text)};
}

std::string tile_svg(int column, int row, std::string_view code, std::string_view name,
                     const Tile& tile) {
  int x = left + column * (side + gap), y = top + row * (side + gap);
  return fmt::format(
      "<g><title>{} {}: {}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" "
      "fill=\"{}\"/><text x=\"{}\" y=\"{}\" fill=\"{}\" font-size=\"14\">{}</text><text x=\"{}\" "
      "y=\"{}\" fill=\"{}\" font-size=\"11\">{}</text></g>\n",
      code, escaped(name), escaped(tile.title), x, y, side, side, tile.look.fill, x + side / 2,
      y + 18, tile.look.ink, code, x + side / 2, y + 33, tile.look.ink, tile.look.letter);
}

std::string legend_svg(const AtlasView& view, int y) {
  std::string out;
  int x = left;
  auto add = [&](const Look& look, std::string_view name) {
    out += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"16\" height=\"16\" rx=\"3\" fill=\"{}\"/><text x=\"{}\" "
        "y=\"{}\" text-anchor=\"start\" font-size=\"12\" fill=\"#303030\">{} {}</text>\n",
        x, y - 13, look.fill, x + 22, y, look.letter, name);
    // Some 7 wide a letter, whatever the reader's font.
    x += 44 + 7 * static_cast<int>(std::string_view(look.letter).size() + name.size());
  };
  if (!view.from && !view.to) {
    add(look_of_share(9, 9), "all 9 of which it is known have a road to it that binds");
    add(look_of_share(4, 9), "some");
    add(look_of_share(0, 9), "none");
    add(look_of_share(0, 9, true), "of more than 9 nobody knows");
    add(look_of(Outcome::no_data), "nobody has looked: not a haven");
    return out;
  }
  add(look_of(Outcome::open), "open");
  add(look_of(Outcome::needs), "needs facts");
  add(voluntary, "nobody owes an answer");
  add(in_doubt, "the same; treaty unknown");
  add(look_of(Outcome::blocked), "blocked");
  add(look_of(Outcome::none), "none");
  add(look_of(Outcome::no_data), "no data: not a haven");
  return out;
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
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      auto country = country_from_text(rows[r][c]);
      if (!country || !corpus.country(rows[r][c])) continue;
      tiles += tile_svg(static_cast<int>(c), static_cast<int>(r), rows[r][c], corpus.name(*country),
                        tile_of(corpus, atlas, view, *country));
    }
  }
  int width = 2 * left + static_cast<int>(columns) * (side + gap);
  int bottom = top + static_cast<int>(rows.size()) * (side + gap) + 20;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" text-anchor=\"middle\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n"
      "<text x=\"{2}\" y=\"30\" text-anchor=\"start\" font-size=\"18\">{3}</text>\n{4}{5}"
      "<text x=\"{2}\" y=\"{6}\" text-anchor=\"start\" font-size=\"11\" fill=\"#606060\">{8}Corpus "
      "{7}. Not legal advice.</text>\n</svg>\n",
      width, bottom + 40, left, escaped(heading(corpus, atlas, view)), tiles,
      legend_svg(view, bottom), bottom + 24, to_hex(corpus.hash()).substr(0, 16), caption(atlas));
}

}  // namespace comity::law
