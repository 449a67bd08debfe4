#include <algorithm>
#include <bit>

#include "law/compile.h"

namespace comity::law {
namespace {

constexpr std::size_t articles_max = 64;  // of one measure, or one provision: a set is one word

}  // namespace

void Compiler::run(const std::vector<toml::Document>& documents) {
  t_.slot_of.fill(no_slot);
  auto of_folder = [&](std::string_view folder, void (Compiler::*read)(Table&),
                       Table::Manner manner) {
    for (const toml::Document& document : documents) {
      if (!document.name.starts_with(folder)) continue;
      Table table(document, problems_, manner);
      (this->*read)(table);
      table.done();
    }
  };
  of_folder("vocabulary.toml", &Compiler::vocabulary, Table::Manner::whole);
  if (t_.words.measures.empty()) {
    problems_.push_back({"vocabulary.toml", "no vocabulary", "give the file vocabulary.toml too"});
  }
  if (!problems_.empty()) return;  // every other file would be wrong for want of words
  of_folder("instruments/", &Compiler::names, Table::Manner::glance);
  of_folder("agreements/", &Compiler::names, Table::Manner::glance);
  of_folder("codes/", &Compiler::names, Table::Manner::glance);
  of_folder("jurisdictions/", &Compiler::jurisdiction_name, Table::Manner::glance);
  of_folder("instruments/", &Compiler::instrument, Table::Manner::whole);
  of_folder("agreements/", &Compiler::instrument, Table::Manner::whole);
  of_folder("codes/", &Compiler::instrument, Table::Manner::whole);
  of_folder("jurisdictions/", &Compiler::jurisdiction, Table::Manner::whole);
  link();
}

void Compiler::link() {
  if (!problems_.empty()) return;  // what follows needs whole tables
  link_unions();
  link_parties();
  link_sets();
  link_reservations();
  link_named_articles();
  link_articles();
  link_prevailing();
  check_scopes();
  check_room();
}

// `members_of`: whoever is a member of the union stands beside it, for the time that both rows
// share.
void Compiler::link_unions() {
  for (const Union& one : unions_) {
    t_.unions.insert(one.row_of);
    Instrument& instrument = t_.instruments[one.instrument.value];
    for (auto& [who, member] : t_.instruments[one.members_of.value].parties) {
      if (member.status != Status::in_force || who == one.row_of) continue;
      bool excepted = std::find(one.except.begin(), one.except.end(), who) != one.except.end();
      PartyRow row = one.row;
      row.period = {std::max(row.period.from, member.period.from),
                    std::min(row.period.until, member.period.until)};
      if (excepted || row.period.until <= row.period.from) continue;
      row.through_union = true;
      row.confidence = weaker(row.confidence, member.confidence);
      row.cite = cite(party_text(instrument.id, country_name(who), row) + ", as a member of " +
                      country_name(one.row_of));
      instrument.parties.emplace_back(who, row);
    }
  }
}

// Rows by slot and instrument, earliest first.
void Compiler::link_parties() {
  for (const Jurisdiction& jurisdiction : t_.jurisdictions) {
    for (const Instrument& instrument : t_.instruments) {
      Range range{static_cast<std::uint32_t>(t_.party_rows.size()), 0};
      for (auto& [who, row] : instrument.parties) {
        if (who == jurisdiction.country) t_.party_rows.push_back(row);
      }
      range.count = static_cast<std::uint32_t>(t_.party_rows.size()) - range.first;
      auto begin = t_.party_rows.begin() + range.first;
      std::sort(begin, t_.party_rows.end(),
                [](const PartyRow& a, const PartyRow& b) { return a.period.from < b.period.from; });
      t_.party_ranges.push_back(range);
    }
  }
}

// On which sides of an instrument a jurisdiction stands: on both, where it has no sides.
Compiler::Sides Compiler::sides_of(std::size_t instrument, std::size_t slot) const {
  Range rows = t_.rows_of({static_cast<std::uint16_t>(instrument)}, slot);
  bool two_sided = t_.instruments[instrument].two_sided;
  Sides sides;
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    bool through = t_.party_rows[i].through_union;
    sides.one = sides.one || !two_sided || !through;
    sides.other = sides.other || !two_sided || through;
  }
  return sides;
}

void Compiler::link_sets() {
  std::size_t slots = t_.jurisdictions.size();
  t_.words_ = (t_.provisions.size() + 63) / 64;
  t_.by_measure.resize(std::min<std::size_t>(t_.words.measures.size(), 64) * t_.words_);
  t_.by_offence.resize(std::min<std::size_t>(t_.words.offences.size(), 64) * t_.words_);
  t_.for_everyone.resize(t_.words_);
  t_.open_to.resize(slots * t_.words_);
  t_.alone_to.resize(slots * t_.words_);
  t_.closed_one.resize(slots * t_.words_);
  t_.closed_other.resize(slots * t_.words_);
  t_.asks_as.resize(slots * t_.words_);
  t_.asked_as.resize(slots * t_.words_);
  t_.reserved.resize(slots * t_.words_);
  t_.instrument_words = (t_.instruments.size() + 63) / 64;
  t_.row_one.resize(slots * t_.instrument_words);
  t_.row_other.resize(slots * t_.instrument_words);
  for (std::size_t i = 0; i < t_.instruments.size(); ++i) {
    // What everyone is bound by has no rows, and binds nevertheless.
    bool everyone = t_.instruments[i].membership == Membership::everyone;
    for (std::size_t s = 0; s < slots; ++s) {
      Sides sides = sides_of(i, s);
      std::size_t word = s * t_.instrument_words + i / 64;
      if (everyone || sides.one) t_.row_one[word] |= std::uint64_t{1} << i % 64;
      if (everyone || sides.other) t_.row_other[word] |= std::uint64_t{1} << i % 64;
    }
  }
  for (std::size_t p = 0; p < t_.rules.size(); ++p) {
    std::size_t i = t_.rules[p].instrument.value;
    Membership membership = t_.instruments[i].membership;
    std::uint64_t bit = std::uint64_t{1} << p % 64;
    if (membership == Membership::everyone) t_.for_everyone[p / 64] |= bit;
    for (std::size_t s = 0; s < slots; ++s) {
      auto is = [&](Country only) {
        return only == Country{} || only == t_.jurisdictions[s].country;
      };
      if (is(t_.rules[p].only_from)) t_.asks_as[s * t_.words_ + p / 64] |= bit;
      if (is(t_.rules[p].only_to)) t_.asked_as[s * t_.words_ + p / 64] |= bit;
      Sides sides = sides_of(i, s);
      if (!sides.one && !sides.other) continue;
      std::size_t word = s * t_.words_ + p / 64;
      if (membership == Membership::open) t_.open_to[word] |= bit;
      if (membership == Membership::unilateral) t_.alone_to[word] |= bit;
      if (membership == Membership::closed && sides.one) t_.closed_one[word] |= bit;
      if (membership == Membership::closed && sides.other) t_.closed_other[word] |= bit;
    }
  }
  t_.of_class.resize(class_of_.size() * t_.instrument_words);
  t_.classes.resize(class_of_.size());
  for (auto& [name, number] : class_of_) {
    t_.classes[number] = name;
    for (std::size_t i = 0; i < t_.instruments.size(); ++i) {
      if (classes_of_[i] >> number & 1) {
        t_.of_class[number * t_.instrument_words + i / 64] |= std::uint64_t{1} << i % 64;
      }
    }
  }
  std::size_t measures = t_.by_measure.size() / std::max<std::size_t>(t_.words_, 1);
  t_.of_measure.resize(measures * t_.instrument_words);
  for (std::size_t m = 0; m < measures; ++m) {
    for (std::size_t p = 0; p < t_.rules.size(); ++p) {
      std::size_t i = t_.rules[p].instrument.value;
      if (t_.by_measure[m * t_.words_ + p / 64] >> p % 64 & 1)
        t_.of_measure[m * t_.instrument_words + i / 64] |= std::uint64_t{1} << i % 64;
    }
  }
}

void Compiler::link_reservations() {
  for (std::size_t s = 0; s < t_.jurisdictions.size(); ++s) {
    Jurisdiction& jurisdiction = t_.jurisdictions[s];
    jurisdiction.reservations.first = static_cast<std::uint32_t>(t_.reservation_uses.size());
    for (std::size_t r = 0; r < t_.reservations.size(); ++r) {
      if (t_.reservations[r].party != jurisdiction.country) continue;
      for (ProvisionId provision : t_.reservations[r].provisions) {
        t_.reservation_uses.push_back({provision, static_cast<std::uint16_t>(r)});
        ++jurisdiction.reservations.count;
        t_.reserved[s * t_.words_ + provision.value / 64] |= std::uint64_t{1}
                                                             << provision.value % 64;
      }
    }
    std::sort(t_.reservation_uses.begin() + jurisdiction.reservations.first,
              t_.reservation_uses.end(), [](const ReservationUse& a, const ReservationUse& b) {
                return std::pair(a.provision, a.reservation) <
                       std::pair(b.provision, b.reservation);
              });
  }
}

// Articles by the provisions that they name.
void Compiler::link_named_articles() {
  std::size_t rules = t_.rules.size(), measures = t_.words.measures.size();
  t_.article_sets.resize(measures * rules);
  for (std::size_t p = 0; p < rules; ++p) {
    Range& here = t_.rules[p].articles;
    here.first = static_cast<std::uint32_t>(t_.article_uses.size());
    for (std::size_t a = 0; a < t_.articles.size(); ++a) {
      const Article& one = t_.articles[a];
      if (std::ranges::find(one.provisions, ProvisionId{static_cast<std::uint16_t>(p)}) ==
          one.provisions.end())
        continue;
      t_.article_uses.push_back(static_cast<std::uint16_t>(a));
      for (std::size_t m = 0; m < measures && here.count < articles_max; ++m) {
        bool speaks = one.rule.measures == 0 || one.rule.measures >> m & 1;
        if (speaks) t_.article_sets[m * rules + p] |= std::uint64_t{1} << here.count;
      }
      ++here.count;
    }
    if (here.count > articles_max)
      problems_.push_back(
          {"", "more than 64 articles speak of " + t_.provisions[p].id, "join some of them"});
  }
}

// Those that name none, by measure.
void Compiler::link_articles() {
  for (std::size_t m = 0; m < t_.words.measures.size(); ++m) {
    Range range{static_cast<std::uint32_t>(t_.measure_articles.size()), 0};
    for (std::size_t a = 0; a < t_.articles.size(); ++a) {
      bool here = t_.articles[a].provisions.empty() && t_.articles[a].rule.measures >> m & 1;
      if (!here) continue;
      t_.measure_articles.push_back(static_cast<std::uint16_t>(a));
      ++range.count;
    }
    if (range.count > articles_max) {
      problems_.push_back(
          {"", "more than 64 articles speak of every road of " + t_.words.measures[m].code,
           "name the provisions they speak of, or join some"});
    }
    t_.measure_article_ranges.push_back(range);
  }
}

void Compiler::link_prevailing() {
  for (std::size_t p = 0; p < t_.rules.size(); ++p) {
    t_.rules[p].prevailing.first = static_cast<std::uint32_t>(t_.prevailing.size());
    for (const Prevails& one : prevails_) {
      if (one.over != p) continue;
      t_.prevailing.push_back(one.by);
      ++t_.rules[p].prevailing.count;
    }
  }
}

// Blueprint, section 5: two provisions of one scope with unequal values need `prevails_over`, or
// the corpus does not load. They meet only where two jurisdictions are bound by both.
void Compiler::check_scopes() {
  auto bound = [&](std::uint16_t p) {
    std::vector<Country> out;
    for (auto& [who, row] : t_.instruments[t_.rules[p].instrument.value].parties) {
      if (row.status == Status::in_force) out.push_back(who);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  };
  auto settled = [&](std::uint16_t a, std::uint16_t b) {
    return std::any_of(prevails_.begin(), prevails_.end(), [&](const Prevails& one) {
      return (one.over == a && one.by == b) || (one.over == b && one.by == a);
    });
  };
  for (std::size_t i = 0; i < scoped_.size(); ++i) {
    for (std::size_t j = i + 1; j < scoped_.size(); ++j) {
      const Threshold& a = t_.rules[scoped_[i].provision].threshold;
      const Threshold& b = t_.rules[scoped_[j].provision].threshold;
      bool equal = a.test == b.test && a.months == b.months;
      if (equal || scoped_[i].scope != scoped_[j].scope) continue;
      if (settled(scoped_[i].provision, scoped_[j].provision)) continue;
      std::vector<Country> mine = bound(scoped_[i].provision), theirs = bound(scoped_[j].provision),
                           both;
      std::set_intersection(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                            std::back_inserter(both));
      if (both.size() < 2) continue;
      std::string one = t_.provisions[scoped_[i].provision].id,
                  other = t_.provisions[scoped_[j].provision].id;
      problems_.push_back(
          {scoped_[j].place,
           other + " and " + one + " set unequal thresholds in one scope, and both bind " +
               std::string(both[0].text()) + " and " + std::string(both[1].text()),
           "say which one prevails: prevails_over = [\"" + one + "\"] with prevails_cite"});
    }
  }
}

// One question must fit into one Decision, whatever the pair.
void Compiler::check_room() {
  std::size_t slots = t_.jurisdictions.size(), w = t_.words_;
  for (std::size_t m = 0; m < t_.words.measures.size(); ++m) {
    const std::uint64_t* of_measure = t_.by_measure.data() + m * w;
    std::vector<std::uint64_t> open(t_.for_everyone);
    for (std::size_t s = 0; s < slots; ++s) {
      for (std::size_t k = 0; k < w; ++k) open[k] |= t_.open_to[s * w + k] | t_.alone_to[s * w + k];
    }
    int everywhere = 0, most = 0;
    for (std::size_t k = 0; k < w; ++k) everywhere += std::popcount(open[k] & of_measure[k]);
    std::vector<std::size_t> members;  // of a closed instrument that speaks of the measure
    for (std::size_t s = 0; s < slots; ++s) {
      std::uint64_t some = 0;
      for (std::size_t k = 0; k < w; ++k)
        some |= (t_.closed_one[s * w + k] | t_.closed_other[s * w + k]) & of_measure[k];
      if (some != 0) members.push_back(s);
    }
    for (std::size_t a : members) {
      for (std::size_t b : members) {
        if (b <= a) continue;
        int here = 0;
        for (std::size_t k = 0; k < w; ++k) {
          std::uint64_t between = (t_.closed_one[a * w + k] & t_.closed_other[b * w + k]) |
                                  (t_.closed_one[b * w + k] & t_.closed_other[a * w + k]);
          here += std::popcount(between & of_measure[k]);
        }
        most = std::max(most, here);
      }
    }
    if (static_cast<std::size_t>(everywhere + most) > routes_max) {
      problems_.push_back({"",
                           std::to_string(everywhere + most) +
                               " provisions could meet in one question about " +
                               t_.words.measures[m].code,
                           "a decision has room for " + std::to_string(routes_max) +
                               "; join provisions, or raise law::routes_max"});
    }
  }
}

}  // namespace comity::law
