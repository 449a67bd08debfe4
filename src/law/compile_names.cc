#include "law/compile.h"

namespace comity::law {
namespace {

constexpr std::size_t ids_max = 4096;  // of one kind; far below what an Index holds

}  // namespace

void Compiler::claim(Table& in, std::string_view what, std::string_view id, Codes& ids,
                     std::size_t number) {
  if (id.empty()) return;
  if (!ids.emplace(std::string(id), static_cast<std::uint16_t>(number)).second) {
    in.problem("id", std::string(what) + " \"" + std::string(id) + "\" exists already",
               "give it an id of its own: ids are never shared, in any file");
  } else if (ids.size() == ids_max) {
    in.problem("id", "more than " + std::to_string(ids_max) + " ids of one kind",
               "split the corpus");
  }
}

Country Compiler::country(Table& in, std::string_view name) {
  std::string code = in.text(name);
  if (code.empty()) return {};
  auto found = country_from_text(code);
  if (found && t_.words.countries.contains(*found)) return *found;
  in.problem(name, "\"" + code + "\" is no country of vocabulary.toml",
             "use the ISO 3166-1 alpha-2 code, or EU");
  return {};
}

std::string Compiler::country_name(Country country) const {
  auto found = t_.words.countries.find(country);
  return found == t_.words.countries.end() ? std::string(country.text()) : found->second;
}

void Compiler::slot_for(Table& in, std::string_view name) {
  Country who = country(in, name);
  if (who == Country{} || t_.slot(who) != no_slot) return;
  auto at = static_cast<std::size_t>((who.letters[0] - 'A') * 26 + (who.letters[1] - 'A'));
  t_.slot_of[at] = static_cast<Slot>(t_.jurisdictions.size());
  Jurisdiction jurisdiction;
  jurisdiction.country = who;
  t_.jurisdictions.push_back(std::move(jurisdiction));
}

// Ids of instruments, provisions and reservations, and a slot for every jurisdiction that is named.
void Compiler::names(Table& in) {
  in.in("instrument", [&](Table& head) {
    claim(head, "the instrument", head.text("id"), t_.instrument_of, t_.instruments.size());
    t_.instruments.emplace_back();
    classes_of_.push_back(0);
  });
  in.each("party", [&](Table& party) { slot_for(party, "of"); });
  in.each("provision", [&](Table& provision) {
    claim(provision, "the provision", provision.text("id"), t_.provision_of, t_.provisions.size());
    t_.provisions.emplace_back();
    t_.rules.emplace_back();
  });
  in.each("reservation", [&](Table& reservation) {
    slot_for(reservation, "party");
    claim(reservation, "the reservation", reservation.text("id"), reservation_of_,
          reservation_of_.size());
  });
}

void Compiler::jurisdiction_name(Table& in) {
  in.in("jurisdiction", [&](Table& head) {
    slot_for(head, "of");
    Country who = country(head, "of");
    if (who == Country{}) return;
    std::string expected = "jurisdictions/" + std::string(who.text()) + ".toml";
    if (in.document().name != expected) {
      head.problem("of",
                   "this file speaks for " + std::string(who.text()) + ", by its name for another",
                   "move it to " + expected);
    }
    if (!jurisdiction_of_.emplace(std::string(who.text()), 0).second) {
      head.problem("of", std::string(who.text()) + " has two profiles",
                   "keep one file for each jurisdiction");
    }
  });
}

}  // namespace comity::law
