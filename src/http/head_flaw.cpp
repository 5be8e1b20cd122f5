#include "http/head_flaw.h"

#include <string>
#include <string_view>

namespace sallyport::http {
namespace {

std::string_view Describe(Flaw flaw) {
  switch (flaw) {
    case Flaw::kIncomplete:
      return "the head does not end with an empty line";
    case Flaw::kBytesAfterEnd:
      return "bytes follow the empty line that ends the head";
    case Flaw::kEmptyLines:
      return "at most one empty line may come before the request line";
    case Flaw::kBareCr:
      return "a CR without LF; lines end in CR LF";
    case Flaw::kBareLf:
      return "a LF without CR; lines end in CR LF";
    case Flaw::kObsFold:
      return "the line starts with a blank; a field value may not be folded over lines";
    case Flaw::kMethod:
      return "the method must be a token followed by one blank";
    case Flaw::kRequestLine:
      return "the request line must be METHOD TARGET HTTP/1.1 with single blanks between";
    case Flaw::kTargetByte:
      return "the target holds a byte outside 0x21-0x7E; percent-encode it";
    case Flaw::kFragment:
      return "the target holds '#'; a fragment is not sent, a literal one is %23";
    case Flaw::kConnect:
      return "CONNECT is not served; this is no forward proxy";
    case Flaw::kTargetForm:
      return "the target must start with '/' or http:// or https://, or be * for OPTIONS";
    case Flaw::kTargetAuthority:
      return "the absolute target must name a valid host[:port], without user information";
    case Flaw::kTargetTooLong:
      return "the target is longer than limits.target_bytes";
    case Flaw::kVersion:
      return "only HTTP/1.1 and HTTP/1.0 are spoken here";
    case Flaw::kStatusLine:
      return "the status line must be HTTP/1.1, a blank, three digits and an optional reason";
    case Flaw::kStatus:
      return "the status must be three digits between 100 and 599";
    case Flaw::kReasonByte:
      return "the reason phrase holds a control byte";
    case Flaw::kHeadTooLarge:
      return "the head is too large";
    case Flaw::kTooManyFields:
      return "the head has too many fields";
    case Flaw::kNameByte:
      return "the field name holds a byte that no token has";
    case Flaw::kEmptyName:
      return "the field has no name";
    case Flaw::kBlankBeforeColon:
      return "a blank stands before the colon; write Name: value";
    case Flaw::kNoColon:
      return "the field line has no colon; write Name: value";
    case Flaw::kValueByte:
      return "the field value holds a control byte";
    case Flaw::kHostMissing:
      return "Host is missing; HTTP/1.1 needs exactly one";
    case Flaw::kHostTwice:
      return "Host stands more than once; send exactly one";
    case Flaw::kHostInvalid:
      return "Host must be a host name or address, with an optional :port";
    case Flaw::kLengthTwice:
      return "Content-Length stands more than once; send one";
    case Flaw::kLengthNotDigits:
      return "Content-Length must be one number of digits only";
    case Flaw::kLengthTooLarge:
      return "Content-Length is larger than 9223372036854775807";
    case Flaw::kCodingTwice:
      return "Transfer-Encoding stands more than once; send a single chunked";
    case Flaw::kCodingNotChunked:
      return "Transfer-Encoding must be a single chunked";
    case Flaw::kCodingBefore11:
      return "Transfer-Encoding does not exist in HTTP/1.0";
    case Flaw::kLengthAndCoding:
      return "Content-Length and Transfer-Encoding exclude each other; send one of them";
    case Flaw::kNone:
      break;
  }
  return "the head is in order";
}

/// Flaws of the whole head have no line to point at.
bool HasLine(Flaw flaw) {
  return flaw < Flaw::kHostMissing && flaw != Flaw::kIncomplete && flaw != Flaw::kBytesAfterEnd &&
         flaw != Flaw::kHeadTooLarge && flaw != Flaw::kTooManyFields &&
         flaw != Flaw::kTargetTooLong;
}

bool IsTooLarge(Flaw flaw) { return flaw == Flaw::kHeadTooLarge || flaw == Flaw::kTooManyFields; }

ErrorKind KindOf(Flaw flaw, ErrorSource source) {
  if (source != ErrorSource::kCaller) {
    return IsTooLarge(flaw) ? ErrorKind::kUpstreamTooLarge : ErrorKind::kUpstreamProtocolError;
  }
  if (IsTooLarge(flaw)) return ErrorKind::kHeadersTooLarge;
  if (flaw == Flaw::kTargetTooLong) return ErrorKind::kUriTooLong;
  if (flaw == Flaw::kVersion) return ErrorKind::kHttpVersionNotSupported;
  return ErrorKind::kMalformedRequest;
}

std::string LimitOf(Flaw flaw, const HeadLimits& limits) {
  switch (flaw) {
    case Flaw::kHeadTooLarge:
      return " (at most " + std::to_string(limits.head_bytes) + " bytes)";
    case Flaw::kTooManyFields:
      return " (at most " + std::to_string(limits.fields) + ")";
    case Flaw::kTargetTooLong:
      return " (" + std::to_string(limits.target_bytes) + ")";
    default:
      return "";
  }
}

}  // namespace

Error ToError(Flaw flaw, ErrorSource source, std::size_t line, const HeadLimits& limits) {
  std::string message =
      source == ErrorSource::kCaller ? "request head" : "the head of the target's answer";
  if (HasLine(flaw)) message += ", line " + std::to_string(line);
  message += ": ";
  message += Describe(flaw);
  message += LimitOf(flaw, limits);
  return Error(KindOf(flaw, source), source, std::move(message));
}

}  // namespace sallyport::http
