#include "pipeline/run/run_body.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sallyport::pipeline {
namespace {

/// The bytes of a piece that are held; empty for a streamed file.
std::string_view HeldBytes(const RunRequest& request, const request::BodyPiece& piece) {
  if (!piece.file) return piece.bytes;
  const request::FileValue& file = request.inputs().files[*piece.file];
  return file.content ? std::string_view(*file.content) : std::string_view();
}

bool IsStreamed(const RunRequest& request, const request::BodyPiece& piece) {
  return piece.file && !request.inputs().files[*piece.file].content;
}

}  // namespace

std::string JoinPieces(const RunRequest& request) {
  std::string body;
  const auto& pieces = request.outgoing().body.pieces;
  std::size_t size = 0;
  for (const request::BodyPiece& piece : pieces) size += HeldBytes(request, piece).size();
  body.reserve(size);
  for (const request::BodyPiece& piece : pieces) body += HeldBytes(request, piece);
  return body;
}

bool RunBody::AtFile() const {
  const auto& pieces = request_.outgoing().body.pieces;
  return piece_ < pieces.size() && IsStreamed(request_, pieces[piece_]);
}

/// As much as fits, up to the next streamed file.
std::size_t RunBody::CopyHeld(std::span<char> buffer) {
  const auto& pieces = request_.outgoing().body.pieces;
  std::size_t filled = 0;
  while (filled < buffer.size() && piece_ < pieces.size() && !AtFile()) {
    const std::string_view rest = HeldBytes(request_, pieces[piece_]).substr(offset_);
    const std::size_t size = std::min(rest.size(), buffer.size() - filled);
    std::memcpy(buffer.data() + filled, rest.data(), size);
    filled += size;
    offset_ += size;
    if (size == rest.size()) {
      ++piece_;
      offset_ = 0;
    }
  }
  return filled;
}

/// What a file holds must not make further parts of the body. Only a boundary that a row chose can
/// be known to a caller.
Result<void> RunBody::JudgePiece(std::string_view piece) {
  const request::OutgoingBody& body = request_.outgoing().body;
  if (body.row_delimiter.empty()) return {};
  if (!watch_) watch_.emplace(body.row_delimiter);
  if (!watch_->Sees(piece)) return {};
  return request::BoundaryInFile(request_.inputs().files[*body.pieces[piece_].file].input);
}

/// 0 at the end of the file, which the body is past then.
Task<Result<std::size_t>> RunBody::ReadFile(std::span<char> buffer) {
  if (!form_.streams()) {
    co_return Error(ErrorKind::kInternal, ErrorSource::kGateway, "The gateway failed.")
        .WithDetail("a run's body asks for a file that is not open");
  }
  Result<std::size_t> read = co_await form_.ReadFile(buffer);
  if (!read) co_return read;
  if (*read > 0) {
    Result<void> judged = JudgePiece(std::string_view(buffer.data(), *read));
    if (!judged) co_return std::move(judged.error());
    co_return read;
  }
  watch_.reset();
  Result<void> more = co_await form_.ReadOn();
  if (!more) co_return std::move(more.error());
  ++piece_;
  co_return std::size_t{0};
}

Task<Result<std::size_t>> RunBody::Read(std::span<char> buffer) {
  touched_ = true;
  while (true) {
    const std::size_t copied = CopyHeld(buffer);
    if (copied > 0 || !AtFile()) {
      bytes_ += copied;
      co_return copied;
    }
    Result<std::size_t> read = co_await ReadFile(buffer);
    if (!read) co_return read;
    if (*read > 0) {
      bytes_ += *read;
      co_return read;
    }
  }
}

}  // namespace sallyport::pipeline
