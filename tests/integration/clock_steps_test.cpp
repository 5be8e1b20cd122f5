// Somebody sets the time while the gateway runs: calls, writes and time limits go on as before, and
// what expires by the wall clock follows it.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>

#include "support/gateway_fixture.h"
#include "support/paths.h"
#include "support/scripted_target.h"
#include "support/temp_dir.h"

namespace sallyport::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ClockSteps : public GatewayFixture {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer's runtime must be loaded before any other library";
#endif
    file_ = (directory_.path() / "step").string();
    Step(seconds(0));
    GatewayOptions options;
    options.config = std::string(kLoopbackConfig) + "limits: {caller_rate: 1000}\n";
    options.environment = {"LD_PRELOAD=" + ClockStep(), "CLOCK_STEP_FILE=" + file_};
    gateway_ = std::make_unique<GatewayProcess>(std::move(options));
    ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
    CreateResource("t", target_.url());
  }

  void Step(seconds step) {
    const std::int64_t value = step.count();
    std::fstream out(file_, std::ios::binary | std::ios::in | std::ios::out);
    if (!out) out.open(file_, std::ios::binary | std::ios::out);
    out.write(reinterpret_cast<const char*>(&value), sizeof value);
  }

  TempDir directory_;
  std::string file_;
  ScriptedTarget target_{ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")};
};

TEST_F(ClockSteps, HoldNothingUpAndLoseNothing) {
  const HttpResponse made =
      Api("POST", "/api/v1/sessions", {{"user", "alice"}, {"ttl_seconds", 3600}});
  ASSERT_EQ(made.status, 201);
  const std::string session = TestJson::parse(made.body)["token"];
  const struct {
    seconds step;
    int session;
  } rows[] = {{hours(-24 * 3650), 200}, {seconds(0), 200},       {seconds(1800), 200},
              {hours(2), 401},          {hours(24 * 3650), 401}, {seconds(0), 200}};
  for (const auto& row : rows) {
    Step(row.step);
    const std::string note = std::to_string(row.step.count());
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(Proxy("GET", "t/x").status, 200) << note;
    EXPECT_EQ(Api("PATCH", "/api/v1/resources/t", {{"description", note}}).status, 200) << note;
    const HttpResponse read = Api("GET", "/api/v1/resources/t");
    EXPECT_EQ(TestJson::parse(read.body)["description"], note);
    EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(5)) << note;
    HttpRequest who;
    who.url = gateway_->base_url() + "/api/v1/session";
    who.headers = {Bearer(session)};
    EXPECT_EQ(HttpSend(who).status, row.session) << note;
  }
  const double cpu = gateway_->cpu_seconds();
  Step(hours(-1));
  EXPECT_EQ(Proxy("GET", "t/x").status, 200);
  EXPECT_LT(gateway_->cpu_seconds() - cpu, 1.0);
}

}  // namespace
}  // namespace sallyport::test
