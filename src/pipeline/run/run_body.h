// The body of a run on its way to the target.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/caller_body.h"
#include "pipeline/run/run_form.h"
#include "pipeline/run/run_request.h"
#include "sallyport/http/multipart.h"

namespace sallyport::pipeline {

/// The whole body of a request whose files are all held.
[[nodiscard]] std::string JoinPieces(const RunRequest& request);

/// Walks the pieces of a body and takes the bytes of its streamed files off the form. After each
/// such file the form is read on and the request built anew, because only then are the names, types
/// and number of the parts behind it known; the pieces before it stay what they were. The end comes
/// only after the end of the form, so that a broken form never makes a request that looks complete;
/// nor does a file that holds the delimiter of the body it goes into.
class RunBody final : public Upload {
 public:
  /// Both outlive it. Precondition: `form` streams.
  RunBody(const RunRequest& request, RunForm& form) : request_(request), form_(form) {}

  Task<Result<std::size_t>> Read(std::span<char> buffer) override;
  /// Has anything been asked for? Then it cannot be sent again.
  [[nodiscard]] bool touched() const { return touched_; }

 private:
  Task<Result<std::size_t>> ReadFile(std::span<char> buffer);
  Result<void> JudgePiece(std::string_view piece);
  std::size_t CopyHeld(std::span<char> buffer);
  [[nodiscard]] bool AtFile() const;

  const RunRequest& request_;
  RunForm& form_;
  std::size_t piece_ = 0;   ///< index of the current piece
  std::size_t offset_ = 0;  ///< within it
  bool touched_ = false;
  std::optional<http::TextWatch> watch_;  ///< of the current file, where one is needed
};

}  // namespace sallyport::pipeline
