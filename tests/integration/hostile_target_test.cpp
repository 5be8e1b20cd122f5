// Targets that attack: bombs, floods, drips, answers nobody asked for, connections that close at
// the worst moment. Each costs bounded memory and time, and only its own callers.
#include <gmock/gmock.h>
#include <zlib.h>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "support/query_fixture.h"
#include "support/raw_client.h"
#include "support/scripted_target.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMiB = 1024 * 1024;
// Sanitizers keep freed memory for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMemoryFactor = 3;
#else
constexpr std::size_t kMemoryFactor = 1;
#endif

/// One gzip member of `size` zeros, a thousandth of that.
std::string GzipOfZeros(std::size_t size) {
  const std::string zeros(size, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, size) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string Answer(const std::string& fields, const std::string& body) {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

class HostileTarget : public QueryFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// A resource "t" with a query "q" for a target that serves so.
  void Target(ScriptedTarget::Serve serve, const TestJson& extra = TestJson::object()) {
    if (target_) (void)Api("DELETE", "/api/v1/resources/t");
    target_ = std::make_unique<ScriptedTarget>(std::move(serve));
    CreateResource("t", target_->url(), extra);
    SaveQuery("t", "q", {{"path", "/x"}});
  }

  std::unique_ptr<ScriptedTarget> target_;
};

TEST_F(HostileTarget, BombsCostNoMemory) {
  std::string bomb;
  const std::string member = GzipOfZeros(16 * kMiB);
  for (int i = 0; i < 64; ++i) bomb += member;  // 1 GiB
  Target(ScriptedTarget::Always(Answer("Content-Encoding: gzip\r\n", bomb)));
  ASSERT_EQ(Run("t", "q").status, 502);
  const std::uint64_t before = gateway_->resident_bytes();
  for (int i = 0; i < 10; ++i) {
    const HttpResponse response = Run("t", "q");
    EXPECT_EQ(response.status, 502);
    EXPECT_EQ(CodeOf(response), "upstream_too_large") << response.body;
  }
  EXPECT_LT(gateway_->resident_bytes(), before + 16 * kMiB * kMemoryFactor);
  EXPECT_LT(gateway_->peak_bytes(), before + 48 * kMiB) << "more than limits.envelope_bytes";

  const HttpResponse passed = Proxy("GET", "t/x");
  EXPECT_EQ(passed.status, 200) << "the proxy decodes nothing";
  EXPECT_EQ(passed.body.size(), bomb.size());
}

TEST_F(HostileTarget, FloodsOfInformationalAnswersEnd) {
  std::atomic<bool> cut = false;
  Target([&](TargetConnection& connection) {
    if (connection.ReadHead().empty()) return;
    while (connection.Send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")) {
    }
    cut = true;
  });
  const HttpResponse response = Proxy("GET", "t/x");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(CodeOf(response), "upstream_protocol_error") << response.body;
  EXPECT_TRUE(WaitUntil([&] { return cut.load(); }, std::chrono::seconds(10)));
}

TEST_F(HostileTarget, EndlessHeadsAreCutOff) {
  for (const char* piece : {"X: 1\r\n", "x"}) {
    std::atomic<bool> cut = false;
    Target([&, piece](TargetConnection& connection) {
      if (connection.ReadHead().empty()) return;
      (void)connection.Send("HTTP/1.1 200 OK\r\nX: ");
      std::string pieces;
      for (int i = 0; i < 1000; ++i) pieces += piece;
      while (connection.Send(pieces)) {
      }
      cut = true;
    });
    const HttpResponse response = Proxy("GET", "t/x");
    EXPECT_EQ(response.status, 502) << piece;
    EXPECT_EQ(CodeOf(response), "upstream_too_large") << response.body;
    EXPECT_TRUE(WaitUntil([&] { return cut.load(); }, std::chrono::seconds(10)));
  }
}

TEST_F(HostileTarget, DrippedHeadsDoNotOutliveTheLimit) {
  Target(
      [](TargetConnection& connection) {
        if (connection.ReadHead().empty()) return;
        (void)connection.Send("HTTP/1.1 200 OK\r\nX: ");
        do {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the drip
        } while (connection.Send("x"));
      },
      {{"timeouts", {{"first_byte_ms", 300}}}});
  const HttpResponse response = Proxy("GET", "t/x");
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(CodeOf(response), "first_byte_timeout") << response.body;
}

TEST_F(HostileTarget, ResetsAreToldOrCutButNeverLookComplete) {
  for (const char* bytes :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhalf"}) {
    Target([bytes](TargetConnection& connection) {
      if (connection.ReadHead().empty()) return;
      (void)connection.Send(bytes);
      connection.ResetAtEnd();
    });
    const HttpResponse proxied = Proxy("GET", "t/x");
    EXPECT_TRUE(proxied.status == 502 || !proxied.complete) << bytes << proxied.body;
    const HttpResponse run = Run("t", "q");
    EXPECT_EQ(run.status, 502) << bytes << run.body;
    EXPECT_EQ(CodeOf(run), "upstream_reset") << bytes << run.body;
  }
}

/// An answer that nobody asked for, right behind the asked one or later, on a kept connection: it
/// must not become the answer to somebody else's request.
TEST_F(HostileTarget, UnaskedAnswersReachNobody) {
  const std::string good = Answer("", "good");
  const std::string evil = Answer("", "evil");
  for (const bool at_once : {true, false}) {
    std::atomic<int> sent = 0;
    Target([&, at_once](TargetConnection& connection) {
      while (!connection.ReadHead().empty()) {
        if (at_once) {
          (void)connection.Send(good + evil);
        } else {
          (void)connection.Send(good);
          (void)connection.Send(evil);
        }
        ++sent;
      }
    });
    for (int i = 0; i < 100; ++i) {
      const HttpResponse response = Proxy("GET", "t/x");
      EXPECT_EQ(response.status, 200) << response.body;
      EXPECT_EQ(response.body, "good") << i;
      // The second answer is on its way to the pool now.
      ASSERT_TRUE(WaitUntil([&] { return sent > i; }, std::chrono::seconds(10)));
    }
  }
}

/// No more of a body is read than was announced, so that what stands behind a long one is still
/// with the kernel when the connection is free again: at once, for a pipeline.
TEST_F(HostileTarget, WhatStandsBehindALongBodyReachesNobody) {
  const std::string body(100000, 'x');
  Target([&](TargetConnection& connection) {
    for (std::string head = connection.ReadHead(); !head.empty(); head = connection.ReadHead()) {
      const bool is_long = head.find("/long") != std::string::npos;
      (void)connection.Send(is_long ? Answer("", body) + Answer("", "evil") : Answer("", "good"));
    }
  });
  const auto request = [&](std::string_view path) {
    return "GET /proxy/t" + std::string(path) + " HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " +
           gateway_->admin_key() + "\r\n\r\n";
  };
  for (int i = 0; i < 50; ++i) {
    RawClient client = RawClient::Tcp(gateway_->port());
    client.Send(request("/x") + request("/x") + request("/long") + request("/x"));
    EXPECT_THAT(client.ReadAnswer(), testing::EndsWith("good"));
    EXPECT_THAT(client.ReadAnswer(), testing::EndsWith("good"));
    EXPECT_TRUE(client.ReadAnswer().ends_with(body));
    EXPECT_THAT(client.ReadAnswer(), testing::EndsWith("good")) << i;
  }
}

TEST_F(HostileTarget, LongerBodiesThanToldAreCutAtTheToldLength) {
  Target([](TargetConnection& connection) {
    while (!connection.ReadHead().empty()) {
      (void)connection.Send(
          "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\n\r\n");
    }
  });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Proxy("GET", "t/x").body, "good");
  EXPECT_EQ(target_->connections(), 20) << "what sent too much is not trusted with another call";
}

TEST_F(HostileTarget, RedirectsForEverEndAfterTheirNumber) {
  std::atomic<int> requests = 0;
  Target(
      [&](TargetConnection& connection) {
        while (!connection.ReadHead().empty()) {
          ++requests;
          (void)connection.Send(
              "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        }
      },
      {{"redirects", {{"follow", "same_origin"}, {"max", 3}}}});
  const HttpResponse response = Run("t", "q");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(CodeOf(response), "too_many_redirects") << response.body;
  EXPECT_EQ(requests, 4);
}

/// RFC 9110 §9.2.2: what is not idempotent is never sent twice by itself, whenever the target
/// closes.
TEST_F(HostileTarget, APostIsNeverDoubledByIdleConnectionsThatClose) {
  constexpr int kPosts = 1000;
  constexpr int kCallers = 4;
  std::mutex mutex;
  std::map<std::string, int> seen;
  std::atomic<unsigned> seed = 1;
  Target([&](TargetConnection& connection) {
    std::minstd_rand random(seed.fetch_add(1));
    for (int left = 1 + static_cast<int>(random() % 3); left > 0; --left) {
      const std::string head = connection.ReadHead();
      if (head.empty()) return;
      const std::string id = connection.ReadBody(5);
      if (id.size() == 5) {
        const std::lock_guard lock(mutex);
        ++seen[id];
      }
      (void)connection.Send(Answer("", id));
    }
    // Closes now, a moment later, or in the middle of the next request.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 1500));
  });

  std::atomic<int> next = 0, answered = 0, wrong = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      for (int number = next++; number < kPosts; number = next++) {
        const std::string id = std::to_string(10000 + number);
        const HttpResponse response = Proxy("POST", "t/x", id);
        if (response.status == 200 && response.body == id) {
          ++answered;
        } else if (response.status != 502) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
  RecordProperty("answered", answered.load());
  EXPECT_GT(answered, kPosts / 2);
  const std::lock_guard lock(mutex);
  EXPECT_GE(seen.size(), static_cast<std::size_t>(answered));
  for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id;
}

TEST_F(HostileTarget, AHangingTargetHoldsUpOnlyItsOwnCallers) {
  constexpr int kHanging = 200;
  constexpr int kOthers = 500;
  std::atomic<int> hanging = 0;
  ScriptedTarget sick([&](TargetConnection& connection) {
    if (connection.ReadHead().empty()) return;
    ++hanging;
    (void)connection.ReadSome();  // until the gateway lets go
  });
  CreateResource("sick", sick.url());
  Target(ScriptedTarget::Always(Answer("", "fine")));

  std::vector<std::unique_ptr<RawConnection>> waiting;
  for (int i = 0; i < kHanging; ++i) {
    waiting.push_back(std::make_unique<RawConnection>(gateway_->port()));
    ASSERT_TRUE(
        waiting.back()->Send("GET /proxy/sick/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                             gateway_->admin_key() + "\r\n\r\n"));
  }
  ASSERT_TRUE(WaitUntil([&] { return hanging == kHanging; }, std::chrono::seconds(20))) << hanging;
  int served = 0;
  for (int i = 0; i < kOthers; ++i) served += Proxy("GET", "t/x").body == "fine";
  EXPECT_EQ(served, kOthers);
  EXPECT_EQ(Run("t", "q").status, 200);
  EXPECT_EQ(Api("GET", "/api/v1/resources").status, 200);
  EXPECT_EQ(HttpGet(gateway_->base_url() + "/readyz").status, 200);
  EXPECT_EQ(hanging, kHanging);
  for (const auto& one : waiting) {
    EXPECT_EQ(one->ReadUntil("\r\n", std::chrono::milliseconds(0)), "") << "it hangs still";
  }
}

}  // namespace
}  // namespace sallyport::test
