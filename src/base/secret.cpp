#include "sallyport/base/secret.h"

#include <cstring>

namespace sallyport {

void WipeBytes(void* data, std::size_t size) noexcept {
  if (size != 0) explicit_bzero(data, size);
}

// A short string lives inside the object and is copied by a move: the source must be wiped as well.
Secret::Secret(Secret&& other) noexcept
    : bytes_(other.bytes_.size() < sizeof(std::string) ? std::string(other.bytes_)
                                                       : std::move(other.bytes_)) {
  other.Wipe();
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    std::string copy(other.bytes_);
    Wipe();
    bytes_ = std::move(copy);
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_.swap(other.bytes_);
  }
  return *this;
}

Secret::~Secret() { Wipe(); }

void Secret::Wipe() noexcept {
  // The whole allocation: an earlier, longer value may stand behind the end.
  WipeBytes(bytes_.data(), bytes_.capacity());
  bytes_.clear();
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  // Keeps the compiler from leaving the loop early.
  asm volatile("" : "+r"(difference));
  return difference == 0;
}

}  // namespace sallyport
