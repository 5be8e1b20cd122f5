#include "sallyport/base/strings.h"

#include <algorithm>
#include <clocale>
#include <cwctype>
#include <limits>

#include "sallyport/base/eight_bytes.h"

namespace sallyport {
namespace {

/// One code point of well-formed UTF-8 at `position`; moves past it. 0xFFFFFFFF when it is not
/// well-formed.
constexpr std::uint32_t kBadCodePoint = 0xFFFFFFFF;

std::uint32_t TakeCodePoint(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(position);
  if (lead < 0x80) return text[position++];
  const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || position + static_cast<std::size_t>(length) > text.size()) {
    return kBadCodePoint;
  }
  std::uint32_t code = lead & (0x7F >> length);
  for (int i = 1; i < length; ++i) {
    const unsigned char next = byte(position + static_cast<std::size_t>(i));
    if ((next & 0xC0) != 0x80) return kBadCodePoint;
    code = (code << 6) | (next & 0x3F);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return kBadCodePoint;
  position += static_cast<std::size_t>(length);
  return code;
}

/// The C library's Unicode tables, whatever the process's locale is. Null only when the C library
/// has no UTF-8 locale.
locale_t Utf8Locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

bool IsTrimmable(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsOws(char c) { return c == ' ' || c == '\t'; }

template <typename Predicate>
std::string_view TrimIf(std::string_view text, Predicate strip) {
  while (!text.empty() && strip(text.front())) text.remove_prefix(1);
  while (!text.empty() && strip(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

void AppendCodePoint(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ToLowerAscii(c); });
  return lower;
}

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

std::string_view Trim(std::string_view text) { return TrimIf(text, IsTrimmable); }

std::string_view TrimOws(std::string_view text) { return TrimIf(text, IsOws); }

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::optional<std::uint64_t> ParseUnsigned(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::size_t Utf8Prefix(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    // Most text is ASCII: eight bytes at a time.
    constexpr std::size_t kWord = 8;
    if (text.size() - position >= kWord &&
        (LoadEight(text.data() + position) & EightOf(0x80)) == 0) {
      position += kWord;
      continue;
    }
    if (static_cast<unsigned char>(text[position]) < 0x80) {
      ++position;
      continue;
    }
    const std::size_t start = position;
    if (TakeCodePoint(text, position) == kBadCodePoint) return start;
  }
  return text.size();
}

bool IsUtf8(std::string_view text) { return Utf8Prefix(text) == text.size(); }

std::string FoldCase(std::string_view utf8) {
  std::string folded;
  folded.reserve(utf8.size());
  for (std::size_t position = 0; position < utf8.size();) {
    const std::size_t start = position;
    const std::uint32_t code = TakeCodePoint(utf8, position);
    if (code == kBadCodePoint) {
      folded += utf8[start];
      position = start + 1;
    } else if (code < 0x80 || Utf8Locale() == nullptr) {
      folded += ToLowerAscii(utf8.substr(start, position - start));
    } else {
      AppendCodePoint(
          folded, static_cast<std::uint32_t>(towlower_l(static_cast<wint_t>(code), Utf8Locale())));
    }
  }
  return folded;
}

std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.empty()) return {};  // no typo of anything
  const std::string_view closest = Closest(word, candidates);
  const std::size_t most = std::max<std::size_t>(1, word.size() / 3);
  return EditDistance(word, closest) <= most ? closest : std::string_view();
}

std::string_view Closest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace sallyport
