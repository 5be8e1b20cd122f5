// What a fuzz target claims about the code under test.
#pragma once

#include <cstdio>
#include <cstdlib>

/// Stops the fuzzer with the claim that did not hold; unlike assert also without debug build.
#define FUZZ_REQUIRE(claim)                                            \
  do {                                                                 \
    if (!(claim)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #claim); \
      std::abort();                                                    \
    }                                                                  \
  } while (false)
