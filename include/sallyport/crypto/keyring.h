// Authenticated encryption with data keys wrapped by master keys (AES-256-GCM, fresh 96-bit nonce
// for every sealing).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"

namespace sallyport::crypto {

inline constexpr std::size_t kKeyBytes = 32;

/// nonce(12) || ciphertext || tag(16). Precondition: key has kKeyBytes.
[[nodiscard]] std::string AeadSeal(const Secret& key, std::string_view plaintext,
                                   std::string_view associated_data);
/// kInternal when it does not open; nothing of the plaintext leaks then.
[[nodiscard]] Result<Secret> AeadOpen(const Secret& key, std::string_view sealed,
                                      std::string_view associated_data);

struct MasterKey {
  std::string id;
  Secret bytes;
};

/// Base64 or hex text of 32 bytes -> key. Refuses what is missing, short, all zero, one repeated
/// byte or a known sample; the message says which and how to make a good one (`sallyport keys
/// generate`).
[[nodiscard]] Result<Secret> ParseMasterKey(std::string_view text);

/// A data key as it is stored.
struct WrappedKey {
  std::string id;         ///< random
  std::string master_id;  ///< the master key that wraps it
  std::string
      wrapped;  ///< AeadSeal under the master key, associated data names table, id and master id
};

/// Opens and seals values. Not thread-safe (the store thread owns it).
class Keyring {
 public:
  /// `master_keys`: the first wraps new data keys, all may open.
  explicit Keyring(std::vector<MasterKey> master_keys);

  /// A fresh data key, wrapped by the first master key; it becomes the active one.
  [[nodiscard]] WrappedKey CreateDataKey();
  /// Adds a stored one; kInternal when no master key opens it. `active`: seals new values.
  [[nodiscard]] Result<void> AddDataKey(const WrappedKey& key, bool active);
  /// The same data key wrapped by the first master key.
  [[nodiscard]] Result<WrappedKey> Rewrap(const std::string& data_key_id) const;
  void Forget(const std::string& data_key_id);
  [[nodiscard]] bool Holds(const std::string& data_key_id) const {
    return data_keys_.count(data_key_id) != 0;
  }
  /// How many data keys are open.
  [[nodiscard]] std::size_t size() const { return data_keys_.size(); }

  /// "data key id" + ':' ... a self-describing blob: which data key, then AeadSeal. The associated
  /// data is table, row, column and key id, unambiguously joined.
  [[nodiscard]] std::string Seal(std::string_view plaintext, std::string_view table,
                                 std::int64_t row, std::string_view column) const;
  [[nodiscard]] Result<Secret> Open(std::string_view blob, std::string_view table, std::int64_t row,
                                    std::string_view column) const;
  [[nodiscard]] const std::string& active_id() const { return active_; }
  [[nodiscard]] const std::string& first_master_id() const { return master_keys_.front().id; }

 private:
  std::vector<MasterKey> master_keys_;
  std::map<std::string, Secret> data_keys_;
  std::string active_;
};

}  // namespace sallyport::crypto
