// What a redirect makes of a request (contract section 9, RFC 9110 §15.4).
#include <algorithm>
#include <utility>

#include "request/reference.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/outgoing.h"
#include "sallyport/store/model.h"

namespace sallyport::request {
namespace {

Error Refused(const std::string& why) {
  return Error(ErrorKind::kRedirectRefused, ErrorSource::kTarget,
               "The target answered with a redirect that is not followed: " + why + ".");
}

/// What is right for a URL that a person writes ("...; put credentials into auth") helps nobody
/// when a target sent it.
std::string WithoutAdvice(const std::string& message) {
  return message.substr(0, message.find(';'));
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// 303 asks for a GET, and browsers made 301 and 302 of a POST one. HEAD stays HEAD.
bool BecomesGet(const std::string& method, int status) {
  if (status == 303) return method != "HEAD" && method != "GET";
  return (status == 301 || status == 302) && method == "POST";
}

Result<void> JudgeOrigin(const OutgoingRequest& request, const http::Origin& next,
                         const RedirectRules& rules) {
  // The first request goes to base_url's origin, so this is base_url's for every hop;
  // extra_origins are trusted with credentials, but are other origins all the same.
  if (rules.follow == Follow::kAny || next == request.url.origin) return {};
  return Refused("it leads to " + next.ToString() +
                 ", another origin than base_url's; set redirects.follow to \"any\" to allow that");
}

void DropBody(OutgoingRequest& request) {
  request.method = "GET";
  request.body = {};
  std::erase_if(request.fields, [](const OutgoingField& field) {
    return StartsWithIgnoreCase(field.name, "Content-");
  });
}

Result<void> KeepBody(const OutgoingRequest& request, const std::vector<FileValue>& files) {
  if (!request.body.present) return {};
  if (!request.trusted && request.body.confined) {
    return Refused(
        "its body holds a secret, and the redirect leads to an origin that is neither base_url's "
        "nor in extra_origins");
  }
  if (!request.body.replayable(files)) {
    return Refused("its body would have to be sent again, but was streamed from an upload");
  }
  return {};
}

/// A target may repeat the parameters it was sent.
std::string ShownUrl(const http::Url& url, const std::vector<std::string>& secrets) {
  const auto holds_secret = [&](std::string_view encoded) {
    const std::string text = http::PercentDecode(encoded);
    const std::string form = http::FormDecode(encoded);
    return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
      return text.find(secret) != std::string::npos || form.find(secret) != std::string::npos;
    });
  };
  if (secrets.empty()) return url.ToString();
  std::string shown = url.origin.ToString();
  for (const std::string_view segment : Split(std::string_view(url.path).substr(1), '/')) {
    shown.append("/").append(holds_secret(segment) ? store::kMask : segment);
  }
  char separator = '?';
  for (const http::QueryPiece& piece : http::SplitQuery(url.query)) {
    shown += separator;
    separator = '&';
    if (holds_secret(piece.raw)) {
      shown.append(piece.name).append("=").append(store::kMask);
    } else {
      shown += piece.raw;
    }
  }
  return shown;
}

}  // namespace

Result<std::optional<OutgoingRequest>> FollowRedirect(const OutgoingRequest& request, int status,
                                                      std::string_view location,
                                                      const RedirectRules& rules,
                                                      const CompiledResource& resource,
                                                      const std::vector<FileValue>& files) {
  if (!IsRedirect(status) || rules.follow == Follow::kNone || Trim(location).empty()) {
    return std::optional<OutgoingRequest>();
  }
  Result<http::Url> url = ResolveReference(request.url, location);
  if (!url) return Refused("its Location " + WithoutAdvice(url.error().message()));
  Result<void> judged = JudgeOrigin(request, url->origin, rules);
  if (!judged) return judged.error();

  OutgoingRequest next = request;
  next.url = std::move(*url);
  next.shown_url = ShownUrl(next.url, next.secrets);
  next.trusted = IsTrusted(resource, next.url.origin);
  if (!next.trusted) {
    // For good: an origin that is not trusted may not send them back with a request of its making.
    std::erase_if(next.fields, [](const OutgoingField& field) { return field.confined; });
  }
  if (BecomesGet(next.method, status)) {
    DropBody(next);
  } else if (Result<void> kept = KeepBody(next, files); !kept) {
    return kept.error();
  }
  return std::optional<OutgoingRequest>(std::move(next));
}

}  // namespace sallyport::request
