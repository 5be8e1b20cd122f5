// The pages that a browser sees around a sign-in. Text in, text out; everything that comes from
// outside is escaped.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/http/field_lines.h"

namespace sallyport::oauth {

/// A page with the fields that keep it safe: Content-Type, Content-Security-Policy (nothing but its
/// own style and script, by a fresh nonce), Cache-Control: no-store, Referrer-Policy: no-referrer,
/// X-Content-Type-Options: nosniff, X-Frame-Options: DENY. Content-Length is the sender's affair.
struct Page {
  int status = 200;
  http::FieldLines fields;
  std::string body;
};

struct ConfirmText {
  std::string user;           ///< "" when the tokens are for everybody
  std::string resource_name;  ///< for people
  std::string provider;       ///< origin that comes next
  std::string action;         ///< path that the click is posted to: "/connect/{ticket}"
};
/// "Connect X for alice?", with one button; a script takes two clicks for one. The form posts no
/// field. Because of Referrer-Policy browsers send `Origin: null` with it: judge the click by
/// Sec-Fetch-Site.
[[nodiscard]] Page ConfirmPage(const ConfirmText& text);

struct ResultText {
  std::string resource;        ///< slug, for the message; "" = unknown: no message
  std::string resource_name;   ///< for people
  std::string user;            ///< "" when the tokens are for everybody
  std::string message_origin;  ///< exact target origin of postMessage; "" = no message
  std::string return_to;       ///< judged, absolute; a failure links to it; "" = no link
};
/// Tells the opener {type:"sallyport:login",resource,ok:true} and closes itself.
[[nodiscard]] Page SuccessPage(const ResultText& text);
/// 400. Tells the opener ok:false and stays, so that `reason` (a plain sentence, any text) can be
/// read.
[[nodiscard]] Page FailurePage(const ResultText& text, std::string_view reason);
/// 400: a link that was used already, is too old or never was.
[[nodiscard]] Page ExpiredPage();

}  // namespace sallyport::oauth
