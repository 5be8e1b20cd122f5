// The OAuth tokens that one call carries.
#pragma once

#include "sallyport/oauth/service.h"

namespace sallyport::pipeline {

struct CallTokens {
  oauth::TokenNeed need;
  oauth::TokenSetPointer set;  ///< null until they are found or fetched
  bool refreshed = false;      ///< those sent last: by a request this call made or waited for
  bool refused = false;        ///< the target did not take the first ones
  bool replayed = false;       ///< so the request was sent once more
};

}  // namespace sallyport::pipeline
