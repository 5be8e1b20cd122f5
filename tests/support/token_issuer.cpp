#include "support/token_issuer.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace sallyport::test {

void TokenIssuer::SetPolicy(TokenPolicy policy) {
  const std::lock_guard lock(mutex_);
  policy_ = policy;
}

std::string TokenIssuer::MakeCode(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  std::string code = "code-" + owner + "-" + std::to_string(++codes_made_);
  codes_[code] = owner;
  return code;
}

std::optional<std::string> TokenIssuer::Issue(const TokenRequest& request) {
  const std::lock_guard lock(mutex_);
  if (request.grant_type == "client_credentials") return Give(Add("client"), false);
  if (request.grant_type != "authorization_code") return Refresh(request.refresh_token);
  const auto code = codes_.find(request.code);
  if (code == codes_.end()) return std::nullopt;
  const std::string owner = code->second;
  codes_.erase(code);
  return Give(Add(owner), policy_.refreshes);
}

std::optional<std::string> TokenIssuer::OwnerOf(const std::string& access_token) {
  const std::lock_guard lock(mutex_);
  const auto found = access_tokens_.find(access_token);
  if (found == access_tokens_.end() || grants_[found->second].dead) return std::nullopt;
  grants_[found->second].newest_used = true;
  return grants_[found->second].owner;
}

void TokenIssuer::Revoke(const std::string& token) {
  const std::lock_guard lock(mutex_);
  access_tokens_.erase(token);
  const auto found = refresh_tokens_.find(token);
  if (found != refresh_tokens_.end()) grants_[found->second].dead = true;
}

void TokenIssuer::ExpireAccessTokens() {
  const std::lock_guard lock(mutex_);
  access_tokens_.clear();
}

std::vector<std::string> TokenIssuer::issued() const {
  const std::lock_guard lock(mutex_);
  return issued_;
}

bool TokenIssuer::any_grant_dead() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(grants_.begin(), grants_.end(), [](const Grant& grant) { return grant.dead; });
}

std::size_t TokenIssuer::Add(const std::string& owner) {
  grants_.push_back({owner, "", "", false, false});
  return grants_.size() - 1;
}

std::string TokenIssuer::NewToken(const char* kind, std::size_t grant) {
  issued_.push_back(std::string(kind) + "-" + grants_[grant].owner + "-" +
                    std::to_string(issued_.size() + 1));
  return issued_.back();
}

std::string TokenIssuer::Give(std::size_t index, bool with_refresh_token) {
  Grant& grant = grants_[index];
  const std::string access_token = NewToken("at", index);
  access_tokens_[access_token] = index;
  nlohmann::json answer = {{"token_type", "Bearer"}, {"access_token", access_token}};
  if (policy_.lifetime_seconds > 0) answer["expires_in"] = policy_.lifetime_seconds;
  if (with_refresh_token) {
    grant.previous = grant.refresh_token;
    grant.refresh_token = NewToken("rt", index);
    refresh_tokens_[grant.refresh_token] = index;
    answer["refresh_token"] = grant.refresh_token;
  }
  grant.newest_used = false;
  return answer.dump();
}

std::optional<std::string> TokenIssuer::Refresh(const std::string& token) {
  const auto found = refresh_tokens_.find(token);
  if (found == refresh_tokens_.end()) return std::nullopt;
  Grant& grant = grants_[found->second];
  if (grant.dead) return std::nullopt;
  if (!policy_.rotates) return Give(found->second, false);
  const bool repeated =
      policy_.tolerates_lost_answers && token == grant.previous && !grant.newest_used;
  if (token != grant.refresh_token && !repeated) {
    grant.dead = true;
    return std::nullopt;
  }
  grant.refresh_token = token;  // Give makes it the one before, a repeated one too
  return Give(found->second, true);
}

}  // namespace sallyport::test
