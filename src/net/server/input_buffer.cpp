#include "net/server/input_buffer.h"

#include <cstring>
#include <utility>

namespace sallyport::net {

InputBuffer::~InputBuffer() {
  GiveBack(std::move(large_), capacity_);
  GiveBack(std::move(pinned_), pinned_capacity_);
}

std::span<char> InputBuffer::Space(Room room) {
  if (begin_ == end_) begin_ = end_ = floor_;
  const bool too_small = room == Room::kLarge && capacity_ < kLargeBlockBytes;
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
  GiveBack(std::move(pinned_), pinned_capacity_);
}

void InputBuffer::ReleaseIfEmpty() {
  if (begin_ != end_ || floor_ != 0 || !large_) return;
  GiveBack(std::move(large_), capacity_);
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
  const std::size_t wanted = capacity_ < kLargeBlockBytes ? kLargeBlockBytes : capacity_ * 2;
  Block block =
      wanted == kLargeBlockBytes ? pool_.Take() : std::make_unique_for_overwrite<char[]>(wanted);
  std::memcpy(block.get(), data_ + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (floor_ != 0 && large_) {  // pinned bytes in the small block need no keeping
    pinned_ = std::move(large_);
    pinned_capacity_ = capacity_;
  } else {
    GiveBack(std::move(large_), capacity_);
  }
  floor_ = 0;
  large_ = std::move(block);
  data_ = large_.get();
  capacity_ = wanted;
}

void InputBuffer::GiveBack(Block block, std::size_t capacity) {
  if (block && capacity == kLargeBlockBytes) pool_.Give(std::move(block));
}

}  // namespace sallyport::net
