// The token sets of the snapshot, found by resource and by session, so that what ends costs what it
// takes along.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "sallyport/store/repository.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::store {

/// Used by the store thread only. `draft` must outlive it.
class TokenKeeper {
 public:
  explicit TokenKeeper(Snapshot& draft) : draft_(draft) {}

  Result<void> Load(Repository& repository);
  void Put(TokenSet set);
  /// By TokenKey; nothing happens when there is no such set.
  void Erase(const std::string& key);
  void EraseOfResource(std::int64_t resource_id);
  void EraseOfSession(const std::string& session_id);

 private:
  using Keys = std::unordered_set<std::string>;
  void Index(const std::string& key, const TokenSet& set);

  Snapshot& draft_;
  std::unordered_map<std::int64_t, Keys> by_resource_;
  std::unordered_map<std::string, Keys> by_session_;
};

}  // namespace sallyport::store
