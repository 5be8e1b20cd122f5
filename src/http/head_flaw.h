// What can be wrong with a message's head: cheap to return from the parser's loops, turned into an
// Error once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sallyport/base/error.h"
#include "sallyport/http/message_head.h"

namespace sallyport::http {

enum class Flaw : std::uint8_t {
  kNone,
  // Lines.
  kIncomplete,
  kBytesAfterEnd,
  kEmptyLines,
  kBareCr,
  kBareLf,
  kObsFold,
  // Request line.
  kMethod,
  kRequestLine,
  kTargetByte,
  kFragment,
  kConnect,
  kTargetForm,
  kTargetAuthority,
  kTargetTooLong,
  kVersion,
  // Status line.
  kStatusLine,
  kStatus,
  kReasonByte,
  // Fields.
  kHeadTooLarge,
  kTooManyFields,
  kNameByte,
  kEmptyName,
  kBlankBeforeColon,
  kNoColon,
  kValueByte,
  // What the fields say together.
  kHostMissing,
  kHostTwice,
  kHostInvalid,
  kLengthTwice,
  kLengthNotDigits,
  kLengthTooLarge,
  kCodingTwice,
  kCodingNotChunked,
  kCodingBefore11,
  kLengthAndCoding,
};

/// `line` counts from 1 and is shown where the flaw belongs to one line. Only the name of the rule
/// is shown, no byte of the head: it may hold credentials.
[[nodiscard]] Error ToError(Flaw flaw, ErrorSource source, std::size_t line,
                            const HeadLimits& limits);

}  // namespace sallyport::http
