// The JSON API over the real store thread and a repository in memory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "sallyport/admin/api.h"
#include "sallyport/base/json.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"
#include "support/fake_clock.h"
#include "support/fake_repository.h"
#include "support/run_task.h"

namespace sallyport::admin {

inline store::Caller Admin() {
  store::Caller caller;
  caller.role = store::Role::kAdmin;
  caller.id = "bootstrap";
  caller.name = "bootstrap";
  caller.resources = {"*"};
  caller.act_as_users = true;
  return caller;
}

inline store::Caller Runner() {
  store::Caller caller;
  caller.id = "key-7";
  caller.name = "runner";
  caller.resources = {"github"};
  return caller;
}

inline store::Caller SessionCaller() {
  store::Caller caller;
  caller.kind = store::CallerKind::kSession;
  caller.id = "session-1";
  caller.user = "alice";
  caller.resources = {"github"};
  return caller;
}

struct Reply {
  int status = 0;  ///< 0: an error
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::vector<Violation> violations;
  std::string text;
  Json body;
  std::map<std::string, std::string> fields;

  [[nodiscard]] std::string Field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    auto owned = std::make_unique<test::FakeRepository>(clock);
    repository = owned.get();
    store_ = std::make_unique<store::Store>(std::move(owned), request::CompileResource,
                                            request::PrepareQuery, clock);
    Options options;
    options.public_url = "https://gateway.example";
    options.version = "1.2.3";
    api = std::make_unique<Api>(*store_, clock, options);
  }

  Reply Send(http::ApiRequest request, store::Caller as) {
    Result<http::ApiResponse> result =
        test::RunTask(context_, api->Handle(std::move(request), std::move(as)));
    Reply reply;
    if (!result) {
      reply.kind = result.error().kind();
      reply.message = result.error().message();
      reply.violations = result.error().violations();
      return reply;
    }
    reply.status = result->status;
    reply.text = result->body;
    if (!result->body.empty()) reply.body = Json::parse(result->body, nullptr, false);
    for (const auto& [name, value] : result->fields) reply.fields[name] = value;
    return reply;
  }

  static http::ApiRequest Request(const std::string& method, const std::string& target,
                                  const std::string& body = "") {
    http::ApiRequest request;
    request.method = method;
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.body = body;
    if (!body.empty()) request.content_type = "application/json";
    request.request_id = "req-1";
    request.peer = "192.0.2.1";
    return request;
  }

  Reply Call(const std::string& method, const std::string& target, const std::string& body = "") {
    return Send(Request(method, target, body), Admin());
  }

  Reply MakeGithub() {
    return Call("POST", "/api/v1/resources",
                R"({"slug":"github","base_url":"https://api.github.com",
                    "auth":{"type":"bearer","token":"s3cr3t-token"}})");
  }

  test::FakeClock clock;
  test::FakeRepository* repository = nullptr;  ///< owned by the store; used between calls only
  boost::asio::io_context context_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Api> api;
};

}  // namespace sallyport::admin
