// What the bodies that are JSON share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "request/query/query_body.h"
#include "sallyport/base/result.h"

namespace sallyport::request {

inline constexpr std::string_view kJsonType = "application/json";

/// Is what the expansion made one JSON value? invalid_parameter with line and column; `what` names
/// it ("the body").
[[nodiscard]] Result<void> JudgeJson(std::string_view json, std::string_view what);

/// What is known of a JSON body before its values are: the text with "x" for every placeholder.
class JsonOutline {
 public:
  explicit JsonOutline(std::string_view text);
  /// May it be an object, so that fields can be merged into it?
  [[nodiscard]] bool may_be_object() const { return may_be_object_; }
  [[nodiscard]] bool HasMember(std::string_view name) const;

 private:
  bool may_be_object_;
  std::vector<std::string> members_;
};

/// Appends the body_fields of `sources` that `json` has no member of to the object that it is; the
/// bytes before stay as they are. Anything but an object is left alone. Of several fields of one
/// name the last counts. Precondition: JudgeJson found nothing, or the text is only shown.
[[nodiscard]] Result<void> MergeFields(const BodySources& sources, std::string& json);

}  // namespace sallyport::request
