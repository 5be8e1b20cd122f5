#include "request/cannot_be_sent.h"

#include <string>

#include "sallyport/base/json.h"

namespace sallyport::request {

Error CannotBeSent(RowOf owner, std::string_view what, std::string_view name,
                   std::string_view why) {
  const bool resources = owner == RowOf::kResource;
  return Error(ErrorKind::kUnsafeValue, resources ? ErrorSource::kGateway : ErrorSource::kCaller,
               (resources ? "The resource's " : "The ") + std::string(what) + " \"" +
                   std::string(name) + "\" cannot be sent: " + std::string(why) + ".")
      .WithViolation({"/" + std::string(what) + "s/" + EscapePointerToken(name), "unsafe",
                      "cannot be sent: " + std::string(why)});
}

}  // namespace sallyport::request
