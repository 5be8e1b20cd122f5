#include "sallyport/oauth/pages.h"

#include <cassert>

#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/http/url.h"

namespace sallyport::oauth {
namespace {

// In both schemes text has a contrast above 7:1 (WCAG 2.1, AAA).
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark}"
    "body{margin:0;background:#fff;color:#1a1a1a;font:1rem/1.5 system-ui,sans-serif}"
    "main{max-width:36rem;margin:15vh auto 0;padding:0 1.5rem 1.5rem}"
    "h1{font-size:1.5rem;line-height:1.25}"
    "h1,p{overflow-wrap:anywhere}"
    "a{color:#123a8c}"
    "button{font:inherit;font-weight:600;color:#fff;background:#123a8c;border:2px solid #123a8c;"
    "border-radius:.375rem;padding:.625rem 1.25rem;cursor:pointer}"
    "a:focus-visible,button:focus-visible{outline:3px solid currentcolor;outline-offset:3px}"
    "button:focus-visible{outline-color:#1a1a1a}"
    "@media(prefers-color-scheme:dark){"
    "body{background:#12151c;color:#ececec}"
    "a{color:#a9c4ff}"
    "button{color:#12151c;background:#a9c4ff;border-color:#a9c4ff}"
    "button:focus-visible{outline-color:#ececec}}";

// A second click while the first is under way would find the ticket used. A page that is gone back
// to may be tried again.
constexpr std::string_view kOneClick =
    "let sent=false;"
    "addEventListener(\"pageshow\",()=>{sent=false});"
    "document.forms[0].addEventListener(\"submit\",(event)=>{"
    "if(sent)event.preventDefault();sent=true});";

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7F) {
    out += ' ';
  } else {
    out += c;
  }
}

/// For text and for attributes in double quotes.
std::string Html(std::string_view text) {
  if (!IsUtf8(text)) return "(unreadable text)";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) AppendEscaped(out, c);
  return out;
}

/// A JSON value that may stand in a script element: nothing in it can end the element or the line.
std::string Script(const Json& value) {
  std::string out;
  for (const char c : value.dump(-1, ' ', true, Json::error_handler_t::replace)) {
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

void AddOwn(http::FieldLines& fields, std::string_view name, std::string_view value) {
  [[maybe_unused]] const Result<void> added = fields.Add(name, value);
  assert(added);
}

struct Parts {
  int status = 200;
  std::string title;    ///< text
  std::string content;  ///< HTML
  std::string script;   ///< "" = none
  std::string form_action = "'none'";
};

Page Render(const Parts& parts) {
  const std::string nonce = crypto::RandomToken("");
  Page page;
  page.status = parts.status;
  AddOwn(page.fields, "Content-Type", "text/html; charset=utf-8");
  AddOwn(page.fields, "Content-Security-Policy",
         "default-src 'none'; style-src 'nonce-" + nonce + "'; " +
             (parts.script.empty() ? "" : "script-src 'nonce-" + nonce + "'; ") + "form-action " +
             parts.form_action + "; base-uri 'none'; frame-ancestors 'none'");
  AddOwn(page.fields, "Cache-Control", "no-store");
  AddOwn(page.fields, "Referrer-Policy", "no-referrer");
  AddOwn(page.fields, "X-Content-Type-Options", "nosniff");
  AddOwn(page.fields, "X-Frame-Options", "DENY");

  const std::string title = Html(parts.title);
  page.body = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" +
              title +
              "</title>\n<meta name=\"viewport\" content=\"width=device-width, "
              "initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<style nonce=\"" +
              nonce + "\">" + std::string(kStyle) + "</style>\n</head>\n<body>\n<main>\n<h1>" +
              title + "</h1>\n" + parts.content + "</main>\n";
  if (!parts.script.empty()) {
    page.body += "<script nonce=\"" + nonce + "\">" + parts.script + "</script>\n";
  }
  page.body += "</body>\n</html>\n";
  return page;
}

enum class Afterwards : std::uint8_t { kClose, kStay };

std::string TellOpener(const ResultText& text, bool ok, Afterwards afterwards) {
  if (text.resource.empty() || text.message_origin.empty()) return {};
  const Json message{{"type", "sallyport:login"}, {"resource", text.resource}, {"ok", ok}};
  return "if(window.opener){window.opener.postMessage(" + Script(message) + "," +
         Script(text.message_origin) + ");" +
         (afterwards == Afterwards::kClose ? "window.close();" : "") + "}";
}

/// Where a whole page came from, it can go back to; a popup is closed.
std::string WayBack(const ResultText& text) {
  const Result<http::Url> url = http::ParseUrl(text.return_to.substr(0, text.return_to.find('#')));
  if (!url) return "Close this page and start again from where you came.";
  return "<a href=\"" + Html(text.return_to) + "\">Go back to " + Html(url->origin.ToString()) +
         "</a>";
}

}  // namespace

Page ConfirmPage(const ConfirmText& text) {
  Parts parts;
  parts.title = "Connect " + text.resource_name + "?";
  const std::string whom = text.user.empty() ? "for <strong>everybody who uses it here</strong>"
                                             : "for <strong>" + Html(text.user) + "</strong>";
  parts.content = "<p>You are about to sign in at <strong>" + Html(text.provider) +
                  "</strong>. What you allow there will be used to call <strong>" +
                  Html(text.resource_name) + "</strong> " + whom +
                  ".</p>\n<p>If you did not ask for this, close this page.</p>\n"
                  "<form method=\"post\" action=\"" +
                  Html(text.action) + "\"><button type=\"submit\">Continue</button></form>\n";
  // Chrome judges every redirect behind a form by form-action: the provider's, those to the sign-in
  // pages it delegates to, and those back to return_to. Their hosts are not known here, schemes
  // are. No input is shown unescaped, so there is no form to be planted.
  parts.form_action = "'self' https: http:";
  parts.script = kOneClick;
  return Render(parts);
}

Page SuccessPage(const ResultText& text) {
  Parts parts;
  parts.title = "Connected";
  parts.content =
      "<p><strong>" + Html(text.resource_name) + "</strong> is connected" +
      (text.user.empty() ? std::string() : " for <strong>" + Html(text.user) + "</strong>") +
      ". You can close this page.</p>\n";
  parts.script = TellOpener(text, true, Afterwards::kClose);
  return Render(parts);
}

Page FailurePage(const ResultText& text, std::string_view reason) {
  Parts parts;
  parts.status = 400;
  parts.title = "Sign-in failed";
  const std::string what = text.resource_name.empty() ? "Nothing was changed."
                                                      : "<strong>" + Html(text.resource_name) +
                                                            "</strong> was not connected.";
  parts.content =
      "<p>" + what + "</p>\n<p>" + Html(reason) + "</p>\n<p>" + WayBack(text) + "</p>\n";
  parts.script = TellOpener(text, false, Afterwards::kStay);
  return Render(parts);
}

Page ExpiredPage() {
  Parts parts;
  parts.status = 400;
  parts.title = "This link is no longer valid";
  parts.content =
      "<p>A sign-in link works once and for ten minutes. Close this page and start again from "
      "where you came.</p>\n";
  return Render(parts);
}

}  // namespace sallyport::oauth
