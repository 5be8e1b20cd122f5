#include "app/admin_channel.h"

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "app/control_client.h"
#include "app/operations.h"
#include "app/start.h"
#include "sallyport/admin/api.h"
#include "sallyport/base/version.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::app {
namespace {

/// `keys rotate` answers when all is resealed.
constexpr std::chrono::seconds kPatience{300};

Error Failed(std::string message) {
  return Error(ErrorKind::kInvalidState, ErrorSource::kGateway, std::move(message));
}

Result<Json> ParseBody(int status, const std::string& body) {
  if (body.empty()) return Json(nullptr);
  Result<Json> json = ParseJson(body);
  if (!json) return Failed("the answer is no JSON");
  if (status < 300) return json;
  return Failed(json->value("detail", "the gateway answered " + std::to_string(status)));
}

/// A store without a gateway: one loop, one call, then closed again.
class DirectCall {
 public:
  DirectCall(OfflineStore offline, const config::Options& options)
      : lock_(std::move(offline.lock)),
        log_(options.log),
        store_(std::make_unique<store::Store>(std::move(offline.repository),
                                              request::CompileResource, request::PrepareQuery,
                                              clock_)),
        api_(*store_, clock_, ApiOptions(options)),
        operations_(*store_, nullptr, log_, clock_) {}

  ~DirectCall() { store_.reset(); }  // before the loop that its answers go to

  Result<http::ApiResponse> Run(http::ApiRequest request) {
    std::exception_ptr failure;
    const auto work = boost::asio::make_work_guard(context_);  // the store answers from its thread
    boost::asio::co_spawn(context_, Handle(std::move(request)), [&](std::exception_ptr error) {
      failure = error;
      context_.stop();
    });
    context_.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*answer_);
  }

 private:
  static admin::Options ApiOptions(const config::Options& options) {
    admin::Options api;
    api.public_url = options.public_url;
    api.version = Version();
    return api;
  }

  Task<void> Handle(http::ApiRequest request) {
    if (request.path.rfind("/control/", 0) == 0) {
      Result<http::ApiResponse> answer = co_await operations_.Control(std::move(request));
      answer_.emplace(std::move(answer));
      co_return;
    }
    store::Caller caller;
    caller.kind = store::CallerKind::kControl;
    caller.role = store::Role::kAdmin;
    caller.id = store::kControlId;
    caller.name = store::kControlId;
    Result<http::ApiResponse> answer = co_await api_.Handle(std::move(request), std::move(caller));
    answer_.emplace(std::move(answer));
  }

  store::DataDirLock lock_;
  RealClock clock_;
  observe::Log log_;
  boost::asio::io_context context_{1};
  std::unique_ptr<store::Store> store_;
  admin::Api api_;
  ProcessOperations operations_;
  std::optional<Result<http::ApiResponse>> answer_;
};

Result<Json> CallDirectly(const config::Options& options, http::ApiRequest request) {
  const RealClock clock;
  Result<OfflineStore> offline = OpenOffline(options, clock);
  if (!offline) return std::move(offline).error();
  DirectCall call(std::move(*offline), options);
  Result<http::ApiResponse> response = call.Run(std::move(request));
  if (!response) return std::move(response).error();
  return ParseBody(response->status, response->body);
}

}  // namespace

Result<Json> CallAdmin(const config::Options& options, const std::string& method,
                       const std::string& path, const Json& body) {
  const std::string text = body.is_null() ? "" : DumpJson(body);
  const Result<std::optional<ControlAnswer>> online =
      CallControl(options.data_dir, method, path, text, kPatience);
  if (!online) return online.error();
  if (*online) return ParseBody((*online)->status, (*online)->body);

  http::ApiRequest request;
  request.method = method;
  const std::size_t question = path.find('?');
  request.path = path.substr(0, question);
  if (question != std::string::npos) request.query = path.substr(question + 1);
  request.body = text;
  request.content_type = text.empty() ? "" : "application/json";
  request.peer = "local";  // as through the control socket
  return CallDirectly(options, std::move(request));
}

Result<Json> ListAll(const config::Options& options, const std::string& path) {
  Json items = Json::array();
  std::string cursor;
  do {
    const Result<Json> page = CallAdmin(
        options, "GET", path + "?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor), nullptr);
    if (!page) return page.error();
    for (const Json& item : page->at("items")) items.push_back(item);
    const Json next = page->value("next_cursor", Json(nullptr));
    cursor = next.is_string() ? next.get<std::string>() : "";
  } while (!cursor.empty());
  return items;
}

}  // namespace sallyport::app
