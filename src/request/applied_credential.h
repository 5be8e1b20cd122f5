// What a credential sets, collected, so that rows of the same names can be left out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/secret.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/credential.h"

namespace sallyport::request {

class AppliedCredential final : public CredentialSink {
 public:
  struct Item {
    std::string name;
    std::string value;
  };
  using Items = std::vector<Item>;

  void SetHeader(std::string name, std::string value) override {
    headers_.push_back({std::move(name), std::move(value)});
  }
  void SetParam(std::string name, std::string value) override {
    params_.push_back({std::move(name), std::move(value)});
  }
  void SetCookie(std::string name, std::string value) override {
    cookies_.push_back({std::move(name), std::move(value)});
  }

  /// A field of this name comes with each call: rows give way to it already.
  void ReserveHeader(std::string name) { reserved_header_ = std::move(name); }

  [[nodiscard]] const Items& headers() const { return headers_; }
  [[nodiscard]] const Items& params() const { return params_; }
  [[nodiscard]] const Items& cookies() const { return cookies_; }
  /// Without case; reserved ones, too.
  [[nodiscard]] bool HasHeader(std::string_view name) const;
  [[nodiscard]] bool HasParam(std::string_view name) const;
  [[nodiscard]] bool HasCookie(std::string_view name) const;

 private:
  Items headers_, params_, cookies_;
  std::string reserved_header_;  ///< "" for none
};

/// What authenticates a call: the resource's credential and, for oauth2, the access token where
/// `attach` puts it into a field. `access_token`: null when the call has none; `has_placeholders`:
/// the request holds the token's magic string.
[[nodiscard]] AppliedCredential CredentialOf(const CompiledResource& resource,
                                             const Secret* access_token, bool has_placeholders);

}  // namespace sallyport::request
