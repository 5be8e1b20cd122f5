#include "sallyport/crypto/keyring.h"

#include <algorithm>
#include <stdexcept>

#include "sallyport/crypto/digest.h"

namespace sallyport::crypto {
namespace {

constexpr char kSeparator = ':';  // never part of a data key id, which is hex

/// Every part with its length in front, so that no two lists of parts give the same bytes.
std::string JoinParts(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    joined += std::to_string(part.size());
    joined += kSeparator;
    joined += part;
  }
  return joined;
}

std::string WrapContext(std::string_view data_key_id, std::string_view master_id) {
  return JoinParts({"sallyport", "data_keys", data_key_id, "wrapped", master_id});
}

std::string ValueContext(std::string_view table, std::int64_t row, std::string_view column,
                         std::string_view data_key_id) {
  return JoinParts({"sallyport", table, std::to_string(row), column, data_key_id});
}

Error CannotOpen(std::string message) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, std::move(message));
}

std::string Wrap(const MasterKey& master, const std::string& id, const Secret& data_key) {
  return data_key.Reveal([&](std::string_view bytes) {
    return AeadSeal(master.bytes, bytes, WrapContext(id, master.id));
  });
}

}  // namespace

Keyring::Keyring(std::vector<MasterKey> master_keys) : master_keys_(std::move(master_keys)) {
  if (master_keys_.empty()) throw std::invalid_argument("a keyring needs a master key");
}

WrappedKey Keyring::CreateDataKey() {
  const MasterKey& master = master_keys_.front();
  WrappedKey key{RandomId(), master.id, ""};
  Secret bytes(RandomBytes(kKeyBytes));
  key.wrapped = Wrap(master, key.id, bytes);
  data_keys_[key.id] = std::move(bytes);
  active_ = key.id;
  return key;
}

Result<void> Keyring::AddDataKey(const WrappedKey& key, bool active) {
  const auto master =
      std::find_if(master_keys_.begin(), master_keys_.end(),
                   [&](const MasterKey& candidate) { return candidate.id == key.master_id; });
  if (master == master_keys_.end()) {
    return CannotOpen("the data key is wrapped by the master key \"" + key.master_id +
                      "\", which is not configured");
  }
  Result<Secret> opened = AeadOpen(master->bytes, key.wrapped, WrapContext(key.id, key.master_id));
  if (!opened || opened->size() != kKeyBytes) {
    return CannotOpen("the master key \"" + key.master_id +
                      "\" does not open the data key: it is not the key that wrapped it");
  }
  data_keys_[key.id] = std::move(*opened);
  if (active) active_ = key.id;
  return {};
}

Result<WrappedKey> Keyring::Rewrap(const std::string& data_key_id) const {
  const auto found = data_keys_.find(data_key_id);
  if (found == data_keys_.end()) return CannotOpen("this data key is not open");
  const MasterKey& master = master_keys_.front();
  return WrappedKey{data_key_id, master.id, Wrap(master, data_key_id, found->second)};
}

void Keyring::Forget(const std::string& data_key_id) {
  data_keys_.erase(data_key_id);
  if (active_ == data_key_id) active_.clear();
}

std::string Keyring::Seal(std::string_view plaintext, std::string_view table, std::int64_t row,
                          std::string_view column) const {
  const auto key = data_keys_.find(active_);
  if (key == data_keys_.end()) throw std::logic_error("the keyring has no active data key");
  return active_ + kSeparator +
         AeadSeal(key->second, plaintext, ValueContext(table, row, column, active_));
}

Result<Secret> Keyring::Open(std::string_view blob, std::string_view table, std::int64_t row,
                             std::string_view column) const {
  const std::size_t separator = blob.find(kSeparator);
  if (separator == std::string_view::npos) return CannotOpen("this is no sealed value");
  const std::string id(blob.substr(0, separator));
  const auto key = data_keys_.find(id);
  if (key == data_keys_.end()) {
    return CannotOpen("a sealed value needs a data key that is not open");
  }
  return AeadOpen(key->second, blob.substr(separator + 1), ValueContext(table, row, column, id));
}

}  // namespace sallyport::crypto
