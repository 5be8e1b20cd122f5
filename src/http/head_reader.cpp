#include "http/head_reader.h"

#include <cstdint>
#include <limits>

#include "http/byte_set.h"
#include "http/list.h"

namespace sallyport::http {
namespace {

// A signed 64-bit length is what most peers can hold; more than that is an attack, not a body.
constexpr std::uint64_t kLargestLength = std::numeric_limits<std::int64_t>::max();

bool IsBlank(char byte) { return byte == ' ' || byte == '\t'; }

void NoteConnection(std::string_view value, KnownFields& known) {
  ForEachElement(value, [&known](std::string_view option) {
    if (!kTokenBytes.HasAll(option)) return;
    if (IsNamed(option, "close")) known.close = true;
    if (IsNamed(option, "keep-alive")) known.keep_alive = true;
    if (IsNamed(option, "upgrade")) known.upgrade_option = true;
  });
}

/// The length picks the only candidates, so that most fields cost one comparison.
void Note(const FieldView& field, KnownFields& known) {
  switch (field.name.size()) {
    case 4:
      if (!IsNamed(field.name, "host")) return;
      known.host = field.value;
      ++known.host_count;
      return;
    case 6:
      if (!IsNamed(field.name, "expect")) return;
      ForEachElement(field.value, [&known](std::string_view expectation) {
        if (EqualsIgnoreCase(expectation, "100-continue")) known.expect_continue = true;
      });
      return;
    case 7:
      if (IsNamed(field.name, "upgrade")) known.upgrade_field = true;
      return;
    case 10:
      if (IsNamed(field.name, "connection")) NoteConnection(field.value, known);
      return;
    case 14:
      if (!IsNamed(field.name, "content-length")) return;
      known.content_length = field.value;
      ++known.content_length_count;
      return;
    case 17:
      if (!IsNamed(field.name, "transfer-encoding")) return;
      known.transfer_encoding = field.value;
      ++known.transfer_encoding_count;
      return;
    default:
      return;
  }
}

Flaw ReadLength(std::string_view digits, std::uint64_t& length) {
  if (digits.empty() || !kDigits.HasAll(digits)) return Flaw::kLengthNotDigits;
  length = 0;
  for (const char byte : digits) {
    const auto digit = static_cast<std::uint64_t>(byte - '0');
    if (length > (kLargestLength - digit) / 10) return Flaw::kLengthTooLarge;
    length = length * 10 + digit;
  }
  return Flaw::kNone;
}

}  // namespace

std::string_view HeadReader::TakeValue() {
  const char* const begin = position_;
  const char* next = begin;
  while (end_ - next >= 8 && AreEightValueBytes(next)) next += 8;
  while (kValueBytes.Has(*next)) ++next;
  position_ = next;
  return {begin, static_cast<std::size_t>(next - begin)};
}

Flaw HeadReader::EndLine(Flaw otherwise) {
  if (*position_ == '\r') {
    if (position_[1] != '\n') return Flaw::kBareCr;
    position_ += 2;
    ++line_;
    return Flaw::kNone;
  }
  return *position_ == '\n' ? Flaw::kBareLf : otherwise;
}

Flaw HeadReader::ReadFields(std::size_t limit, FieldViews& fields, KnownFields& known) {
  while (!at_end()) {
    if (Peek() == '\r') {
      if (const Flaw flaw = EndLine(Flaw::kBareCr); flaw != Flaw::kNone) return flaw;
      return at_end() ? Flaw::kNone : Flaw::kBytesAfterEnd;
    }
    FieldView field;
    if (const Flaw flaw = ReadField(field); flaw != Flaw::kNone) return flaw;
    if (fields.size() == limit) return Flaw::kTooManyFields;
    fields.Add(field);
    Note(field, known);
  }
  return Flaw::kIncomplete;
}

Flaw HeadReader::ReadField(FieldView& field) {
  field.name = Take(kTokenBytes);
  if (field.name.empty() || !Skip(':')) return NameFlaw(field.name.empty());

  while (IsBlank(*position_)) ++position_;
  std::string_view value = TakeValue();
  while (!value.empty() && IsBlank(value.back())) value.remove_suffix(1);
  field.value = value;
  return EndLine(Flaw::kValueByte);
}

/// Why the bytes here are no "name:".
Flaw HeadReader::NameFlaw(bool empty) const {
  const char next = *position_;
  if (next == '\n') return Flaw::kBareLf;
  if (next == '\r') return position_[1] == '\n' ? Flaw::kNoColon : Flaw::kBareCr;
  if (IsBlank(next)) return empty ? Flaw::kObsFold : Flaw::kBlankBeforeColon;
  if (next == ':') return Flaw::kEmptyName;
  return Flaw::kNameByte;
}

Flaw JudgeFraming(const KnownFields& known, bool http_1_0, FramingVerdict& verdict) {
  if (known.transfer_encoding_count > 1) return Flaw::kCodingTwice;
  if (known.content_length_count > 1) return Flaw::kLengthTwice;
  if (known.transfer_encoding_count == 1) {
    if (known.content_length_count == 1) return Flaw::kLengthAndCoding;
    if (http_1_0) return Flaw::kCodingBefore11;
    if (!EqualsIgnoreCase(known.transfer_encoding, "chunked")) return Flaw::kCodingNotChunked;
    verdict.chunked = true;
    return Flaw::kNone;
  }
  if (known.content_length_count == 0) return Flaw::kNone;
  verdict.has_length = true;
  return ReadLength(known.content_length, verdict.length);
}

bool WantsKeepAlive(const KnownFields& known, bool http_1_0) {
  return !known.close && (!http_1_0 || known.keep_alive);
}

Flaw JudgeVersion(std::string_view version, Flaw otherwise, bool& http_1_0) {
  if (version == "HTTP/1.1") {
    http_1_0 = false;
    return Flaw::kNone;
  }
  if (version == "HTTP/1.0") {
    http_1_0 = true;
    return Flaw::kNone;
  }
  if (!version.starts_with("HTTP/")) return otherwise;
  const std::string_view number = version.substr(5);
  const std::size_t dot = number.find('.');
  const std::string_view major = number.substr(0, dot);
  const std::string_view minor = dot == std::string_view::npos ? "0" : number.substr(dot + 1);
  const bool is_number =
      !major.empty() && !minor.empty() && kDigits.HasAll(major) && kDigits.HasAll(minor);
  return is_number ? Flaw::kVersion : otherwise;
}

}  // namespace sallyport::http
