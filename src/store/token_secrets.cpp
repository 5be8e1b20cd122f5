#include "store/token_secrets.h"

#include <optional>
#include <string>
#include <utility>

#include "sallyport/base/encoding.h"
#include "store/secrets_json.h"

namespace sallyport::store {
namespace {

constexpr const char* kAccessToken = "access_token";
constexpr const char* kRefreshToken = "refresh_token";
constexpr const char* kIdToken = "id_token";

Secret Encoded(const Secret& token) {
  return token.Reveal([](std::string_view bytes) { return Secret(Base64Encode(bytes)); });
}

Result<Secret> Decoded(const Secrets& members, const char* name) {
  const auto found = members.find(name);
  std::optional<std::string> bytes;
  if (found != members.end()) {
    bytes = found->second.Reveal([](std::string_view text) { return Base64Decode(text); });
  }
  if (bytes) return Secret(std::move(*bytes));
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "the store holds damaged data")
      .WithDetail(std::string("sealed tokens without ") + name);
}

}  // namespace

Secret TokensToText(const Tokens& tokens) {
  Secrets members;
  members.emplace(kAccessToken, Encoded(tokens.access_token));
  members.emplace(kRefreshToken, Encoded(tokens.refresh_token));
  members.emplace(kIdToken, Encoded(tokens.id_token));
  return SecretsToJson(members);
}

Result<Tokens> TokensFromText(const Secret& text) {
  Result<Secrets> members = SecretsFromJson(text);
  if (!members) return members.error();
  Result<Secret> access_token = Decoded(*members, kAccessToken);
  if (!access_token) return access_token.error();
  Result<Secret> refresh_token = Decoded(*members, kRefreshToken);
  if (!refresh_token) return refresh_token.error();
  Result<Secret> id_token = Decoded(*members, kIdToken);
  if (!id_token) return id_token.error();
  return Tokens{std::move(*access_token), std::move(*refresh_token), std::move(*id_token)};
}

}  // namespace sallyport::store
