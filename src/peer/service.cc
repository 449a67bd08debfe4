#include "peer/service.h"

#include <algorithm>
#include <charconv>

#include "node/rows.h"
#include "node/tree.h"
#include "node/witness.h"
#include "peer/protocol.h"

namespace comity::peer {
namespace {

net::Response ok(std::string_view type, std::string body) {
  return {.status = 200, .headers = {{"content-type", std::string(type)}}, .body = std::move(body)};
}

Result<std::uint64_t> number(const net::Target& target, std::string_view name) {
  const std::string* text = target.parameter(name);
  if (!text) return fail(Code::missing_field, "the query needs " + std::string(name), "target");
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value > limits::tree_size_max)
    return fail(Code::bad_value, std::string(name) + " is a number of leaves", "target");
  return value;
}

Result<MemberId> caller(const Directory& directory, const crypto::TlsPin& pin,
                        const net::Headers& headers) {
  auto listed = directory.members_of.find(pin);
  if (listed == directory.members_of.end())
    return fail(Code::not_paired, "this certificate is of no paired member");
  const std::vector<MemberId>& members = listed->second;
  const std::string* named = net::find_header(headers, member_header);
  if (!named && members.size() == 1) return members.front();
  if (!named)
    return fail(Code::missing_field, "several members list this certificate: say who calls",
                std::string(member_header));
  TRY(MemberId member, member_id_from_text(*named));
  if (std::ranges::find(members, member) == members.end())
    return fail(Code::not_paired, "this member's card does not list this certificate",
                std::string(member_header));
  return member;
}

Result<std::optional<node::PartnerLog>> held_log(node::View& view, const MemberId& member) {
  TRY(auto row, view.get(node::Space::partner_log, to_hex(member)));
  if (!row) return std::nullopt;
  TRY(json::Value value, json::parse(row->value));
  TRY(node::PartnerLog log, node::partner_log_from_json(value));
  return log;
}

ActResult to_result(const node::Reply& reply) {
  if (!reply.error) return {.receipt = reply.receipt, .code = "", .detail = "", .where = ""};
  return {.receipt = "",
          .code = std::string(code_name(reply.error->code)),
          .detail = reply.error->what,
          .where = reply.error->where};
}

}  // namespace

void Service::handle(const std::optional<crypto::TlsPin>& pin, const net::Request& request,
                     Answer answer) const {
  if (auto known = body_limit(request); !known) return answer(net::problem(known.error()));
  std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  auto directory = ports_.directory();
  if (!pin)
    return answer(net::problem({Code::not_paired, "show the certificate of a paired member", ""}));
  if (path == pairing_path) {
    if (!directory->pairing_open && !directory->members_of.contains(*pin))
      return answer(net::problem({Code::not_paired, "no invitation is open here", ""}));
    return take_pairing(*pin, request, std::move(answer));
  }
  auto peer = caller(*directory, *pin, request.headers);
  if (!peer) return answer(net::problem(peer.error()));
  note_contact(*peer);
  if (path == acts_path) return take_acts(*peer, request, std::move(answer));
  if (path == add_checkpoint_path) return take_checkpoint(*peer, request, std::move(answer));
  if (path == checkpoints_path) return take_shown(*peer, request, std::move(answer));
  auto response = path == witnessed_path ? witnessed(*peer) : consistency(request);
  answer(response ? *std::move(response) : net::problem(response.error()));
}

// Who calls can be reached: what waits for it goes at once, whatever it called for.
void Service::note_contact(const MemberId& peer) const {
  auto view = ports_.snapshot();
  if (!view) return;
  auto row = (*view)->get(node::Space::link, to_hex(peer));
  if (!row || !*row) return;
  auto value = json::parse((*row)->value);
  if (!value) return;
  auto link = node::link_row_from_json(*value);
  if (link && link->failures > 0)
    ports_.submit({node::DeliveryTried{peer, true}}, [](const std::vector<node::Reply>&) {});
}

void Service::take_acts(const MemberId& peer, const net::Request& request, Answer answer) const {
  auto batch = read_batch(request.body);
  if (!batch) return answer(net::problem(batch.error()));
  node::Blobs blobs = node::hash_blobs(batch->blobs);
  std::vector<node::Input> inputs;
  for (std::string_view envelope : batch->acts)
    inputs.push_back(node::ActArrived{peer, std::string(envelope), blobs});
  ports_.submit(std::move(inputs),
                [answer = std::move(answer)](const std::vector<node::Reply>& replies) {
                  std::vector<ActResult> results;
                  for (const node::Reply& reply : replies) results.push_back(to_result(reply));
                  answer(ok(ndjson, write_results(results)));
                });
}

void Service::take_checkpoint(const MemberId& peer, const net::Request& request,
                              Answer answer) const {
  ports_.submit({node::CheckpointOffered{peer, request.body}},
                [answer = std::move(answer)](const std::vector<node::Reply>& replies) {
                  const node::Reply& reply = replies[0];
                  if (reply.error) return answer(net::problem(*reply.error));
                  answer({.status = reply.status,
                          .headers = {{"content-type", reply.content_type}},
                          .body = reply.text});
                });
}

void Service::take_shown(const MemberId& peer, const net::Request& request, Answer answer) const {
  auto shown = read_checkpoints(request.body);
  if (!shown) return answer(net::problem(shown.error()));
  auto view = ports_.snapshot();
  if (!view) return answer(net::problem(view.error()));
  // Only of members that the caller has named: whom else we know is not its business.
  std::vector<Shown> ours;
  std::vector<node::Input> inputs;
  for (const Shown& each : *shown) {
    auto log = held_log(**view, each.member);
    if (!log) return answer(net::problem(log.error()));
    if (!*log) continue;
    ours.push_back({each.member, (*log)->checkpoint});
    inputs.push_back(node::CheckpointShown{peer, each.member, each.checkpoint, {}});
  }
  view->reset();
  auto finish = [answer = std::move(answer), body = write_checkpoints(ours)](
                    const std::vector<node::Reply>&) { answer(ok("application/json", body)); };
  if (inputs.empty()) return finish({});
  ports_.submit(std::move(inputs), std::move(finish));
}

void Service::take_pairing(const crypto::TlsPin& pin, const net::Request& request,
                           Answer answer) const {
  ports_.submit({node::PairingArrived{pin, request.body}},
                [answer = std::move(answer)](const std::vector<node::Reply>& replies) {
                  if (replies[0].error) return answer(net::problem(*replies[0].error));
                  answer(ok("application/json", replies[0].text));
                });
}

Result<net::Response> Service::witnessed(const MemberId& peer) const {
  TRY(auto view, ports_.snapshot());
  TRY(auto log, held_log(*view, peer));
  if (!log) return fail(Code::not_found, "no checkpoint of yours has been witnessed here");
  return ok("text/plain; charset=utf-8", log->checkpoint);
}

Result<net::Response> Service::consistency(const net::Request& request) const {
  TRY(net::Target target, net::parse_target(request.target));
  TRY(std::uint64_t from, number(target, "from"));
  TRY(std::uint64_t to, number(target, "to"));
  TRY(auto view, ports_.snapshot());
  TRY(auto proof, node::consistency_between(*view, from, to));
  return ok("application/json", write_proof(proof));
}

}  // namespace comity::peer
