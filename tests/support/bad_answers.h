// What broken providers answer a token request with, as one table for sign-ins and refreshes.
#pragma once

#include <string>
#include <vector>

#include "support/scripted_provider.h"

namespace sallyport::test {

struct BadAnswer {
  std::string what;
  ScriptedAnswer answer;
  std::string says;           ///< part of the reason that people read
  bool ends_sign_in = false;  ///< invalid_grant: the grant is over
};

/// None of them grants tokens. One of them is no answer at all: it takes as long as timeouts.token.
[[nodiscard]] std::vector<BadAnswer> BadAnswers();

}  // namespace sallyport::test
