// An immutable view of everything a request needs, shared by all shards. Built on the store thread,
// never changed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sallyport/store/model.h"
#include "sallyport/store/shared_map.h"
#include "sallyport/store/token_set.h"

namespace sallyport::store {

/// What the request layer makes of a stored resource (URLs split, static header block ready,
/// credential opened). The store carries it without knowing it.
class Prepared {
 public:
  virtual ~Prepared() = default;
};

/// Injected into the store: compiles a stored resource, secrets included. Pure; called on the store
/// thread.
using ResourceCompiler = std::function<std::shared_ptr<const Prepared>(const Resource&)>;

using QueryCompiler = std::function<std::shared_ptr<const Prepared>(const Query&)>;

struct ResourceEntry {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string slug;
  bool broken = false;  ///< its secrets do not open: calls are refused, /api/v1/status names it
  std::shared_ptr<const Prepared> prepared;
};

struct QueryEntry {
  std::int64_t id = 0;
  std::int64_t resource_id = 0;
  std::int64_t version = 0;
  std::string slug;
  bool broken = false;  ///< as ResourceEntry::broken
  std::shared_ptr<const Prepared> prepared;
};

/// Key of a query in the snapshot; the resource's id, so that a rename of it moves nothing.
[[nodiscard]] inline std::string QueryKey(std::int64_t resource_id, std::string_view slug) {
  return std::to_string(resource_id) + "/" + std::string(slug);
}

struct Snapshot {
  std::uint64_t generation = 0;
  SharedMap<ResourceEntry> resources;  ///< by slug
  SharedMap<QueryEntry> queries;       ///< by QueryKey
  SharedMap<ApiKey> api_keys;          ///< by token digest (32 raw bytes as a string)
  SharedMap<Session> sessions;         ///< by token digest
  SharedMap<TokenSet> tokens;          ///< by TokenKey, ready to use
  /// By TokenKey: those that do not open. They count as no tokens; /api/v1/status names them.
  SharedMap<TokenSet> broken_tokens;
};

using SnapshotPointer = std::shared_ptr<const Snapshot>;

}  // namespace sallyport::store
