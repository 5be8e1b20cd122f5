// Listening sockets: who may share a port, what the errors say, unix-domain files.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "net/server/descriptor.h"
#include "server_harness.h"
#include "support/temp_dir.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using net::Descriptor;
using net::Door;
using net::Endpoint;
using net::ListenSockets;

Endpoint Loopback(std::uint16_t port) { return Endpoint{*IpAddress::Parse("127.0.0.1"), port}; }

TEST(Endpoint, PrintsIpv6InBrackets) {
  EXPECT_EQ(Loopback(8080).ToString(), "127.0.0.1:8080");
  EXPECT_EQ((Endpoint{*IpAddress::Parse("::1"), 80}).ToString(), "[::1]:80");
}

TEST(ListenSockets, PicksOnePortForAllShards) {
  Result<ListenSockets> sockets = ListenSockets::OpenTcp(Loopback(0), Door::kOps, 3);
  ASSERT_TRUE(sockets);
  EXPECT_NE(sockets->endpoint().port, 0);
  EXPECT_EQ(sockets->door(), Door::kOps);
  for (int shard = 0; shard < 3; ++shard) {
    const Descriptor taken(sockets->Take(shard));
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ASSERT_EQ(getsockname(taken.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    EXPECT_EQ(ntohs(address.sin_port), sockets->endpoint().port);
  }
}

TEST(ListenSockets, RefusesAPortInUseAlthoughItsOwnerWouldShareIt) {
  Result<ListenSockets> first = ListenSockets::OpenTcp(Loopback(0), Door::kMain, 2);
  ASSERT_TRUE(first);
  const Endpoint endpoint = first->endpoint();
  const Result<ListenSockets> second = ListenSockets::OpenTcp(endpoint, Door::kMain, 2);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message(),
            "cannot listen on " + endpoint.ToString() + ": address in use");
}

TEST(ListenSockets, OpensAPortAgainAtOnce) {
  Endpoint endpoint = Loopback(0);
  for (int round = 0; round < 3; ++round) {
    Result<ListenSockets> sockets = ListenSockets::OpenTcp(endpoint, Door::kMain, 2);
    ASSERT_TRUE(sockets) << sockets.error().message();
    endpoint = sockets->endpoint();
    RawClient client = RawClient::Tcp(endpoint.port);  // leaves a connection behind
  }
}

TEST(ListenSockets, NamesAnAddressThatIsNotOurs) {
  const Endpoint foreign{*IpAddress::Parse("192.0.2.1"), 1};
  const Result<ListenSockets> sockets = ListenSockets::OpenTcp(foreign, Door::kMain, 1);
  ASSERT_FALSE(sockets);
  EXPECT_EQ(sockets.error().message(),
            "cannot listen on 192.0.2.1:1: this machine does not have that address");
}

TEST(UnixListener, IsForItsOwnerOnlyAndReplacesAStaleFile) {
  const TempDir folder;
  const std::string path = folder / "control.sock";
  for (int round = 0; round < 2; ++round) {
    Result<ListenSockets> sockets = ListenSockets::OpenUnix(path, Door::kControl);
    ASSERT_TRUE(sockets) << sockets.error().message();
    struct stat found {};
    ASSERT_EQ(stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    const Result<ListenSockets> second = ListenSockets::OpenUnix(path, Door::kControl);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message(), "cannot listen on " + path + ": address in use");
  }
}

TEST(UnixListener, LeavesAFileThatIsNoSocketAlone) {
  const TempDir folder;
  const std::string path = folder / "data";
  std::ofstream(path) << "precious";
  EXPECT_FALSE(ListenSockets::OpenUnix(path, Door::kControl));
  EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST(UnixListener, ServesOnAPathLongerThanASocketAddress) {
  const TempDir folder;
  const std::filesystem::path deep = folder.path() / std::string(100, 'd') / std::string(100, 'e');
  std::filesystem::create_directories(deep);
  Result<ListenSockets> sockets = ListenSockets::OpenUnix(deep / "c.sock", Door::kControl);
  ASSERT_TRUE(sockets) << sockets.error().message();

  ServerUnderTest server;
  const int descriptor = sockets->Take(0);
  server.OnShard([&](net::Server& shard) { shard.Accept(descriptor, Door::kControl, true); });
  const Descriptor directory(open(deep.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  RawClient client =
      RawClient::Unix("/proc/self/fd/" + std::to_string(directory.get()) + "/c.sock");
  client.Send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusIn(client.ReadAnswer()), 200);
}

TEST(Server, StopsAcceptingOnOneDescriptorAlone) {
  ServerUnderTest server;
  Result<ListenSockets> sockets = ListenSockets::OpenTcp(Loopback(0), Door::kOps, 1);
  ASSERT_TRUE(sockets) << sockets.error().message();
  const std::uint16_t port = sockets->endpoint().port;
  const int descriptor = sockets->Take(0);
  server.OnShard([&](net::Server& shard) { shard.Accept(descriptor, Door::kOps, false); });
  const std::string hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  RawClient kept = RawClient::Tcp(port);
  kept.Send(hello);
  EXPECT_EQ(StatusIn(kept.ReadAnswer()), 200);

  server.OnShard([&](net::Server& shard) { shard.StopAccepting(descriptor); });
  EXPECT_TRUE(ListenSockets::OpenTcp(Loopback(port), Door::kOps, 1)) << "the port is free again";
  kept.Send(hello);
  EXPECT_EQ(StatusIn(kept.ReadAnswer()), 200) << "connections go on";
  RawClient other = server.Connect();
  other.Send(hello);
  EXPECT_EQ(StatusIn(other.ReadAnswer()), 200) << "and so do the other listeners";
}

TEST(Acceptor, RestsWhenDescriptorsRunOutAndGoesOnAfterwards) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizers' check of virtual calls opens a pipe, which fails here";
#endif
  ServerUnderTest server;
  std::vector<Descriptor> hoard;
  RawClient client = server.Connect();
  RawClient starved = [&] {
    rlimit original{};
    getrlimit(RLIMIT_NOFILE, &original);
    // One descriptor is left for the client; the server's accept finds none.
    const int next = dup(0);
    close(next);
    const rlimit tight{static_cast<rlim_t>(next) + 2, original.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
    for (int copy = dup(0); copy >= 0; copy = dup(0)) hoard.emplace_back(copy);
    hoard.pop_back();
    RawClient refused = server.Connect();
    EXPECT_TRUE(WaitUntil([&] { return !server.failures().empty(); }, RawClient::kPatience));
    setrlimit(RLIMIT_NOFILE, &original);
    return refused;
  }();
  hoard.clear();
  starved.Send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusIn(starved.ReadAnswer()), 200);
  EXPECT_EQ(server.failures().size(), 1U);
  EXPECT_EQ(server.failures()[0], "cannot accept connections: Too many open files");
}

}  // namespace
}  // namespace sallyport::test
