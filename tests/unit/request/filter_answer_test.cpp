#include <gtest/gtest.h>

#include "unit/request/resource_builder.h"

namespace sallyport::request::test {
namespace {

std::string Filtered(const CompiledPointer& resource, std::string_view lines,
                     std::string_view path = "/v1/a/b") {
  const std::string raw = "HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n";
  const Result<http::ResponseHead> head = http::ParseResponseHead(raw, "GET", {});
  return head ? FilterAnswer(*resource, resource->parts, *head, path).bytes() : "error";
}

TEST(FilterAnswer, KeepsOrderDuplicatesAndContentEncoding) {
  const std::string lines =
      "X-A: 1\r\nContent-Type: text/html\r\nX-A: 2\r\nContent-Encoding: gzip\r\n"
      "Content-Security-Policy: default-src 'self'\r\nETag: \"x\"\r\nVary: Accept\r\n"
      "WWW-Authenticate: Basic\r\nCache-Control: public\r\n";
  EXPECT_EQ(Filtered(Compile("{}"), lines), lines);
}

TEST(FilterAnswer, DropsHopByHopFramingCorsAndOurOwnNames) {
  EXPECT_EQ(
      Filtered(Compile("{}"),
               "Connection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n"
               "Content-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n"
               "access-control-expose-headers: x\r\nSallyport-Source: gateway\r\n"
               "X-Request-ID: theirs\r\nX-Content-Type-Options: none\r\n"
               "Proxy-Authenticate: Basic\r\nTrailer: X\r\nServer: s\r\n"),
      "Server: s\r\n");
}

TEST(FilterAnswer, SetCookieOnlyForListedNamesAndNeverASession) {
  const std::string lines =
      "Set-Cookie: lang=de; Path=/\r\nSet-Cookie: sid=1\r\nSet-Cookie2: lang=1\r\n"
      "Set-Cookie: sallyport_session=evil\r\nset-cookie: __Host-sallyport_session=evil; Secure\r\n";
  EXPECT_EQ(Filtered(Compile("{}"), lines), "");
  EXPECT_EQ(Filtered(Compile(R"({"forward_cookies":["lang","sallyport_session",
                                                   "__Host-sallyport_session"]})"),
                     lines),
            "Set-Cookie: lang=de; Path=/\r\n");
}

TEST(FilterAnswer, LocationInsideBaseUrlLeadsBackToTheGateway) {
  const CompiledPointer resource = Compile(R"({"base_url":"https://api.example/v1/"})");
  struct Case {
    std::string_view given, expected;
  };
  for (const Case& c :
       {Case{"https://api.example/v1/x?a=1#f", "/proxy/r/x?a=1#f"},
        Case{"HTTPS://API.example:443/v1/x", "/proxy/r/x"},
        Case{"https://api.example/v1", "/proxy/r"}, Case{"/v1/x", "/proxy/r/x"},
        Case{"//api.example/v1/x", "/proxy/r/x"}, Case{"c", "/proxy/r/a/c"},
        Case{"../c", "/proxy/r/c"}, Case{"?page=2", "/proxy/r/a/b?page=2"},
        Case{"./", "/proxy/r/a/"}, Case{"/v1//x", "/proxy/r//x"}, Case{"/v1//", "/proxy/r//"},
        Case{"https://api.example/v1//x//", "/proxy/r//x//"},
        // Elsewhere: as it stands.
        Case{"https://api.example/v2/x", "https://api.example/v2/x"},
        Case{"https://api.example/v1x", "https://api.example/v1x"},
        Case{"http://api.example/v1/x", "http://api.example/v1/x"},
        Case{"https://api.example:8443/v1/x", "https://api.example:8443/v1/x"},
        Case{"https://other.example/v1/x", "https://other.example/v1/x"},
        Case{"https://u@api.example/v1/x", "https://u@api.example/v1/x"},
        Case{"//other.example/v1/x", "//other.example/v1/x"}, Case{"/other", "/other"},
        Case{"../../../x", "../../../x"}, Case{"/v1/..%2fx", "/v1/..%2fx"},
        Case{"/\\other.example/v1", "/\\other.example/v1"}, Case{"mailto:a@b", "mailto:a@b"},
        Case{"#top", "#top"}}) {
    EXPECT_EQ(Filtered(resource, "Location: " + std::string(c.given) + "\r\n"),
              "Location: " + std::string(c.expected) + "\r\n")
        << c.given;
  }
}

TEST(FilterAnswer, LocationCarriesNoParameterThatTheGatewayAdded) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"https://api.example/v1?v=2","params":[{"name":"tenant","value":"7"}],
          "auth":{"type":"api_key","send_as":"query","name":"key","value":"********","prefix":""}})",
      {{"/auth/value", Secret("s cret")}});
  EXPECT_EQ(Filtered(resource, "Location: /v1/x/?v=2&tenant=7&a=1&key=s+cret#f\r\n"),
            "Location: /proxy/r/x/?a=1#f\r\n");
  EXPECT_EQ(Filtered(resource, "Location: http://api.example/v1/?a=1&key=s%20cret\r\n"),
            "Location: http://api.example/v1/?a=1\r\n");
  EXPECT_EQ(Filtered(resource, "Location: http://else.example/?key=another\r\n"),
            "Location: http://else.example/?key=another\r\n");
}

TEST(FilterAnswer, ALocationWithAnEmptySegmentIsNoOtherHost) {
  const CompiledPointer resource = Compile(R"({"base_url":"https://api.example"})");
  const auto rewritten = [&](std::string_view location) {
    return Filtered(resource, "Location: " + std::string(location) + "\r\n", "//a/b");
  };
  EXPECT_EQ(rewritten("?x=1"), "Location: /proxy/r//a/b?x=1\r\n");
  EXPECT_EQ(rewritten("c"), "Location: /proxy/r//a/c\r\n");
  EXPECT_EQ(rewritten("https://api.example//c"), "Location: /proxy/r//c\r\n");
  EXPECT_EQ(rewritten("//c"), "Location: //c\r\n") << "RFC 3986: the host c";
}

}  // namespace
}  // namespace sallyport::request::test
