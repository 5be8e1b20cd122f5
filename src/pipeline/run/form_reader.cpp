#include "pipeline/run/form_reader.h"

#include <span>

namespace sallyport::pipeline {

Task<Result<FormReader::Event>> FormReader::Next() {
  while (!ended_) {
    Result<Event> event = reader_.Next();
    if (!event) co_return event;
    if (*event == Event::kEnd) ended_ = true;
    if (*event != Event::kNeedMore) {
      if (ended_) break;
      co_return event;
    }
    const std::span<char> room = buffer_.span();
    Result<std::size_t> read = co_await exchange_.ReadBody(room);
    if (!read) co_return std::move(read.error());
    if (*read == 0) {
      reader_.Finish();
    } else {
      reader_.Feed(std::string_view(room.data(), *read));
    }
  }
  // What follows the closing delimiter is read over.
  while (!exchange_.body_done()) {
    const std::span<char> room = buffer_.span();
    Result<std::size_t> read = co_await exchange_.ReadBody(room);
    if (!read) co_return std::move(read.error());
    if (*read == 0) break;
  }
  co_return Event::kEnd;
}

}  // namespace sallyport::pipeline
