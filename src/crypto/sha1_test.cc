#include "crypto/sha1.h"

#include <gtest/gtest.h>

namespace comity::crypto {
namespace {

// FIPS 180-4; NIST's example values "SHA1.pdf".
TEST(Sha1, published_vectors) {
  EXPECT_EQ(to_hex(sha1_for_names({as_bytes("abc")})), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha1_for_names({as_bytes("abcdbcdecdefdefgefghfghighijhijk"),
                                   as_bytes("ijkljklmklmnlmnomnopnopq")})),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(to_hex(sha1_for_names({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

}  // namespace
}  // namespace comity::crypto
