#include "observe/line_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace sallyport::observe {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the well-formed UTF-8 sequence at the front of `text` (RFC 3629), 0 when there is
/// none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;  // overlong
    if (first == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<std::uint8_t>(c);
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
  }
}

constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

bool IsPlain(char c) { return kPlain[static_cast<std::uint8_t>(c)]; }

void AppendNumber(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end.ptr);
}

/// Three decimals: microseconds. As whole numbers, because printing a double costs more than the
/// rest of an access line.
void AppendMilliseconds(std::string& out, double value) {
  constexpr double kMost = 1e12;
  const auto micros = static_cast<std::uint64_t>(std::clamp(value, 0.0, kMost) * 1000 + 0.5);
  AppendNumber(out, micros / 1000);
  const std::uint64_t rest = micros % 1000;
  const std::array<char, 4> decimals{'.', static_cast<char>('0' + rest / 100),
                                     static_cast<char>('0' + rest / 10 % 10),
                                     static_cast<char>('0' + rest % 10)};
  out.append(decimals.data(), decimals.size());
}

void AppendStringOrNull(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    AppendJsonString(out, text);
  }
}

void AppendMember(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  AppendStringOrNull(out, text);
}

void AppendAccessJson(std::string& out, std::string_view time, const AccessRecord& record) {
  out += R"({"ts":")";
  out += time;
  AppendMember(out, R"(","level":"info","msg":"request","request_id":)", record.request_id);
  AppendMember(out, R"(,"method":)", record.method);
  AppendMember(out, R"(,"route":)", record.route);
  out += R"(,"status":)";
  AppendNumber(out, static_cast<std::uint64_t>(std::max(record.status, 0)));
  out += R"(,"bytes":)";
  AppendNumber(out, record.bytes_out);
  out += R"(,"bytes_in":)";
  AppendNumber(out, record.bytes_in);
  out += R"(,"duration_ms":)";
  AppendMilliseconds(out, record.duration_ms);
  out += R"(,"upstream_ms":)";
  if (record.upstream_ms < 0) {
    out += "null";
  } else {
    AppendMilliseconds(out, record.upstream_ms);
  }
  AppendMember(out, R"(,"resource":)", record.resource);
  AppendMember(out, R"(,"user":)", record.user);
  AppendMember(out, R"(,"peer":)", record.peer);
  AppendMember(out, R"(,"code":)", record.code);
  out += '}';
}

/// A word as it stands; anything else quoted, so that no value can look like another member.
void AppendTextValue(std::string& out, std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsPlain(c) && c != ' ' && c != '=';
  });
  if (plain) {
    out += text;
  } else {
    AppendJsonString(out, text);
  }
}

void AppendTextMember(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += ' ';
  out += key;
  out += '=';
  AppendTextValue(out, text);
}

void AppendAccessText(std::string& out, std::string_view time, const AccessRecord& record) {
  out += time;
  out += " INFO  ";
  AppendTextValue(out, record.method.empty() ? "-" : record.method);
  out += ' ';
  AppendTextValue(out, record.route.empty() ? "-" : record.route);
  out += ' ';
  AppendNumber(out, static_cast<std::uint64_t>(std::max(record.status, 0)));
  out += " bytes=";
  AppendNumber(out, record.bytes_out);
  out += " duration_ms=";
  AppendMilliseconds(out, record.duration_ms);
  if (record.upstream_ms >= 0) {
    out += " upstream_ms=";
    AppendMilliseconds(out, record.upstream_ms);
  }
  AppendTextMember(out, "resource", record.resource);
  AppendTextMember(out, "user", record.user);
  AppendTextMember(out, "peer", record.peer);
  AppendTextMember(out, "code", record.code);
  AppendTextMember(out, "request_id", record.request_id);
}

std::string FormatEventText(std::string_view time, Level level, std::string_view message,
                            std::string_view request_id, const Json& fields) {
  constexpr std::array<std::string_view, 5> kTags{"TRACE", "DEBUG", "INFO ", "WARN ", "ERROR"};
  std::string line(time);
  line += ' ';
  line += kTags[static_cast<std::size_t>(level)];
  line += ' ';
  std::string quoted;
  AppendJsonString(quoted, message);
  line.append(quoted, 1, quoted.size() - 2);  // escaped, but without quotes
  for (const auto& [key, value] : fields.items()) {
    AppendTextMember(line, key,
                     value.is_string() ? value.get_ref<const std::string&>() : DumpJson(value));
  }
  AppendTextMember(line, "request_id", request_id);
  return line;
}

}  // namespace

std::string_view ToString(Level level) {
  constexpr std::array<std::string_view, 5> kNames{"trace", "debug", "info", "warn", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), IsPlain) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::size_t length = SequenceLength(text);
    if (length > 1) {
      out += text.substr(0, length);
    } else if (length == 1) {
      AppendEscaped(out, text.front());
    } else {
      out += kReplacement;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out += '"';
}

std::string FormatEvent(Format format, std::string_view time, Level level, std::string_view message,
                        std::string_view request_id, const Json& fields) {
  if (format == Format::kText) return FormatEventText(time, level, message, request_id, fields);
  std::string line = R"({"ts":")";
  line += time;
  line += R"(","level":")";
  line += ToString(level);
  line += R"(","msg":)";
  AppendJsonString(line, message);
  line += R"(,"request_id":)";
  AppendStringOrNull(line, request_id);
  for (const auto& [key, value] : fields.items()) {
    line += ',';
    AppendJsonString(line, key);
    line += ':';
    line += DumpJson(value);
  }
  line += '}';
  return line;
}

void AppendAccess(std::string& out, Format format, std::string_view time,
                  const AccessRecord& record) {
  if (format == Format::kText) {
    AppendAccessText(out, time, record);
  } else {
    AppendAccessJson(out, time, record);
  }
}

}  // namespace sallyport::observe
