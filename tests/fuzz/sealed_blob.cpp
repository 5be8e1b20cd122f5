// A sealed value as somebody may have written it into the database: it opens to what was sealed, or
// not at all. The input is taken as a blob of its own, and as a change of a good one.
#include <cstdint>
#include <string>
#include <vector>

#include "require.h"
#include "sallyport/crypto/keyring.h"
#include "store/secrets_json.h"

using namespace sallyport;
using namespace sallyport::crypto;

namespace {

constexpr std::string_view kPlaintext = R"({"/auth/token":"t"})";

class SealedValues {
 public:
  SealedValues() : keys_(MasterKeys()) {
    wrapped_ = keys_.CreateDataKey();
    good_ = keys_.Seal(kPlaintext, "resources", 1, "secrets");
  }
  void CheckOpens(std::string_view blob) const {
    const Result<Secret> opened = keys_.Open(blob, "resources", 1, "secrets");
    FUZZ_REQUIRE(opened.has_value() == (blob == good_));
    if (!opened) {
      FUZZ_REQUIRE(opened.error().kind() == ErrorKind::kInternal);
    } else {
      FUZZ_REQUIRE(opened->Reveal([](std::string_view text) { return text == kPlaintext; }));
    }
    FUZZ_REQUIRE(!keys_.Open(blob, "resources", 2, "secrets"));
    FUZZ_REQUIRE(!keys_.Open(blob, "queries", 1, "secrets"));
  }
  void CheckUnwraps(const std::string& wrapped) const {
    Keyring fresh(MasterKeys());
    const WrappedKey key{wrapped_.id, wrapped_.master_id, wrapped};
    FUZZ_REQUIRE(fresh.AddDataKey(key, true).has_value() == (wrapped == wrapped_.wrapped));
  }
  [[nodiscard]] const std::string& good() const { return good_; }
  [[nodiscard]] const std::string& wrapped() const { return wrapped_.wrapped; }

 private:
  static std::vector<MasterKey> MasterKeys() {
    std::vector<MasterKey> keys;
    keys.push_back({"k1", Secret("0123456789abcdefghijklmnopqrstuv")});
    return keys;
  }
  Keyring keys_;
  WrappedKey wrapped_;
  std::string good_;
};

/// `good` with the bytes of `change` xor-ed into it, cut or made longer by its first byte.
std::string Changed(std::string good, std::string_view change) {
  if (change.empty()) return good;
  const auto shift = static_cast<signed char>(change.front());
  change.remove_prefix(1);
  if (shift < 0)
    good.resize(good.size() - std::min<std::size_t>(good.size(), static_cast<std::size_t>(-shift)));
  if (shift > 0) good.append(static_cast<std::size_t>(shift), '\0');
  for (std::size_t i = 0; i < good.size() && i < change.size(); ++i) {
    good[i] = static_cast<char>(good[i] ^ change[i]);
  }
  return good;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SealedValues values;
  const std::string input(reinterpret_cast<const char*>(data), size);
  values.CheckOpens(input);
  values.CheckOpens(Changed(values.good(), input));
  values.CheckUnwraps(input);
  values.CheckUnwraps(Changed(values.wrapped(), input));

  // What a sealed value holds is read strictly too.
  const Result<store::Secrets> secrets = store::SecretsFromJson(Secret(input));
  if (secrets) {
    const Result<store::Secrets> again = store::SecretsFromJson(store::SecretsToJson(*secrets));
    FUZZ_REQUIRE(again && again->size() == secrets->size());
  }
  return 0;
}
