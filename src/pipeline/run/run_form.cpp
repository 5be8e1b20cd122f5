#include "pipeline/run/run_form.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sallyport::pipeline {
namespace {

using Event = FormReader::Event;

constexpr std::size_t kHeldFileBytes = 64 * 1024;

}  // namespace

RunForm::RunForm(const FormSource& source, RunRequest& request, Options options,
                 TakeQuery take_query)
    : reader_(source.exchange, source.boundary, source.blocks),
      request_(request),
      options_(options),
      take_query_(std::move(take_query)) {}

Task<Result<void>> RunForm::ReadOn() {
  while (true) {
    Result<bool> opened = co_await ReadParts();
    if (!opened) co_return std::move(opened.error());
    if (!*opened) co_return BuildAll();
    Result<Next> next = JudgeOpenFile();
    if (!next) co_return std::move(next.error());
    if (*next == Next::kSend) co_return Result<void>();
    Result<void> read;
    if (*next == Next::kHold) {
      read = co_await HoldOpenFile();
    } else {
      read = co_await DropOpenFile();
    }
    if (!read) co_return read;
  }
}

/// True: a large file is open. False: the form has ended.
Task<Result<bool>> RunForm::ReadParts() {
  while (!open_) {
    Result<Event> event = co_await reader_.Next();
    if (!event) co_return std::move(event.error());
    if (*event == Event::kEnd) co_return false;
    if (*event != Event::kPart) continue;
    Result<void> read = co_await ReadPart();
    if (!read) co_return std::move(read.error());
  }
  co_return true;
}

Task<Result<void>> RunForm::ReadPart() {
  http::PartHead head = reader_.head();
  Result<PartUse> use = JudgePart(head);
  if (!use) co_return std::move(use.error());
  Result<void> done;
  if (*use == PartUse::kIgnored) {
    done = co_await SkipPart();
  } else if (*use == PartUse::kFile && rules() != nullptr) {
    done = co_await ReadFilePart(std::move(head));
  } else {
    Result<std::string> content = co_await ReadSmall(*use);
    if (!content) co_return std::move(content.error());
    done = Take(*use, std::move(head), std::move(*content));
  }
  co_return done;
}

/// True: piece_ holds bytes of the part. False: it has ended.
Task<Result<bool>> RunForm::ReadPiece() {
  Result<Event> event = co_await reader_.Next();
  if (!event) co_return std::move(event.error());
  piece_ = *event == Event::kData ? reader_.data() : std::string_view();
  co_return *event == Event::kData;
}

Task<Result<void>> RunForm::SkipPart() {
  while (true) {
    Result<bool> more = co_await ReadPiece();
    if (!more) co_return std::move(more.error());
    if (!*more) co_return Result<void>();
  }
}

Task<Result<std::string>> RunForm::ReadSmall(PartUse use) {
  std::string content;
  while (true) {
    Result<bool> more = co_await ReadPiece();
    if (!more) co_return std::move(more.error());
    if (!*more) co_return content;
    Result<void> counted = Count(piece_.size(), use);
    if (!counted) co_return std::move(counted.error());
    content.append(piece_);
  }
}

Task<Result<void>> RunForm::ReadFilePart(http::PartHead head) {
  OpenFile file;
  file.value = FileOfPart(head);
  std::size_t bytes = 0;
  const bool counts_only = options_.content == Content::kCounted;
  while (true) {
    Result<bool> more = co_await ReadPiece();
    if (!more) co_return std::move(more.error());
    if (!*more) break;
    bytes += piece_.size();
    if (counts_only) continue;
    file.front.append(piece_);
    if (bytes <= kHeldFileBytes) continue;
    piece_ = {};
    open_ = std::move(file);
    co_return Result<void>();
  }
  Result<void> counted = Count(file.front.size(), PartUse::kFile);
  if (!counted) co_return counted;
  file.value.size = bytes;
  if (!counts_only) file.value.content = std::move(file.front);
  co_return inputs_.TakeFile(std::move(file.value));
}

Task<Result<void>> RunForm::HoldOpenFile() {
  Result<void> counted = Count(open_->front.size(), PartUse::kFile);
  if (!counted) co_return counted;
  Result<std::string> rest = co_await ReadSmall(PartUse::kFile);
  if (!rest) co_return std::move(rest.error());
  request::FileValue file = std::move(open_->value);
  std::string content = std::move(open_->front);
  open_.reset();
  content.append(*rest);
  file.size = content.size();
  file.content = std::move(content);
  co_return inputs_.TakeFile(std::move(file));
}

/// Nothing of the request uses it; the input has it all the same.
Task<Result<void>> RunForm::DropOpenFile() {
  request::FileValue file = std::move(open_->value);
  open_.reset();
  Result<void> skipped = co_await SkipPart();
  if (!skipped) co_return skipped;
  co_return inputs_.TakeFile(std::move(file));
}

Task<Result<std::size_t>> RunForm::ReadFile(std::span<char> buffer) {
  const std::string_view front = std::string_view(open_->front).substr(open_->given);
  if (!front.empty()) {
    const std::size_t size = std::min(front.size(), buffer.size());
    std::memcpy(buffer.data(), front.data(), size);
    open_->given += size;
    co_return size;
  }
  while (piece_.empty()) {
    Result<bool> more = co_await ReadPiece();
    if (!more) co_return std::move(more.error());
    if (*more) continue;
    sent_.push_back(open_->value.input);
    request::FileValue file = std::move(open_->value);
    open_.reset();
    Result<void> taken = inputs_.TakeFile(std::move(file));
    if (!taken) co_return std::move(taken.error());
    co_return std::size_t{0};
  }
  const std::size_t size = std::min(piece_.size(), buffer.size());
  std::memcpy(buffer.data(), piece_.data(), size);
  piece_.remove_prefix(size);
  co_return size;
}

}  // namespace sallyport::pipeline
