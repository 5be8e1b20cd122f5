#include "support/bad_answers.h"

namespace sallyport::test {
namespace {

using Then = ScriptedAnswer::Then;

ScriptedAnswer Page(int status) {
  ScriptedAnswer page = ScriptedAnswer::Json(
      status, "<html><body>Error. <a href=\"/?access_token=no\">Retry</a></body></html>");
  page.type = "text/html";
  return page;
}

ScriptedAnswer Moved() {
  ScriptedAnswer moved = ScriptedAnswer::Json(302, "{\"access_token\":\"moved\"}");
  moved.headers = {{"Location", "/elsewhere"}};
  return moved;
}

ScriptedAnswer Coded(const std::string& coding, const std::string& bytes) {
  ScriptedAnswer coded = ScriptedAnswer::Json(200, bytes);
  coded.headers = {{"Content-Encoding", coding}};
  return coded;
}

std::vector<BadAnswer> NotTokens() {
  const auto json = ScriptedAnswer::Json;
  return {
      {"HTML with 200", Page(200), "answered 200 with neither JSON nor a form"},
      {"HTML with 500", Page(500), "answered 500"},
      {"nothing with 200", json(200, ""), "neither JSON nor a form"},
      {"nothing with 204", ScriptedAnswer::Raw("HTTP/1.1 204 No\r\n\r\n", Then::kGoOn),
       "answered 204"},
      {"text", json(200, "try again later"), "neither JSON nor a form"},
      {"JSON that is no object", json(200, "[\"access_token\"]"), "neither JSON nor a form"},
      {"half of a JSON object", json(200, "{\"access_token\":\"half"), "neither JSON nor a form"},
      {"JSON with a member twice", json(200, R"({"access_token":"a","access_token":"b"})"),
       "neither JSON nor a form"},
      {"no access token", json(200, R"({"token_type":"Bearer","expires_in":3600})"),
       "without an access token"},
      {"a form without one", json(200, "token_type=bearer&expires_in=3600"),
       "without an access token"},
      {"access token null", json(200, R"({"access_token":null})"), "without an access token"},
      {"access token a number", json(200, R"({"access_token":12345})"), "without an access token"},
      {"access token empty", json(200, R"({"access_token":""})"), "without an access token"},
      {"access token under another name", json(200, R"({"accessToken":"elsewhere"})"),
       "without an access token"},
      {"access token with a line break", json(200, R"({"access_token":"a\r\nX-Evil: 1"})"),
       "no header can hold"},
      {"tokens with 500", json(500, R"({"access_token":"not-this-one"})"), "answered 500"},
      {"tokens with 404", json(404, R"({"access_token":"not-this-one"})"), "answered 404"},
      {"a redirect", Moved(), "answered 302, a redirect, which is not followed"},
      {"a coding that it is not", Coded("gzip", R"({"access_token":"plain"})"), "gzip"},
      {"an unknown coding", Coded("zstd", "\x28\xB5\x2F\xFD packed"), "neither JSON nor a form"},
  };
}

std::vector<BadAnswer> Errors() {
  const auto json = ScriptedAnswer::Json;
  ScriptedAnswer form = json(400, "error=temporarily_unavailable&error_description=come+back");
  form.type = "application/x-www-form-urlencoded";
  return {
      {"slow_down", json(400, R"({"error":"slow_down"})"), "slow_down"},
      {"an error as a form", form, "temporarily_unavailable: come back"},
      {"invalid_client", json(401, R"({"error":"invalid_client","error_description":"who?"})"),
       "invalid_client: who?"},
      {"an error with 200", json(200, R"({"error":"server_error"})"), "server_error"},
      {"an error beside tokens",
       json(200, R"({"access_token":"beside","error":"bad_verification_code"})"),
       "bad_verification_code"},
      {"a nested error", json(400, R"({"error":{"type":"OAuthException","message":"Expired."}})"),
       "OAuthException: Expired."},
      {"too many requests", json(429, R"({"error":"rate_limited"})"), "rate_limited"},
      {"invalid_grant with 400", json(400, R"({"error":"invalid_grant"})"), "invalid_grant", true},
      {"invalid_grant with 200", json(200, R"({"error":"invalid_grant"})"), "invalid_grant", true},
      {"invalid_grant with 500", json(500, R"({"error":"invalid_grant"})"), "invalid_grant", true},
      {"invalid_grant as a form", json(400, "error=invalid_grant&error_description=used"),
       "invalid_grant: used", true},
  };
}

std::vector<BadAnswer> BrokenConnections() {
  return {
      {"closed at once", ScriptedAnswer::Raw("", Then::kClose), ""},
      {"reset at once", ScriptedAnswer::Raw("", Then::kReset), ""},
      {"cut",
       ScriptedAnswer::Raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"access_token\":\"a\"}",
                           Then::kClose),
       ""},
      {"not HTTP", ScriptedAnswer::Raw("garbage\r\n\r\n", Then::kClose), ""},
      {"two lengths",
       ScriptedAnswer::Raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 24\r\n\r\n"
                           "{\"access_token\":\"twice\"}",
                           Then::kClose),
       ""},
      {"too large", ScriptedAnswer::Json(200, std::string(1024 * 1024 + 1, ' ')),
       "larger than 1048576 bytes"},
      {"no answer", ScriptedAnswer::Raw("HTTP/1.1 200 OK\r\n", Then::kDrip), "timeouts.token"},
  };
}

}  // namespace

std::vector<BadAnswer> BadAnswers() {
  std::vector<BadAnswer> all = NotTokens();
  for (std::vector<BadAnswer> more : {Errors(), BrokenConnections()}) {
    for (BadAnswer& one : more) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace sallyport::test
