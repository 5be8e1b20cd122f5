// api-key create | list | revoke.
#include <ostream>

#include "app/admin_channel.h"
#include "app/commands.h"
#include "app/table.h"
#include "sallyport/app/command_line.h"
#include "sallyport/http/url.h"

namespace sallyport::app {
namespace {

constexpr const char* kPath = "/api/v1/api-keys";

std::string JoinTexts(const Json& list) {
  std::string text;
  for (const Json& item : list) {
    text += (text.empty() ? "" : ",") + item.get<std::string>();
  }
  return text;
}

std::string TextOr(const Json& object, const char* member, const char* fallback) {
  const Json value = object.value(member, Json(nullptr));
  return value.is_string() ? value.get<std::string>() : fallback;
}

}  // namespace

int CreateApiKey(const CommandContext& context, const ApiKeyRequest& request) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  Json body = {{"name", request.name},
               {"role", request.role},
               {"resources", request.resources},
               {"act_as_users", request.act_as_users}};
  if (!request.expires_at.empty()) body["expires_at"] = request.expires_at;
  const Result<Json> created = CallAdmin(*options, "POST", kPath, body);
  if (!created) return Fail(context, created.error().message());
  const Json& api_key = created->at("api_key");
  context.err << "id " << TextOr(api_key, "id", "?") << ", role " << TextOr(api_key, "role", "?")
              << "; the key is shown only this once\n";
  context.out << created->at("key").get<std::string>() << '\n';
  return kExitOk;
}

int ListApiKeys(const CommandContext& context) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  const Result<Json> keys = ListAll(*options, kPath);
  if (!keys) return Fail(context, keys.error().message());
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "ROLE", "RESOURCES", "EXPIRES"}};
  for (const Json& key : *keys) {
    rows.push_back({TextOr(key, "id", ""), TextOr(key, "name", ""), TextOr(key, "role", ""),
                    JoinTexts(key.value("resources", Json::array())),
                    TextOr(key, "expires_at", "never")});
  }
  PrintTable(context.out, rows);
  return kExitOk;
}

int RevokeApiKey(const CommandContext& context, const std::string& id) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  const std::string path = std::string(kPath) + "/" + http::PercentEncode(id);
  const Result<Json> revoked = CallAdmin(*options, "DELETE", path, nullptr);
  if (!revoked) return Fail(context, revoked.error().message());
  context.out << "revoked " << id << '\n';
  return kExitOk;
}

}  // namespace sallyport::app
