// The inputs of a run: what a query asks for, what the caller gave, and the judgement between them
// (contract section 5). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/request/expand.h"
#include "sallyport/request/value.h"

namespace sallyport::request {

enum class InputType : std::uint8_t {
  kString,
  kInteger,
  kNumber,
  kBoolean,
  kObject,
  kArray,
  kFile
};

/// One declared input.
struct Input {
  std::string name;
  InputType type = InputType::kString;
  bool required = true;
  Value default_value;  ///< null = none
  bool secret = false;  ///< its value is masked wherever a request is shown
};

/// A param that the resource needs and the query's inputs lack: no call can give it.
struct UndeclaredParam {
  std::string name;
  std::string member;  ///< of the resource: "base_url", "params.tenant"
};

/// What a query takes. Immutable.
struct InputRules {
  std::vector<Input> declared;
  /// Used when nothing is declared: the first parts of all `params` placeholders, each once, in
  /// order of appearance; every one is a required input of any type.
  std::vector<std::string> implied;
  /// Those of `implied` that the query sends as files.
  std::vector<std::string> implied_files;
  /// Only where inputs are declared, at one resource.
  std::vector<UndeclaredParam> undeclared;

  [[nodiscard]] const Input* Find(std::string_view name) const;
  [[nodiscard]] bool declares() const { return !declared.empty(); }
  /// The names of file inputs, in order of declaration; the implied ones when nothing is declared.
  [[nodiscard]] std::vector<std::string> FileInputs() const;
};

/// A file as far as a request must know it before its bytes are there.
struct FileValue {
  std::string input;  ///< name of the input
  std::string filename;
  std::string content_type;            ///< "" when the upload names none
  std::optional<std::uint64_t> size;   ///< known when the bytes are held
  std::optional<std::string> content;  ///< held bytes (a data URL, a small part); else streamed
};

/// What came with the call.
struct GivenInputs {
  Value params = Value::Object({});
  std::vector<FileValue> files;
  /// The values are texts of a query string: they are read as the declared type ("5" as integer),
  /// and anything for a declared array is one.
  bool coerce = false;
  /// Names of the params whose values are such texts although `coerce` is false: text parts of a
  /// form beside its "params" part.
  std::vector<std::string> texts = {};
};

/// Params and files as the request is built from: defaults filled in, omitted optional inputs null.
struct Inputs {
  Value params = Value::Object({});
  std::vector<FileValue> files;      ///< order of `InputRules::FileInputs`
  std::vector<std::string> secrets;  ///< names of the inputs whose values are masked

  [[nodiscard]] const FileValue* FindFile(std::string_view input) const;
};

/// A query string as params: a name that comes once is a string, one that comes again an array of
/// strings; '+' is a blank (application/x-www-form-urlencoded).
[[nodiscard]] Value ParamsFromQuery(std::string_view query);

/// A base64 data URL (RFC 2397, ";base64" required, its alphabet strict) as a held file for
/// `input`; a parameter "name=" gives the filename, percent-decoded. Errors: invalid_parameter,
/// whose message follows the name of the input ("is a data URL that ...") and never quotes the
/// content.
[[nodiscard]] Result<FileValue> FileFromDataUrl(std::string_view input, std::string_view url);

/// What lacks beside required inputs, when these are all the params there are: parts of params,
/// members of the end user.
using FindMissing = std::function<MissingNames(const Value& params)>;

/// An explicit null is an omitted value: the default where there is one and the input is required,
/// else null. A file's param is the text of its name, so that names of files resolve like others.
/// Without declared inputs only implied ones are kept.
/// Errors, each listing all of its kind, in this order: unknown_parameter (with declared inputs
/// only; the hint names the nearest known one), missing_parameter (null counts as missing; then
/// with what `find_missing` finds, so that all is told at once), invalid_parameter (names the type
/// that is needed and the one that came, never the value). A file input takes an uploaded part or a
/// base64 data URL ("data:image/png;base64,...").
[[nodiscard]] Result<Inputs> ResolveInputs(const InputRules& rules, GivenInputs given,
                                           const FindMissing& find_missing = {});

/// Is the value of this type? Files are judged as strings.
[[nodiscard]] bool HasType(InputType type, const Value& value);
/// The type of that name ("integer"); nullopt when there is none.
[[nodiscard]] std::optional<InputType> InputTypeOf(std::string_view name);
[[nodiscard]] std::string_view ToString(InputType type);  ///< "string", "integer", ...

}  // namespace sallyport::request
