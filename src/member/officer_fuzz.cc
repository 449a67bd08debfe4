// Commands and approvals as they come, and officers' rows. Properties: what is read writes itself;
// a command nobody defined is allowed to nobody.
#include <cstdint>

#include "base/check.h"
#include "member/officer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comity;
  std::string_view text = as_text({data, size});
  if (auto command = member::read_command(text)) {
    member::Officer officer{command->command.officer,
                            "x",
                            command->key,
                            {member::OfficerRole::author, member::OfficerRole::approver,
                             member::OfficerRole::counsel, member::OfficerRole::admin},
                            {},
                            true};
    bool allowed = member::check_command(*command, officer, command->command.at).has_value();
    check(allowed == member::roles_for(command->command.name).has_value(),
          "whoever has every role may do exactly what is defined");
    officer.enabled = false;
    check(!member::check_command(*command, officer, command->command.at), "the disabled may not");
  }
  if (auto approval = member::read_approval(text)) {
    check(approval->approval.expires > approval->approval.at, "an approval has a life");
    member::Need need;
    check(!member::approved(approval->approval.subject, {&*approval, 1}, {}, {},
                            {.needs = {&need, 1}}, approval->approval.at),
          "nobody's approval counts where nobody is an officer");
  }
  if (auto value = json::parse(text)) {
    if (auto officer = member::officer_from_json(*value)) {
      auto again = member::officer_from_json(member::to_json(*officer));
      check(again.has_value() && *again == *officer, "an officer writes and reads as itself");
    }
  }
  (void)member::officer_key_from_secret(crypto::Secret::copy_of({data, size}));
  return 0;
}
