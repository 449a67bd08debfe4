#include <bit>

#include "law/compile.h"

namespace comity::law {
namespace {

constexpr std::array<std::pair<std::string_view, FactKind>, static_cast<std::size_t>(Known::count_)>
    known_facts = {{
        {"punishable_requesting", FactKind::yes_no},
        {"punishable_requested", FactKind::yes_no},
        {"penalty_requesting", FactKind::months},
        {"penalty_requested", FactKind::months},
        {"target_nationality", FactKind::jurisdiction},
        {"other_treaty_in_force", FactKind::yes_no},
        {"other_domestic_power", FactKind::yes_no},
    }};

bool is_code(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (char c : text) {
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

constexpr std::size_t words_max = 64;  // one bit each

}  // namespace

void Compiler::words_of(Table& in, std::string_view kind, std::vector<Word>& words, Codes& codes,
                        const std::function<void(Table&, std::uint16_t)>& more) {
  in.each(kind, [&](Table& entry) {
    Word word{entry.text("code"), entry.text("en"), entry.text_or("fr", "")};
    if (!word.code.empty() && !is_code(word.code)) {
      entry.problem("code", "\"" + word.code + "\" is no code",
                    "use a to z, 0 to 9 and _, at most 64 characters");
    }
    auto number = static_cast<std::uint16_t>(words.size());
    if (!codes.emplace(word.code, number).second) {
      entry.problem("code", "\"" + word.code + "\" is defined twice",
                    "delete one, or give it another code");
    }
    if (number == words_max) {
      entry.problem("code", "more than 64 words of one kind",
                    "a corpus has room for 64; drop one nobody uses");
    }
    words.push_back(std::move(word));
    if (more) more(entry, number);
  });
  if (words.empty())
    in.problem("", "no [[" + std::string(kind) + "]] at all", "define at least one");
}

void Compiler::known_words(Table& in) {
  Vocabulary& v = t_.words;
  v.grounds_as_reasons = v.reasons.size();
  for (const Word& ground : v.grounds) {
    auto number = static_cast<std::uint16_t>(v.reasons.size());
    if (!v.reason_of.emplace(ground.code, number).second) {
      in.problem("", "\"" + ground.code + "\" is both a ground and a reason",
                 "keep it as a ground");
    }
    v.reasons.push_back(ground);
  }
  for (std::size_t i = 0; i < why_codes.size(); ++i) {
    auto found = v.reason_of.find(why_codes[i]);
    if (found != v.reason_of.end())
      v.why[i] = {found->second};
    else
      in.problem("", "the reason \"" + std::string(why_codes[i]) + "\" is missing",
                 "define it with [[reason]]");
  }
  for (std::size_t i = 0; i < known_facts.size(); ++i) {
    auto found = v.fact_of.find(known_facts[i].first);
    if (found != v.fact_of.end() && v.fact_words[found->second].kind == known_facts[i].second) {
      v.known[i] = {found->second};
    } else {
      in.problem(
          "",
          "the fact \"" + std::string(known_facts[i].first) + "\" is missing or of another kind",
          "define it with [[fact]], as law/README.md says");
    }
  }
}

Speed Compiler::speed(Table& in) {
  return in.one_of<Speed>("speed",
                          {{"immediate", Speed::immediate},
                           {"hours", Speed::hours},
                           {"days", Speed::days},
                           {"months", Speed::months}},
                          Speed::months, true);
}

void Compiler::vocabulary(Table& in) {
  Vocabulary& v = t_.words;
  const Codes home_parts{{"production", 0}, {"emergency", 1}};  // of a jurisdiction's file
  auto bit = [](std::uint16_t n) { return n < 64 ? std::uint64_t{1} << n : 0; };
  words_of(in, "data_category", v.data, v.data_of);
  words_of(in, "measure", v.measures, v.measure_of, [&](Table& entry, std::uint16_t n) {
    // For readers and reports; no decision rests on these two.
    if (entry.yes_or("discloses", true)) v.discloses |= bit(n);
    for (std::uint64_t parts = entry.code_set("at_home", home_parts); parts; parts &= parts - 1)
      v.at_home[static_cast<std::size_t>(std::countr_zero(parts))] |= bit(n);
    if (entry.yes_or("surrenders", false)) v.surrenders |= bit(n);
    if (entry.yes_or("preserves", false)) v.preserves |= bit(n);
    v.measure_data.push_back(entry.code_set("data", v.data_of));
    v.measure_speed.push_back(entry.has("speed") ? std::optional(speed(entry)) : std::nullopt);
  });
  words_of(in, "offence", v.offences, v.offence_of, [&](Table& entry, std::uint16_t) {
    v.offence_articles.push_back(entry.text_or("article", ""));
  });
  words_of(in, "personal_data", v.personal_data, v.personal_data_of,
           [&](Table& entry, std::uint16_t) {  // for readers; no decision rests on them
             (void)entry.text("cite");
             (void)entry.confidence();
           });
  words_of(in, "role", v.roles, v.role_of);
  words_of(in, "channel", v.channels, v.channel_of, [&](Table& entry, std::uint16_t) {
    v.channel_speed.push_back(speed(entry));
    v.channel_end.push_back({entry.code_or_none("role", v.role_of)});
    v.channel_carriage.push_back(
        entry.one_of<Carriage>("carriage",
                               {{"comity", Carriage::comity},
                                {"other_system", Carriage::other_system},
                                {"central_authority", Carriage::central_authority}},
                               Carriage::central_authority, true));
  });
  words_of(in, "ground", v.grounds, v.ground_of, [&](Table& entry, std::uint16_t n) {
    if (entry.yes_or("only_surrender", false)) v.only_surrender |= bit(n);
  });
  v.grounds_that_refuse = v.grounds.size();
  words_of(in, "outcome", v.grounds, v.ground_of);
  words_of(in, "approval", v.approvals, v.approval_of, [&](Table& entry, std::uint16_t n) {
    if (entry.yes_or("on_paper", false)) v.on_paper |= bit(n);
  });
  words_of(in, "reason", v.reasons, v.reason_of);
  words_of(in, "fact", v.facts, v.fact_of, [&](Table& entry, std::uint16_t) {
    FactWord fact;
    fact.question = entry.text("question");
    fact.question_fr = entry.text_or("question_fr", "");
    fact.owner = entry.text("owner");
    fact.kind = entry.one_of<FactKind>("kind",
                                       {{"yes_no", FactKind::yes_no},
                                        {"jurisdiction", FactKind::jurisdiction},
                                        {"months", FactKind::months}},
                                       FactKind::yes_no, true);
    if (fact.owner != "requesting" && fact.owner != "requested" && fact.owner != "holder") {
      entry.problem("owner", "`owner` says who can know the fact",
                    "write requesting, requested or holder");
    }
    v.fact_words.push_back(std::move(fact));
  });
  in.in("country", [&](Table& countries) {
    for (auto& [code, name] : *countries.value().as_object()) {
      auto letters = country_from_text(code);
      std::string text = countries.text(code);
      if (letters)
        v.countries.emplace(*letters, text);
      else
        countries.problem(code, "\"" + code + "\" is no country code",
                          "two capital letters, as ISO 3166-1 has them");
    }
  });
  known_words(in);
}

}  // namespace comity::law
