// Request bodies: both framings, Expect, what is left unread, and what tries to smuggle.
#include <gtest/gtest.h>

#include "server_harness.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using End = RawClient::End;

std::string Post(const std::string& path, const std::string& fields, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n" + body;
}

std::string Counted(const std::string& path, const std::string& body) {
  return Post(path, "Content-Length: " + std::to_string(body.size()), body);
}

TEST(ServerBody, ReadsBothFramingsOfAnySize) {
  ServerUnderTest server;
  for (const std::size_t size : {0U, 1U, 999U, 1000U, 1001U, 2048U, 65535U, 65536U, 300000U}) {
    std::string body(size, '\0');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i % 23);
    RawClient client = server.Connect();
    std::string chunked;
    for (std::size_t at = 0; at < size; at += 7000) {
      const std::string chunk = body.substr(at, 7000);
      std::array<char, 32> line{};
      std::snprintf(line.data(), line.size(), "%zx\r\n", chunk.size());
      chunked += line.data() + chunk + "\r\n";
    }
    chunked += "0\r\n\r\n";
    const std::string expected =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body;
    client.Send(Counted("/echo", body));
    EXPECT_EQ(client.ReadAnswer() == expected, true) << size;
    client.Send(Post("/echo", "Transfer-Encoding: chunked", chunked));
    EXPECT_EQ(client.ReadAnswer() == expected, true) << size;
  }
}

TEST(ServerBody, SendsContinueOnlyWhenTheBodyIsAskedFor) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Post("/echo", "Content-Length: 3\r\nExpect: 100-continue", ""));
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("abc");
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");

  // The body came along: nobody waits for the 100.
  client.Send(Post("/echo", "Content-Length: 3\r\nExpect: 100-continue", "abc"));
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");

  // Refused without reading: whether the body follows is unknown, so the connection ends.
  client.Send(Post("/ignore", "Content-Length: 3\r\nExpect: 100-continue", ""));
  EXPECT_EQ(client.ReadAnswer(),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  client.HalfClose();
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST(ServerBody, NeverSendsContinueToHttp10) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("POST /echo HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(WaitUntil([&] { return !server.handler.seen().empty(); }, RawClient::kPatience));
  client.Send("abc");
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
}

TEST(ServerBody, KeepsTheConnectionAfterAShortUnreadBody) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Counted("/ignore", std::string(65536, 'x')));
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  client.Send(Post("/ignore", "Transfer-Encoding: chunked", "2\r\nxx\r\n0\r\n\r\n"));
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  client.Send(Counted("/echo", "last"));
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast");
}

TEST(ServerBody, ClosesAfterALongUnreadBodyButLetsTheAnswerBeRead) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  // All of it is sent before the answer is read, as simple clients do.
  EXPECT_TRUE(client.Send(Counted("/ignore", std::string(12 << 20, 'x'))));
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  EXPECT_EQ(client.end(), End::kClosed);
}

TEST(ServerBody, ClosesAfterALongUnreadChunkedBody) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  std::string body;
  for (int i = 0; i < 100; ++i) body += "400\r\n" + std::string(1024, 'x') + "\r\n";
  client.Send(Post("/ignore", "Transfer-Encoding: chunked", body + "0\r\n\r\n"));
  client.Send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(Occurrences(client.ReadToEnd(), "hello"), 1);
  EXPECT_EQ(server.handler.seen().size(), 1U);
}

TEST(ServerBody, ReportsABodyThatIsCut) {
  ServerUnderTest server;
  for (const std::string& request : {Post("/echo", "Content-Length: 10", "abc"),
                                     Post("/echo", "Transfer-Encoding: chunked", "5\r\nabc")}) {
    RawClient client = server.Connect();
    client.Send(request);
    client.HalfClose();
    const std::string answer = client.ReadToEnd();
    EXPECT_EQ(StatusIn(answer), 400);
    EXPECT_EQ(Occurrences(answer, "Connection: close"), 1);
  }
  EXPECT_EQ(server.handler.body_errors, 2);
}

TEST(ServerBody, RefusesBrokenChunksAndServesNothingBehindThem) {
  ServerUnderTest server;
  const std::string hidden = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const char* body : {"g\r\n", "5\r\nabcdeX\r\n0\r\n\r\n", "-1\r\n", "5\nabcde\r\n0\r\n\r\n",
                           "\r\n", "fffffffffffffffff\r\n"}) {
    RawClient client = server.Connect();
    client.Send(Post("/echo", "Transfer-Encoding: chunked", body + hidden));
    const std::string answer = client.ReadAnswer();
    EXPECT_EQ(StatusIn(answer), 400) << body;
    client.HalfClose();
    EXPECT_EQ(client.ReadToEnd(), "") << body;
  }
  for (const std::string& seen : server.handler.seen()) EXPECT_EQ(seen, "POST /echo");
}

TEST(ServerBody, RefusesAmbiguousFramingBeforeTheHandlerSeesIt) {
  ServerUnderTest server;
  const std::string hidden = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const char* fields :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked", "Content-Length: 3\r\nContent-Length: 3",
        "Content-Length: 3, 3", "Content-Length: +3", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding : chunked",
        "Content-Length: 3\r\n folded: x", "Host: b", "X: a\rb", "X: a\nb"}) {
    RawClient client = server.Connect();
    client.Send(Post("/echo", fields, "abc" + hidden));
    const std::string answer = client.ReadAnswer();
    EXPECT_EQ(StatusIn(answer), 400) << fields;
    EXPECT_EQ(Occurrences(answer, "Connection: close"), 1) << fields;
    client.HalfClose();
    EXPECT_EQ(client.ReadToEnd(), "") << fields;
  }
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(ServerBody, RefusesChunkedFromHttp10) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(StatusIn(client.ReadAnswer()), 400);
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(ServerBody, ReadsOverAnEmptyLineBetweenRequests) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Counted("/echo", "abc") + "\r\n" + Counted("/echo", "def"));
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ndef");
}

}  // namespace
}  // namespace sallyport::test
