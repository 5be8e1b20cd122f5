// The "; name=value" that follow a media type or a disposition.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::http {

struct Parameter {
  std::string name;  ///< lower case
  std::string value;
};

struct Parameters {
  std::vector<Parameter> list;
  bool well_formed = true;  ///< false: something was passed over

  /// The first value of that name, null without one.
  [[nodiscard]] const std::string* Find(std::string_view lower_case_name) const;
  [[nodiscard]] std::size_t Count(std::string_view lower_case_name) const;
};

/// `text`: everything after the type. More is admitted than RFC 9110 §5.6.6 writes, as clients and
/// servers do: blanks around '=', and any byte but ';' in a value without quotes. In a quoted
/// string a backslash escapes a quote or a backslash; before anything else it stands for itself,
/// because browsers send "C:\file" as it is.
[[nodiscard]] Parameters ReadParameters(std::string_view text);

}  // namespace sallyport::http
