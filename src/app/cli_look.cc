// comity request list, show, form, paper: what is there.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/asking.h"
#include "app/cli_request.h"
#include "app/nicknames.h"
#include "app/tell.h"
#include "crypto/hash.h"
#include "request/form.h"

namespace comity::app {

std::set<std::string> words_at(const json::Value& value, std::string_view name) {
  std::set<std::string> words;
  if (const json::Value* list = value.find(name); list && list->as_array())
    for (const json::Value& each : *list->as_array())
      if (each.as_string()) words.insert(*each.as_string());
  return words;
}

Result<json::Value> find_draft(Client& client, const std::string& id) {
  TRY(json::Value drafts, client.get("/drafts"));
  for (const json::Value& draft : *drafts.as_array())
    if (*draft.find("draft") == json::Value(id)) return draft;
  return fail(Code::not_found, "no such draft; see: comity request list", id);
}

namespace {

// Who is to do what, and by when: one line of what on_the_clock says.
json::Value row_of(const json::Value& conversation) {
  json::Object row = *conversation.as_object();
  if (const json::Value* clock = conversation.find("on_the_clock")) {
    const std::string& who = *clock->find("who")->as_string();
    const std::string& what = *clock->find("what")->as_string();
    row["waits_for"] = who + (what.empty() ? "" : ": " + what) +
                       (*clock->find("paused") == json::Value(true) ? " (clock paused)" : "");
    for (const char* field : {"due", "lapses"})
      if (const json::Value* at = clock->find(field)) row[field] = *at;
  }
  return row;
}

Result<void> list(Session& session, const RequestArgs&) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value conversations, client.get("/conversations"));
  TRY(json::Value drafts, client.get("/drafts"));
  TRY(Nicknames names, Nicknames::load(client));
  names.name(conversations, "counterpart", "partner");
  names.name(drafts, "to", "partner");
  json::Value all = json::Object{{"conversations", conversations}, {"drafts", drafts}};
  session.print(all, [&] {
    json::Array rows;
    for (const json::Value& each : *conversations.as_array()) rows.push_back(row_of(each));
    return table(rows, {"conversation", "partner", "reference", "role", "phase", "waits_for", "due",
                        "lapses"}) +
           "\nDrafts:\n" + table(drafts, {"draft", "partner", "drafted_at", "author"}) +
           "\nOne of them, whole, and what may be said now: comity request show ID\n";
  });
  return {};
}

// Code::not_found.
Result<json::Value> find_conversation(Client& client, const std::string& id) {
  return client.get("/conversation?id=" + net::percent_encode(id));
}

json::Value* member_of(json::Value* value, const char* name) {
  json::Object* object = value ? value->as_object() : nullptr;
  if (!object) return nullptr;
  auto at = object->find(name);
  return at == object->end() ? nullptr : &at->second;
}

// For people: a paper of some hundred kilobytes is named, and not printed.
json::Value without_papers(json::Value conversation) {
  json::Value* acts = member_of(&conversation, "acts");
  if (!acts || !acts->as_array()) return conversation;
  for (json::Value& act : *acts->as_array())
    if (json::Value* bytes = member_of(member_of(member_of(&act, "body"), "instrument"), "bytes"))
      *bytes =
          "save it with: comity request paper " + *conversation.find("conversation")->as_string();
  return conversation;
}

Result<void> show(Session& session, const RequestArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(Nicknames names, Nicknames::load(client));
  auto conversation = find_conversation(client, args.conversation);
  if (!conversation && conversation.error().code == Code::not_found) {
    auto draft = find_draft(client, args.conversation);
    if (!draft && draft.error().code == Code::not_found)
      return fail(Code::not_found,
                  "no conversation and no draft of this id; see: comity request list",
                  args.conversation);
    if (!draft) return std::unexpected(draft.error());
    names.name(*draft, "to", "partner");
    session.print(*draft, [&] { return details(*draft); });
    return {};
  }
  if (!conversation) return std::unexpected(conversation.error());
  names.name(*conversation, "counterpart", "partner");
  session.print(*conversation, [&] { return details(without_papers(*conversation)); });
  return {};
}

// What the conversation was opened with.
Result<request::Body> opening_of(const json::Value& conversation) {
  if (const json::Value* moved = conversation.find("moved"); moved && moved->as_string())
    return fail(Code::wrong_state, "this conversation goes on as " + *moved->as_string());
  const json::Value* acts = conversation.find("acts");
  const json::Value* body =
      acts && !acts->as_array()->empty() ? acts->as_array()->front().find("body") : nullptr;
  if (!body) return fail(Code::not_found, "this conversation's content has been erased");
  return request::body_from_json(*body);
}

// The opening request as the printable form, for a partner without a node or for the file.
Result<void> print_form(Session& session, const RequestArgs& args) {
  if (args.conversation.empty()) {
    std::string blank = args.order ? blank_order() : blank_ask();
    session.print(json::Object{{"toml", blank}}, [&] { return blank; });
    return {};
  }
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value conversation, find_conversation(client, args.conversation));
  TRY(request::Body opening, opening_of(conversation));
  const auto* ask = std::get_if<request::Ask>(&opening);
  if (!ask) return fail(Code::wrong_state, "only a request has a form; this is a domestic order");
  std::string text =
      request::render(*ask, {.from = ask->requesting_authority.name,
                             .to = ask->requested_authority,
                             .provision = *conversation.find("provision")->as_string(),
                             .cite = *conversation.find("cite")->as_string()});
  session.print(json::Object{{"form", text}}, [&] { return text; });
  return {};
}

// Where a paper goes that nobody named a file for: its own name, which somebody else chose, without
// any folder, and never a hidden file.
std::string file_name(const request::Instrument& paper) {
  std::string name = std::filesystem::path(paper.name).filename().string();
  bool plain = !name.empty() && name.front() != '.' && for_terminal(name) == name;
  return plain ? name : "order-" + to_hex(paper.sha256).substr(0, 16);
}

// The signed paper that came with an order.
Result<void> save_paper(Session& session, const RequestArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value conversation, find_conversation(client, args.conversation));
  TRY(request::Body opening, opening_of(conversation));
  const auto* order = std::get_if<request::Order>(&opening);
  if (!order) return fail(Code::not_found, "a request brings no paper; a domestic order does");
  const request::Instrument& paper = order->instrument;
  std::string out = args.out.empty() ? file_name(paper) : args.out;
  TRY_VOID(write_file(out, as_text(paper.bytes), Existing::keep));
  session.print(json::Object{{"file", out},
                             {"media_type", paper.media_type},
                             {"sha256", to_hex(paper.sha256)},
                             {"bytes", static_cast<std::uint64_t>(paper.bytes.size())}},
                [&] {
                  return fmt::format("Saved: {} ({} bytes, {}).\nSHA-256 {}, as signed.\n", out,
                                     paper.bytes.size(), for_terminal(paper.media_type),
                                     to_hex(paper.sha256));
                });
  return {};
}

}  // namespace

void add_looking_commands(const AddRequest& add, const std::shared_ptr<RequestArgs>& args) {
  add("list", "every conversation and draft: with whom, who is to do what, and by when", list);
  add("show", "one conversation or draft, whole", show)
      ->add_option("conversation", args->conversation)
      ->required();
  CLI::App* form = add("form", "the blank form; with a conversation, the filled one", print_form);
  CLI::Option* which = form->add_option("conversation", args->conversation);
  form->add_flag("--order", args->order, "the blank form of a domestic order")->excludes(which);
  CLI::App* paper = add("paper", "save the signed paper that came with an order", save_paper);
  paper->add_option("conversation", args->conversation)->required();
  paper->add_option("--out", args->out, "into this file; else under its own name, here");
}

}  // namespace comity::app
