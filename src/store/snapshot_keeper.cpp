#include "store/snapshot_keeper.h"

#include <exception>
#include <utility>

namespace sallyport::store {
namespace {

std::string KeyOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// What one subscriber holds; calling it twice, or dropping it, counts once.
std::function<void()> ShareOf(const std::shared_ptr<Adoption>& adoption) {
  struct Share {
    std::shared_ptr<Adoption> adoption;
    std::atomic<bool> given_back{false};
  };
  auto share = std::make_shared<Share>();
  share->adoption = adoption;
  return [share] {
    if (!share->given_back.exchange(true)) share->adoption.reset();
  };
}

/// Fills map and index from `for_each`, which streams all values with a token digest.
template <typename T, typename ForEach>
Result<void> LoadByDigest(SharedMap<T>& map, std::unordered_map<std::string, std::string>& index,
                          const ForEach& for_each) {
  typename SharedMap<T>::Builder builder;
  Result<void> loaded = for_each([&](T&& value) {
    std::string digest = KeyOf(value.token_digest);
    index[value.id] = digest;
    value.caller = MakeCaller(value);
    builder.Add(std::move(digest), std::make_shared<const T>(std::move(value)));
  });
  if (loaded) map = std::move(builder).Build();
  return loaded;
}

template <typename T>
std::shared_ptr<const T> WithCaller(const T& value) {
  auto entry = std::make_shared<T>(value);
  entry->caller = MakeCaller(value);
  return entry;
}

/// The entry of a resource or query.
template <typename Entry, typename Item, typename Compiler>
std::shared_ptr<Entry> MakeEntry(const Item& item, bool broken, const Compiler& compiler) {
  auto entry = std::make_shared<Entry>();
  entry->id = item.id;
  entry->version = item.version;
  entry->slug = item.slug;
  entry->broken = broken;
  if (broken) return entry;
  try {
    entry->prepared = compiler(item);
  } catch (const std::exception&) {
    // What was stored by an older build, or damaged: the one is refused, others load. The reason
    // may quote the document, so it is not kept.
    entry->broken = true;
  }
  return entry;
}

template <typename T>
void EraseById(SharedMap<T>& map, std::unordered_map<std::string, std::string>& index,
               const std::string& id) {
  const auto found = index.find(id);
  if (found == index.end()) return;
  map.Erase(found->second);
  index.erase(found);
}

}  // namespace

Result<void> SnapshotKeeper::Load(Repository& repository) {
  Result<void> loaded = LoadResources(repository);
  if (loaded) loaded = LoadQueries(repository);
  if (!loaded) return loaded;
  loaded = LoadByDigest(draft_.api_keys, api_key_digests_,
                        [&](const auto& visit) { return repository.ForEachApiKey(visit); });
  if (!loaded) return loaded;
  loaded = LoadByDigest(draft_.sessions, session_digests_,
                        [&](const auto& visit) { return repository.ForEachSession(visit); });
  if (loaded) loaded = tokens_.Load(repository);
  if (!loaded) return loaded;
  changed_ = true;
  return {};
}

Result<void> SnapshotKeeper::LoadResources(Repository& repository) {
  SharedMap<ResourceEntry>::Builder resources;
  Result<void> loaded = repository.ForEachResource([&](Resource&& resource, bool broken) {
    resources.Add(resource.slug, Compile(resource, broken));
  });
  if (loaded) draft_.resources = std::move(resources).Build();
  return loaded;
}

Result<void> SnapshotKeeper::LoadQueries(Repository& repository) {
  SharedMap<QueryEntry>::Builder queries;
  std::unordered_map<std::int64_t, std::set<std::string>> slugs;
  Result<void> loaded = repository.ForEachQuery([&](Query&& query, bool broken) {
    queries.Add(QueryKey(query.resource_id, query.slug), Compile(query, broken));
    slugs[query.resource_id].insert(query.slug);
  });
  if (!loaded) return loaded;
  draft_.queries = std::move(queries).Build();
  query_slugs_ = std::move(slugs);
  return {};
}

void SnapshotKeeper::Subscribe(SnapshotSubscriber subscriber) {
  const std::lock_guard lock(mutex_);
  subscribers_.push_back(std::move(subscriber));
}

SnapshotPointer SnapshotKeeper::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void SnapshotKeeper::Put(const Resource& resource) {
  draft_.resources.Put(resource.slug, Compile(resource, false));
  changed_ = true;
}

void SnapshotKeeper::Rename(const std::string& old_slug, const Resource& resource) {
  if (old_slug != resource.slug) draft_.resources.Erase(old_slug);
  Put(resource);
}

void SnapshotKeeper::EraseResource(const std::string& slug) {
  if (const auto entry = draft_.resources.Find(slug)) {
    const auto queries = query_slugs_.extract(entry->id);
    if (!queries.empty()) {
      for (const std::string& query : queries.mapped()) {
        draft_.queries.Erase(QueryKey(entry->id, query));
      }
    }
    tokens_.EraseOfResource(entry->id);
  }
  draft_.resources.Erase(slug);
  changed_ = true;
}

void SnapshotKeeper::Put(const Query& query) {
  draft_.queries.Put(QueryKey(query.resource_id, query.slug), Compile(query, false));
  query_slugs_[query.resource_id].insert(query.slug);
  changed_ = true;
}

void SnapshotKeeper::Rename(const std::string& old_slug, const Query& query) {
  if (old_slug != query.slug) EraseQuery(query.resource_id, old_slug);
  Put(query);
}

void SnapshotKeeper::EraseQuery(const std::string& resource_slug, const std::string& slug) {
  if (const auto entry = draft_.resources.Find(resource_slug)) EraseQuery(entry->id, slug);
}

void SnapshotKeeper::EraseQuery(std::int64_t resource_id, const std::string& slug) {
  draft_.queries.Erase(QueryKey(resource_id, slug));
  const auto slugs = query_slugs_.find(resource_id);
  if (slugs != query_slugs_.end()) {
    slugs->second.erase(slug);
    if (slugs->second.empty()) query_slugs_.erase(slugs);
  }
  changed_ = true;
}

void SnapshotKeeper::Put(const ApiKey& key) {
  std::string digest = KeyOf(key.token_digest);
  draft_.api_keys.Put(digest, WithCaller(key));
  api_key_digests_[key.id] = std::move(digest);
  changed_ = true;
}

void SnapshotKeeper::EraseApiKey(const std::string& id) {
  EraseById(draft_.api_keys, api_key_digests_, id);
  changed_ = true;
}

void SnapshotKeeper::Put(const Session& session) {
  std::string digest = KeyOf(session.token_digest);
  draft_.sessions.Put(digest, WithCaller(session));
  session_digests_[session.id] = std::move(digest);
  changed_ = true;
}

void SnapshotKeeper::EraseSession(const std::string& id) {
  EraseById(draft_.sessions, session_digests_, id);
  tokens_.EraseOfSession(id);
  changed_ = true;
}

void SnapshotKeeper::Put(TokenSet set) {
  tokens_.Put(std::move(set));
  changed_ = true;
}

void SnapshotKeeper::EraseTokens(std::int64_t resource_id, const TokenOwnerId& owner) {
  tokens_.Erase(TokenKey(resource_id, owner));
  changed_ = true;
}

void SnapshotKeeper::EraseTokensOf(std::int64_t resource_id) {
  tokens_.EraseOfResource(resource_id);
  changed_ = true;
}

void SnapshotKeeper::PublishAndThen(std::function<void()> then) {
  const auto adoption = std::make_shared<Adoption>(std::move(then));
  if (!changed_) return;
  changed_ = false;
  ++draft_.generation;
  auto snapshot = std::make_shared<const Snapshot>(draft_);
  std::vector<SnapshotSubscriber> subscribers;
  {
    const std::lock_guard lock(mutex_);
    current_ = snapshot;
    subscribers = subscribers_;
  }
  std::erase_if(waiting_, [](const auto& other) { return other.expired(); });
  waiting_.push_back(adoption);
  for (const SnapshotSubscriber& subscriber : subscribers) {
    subscriber(snapshot, ShareOf(adoption));
  }
}

void SnapshotKeeper::FinishAdoptions() {
  for (const auto& weak : waiting_) {
    if (const auto adoption = weak.lock()) adoption->Finish();
  }
  waiting_.clear();
}

std::shared_ptr<const ResourceEntry> SnapshotKeeper::Compile(const Resource& resource,
                                                             bool broken) const {
  return MakeEntry<ResourceEntry>(resource, broken, resource_compiler_);
}

std::shared_ptr<const QueryEntry> SnapshotKeeper::Compile(const Query& query, bool broken) const {
  auto entry = MakeEntry<QueryEntry>(query, broken, query_compiler_);
  entry->resource_id = query.resource_id;
  return entry;
}

}  // namespace sallyport::store
