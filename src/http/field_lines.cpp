#include "sallyport/http/field_lines.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include "http/byte_set.h"
#include "http/host_field.h"
#include "sallyport/base/name_table.h"

namespace sallyport::http {
namespace {

constexpr NameTable<8> kHopByHop({"connection", "keep-alive", "proxy-connection",
                                  "proxy-authenticate", "te", "trailer", "transfer-encoding",
                                  "upgrade"});

Error Unsafe(std::string message) {
  return Error(ErrorKind::kUnsafeValue, ErrorSource::kCaller, std::move(message));
}

}  // namespace

bool IsToken(std::string_view text) { return !text.empty() && kTokenBytes.HasAll(text); }

bool IsFieldValue(std::string_view text) {
  constexpr std::size_t kWord = 8;
  if (text.size() < kWord) return kValueBytes.HasAll(text);
  while (text.size() > kWord && AreEightValueBytes(text.data())) {
    text.remove_prefix(std::min(kWord, text.size() - kWord));  // the last eight may overlap
  }
  return AreEightValueBytes(text.data()) || kValueBytes.HasAll(text);
}

bool IsRequestTarget(std::string_view text) { return !text.empty() && kTargetBytes.HasAll(text); }

bool IsHopByHop(std::string_view name) { return kHopByHop.HasIgnoreCase(name); }

Result<void> FieldLines::Add(std::string_view name, std::string_view value) {
  if (!IsToken(name)) {
    return Unsafe("a field name must be a token: letters, digits and !#$%&'*+-.^_`|~ only");
  }
  if (!IsFieldValue(value)) {
    return Unsafe("the value of the field " + std::string(name) +
                  " holds a control byte; only a tab is allowed");
  }
  AppendLine(name, value);
  return {};
}

/// In one go: every field of every message is written here.
void FieldLines::AppendLine(std::string_view name, std::string_view value) {
  const std::size_t before = bytes_.size();
  bytes_.resize(before + name.size() + value.size() + 4);
  char* to = std::copy(name.begin(), name.end(), bytes_.data() + before);
  *to++ = ':';
  *to++ = ' ';
  to = std::copy(value.begin(), value.end(), to);
  *to++ = '\r';
  *to = '\n';
}

void FieldLines::AddNumber(std::string_view name, std::uint64_t value) {
  assert(IsToken(name));
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  AppendLine(name, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

Result<std::string> WriteRequestHead(std::string_view method, std::string_view target,
                                     std::string_view host, const FieldLines& fields) {
  if (!IsToken(method)) return Unsafe("the method must be a token");
  if (!IsRequestTarget(target)) {
    return Unsafe("the request target may hold bytes 0x21-0x7E only, and no '#'");
  }
  if (!IsHostField(host)) return Unsafe("the Host field must be a host with an optional :port");

  std::string head;
  head.reserve(method.size() + target.size() + host.size() + fields.bytes().size() + 32);
  head.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
  head.append("\r\n").append(fields.bytes()).append("\r\n");
  return head;
}

std::string WriteResponseHead(int status, std::string_view reason, const FieldLines& fields) {
  assert(status >= 100 && status <= 599);
  if (!IsFieldValue(reason)) reason = {};

  std::string head;
  head.reserve(reason.size() + fields.bytes().size() + 24);
  head.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason);
  head.append("\r\n").append(fields.bytes()).append("\r\n");
  return head;
}

}  // namespace sallyport::http
