#include "peer/directory.h"

#include "json/value.h"
#include "member/card_change.h"
#include "member/member.h"
#include "node/overlay.h"
#include "node/pairing.h"

namespace comity::peer {

Result<Directory> read_directory(node::View& view, Instant now) {
  using node::Overlay;
  Directory directory;
  Overlay rows(view);
  TRY_VOID(rows.scan(node::Space::member, "",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(auto member, member::member_from_json(row));
                       if (member.state != member::State::paired) return Overlay::Walk::on;
                       TRY(auto card, member::current_card(member));
                       auto pins = member::live_pins(card, now);
                       for (const auto& pin : pins) directory.members_of[pin].push_back(member.id);
                       auto lapse = member::next_lapse(card, member::KeyUse::tls, now);
                       if (lapse && (!directory.lapses || *lapse < *directory.lapses))
                         directory.lapses = lapse;
                       directory.address_of[member.id] = {member.nickname, card.endpoints,
                                                          std::move(pins)};
                       return Overlay::Walk::on;
                     }));
  TRY_VOID(rows.scan(node::Space::pairing, "",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(auto pairing, node::pairing_row_from_json(row));
                       auto stage = pairing.ceremony.stage;
                       // Once paired, the partner's confirm may come again, but under a pin that is
                       // known by then.
                       bool over = stage == member::Stage::ended || stage == member::Stage::paired;
                       if (!over) directory.pairing_open = true;
                       return Overlay::Walk::on;
                     }));
  return directory;
}

}  // namespace comity::peer
