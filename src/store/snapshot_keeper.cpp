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
    builder.Add(std::move(digest), std::make_shared<const T>(std::move(value)));
  });
  if (loaded) map = std::move(builder).Build();
  return loaded;
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
  SharedMap<ResourceEntry>::Builder resources;
  Result<void> loaded = repository.ForEachResource([&](Resource&& resource, bool broken) {
    resources.Add(resource.slug, Compile(resource, broken));
  });
  if (!loaded) return loaded;
  draft_.resources = std::move(resources).Build();
  loaded = LoadByDigest(draft_.api_keys, api_key_digests_,
                        [&](const auto& visit) { return repository.ForEachApiKey(visit); });
  if (!loaded) return loaded;
  loaded = LoadByDigest(draft_.sessions, session_digests_,
                        [&](const auto& visit) { return repository.ForEachSession(visit); });
  if (!loaded) return loaded;
  changed_ = true;
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

void SnapshotKeeper::EraseResource(const std::string& slug) {
  draft_.resources.Erase(slug);
  changed_ = true;
}

void SnapshotKeeper::Put(const ApiKey& key) {
  std::string digest = KeyOf(key.token_digest);
  draft_.api_keys.Put(digest, std::make_shared<const ApiKey>(key));
  api_key_digests_[key.id] = std::move(digest);
  changed_ = true;
}

void SnapshotKeeper::EraseApiKey(const std::string& id) {
  EraseById(draft_.api_keys, api_key_digests_, id);
  changed_ = true;
}

void SnapshotKeeper::Put(const Session& session) {
  std::string digest = KeyOf(session.token_digest);
  draft_.sessions.Put(digest, std::make_shared<const Session>(session));
  session_digests_[session.id] = std::move(digest);
  changed_ = true;
}

void SnapshotKeeper::EraseSession(const std::string& id) {
  EraseById(draft_.sessions, session_digests_, id);
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
  auto entry = std::make_shared<ResourceEntry>();
  entry->id = resource.id;
  entry->version = resource.version;
  entry->slug = resource.slug;
  entry->broken = broken;
  if (broken) return entry;
  try {
    entry->prepared = compiler_(resource);
  } catch (const std::exception&) {
    // What was stored by an older build, or damaged: the one resource is refused, others load. The
    // reason may quote the document, so it is not kept.
    entry->broken = true;
  }
  return entry;
}

}  // namespace sallyport::store
