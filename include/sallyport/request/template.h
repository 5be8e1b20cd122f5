// Text with placeholders (contract section 6), parsed once when saved, expanded in one pass: what a
// value contains is never looked at again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sallyport/base/result.h"

namespace sallyport::request {

/// Where a placeholder's value comes from.
enum class Root : std::uint8_t { kParams, kUser, kVars, kAccessToken, kIdToken };

struct Placeholder {
  Root root = Root::kParams;
  /// Below the root: {"user","name"} for params.user.name, {"id"} for both "id" and "params.id".
  /// Empty for the tokens.
  std::vector<std::string> path;
  /// As a message names it: "user.name" for a parameter, "vars.org", "user.id",
  /// "{-oauth_access_token-}".
  [[nodiscard]] std::string Name() const;
  friend bool operator==(const Placeholder&, const Placeholder&) = default;
};

/// Immutable; safe to read from any thread.
class Template {
 public:
  using Piece = std::variant<std::string, Placeholder>;

  Template() = default;  ///< ""
  /// Neighboring texts become one, empty ones are left out.
  explicit Template(std::vector<Piece> pieces);
  /// validation_failed when a "{{" is not closed, is empty or holds no name; the message says where
  /// (character) and what would be right. `\{{` stands for a literal "{{".
  static Result<Template> Compile(std::string_view text);

  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  [[nodiscard]] bool is_literal() const;
  /// Does the magic string of the access token stand in it?
  [[nodiscard]] bool HoldsAccessToken() const;
  /// The placeholder when the whole text is exactly one, else null.
  [[nodiscard]] const Placeholder* only_placeholder() const;
  /// The text when is_literal().
  [[nodiscard]] std::string literal() const;
  /// The text with "x" for every placeholder: what can be judged of a URL before values are known,
  /// as none of them can be empty or a dot segment.
  [[nodiscard]] std::string WithStandIns() const;

 private:
  std::vector<Piece> pieces_;
};

/// A path with its query. Text outside placeholders keeps its bytes; see Position::kPath, kQuery.
struct TemplateUrl {
  Template path;
  Template query;  ///< without '?'
  bool has_query = false;
};

/// Splits at the first '?' that stands outside placeholders. Errors: validation_failed as
/// Template::Compile; outside_base_url when the text around the placeholders holds '#', or in the
/// path a backslash or a dot segment (judged with %2e, %2f and %5c decoded).
[[nodiscard]] Result<TemplateUrl> CompileUrl(std::string_view text);
/// The same for a text that is compiled already.
[[nodiscard]] Result<TemplateUrl> SplitUrl(const Template& text);

/// Judges an expanded path: does it hold a dot segment for a server that takes %2F or %5C for a
/// slash? "CORP%5Calice" does not, "..%2Fx" and "a%5C..%5Cb" do.
[[nodiscard]] bool LeadsOutside(std::string_view expanded_path);

}  // namespace sallyport::request
