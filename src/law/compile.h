#pragma once
// From checked documents to Tables. Private; Corpus::load and check run it.
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "law/reading.h"
#include "law/tables.h"
#include "toml/parse.h"

namespace comity::law {

class Compiler {
 public:
  Compiler(Tables& tables, std::vector<Problem>& problems) : t_(tables), problems_(problems) {}

  // The documents sorted by name. Everything that can be checked is, whatever failed before.
  void run(const std::vector<toml::Document>& documents);

 private:
  // compile_words.cc
  void vocabulary(Table& in);
  void words_of(Table& in, std::string_view kind, std::vector<Word>& words, Codes& codes,
                const std::function<void(Table&, std::uint16_t)>& more = {});
  void known_words(Table& in);

  // compile_names.cc: every id before anything that refers to one
  void names(Table& in);
  void jurisdiction_name(Table& in);
  void slot_for(Table& in, std::string_view name);
  void claim(Table& in, std::string_view what, std::string_view id, Codes& ids, std::size_t number);

  // compile_instruments.cc
  void instrument(Table& in);
  void instrument_head(Table& in, Instrument& instrument);
  void earliest(Table& in, Instrument& instrument);
  void party(Table& in, InstrumentId id);
  static void bound_since(Table& in, const Instrument& instrument, PartyRow& row);
  void provision(Table& in, InstrumentId id);
  void provision_words(Table& in, Provision& provision);
  void provision_engine(Table& in, Rule& rule, const Provision& provision);
  [[nodiscard]] std::int16_t class_named(Table& in, std::string_view name);
  void prevails(Table& in, std::uint16_t number);
  void grounds(Table& in, Rule& rule, Provision& provision);
  [[nodiscard]] Risks risks(const std::vector<Reason>& all);
  [[nodiscard]] std::vector<Deadline> deadlines(Table& in, Confidence fallback);
  void union_of(Table& in, InstrumentId id, Country who, const PartyRow& row);

  // compile_reservations.cc
  void reservation(Table& in, InstrumentId id);
  void reservation_fact(Table& in, Reservation& reservation);
  void reservation_when(Table& in, Reservation& reservation, const std::string& clause);
  void article(Table& in, InstrumentId id);
  void article_since(Table& in, Article& article);
  bool since(Table& in, Statute& rule, bool needed);

  // compile_conditions.cc
  [[nodiscard]] Range condition(Table& in, std::string_view name, const std::string& clause);
  void node(Table& in, int depth, const std::string& clause);
  void atom(Table& in, const std::string& clause);
  void fact_atom(Table& in, Node& node);

  // compile_jurisdictions.cc
  void jurisdiction(Table& in);
  void jurisdiction_head(Table& in, Profile& profile);
  void statute(Table& in, Profile& profile);
  [[nodiscard]] Statute statute_text(Table& in);
  [[nodiscard]] static Speed speed(Table& in);
  void offence(Table& in, const std::string& country,
               std::map<std::uint16_t, std::vector<OffenceRow>>& rows);
  void one_row_a_day(Table& in, std::uint16_t code, const std::string& statute,
                     const Period& period);
  void absent(Table& in, const std::string& country, Jurisdiction& jurisdiction,
              const std::map<std::uint16_t, std::vector<OffenceRow>>& rows);

  // compile_home_law.cc
  void home_law(Table& in, Profile& profile, const std::string& country);
  template <typename Row, typename Read>
  static void rows(Table& in, std::string_view name, std::vector<Row>& out, Read read);
  [[nodiscard]] HomeRule home_rule(Table& in, std::string said_by);
  [[nodiscard]] AuthoritiesRow authorities(Table& in, const std::string& country);
  [[nodiscard]] PreservationRow preservation(Table& in, const std::string& country);
  [[nodiscard]] ExtraditionRow extradition(Table& in);
  [[nodiscard]] SingleOfficerRow single_officer(Table& in);

  // compile_links.cc
  struct Sides {
    bool one = false, other = false;
  };
  void link();
  void link_unions();
  void link_named_articles();
  void link_articles();
  [[nodiscard]] Sides sides_of(std::size_t instrument, std::size_t slot) const;
  void link_sets();
  void link_parties();
  void link_reservations();
  void link_prevailing();
  void check_scopes();
  void check_room();

  [[nodiscard]] CiteId cite(std::string text);
  [[nodiscard]] static std::string party_text(const std::string& instrument,
                                              const std::string& country, const PartyRow& row);
  [[nodiscard]] std::string source(Table& in);
  [[nodiscard]] std::string country_name(Country country) const;
  [[nodiscard]] Country country(Table& in, std::string_view name);

  struct Scoped {
    std::uint16_t provision = 0;
    std::string scope, place;
  };
  struct Union {
    InstrumentId instrument, members_of;
    Country row_of;
    PartyRow row;
    std::vector<Country> except;
  };
  struct Prevails {
    std::uint16_t over = 0, by = 0;
  };

  Tables& t_;
  std::vector<Problem>& problems_;
  std::unordered_map<std::string, std::uint16_t> cite_of_;
  std::map<std::string, std::string, std::less<>> sources_;  // of the document being read
  Codes jurisdiction_of_, reservation_of_, statute_of_, absent_of_, class_of_;
  std::map<std::pair<std::uint16_t, std::string>, std::vector<Period>> statute_days_;
  std::vector<std::uint16_t> classes_of_;  // per instrument, one bit a class
  std::vector<Scoped> scoped_;
  std::vector<Prevails> prevails_;
  std::vector<Union> unions_;
};

}  // namespace comity::law
