#include "sallyport/base/json_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdint>

#include "sallyport/base/eight_bytes.h"
#include "sallyport/base/strings.h"

namespace sallyport {
namespace {

constexpr std::size_t kDeepest = 1024;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// The high bit of each of eight bytes that a string must escape.
std::uint64_t EscapesIn(const char* eight) {
  const std::uint64_t word = LoadEight(eight);
  return BytesBelow(word, 0x20) | BytesEqual(word, '"') | BytesEqual(word, '\\');
}

/// Which of the eight is the first? Precondition: there is one.
std::size_t FirstOf(std::uint64_t bits) {
  const bool little = std::endian::native == std::endian::little;
  return static_cast<std::size_t>(little ? std::countr_zero(bits) : std::countl_zero(bits)) / 8;
}

/// By table: names and numbers are short.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t i = 0x20; i < plain.size(); ++i) plain[i] = i != '"' && i != '\\';
  return plain;
}();

bool IsPlain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

/// Walks over one text. Which container is open at each depth is one bit, so no stack grows with
/// the input.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t max_depth)
      : text_(text), max_depth_(std::min(max_depth, kDeepest)) {}

  std::optional<JsonFlaw> Scan() {
    if (!Value()) return flaw_;
    while (depth_ > 0) {
      if (!Next()) return flaw_;
    }
    SkipBlanks();
    if (at_ != text_.size()) Fail("there is something after the value");
    return flaw_;
  }

 private:
  bool Fail(std::string_view description) {
    flaw_ = JsonFlaw{at_, description};
    return false;
  }

  void SkipBlanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// A scalar, or the opening of a container with its first value begun.
  bool Value() {
    SkipBlanks();
    if (at_ >= text_.size()) return Fail("a value is missing");
    switch (text_[at_]) {
      case '{':
        return OpenObject();
      case '[':
        return OpenArray();
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  /// What may follow a value inside the innermost container.
  bool Next() {
    SkipBlanks();
    const bool object = is_object_[depth_ - 1];
    if (Take(object ? '}' : ']')) {
      --depth_;
      return true;
    }
    if (!Take(',')) return Fail(object ? "',' or '}' is missing" : "',' or ']' is missing");
    return object ? Member() : Value();
  }

  bool Open(bool object) {
    if (depth_ == max_depth_) return Fail("it is nested too deeply");
    is_object_[depth_++] = object;
    ++at_;
    SkipBlanks();
    return true;
  }

  bool OpenObject() {
    if (!Open(true)) return false;
    if (at_ < text_.size() && text_[at_] == '}') return true;  // Next() closes it
    return Member();
  }

  bool OpenArray() {
    if (!Open(false)) return false;
    if (at_ < text_.size() && text_[at_] == ']') return true;
    return Value();
  }

  bool Member() {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != '"')
      return Fail("a member name in double quotes is missing");
    if (!String()) return false;
    SkipBlanks();
    if (!Take(':')) return Fail("':' is missing after a member name");
    return Value();
  }

  bool Word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return Fail("a value is missing");
    at_ += word.size();
    return true;
  }

  bool Digits() {
    if (at_ >= text_.size() || !IsDigit(text_[at_])) return Fail("a digit is missing");
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return true;
  }

  bool Number() {
    if (text_[at_] != '-' && !IsDigit(text_[at_])) return Fail("a value is missing");
    Take('-');
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    if (zero) {
      ++at_;
      if (at_ < text_.size() && IsDigit(text_[at_])) return Fail("a number may not start with 0");
    } else if (!Digits()) {
      return false;
    }
    if (Take('.') && !Digits()) return false;
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      return Digits();
    }
    return true;
  }

  bool String() {
    ++at_;  // the opening quote
    for (;;) {
      const std::string_view plain = text_.substr(at_, PlainJsonPrefix(text_.substr(at_)));
      const std::size_t valid = Utf8Prefix(plain);
      at_ += valid;
      if (valid < plain.size()) return Fail("the text is not UTF-8");
      if (at_ >= text_.size()) return Fail("a string is not closed");
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] != '\\') return Fail("a control character in a string must be escaped");
      if (!Escape()) return false;
    }
  }

  bool Escape() {
    ++at_;  // the backslash
    if (at_ >= text_.size()) return Fail("a string is not closed");
    const char kind = text_[at_];
    if (kind != 'u') {
      if (std::string_view("\"\\/bfnrt").find(kind) == std::string_view::npos)
        return Fail("an escape is unknown");
      ++at_;
      return true;
    }
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ >= text_.size() || !IsHex(text_[at_])) return Fail("\\u needs four hex digits");
    }
    return true;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::bitset<kDeepest> is_object_;
  std::optional<JsonFlaw> flaw_;
};

}  // namespace

std::size_t PlainJsonPrefix(std::string_view text) {
  constexpr std::size_t kShort = 16;
  constexpr std::size_t kWord = 8;
  const std::size_t near = std::min(kShort, text.size());
  std::size_t size = 0;
  while (size < near && IsPlain(text[size])) ++size;
  if (size < near) return size;
  // Then eight bytes at a time: bodies of many kilobytes come through here. The last eight may
  // overlap.
  while (size < text.size()) {
    size = std::min(size, text.size() - kWord);
    const std::uint64_t found = EscapesIn(text.data() + size);
    if (found != 0) return size + FirstOf(found);
    size += kWord;
  }
  return size;
}

std::optional<JsonFlaw> ScanJson(std::string_view text, std::size_t max_depth) {
  return Scanner(text, max_depth).Scan();
}

}  // namespace sallyport
