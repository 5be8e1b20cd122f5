#include "http/head_flaw.h"

#include <array>
#include <string>
#include <string_view>

namespace sallyport::http {
namespace {

enum class Where : std::uint8_t { kHead, kLine };

struct Rule {
  Flaw flaw;
  Where where;  ///< flaws of the whole head have no line to point at
  std::string_view text;
};

// In the order of Flaw, so that the flaw is the index.
constexpr std::array kRules = {
    Rule{Flaw::kNone, Where::kHead, "nothing is wrong"},
    Rule{Flaw::kIncomplete, Where::kHead, "the head does not end with an empty line"},
    Rule{Flaw::kBytesAfterEnd, Where::kHead, "bytes follow the empty line that ends the head"},
    Rule{Flaw::kEmptyLines, Where::kLine,
         "at most one empty line may come before the request line"},
    Rule{Flaw::kBareCr, Where::kLine, "a CR without LF; lines end in CR LF"},
    Rule{Flaw::kBareLf, Where::kLine, "a LF without CR; lines end in CR LF"},
    Rule{Flaw::kObsFold, Where::kLine,
         "the line starts with a blank; a field value may not be folded over lines"},
    Rule{Flaw::kMethod, Where::kLine, "the method must be a token followed by one blank"},
    Rule{Flaw::kRequestLine, Where::kLine,
         "the request line must be METHOD TARGET HTTP/1.1 with single blanks between"},
    Rule{Flaw::kTargetByte, Where::kLine,
         "the target holds a byte outside 0x21-0x7E; percent-encode it"},
    Rule{Flaw::kFragment, Where::kLine,
         "the target holds '#'; a fragment is not sent, a literal one is %23"},
    Rule{Flaw::kConnect, Where::kLine, "CONNECT is not served; this is no forward proxy"},
    Rule{Flaw::kTargetForm, Where::kLine,
         "the target must start with '/' or http:// or https://, or be * for OPTIONS"},
    Rule{Flaw::kTargetAuthority, Where::kLine,
         "the absolute target must name a valid host[:port], without user information"},
    Rule{Flaw::kTargetTooLong, Where::kHead, "the target is longer than limits.target_bytes"},
    Rule{Flaw::kVersion, Where::kLine, "only HTTP/1.1 and HTTP/1.0 are spoken here"},
    Rule{Flaw::kStatusLine, Where::kLine,
         "the status line must be HTTP/1.1, a blank, three digits and an optional reason"},
    Rule{Flaw::kStatus, Where::kLine, "the status must be three digits between 100 and 599"},
    Rule{Flaw::kReasonByte, Where::kLine, "the reason phrase holds a control byte"},
    Rule{Flaw::kHeadTooLarge, Where::kHead, "the head is too large"},
    Rule{Flaw::kTooManyFields, Where::kHead, "the head has too many fields"},
    Rule{Flaw::kNameByte, Where::kLine, "the field name holds a byte that no token has"},
    Rule{Flaw::kEmptyName, Where::kLine, "the field has no name"},
    Rule{Flaw::kBlankBeforeColon, Where::kLine,
         "a blank stands before the colon; write Name: value"},
    Rule{Flaw::kNoColon, Where::kLine, "the field line has no colon; write Name: value"},
    Rule{Flaw::kValueByte, Where::kLine, "the field value holds a control byte"},
    Rule{Flaw::kHostMissing, Where::kHead, "Host is missing; HTTP/1.1 needs exactly one"},
    Rule{Flaw::kHostTwice, Where::kHead, "Host stands more than once; send exactly one"},
    Rule{Flaw::kHostInvalid, Where::kHead,
         "Host must be a host name or address, with an optional :port"},
    Rule{Flaw::kLengthTwice, Where::kHead, "Content-Length stands more than once; send one"},
    Rule{Flaw::kLengthNotDigits, Where::kHead, "Content-Length must be one number of digits only"},
    Rule{Flaw::kLengthTooLarge, Where::kHead, "Content-Length is larger than 9223372036854775807"},
    Rule{Flaw::kCodingTwice, Where::kHead,
         "Transfer-Encoding stands more than once; send a single chunked"},
    Rule{Flaw::kCodingNotChunked, Where::kHead, "Transfer-Encoding must be a single chunked"},
    Rule{Flaw::kCodingBefore11, Where::kHead, "Transfer-Encoding does not exist in HTTP/1.0"},
    Rule{Flaw::kLengthAndCoding, Where::kHead,
         "Content-Length and Transfer-Encoding exclude each other; send one of them"},
};

constexpr bool IsInOrderOfFlaws() {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<std::size_t>(kRules[i].flaw) != i) return false;
  }
  return kRules.size() == static_cast<std::size_t>(Flaw::kLengthAndCoding) + 1;
}
static_assert(IsInOrderOfFlaws(), "every Flaw needs its rule, in order");

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
  const Rule& rule = kRules.at(static_cast<std::size_t>(flaw));
  if (rule.where == Where::kLine) message += ", line " + std::to_string(line);
  message += ": ";
  message += rule.text;
  message += LimitOf(flaw, limits);
  return Error(KindOf(flaw, source), source, std::move(message));
}

}  // namespace sallyport::http
