// A multipart/form-data run: reads the form as far as the request to the target needs it, and
// passes a large file on while it arrives.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/run/form_inputs.h"
#include "pipeline/run/form_reader.h"
#include "pipeline/run/run_request.h"

namespace sallyport::pipeline {

/// Where a form comes from; what it refers to outlives the form.
struct FormSource {
  net::ServerExchange& exchange;
  std::string_view boundary;  ///< read by the constructor only
  BodyBlocks& blocks;
};

/// A file that ends within its first 64 KiB is held, so that its length is known. A larger one is
/// streamed when its bytes are the next ones of the request that are missing: the params have come,
/// and so has every file before it. Until then it is held too, all parts together at most
/// `held_bytes`.
class RunForm {
 public:
  enum class Content : std::uint8_t {
    kNeeded,
    kCounted  ///< for a preview: the bytes of files are counted and dropped
  };
  struct Options {
    std::size_t held_bytes = 0;  ///< limits.api_body_bytes
    std::size_t json_depth = 64;
    Content content = Content::kNeeded;
  };
  /// Gives `request` the query of the part "query". Empty for a saved query.
  using TakeQuery = std::function<Result<void>(const request::Value& query)>;

  /// `request` and what `take_query` refers to outlive it.
  RunForm(const FormSource& source, RunRequest& request, Options options, TakeQuery take_query);

  /// Reads until the form has ended or a file is open whose bytes go out next; then the request is
  /// built. Again after the end of such a file: the request is built anew. Errors: those of the
  /// form (malformed_request, payload_too_large, ...) and of RunRequest::Build.
  Task<Result<void>> ReadOn();
  /// Is a file open that must be streamed?
  [[nodiscard]] bool streams() const { return open_.has_value(); }
  /// Bytes of the open file; 0 at its end, which closes it. Precondition: streams().
  Task<Result<std::size_t>> ReadFile(std::span<char> buffer);

 private:
  struct OpenFile {
    request::FileValue value;
    std::string front;  ///< read already
    std::size_t given = 0;
  };
  struct HeldPart {
    http::PartHead head;
    std::string content;
  };
  enum class Next : std::uint8_t { kSend, kHold, kDrop };

  Task<Result<bool>> ReadParts();
  Task<Result<void>> ReadPart();
  Task<Result<void>> ReadFilePart(http::PartHead head);
  Task<Result<void>> HoldOpenFile();
  Task<Result<void>> DropOpenFile();
  Task<Result<void>> SkipPart();
  Task<Result<bool>> ReadPiece();
  Task<Result<std::string>> ReadSmall(PartUse use);

  // run_form_judgement.cpp: what is decided between reading and sending.
  Result<PartUse> JudgePart(const http::PartHead& head);
  Result<void> Take(PartUse use, http::PartHead head, std::string content);
  Result<void> TakeUndecided();
  Result<void> Count(std::size_t bytes, PartUse use);
  Result<void> BuildAll();
  Result<Next> JudgeOpenFile();
  void AddFilesToCome(request::GivenInputs& given) const;
  [[nodiscard]] Next PlaceOfOpenFile() const;
  [[nodiscard]] const request::InputRules* rules() const;

  FormReader reader_;
  RunRequest& request_;
  Options options_;
  TakeQuery take_query_;
  FormInputs inputs_;
  std::vector<HeldPart> undecided_;  ///< came before the query that says what they are
  std::optional<OpenFile> open_;
  std::string_view piece_;         ///< of the open file, in the reader's buffer
  std::vector<std::string> sent_;  ///< inputs whose files were streamed
  std::size_t held_ = 0;
};

}  // namespace sallyport::pipeline
