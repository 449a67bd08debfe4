#include "crypto/md5.h"

#include <gtest/gtest.h>

namespace comity::crypto {
namespace {

// RFC 1321, A.5.
TEST(Md5, is_that_of_its_specification) {
  EXPECT_EQ(to_hex(md5_for_feeds(as_bytes(""))), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(md5_for_feeds(as_bytes("message digest"))), "f96b697d7cb7938d525a2f31aaf161d0");
}

}  // namespace
}  // namespace comity::crypto
