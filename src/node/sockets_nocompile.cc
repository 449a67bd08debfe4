// 'net/server.h' file not found
#include "net/server.h"

// The node has no sockets: a simulator can run it.
int main() {}
