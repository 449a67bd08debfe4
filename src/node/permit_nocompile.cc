// calling a private constructor of class 'comity::node::Permit'
#include "node/permit.h"

// Only the law door makes a permit: whoever could make one could post an act that no law was asked
// about.
int main() {
  comity::node::Permit forged;
  return static_cast<int>(forged.kind());
}
