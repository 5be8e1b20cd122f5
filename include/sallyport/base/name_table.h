// A fixed set of lower-case names, made at compile time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sallyport/base/strings.h"

namespace sallyport {

/// Most questions are answered by the length alone, because few names share one.
template <std::size_t kCount>
class NameTable {
 public:
  /// Precondition: lower case, none longer than kLongest.
  constexpr explicit NameTable(std::array<std::string_view, kCount> names) : names_(names) {
    std::sort(names_.begin(), names_.end(),
              [](std::string_view a, std::string_view b) { return a.size() < b.size(); });
    for (std::size_t length = 0; length < starts_.size(); ++length) {
      const auto first =
          std::find_if(names_.begin(), names_.end(),
                       [length](std::string_view name) { return name.size() >= length; });
      starts_[length] = static_cast<std::uint8_t>(first - names_.begin());
    }
  }

  /// Byte for byte.
  [[nodiscard]] bool Has(std::string_view name) const {
    return HasSuch(name, [name](std::string_view known) { return known == name; });
  }
  [[nodiscard]] bool HasIgnoreCase(std::string_view name) const {
    return HasSuch(name, [name](std::string_view known) { return EqualsIgnoreCase(known, name); });
  }

 private:
  static constexpr std::size_t kLongest = 32;

  template <typename Equals>
  [[nodiscard]] bool HasSuch(std::string_view name, Equals equals) const {
    if (name.size() > kLongest) return false;
    for (std::size_t i = starts_[name.size()]; i < starts_[name.size() + 1]; ++i) {
      if (equals(names_[i])) return true;
    }
    return false;
  }

  std::array<std::string_view, kCount> names_;
  std::array<std::uint8_t, kLongest + 2> starts_{};  ///< by length: the first that is no shorter
};

}  // namespace sallyport
