// Everything that a stranger may send in a pairing: invitations, messages to each stage of each
// side, and rows. The first byte chooses; the rest is the text. Properties: what is read writes
// itself; a refused message changes nothing; nothing but an officer's verdict ever makes a ceremony
// "paired".
#include <cstdint>

#include "base/check.h"
#include "member/pairing.h"
#include "member/pairing_parts.h"
#include "member/sample.h"

namespace {

using namespace comity;
using namespace comity::member;

// One ceremony at each of its stages. The corpus holds messages that fit it.
struct Stages {
  Stages() {
    Sample us(1, "Contact point of Samplestan", "US"), ph(2);
    invited = *make_invitation(us.presented(), us.terms(), sample_now, us.random);
    auto a = *answer_invitation(ph.presented(), invited.invitation, sample_now, ph.random);
    answered = a.ceremony;
    auto b = *receive(invited, a.message, sample_now);
    revealed = b.ceremony;
    auto c = *receive(answered, b.message, sample_now);
    acceptor_comparing = c.ceremony;
    inviter_comparing = receive(revealed, c.message, sample_now)->ceremony;
  }
  Ceremony invited, answered, revealed, inviter_comparing, acceptor_comparing;
};

void try_message(const Ceremony& ceremony, std::string_view text) {
  auto step = receive(ceremony, text, sample_now);
  if (!step) return;
  check(step->ceremony.stage != Stage::paired, "no message pairs without our officer");
  auto row = ceremony_from_json(to_json(step->ceremony));
  check(row.has_value() && *row == step->ceremony, "a ceremony keeps in its row");
  auto again = receive(step->ceremony, text, sample_now);
  if (step->ceremony.stage != Stage::ended)
    check(again.has_value() && again->ceremony == step->ceremony && again->message == step->message,
          "the same message again gets the same answer");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Stages stages;
  if (size == 0) return 0;
  std::string_view text = as_text({data + 1, size - 1});
  switch (data[0] % 8) {
    case 0: {
      auto invitation = invitation_from_text(text);
      if (!invitation) break;
      auto again = invitation_from_text(member::to_text(*invitation));
      check(again.has_value() && *again == *invitation, "an invitation writes and reads as itself");
      break;
    }
    case 1:
      try_message(stages.invited, text);
      break;
    case 2:
      try_message(stages.answered, text);
      break;
    case 3:
      try_message(stages.revealed, text);
      break;
    case 4:
      try_message(stages.inviter_comparing, text);
      break;
    case 5:
      try_message(stages.acceptor_comparing, text);
      break;
    case 6: {
      auto message = message_from_text(text);
      if (!message) break;
      auto again = message_from_text(message_text(*message));
      check(again.has_value() && message_text(*again) == message_text(*message),
            "a message writes and reads as itself");
      break;
    }
    default: {
      auto value = json::parse(text);
      if (!value) break;
      if (auto ceremony = ceremony_from_json(*value)) {
        auto again = ceremony_from_json(to_json(*ceremony));
        check(again.has_value() && *again == *ceremony, "a row writes and reads as itself");
        try_message(*ceremony, text);
      }
      if (auto member = member_from_json(*value)) {
        auto again = member_from_json(to_json(*member));
        check(again.has_value() && *again == *member, "a member writes and reads as itself");
        (void)current_card(*member);
        (void)take_card(*member, member->envelope, sample_now);
        (void)key_for(*member, member->current().hash, member->current().root, sample_now);
      }
    }
  }
  return 0;
}
