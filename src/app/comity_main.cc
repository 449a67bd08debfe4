#include "app/cli.h"

int main(int argc, char** argv) {
  return comity::app::run(argc, argv);
}
