#include <algorithm>

#include "http/byte_set.h"
#include "http/head_flaw.h"
#include "http/head_reader.h"
#include "http/host_field.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/message_head.h"

namespace sallyport::http {
namespace {

// What a browser or curl sends fits without a second allocation.
constexpr std::size_t kUsualFields = 24;

/// RFC 9112 §2.2: a server should ignore at least one empty line before the request line.
Flaw SkipEmptyLine(HeadReader& reader) {
  if (reader.Peek() != '\r' && reader.Peek() != '\n') return Flaw::kNone;
  if (const Flaw flaw = reader.EndLine(Flaw::kEmptyLines); flaw != Flaw::kNone) return flaw;
  if (reader.at_end() || reader.Peek() == '\r') return Flaw::kEmptyLines;
  return Flaw::kNone;
}

/// Why the target does not end in a blank.
Flaw TargetFlaw(char next) {
  if (next == '#') return Flaw::kFragment;
  return next == '\r' || next == '\n' ? Flaw::kRequestLine : Flaw::kTargetByte;
}

void SplitQueryOff(std::string_view path_and_query, RequestHead& head) {
  const std::size_t mark = path_and_query.find('?');
  head.path = path_and_query.substr(0, mark);
  head.has_query = mark != std::string_view::npos;
  if (head.has_query) head.query = path_and_query.substr(mark + 1);
}

/// RFC 9112 §3.2.2; an empty path is "/" (RFC 9110 §4.2.3).
Flaw SplitAbsoluteForm(std::size_t scheme_bytes, RequestHead& head) {
  const std::string_view rest = head.target.substr(scheme_bytes);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  if (!IsHostField(rest.substr(0, authority_end))) return Flaw::kTargetAuthority;
  SplitQueryOff(rest.substr(authority_end), head);
  if (head.path.empty()) head.path = "/";
  return Flaw::kNone;
}

Flaw SplitTarget(RequestHead& head) {
  if (head.method == "CONNECT") return Flaw::kConnect;
  if (head.target.front() == '/') {
    SplitQueryOff(head.target, head);
    return Flaw::kNone;
  }
  if (StartsWithIgnoreCase(head.target, "http://")) return SplitAbsoluteForm(7, head);
  if (StartsWithIgnoreCase(head.target, "https://")) return SplitAbsoluteForm(8, head);
  if (head.target == "*" && head.method == "OPTIONS") {
    head.path = head.target;
    return Flaw::kNone;
  }
  return Flaw::kTargetForm;
}

Flaw ReadRequestLine(HeadReader& reader, const HeadLimits& limits, RequestHead& head) {
  if (const Flaw flaw = SkipEmptyLine(reader); flaw != Flaw::kNone) return flaw;

  head.method = reader.Take(kTokenBytes);
  if (head.method.empty() || !reader.Skip(' ')) return Flaw::kMethod;

  head.target = reader.Take(kTargetBytes);
  if (!reader.Skip(' ')) return TargetFlaw(reader.Peek());
  if (head.target.empty()) return Flaw::kRequestLine;

  const std::string_view version = reader.Take(kVisibleBytes);
  const Flaw version_flaw = JudgeVersion(version, Flaw::kRequestLine, head.http_1_0);
  if (version_flaw != Flaw::kNone) return version_flaw;
  if (head.target.size() > limits.target_bytes) return Flaw::kTargetTooLong;
  if (const Flaw flaw = SplitTarget(head); flaw != Flaw::kNone) return flaw;
  return reader.EndLine(Flaw::kRequestLine);
}

/// RFC 9112 §3.2. An absolute-form target does not make up for a missing Host.
Flaw JudgeHost(const KnownFields& known, RequestHead& head) {
  if (known.host_count > 1) return Flaw::kHostTwice;
  if (known.host_count == 0) return head.http_1_0 ? Flaw::kNone : Flaw::kHostMissing;
  const bool may_be_empty = head.http_1_0;
  if (!(known.host.empty() && may_be_empty) && !IsHostField(known.host)) return Flaw::kHostInvalid;
  head.host = known.host;
  return Flaw::kNone;
}

Flaw JudgeBody(const KnownFields& known, RequestHead& head) {
  FramingVerdict verdict;
  if (const Flaw flaw = JudgeFraming(known, head.http_1_0, verdict); flaw != Flaw::kNone) {
    return flaw;
  }
  if (verdict.chunked) head.framing = BodyFraming::kChunked;
  if (verdict.has_length) head.framing = BodyFraming::kLength;
  head.content_length = verdict.length;
  return Flaw::kNone;
}

void JudgeConnection(const KnownFields& known, RequestHead& head) {
  head.keep_alive = WantsKeepAlive(known, head.http_1_0);
  head.wants_upgrade = !head.http_1_0 && known.upgrade_field && known.upgrade_option;
  const bool has_body = head.framing == BodyFraming::kChunked || head.content_length > 0;
  head.expect_continue = !head.http_1_0 && known.expect_continue && has_body;
}

Flaw Read(HeadReader& reader, const HeadLimits& limits, RequestHead& head) {
  if (const Flaw flaw = ReadRequestLine(reader, limits, head); flaw != Flaw::kNone) return flaw;

  KnownFields known;
  head.fields.Reserve(std::min(kUsualFields, limits.fields));
  if (const Flaw flaw = reader.ReadFields(limits.fields, head.fields, known); flaw != Flaw::kNone) {
    return flaw;
  }
  if (const Flaw flaw = JudgeHost(known, head); flaw != Flaw::kNone) return flaw;
  if (const Flaw flaw = JudgeBody(known, head); flaw != Flaw::kNone) return flaw;
  JudgeConnection(known, head);
  return Flaw::kNone;
}

}  // namespace

Result<RequestHead> ParseRequestHead(std::string_view raw, const HeadLimits& limits) {
  if (raw.size() > limits.head_bytes) return OversizedRequestHead(raw, limits);
  if (raw.empty() || raw.back() != '\n') {
    return ToError(Flaw::kIncomplete, ErrorSource::kCaller, 1, limits);
  }
  RequestHead head;
  HeadReader reader(raw);
  const Flaw flaw = Read(reader, limits, head);
  if (flaw != Flaw::kNone) return ToError(flaw, ErrorSource::kCaller, reader.line(), limits);
  return head;
}

Error OversizedRequestHead(std::string_view received, const HeadLimits& limits) {
  Flaw flaw = Flaw::kHeadTooLarge;
  const std::size_t blank = received.find(' ');
  if (blank != std::string_view::npos) {
    const std::string_view rest = received.substr(blank + 1);
    const std::size_t target_bytes = std::min(rest.find_first_of(" \r\n"), rest.size());
    if (target_bytes > limits.target_bytes) flaw = Flaw::kTargetTooLong;
  }
  return ToError(flaw, ErrorSource::kCaller, 1, limits);
}

}  // namespace sallyport::http
