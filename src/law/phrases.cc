#include "law/phrases.h"

#include "law/wording.h"

namespace comity::law {
namespace {

constexpr Phrases english{
    .language = Language::en,
    .first_line = "",
    .asks = " asks ",
    .about = ", for ",
    .on = "on ",
    .conduct = ", conduct of ",
    .corpus = "; corpus ",
    .answer = "Answer: ",
    .profiled = "profiled",
    .memberships = "memberships",
    .unresearched = "unresearched",
    .open = "open",
    .needs = "needs",
    .blocked = "blocked",
    .none = "none",
    .no_data = "no_data",
    .is_open = "A lawful road stands open.",
    .is_needed = "No road stands open yet: something is unknown or still to be done.",
    .is_blocked = "Every road is closed.",
    .is_none = "No provision speaks of this.",
    .is_no_data =
        "Nobody has researched enough to answer: this is no statement that no road exists.",
    .by = "     By:         ",
    .lacks = "     Needs:      ",
    .approval = "     Approval:   ",
    .clock = "     Clock:      ",
    .condition = "     Condition:  ",
    .must_state = "     Must state: ",
    .handling = "     Handling:   ",
    .may_wait = "     May wait:   ",
    .recalled = "     Recalled:   ",
    .risks = "     Risks:      ",
    .why = "     Why:\n",
    .closed_surely = "     Closed for certain:\n",
    .closed_as_known = "     Closed, as far as is known:\n",
    .there = "     There:      ",
    .who_acts = "who acts: ",
    .own_law = "its own law: ",
    .compels_by = "compels data by: ",
    .in_emergency = "in an emergency: ",
    .protects_by = "protects data by: ",
    .only_for = "only for: ",
    .takes = "; an answer takes ",
    .estimate = " (an estimate)",
    .carried = "; carried by ",
    .immediate = "immediate",
    .hours = "hours",
    .days = "days",
    .months = "months",
    .by_comity = "comity",
    .by_other_system = "other_system",
    .by_central_authority = "central_authority",
    .requesting = "requesting side",
    .requested = "requested side",
    .holder = "holder side",
    .at_least = ": at least ",
    .at_most = ": at most ",
    .in_hours = " hours",
    .in_days = " days",
    .confirmed = "confirmed",
    .unconfirmed = "unconfirmed",
    .not_read = " (not read in the text: check it)",
    .voluntary = "not_binding: a voluntary road; nobody is obliged to answer",
    .cut = "Some list above was too long and was cut.",
    .colon = ": ",
    .semicolon = "; ",
    .holder_warned = "Whoever holds the data over there is warned, or may be barred, by:",
    .not_advice = disclaimer,
};

constexpr Phrases french{
    .language = Language::fr,
    .first_line =
        "En français, sauf ce qui vient des fichiers du droit : titres, citations, "
        "conditions et noms d'États restent tels que dans leur source, en anglais.",
    .asks = " demande à ",
    .about = ", pour ",
    .on = "au ",
    .conduct = ", faits du ",
    .corpus = " ; corpus ",
    .answer = "Réponse : ",
    .profiled = "profil étudié",
    .memberships = "adhésions seules connues",
    .unresearched = "non étudié",
    .open = "ouverte",
    .needs = "à compléter",
    .blocked = "fermée",
    .none = "aucune",
    .no_data = "sans données",
    .is_open = "Une voie de droit est ouverte.",
    .is_needed = "Aucune voie n'est encore ouverte : il manque un renseignement ou une démarche.",
    .is_blocked = "Toutes les voies sont fermées.",
    .is_none = "Aucune disposition n'en parle.",
    .is_no_data =
        "Personne n'a fait assez de recherches pour répondre : cela ne veut pas dire "
        "qu'il n'y a pas de voie.",
    .by = "     Par :           ",
    .lacks = "     Il faut :       ",
    .approval = "     Autorisation :  ",
    .clock = "     Délai :         ",
    .condition = "     Condition :     ",
    .must_state = "     À indiquer :    ",
    .handling = "     Traitement :    ",
    .may_wait = "     Peut attendre : ",
    .recalled = "     De mémoire :    ",
    .risks = "     Risques :       ",
    .why = "     Pourquoi :\n",
    .closed_surely = "     Fermée, avec certitude :\n",
    .closed_as_known = "     Fermée, pour autant que l'on sache :\n",
    .there = "     Là-bas :        ",
    .who_acts = "qui agit : ",
    .own_law = "son propre droit : ",
    .compels_by = "obtient les données par : ",
    .in_emergency = "en urgence : ",
    .protects_by = "protège les données par : ",
    .only_for = "seulement pour : ",
    .takes = " ; délai de réponse : ",
    .estimate = " (estimation)",
    .carried = " ; acheminement : ",
    .immediate = "immédiat",
    .hours = "quelques heures",
    .days = "quelques jours",
    .months = "quelques mois",
    .by_comity = "Comity",
    .by_other_system = "un autre système",
    .by_central_authority = "les autorités centrales",
    .requesting = "partie requérante",
    .requested = "partie requise",
    .holder = "détenteur",
    .at_least = " : au moins ",
    .at_most = " : au plus ",
    .in_hours = " heures",
    .in_days = " jours",
    .confirmed = "confirmé",
    .unconfirmed = "non confirmé",
    .not_read = " (non lu dans le texte : à vérifier)",
    .voluntary = "voie volontaire : personne n'est tenu de répondre",
    .cut = "Une des listes ci-dessus était trop longue et a été coupée.",
    .colon = " : ",
    .semicolon = " ; ",
    .holder_warned = "Qui détient les données là-bas est averti, ou peut être empêché, par :",
    .not_advice =
        "Ceci n'est pas un avis juridique : le moteur conseille, une personne compétente "
        "décide. Ce qui n'est pas confirmé a été cité de mémoire, non lu.",
};

}  // namespace

const Phrases& phrases_in(Language language) {
  return language == Language::fr ? french : english;
}

std::string_view word_for(const Phrases& say, Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return say.open;
    case Outcome::needs:
      return say.needs;
    case Outcome::blocked:
      return say.blocked;
    case Outcome::none:
      return say.none;
    case Outcome::no_data:
      return say.no_data;
  }
  return "";
}

std::string_view word_for(const Phrases& say, State state) {
  switch (state) {
    case State::open:
      return say.open;
    case State::needs:
      return say.needs;
    case State::blocked:
      return say.blocked;
  }
  return "";
}

std::string_view word_for(const Phrases& say, Coverage coverage) {
  switch (coverage) {
    case Coverage::profiled:
      return say.profiled;
    case Coverage::memberships:
      return say.memberships;
    case Coverage::unresearched:
      return say.unresearched;
  }
  return "";
}

std::string_view word_for(const Phrases& say, Speed speed) {
  switch (speed) {
    case Speed::immediate:
      return say.immediate;
    case Speed::hours:
      return say.hours;
    case Speed::days:
      return say.days;
    case Speed::months:
      return say.months;
  }
  return "";
}

std::string_view word_for(const Phrases& say, Carriage carriage) {
  switch (carriage) {
    case Carriage::comity:
      return say.by_comity;
    case Carriage::other_system:
      return say.by_other_system;
    case Carriage::central_authority:
      return say.by_central_authority;
  }
  return "";
}

std::string_view word_for(const Phrases& say, Confidence confidence) {
  return confidence == Confidence::confirmed ? say.confirmed : say.unconfirmed;
}

std::string_view side_for(const Phrases& say, std::string_view owner) {
  return owner == "requesting" ? say.requesting : owner == "requested" ? say.requested : say.holder;
}

std::string_view sentence_for(const Phrases& say, Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return say.is_open;
    case Outcome::needs:
      return say.is_needed;
    case Outcome::blocked:
      return say.is_blocked;
    case Outcome::none:
      return say.is_none;
    case Outcome::no_data:
      return say.is_no_data;
  }
  return "";
}

std::string mark_in(const Phrases& say, Confidence confidence) {
  return confidence == Confidence::confirmed ? "" : " [" + std::string(say.unconfirmed) + "]";
}

std::string deadline_in(const Phrases& say, const Deadline& d) {
  if (!d.length()) return d.what;
  return d.what + std::string(d.bound == Bound::minimum ? say.at_least : say.at_most) +
         std::to_string(d.value) + std::string(d.unit == Unit::hours ? say.in_hours : say.in_days);
}

}  // namespace comity::law
