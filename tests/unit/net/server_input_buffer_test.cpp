// The input buffer: growth, pinned heads, and memory that goes back.
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "net/server/input_buffer.h"

namespace sallyport::net {
namespace {

void Put(InputBuffer& buffer, std::string_view bytes, InputBuffer::Room room) {
  while (!bytes.empty()) {
    const std::span<char> space = buffer.Space(room);
    const std::size_t step = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), step);
    buffer.Commit(step);
    bytes.remove_prefix(step);
  }
}

std::string Pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
  return bytes;
}

TEST(InputBuffer, KeepsBytesInOrderHoweverItGrows) {
  for (const std::size_t size : {1U, 2048U, 2049U, 65536U, 65537U, 500000U}) {
    BlockPool pool(InputBuffer::kLargeBytes, 32);
    InputBuffer buffer(pool);
    const std::string bytes = Pattern(size);
    Put(buffer, bytes, InputBuffer::Room::kAny);
    EXPECT_TRUE(buffer.unread() == bytes) << size;
  }
}

TEST(InputBuffer, LeavesPinnedBytesInPlaceWhileTheRestMoves) {
  for (const std::size_t head : {10U, 2000U, 2048U, 60000U, 65536U, 70000U}) {
    BlockPool pool(InputBuffer::kLargeBytes, 32);
    InputBuffer buffer(pool);
    const std::string bytes = Pattern(head) + "tail";
    Put(buffer, bytes, InputBuffer::Room::kAny);
    const std::string_view pinned = buffer.Pin(head);
    EXPECT_EQ(buffer.unread(), "tail");
    for (int round = 0; round < 5; ++round) {
      Put(buffer, Pattern(50000), InputBuffer::Room::kLarge);
      buffer.Consume(buffer.unread().size() - 3);
    }
    EXPECT_TRUE(pinned == Pattern(head)) << head;
    EXPECT_TRUE(buffer.unread() == Pattern(50000).substr(49997)) << head;
    buffer.Unpin();
    EXPECT_TRUE(buffer.unread() == Pattern(50000).substr(49997)) << head;
  }
}

TEST(InputBuffer, GivesTheLargeBlockBackWhenEmpty) {
  BlockPool pool(InputBuffer::kLargeBytes, 32);
  InputBuffer buffer(pool);
  Put(buffer, Pattern(5000), InputBuffer::Room::kAny);
  buffer.Consume(4999);
  buffer.ReleaseIfEmpty();
  EXPECT_EQ(buffer.unread().size(), 1U);
  EXPECT_GT(buffer.Space(InputBuffer::Room::kAny).size(), 2048U);
  buffer.Consume(1);
  buffer.ReleaseIfEmpty();
  EXPECT_EQ(buffer.Space(InputBuffer::Room::kAny).size(), 2048U);
}

}  // namespace
}  // namespace sallyport::net
