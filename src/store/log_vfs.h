#pragma once
// SQLite writes each page of its log in two calls, 24 bytes of frame and then the page: an act in
// 72 calls. Here they are gathered, and written some thirty pages at a time. Of this room alone.
#include <string>

namespace comity::store {

// The name of a file system like `base` (empty: SQLite's own choice) whose logs are written in
// large pieces; "" when there is no `base`. Registers it at its first use, for good. From any
// thread.
//
// Nothing else may tell the two apart. What is held back belongs to a transaction that is still
// open: the frame that ends one is written before the call returns that brought it, and everything
// is before this connection reads, syncs, measures, cuts or closes the log. Others read no further
// than the last transaction that ended.
[[nodiscard]] std::string gathering_log(const std::string& base);

}  // namespace comity::store
