// Judges master keys: what no random generator makes is refused.
#include <algorithm>
#include <optional>
#include <set>

#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/keyring.h"

namespace sallyport::crypto {
namespace {

Error Weak(std::string_view what) {
  return Error(
      ErrorKind::kValidationFailed, ErrorSource::kGateway,
      "the master key " + std::string(what) + "; make a good one with `sallyport keys generate`");
}

/// Hex first: hex digits are readable as Base64, too, but no random key looks so.
std::optional<std::string> Decode(std::string_view text) {
  if (auto bytes = HexDecode(text)) return bytes;
  if (auto bytes = Base64Decode(text)) return bytes;
  return Base64UrlDecode(text);
}

bool Repeats(std::string_view key, std::size_t period) {
  for (std::size_t i = period; i < key.size(); ++i) {
    if (key[i] != key[i - period]) return false;
  }
  return true;
}

/// 00 01 02 ..., ff fe fd ...: every byte differs from the last by the same step.
bool IsProgression(std::string_view key) {
  const auto step = static_cast<unsigned char>(key[1] - key[0]);
  for (std::size_t i = 1; i < key.size(); ++i) {
    if (static_cast<unsigned char>(key[i] - key[i - 1]) != step) return false;
  }
  return true;
}

bool IsPrintable(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

/// "" for a key that a generator may have made. A random key fails with less than one chance in
/// 10^13.
std::string_view Weakness(std::string_view key) {
  if (key.find_first_not_of('\0') == std::string_view::npos) return "is all zero";
  if (Repeats(key, 1)) return "is one repeated byte";
  for (std::size_t period = 2; period <= kKeyBytes / 2; ++period) {
    if (Repeats(key, period)) return "is a sample: a short pattern, repeated";
  }
  if (IsProgression(key)) return "is a sample: bytes that count up or down";
  if (std::set<char>(key.begin(), key.end()).size() < 8) return "is a sample: too few byte values";
  if (IsPrintable(key)) return "is typed text, not 32 random bytes";
  return "";
}

}  // namespace

Result<Secret> ParseMasterKey(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  if (trimmed.empty()) return Weak("is missing: 32 bytes as Base64 or hex are expected");
  std::optional<std::string> decoded = Decode(trimmed);
  if (!decoded) return Weak("is neither Base64 nor hex text of 32 bytes");
  const Secret key(std::move(*decoded));
  if (key.size() != kKeyBytes) {
    return Weak("has " + std::to_string(key.size()) + " bytes, exactly 32 are expected");
  }
  const std::string_view weakness = key.Reveal(Weakness);
  if (!weakness.empty()) return Weak(weakness);
  return key;
}

}  // namespace sallyport::crypto
