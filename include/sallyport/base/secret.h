// A value that must not be printed. No <<, no formatter, no conversion; wiped when it dies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sallyport {

/// Movable and copyable (a copy is wiped on its own). Not thread-safe to mutate; safe to read from
/// many threads.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) noexcept : bytes_(std::move(bytes)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  /// Calls `use(std::string_view)` and returns what it returns. Reveal where the bytes leave,
  /// nowhere else.
  template <typename Use>
  decltype(auto) Reveal(Use&& use) const {
    return std::forward<Use>(use)(std::string_view(bytes_));
  }

 private:
  void Wipe() noexcept;
  std::string bytes_;
};

/// Compares in time that depends on the lengths only.
[[nodiscard]] bool ConstantTimeEqual(std::string_view a, std::string_view b);

/// Overwrites the bytes so that the compiler cannot leave it out.
void WipeBytes(void* data, std::size_t size) noexcept;

}  // namespace sallyport
