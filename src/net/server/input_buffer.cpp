#include "net/server/input_buffer.h"

#include <cstring>
#include <utility>

namespace sallyport::net {

std::span<char> InputBuffer::Space(Room room) {
  if (begin_ == end_) begin_ = end_ = floor_;
  const bool too_small = room == Room::kLarge && capacity_ < kLargeBytes;
  if (!too_small && end_ == capacity_ && begin_ > floor_) {
    std::memmove(data_ + floor_, data_ + begin_, end_ - begin_);
    end_ = floor_ + (end_ - begin_);
    begin_ = floor_;
  }
  if (too_small || end_ == capacity_) Grow();
  return {data_ + end_, capacity_ - end_};
}

std::string_view InputBuffer::Pin(std::size_t bytes) {
  const std::string_view pinned(data_ + begin_, bytes);
  begin_ += bytes;
  floor_ = begin_;
  return pinned;
}

void InputBuffer::Unpin() {
  floor_ = 0;
  pinned_ = Block();
}

void InputBuffer::ReleaseIfEmpty() {
  if (begin_ != end_ || floor_ != 0 || !large_) return;
  large_ = Block();
  data_ = small_.data();
  capacity_ = kSmallBytes;
  begin_ = end_ = 0;
}

void InputBuffer::Discard() {
  Unpin();
  begin_ = end_;
  ReleaseIfEmpty();
}

void InputBuffer::Grow() {
  Block block = capacity_ < kLargeBytes ? blocks_.Take() : Block(capacity_ * 2);
  std::memcpy(block.span().data(), data_ + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (floor_ != 0 && large_) pinned_ = std::move(large_);  // the small block needs no keeping
  floor_ = 0;
  large_ = std::move(block);
  data_ = large_.span().data();
  capacity_ = large_.span().size();
}

}  // namespace sallyport::net
