#include "ledger/note.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::at;
using testing::key_from;
using testing::log_key;
using testing::witness_key;

// From the documentation of golang.org/x/mod/sumdb/note: a key, its note, and a second signature by
// the key whose seed is 32 zero bytes.
constexpr std::string_view go_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view go_text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view go_line =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
constexpr std::string_view go_zero_key =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
constexpr std::string_view go_zero_line =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/"
    "5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += part;
  return out;
}

Code code_of_note(std::string_view bytes) {
  const auto note = parse_note(bytes);
  return note ? Code::exists : note.error().code;
}

TEST(VerifierKey, reads_back_the_keys_of_other_implementations) {
  for (const std::string_view text :
       {std::string_view("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        go_key, go_zero_key}) {
    const auto key = VerifierKey::parse(text);
    ASSERT_TRUE(key) << to_text(key.error());
    EXPECT_EQ(key->text(), text);
    EXPECT_EQ(key->type, SignatureType::ed25519);
  }
  EXPECT_EQ(VerifierKey::parse(go_key)->id(), 0xc74f20a3u);
}

TEST(VerifierKey, has_another_id_for_each_type_and_name) {
  const VerifierKey note = log_key("example.com/a", 1);
  const VerifierKey cosignature = witness_key("example.com/a", 1);
  EXPECT_NE(note.id(), cosignature.id());
  EXPECT_NE(note.id(), log_key("example.com/b", 1).id());
  EXPECT_EQ(VerifierKey::parse(cosignature.text()), cosignature);
}

TEST(VerifierKey, refuses_what_is_not_one) {
  const auto code = [](std::string_view text) { return VerifierKey::parse(text).error().code; };
  for (const char* text :
       {"", "name", "name+530d903a", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+", "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ",
        "example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}) {
    EXPECT_EQ(code(text), Code::malformed) << text;
  }
  // An id that is not the key's, one in upper case, a name that is another's, and a type that
  // nobody here can verify.
  EXPECT_EQ(code("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
            Code::bad_value);
  EXPECT_EQ(code("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
            Code::bad_value);
  EXPECT_EQ(code("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
            Code::bad_value);
  EXPECT_EQ(code("example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
            Code::bad_value);
}

TEST(KeyName, is_without_spaces_plus_and_control_characters) {
  EXPECT_TRUE(is_key_name("example.com/foo"));
  EXPECT_TRUE(is_key_name("\u00FCber.example/\u0142"));
  EXPECT_TRUE(is_key_name(std::string(limits::note_key_name_bytes_max, 'a')));
  for (const char* name : {"", " ", "a b", "a+b", "a\tb", "a\nb", "a\u00A0b", "a\u2003b",
                           "a\u3000b", "a\u0085b", "\xFF"}) {
    EXPECT_FALSE(is_key_name(name)) << name;
  }
  EXPECT_FALSE(is_key_name(std::string(limits::note_key_name_bytes_max + 1, 'a')));
}

TEST(Note, of_another_implementation_verifies) {
  const std::string bytes = joined({go_text, "\n", go_line, go_zero_line});
  const auto note = parse_note(bytes);
  ASSERT_TRUE(note) << to_text(note.error());
  EXPECT_EQ(note->text, go_text);
  EXPECT_EQ(note->bytes(), bytes);
  const std::vector<VerifierKey> keys = {*VerifierKey::parse(go_zero_key),
                                         *VerifierKey::parse(go_key)};
  const auto verified = verify_note(*note, keys);
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(*verified, (std::vector<VerifiedSignature>{{1, std::nullopt}, {0, std::nullopt}}));
}

// Ed25519 has one signature for a key and text: ours is theirs.
TEST(Note, is_signed_as_another_implementation_signs) {
  const auto line = sign_text(go_text, "EnochRoot", key_from(0));
  ASSERT_TRUE(line) << to_text(line.error());
  EXPECT_EQ(line->text(), go_zero_line);
}

TEST(Note, text_may_hold_empty_lines_and_the_last_one_splits) {
  const std::string text = "one\n\n\ntwo\n";
  const auto line = sign_text(text, "example.com/n", key_from(1));
  const auto note = parse_note(text + "\n" + line->text());
  ASSERT_TRUE(note) << to_text(note.error());
  EXPECT_EQ(note->text, text);
  EXPECT_TRUE(verify_note(*note, std::vector{log_key("example.com/n", 1)}));
}

TEST(Note, ignores_signatures_of_unknown_keys_even_if_they_share_name_or_id) {
  const std::string text = "text\n";
  const SignatureLine good = *sign_text(text, "example.com/n", key_from(1));
  SignatureLine same_name = good;
  same_name.id ^= 1;
  SignatureLine same_id = good;
  same_id.name = "example.com/other";
  SignatureLine other_type = good;  // as an ML-DSA cosignature would look to us
  other_type.id ^= 2;
  other_type.signature.assign(2420, 7);
  const std::vector keys = {log_key("example.com/n", 1)};
  const auto verified = verify_note({text, {same_name, same_id, other_type, good}}, keys);
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->size(), 1u);
  EXPECT_EQ(verify_note({text, {same_name, same_id, other_type}}, keys).error().code,
            Code::unknown_key);
  EXPECT_EQ(verify_note({text, {good}}, {}).error().code, Code::unknown_key);
}

TEST(Note, a_known_key_that_fails_refuses_all) {
  const std::string text = "text\n";
  const SignatureLine good = *sign_text(text, "example.com/n", key_from(1));
  const SignatureLine cosigned = *cosign_text(text, "example.com/w", key_from(2), at(1000));
  const std::vector keys = {log_key("example.com/n", 1), witness_key("example.com/w", 2)};
  ASSERT_TRUE(verify_note({text, {good, cosigned}}, keys));
  const auto code = [&](const SignatureLine& a, const SignatureLine& b) {
    const auto verified = verify_note({text, {a, b}}, keys);
    return verified ? Code::exists : verified.error().code;
  };
  for (const std::size_t place : {0u, 31u, 63u}) {
    SignatureLine bad = good;
    bad.signature[place] ^= 1;
    EXPECT_EQ(code(bad, cosigned), Code::bad_signature);
    EXPECT_EQ(code(good, bad), Code::bad_signature) << "a good one by the same key does not help";
  }
  for (const std::size_t place : {0u, 7u, 8u, 71u}) {
    SignatureLine bad = cosigned;
    bad.signature[place] ^= place == 0 ? 0x80 : 1;
    EXPECT_EQ(code(good, bad), Code::bad_signature);
  }
  SignatureLine shorter = cosigned;
  shorter.signature.pop_back();
  EXPECT_EQ(code(good, shorter), Code::bad_signature);
  shorter = good;
  shorter.signature.pop_back();
  EXPECT_EQ(code(shorter, cosigned), Code::bad_signature);
  EXPECT_EQ(verify_note({"Text\n", {good}}, keys).error().code, Code::bad_signature);
}

TEST(Cosignature, carries_its_time_and_covers_it) {
  const std::string text = "example.com/log\n5\nAAAA\n";
  const SignatureLine line = *cosign_text(text, "example.com/w", key_from(2), at(1'679'315'147));
  EXPECT_EQ(line.signature.size(), 72u);
  EXPECT_EQ(to_hex(BytesView(line.signature).first(8)),
            "0000000064"
            "1850cb");
  const auto verified = verify_note({text, {line}}, std::vector{witness_key("example.com/w", 2)});
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->front().time, at(1'679'315'147));
  // tlog-cosignature, "Ed25519 signed message": the exact bytes under the signature.
  const std::string message = "cosignature/v1\ntime 1679315147\n" + text;
  EXPECT_TRUE(crypto::verify(key_from(2).public_key(), as_bytes(message),
                             *crypto::signature_from(BytesView(line.signature).subspan(8))));
}

TEST(Cosignature, is_not_a_plain_signature_nor_the_reverse) {
  const std::string text = "text\n";
  SignatureLine plain = *sign_text(text, "example.com/w", key_from(2));
  plain.id = witness_key("example.com/w", 2).id();
  EXPECT_EQ(verify_note({text, {plain}}, std::vector{witness_key("example.com/w", 2)}).error().code,
            Code::bad_signature);
  SignatureLine cosigned = *cosign_text(text, "example.com/w", key_from(2), at(5));
  cosigned.id = log_key("example.com/w", 2).id();
  EXPECT_EQ(verify_note({text, {cosigned}}, std::vector{log_key("example.com/w", 2)}).error().code,
            Code::bad_signature);
}

TEST(Note, refuses_bytes_that_are_not_one) {
  const std::string good = joined({go_text, "\n", go_line});
  ASSERT_EQ(code_of_note(good), Code::exists);
  const std::string blob =
      "x08go/ZJkuBS9UG/"
      "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
  for (const std::string& bytes : std::vector<std::string>{
           "",
           "\n",
           "\n\n",
           "text\n",
           "text\n\n",
           joined({go_text, go_line}),                                  // no empty line
           joined({go_text, "\n", go_line, "\n"}),                      // an empty line after
           good.substr(0, good.size() - 1),                             // no last newline
           "text\n\n- name " + blob + "\n",                             // a hyphen
           "text\n\n—name " + blob + "\n",                              // no space
           "text\n\n— " + blob + "\n",                                  // no name
           "text\n\n— name  " + blob + "\n",                            // two spaces
           "text\n\n— na+me " + blob + "\n",                            // plus in the name
           "text\n\n— na\u2003me " + blob + "\n",                       // a space in the name
           "text\n\n— name " + blob + " \n",                            // trailing space
           "text\n\n— name \n",                                         // no signature
           "text\n\n— name AAAAAA==\n",                                 // only an id
           "text\n\n— name AAAAAAF=\n",                                 // unused bits set
           "text\n\n— name " + blob.substr(0, blob.size() - 1) + "\n",  // no padding
           "te\txt\n\n— name " + blob + "\n",                           // a control character
           "text\r\n\n— name " + blob + "\n",
           std::string("te\0xt\n\n— name ", 15) + blob + "\n"}) {
    EXPECT_EQ(code_of_note(bytes), Code::malformed) << bytes;
  }
  EXPECT_EQ(code_of_note("te\xC3xt\n\n— name " + blob + "\n"), Code::bad_utf8);
}

TEST(Note, has_named_bounds) {
  std::string bytes = "text\n\n";
  for (std::size_t i = 0; i < limits::note_signatures_max; ++i) bytes += "— n AAAAAAE=\n";
  EXPECT_EQ(code_of_note(bytes), Code::exists);
  EXPECT_EQ(code_of_note(bytes + "— n AAAAAAE=\n"), Code::too_large);
  const std::string line = "\n\n— n AAAAAAE=\n";
  EXPECT_EQ(code_of_note(std::string(limits::checkpoint_bytes_max - line.size(), 'a') + line),
            Code::exists);
  EXPECT_EQ(code_of_note(std::string(limits::checkpoint_bytes_max - line.size() + 1, 'a') + line),
            Code::too_large);
  EXPECT_EQ(parse_signature_lines(std::string(limits::checkpoint_bytes_max + 1, 'a')).error().code,
            Code::too_large);
}

TEST(Note, only_text_that_a_note_can_hold_is_signed) {
  const auto code = [](std::string_view text, std::string_view name) {
    const auto line = sign_text(text, name, key_from(1));
    const auto cosigned = cosign_text(text, name, key_from(1), at(1));
    EXPECT_EQ(line.has_value(), cosigned.has_value());
    return line ? Code::exists : line.error().code;
  };
  EXPECT_EQ(code("text\n", "example.com/n"), Code::exists);
  EXPECT_EQ(code("text", "example.com/n"), Code::bad_value);
  EXPECT_EQ(code("", "example.com/n"), Code::bad_value);
  EXPECT_EQ(code("te\rxt\n", "example.com/n"), Code::malformed);
  EXPECT_EQ(code("te\xFFxt\n", "example.com/n"), Code::bad_utf8);
  EXPECT_EQ(code("text\n", "a name"), Code::bad_value);
  EXPECT_EQ(code(std::string(limits::checkpoint_bytes_max, 'a') + "\n", "example.com/n"),
            Code::too_large);
  EXPECT_EQ(cosign_text("text\n", "w", key_from(1), at(-1)).error().code, Code::bad_value);
}

}  // namespace
}  // namespace comity::ledger
