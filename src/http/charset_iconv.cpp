#include "http/charset_iconv.h"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "http/byte_set.h"

namespace sallyport::http {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr ByteSet kNameBytes{
    [](unsigned char c) { return IsDigit(c) || IsAlpha(c) || IsOneOf(c, "-_:.+"); }};

class Converter {
 public:
  explicit Converter(const std::string& charset) : handle_(iconv_open("UTF-8", charset.c_str())) {}
  ~Converter() {
    if (known()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  [[nodiscard]] bool known() const {
    // iconv_open answers its error as a pointer that no object can have.
    return reinterpret_cast<std::intptr_t>(handle_) != -1;
  }

  /// One step from `text`, moving past what was read. `text` null: writes what is still pending.
  /// False when the bytes are not of the charset, or stop in the middle of a character.
  bool Step(std::string_view* text, std::string& out) {
    std::array<char, 16384> piece;
    char* to = piece.data();
    std::size_t room = piece.size();
    std::size_t result = 0;
    if (text == nullptr) {
      result = iconv(handle_, nullptr, nullptr, &to, &room);
    } else {
      char* from = const_cast<char*>(text->data());  // iconv only reads it
      std::size_t left = text->size();
      result = iconv(handle_, &from, &left, &to, &room);
      text->remove_prefix(text->size() - left);
    }
    const bool out_of_room = result == static_cast<std::size_t>(-1) && errno == E2BIG;
    out.append(piece.data(), piece.size() - room);
    return result != static_cast<std::size_t>(-1) || (out_of_room && room < piece.size());
  }

 private:
  iconv_t handle_;
};

}  // namespace

std::optional<std::string> ConvertToUtf8(std::string_view text, std::string_view charset) {
  if (charset.empty() || charset.size() > kLongestName || !kNameBytes.HasAll(charset)) {
    return std::nullopt;
  }
  Converter converter{std::string(charset)};
  if (!converter.known()) return std::nullopt;
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (!converter.Step(&text, out)) return std::nullopt;
  }
  if (!converter.Step(nullptr, out)) return std::nullopt;
  return out;
}

}  // namespace sallyport::http
