#include "app/ops_listeners.h"

#include <algorithm>
#include <utility>

namespace sallyport::app {

OpsChange PlanOpsChange(std::vector<OpsListener> current,
                        const std::vector<net::Endpoint>& listed) {
  OpsChange change;
  for (const net::Endpoint& endpoint : listed) {
    const auto same =
        std::find_if(current.begin(), current.end(),
                     [&](const OpsListener& listener) { return listener.configured == endpoint; });
    if (same == current.end()) {
      change.wanted.push_back(endpoint);
    } else {
      change.staying.push_back(std::move(*same));
      current.erase(same);  // port 0 may be listed more than once
    }
  }
  change.leaving = std::move(current);
  return change;
}

}  // namespace sallyport::app
