#pragma once
// Door three for acts of kind request: the request room's machine, its rows and its timers.
#include <functional>

#include "node/permit.h"
#include "request/machine.h"

namespace comity::node {

struct Spoken {
  request::Speaker by = request::Speaker::ours;
  MemberId partner;
  std::uint64_t position = 0;  // of the act's entry
  std::vector<std::string> approvals;
};

// Applies the act, whose body was read as `body`, to its conversation, and returns the phase that
// this leads to.  Errors: the machine's.
[[nodiscard]] Result<request::Phase> apply_request(Work& work, const act::Act& act,
                                                   request::Body body, const Spoken& spoken);
// What the machine would say to a draft of ours once its approvals are there, and nothing done:
// what can never be sent is refused before anybody reads it. Returns what people would be told of
// it.
[[nodiscard]] Result<std::vector<request::PersonNotice>> try_request(Work& work,
                                                                     const Proposal& proposal);
[[nodiscard]] Result<void> apply_local(Work& work, const std::string& conversation,
                                       const request::LocalEvent& event);
[[nodiscard]] Result<void> fire_timer(Work& work, const std::string& conversation,
                                      const std::string& name);
// Our act never took effect over there. Nothing happens when the conversation is not a request's.
[[nodiscard]] Result<void> take_back(Work& work, const std::string& conversation, const ActId& act,
                                     std::string why);

// Whether `body` is an order for the very data that the request `served` still asks for; nothing is
// done. Errors: not_found, wrong_state, bad_value
[[nodiscard]] Result<void> check_link(Work& work, const std::string& served,
                                      const request::Body& body);

// What door two needs to know of a request that we are about to send.
[[nodiscard]] Result<Proposal> propose_request(
    Work& work, act::Act act, const OfficerId& author,
    const std::vector<std::pair<std::string, std::string>>& facts);
// The law's word on an ask or an order that came in, for the journal; never refuses it.
[[nodiscard]] json::Object inbound_verdict(Work& work, const act::Act& act,
                                           const Result<request::Body>& body,
                                           const Partner& sender);

struct Conversation {
  request::State state;
  std::string provision, from, to, offence;  // jurisdictions of requester and requested
  Date on;                                   // the day it was first recorded here
  std::uint64_t opened = 0;                  // position of the opening act
  std::vector<std::string> trail;  // other ids that entries of it are journalled under: its draft's
};
// Absent when it is not known, or was erased.
[[nodiscard]] Result<std::optional<Conversation>> load_conversation(Overlay& rows,
                                                                    const std::string& id);
// Under which id it goes on, when its opening act was said anew; empty: it is not so.
[[nodiscard]] Result<std::string> moved_to(Overlay& rows, const std::string& id);
// Has a conversation's records found that are journalled under `trail`. False, and nothing done,
// when there is no such conversation, or `trail` is its own id or known.
[[nodiscard]] Result<bool> join_trail(Work& work, const std::string& conversation,
                                      const std::string& trail);

}  // namespace comity::node
