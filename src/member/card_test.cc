#include "member/card.h"

#include <gtest/gtest.h>

#include <functional>

#include "act/envelope.h"
#include "member/sample.h"

namespace comity::member {
namespace {

using std::chrono::hours;

std::string payload_of(const SignedCard& card) {
  return act::parse_envelope(card.envelope, limits::card_bytes_max)->payload;
}

// Signs whatever `edit` makes of a valid card's JSON, as a hostile member would.
std::string forged(Sample& sample, const std::function<void(json::Object&)>& edit) {
  json::Value value = to_json(sample.card.card);
  edit(*value.as_object());
  return act::seal(act::card_type, json::write(value), sample.root);
}

TEST(Card, says_after_reading_what_was_written) {
  Sample sample(1);
  auto again = read_card(sample.card.envelope);
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->card, sample.card.card);
  EXPECT_EQ(again->hash, card_hash(payload_of(sample.card)));
  EXPECT_EQ(again->root, sample.root.public_key());
  EXPECT_EQ(again->card.member, member_id(sample.root.public_key()));
  EXPECT_EQ(again->card.next_root, root_commitment(sample.next_root.public_key()));
}

TEST(Card, hash_and_id_are_plain_sha256_so_that_others_can_compute_them) {
  Sample sample(1);
  EXPECT_EQ(sample.card.hash.bytes, crypto::sha256(as_bytes(payload_of(sample.card))).bytes);
  EXPECT_EQ(sample.card.card.member.bytes, crypto::sha256(sample.root.public_key().view()).bytes);
}

TEST(Card, every_role_has_one_name_and_at_most_one_in_the_law) {
  for (Role role : {Role::poc, Role::central_authority, Role::prosecutor, Role::court, Role::police,
                    Role::csirt, Role::provider, Role::registrar})
    EXPECT_EQ(*role_from_name(role_name(role)), role);
  EXPECT_EQ(law_role(Role::poc), "poc_24_7");
  EXPECT_EQ(law_role(Role::court), "judicial_authority");
  EXPECT_EQ(law_role(Role::csirt), "");
  EXPECT_EQ(role_from_name("emperor").error().code, Code::bad_value);
}

struct BadCard {
  const char* name;
  Code code;
  const char* where;
  std::function<void(json::Object&)> edit;
};

std::string long_text(std::size_t n) {
  return std::string(n, 'x');
}
json::Value& first_of(json::Object& card, const char* list) {
  return card.find(list)->second.as_array()->front();
}
json::Object& first_object(json::Object& card, const char* list) {
  return *first_of(card, list).as_object();
}
json::Array many(std::size_t n, const std::function<json::Value(std::size_t)>& make) {
  json::Array out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(make(i));
  return out;
}
std::string hex_of(std::size_t n) {
  return to_hex(crypto::sha256(as_bytes(std::to_string(n))));
}

const std::vector<BadCard>& bad_cards() {
  using O = json::Object;
  static const std::vector<BadCard> cards = {
      {"a member nobody defined", Code::unknown_field, "/comment",
       [](O& c) { c["comment"] = "hello"; }},
      {"no name", Code::missing_field, "/name", [](O& c) { c.erase("name"); }},
      {"an empty name", Code::bad_value, "/name", [](O& c) { c["name"] = ""; }},
      {"a name beyond the limit", Code::too_large, "/name",
       [](O& c) { c["name"] = long_text(limits::card_name_bytes_max + 1); }},
      {"a name that turns text around", Code::bad_value, "/name",
       [](O& c) {
         c["name"] =
             "Police\xE2\x80\xAE"
             "ecilop";
       }},
      {"a name with a zero-width space", Code::bad_value, "/name",
       [](O& c) { c["name"] = "Po\xE2\x80\x8Blice"; }},
      {"a name of two lines", Code::bad_value, "/name", [](O& c) { c["name"] = "a\nb"; }},
      {"a name that ends in a space", Code::bad_value, "/name", [](O& c) { c["name"] = "a "; }},
      {"number 0", Code::bad_value, "/number", [](O& c) { c["number"] = 0; }},
      {"a number beyond the limit", Code::bad_value, "/number",
       [](O& c) { c["number"] = limits::card_number_max + 1; }},
      {"a number as text", Code::bad_value, "/number", [](O& c) { c["number"] = "1"; }},
      {"a first card with one before it", Code::bad_value, "/previous",
       [](O& c) { c["previous"] = hex_of(1); }},
      {"a later card with none before it", Code::bad_value, "/previous",
       [](O& c) { c["number"] = 2; }},
      {"a member id of another root", Code::bad_value, "/member",
       [](O& c) { c["member"] = hex_of(1); }},
      {"a country in small letters", Code::bad_value, "/jurisdiction",
       [](O& c) { c["jurisdiction"] = "ph"; }},
      {"a country of three letters", Code::too_large, "/jurisdiction",
       [](O& c) { c["jurisdiction"] = "PHL"; }},
      {"a role nobody defined", Code::bad_value, "/role", [](O& c) { c["role"] = "king"; }},
      {"a measure that is no code", Code::bad_value, "/mandates/0/measure",
       [](O& c) { first_object(c, "mandates")["measure"] = "Preserve it!"; }},
      {"a mandate without basis", Code::bad_value, "/mandates/0/legal_basis",
       [](O& c) { first_object(c, "mandates")["legal_basis"] = ""; }},
      {"a mandate without cite", Code::missing_field, "/mandates/0/cite",
       [](O& c) { first_object(c, "mandates").erase("cite"); }},
      {"one mandate twice", Code::bad_value, "/mandates/2",
       [](O& c) { c["mandates"].as_array()->push_back(first_of(c, "mandates")); }},
      {"too many mandates", Code::too_large, "/mandates",
       [](O& c) {
         c["mandates"] = many(limits::card_mandates_max + 1, [](std::size_t i) {
           return O{{"measure", "m" + std::to_string(i)}, {"legal_basis", "x"}, {"cite", "x"}};
         });
       }},
      {"a language that is no code", Code::bad_value, "/languages/0",
       [](O& c) { first_of(c, "languages") = "English"; }},
      {"one language twice", Code::bad_value, "/languages/1",
       [](O& c) { c["languages"] = json::Array{"en", "en"}; }},
      {"too many languages", Code::too_large, "/languages",
       [](O& c) {
         c["languages"] = many(limits::card_languages_max + 1, [](std::size_t i) {
           return std::string{'a', static_cast<char>('a' + i)};
         });
       }},
      {"an endpoint without port", Code::bad_value, "/endpoints/0",
       [](O& c) { first_of(c, "endpoints") = "node.example.org"; }},
      {"an endpoint that is too long", Code::too_large, "/endpoints/0",
       [](O& c) {
         first_of(c, "endpoints") = std::string(limits::card_endpoint_bytes_max - 2, 'a') + ":80";
       }},
      {"too many endpoints", Code::too_large, "/endpoints",
       [](O& c) {
         c["endpoints"] = many(limits::card_endpoints_max + 1,
                               [](std::size_t i) { return "h:" + std::to_string(i + 1); });
       }},
      {"a callback with a bell in it", Code::bad_value, "/callback",
       [](O& c) { c["callback"] = "+63\x07"; }},
      {"office hours beyond the limit", Code::too_large, "/office_hours",
       [](O& c) { c["office_hours"] = long_text(limits::card_text_bytes_max + 1); }},
      {"no act key", Code::bad_value, "/act_keys", [](O& c) { c["act_keys"] = json::Array{}; }},
      {"only a revoked act key", Code::bad_value, "/act_keys",
       [](O& c) { first_object(c, "act_keys")["revoked_at"] = to_text(sample_now); }},
      {"a key revoked in the future", Code::bad_value, "/act_keys/0/revoked_at",
       [](O& c) { first_object(c, "act_keys")["revoked_at"] = to_text(sample_now + hours{1}); }},
      {"one act key twice", Code::bad_value, "/act_keys/1",
       [](O& c) { c["act_keys"].as_array()->push_back(first_of(c, "act_keys")); }},
      {"too many act keys", Code::too_large, "/act_keys",
       [](O& c) {
         c["act_keys"] = many(limits::card_act_keys_max + 1, [](std::size_t i) {
           return O{{"key", hex_of(i)}, {"not_before", to_text(sample_now)}};
         });
       }},
      {"an act key that is short", Code::bad_value, "/act_keys/0/key",
       [](O& c) { first_object(c, "act_keys")["key"] = "abcd"; }},
      {"a time that is none", Code::bad_value, "/act_keys/0/not_before",
       [](O& c) { first_object(c, "act_keys")["not_before"] = "yesterday"; }},
      {"a checkpoint key of the cosignature type", Code::bad_value, "/checkpoint_key",
       [](O& c) { c["checkpoint_key"] = c["cosignature_key"]; }},
      {"a cosignature key of the checkpoint type", Code::bad_value, "/cosignature_key",
       [](O& c) { c["cosignature_key"] = c["checkpoint_key"]; }},
      {"a checkpoint key with another id", Code::bad_value, "/checkpoint_key",
       [](O& c) {
         std::string key = *c["checkpoint_key"].as_string();
         char& digit = key[key.find('+') + 1];
         digit = digit == '0' ? '1' : '0';
         c["checkpoint_key"] = key;
       }},
      {"a checkpoint key that is none", Code::bad_value, "/checkpoint_key",
       [](O& c) { c["checkpoint_key"] = "example.org+00000000"; }},
      {"a checkpoint key without name", Code::bad_value, "/checkpoint_key",
       [](O& c) { c["checkpoint_key"] = "+00000000+AA=="; }},
      {"no TLS pin", Code::bad_value, "/tls_pins", [](O& c) { c["tls_pins"] = json::Array{}; }},
      {"a TLS pin that is none", Code::bad_value, "/tls_pins",
       [](O& c) { c["tls_pins"] = json::Array{"00"}; }},
      {"too many TLS pins", Code::too_large, "/tls_pins",
       [](O& c) { c["tls_pins"] = many(limits::card_tls_pins_max + 1, hex_of); }},
      {"a sealing key of zeros", Code::bad_value, "/sealing_key",
       [](O& c) { c["sealing_key"] = std::string(64, '0'); }},
      {"no commitment to the next root", Code::missing_field, "/next_root",
       [](O& c) { c.erase("next_root"); }},
      {"no date", Code::missing_field, "/issued_at", [](O& c) { c.erase("issued_at"); }},
  };
  return cards;
}

TEST(Card, refuses_each_broken_member_and_names_its_place) {
  for (const BadCard& bad : bad_cards()) {
    Sample sample(1);
    auto card = read_card(forged(sample, bad.edit));
    ASSERT_FALSE(card) << bad.name;
    EXPECT_EQ(card.error().code, bad.code) << bad.name << ": " << to_text(card.error());
    EXPECT_EQ(card.error().where, bad.where) << bad.name << ": " << to_text(card.error());
  }
}

TEST(Card, refuses_keys_that_serve_two_purposes) {
  Sample sample(1);
  std::string act = to_hex(sample.act_key.public_key());
  struct {
    const char* where;
    std::function<void(json::Object&)> edit;
  } cases[] = {
      {"/act_keys",
       [&](json::Object& c) {
         first_object(c, "act_keys")["key"] = to_hex(sample.root.public_key());
       }},
      {"/checkpoint_key",
       [&](json::Object& c) {
         c["checkpoint_key"] = sample_verifier_key("x", 0x01, sample.act_key.public_key());
       }},
      {"/cosignature_key",
       [&](json::Object& c) {
         c["cosignature_key"] = sample_verifier_key("x", 0x04, sample.checkpoint_key.public_key());
       }},
      {"/next_root",
       [&](json::Object& c) {
         c["next_root"] = to_hex(root_commitment(sample.act_key.public_key()));
       }},
      {"/next_root",
       [&](json::Object& c) {
         c["next_root"] = to_hex(root_commitment(sample.root.public_key()));
       }},
  };
  for (const auto& each : cases) {
    auto card = read_card(forged(sample, each.edit));
    ASSERT_FALSE(card) << each.where;
    EXPECT_EQ(card.error().code, Code::bad_value);
    EXPECT_EQ(card.error().where, each.where);
  }
}

TEST(Card, refuses_an_envelope_of_another_type_or_key) {
  Sample sample(1), other(2);
  std::string payload = payload_of(sample.card);
  EXPECT_EQ(read_card(act::seal(act::act_type, payload, sample.root)).error().where,
            "/payloadType");
  // Another root's signature makes a first card that is not its own member's.
  EXPECT_EQ(read_card(act::seal(act::card_type, payload, other.root)).error().where, "/member");
  std::string broken = sample.card.envelope;
  broken.replace(broken.find("\"sig\":\"") + 7, 4, "AAAA");
  EXPECT_EQ(read_card(broken).error().code, Code::bad_signature);
  EXPECT_EQ(read_card("{}").error().code, Code::missing_field);
  EXPECT_EQ(read_card(std::string(limits::card_bytes_max + 1, ' ')).error().code, Code::too_large);
}

TEST(Card, refuses_one_member_said_twice) {
  Sample sample(1);
  std::string payload = payload_of(sample.card);
  payload.insert(1, "\"name\":\"Somebody else\",");
  auto card = read_card(act::seal(act::card_type, payload, sample.root));
  EXPECT_EQ(card.error().code, Code::duplicate_key);
}

TEST(Card, holds_as_much_as_its_limits_promise) {
  Sample sample(1);
  Card draft = sample.card.card;
  draft.name = long_text(limits::card_name_bytes_max);
  draft.mandates.clear();
  for (std::size_t i = 0; i < limits::card_mandates_max; ++i)
    draft.mandates.push_back({"m" + std::to_string(i), long_text(300), long_text(300)});
  auto card = next_card(sample.card, draft, sample.root, sample_now);
  ASSERT_TRUE(card) << to_text(card.error());
  EXPECT_EQ(card->card.mandates.size(), limits::card_mandates_max);
}

TEST(Endpoint, is_a_host_and_a_port) {
  for (const char* good :
       {"node.example.org:7443", "localhost:1", "192.0.2.1:65535", "[2001:db8::1]:7443", "[::]:80",
        "[::1]:80", "[1:2:3:4:5:6:7:8]:80", "a-b.example:443", "1a.example:1"})
    EXPECT_TRUE(check_endpoint(good)) << good;
  for (const char* bad : {"",
                          ":",
                          ":80",
                          "host",
                          "host:",
                          "host:0",
                          "host:080",
                          "host:65536",
                          "host:+80",
                          "host:8 0",
                          "ho st:80",
                          "-a.example:80",
                          "a-.example:80",
                          "a..example:80",
                          ".example:80",
                          "example.:80",
                          "192.0.2.256:80",
                          "192.0.2:80",
                          "192.0.02.1:80",
                          "1.2.3.4.5:80",
                          "2001:db8::1:7443",
                          "[]:80",
                          "[1:2]:80",
                          "[1:2:3:4:5:6:7:8:9]:80",
                          "[::1::]:80",
                          "[12345::]:80",
                          "[g::]:80",
                          "[1:::2]:80",
                          "[:1:2:3:4:5:6:7]:80",
                          "[1:2:3:4:5:6:7:8::]:80",
                          "user@host:80",
                          "host/path:80",
                          "h\xC3\xA4st:80"})
    EXPECT_EQ(check_endpoint(bad).error().code, Code::bad_value) << bad;
  EXPECT_FALSE(check_endpoint(std::string(300, 'a') + ":80"));
  EXPECT_FALSE(check_endpoint(std::string(64, 'a') + ":80"));
}

// --- Succession ---

TEST(Succession, a_card_follows_under_the_same_root) {
  Sample sample(1);
  Card draft = sample.card.card;
  draft.callback = "+63 2 5550 0199";
  auto next = next_card(sample.card, draft, sample.root, sample_now + hours{1});
  ASSERT_TRUE(next) << to_text(next.error());
  EXPECT_EQ(next->card.number, 2U);
  EXPECT_EQ(next->card.previous, sample.card.hash);
  EXPECT_EQ(next->card.next_root, sample.card.card.next_root);
  EXPECT_TRUE(check_succession(sample.card, *next));
}

TEST(Succession, the_root_committed_to_takes_over_and_commits_anew) {
  Sample sample(1);
  auto next = next_card_new_root(sample.card, sample.card.card, sample.next_root,
                                 sample.following_root.public_key(), sample_now);
  ASSERT_TRUE(next) << to_text(next.error());
  EXPECT_EQ(next->root, sample.next_root.public_key());
  EXPECT_EQ(next->card.member, sample.card.card.member);
  // The old root is out of office.
  auto late = next_card(*next, next->card, sample.root, sample_now);
  EXPECT_EQ(late.error().code, Code::revoked_key);
  EXPECT_TRUE(next_card(*next, next->card, sample.next_root, sample_now));
}

TEST(Succession, a_clock_set_back_does_not_stop_the_next_card) {
  Sample sample(1);
  auto draft = with_rotated_key(sample.card.card, sample.new_key().public_key(), sample_now);
  auto revoked = with_revoked_key(*draft, sample.act_key.public_key(), sample_now);
  auto second = next_card(sample.card, *revoked, sample.root, sample_now);
  ASSERT_TRUE(second);
  auto third = next_card(*second, second->card, sample.root, sample_now - hours{72});
  ASSERT_TRUE(third) << to_text(third.error());
  EXPECT_EQ(third->card.issued_at, second->card.issued_at);
}

struct BadHeir {
  const char* name;
  Code code;
  const char* where;
  std::function<Result<std::string>(Sample&, json::Object&)> forge;  // the envelope of card 2
};

TEST(Succession, refuses_every_card_that_breaks_a_rule) {
  using O = json::Object;
  auto sealed = [](const O& c, const crypto::SigningKey& key) {
    return act::seal(act::card_type, json::write(c), key);
  };
  const BadHeir heirs[] = {
      {"a number skipped", Code::bad_value, "/number",
       [&](Sample& s, O& c) { return c["number"] = 3, sealed(c, s.root); }},
      {"another past", Code::bad_value, "/previous",
       [&](Sample& s, O& c) { return c["previous"] = hex_of(7), sealed(c, s.root); }},
      {"another member", Code::bad_value, "/member",
       [&](Sample& s, O& c) { return c["member"] = hex_of(7), sealed(c, s.root); }},
      {"another country", Code::bad_value, "/jurisdiction",
       [&](Sample& s, O& c) { return c["jurisdiction"] = "US", sealed(c, s.root); }},
      {"another role", Code::bad_value, "/role",
       [&](Sample& s, O& c) { return c["role"] = "court", sealed(c, s.root); }},
      {"an earlier date", Code::bad_value, "/issued_at",
       [&](Sample& s, O& c) {
         return c["issued_at"] = to_text(sample_now - hours{1}), sealed(c, s.root);
       }},
      {"a root nobody committed to", Code::revoked_key, "/signatures/0/keyid",
       [&](Sample& s, O& c) { return sealed(c, s.following_root); }},
      {"the current root changing the commitment", Code::bad_value, "/next_root",
       [&](Sample& s, O& c) { return c["next_root"] = hex_of(7), sealed(c, s.root); }},
      {"a new root that commits to the old one", Code::bad_value, "/next_root",
       [&](Sample& s, O& c) {
         return c["next_root"] = to_hex(root_commitment(s.root.public_key())),
                sealed(c, s.next_root);
       }},
  };
  for (const BadHeir& heir : heirs) {
    Sample sample(1);
    json::Value value =
        to_json(next_card(sample.card, sample.card.card, sample.root, sample_now)->card);
    auto envelope = heir.forge(sample, *value.as_object());
    auto card = read_card(*envelope);
    ASSERT_TRUE(card) << heir.name << ": " << to_text(card.error());
    auto ok = check_succession(sample.card, *card);
    ASSERT_FALSE(ok) << heir.name;
    EXPECT_EQ(ok.error().code, heir.code) << heir.name;
    EXPECT_EQ(ok.error().where, heir.where) << heir.name;
  }
}

TEST(Succession, a_revoked_key_is_not_taken_back) {
  Sample sample(1);
  auto fresh = with_rotated_key(sample.card.card, sample.new_key().public_key(), sample_now);
  auto draft = with_revoked_key(*fresh, sample.act_key.public_key(), sample_now);
  ASSERT_TRUE(draft) << to_text(draft.error());
  auto second = next_card(sample.card, *draft, sample.root, sample_now);
  ASSERT_TRUE(second) << to_text(second.error());
  Card back = second->card;
  for (ActKey& key : back.act_keys) key.revoked_at.reset();
  EXPECT_EQ(next_card(*second, back, sample.root, sample_now).error().where, "/act_keys");
  Card later = second->card;
  for (ActKey& key : later.act_keys)
    if (key.revoked_at) *key.revoked_at -= hours{1};
  EXPECT_EQ(next_card(*second, later, sample.root, sample_now).error().where, "/act_keys");
}

TEST(Drafts, rotation_replaces_and_revocation_marks) {
  Sample sample(1);
  auto key = sample.new_key().public_key();
  auto rotated = with_rotated_key(sample.card.card, key, sample_now);
  ASSERT_TRUE(rotated);
  ASSERT_EQ(rotated->act_keys.size(), 1U);
  EXPECT_EQ(rotated->act_keys[0].key, key);
  auto revoked = with_revoked_key(*rotated, sample.act_key.public_key(), sample_now);
  ASSERT_TRUE(revoked);
  ASSERT_EQ(revoked->act_keys.size(), 2U);
  EXPECT_EQ(revoked->act_keys[1].revoked_at, sample_now);
}

TEST(Drafts, refuse_what_would_leave_no_key_or_change_nothing) {
  Sample sample(1);
  auto own = sample.act_key.public_key();
  EXPECT_EQ(with_rotated_key(sample.card.card, own, sample_now).error().code, Code::exists);
  EXPECT_EQ(with_revoked_key(sample.card.card, own, sample_now).error().code, Code::not_allowed);
  auto fresh = with_rotated_key(sample.card.card, sample.new_key().public_key(), sample_now);
  auto once = with_revoked_key(*fresh, own, sample_now);
  EXPECT_EQ(with_revoked_key(*once, own, sample_now).error().code, Code::exists);
  Card full = *once;
  while (full.act_keys.size() < limits::card_act_keys_max)
    full = *with_revoked_key(full, sample.new_key().public_key(), sample_now);
  EXPECT_EQ(with_revoked_key(full, sample.new_key().public_key(), sample_now).error().code,
            Code::too_large);
  Card revoked_only = full;
  std::erase_if(revoked_only.act_keys, [](const ActKey& k) { return !k.revoked_at; });
  while (revoked_only.act_keys.size() < limits::card_act_keys_max)
    revoked_only.act_keys.push_back({sample.new_key().public_key(), sample_now, sample_now});
  EXPECT_EQ(with_rotated_key(revoked_only, sample.new_key().public_key(), sample_now).error().code,
            Code::too_large);
}

TEST(Drafts, a_first_card_that_breaks_a_rule_is_not_signed) {
  Sample sample(1);
  Card draft = sample.card.card;
  draft.name = "\xFF";
  EXPECT_EQ(first_card(draft, sample.root, sample.next_root.public_key(), sample_now).error().code,
            Code::bad_utf8);
  draft = sample.card.card;
  EXPECT_EQ(first_card(draft, sample.root, sample.root.public_key(), sample_now).error().where,
            "/next_root");
}

TEST(SigningKey, is_the_latest_begun_that_is_not_revoked) {
  Sample sample(1);
  Card card = sample.card.card;
  auto a = sample.new_key().public_key(), b = sample.new_key().public_key(),
       c = sample.new_key().public_key();
  card.act_keys = {{a, sample_now - hours{2}, {}},
                   {b, sample_now - hours{1}, {}},
                   {c, sample_now + hours{1}, {}}};
  EXPECT_EQ(signing_key_of(card, sample_now).key, b);
  EXPECT_EQ(signing_key_of(card, sample_now + hours{1}).key, c);
  EXPECT_EQ(signing_key_of(card, sample_now - hours{3}).key, a);
  card.act_keys[1].revoked_at = sample_now;
  EXPECT_EQ(signing_key_of(card, sample_now).key, a);
}

// --- Lineage ---

// Rotates the root `times` times and gives one card of every root before the last.
struct Dynasty {
  explicit Dynasty(std::size_t times) : sample(9), card(sample.card) {
    crypto::SigningKey next = sample.next_root.clone();
    for (std::size_t i = 0; i < times; ++i) {
      lineage.push_back(card.envelope);
      crypto::SigningKey following = sample.new_key();
      card = *next_card_new_root(card, card.card, next, following.public_key(), sample_now);
      next = std::move(following);
    }
  }
  Sample sample;
  SignedCard card;
  std::vector<std::string> lineage;
};

TEST(Lineage, leads_from_the_current_root_to_the_first) {
  for (std::size_t times :
       {std::size_t{0}, std::size_t{1}, std::size_t{3}, limits::card_lineage_max}) {
    Dynasty dynasty(times);
    auto ok = check_lineage(dynasty.lineage, dynasty.card);
    EXPECT_TRUE(ok) << times << ": " << to_text(ok.error());
  }
}

TEST(Lineage, refuses_gaps_strangers_and_disorder) {
  Dynasty dynasty(3);
  auto code = [&](std::vector<std::string> lineage) {
    auto ok = check_lineage(lineage, dynasty.card);
    return ok ? std::string() : ok.error().where;
  };
  auto [a, b, c] = std::tie(dynasty.lineage[0], dynasty.lineage[1], dynasty.lineage[2]);
  EXPECT_EQ(code({a, b, c}), "");
  EXPECT_EQ(code({}), "/lineage");
  EXPECT_EQ(code({b, c}), "/lineage");
  EXPECT_EQ(code({a, c}), "/lineage/0");
  EXPECT_EQ(code({a, b}), "/lineage/1");
  EXPECT_EQ(code({b, a, c}), "/lineage/1");
  EXPECT_EQ(code({a, a, b, c}), "/lineage/0");
  EXPECT_EQ(code({a, b, c, dynasty.card.envelope}), "/lineage/3");
  EXPECT_EQ(code({Sample(4).card.envelope, b, c}), "/lineage/0");
  EXPECT_EQ(code({"{}", b, c}), "/lineage/0");
  Dynasty long_one(limits::card_lineage_max + 1);
  EXPECT_EQ(check_lineage(long_one.lineage, long_one.card).error().code, Code::too_large);
}

// --- Property: random chains ---

// Every card of a random chain follows the one before it, and no card follows any other.
TEST(Succession, holds_between_neighbours_of_a_random_chain_and_nowhere_else) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Sample sample(seed);
    std::vector<SignedCard> chain{sample.card};
    crypto::SigningKey root = sample.root.clone(), next = sample.next_root.clone();
    while (chain.size() < 8) {
      const SignedCard& last = chain.back();
      Card draft = last.card;
      std::uint64_t dice = sample.random.u64() % 4;
      if (dice == 0) draft.callback = "+63 2 5550 01" + std::to_string(chain.size());
      if (dice == 1) draft = *with_rotated_key(draft, sample.new_key().public_key(), sample_now);
      if (dice == 2) {
        auto old = signing_key_of(draft, sample_now).key;
        draft = *with_rotated_key(draft, sample.new_key().public_key(), sample_now);
        draft = *with_revoked_key(draft, old, sample_now);
      }
      if (dice == 3) {
        crypto::SigningKey following = sample.new_key();
        chain.push_back(*next_card_new_root(last, draft, next, following.public_key(), sample_now));
        root = std::exchange(next, std::move(following));
      } else {
        chain.push_back(*next_card(last, draft, root, sample_now));
      }
    }
    for (std::size_t i = 0; i < chain.size(); ++i)
      for (std::size_t j = 0; j < chain.size(); ++j)
        EXPECT_EQ(check_succession(chain[i], chain[j]).has_value(), j == i + 1)
            << "seed " << seed << ", " << i << " to " << j;
  }
}

}  // namespace
}  // namespace comity::member
