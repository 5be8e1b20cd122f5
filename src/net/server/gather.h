// A few pieces of memory that go out in one write.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <string_view>

#include <boost/asio/buffer.hpp>

namespace sallyport::net {

/// A ConstBufferSequence without allocation. Holds views: the bytes outlive the write.
class Gather {
 public:
  using value_type = boost::asio::const_buffer;
  using const_iterator = const value_type*;

  void Add(std::string_view bytes) {
    if (bytes.empty()) return;
    assert(end_ < pieces_.size());
    pieces_[end_++] = value_type(bytes.data(), bytes.size());
  }
  /// Takes `bytes` off the front.
  void Consume(std::size_t bytes) {
    while (bytes > 0 && begin_ < end_) {
      const std::size_t step = std::min(bytes, pieces_[begin_].size());
      pieces_[begin_] += step;
      bytes -= step;
      if (pieces_[begin_].size() == 0) ++begin_;
    }
  }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] const_iterator begin() const { return pieces_.data() + begin_; }
  [[nodiscard]] const_iterator end() const { return pieces_.data() + end_; }

 private:
  std::array<value_type, 6> pieces_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sallyport::net
