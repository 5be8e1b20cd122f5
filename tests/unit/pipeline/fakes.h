// A JSON API and operations made up for tests, and a gateway between a caller and a target that
// are.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "sallyport/crypto/digest.h"
#include "sallyport/pipeline/gateway.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"
#include "support/fake_clock.h"
#include "support/null_descriptor.h"
#include "support/run_task.h"
#include "unit/pipeline/fake_exchange.h"
#include "unit/pipeline/fake_target.h"
#include "unit/pipeline/fake_tokens.h"

namespace sallyport::pipeline::test {

/// A query document as it is stored; `members` replace the defaults.
inline store::Document QueryDocument(std::string_view members) {
  store::Document document;
  document.body = Json::parse(R"({
    "slug":"q","name":"","description":"","method":"GET","path":"","params":[],"headers":[],
    "cookies":[],"body":{"type":"none"},"inputs":[],"timeout_ms":null,"redirects":null,"retries":0,
    "omit_empty_params":false,"array_style":"repeat"})");
  document.body.update(Json::parse(members));
  return document;
}

/// /api/v1/things (GET, POST), /api/v1/secrets (GET, admins only), /connect/t (GET, for anyone),
/// and the routes of runs.
class FakeApi final : public JsonApi {
 public:
  [[nodiscard]] Verdict Judge(std::string_view method, std::string_view path) const override {
    if (path.starts_with(kResources)) return JudgeRun(method, path);
    Verdict verdict;
    verdict.is_public = path == "/connect/t";
    verdict.known = verdict.is_public || path == "/api/v1/things" || path == "/api/v1/secrets";
    if (!verdict.known) return verdict;
    const bool writes = path == "/api/v1/things";
    verdict.method_allowed = method == "GET" || (writes && method == "POST");
    verdict.has_body = writes && method == "POST";
    verdict.allow = writes ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";
    verdict.label = path;
    return verdict;
  }
  [[nodiscard]] Result<void> JudgeRight(std::string_view, std::string_view path,
                                        const store::Caller& its_caller,
                                        const store::Snapshot&) const override {
    const bool for_admins = path == "/api/v1/secrets" || path.ends_with("/request") ||
                            path.ends_with("/request/preview");
    if (for_admins && !its_caller.is_admin()) {
      return Error(ErrorKind::kForbidden, ErrorSource::kCaller, "for admins");
    }
    return {};
  }
  Task<Result<http::ApiResponse>> Handle(http::ApiRequest its_request,
                                         store::Caller its_caller) override {
    request = std::move(its_request);
    caller = std::move(its_caller);
    if (failure) co_return *failure;
    co_return response;
  }
  /// A query with a member "wrong" is refused.
  [[nodiscard]] Result<store::Document> NormalizeQuery(const request::Value& query) const override {
    if (query.Find("wrong") != nullptr) {
      return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, "wrong is wrong")
          .WithViolation({"/wrong", "unknown_member", "is wrong"});
    }
    return QueryDocument(query.ToJson());
  }
  [[nodiscard]] const std::string& openapi() const override { return openapi_; }

  http::ApiRequest request;
  store::Caller caller;
  http::ApiResponse response{200, "application/json", {}, R"({"a":1})"};
  std::optional<Error> failure;

 private:
  static constexpr std::string_view kResources = "/api/v1/resources/";

  static Verdict JudgeRun(std::string_view method, std::string_view path) {
    const bool is_preview = path.ends_with("/preview");
    const std::size_t slug = kResources.size();
    const std::size_t after = path.find('/', slug);
    Verdict verdict;
    verdict.known = after != std::string_view::npos;
    if (!verdict.known) return verdict;
    verdict.path_values = {std::string(path.substr(slug, after - slug))};
    const bool is_saved = path.substr(after).starts_with("/queries/");
    if (is_saved) {
      const std::size_t query = after + std::string_view("/queries/").size();
      verdict.path_values.emplace_back(path.substr(query, path.find('/', query) - query));
      verdict.service = is_preview ? Service::kPreview : Service::kRun;
    } else {
      verdict.service = is_preview ? Service::kPreviewUnsaved : Service::kRunUnsaved;
    }
    const bool reads = is_saved && !is_preview;
    verdict.method_allowed = method == "POST" || (reads && method == "GET");
    verdict.allow = reads ? "GET, HEAD, POST, OPTIONS" : "POST, OPTIONS";
    if (is_saved) {
      verdict.label = is_preview ? "/api/v1/resources/{r}/queries/{q}/run/preview"
                                 : "/api/v1/resources/{r}/queries/{q}/run";
    } else {
      verdict.label =
          is_preview ? "/api/v1/resources/{r}/request/preview" : "/api/v1/resources/{r}/request";
    }
    return verdict;
  }

  std::string openapi_ = R"({"openapi":"3.1.0"})";
};

class FakeOperations final : public Operations {
 public:
  [[nodiscard]] Phase phase() const override { return its_phase; }
  Task<std::string> RenderMetrics() override { co_return "up 1\n"; }
  Task<http::ApiResponse> Readiness(bool verbose) override {
    http::ApiResponse response;
    response.status = its_phase == Phase::kRunning ? 200 : 503;
    response.body = verbose ? R"({"status":"x","checks":{}})" : R"({"status":"x"})";
    co_return response;
  }
  Task<Result<http::ApiResponse>> Control(http::ApiRequest its_request) override {
    control_path = its_request.path;
    http::ApiResponse response;
    co_return response;
  }

  Phase its_phase = Phase::kRunning;
  std::string control_path;
};

inline store::Digest DigestOf(std::string_view token) { return crypto::Sha256(token); }
inline std::string KeyOf(const store::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// A gateway with an admin key, a runner key for "r", a session of alice and two resources: "r"
/// (open to runners under /open) and "closed".
class Bench {
 public:
  Bench() {
    settings.public_url = "http://gateway.example";
    settings.admin_key_digest = DigestOf("admin");
    settings.version = "test";
    settings.cors_origins = {"https://admin.example"};
    AddKey("spk_runner", store::Role::kRunner, {"r"}, false);
    AddKey("spk_actor", store::Role::kRunner, {"*"}, true);
    AddSession("sps_alice", "alice", {"r"});
    AddResource("r", R"({"proxy":{"enabled":true,"methods":["GET","POST"],"paths":["/open"]}})");
    AddResource("closed", "{}");
  }

  void AddKey(const std::string& token, store::Role role, std::vector<std::string> resources,
              bool act_as_users, std::optional<SystemTime> expires_at = {}) {
    auto key = std::make_shared<store::ApiKey>();
    key->id = "id-" + token;
    key->name = token;
    key->token_digest = DigestOf(token);
    key->role = role;
    key->resources = std::move(resources);
    key->act_as_users = act_as_users;
    key->expires_at = expires_at;
    key->caller = store::MakeCaller(*key);
    snapshot.api_keys.Put(KeyOf(key->token_digest), key);
  }
  void AddSession(const std::string& token, const std::string& user,
                  std::vector<std::string> resources) {
    auto session = std::make_shared<store::Session>();
    session->id = "id-" + token;
    session->token_digest = DigestOf(token);
    session->user = user;
    session->resources = std::move(resources);
    session->expires_at = clock.Now() + std::chrono::hours(1);
    session->caller = store::MakeCaller(*session);
    snapshot.sessions.Put(KeyOf(session->token_digest), session);
  }
  void AddResource(const std::string& slug, std::string_view members, bool broken = false) {
    store::Resource resource;
    resource.slug = slug;
    resource.document.body = Json::parse(R"({"base_url":"http://target.example/v1"})");
    resource.document.body.update(Json::parse(members));
    auto entry = std::make_shared<store::ResourceEntry>();
    entry->id = static_cast<std::int64_t>(++resources_made_);
    entry->slug = slug;
    entry->broken = broken;
    entry->prepared = request::CompileResource(resource);
    snapshot.resources.Put(slug, entry);
  }

  /// A query of the resource "r".
  void AddQuery(const std::string& slug, std::string_view members, bool broken = false) {
    store::Query query;
    query.resource_id = snapshot.resources.Find("r")->id;
    query.slug = slug;
    query.document = QueryDocument(members);
    auto entry = std::make_shared<store::QueryEntry>();
    entry->resource_id = query.resource_id;
    entry->slug = slug;
    entry->broken = broken;
    entry->prepared = request::PrepareQuery(query);
    snapshot.queries.Put(store::QueryKey(query.resource_id, slug), entry);
  }

  /// One request through a fresh gateway.
  void Run(FakeExchange& exchange) {
    Gateway gateway(std::make_unique<FakeUpstream>(target), Parts(),
                    std::make_shared<Settings>(settings),
                    std::make_shared<store::Snapshot>(snapshot));
    boost::asio::io_context context(1);
    sallyport::test::RunTask(context, gateway.Handle(exchange));
  }
  void RunBadHead(FakeExchange& exchange, Error error) {
    Gateway gateway(std::make_unique<FakeUpstream>(target), Parts(),
                    std::make_shared<Settings>(settings),
                    std::make_shared<store::Snapshot>(snapshot));
    boost::asio::io_context context(1);
    sallyport::test::RunTask(context, gateway.HandleBadHead(exchange, std::move(error)));
  }

  sallyport::test::FakeClock clock;
  FakeTarget target;
  FakeApi api;
  FakeOperations operations;
  FakeTokens tokens;
  CallLimits limits;
  sallyport::test::NullDescriptor null;
  observe::Log log{observe::LogOptions{observe::Level::kTrace, observe::Format::kJson, true}, clock,
                   null.value};
  observe::ShardMetrics metrics;
  Settings settings;
  store::Snapshot snapshot;

 private:
  GatewayParts Parts() { return {api, operations, tokens, limits, log, metrics, clock}; }

  int resources_made_ = 0;
};

inline constexpr std::string_view kAdmin = "Authorization: Bearer admin\r\n";
inline constexpr std::string_view kRunner = "Authorization: Bearer spk_runner\r\n";
inline constexpr std::string_view kActor = "Authorization: Bearer spk_actor\r\n";
inline constexpr std::string_view kSession = "Authorization: Bearer sps_alice\r\n";

inline std::string operator+(std::string_view a, const char* b) { return std::string(a) + b; }

}  // namespace sallyport::pipeline::test
