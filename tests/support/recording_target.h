// A last server in a chain: reads requests as HTTP/1.1 says, remembers each, and answers with what
// it read.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "support/scripted_target.h"

namespace sallyport::test {

struct RecordedRequest {
  std::string line;   ///< "GET /x HTTP/1.1"
  std::string head;   ///< the whole head
  std::string body;   ///< chunked coding removed
  bool whole = true;  ///< false: the connection ended inside it
  [[nodiscard]] std::string target() const;
};

class RecordingTarget {
 public:
  RecordingTarget();

  [[nodiscard]] std::string url() const { return target_->url(); }
  [[nodiscard]] std::uint16_t port() const { return target_->port(); }
  [[nodiscard]] std::vector<RecordedRequest> requests() const;
  /// Forgets what came until now.
  void Clear();

 private:
  void Serve(TargetConnection& connection);

  mutable std::mutex mutex_;
  std::vector<RecordedRequest> requests_;
  std::unique_ptr<ScriptedTarget> target_;  // last: its threads end before what they use
};

}  // namespace sallyport::test
