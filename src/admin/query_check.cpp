#include "admin/query_check.h"

#include "sallyport/request/compiled_query.h"

namespace sallyport::admin {
namespace {

using request::CompiledQuery;
using request::CompiledResource;

/// Null when the entry is not there or broken.
template <typename Compiled, typename Entry>
const Compiled* CompiledOf(const Entry& entry) {
  return entry ? dynamic_cast<const Compiled*>(entry->prepared.get()) : nullptr;
}

}  // namespace

Result<void> CheckQuery(const store::Document& document, const store::Snapshot& snapshot,
                        const std::string& resource_slug) {
  const auto resource = snapshot.resources.Find(resource_slug);
  const Result<std::shared_ptr<const CompiledQuery>> compiled =
      request::CompileQuery(document, CompiledOf<CompiledResource>(resource));
  if (!compiled) return compiled.error();
  return {};
}

std::vector<std::string> WarningsOf(const std::string& slug, const store::Snapshot& snapshot,
                                    const std::string& resource_slug) {
  const auto resource = snapshot.resources.Find(resource_slug);
  if (!resource) return {};
  const auto query = snapshot.queries.Find(store::QueryKey(resource->id, slug));
  const auto* compiled_resource = CompiledOf<CompiledResource>(resource);
  const auto* compiled_query = CompiledOf<CompiledQuery>(query);
  if (compiled_resource == nullptr || compiled_query == nullptr) return {};
  return request::QueryWarnings(*compiled_query, *compiled_resource);
}

}  // namespace sallyport::admin
