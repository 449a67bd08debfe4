#pragma once
// What people ever put into alerts, and who may come to know it: the rules of circles and labels
// written down once more, as plainly as they can be. Every byte of an alert that leaves a node is
// held against them. Nothing here asks alert/audience.h or node/push.h.
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "act/act.h"
#include "alert/body.h"
#include "party.h"

namespace comity::sim {

enum class Label : std::uint8_t { clear, green, amber, strict, red };
[[nodiscard]] std::string_view label_name(Label label);     // "TLP:AMBER+STRICT"
[[nodiscard]] std::string_view label_marking(Label label);  // its id

using Parties = std::set<std::size_t>;  // by their index

// A collection of somebody's.
struct Shelf {
  std::size_t owner = 0;
  std::string id;
  Parties circle;  // whom it may reach: those leave it when the node has said so
  Parties sure;    // whom it must reach: those leave it when somebody asks for it
  bool relay = true, csirts = false;
  Label unmarked = Label::amber;
  bool changing = false;  // a change waits for its answer
  unsigned changes = 0;
};

// What somebody holds of a version, as one that told it says.
struct Copy {
  Label label = Label::red;
  bool csirts = false;
  bool bound = false;            // of a sighting: what was seen is another's
  const Shelf* shelf = nullptr;  // none: nobody has chosen one
  Parties readers;               // the shelf's circle, since then
};

// One version of an object, and the token that stands in its bytes alone.
struct Said {
  std::size_t origin = 0;
  std::string object, modified, token, text;
  std::string of;              // of a sighting: the object
  std::optional<Label> label;  // none: as its shelf says
  bool revoked = false;
  bool taken = false;  // the node has said so
  Parties sure;        // whom its origin tells by itself
  // Of a sighting: whom it goes back to, and into which shelf of theirs.
  std::set<std::pair<std::size_t, const Shelf*>> tellers;
  std::map<std::size_t, std::map<std::size_t, Copy>> copies;  // by holder, and who told it
};

// Officers want an object back that is their own.
struct Recalled {
  std::size_t by = 0;
  std::string object;
  Parties told;       // by them, until then
  bool done = false;  // the node has said so
};

class Alerts {
 public:
  explicit Alerts(Stage& stage) : stage_(stage) {}
  std::vector<Party*> parties;

  // ---- what people do
  Shelf& add_shelf(Shelf shelf);
  [[nodiscard]] std::vector<Shelf*> shelves_of(std::size_t owner);
  // From now on what this member tells from that shelf goes there.
  void bind(std::size_t reader, const Shelf& theirs, const Shelf* ours) {
    bound_[{reader, theirs.id}] = ours;
  }
  Said& say(const Shelf& shelf, Said said);
  void change(Shelf& shelf, const Parties& next);            // was asked for
  void changed(Shelf& shelf, const Parties& next, bool so);  // was answered
  // An officer lets them have it, whoever is in the circle.
  void name(std::size_t from, const std::string& object, const Parties& to, bool law_enforcement);
  Recalled& recall(std::size_t by, const std::string& object);
  // From now on what this member has of it says nothing of what it was told.
  void drop(std::size_t by, const std::string& object) { dropped_.emplace(by, object); }
  [[nodiscard]] bool is_recalled(const std::string& object) const;
  [[nodiscard]] bool is_dropped(std::size_t by, const std::string& object) const {
    return dropped_.contains({by, object});
  }
  [[nodiscard]] const std::deque<Recalled>& recalls() const { return recalls_; }
  // Who had told this member of the object, from which shelf of theirs, and it stands in its
  // journal.
  [[nodiscard]] std::set<std::pair<std::size_t, const Shelf*>> tellers(std::size_t to,
                                                                       const std::string& object,
                                                                       const Shelf& into) const;
  // What an act that left a node told, but for what is revoked.
  [[nodiscard]] const std::map<ActId, std::set<std::string>>& acts() const { return acts_; }
  [[nodiscard]] std::deque<Said>& all() { return said_; }
  [[nodiscard]] const std::deque<Said>& all() const { return said_; }
  // The newest version that this party holds for all we know; null: none.
  [[nodiscard]] Said* newest(std::size_t holder, const std::string& object);
  // `modified` of the first version of it.
  [[nodiscard]] std::string first_of(const std::string& object) const;
  [[nodiscard]] Said* find(std::string_view object, std::string_view modified);
  [[nodiscard]] const Said* find(std::string_view object, std::string_view modified) const;

  [[nodiscard]] bool has_told(std::size_t from, std::size_t to, const std::string& object) const;

  // ---- what nodes do
  void sends(const Party& from, const peer::Outgoing& sent);
  void arrived(const Party& at, const act::Act& act);  // and was recorded there

  [[nodiscard]] const Shelf* shelf_of(const std::string& id) const;

 private:
  Said& say_sighting(const Shelf& shelf, Said said);
  void told(const Party& from, const act::Act& act, const std::vector<std::string_view>& blobs);
  void told_object(const Party& from, const Party& to, const act::Act& act,
                   const alert::Share& share, std::string_view text);
  Said* adopt(const std::string& object, const std::string& modified, std::string_view text);
  [[nodiscard]] std::string why_not(const Party& from, const Party& to, const Said& said) const;
  [[nodiscard]] std::string why_not_copy(const Party& to, std::size_t from, const Said& said,
                                         std::size_t giver, const Copy& copy) const;
  void check_words(const Party& from, const act::Act& act, const alert::Share& share,
                   const Said& said);
  void keep(const Party& from, const Party& to, const act::Act& act, const alert::Share& share,
            Said& said);
  [[nodiscard]] const Party* party_of(const MemberId& id) const;

  Stage& stage_;
  std::deque<Shelf> shelves_;
  std::deque<Said> said_;
  std::map<std::pair<std::size_t, std::string>, const Shelf*> bound_;  // by reader and their shelf
  std::map<std::pair<std::size_t, std::string>, Parties> named_, let_in_;  // by party and object
  std::deque<Recalled> recalls_;
  std::set<std::pair<std::size_t, std::string>> dropped_;
  std::map<ActId, std::set<std::string>> acts_;
  std::map<ActId, std::set<std::string>> firsts_;  // of these, objects of which it is the first
  std::map<std::pair<std::size_t, std::string>, std::set<std::pair<std::size_t, const Shelf*>>>
      tellers_;  // by who was told, and object
  std::set<ActId> seen_;
};

}  // namespace comity::sim
