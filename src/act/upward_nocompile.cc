// 'node/step.h' file not found
#include "node/step.h"

// Acts know nothing of the node that sends them: a room sees those below it alone.
int main() {}
