#pragma once
// Random collections, circles, readers, givers and markings, driven through the node's own inputs;
// and beside them the rules of who may see what, written down once more as plainly as they can be.
// Nothing here asks alert/audience.h, node/object_page.h or stix/marking.h.
#include <algorithm>
#include <random>

#include "node/alert_acts.h"
#include "node/collections.h"
#include "node/testing_alert.h"

namespace comity::node::testing {

// Who brought something into the collection: our own people, our own people as another's, a client,
// or a partner (its number).
struct Giver {
  enum Kind : std::uint8_t { own, elsewhere, client, partner } kind = own;
  std::size_t number = 0;
  friend bool operator==(const Giver&, const Giver&) = default;
};

enum class Label : std::uint8_t { clear, green, amber, strict, red };

// A marking, by its id; `label` of one that is no label is none.
struct Mark {
  std::string id;
  std::optional<Label> label;
  bool fixed = false;  // by TLP itself: it is known everywhere
};
inline const std::vector<Mark>& fixed_marks() {
  auto of = [](const char* id, Label label) {
    return Mark{std::string("marking-definition--") + id, label, true};
  };
  static const std::vector<Mark> marks{of("94868c89-83c2-464b-929b-a1a8aa3c8487", Label::clear),
                                       of("613f2e26-407d-48c7-9eca-b8e91df99dc9", Label::clear),
                                       of("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Label::green),
                                       of("34098fce-860f-48ae-8e50-ebd3cc5e41da", Label::green),
                                       of("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Label::amber),
                                       of("f88d31f6-486f-44da-b317-01333bde0b82", Label::amber),
                                       of("939a9414-2ddd-4d32-a0cd-375ea402b003", Label::strict)};
  return marks;
}
inline const char* label_name(Label label) {
  static const char* const names[] = {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT",
                                      "TLP:RED"};
  return names[static_cast<std::size_t>(label)];
}

// What is marked for itself within an object, and the word that stands there.
struct Cut {
  std::string selector, word;
  Mark mark;
};

// One version of an object as it was given, and what became of it.
struct Given {
  std::string id, version, text;
  std::string word;                // stands in what no marking of its own hides
  std::vector<std::string> words;  // in fields that may be cut out, or not
  std::vector<Mark> marks;
  std::vector<Cut> cuts;
  bool revoked = false;
  std::optional<Mark> defines;
  // When it was taken:
  Giver giver;
  std::optional<Label> label;  // none: whatever the collection says
  bool csirts = false;         // its sender keeps it from law enforcement
  bool looked_at_again = false;
  bool dropped = false;
  [[nodiscard]] bool personal() const { return id.starts_with("identity--"); }
};

struct Room {  // what the collection says
  std::set<std::size_t> members;
  std::set<std::size_t> no_road;  // partners abroad to whom personal data may not go
  bool clients = false, csirts = false, push = true;
  Label unmarked = Label::amber;
};

struct Viewer {
  enum Kind : std::uint8_t { own, client, partner } kind = own;
  std::size_t number = 0;
  bool law_enforcement = false;
};

// --- the rules, once more ---

class Rules {
 public:
  std::vector<Given> held;  // oldest first; versions that were deleted are gone

  // Where this marking's definition is, as far as it counts for what that giver brought.
  [[nodiscard]] bool is_known(const Mark& mark, const Giver& by) const {
    if (mark.fixed) return true;
    for (const Given& each : held)
      if (each.id == mark.id && !each.dropped)
        return each.giver.kind == Giver::own || each.giver.kind == Giver::elsewhere ||
               each.giver == by;
    return false;
  }

  static bool may(const Viewer& who, Label label, const Given& what, const Room& room) {
    if (label == Label::red) return false;
    if (who.kind == Viewer::own) return true;
    if (who.kind == Viewer::client) return room.clients && label != Label::strict;
    if (!room.members.contains(who.number)) return false;
    if (what.personal() && room.no_road.contains(who.number)) return false;
    if ((room.csirts || what.csirts) && who.law_enforcement) return false;
    bool ours = what.giver.kind == Giver::own;
    bool its_own = what.giver == Giver{Giver::partner, who.number};
    return ours || its_own || label <= Label::green;
  }

  [[nodiscard]] bool is_hidden(const Viewer& who, const Mark& mark, const Given& what,
                               const Room& room) const {
    if (!is_known(mark, what.giver)) return who.kind != Viewer::own;
    Label label = mark.label.value_or(what.label.value_or(room.unmarked));
    return !may(who, label, what, room);
  }

  [[nodiscard]] bool sees(const Viewer& who, const Given& what, const Room& room) const {
    if (what.dropped || !may(who, what.label.value_or(room.unmarked), what, room)) return false;
    if (!what.looked_at_again) return true;
    for (const Mark& mark : what.marks)
      if (is_hidden(who, mark, what, room)) return false;
    for (const Cut& cut : what.cuts)
      if (cut.word.empty() && is_hidden(who, cut.mark, what, room)) return false;  // is needed
    return true;
  }

  // Every word of the object that this reader reads; nothing when the object is not for it.
  [[nodiscard]] std::set<std::string> words(const Viewer& who, const Given& what,
                                            const Room& room) const {
    if (!sees(who, what, room)) return {};
    std::set<std::string> left(what.words.begin(), what.words.end());
    left.insert(what.word);
    for (const Cut& cut : what.cuts)
      if (is_hidden(who, cut.mark, what, room)) left.erase(cut.word);
    return left;
  }

  [[nodiscard]] std::vector<Given*> versions(const std::string& id) {
    std::vector<Given*> found;
    for (Given& each : held)
      if (each.id == id) found.push_back(&each);
    return found;
  }
  // Whether it is the last, or the first, of those that are here.
  [[nodiscard]] bool is_end(const Given& what, bool last) const {
    return std::ranges::none_of(held, [&](const Given& each) {
      return each.id == what.id && !each.dropped &&
             (last ? each.version > what.version : each.version < what.version);
    });
  }

  // Whether the node must take it as a new version.
  [[nodiscard]] bool takes(const Given& what) {
    auto before = versions(what.id);
    auto red = [](const Mark& mark) { return mark.label == Label::red; };
    if (std::ranges::any_of(what.marks, red)) return false;
    if (before.empty()) return true;
    if (what.giver.kind == Giver::client || what.giver.kind == Giver::partner) {
      auto last = std::ranges::find_if(before.rbegin(), before.rend(),
                                       [](const Given* each) { return !each->dropped; });
      if (last != before.rend() && (*last)->giver != what.giver) return false;
    }
    return !what.defines && !before.back()->revoked;
  }

  // `without`: the label of what has none, as its sender says; `at_least`: a looser one counts so.
  void take(Given what, std::optional<Label> without, Label at_least,
            const std::set<std::string>& with) {
    auto known = [&](const Mark& mark) {
      return is_known(mark, what.giver) || with.contains(mark.id);
    };
    what.label.reset();
    for (const Mark& mark : what.marks)
      if (known(mark) && mark.label)
        what.label = std::max(what.label.value_or(*mark.label), *mark.label);
    if (!what.label) what.label = without;
    if (what.label) what.label = std::max(*what.label, at_least);
    what.looked_at_again = !what.cuts.empty() || !std::ranges::all_of(what.marks, known);
    held.push_back(std::move(what));
  }
};

}  // namespace comity::node::testing
