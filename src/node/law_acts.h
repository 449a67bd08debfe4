#pragma once
// Acts of kind law: what an authority publishes of its own law, said and heard.
#include "act/act.h"
#include "node/law_in_force.h"

namespace comity::node {

// Door three for a partner's version. An error is the rejection that its sender reads the code of.
[[nodiscard]] Result<void> take_law(Work& work, const act::Act& act, std::uint64_t position,
                                    const member::Member& sender);
// Tells our people what was refused, with the line and the reason: the sender learns the code
// alone.
[[nodiscard]] Result<void> tell_refused(Work& work, const member::Member& sender, const Error& why);

// Posts one version of ours to a partner. A procedural permit, lane normal.
[[nodiscard]] Result<void> tell_law(Work& work, const MemberId& partner,
                                    const law::Edition& edition);
// What a partner that was just paired must know: our versions. Soon, not at once: it may not yet
// have our word that the ceremony is over.
[[nodiscard]] Result<void> tell_law_soon(Work& work, const MemberId& partner);
// The same after a while: nothing can be posted now.
[[nodiscard]] Result<void> tell_law_later(Work& work, const MemberId& partner);

// Whether either still has to happen: a version published meanwhile is told along with the earlier
// ones, since a partner takes no version after a later one.
[[nodiscard]] Result<bool> law_waits(Work& work, const MemberId& partner);

// Timers: "law_begins" of a jurisdiction, "law_to_tell" of a partner.
inline constexpr std::string_view law_begins = "law_begins", law_to_tell = "law_to_tell";
void wait_for_law(Work& work, const LawVersion& version);
[[nodiscard]] Result<void> fire_law_timer(Work& work, const std::string& subject,
                                          const std::string& name);

}  // namespace comity::node
