#include <algorithm>

#include "http/byte_set.h"
#include "http/head_flaw.h"
#include "http/head_reader.h"
#include "sallyport/http/message_head.h"

namespace sallyport::http {
namespace {

constexpr std::size_t kUsualFields = 24;

Flaw ReadStatus(HeadReader& reader, int& status) {
  const std::string_view digits = reader.Take(kVisibleBytes);
  if (digits.size() != 3 || !kDigits.HasAll(digits)) return Flaw::kStatus;
  status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  return status >= 100 && status <= 599 ? Flaw::kNone : Flaw::kStatus;
}

/// Many servers leave out the reason, some the blank before it too.
Flaw ReadStatusLine(HeadReader& reader, ResponseHead& head) {
  const std::string_view version = reader.Take(kVisibleBytes);
  const Flaw version_flaw = JudgeVersion(version, Flaw::kStatusLine, head.http_1_0);
  if (version_flaw != Flaw::kNone) return version_flaw;
  if (!reader.Skip(' ')) return Flaw::kStatusLine;
  if (const Flaw flaw = ReadStatus(reader, head.status); flaw != Flaw::kNone) return flaw;
  if (!reader.Skip(' ')) return reader.EndLine(Flaw::kStatusLine);
  head.reason = reader.Take(kValueBytes);
  return reader.EndLine(Flaw::kReasonByte);
}

bool IsBodiless(int status) { return status < 200 || status == 204; }

/// RFC 9112 §6.3, in its order.
Flaw JudgeBody(const KnownFields& known, std::string_view request_method, ResponseHead& head) {
  FramingVerdict verdict;
  if (const Flaw flaw = JudgeFraming(known, head.http_1_0, verdict); flaw != Flaw::kNone) {
    return flaw;
  }
  if (IsBodiless(head.status)) {
    // Such an answer has no body, whatever it says; but a server that says otherwise may send one.
    if (verdict.chunked || verdict.length > 0) head.keep_alive = false;
    return Flaw::kNone;
  }
  if (request_method == "HEAD" || head.status == 304) {
    if (verdict.has_length) head.declared_length = verdict.length;
    return Flaw::kNone;
  }
  if (verdict.chunked) {
    head.framing = BodyFraming::kChunked;
  } else if (verdict.has_length) {
    head.framing = BodyFraming::kLength;
    head.content_length = verdict.length;
  } else {
    head.framing = BodyFraming::kUntilClose;
    head.keep_alive = false;
  }
  return Flaw::kNone;
}

Flaw Read(HeadReader& reader, std::string_view request_method, const HeadLimits& limits,
          ResponseHead& head) {
  if (const Flaw flaw = ReadStatusLine(reader, head); flaw != Flaw::kNone) return flaw;

  KnownFields known;
  head.fields.Reserve(std::min(kUsualFields, limits.fields));
  if (const Flaw flaw = reader.ReadFields(limits.fields, head.fields, known); flaw != Flaw::kNone) {
    return flaw;
  }
  head.keep_alive = WantsKeepAlive(known, head.http_1_0);
  return JudgeBody(known, request_method, head);
}

}  // namespace

Result<ResponseHead> ParseResponseHead(std::string_view raw, std::string_view request_method,
                                       const HeadLimits& limits) {
  constexpr ErrorSource kTarget = ErrorSource::kTarget;
  if (raw.size() > limits.head_bytes) return ToError(Flaw::kHeadTooLarge, kTarget, 1, limits);
  if (raw.empty() || raw.back() != '\n') return ToError(Flaw::kIncomplete, kTarget, 1, limits);

  ResponseHead head;
  HeadReader reader(raw);
  const Flaw flaw = Read(reader, request_method, limits, head);
  if (flaw != Flaw::kNone) return ToError(flaw, kTarget, reader.line(), limits);
  return head;
}

}  // namespace sallyport::http
