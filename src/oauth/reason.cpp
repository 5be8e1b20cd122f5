#include "oauth/reason.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sallyport/base/strings.h"
#include "sallyport/store/model.h"

namespace sallyport::oauth {
namespace {

constexpr std::size_t kShortestSecret = 4;
constexpr std::size_t kSuspicious = 16;
constexpr std::size_t kTooLong = 32;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsTokenByte(char c) {
  const char lower = ToLowerAscii(c);
  return IsDigit(c) || (lower >= 'a' && lower <= 'z') ||
         std::string_view("-._~+/=%").find(c) != std::string_view::npos;
}

void MaskAll(std::string& text, std::string_view secret) {
  if (secret.size() < kShortestSecret || secret == store::kMask) return;
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + store::kMask.size())) {
    text.replace(at, secret.size(), store::kMask);
  }
}

bool LooksLikeToken(std::string_view run) {
  if (run.size() >= kTooLong) return true;
  return run.size() >= kSuspicious && std::any_of(run.begin(), run.end(), IsDigit);
}

std::string MaskRuns(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && IsTokenByte(text[end])) ++end;
    const std::string_view run = text.substr(at, end - at);
    out += LooksLikeToken(run) ? store::kMask : run;
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

/// The code point at the front of valid UTF-8, and its length.
std::pair<std::uint32_t, std::size_t> FrontCodePoint(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {code, length};
}

/// Neither a control character nor one that only changes how the others look.
bool IsPrintable(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0xFEFF) return false;
  return (code < 0x200B || code > 0x200F) && (code < 0x2028 || code > 0x202E) &&
         (code < 0x2060 || code > 0x206F) && (code < 0xE000 || code > 0xF8FF) && code < 0xE0000;
}

std::string Printable(std::string_view text) {
  const bool utf8 = IsUtf8(text);
  std::string out;
  std::size_t characters = 0;
  while (!text.empty()) {
    const bool ascii = static_cast<unsigned char>(text.front()) < 0x80;
    const auto [code, length] =
        utf8 || ascii ? FrontCodePoint(text) : std::pair<std::uint32_t, std::size_t>{0, 1};
    const std::string_view character = text.substr(0, length);
    text.remove_prefix(length);
    const bool blank = code == ' ' || (code >= '\t' && code <= '\r');
    if (blank && (out.empty() || out.back() == ' ')) continue;
    if (++characters > kReasonLength) break;
    out += blank ? " " : IsPrintable(code) ? character : "?";
  }
  return std::string(Trim(out));
}

}  // namespace

std::string CleanReason(std::string_view text, const std::vector<Secret>& secrets) {
  std::string masked(text);
  std::vector<const Secret*> longest_first;
  for (const Secret& secret : secrets) longest_first.push_back(&secret);
  std::sort(longest_first.begin(), longest_first.end(),
            [](const Secret* a, const Secret* b) { return a->size() > b->size(); });
  for (const Secret* secret : longest_first) {
    secret->Reveal([&](std::string_view bytes) { MaskAll(masked, bytes); });
  }
  return Printable(MaskRuns(masked));
}

}  // namespace sallyport::oauth
