#include "admin/message.h"

#include "admin/refusals.h"
#include "admin/spelled_json.h"
#include "sallyport/base/strings.h"
#include "sallyport/schema/spelling.h"

namespace sallyport::admin {
namespace {

std::string_view Unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

Error WrongMediaType(Body body, std::string_view what) {
  const std::string wanted = body == Body::kMergePatch
                                 ? "application/merge-patch+json or application/json"
                                 : "application/json";
  return Error(ErrorKind::kUnsupportedMediaType, ErrorSource::kCaller,
               "Content-Type " + std::string(what) + "; send " + wanted)
      .WithHint("with curl: -H 'Content-Type: application/json'");
}

/// `;q=0` turns a media range off.
bool IsTurnedOff(const std::vector<std::string_view>& parts) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::string_view parameter = TrimOws(parts[i]);
    if (!StartsWithIgnoreCase(parameter, "q=")) continue;
    parameter.remove_prefix(2);
    return !parameter.empty() && parameter.find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

using Parser = Result<Json> (*)(std::string_view text, std::size_t max_depth);

Result<Json> ReadWith(Parser parse, const Call& call, Body body) {
  Result<void> type = JudgeContentType(body, call.request.content_type);
  if (!type) return std::move(type).error();
  Result<Json> json = parse(call.request.body, call.options->json_depth);
  if (!json) return json;
  if (!json->is_object()) {
    return InvalidField("", "type", "must be a JSON object");
  }
  return json;
}

}  // namespace

Result<void> JudgeContentType(Body body, std::string_view content_type) {
  const std::vector<std::string_view> parts = Split(content_type, ';');
  const std::string_view type = TrimOws(parts.front());
  if (type.empty()) return WrongMediaType(body, "is missing");
  const bool known =
      EqualsIgnoreCase(type, "application/json") ||
      (body == Body::kMergePatch && EqualsIgnoreCase(type, "application/merge-patch+json"));
  if (!known) return WrongMediaType(body, "is not one that is read here");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view parameter = TrimOws(parts[i]);
    if (!StartsWithIgnoreCase(parameter, "charset=")) continue;
    if (!EqualsIgnoreCase(Unquote(parameter.substr(8)), "utf-8")) {
      return WrongMediaType(body, "has a charset other than utf-8, and JSON is UTF-8");
    }
  }
  return {};
}

Result<void> JudgeAccept(std::string_view accept) {
  if (TrimOws(accept).empty()) return {};
  // The most specific range decides (RFC 9110 section 12.5.1).
  int best = -1;
  bool accepted = false;
  for (const std::string_view item : Split(accept, ',')) {
    const std::vector<std::string_view> parts = Split(item, ';');
    const std::string_view range = TrimOws(parts.front());
    int rank = -1;
    if (range == "*/*") rank = 0;
    if (EqualsIgnoreCase(range, "application/*")) rank = 1;
    if (EqualsIgnoreCase(range, "application/json")) rank = 2;
    if (rank <= best) continue;
    best = rank;
    accepted = !IsTurnedOff(parts);
  }
  if (accepted) return {};
  return Error(ErrorKind::kNotAcceptable, ErrorSource::kCaller,
               "Accept rules out application/json, and this answers nothing else")
      .WithHint("send Accept: application/json, or leave Accept out");
}

Result<Json> ReadObject(const Call& call, Body body) { return ReadWith(ParseJson, call, body); }

Result<Json> ReadSpelledObject(const Call& call, Body body) {
  return ReadWith(ParseSpelled, call, body);
}

http::ApiResponse Answer(int status, const Json& body) {
  http::ApiResponse response;
  response.status = status;
  response.body = schema::DumpSpelled(body);
  return response;
}

http::ApiResponse AnswerWithoutBody(int status) {
  http::ApiResponse response;
  response.status = status;
  response.content_type.clear();
  return response;
}

}  // namespace sallyport::admin
