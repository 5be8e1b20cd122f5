// Compiles the templates of one query and collects everything that is wrong with them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "request/expand/name_list.h"
#include "sallyport/base/error.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/expand.h"
#include "sallyport/request/inputs.h"
#include "sallyport/store/model.h"

namespace sallyport::request {

/// A text of the document.
struct SourceText {
  std::string text;
  std::string pointer;
  bool secret = false;  ///< its flaws are told without quoting it
};

/// Whatever is wrong becomes a violation, and an empty template stands in its place. Views its
/// arguments.
class TemplateReader {
 public:
  /// `resource` may be null: then names that only it knows are not judged.
  TemplateReader(const InputRules& rules, const CompiledResource* resource);

  [[nodiscard]] Template Take(const SourceText& source);
  /// For a header: its text may hold no control byte.
  [[nodiscard]] Template TakeHeader(const SourceText& source);
  [[nodiscard]] JsonTemplate TakeJson(const SourceText& source);
  [[nodiscard]] JsonTreeTemplate TakeTree(const Value& tree, const std::string& pointer);
  [[nodiscard]] TemplateUrl TakeUrl(const SourceText& source);
  /// Exactly one placeholder of a file input: the input's name.
  [[nodiscard]] std::string TakeFile(const SourceText& source);
  /// The name of a file input, or of a string input that takes a data URL; it may be written as
  /// "params.x" or as a placeholder, too.
  [[nodiscard]] std::string TakeFileName(const SourceText& source);

  void Complain(std::string pointer, std::string code, std::string message);

  /// The inputs that were taken, and those taken as files; each once, in order of appearance.
  [[nodiscard]] const std::vector<std::string>& used() const { return used_.names(); }
  [[nodiscard]] const std::vector<std::string>& files() const { return files_.names(); }
  /// The error over all violations. Precondition: there is one.
  [[nodiscard]] Error TakeError();
  [[nodiscard]] bool failed() const { return !violations_.empty(); }

 private:
  void Judge(const Template& text, const SourceText& source);
  void JudgeParam(const Placeholder& placeholder, const SourceText& source);
  void Refuse(const Error& error, const SourceText& source);
  [[nodiscard]] std::string UseFile(const Placeholder* placeholder, const SourceText& source,
                                    InputType other_type, const std::string& complaint);

  const InputRules& rules_;
  KnownNames known_;
  NameList used_, files_;
  std::vector<Violation> violations_;
};

}  // namespace sallyport::request
