// kill -9 again and again under concurrent writes: whatever was answered with 2xx is there after
// the restart, whatever was refused is not, and nothing else has changed.
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "support/gateway_fixture.h"

namespace sallyport::test {
namespace {

constexpr int kWriters = 4;

/// TEST_KILL_ROUNDS, else few: the many are for a run by hand.
int Rounds() {
  const char* text = std::getenv("TEST_KILL_ROUNDS");
  return text == nullptr ? 6 : std::atoi(text);
}

/// What one writer knows: the description of each resource, "" for one that is deleted, and which
/// write was not answered, so that either may be true.
struct Ledger {
  std::map<std::string, std::string> known;
  std::map<std::string, std::string> attempted;
};

class Kill : public GatewayFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// Writes until the gateway is gone. One resource after the other: created, changed, every third
  /// one deleted.
  void WriteForEver(int round, int writer, Ledger& ledger) {
    for (int i = 0;; ++i) {
      const std::string slug =
          "k" + std::to_string(round) + "-" + std::to_string(writer) + "-" + std::to_string(i);
      if (!Write("PUT", slug, "first of " + slug, 201, ledger)) return;
      if (!Write("PUT", slug, "second of " + slug, 200, ledger)) return;
      if (i % 3 == 0 && !Write("DELETE", slug, "", 204, ledger)) return;
    }
  }

  bool Write(const std::string& method, const std::string& slug, const std::string& description,
             int expected, Ledger& ledger) {
    ledger.attempted[slug] = description;
    TestJson body;
    if (method == "PUT") {
      body = {{"name", slug},
              {"description", description},
              {"base_url", "https://a.example"},
              {"auth", {{"type", "bearer"}, {"token", "secret of " + slug}}}};
    }
    const HttpResponse response = Api(method, "/api/v1/resources/" + slug, body);
    if (response.status == 0) return false;
    EXPECT_EQ(response.status, expected) << response.body;
    ledger.known[slug] = description;
    ledger.attempted.erase(slug);
    return response.status == expected;
  }

  std::map<std::string, std::string> Stored() {
    std::map<std::string, std::string> stored;
    for (std::string cursor;;) {
      const HttpResponse page = Api("GET", "/api/v1/resources?limit=100&cursor=" + cursor);
      EXPECT_EQ(page.status, 200) << page.body;
      const TestJson list = TestJson::parse(page.body, nullptr, false);
      if (!list.is_object()) return stored;
      for (const TestJson& item : list["items"]) {
        stored[item["slug"]] = item["description"];
        EXPECT_EQ(item["auth"]["token"], "********");
      }
      if (list["next_cursor"].is_null()) return stored;
      cursor = list["next_cursor"];
    }
  }

  static void Compare(const std::map<std::string, std::string>& stored, Ledger& ledger) {
    const auto find = [&stored](const std::string& slug) {
      const auto found = stored.find(slug);
      return found == stored.end() ? std::string() : found->second;
    };
    for (const auto& [slug, description] : ledger.attempted) {
      const std::string now = find(slug);
      EXPECT_TRUE(now == description || now == ledger.known[slug]) << slug << ": " << now;
      ledger.known[slug] = now;
    }
    ledger.attempted.clear();
    for (const auto& [slug, description] : ledger.known) {
      EXPECT_EQ(find(slug), description) << slug;
    }
  }
};

TEST_F(Kill, LosesNoAnsweredWriteInManyRounds) {
  std::mt19937 random(20260202);  // NOLINT(cert-msc51-cpp): the same delays every time
  std::vector<Ledger> ledgers(kWriters);
  std::size_t answered = 0;
  for (int round = 0; round < Rounds() && !HasFailure(); ++round) {
    std::vector<std::thread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back(
          [&, i] { WriteForEver(round, i, ledgers[static_cast<std::size_t>(i)]); });
    }
    // Not a wait for something: the moment of the kill is what varies.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 250000));
    gateway_->Signal(SIGKILL);
    for (std::thread& writer : writers) writer.join();
    ASSERT_EQ(gateway_->WaitExit(std::chrono::seconds(10)), 128 + SIGKILL);
    ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
    const auto stored = Stored();
    for (Ledger& ledger : ledgers) Compare(stored, ledger);
  }
  for (const Ledger& ledger : ledgers) answered += ledger.known.size();
  EXPECT_GT(answered, static_cast<std::size_t>(Rounds()));
  RecordProperty("resources", std::to_string(answered));
  // What was kept opens too, with this key and in this place.
  EXPECT_EQ(Api("GET", "/api/v1/status").status, 200);
  EXPECT_EQ(HttpGet(gateway_->base_url() + "/readyz").status, 200);
}

}  // namespace
}  // namespace sallyport::test
