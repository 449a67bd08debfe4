// What a node must refuse, tried on a live one: TLS, HTTP, envelopes, acts, cards, pairing and
// commands, each with the exact word of its refusal. After every case a good act is taken, and
// nothing else has changed.
#include <fmt/format.h>
#include <signal.h>

#include <iostream>

#include "act/receipt.h"
#include "crypto/random.h"
#include "kit.h"
#include "member/card.h"
#include "member/pairing.h"
#include "net/testing.h"
#include "peer/protocol.h"
#include "request/testing.h"

namespace comity::e2e {
namespace {

using json::Array, json::Object;
using net::testing::RawSocket, net::testing::RawTls;

constexpr std::string_view not_there =
    "0192f0c1-2b3a-7c4d-8e5f-a6b7c8d9e0f1";  // the id of no act here
const std::string no_hash(64, '7');

// The victim runs. Eve is paired with it, and the test speaks in her place with her keys; so is
// Pal.
class Refused : public ::testing::Test {
 protected:
  struct Partner {
    MemberId id;
    CardHash card;
    std::string card_envelope;
    app::Keyring keys = app::Keyring::generate(random());
    std::unique_ptr<net::Client> client;
    std::map<act::Lane, std::uint64_t> next;
  };

  static Random& random() {
    static crypto::SystemRandom source;
    return source;
  }
  static Instant now() { return app::SystemClock().now(); }

  void SetUp() override {
    victim = cast(stage, "victim", "PH");
    ASSERT_TRUE(victim);
    MUST(json::Value card, victim->get("/card"));
    MUST(auto own, member::read_card(text(at(card, "card"))));
    victim_id = own.card.member;
    MUST(json::Value status, victim->get("/status"));
    MUST(corpus, fixed32<CorpusTag>(BytesView(hash_from_hex(text(at(status, "corpus")))->bytes)));
    MUST(app::Config config, victim->folder().read_config());
    endpoint = config.listen;
    for (auto [name, partner] : {std::pair{"eve", &eve}, std::pair{"pal", &pal}})
      ASSERT_NO_FATAL_FAILURE(possess(name, *partner, own.card.tls_pins.back()));
    epoch = static_cast<std::uint64_t>(now().time_since_epoch().count());
    ASSERT_EQ(say(good()), "receipt");
  }

  // Pairs a member with the victim, ends its process and takes its keys.
  void possess(const std::string& name, Partner& partner, const crypto::TlsPin& pin) {
    auto player = cast(stage, name, "US");
    ASSERT_TRUE(player);
    MUST_VOID(app::pair(*victim, *player));
    if (ask_body.is_null())
      ask_body = ask_draft(*player, *victim, "someone@provider.example", "A worm.")["body"];
    MUST(json::Value shown, player->get("/card"));
    partner.card_envelope = text(at(shown, "card"));
    MUST(auto card, member::read_card(partner.card_envelope));
    partner.id = card.card.member;
    partner.card = card.hash;
    player->stop(SIGTERM);
    MUST(auto unlocker, app::find_unlocker({.key_file = player->key_file(), .passphrase_file = ""},
                                           app::Ask::once, ""));
    MUST(partner.keys, app::load_keyring(player->folder(), unlocker));
    if (!root)
      root = std::make_unique<crypto::SigningKey>(
          *app::load_signing_key(player->folder().root_key(), unlocker));
    partner.client = client_of(partner.keys.tls, pin);
    victim_pin = pin;
  }
  std::unique_ptr<net::Client> client_of(const crypto::TlsIdentity& identity,
                                         const crypto::TlsPin& pin) {
    auto tls = net::TlsContext::client(identity, net::only(pin));
    EXPECT_TRUE(tls);
    return std::make_unique<net::Client>(runtime,
                                         net::ClientOptions{.peer = endpoint, .tls = *tls});
  }

  // --- what is said ---
  const crypto::SigningKey& key() { return eve.keys.act.at(eve.card); }
  act::Act good_act() {
    return {.id = make_id<ActId>(now(), random()),
            .kind = act::Kind::request,
            .from = eve.id,
            .to = victim_id,
            .card = eve.card,
            .at = now(),
            .lane = act::Lane::normal,
            .epoch = epoch,
            .seq = eve.next.try_emplace(act::Lane::normal, 1).first->second,
            .refs = {},
            .route = act::Route{corpus, "ets185-29", {}},
            .handling = {},
            .body = ask_body};
  }
  std::string good() { return act::seal(good_act(), key()); }
  // A good act whose payload was changed before it was signed.
  std::string with(const std::function<void(Object&)>& change) {
    Object payload = *act::to_json(good_act()).as_object();
    change(payload);
    return act::seal(act::act_type, json::write(payload), key());
  }
  std::string with_body(const std::function<void(Object&)>& change) {
    return with([&](Object& payload) { change(*payload["body"].as_object()); });
  }
  // A good envelope that was changed after it was signed.
  std::string envelope_with(const std::function<void(Object&)>& change) {
    Object envelope = *json::parse(good())->as_object();
    change(envelope);
    return json::write(envelope);
  }
  std::string card_act(const std::string& envelope) {
    act::Act act = good_act();
    act.kind = act::Kind::card;
    act.route.reset();
    act.body = Object{{"card", envelope}};
    return act::seal(act, key());
  }

  // --- what is answered ---
  static std::string word_of(const Result<net::Response>& response) {
    if (!response) return "no answer: " + std::string(code_name(response.error().code));
    auto body = json::parse(response->body);
    std::string code = body && body->as_object() ? text(at(*body, "code")) : "";
    return fmt::format("{} {}", response->status, code == "null" ? "" : code);
  }
  Result<net::Response> post(net::Client& by, std::string_view path, const std::string& body) {
    return net::testing::ask(by, net::testing::post(body, std::string(path))).get();
  }
  std::string say(const std::string& line) { return say(*eve.client, line); }
  std::string say(net::Client& by, const std::string& line) {
    auto response = post(by, peer::acts_path, line + "\n");
    if (!response || response->status != 200) return word_of(response);
    auto results = peer::read_results(response->body, 1);
    if (!results) return "unreadable results";
    if (!results->front().code.empty()) return results->front().code;
    auto envelope = act::parse_envelope(results->front().receipt);
    EXPECT_TRUE(envelope && act::verify(*envelope));
    auto receipt = act::parse_receipt(envelope->payload);
    EXPECT_TRUE(receipt && receipt->from == victim_id && receipt->to == eve.id);
    std::uint64_t& next = eve.next[receipt->lane];
    next = std::max(next, receipt->seq + 1);
    return receipt->outcome == "delivery" ? "receipt" : "rejection " + receipt->code;
  }

  // One case: its answer, that it changed no conversation, and that the node goes on.
  void expect(const char* why, std::string_view expected,
              const std::function<std::string()>& attempt) {
    ++cases;
    auto before = victim->get("/conversations");
    EXPECT_EQ(attempt(), expected) << why;
    auto after = victim->get("/conversations");
    EXPECT_TRUE(before && after && *before == *after) << why << ": something was applied";
    EXPECT_EQ(say(good()), "receipt") << "after: " << why;
  }
  // A card that proves that its signer lies: the member is frozen at once, and heard no more.
  void freeze(const char* why, const std::string& lie) {
    ASSERT_EQ(say(card_act(lie)), "receipt") << why;
    ++cases;
    auto before = victim->get("/conversations");
    EXPECT_EQ(say(good()), "403 not_allowed") << why << ", on the open connection";
    auto again = client_of(eve.keys.tls, victim_pin);
    EXPECT_EQ(say(*again, good()), "no answer: not_allowed") << why << ", on a new one";
    again->stop();
    EXPECT_EQ(*victim->get("/conversations"), *before);
    MUST(json::Value members, victim->get("/members"));
    for (const json::Value& member : *members.as_array()) {
      bool liar = at(member, "nickname") == json::Value("eve");
      EXPECT_EQ(text(at(member, "state")), liar ? "frozen" : "paired") << why;
    }
    MUST(json::Value alarms, victim->get("/alarms"));
    EXPECT_TRUE(json::write(alarms).contains("equivocation"));
  }
  void TearDown() override {
    for (Partner* partner : {&eve, &pal})
      if (partner->client) partner->client->stop();
    std::cout << cases << " cases\n";
  }

  Stage stage;
  std::unique_ptr<app::Player> victim;
  net::Runtime runtime{1};
  net::Endpoint endpoint;
  Partner eve, pal;
  std::unique_ptr<crypto::SigningKey> root;  // Eve's
  MemberId victim_id;
  CorpusHash corpus;
  crypto::TlsPin victim_pin;
  json::Value ask_body;
  std::uint64_t epoch = 0;
  int cases = 0;
};

// --- TLS
// -----------------------------------------------------------------------------------------------------------

TEST_F(Refused, tls) {
  // Slow ones first: they end while the others are tried.
  RawSocket silent(endpoint), slow_handshake(endpoint);
  slow_handshake.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  RawTls slow_header(endpoint, {.identity = &eve.keys.tls});
  ASSERT_TRUE(slow_header.handshake());
  slow_header.send("POST /comity/v1/acts HTTP/1.1\r\nhost: ");

  const std::string hello = "GET /comity/v1/witnessed HTTP/1.1\r\nhost: node.example\r\n\r\n";
  // What came back, reduced to whether anything was answered in HTTP.
  auto verdict = [](const std::string& received) {
    if (received.contains("HTTP/1.1")) return std::string("answered");
    return std::string(received.ends_with("<end>") || received.ends_with("<reset>") ? "closed"
                                                                                    : "open");
  };
  auto raw = [&](std::string_view bytes) {
    RawSocket socket(endpoint);
    socket.send(bytes);
    return verdict(socket.receive());
  };
  auto over_tls = [&](RawTls::Options options) {
    RawTls tls(endpoint, options);
    if (!tls.handshake()) return std::string("no handshake");
    tls.send(hello);
    return verdict(tls.receive("\r\n\r\n"));
  };
  crypto::TlsIdentity stranger = crypto::make_tls_identity();
  expect("TLS 1.2", "no handshake",
         [&] { return over_tls({.identity = &eve.keys.tls, .version = TLS1_2_VERSION}); });
  expect("TLS 1.1", "no handshake",
         [&] { return over_tls({.identity = &eve.keys.tls, .version = TLS1_1_VERSION}); });
  expect("no certificate", "closed", [&] { return over_tls({}); });
  expect("a key that no card lists", "closed", [&] { return over_tls({.identity = &stranger}); });
  expect("another protocol", "no handshake", [&] {
    return over_tls({.identity = &eve.keys.tls, .alpn = std::string_view("\x02h2", 3)});
  });
  expect("plain HTTP", "closed", [&] { return raw(hello); });
  expect("garbage", "closed", [&] { return raw(std::string(4096, '\xA5')); });
  expect("a TLS record that is too long", "closed",
         [&] { return raw(std::string_view("\x16\x03\x01\xFF\xFF\x01", 6)); });
  expect("an alert first", "closed",
         [&] { return raw(std::string_view("\x15\x03\x03\x00\x02\x02\x28", 7)); });
  // Whole: one that stops would be waited for, as any handshake that stops.
  expect("SSL 2", "closed", [&] {
    return raw(std::string_view("\x80\x0c\x01\x00\x02\x00\x03\x00\x00\x00\x00\x01\x00\x80", 14));
  });
  expect("application data before any handshake", "closed",
         [&] { return raw(std::string_view("\x17\x03\x03\x00\x05hello", 10)); });
  expect("a server of another key", "no answer: not_allowed", [&] {
    auto client = client_of(eve.keys.tls, stranger.pin);
    std::string word = say(*client, good());
    client->stop();
    return word;
  });
  expect("a client that is gone in the midst of a handshake", "closed", [&] {
    RawSocket socket(endpoint);
    socket.send(std::string_view("\x16\x03\x01\x00\x40\x01\x00\x00\x3c\x03\x03", 11));
    ::shutdown(socket.fd(), SHUT_WR);
    return verdict(socket.receive());
  });
  auto patiently = [&](const RawSocket& socket) {
    std::string all = socket.receive();
    return verdict(all.ends_with(">") ? all : all + socket.receive());
  };
  expect("a handshake that stops", "closed", [&] { return patiently(slow_handshake); });
  expect("a silent client", "closed", [&] { return patiently(silent); });
  expect("a header that does not end", "408", [&] {
    std::string all = slow_header.receive("\r\n\r\n");
    return all.contains("HTTP/1.1") ? all.substr(9, 3) : all;
  });
}

// --- HTTP
// ----------------------------------------------------------------------------------------------------------

TEST_F(Refused, http) {
  auto status = [&](std::string_view bytes) {
    RawTls tls(endpoint, {.identity = &eve.keys.tls});
    if (!tls.handshake()) return std::string("no handshake");
    tls.send(bytes);
    std::string all = tls.receive("}");
    return all.starts_with("HTTP/1.1 ") ? all.substr(9, 3) : "unanswered: " + all;
  };
  auto post_with = [](const std::string& header, const std::string& body = "") {
    return "POST /comity/v1/acts HTTP/1.1\r\nhost: node.example\r\n" + header + "\r\n" + body;
  };
  struct Case {
    const char* why;
    const char* answer;
    std::string bytes;
  };
  std::string many;
  for (int i = 0; i < 80; ++i) many += fmt::format("x-{}: 1\r\n", i);
  const Case raw[] = {
      {"HTTP/1.0", "505", "GET /comity/v1/witnessed HTTP/1.0\r\nhost: a\r\n\r\n"},
      {"HTTP/2's preface", "505", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"not HTTP", "400", "hello there\r\n\r\n"},
      {"no host", "400", "GET /comity/v1/witnessed HTTP/1.1\r\n\r\n"},
      {"two hosts", "400", "GET /comity/v1/witnessed HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"},
      {"a folded header", "400", post_with("x-a: 1\r\n 2\r\ncontent-length: 0\r\n")},
      {"a bare line feed", "400", "GET /comity/v1/witnessed HTTP/1.1\nhost: a\r\n\r\n"},
      {"a target that cannot be decoded", "400",
       "GET /comity/v1/consistency?from=%zz HTTP/1.1\r\nhost: a\r\n\r\n"},
      {"a space before the colon", "400", post_with("content-length : 0\r\n")},
      {"a NUL in a header", "400", post_with(std::string("x-a: 1\0002\r\n", 10))},
      {"too long a header", "431", post_with("x-a: " + std::string(20'000, 'a') + "\r\n")},
      {"too many headers", "431", post_with(many)},
      {"too long a target", "414",
       "GET /" + std::string(3'000, 'a') + " HTTP/1.1\r\nhost: a\r\n\r\n"},
      {"an absolute target", "400",
       "GET https://node.example/comity/v1/witnessed HTTP/1.1\r\nhost: a\r\n\r\n"},
      {"length and chunks", "400",
       post_with("content-length: 3\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n")},
      {"two lengths", "400", post_with("content-length: 3\r\ncontent-length: 4\r\n", "abc")},
      {"a negative length", "400", post_with("content-length: -1\r\n")},
      {"a length in hex", "400", post_with("content-length: 0x10\r\n")},
      {"a body beyond the limit", "413", post_with("content-length: 50000000\r\n")},
      {"an endless length", "413", post_with("content-length: 9999999999999999\r\n")},
      {"a chunk beyond the limit", "413",
       post_with("transfer-encoding: chunked\r\n", "FFFFFFF\r\n")},
      {"a chunk that is no number", "400", post_with("transfer-encoding: chunked\r\n", "zz\r\n")},
      {"a chunk extension", "400",
       post_with("transfer-encoding: chunked\r\n", "1;a=b\r\nx\r\n0\r\n\r\n")},
      {"an unknown coding", "501", post_with("transfer-encoding: gzip\r\n")},
      {"an unknown expectation", "417", post_with("expect: miracles\r\ncontent-length: 1\r\n")},
      {"a body where none belongs", "413",
       "GET /comity/v1/witnessed HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx"},
      {"an unknown path", "404", "GET /admin HTTP/1.1\r\nhost: a\r\n\r\n"},
      {"the officers' path", "404",
       "POST /command HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"},
      {"a path that climbs", "404", "GET /comity/v1/../../command HTTP/1.1\r\nhost: a\r\n\r\n"},
      {"another method", "403", "DELETE /comity/v1/acts HTTP/1.1\r\nhost: a\r\n\r\n"},
      {"an unknown method", "501", "BREW /comity/v1/acts HTTP/1.1\r\nhost: a\r\n\r\n"},
  };
  for (const Case& each : raw) expect(each.why, each.answer, [&] { return status(each.bytes); });

  auto posted = [&](std::string_view path, std::string body) {
    return [this, path, body] { return word_of(post(*eve.client, path, body)); };
  };
  auto got = [&](std::string target) {
    return [this, target] {
      return word_of(net::testing::ask(*eve.client, net::testing::get(target)).get());
    };
  };
  std::string lines;
  for (int i = 0; i < 257; ++i) lines += "{}\n";
  expect("an empty batch", "400 malformed", posted(peer::acts_path, ""));
  expect("a batch without its last line feed", "400 malformed", posted(peer::acts_path, "{}"));
  expect("an empty line in a batch", "400 malformed", posted(peer::acts_path, "{}\n\n{}\n"));
  expect("too many acts", "413 too_large", posted(peer::acts_path, lines));
  expect("a range without numbers", "422 missing_field", got("/comity/v1/consistency"));
  expect("a range of words", "422 bad_value", got("/comity/v1/consistency?from=one&to=two"));
  expect("a range beyond the ledger", "422 bad_value",
         got("/comity/v1/consistency?from=1&to=999999999"));
  expect("a range that goes back", "422 bad_value", got("/comity/v1/consistency?from=9&to=2"));
  expect("checkpoints that are no JSON", "400 malformed",
         posted(peer::checkpoints_path, "checkpoints"));
  expect("checkpoints with a stranger's member", "422 unknown_field",
         posted(peer::checkpoints_path, R"({"checkpoints":[],"more":1})"));
  expect("a checkpoint that is none", "400 ",
         posted(peer::add_checkpoint_path, "old x\n\nnothing\n"));
  std::string foreign = "old 0\n\ncomity/" + no_hash + "\n1\n" + to_base64(Bytes(32)) +
                        "\n\n\xE2\x80\x94 x " + to_base64(Bytes(68)) + "\n";
  expect("another member's checkpoint", "404 ", posted(peer::add_checkpoint_path, foreign));
  expect("a pairing message of nothing", "422 missing_field", posted(peer::pairing_path, "{}"));
}

// --- envelopes and acts
// --------------------------------------------------------------------------------------------

TEST_F(Refused, envelopes) {
  auto deep = std::string(100, '[') + std::string(100, ']');
  auto signature = [](Object& envelope) -> Object& {
    return *(*envelope["signatures"].as_array())[0].as_object();
  };
  struct Case {
    const char* why;
    const char* answer;
    std::function<std::string()> line;
  };
  const Case all[] = {
      {"no JSON", "malformed", [] { return "hello"; }},
      {"cut off", "malformed", [&] { return good().substr(0, 200); }},
      {"bytes after it", "malformed", [&] { return good() + " {}"; }},
      {"a list", "bad_value", [] { return "[]"; }},
      {"bad UTF-8", "bad_utf8", [] { return "{\"payload\":\"\xC3\x28\"}"; }},
      {"a member twice", "duplicate_key", [] { return R"({"payload":"","payload":""})"; }},
      {"too deep", "too_deep", [&] { return deep; }},
      {"a member nobody defined", "unknown_field",
       [&] { return envelope_with([](Object& e) { e["x"] = 1; }); }},
      {"no payload type", "missing_field",
       [&] { return envelope_with([](Object& e) { e.erase("payloadType"); }); }},
      {"no signature", "bad_value",
       [&] { return envelope_with([](Object& e) { e["signatures"] = Array{}; }); }},
      {"two signatures", "too_large",
       [&] {
         return envelope_with([](Object& e) {
           e["signatures"] =
               Array{e["signatures"].as_array()->at(0), e["signatures"].as_array()->at(0)};
         });
       }},
      {"a payload outside base64", "bad_value",
       [&] { return envelope_with([](Object& e) { e["payload"] = "***"; }); }},
      {"a receipt instead of an act", "bad_value",
       [&] { return act::seal(act::receipt_type, json::write(act::to_json(good_act())), key()); }},
      {"a payload of bad UTF-8", "bad_utf8",
       [&] { return act::seal(act::act_type, "\xFF\xFE", key()); }},
      {"a payload with a member twice", "duplicate_key",
       [&] { return act::seal(act::act_type, R"({"kind":"request","kind":"request"})", key()); }},
      {"a payload that is too large", "too_large",
       [&] {
         return with_body([](Object& b) {
           b["facts_summary"] = Array(6, json::Value(std::string(200'000, 'x')));
         });
       }},
      {"a changed payload", "bad_signature",
       [&] {
         return envelope_with([&](Object& e) {
           act::Act other = good_act();
           other.body = Object{};
           e["payload"] = to_base64(as_bytes(json::write(act::to_json(other))));
         });
       }},
      {"a changed signature", "bad_signature",
       [&] {
         return envelope_with([&](Object& e) { signature(e)["sig"] = to_base64(Bytes(64)); });
       }},
      {"a signature of another length", "bad_value",
       [&] {
         return envelope_with([&](Object& e) { signature(e)["sig"] = to_base64(Bytes(63)); });
       }},
      {"another's key named", "unknown_key",
       [&] { return envelope_with([&](Object& e) { signature(e)["keyid"] = no_hash; }); }},
      {"a key of no card", "unknown_key",
       [&] { return act::seal(good_act(), crypto::SigningKey::generate(random())); }},
  };
  for (const Case& each : all) expect(each.why, each.answer, [&] { return say(each.line()); });
}

TEST_F(Refused, acts) {
  auto set = [this](const char* name, json::Value value) {
    return [this, name, value] { return with([&](Object& act) { act[name] = value; }); };
  };
  struct Case {
    const char* why;
    const char* answer;
    std::function<std::string()> line;
  };
  std::string first = good();
  ASSERT_EQ(say(first), "receipt");
  std::string first_id = text(at(*json::parse(act::parse_envelope(first)->payload), "id"));
  Array many(40, Object{{"rel", "follows"}, {"act", not_there}});
  const Case all[] = {
      {"a member nobody defined", "unknown_field", set("note", 1)},
      {"no recipient", "missing_field", [&] { return with([](Object& act) { act.erase("to"); }); }},
      {"a random id", "bad_value", set("id", "0192f0c1-2b3a-4c4d-8e5f-a6b7c8d9e0f1")},
      {"an id in capitals", "bad_value", set("id", "0192F0C1-2B3A-7C4D-8E5F-A6B7C8D9E0F1")},
      {"a time without its zone", "bad_value", set("at", "2026-01-01T00:00:00")},
      {"a lane nobody knows", "bad_value", set("lane", "express")},
      {"no place in the lane", "bad_value", set("seq", 0)},
      {"a place below none", "bad_value", set("seq", -1)},
      {"a place as text", "bad_value", set("seq", "1")},
      {"a kind nobody knows", "unknown_kind", set("kind", "wish")},
      {"a kind that is not here yet", "unknown_kind", set("kind", "match")},
      {"a body that is no object", "bad_value", set("body", "hello")},
      {"a colour nobody knows", "bad_value",
       set("handling",
           Object{{"tlp", "TLP:PINK"}, {"use_limits", Array{}}, {"conditions", Array{}}})},
      {"too many references", "too_large", set("refs", many)},
      {"a reference of no kind", "bad_value",
       set("refs", Array{Object{{"rel", "cousin"}, {"act", not_there}}})},
      {"for somebody else", "wrong_recipient", set("to", no_hash)},
      {"for its own sender", "wrong_recipient", set("to", to_hex(eve.id))},
      {"in the victim's name", "wrong_sender", set("from", to_hex(victim_id))},
      {"in a third member's name", "wrong_sender", set("from", to_hex(pal.id))},
      {"in nobody's name", "wrong_sender", set("from", no_hash)},
      {"under a card that is not held", "unknown_key", set("card", no_hash)},
      {"under a third member's card", "unknown_key", set("card", to_hex(pal.card))},
      {"ahead of its place", "gap_in_lane",
       [&] { return with([&](Object& act) { act["seq"] = eve.next[act::Lane::normal] + 1; }); }},
      {"a place that is taken", "stale_in_lane", set("seq", 1)},
      {"of an epoch that has passed", "stale_in_lane", set("epoch", 1)},
      {"a new epoch that does not begin at one", "gap_in_lane",
       [&] { return with([&](Object& act) { act["epoch"] = epoch + 1, act["seq"] = 7; }); }},
      {"an id that is used, with other bytes", "id_reused", set("id", first_id)},
      {"a void for what never came", "stale_in_lane",
       [&] {
         return with([&](Object& act) {
           act["kind"] = "void", act["seq"] = 1, act["body"] = Object{{"replaces", not_there}};
           act.erase("route");
         });
       }},
      {"a void for nothing", "missing_field",
       [&] {
         return with(
             [&](Object& act) { act["kind"] = "void", act["seq"] = 1, act["body"] = Object{}; });
       }},
      {"handed in by a third member", "wrong_sender", {}},
  };
  for (const Case& each : all)
    expect(each.why, each.answer,
           [&] { return each.line ? say(each.line()) : say(*pal.client, good()); });
  EXPECT_EQ(say(first), "receipt") << "the same act again has the same receipt";
}

// What the sender may say, and says wrongly, is recorded as rejected: the receipt tells why.
TEST_F(Refused, bodies) {
  auto set = [this](const char* name, json::Value value) {
    return [this, name, value] { return with_body([&](Object& body) { body[name] = value; }); };
  };
  auto in = [this](std::string_view conversation, Object body) {
    return with([&](Object& act) {
      act["body"] = body,
      act["refs"] = Array{Object{{"rel", "conversation"}, {"act", conversation}}};
      act.erase("route");
    });
  };
  act::Act opening = good_act();
  ASSERT_EQ(say(act::seal(opening, key())), "receipt");
  std::string ours = to_text(opening.id);
  json::Value target = at(at(ask_body, "targets"), 0);
  struct Case {
    const char* why;
    const char* answer;
    std::function<std::string()> line;
  };
  const Case all[] = {
      {"a verb nobody knows", "rejection bad_value", set("verb", "beg")},
      {"an order from abroad", "rejection not_allowed",
       [&] {
         return with([](Object& act) {
           request::Order order = request::testing::order(1);
           act["body"] = request::to_json(order);
           act.erase("route");
         });
       }},
      {"no verb", "rejection missing_field",
       [&] { return with_body([](Object& body) { body.erase("verb"); }); }},
      {"a member nobody defined", "rejection unknown_field", set("bribe", "yes")},
      {"no facts", "rejection missing_field",
       [&] { return with_body([](Object& body) { body.erase("facts_summary"); }); }},
      {"facts beyond the limit", "rejection too_large",
       set("facts_summary", std::string(20'000, 'x'))},
      {"no targets", "rejection bad_value", set("targets", Array{})},
      {"a target twice", "rejection bad_value", set("targets", Array{target, target})},
      {"dated far ahead", "rejection bad_value", set("date", "2099-01-01T00:00:00.000Z")},
      {"an answer to nothing", "rejection wrong_state",
       [&] { return with([](Object& act) { act["body"] = Object{{"verb", "acknowledge"}}; }); }},
      {"a conversation that is not there", "rejection wrong_state",
       [&] { return in(not_there, {{"verb", "acknowledge"}}); }},
      {"the requester acknowledges its own request", "rejection wrong_state",
       [&] { return in(ours, {{"verb", "acknowledge"}}); }},
      {"the requester accepts its own request", "rejection wrong_state",
       [&] { return in(ours, {{"verb", "accept"}, {"basis", "none"}}); }},
  };
  for (const Case& each : all) expect(each.why, each.answer, [&] { return say(each.line()); });
}

// --- cards
// ---------------------------------------------------------------------------------------------------------

TEST_F(Refused, cards_and_the_keys_they_revoke) {
  auto old = *member::read_card(eve.card_envelope);
  auto fresh = crypto::SigningKey::generate(random());
  member::Card rotated = *member::with_rotated_key(old.card, fresh.public_key(), now());
  auto next = *member::next_card(old, rotated, *root, now());
  // The next card, changed and signed again.
  auto changed = [&](const crypto::SigningKey& by, const std::function<void(Object&)>& change) {
    Object card = *member::to_json(next.card).as_object();
    change(card);
    return act::seal(act::card_type, json::write(card), by);
  };
  auto set = [&](const char* name, json::Value value) {
    return [&changed, this, name, value] {
      return changed(*root, [&](Object& card) { card[name] = value; });
    };
  };
  struct Case {
    const char* why;
    const char* answer;
    std::function<std::string()> card;
  };
  const Case all[] = {
      {"no card", "rejection malformed", [] { return "card"; }},
      {"an act for a card", "rejection bad_value", [&] { return good(); }},
      {"a number left out", "rejection not_found", set("number", 3)},
      {"number nought", "rejection bad_value", set("number", 0)},
      {"no past", "rejection bad_value",
       [&] { return changed(*root, [](Object& card) { card.erase("previous"); }); }},
      {"a member nobody defined", "rejection unknown_field", set("crown", true)},
      {"another jurisdiction", "rejection bad_value", set("jurisdiction", "FR")},
      {"another role", "rejection bad_value", set("role", "court")},
      {"issued before the last", "rejection bad_value",
       set("issued_at", "2001-01-01T00:00:00.000Z")},
      {"no keys", "rejection bad_value", set("act_keys", Array{})},
      {"an endpoint that is none", "rejection bad_value", set("endpoints", Array{"nowhere"})},
      {"another root's promise", "rejection bad_value", set("next_root", no_hash)},
      {"signed by a root it never had", "rejection revoked_key",
       [&] { return changed(crypto::SigningKey::generate(random()), [](Object&) {}); }},
      {"signed by its own act key", "rejection revoked_key",
       [&] { return changed(key(), [](Object&) {}); }},
      {"a changed signature", "rejection bad_signature",
       [&] {
         Object envelope = *json::parse(next.envelope)->as_object();
         (*(*envelope["signatures"].as_array())[0].as_object())["sig"] = to_base64(Bytes(64));
         return json::write(envelope);
       }},
      {"another member's card", "rejection wrong_sender", [&] { return pal.card_envelope; }},
  };
  for (const Case& each : all)
    expect(each.why, each.answer, [&] { return say(card_act(each.card())); });

  // The good one, which also revokes the old key: from the next act on it signs nothing.
  member::Card both = old.card;
  both.act_keys.push_back({.key = fresh.public_key(), .not_before = now(), .revoked_at = {}});
  auto revoking = *member::next_card(
      old, *member::with_revoked_key(both, key().public_key(), now()), *root, now());
  ASSERT_EQ(say(card_act(revoking.envelope)), "receipt");
  std::string by_revoked = good();
  CardHash first = eve.card;
  eve.card = revoking.hash;
  eve.keys.act.emplace(revoking.hash, fresh.clone());
  expect("an act of the revoked key", "revoked_key", [&] { return say(by_revoked); });
  expect("the revoked key under the new card", "revoked_key", [&] {
    return act::seal(good_act(), eve.keys.act.at(first)).empty()
               ? ""
               : say(act::seal(good_act(), eve.keys.act.at(first)));
  });
  expect("a card that takes the revoked key back", "rejection bad_value", [&] {
    member::Card back = revoking.card;
    for (member::ActKey& each : back.act_keys) each.revoked_at.reset();
    Object card = *member::to_json(back).as_object();
    card["number"] = 3, card["previous"] = to_hex(revoking.hash);
    return say(card_act(act::seal(act::card_type, json::write(card), *root)));
  });

  ASSERT_NO_FATAL_FAILURE(freeze("two cards of one number", next.envelope));
}

TEST_F(Refused, another_past) {
  auto old = *member::read_card(eve.card_envelope);
  auto next = *member::next_card(old, old.card, *root, now());
  Object other = *member::to_json(next.card).as_object();
  other["previous"] = no_hash;
  ASSERT_NO_FATAL_FAILURE(
      freeze("a card that follows another", act::seal(act::card_type, json::write(other), *root)));
}

// --- pairing
// -------------------------------------------------------------------------------------------------------

TEST_F(Refused, pairing) {
  crypto::TlsIdentity stranger = crypto::make_tls_identity();
  auto outside = client_of(stranger, victim_pin);
  expect("a stranger before anybody was invited", "no answer: not_allowed",
         [&] { return word_of(post(*outside, peer::pairing_path, "{}")); });
  MUST(json::Value invited, victim->command("member.invite", {{"nickname", "mallory"},
                                                              {"endpoint", net::to_text(endpoint)},
                                                              {"minutes", 10}}));
  std::string id = text(at(invited, "invitation")), invitation = text(at(invited, "text"));
  auto knock = [&](std::string message) {
    return
        [this, &outside, message] { return word_of(post(*outside, peer::pairing_path, message)); };
  };
  auto message = [&](Object more) {
    more["invitation"] = id;
    return json::write(more);
  };
  expect("no JSON", "400 malformed", knock("let me in"));
  expect("a member twice", "400 duplicate_key", knock(R"({"invitation":"a","invitation":"b"})"));
  expect("no invitation", "422 missing_field", knock("{}"));
  expect("an invitation that is no id", "422 bad_value", knock(R"({"invitation":"mine"})"));
  expect("another invitation", "404 not_found",
         knock(fmt::format(R"({{"invitation":"{}"}})", not_there)));
  expect("no step", "422 missing_field", knock(message({})));
  expect("a step nobody knows", "422 bad_value", knock(message({{"type", "bless"}})));
  expect("a stranger's act", "403 not_paired", [&] { return say(*outside, good()); });
  expect("a stranger's checkpoints", "403 not_paired",
         [&] { return word_of(post(*outside, peer::checkpoints_path, R"({"checkpoints":[]})")); });
  expect("a stranger's question", "403 not_paired", [&] {
    return word_of(net::testing::ask(*outside, net::testing::get("/comity/v1/witnessed")).get());
  });
  MUST(json::Value pairings, victim->get("/pairings"));
  for (const json::Value& pairing : *pairings.as_array())
    if (at(pairing, "invitation") == json::Value(id))
      EXPECT_EQ(text(at(pairing, "stage")), "invited");

  auto accepting = [&](std::string said) {
    return [this, said] {
      auto answer = victim->command("member.accept", {{"nickname", "other"}, {"invitation", said}});
      return answer ? std::string("accepted") : std::string(code_name(answer.error().code));
    };
  };
  std::string miscopied = invitation;
  miscopied[40] = miscopied[40] == 'A' ? 'B' : 'A';
  expect("an invitation that is none", "malformed", accepting("come in"));
  expect("an invitation cut off", "malformed", accepting(invitation.substr(0, 60)));
  expect("an invitation miscopied", "malformed", accepting(miscopied));
  expect("an invitation that is too long", "too_large",
         accepting("comity-invitation-v1:" + std::string(4'000, 'A')));
  expect("its own invitation", "exists", accepting(invitation));
  outside->stop();
}

// --- officers
// ------------------------------------------------------------------------------------------------------

TEST_F(Refused, commands) {
  net::Endpoint socket{
      .host = "", .port = 0, .unix_path = victim->folder().admin_socket().string()};
  auto give = [&](std::string envelope) {
    return [socket, envelope] {
      return word_of(net::call(
          socket, {.method = "POST", .target = "/command", .headers = {}, .body = envelope},
          patience));
    };
  };
  auto command = [&](Instant when, const crypto::SigningKey& by, const OfficerId& officer,
                     std::string name) {
    return member::seal(member::Command{.id = make_id<member::CommandId>(when, random()),
                                        .officer = officer,
                                        .name = std::move(name),
                                        .args = Object{},
                                        .at = when},
                        by);
  };
  const app::Desk &author = victim->author(), &approver = victim->approver();
  auto nobody = crypto::SigningKey::generate(random());
  std::string forged = command(now(), author.key(), author.officer(), "alarm.acknowledge");
  char& changed = forged[forged.find("\"sig\":\"") + 10];
  changed = changed == 'A' ? 'B' : 'A';
  expect("no JSON", "400 malformed", give("do it"));
  expect("an officer nobody knows", "403 unknown_key",
         give(command(now(), nobody, make_id<OfficerId>(now(), random()), "alarm.acknowledge")));
  expect("in another officer's name", "403 unknown_key",
         give(command(now(), approver.key(), author.officer(), "alarm.acknowledge")));
  expect("a changed signature", "403 bad_signature", give(forged));
  expect("a command nobody defined", "404 not_found",
         give(command(now(), author.key(), author.officer(), "world.rule")));
  expect("a role that may not", "403 not_allowed",
         give(command(now(), approver.key(), approver.officer(), "user.add")));
  expect("of last week", "410 expired",
         give(command(now() - std::chrono::hours(24 * 7), author.key(), author.officer(),
                      "alarm.acknowledge")));
  expect("without what it needs", "422 missing_field",
         give(command(now(), author.key(), author.officer(), "alarm.acknowledge")));
}

}  // namespace
}  // namespace comity::e2e
