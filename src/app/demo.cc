// comity demo: the Love Bug of 4 May 2000, under the law of that day and of today, on three live
// nodes.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>

#include "app/cli.h"
#include "app/corpus.h"
#include "app/demo_cast.h"
#include "app/demo_outbreak.h"
#include "app/demo_story.h"
#include "crypto/hash.h"
#include "law/engine.h"
#include "law/report.h"
#include "ledger/proof.h"

namespace comity::app {
namespace {

constexpr const char* that_day = "2000-05-04";

// --- what the law says
// ---------------------------------------------------------------------------------------------

struct LawQuestion {
  std::string from, to, measure, on, conduct;
};

Result<json::Value> ask_law(const law::Corpus& corpus, const LawQuestion& asked) {
  law::QuestionText words{.from = asked.from,
                          .to = asked.to,
                          .measure = asked.measure,
                          .offence = "data_interference",
                          .on = asked.on,
                          .conduct = asked.conduct,
                          .data = "",
                          .from_role = "",
                          .to_role = "",
                          .facts = {}};
  TRY(law::Question question, law::ask(corpus, words));
  auto decision = std::make_unique<law::Decision>();
  law::decide(corpus, question, *decision);
  return law::to_json(corpus, question, *decision);
}

// The best road in a line, and for closed ones the first reason with its citation.
void tell_routes(Story& story, const law::Corpus& corpus, const json::Value& decision) {
  story.say(fmt::format("{} {} -> {}: {}", text(at(decision, "measure")),
                        text(at(decision, "from")), text(at(decision, "to")),
                        text(at(decision, "decision"))));
  std::size_t told = 0;
  for (const json::Value& route : *at(decision, "routes").as_array()) {
    if (++told > 3) break;
    auto channel = corpus.channel(text(at(route, "channel")));
    story.say(fmt::format("    {:<8} {} ({}); by: {}; an answer in {}", text(at(route, "state")),
                          text(at(route, "cite")), text(at(route, "confidence")),
                          channel ? corpus.word(*channel).en : "", text(at(route, "speed"))));
    for (const json::Value& need : *at(route, "requires").as_array())
      story.say(fmt::format("             to be answered first: {}", text(at(need, "question"))));
    const json::Array& reasons = *at(route, "reasons").as_array();
    if (at(route, "state") == json::Value("blocked")) {
      if (!reasons.empty())
        story.say(fmt::format("             why: {}: {}", text(at(reasons[0], "code")),
                              text(at(reasons[0], "cite"))));
      continue;
    }
    for (const json::Value& approval : *at(route, "approvals").as_array())
      if (auto known = corpus.approval(text(approval)))
        story.say(fmt::format("             to be approved first: {}", corpus.word(*known).en));
  }
}

bool blocked_for(const json::Value& decision, std::string_view code) {
  if (at(decision, "decision") != json::Value("blocked")) return false;
  for (const json::Value& route : *at(decision, "routes").as_array())
    for (const json::Value& reason : *at(route, "reasons").as_array())
      if (at(reason, "code") == json::Value(code)) return true;
  return false;
}

// What the law is known to say of one road: the story holds only if the engine says so too.
struct Known {
  const char *measure, *provision, *state;
};

Result<void> hold_known(Story& story, const json::Value& decision, const Known& known) {
  for (const json::Value& route : *at(decision, "routes").as_array()) {
    if (at(route, "provision") != json::Value(known.provision)) continue;
    if (at(route, "state") != json::Value(known.state)) break;
    story.held(fmt::format("{}: {}; {} is {}", known.measure, text(at(decision, "decision")),
                           text(at(route, "cite")), known.state),
               {}, decision);
    return {};
  }
  return fail(Code::invalid,
              fmt::format("{} should be {} for {}", known.provision, known.state, known.measure));
}

bool some_road(const json::Value& decision) {
  return at(decision, "decision") == json::Value("open") ||
         at(decision, "decision") == json::Value("needs");
}

Result<void> in_2000(Story& story, const law::Corpus& corpus) {
  story.chapter("4 May 2000: what a US authority could have asked of the Philippines");
  story.say("A worm breaks out of Manila and reaches tens of millions of computers within hours.");
  for (const Known& known : {Known{"preservation", "ets185-29", "blocked"},
                             Known{"stored_content", "us-ph-mlat-1", "needs"}}) {
    TRY(json::Value decision, ask_law(corpus, {"US", "PH", known.measure, that_day, ""}));
    tell_routes(story, corpus, decision);
    TRY_VOID(hold_known(story, decision, known));
  }
  TRY(json::Value decision, ask_law(corpus, {"US", "PH", "extradition", that_day, ""}));
  tell_routes(story, corpus, decision);
  if (!blocked_for(decision, "dual_criminality_absent"))
    return fail(Code::invalid,
                "the law of 2000 should block extradition for want of dual criminality");
  story.held("extradition was closed: no Philippine law punished it before RA 8792", {}, decision);
  return {};
}

Result<void> law_today(Story& story, const law::Corpus& corpus, const std::string& today) {
  story.chapter("Today: the same conduct, as if committed now");
  for (const char* measure : {"preservation", "stored_content", "extradition"}) {
    TRY(json::Value decision, ask_law(corpus, {"US", "PH", measure, today, ""}));
    tell_routes(story, corpus, decision);
    if (!some_road(decision))
      return fail(Code::invalid, std::string("no road today for ") + measure);
    story.held(std::string("a road stands for ") + measure, {}, decision);
  }
  TRY(json::Value old, ask_law(corpus, {"US", "PH", "extradition", today, that_day}));
  if (!blocked_for(old, "dual_criminality_absent"))
    return fail(Code::invalid, "conduct of 2000 should stay blocked for extradition");
  story.held("conduct of 2000, asked about today, stays closed for extradition: no law looks back",
             {}, old);
  return {};
}

Result<void> other_pair(Story& story, const law::Corpus& corpus, const std::string& today) {
  story.chapter("The other pair: the United States and China, today");
  for (const Known& known :
       {Known{"preservation", "ets185-29", "blocked"},
        Known{"stored_content", "us-cn-mlaa-1", "needs"}, Known{"mla", "us-cn-mlaa-1", "needs"},
        Known{"extradition", "us-cn-extradition-none", "blocked"}}) {
    TRY(json::Value decision, ask_law(corpus, {"US", "CN", known.measure, today, ""}));
    tell_routes(story, corpus, decision);
    TRY_VOID(hold_known(story, decision, known));
  }
  return {};
}

// --- the requests
// --------------------------------------------------------------------------------------------------

json::Object authority(const Player& who, const char* kind) {
  return {{"name", who.casting().name},
          {"country", who.casting().jurisdiction},
          {"kind", kind},
          {"office_hours", "24/7"},
          {"time_zone", "Etc/UTC"},
          {"contact", "Comity"}};
}

json::Object callback(const Player& who) {
  return {{"name", "duty officer"},
          {"telephone", who.casting().callback},
          {"languages", json::Array{"en"}}};
}

// The same stretch of time whoever names it: an order is for the data of the request that it
// serves.
json::Array targets(const char* identifier, const char* service) {
  static const Instant now = SystemClock().now();
  json::Object period{{"from", to_text(now - std::chrono::hours(48))},
                      {"to", to_text(now - std::chrono::hours(1))},
                      {"time_zone", "Asia/Manila"}};
  return {json::Object{{"id", "t1"},
                       {"identifier_type", "email_address"},
                       {"identifier", identifier},
                       {"service", service},
                       {"categories", json::Array{"subscriber", "traffic"}},
                       {"period", std::move(period)}}};
}

json::Object ask_body(const Player& from, const Player& to, const char* measure,
                      const char* statute) {
  return {
      {"verb", "ask"},
      {"measure", measure},
      {"date", to_text(SystemClock().now())},
      {"reference", "DEMO-0001"},
      {"status", "new"},
      {"requested_authority", to.casting().name},
      {"requesting_authority", authority(from, "poc_24_7")},
      {"callback", callback(from)},
      {"domestic_legal_basis", statute},
      {"offence",
       json::Object{
           {"code", "data_interference"}, {"statute", statute}, {"penalty", "imprisonment"}}},
      {"facts_summary",
       "A worm sent as mail attachment overwrites files and mails itself on; its downloads were "
       "fetched from an account at the custodian."},
      {"targets", targets("downloads@provider.example", "mail and web space")},
      {"custodian", json::Object{{"name", "Provider (invented)"},
                                 {"location", "Manila"},
                                 {"country", to.casting().jurisdiction}}},
      {"relationship_to_offence", "the account from which the worm fetched its second stage"},
      {"necessity", "access logs are kept for days only"},
      {"urgency", json::Object{{"level", "urgent"}, {"why", "the worm is spreading"}}},
      {"confidentiality",
       json::Object{{"requested", true}, {"why", "the investigation is covert"}}},
      {"intent_to_request_mla", true},
      {"language", "en"}};
}

json::Object to_conversation(const std::string& member, const std::string& conversation,
                             json::Object body) {
  return {{"to", member},
          {"lane", "urgent"},
          {"body", std::move(body)},
          {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", conversation}}}}};
}

std::string conversation_target(const std::string& id) {
  return "/conversation?id=" + id;
}

std::function<bool(const json::Value&)> in_phase(const char* phase) {
  return [phase](const json::Value& seen) { return at(seen, "phase") == json::Value(phase); };
}

json::Array preserved_target(Instant until) {
  return {json::Object{{"target", "t1"},
                       {"status", "preserved"},
                       {"preserved_at", to_text(SystemClock().now())},
                       {"preserved_until", to_text(until)},
                       {"categories", json::Array{"subscriber", "traffic"}}}};
}

struct Stage {
  Story& story;
  Player &us, &ph, &provider;
};

// Sends what needs a second officer, and waits until the other side has it.
Result<std::string> hop(Stage& stage, Player& from, Player& to, json::Object draft,
                        const std::string& reason, const char* phase, const std::string& told) {
  Stopwatch watch;
  TRY(json::Value sent, from.draft_approve_send(std::move(draft), reason));
  std::string id = text(at(sent, "conversation"));
  double decided = watch.ms();
  Stopwatch delivery;
  TRY_VOID(to.wait(conversation_target(id), in_phase(phase)));
  stage.story.held(told, delivery.ms(),
                   json::Object{{"conversation", id}, {"approved_and_queued_ms", decided}});
  return id;
}

// Says what one officer may say, and returns it as the other side has it.
Result<json::Value> speak(Stage& stage, Player& from, Player& to, json::Object said,
                          const char* phase, const std::string& told) {
  Stopwatch watch;
  TRY(json::Value sent, from.command("request.say", std::move(said)));
  std::string id = text(at(sent, "conversation"));
  double queued = watch.ms();
  Stopwatch delivery;  // as in hop(): from the moment it was said until the other side has it
  TRY(json::Value seen, to.wait(conversation_target(id), in_phase(phase)));
  json::Value heard = at(at(seen, "acts").as_array()->back(), "body");
  stage.story.held(
      told, delivery.ms(),
      json::Object{{"conversation", id}, {"approved_and_queued_ms", queued}, {"said", heard}});
  return heard;
}

json::Object order_body(const Player& poc, Instant until) {
  static constexpr std::string_view paper =
      "ORDER TO PRESERVE COMPUTER DATA (invented for this demo)\n";
  Hash hash = crypto::sha256(as_bytes(paper));
  return {{"verb", "order"},
          {"measure", "preservation"},
          {"date", to_text(SystemClock().now())},
          {"reference", "DEMO-ORDER-1"},
          {"issuing_authority", authority(poc, "poc_24_7")},
          {"power", "RA 10175, s. 13"},
          {"legal_entity", "Provider (invented), Manila"},
          {"instrument", json::Object{{"name", "order.txt"},
                                      {"media_type", "text/plain"},
                                      {"sha256", to_hex(hash)},
                                      {"bytes", to_base64(as_bytes(paper))}}},
          {"targets", targets("downloads@provider.example", "mail and web space")},
          {"preserve_until", to_text(until)},
          {"callback", callback(poc)},
          {"language", "en"}};
}

// US asks, PH has its provider preserve, PH answers. Returns the conversation.
Result<std::string> request_goes_through(Stage& stage) {
  stage.story.chapter("The request goes through");
  Instant until =
      std::chrono::floor<std::chrono::days>(SystemClock().now()) + std::chrono::days(180);
  TRY(std::string ph_at_us, stage.us.member_id("ph-poc"));
  TRY(std::string us_at_ph, stage.ph.member_id("us-poc"));
  TRY(std::string provider_at_ph, stage.ph.member_id("ph-provider"));
  TRY(std::string ph_at_provider, stage.provider.member_id("ph-poc"));

  json::Object ask{{"to", ph_at_us},
                   {"lane", "urgent"},
                   {"provision", "ets185-29"},
                   {"body", ask_body(stage.us, stage.ph, "preservation", "18 USC 1030(a)(5)(A)")}};
  TRY(std::string id,
      hop(stage, stage.us, stage.ph, std::move(ask), "necessary and proportionate", "asked",
          "US: preservation under Art. 29, approved by a second officer; it is on the desk in "
          "Manila"));
  TRY(std::ignore,
      speak(stage, stage.ph, stage.us, to_conversation(us_at_ph, id, {{"verb", "acknowledge"}}),
            "acknowledged", "PH: acknowledged"));
  TRY_VOID(hop(stage, stage.ph, stage.us,
               to_conversation(us_at_ph, id, {{"verb", "accept"}, {"basis", "RA 10175, s. 13"}}),
               "within our law", "accepted", "PH: accepted under its own law, by two officers"));
  json::Object order{{"to", provider_at_ph},
                     {"lane", "urgent"},
                     {"link", id},
                     {"body", order_body(stage.ph, until)}};
  TRY(std::string order_id,
      hop(stage, stage.ph, stage.provider, std::move(order), "order checked", "asked",
          "PH: domestic order, with the signed instrument, served on the provider"));
  TRY_VOID(hop(stage, stage.provider, stage.ph,
               to_conversation(ph_at_provider, order_id,
                               {{"verb", "comply"}, {"targets", preserved_target(until)}}),
               "order is valid", "preserved", "provider: data preserved"));
  TRY_VOID(
      hop(stage, stage.ph, stage.us,
          to_conversation(
              us_at_ph, id,
              {{"verb", "answer"}, {"reference", "PH-1"}, {"targets", preserved_target(until)}}),
          "the provider has confirmed", "preserved", "PH: signed answer; the US holds it"));
  TRY(json::Value seen, stage.us.get(conversation_target(id)));
  stage.story.say(fmt::format(
      "preserved until {}", text(at(at(seen, "targets").as_array()->front(), "preserved_until"))));
  stage.story.say(
      "Delivery takes milliseconds; decisions take people. Here they were made at once.");
  return id;
}

Result<void> other_way_round(Stage& stage) {
  stage.story.chapter("The other way round: the Philippines asks the United States");
  Instant until =
      std::chrono::floor<std::chrono::days>(SystemClock().now()) + std::chrono::days(90);
  TRY(std::string ph_at_us, stage.us.member_id("ph-poc"));
  TRY(std::string us_at_ph, stage.ph.member_id("us-poc"));
  json::Object ask{{"to", us_at_ph},
                   {"lane", "urgent"},
                   {"provision", "ets185-29"},
                   {"body", ask_body(stage.ph, stage.us, "preservation", "RA 10175, s. 4(a)(3)")}};
  TRY(std::string id, hop(stage, stage.ph, stage.us, std::move(ask), "necessary", "asked",
                          "PH: preservation under Art. 29"));
  TRY_VOID(hop(stage, stage.us, stage.ph,
               to_conversation(ph_at_us, id, {{"verb", "accept"}, {"basis", "18 USC 2703(f)"}}),
               "within our law", "accepted", "US: accepted; 18 USC 2703(f) needs no order"));
  TRY_VOID(hop(
      stage, stage.us, stage.ph,
      to_conversation(
          ph_at_us, id,
          {{"verb", "answer"}, {"reference", "US-1"}, {"targets", preserved_target(until)}}),
      "letter sent to the provider", "preserved", "US: signed answer; the Philippines hold it"));
  return {};
}

Result<void> refusals(Stage& stage) {
  stage.story.chapter("What the law blocks, and what is refused");
  TRY(std::string ph_at_us, stage.us.member_id("ph-poc"));
  TRY(std::string us_at_ph, stage.ph.member_id("us-poc"));

  // Under a convention that is not in force between them: door two gives no permit, and nothing
  // leaves.
  TRY(json::Value before, stage.us.get("/status"));
  json::Object body = ask_body(stage.us, stage.ph, "preservation", "18 USC 1030(a)(5)(A)");
  auto blocked = stage.us.draft_approve_send(
      {{"to", ph_at_us}, {"lane", "urgent"}, {"provision", "uncc-42"}, {"body", body}},
      "by mistake");
  if (blocked) return fail(Code::invalid, "a blocked request has left the node");
  if (blocked.error().code != Code::no_permit) return std::unexpected(blocked.error());
  TRY(json::Value outbox, stage.us.get("/outbox"));
  stage.story.held("US: a request under the UN Convention is refused before it leaves", {},
                   json::Object{{"what", blocked.error().what}});
  stage.story.say(blocked.error().what);

  json::Object ask{
      {"to", ph_at_us}, {"lane", "urgent"}, {"provision", "ets185-29"}, {"body", std::move(body)}};
  TRY(std::string id, hop(stage, stage.us, stage.ph, std::move(ask), "necessary", "asked",
                          "US: a second request, far wider than the first"));
  json::Object ground{{"code", "sovereignty_security_ordre_public"},
                      {"article", "ETS185 Art.29(5)(b)"},
                      {"explanation", "the period covers an official account"}};
  json::Object offer{{"kind", "narrow"},
                     {"text", "narrow it to 24 hours and it can be answered today"},
                     {"targets", json::Array{"t1"}}};
  TRY(json::Value heard,
      speak(stage, stage.ph, stage.us,
            to_conversation(us_at_ph, id,
                            {{"verb", "refuse"},
                             {"grounds", json::Array{std::move(ground)}},
                             {"offer", std::move(offer)}}),
            "refused", "PH: refused, on the Convention's own ground, with a counter-offer"));
  for (const json::Value& each : *at(heard, "grounds").as_array())
    stage.story.say(fmt::format("ground: {}, {}: {}", text(at(each, "code")),
                                text(at(each, "article")), text(at(each, "explanation"))));
  stage.story.say(fmt::format("counter-offer: {}: {}", text(at(at(heard, "offer"), "kind")),
                              text(at(at(heard, "offer"), "text"))));
  return {};
}

// --- proof
// ---------------------------------------------------------------------------------------------------------

Result<void> proof(Stage& stage, const std::string& conversation) {
  stage.story.chapter("Proof, years later and without any node");
  TRY(json::Value seen, stage.us.get(conversation_target(conversation)));
  const json::Value& answer = at(seen, "acts").as_array()->back();
  std::string act = text(at(answer, "act"));
  // Wait until a partner has cosigned a checkpoint that covers the answer.
  TRY(json::Value proven, stage.us.wait("/proof?act=" + act, [](const json::Value& value) {
    return text(at(value, "proof")).find("/witness ") != std::string::npos;
  }));
  TRY(json::Value policy_text, stage.us.get("/policy"));
  // Three files, as comity ledger prove writes them; from here on nothing else is looked at.
  std::string base = (stage.us.folder().root().parent_path() / "answer").string();
  TRY_VOID(write_file(base + ".policy", text(at(policy_text, "policy")), Existing::keep));
  TRY_VOID(write_file(base + ".comity-record", text(at(proven, "record")), Existing::keep));
  TRY_VOID(write_file(base + ".tlog-proof", text(at(proven, "proof")), Existing::keep));
  TRY(std::string policy_file, read_file(base + ".policy"));
  TRY(std::string record_file, read_file(base + ".comity-record"));
  TRY(std::string proof_text, read_file(base + ".tlog-proof"));
  TRY(auto policy, ledger::Policy::parse(policy_file));
  TRY(auto record, ledger::Record::parse(record_file));
  Stopwatch watch;
  TRY(auto verified, ledger::verify_proof(proof_text, record, policy));
  stage.story.held(fmt::format("the Philippine answer stands at leaf {} of the US ledger, under {} "
                               "partner's cosignature",
                               verified.index, verified.cosigners.size()),
                   watch.ms());
  record.bytes[record.bytes.size() / 2] ^= 1;
  auto forged = ledger::verify_proof(proof_text, record, policy);
  if (forged) return fail(Code::invalid, "a changed record was accepted");
  stage.story.held("one bit of the record is flipped, and it is caught: " +
                   std::string(code_name(forged.error().code)));
  return {};
}

Result<void> run_demo(Story& story, const std::filesystem::path& stage_dir) {
  TRY(law::Corpus corpus, load_corpus(""));
  std::string today = to_text(date_of(SystemClock().now()));
  TRY_VOID(in_2000(story, corpus));
  TRY_VOID(law_today(story, corpus, today));

  story.chapter("Three nodes, three processes, on this machine");
  Stopwatch watch;
  TRY(auto us, Player::cast(stage_dir,
                            {"us-poc", "US Contact Point (invented)", "US", "poc", "+1 555 0100"}));
  TRY(auto ph, Player::cast(stage_dir, {"ph-poc", "Philippine Contact Point (invented)", "PH",
                                        "poc", "+63 2 555 0100"}));
  TRY(auto provider, Player::cast(stage_dir, {"ph-provider", "Provider in Manila (invented)", "PH",
                                              "provider", "+63 2 555 0199"}));
  story.held("a US contact point, a Philippine contact point, a provider in Manila", watch.ms());
  for (auto [inviter, acceptor] :
       {std::pair{us.get(), ph.get()}, std::pair{ph.get(), provider.get()}}) {
    Stopwatch pairing;
    TRY(std::string words, pair(*inviter, *acceptor));
    story.held(fmt::format("{} and {} are paired; read over the telephone: {}",
                           inviter->casting().id, acceptor->casting().id, words),
               pairing.ms());
  }
  Stage stage{story, *us, *ph, *provider};
  TRY_VOID(outbreak_spreads(story, *ph, *us, *provider));
  TRY(std::string conversation, request_goes_through(stage));
  TRY_VOID(other_way_round(stage));
  TRY_VOID(proof(stage, conversation));
  TRY_VOID(refusals(stage));
  return other_pair(story, corpus, today);
}

Result<std::filesystem::path> make_stage(const std::string& keep) {
  namespace fs = std::filesystem;
  if (!keep.empty()) {
    std::error_code error;
    if (fs::exists(keep) && !fs::is_empty(keep, error))
      return fail(Code::exists, "this folder is not empty", keep);
    fs::create_directories(keep, error);
    if (error) return fail(Code::io, "the folder cannot be made: " + error.message(), keep);
    return fs::absolute(keep);
  }
  std::string pattern = (fs::temp_directory_path() / "comity-demo-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) return fail(Code::io, "no temporary folder can be made");
  return fs::path(pattern);
}

Result<void> demo(Session& session, const std::string& keep) {
  TRY(auto stage, make_stage(keep));
  bool colour = ::isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
  Story story(session.json, colour);
  Stopwatch watch;
  auto done = run_demo(story, stage);
  if (keep.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(stage, ignored);
  }
  if (session.json) {
    json::Object out{{"held", done.has_value()}, {"ms", watch.ms()}, {"steps", story.steps()}};
    if (!done) out["error"] = to_text(done.error());
    std::cout << json::write(out) << "\n";
    if (!done) session.exit = Exit::failed;
    return {};
  }
  TRY_VOID(done);
  std::cout << fmt::format(
      "\nEvery step held, in {:.1f} s. All parties were invented; the law is real, as far as this "
      "program knows it, and this is not legal advice.\n",
      watch.ms() / 1000);
  if (!keep.empty())
    std::cout << fmt::format(
        "Kept in {0}: three nodes' folders, the keys that open them, and the proof. Look:\n"
        "  comity --dir {0}/us-poc --key-file {0}/us-poc.secret request list\n"
        "  comity ledger verify {0}/answer.tlog-proof {0}/answer.comity-record --policy "
        "{0}/answer.policy\n",
        keep);
  return {};
}

}  // namespace

void add_demo_command(CLI::App& app, Session& session) {
  auto keep = std::make_shared<std::string>();
  CLI::App* made = app.add_subcommand(
      "demo", "the Love Bug, under the law of 2000 and of today, on three live nodes");
  made->add_option("--keep", *keep, "leave the nodes' folders here");
  made->callback([&session, keep] { attempt(session, [&] { return demo(session, *keep); }); });
}

}  // namespace comity::app
