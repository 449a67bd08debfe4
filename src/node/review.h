#pragma once
// What one officer sent alone, and the other who must look at it within limits::review_within.
#include "node/commands.h"

namespace comity::node {

// Space::review, and the timers "review_warning" and "review_due" of the conversation.
void owe_review(Work& work, const std::string& conversation, const std::string& officer);
// The conversation goes on under another id, and so does the review that is owed for it.
[[nodiscard]] Result<void> move_review(Work& work, const std::string& from, const std::string& to);
// Warns, then alarms, while nobody has reviewed it.
[[nodiscard]] bool is_review_timer(std::string_view name);
[[nodiscard]] Result<void> fire_review(Work& work, const std::string& conversation,
                                       const std::string& name);

// request.review {conversation, verdict: confirmed | withdraw, reason}: by an approver or counsel
// who is not who sent it. "withdraw" says so to the partner, where that may still be said.
[[nodiscard]] Result<void> review(Work& work, const Order& order, json::Reader& args,
                                  std::uint64_t position);

}  // namespace comity::node
