// A template and a value for its placeholders, at every position: nothing that is sent has another
// shape than the template, and what is JSON stays JSON.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "require.h"
#include "sallyport/base/json_scan.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "sallyport/request/expand.h"

using namespace sallyport;
using namespace sallyport::request;

namespace {

constexpr std::size_t kDepth = 16;

bool Expanded(const Template& text, const Scope& scope, Position position, std::string& out) {
  out.clear();
  const Result<void> done = Expand(text, scope, position, ArrayStyle::kRepeat, out);
  if (!done) FUZZ_REQUIRE(!done.error().message().empty());
  return done.has_value();
}

void CheckPath(const Result<TemplateUrl>& url, const Scope& scope) {
  if (!url) return;
  std::string path;
  if (Expanded(url->path, scope, Position::kPath, path)) {
    const std::string shape = url->path.WithStandIns();
    FUZZ_REQUIRE(std::count(path.begin(), path.end(), '/') ==
                 std::count(shape.begin(), shape.end(), '/'));
    for (const std::string_view segment : Split(path, '/')) {
      const std::string decoded = http::PercentDecode(segment);
      FUZZ_REQUIRE(decoded != "." && decoded != "..");
    }
    FUZZ_REQUIRE(path.empty() || http::IsRequestTarget(path));
  }
  std::string query;
  if (ExpandQuery(url->query, scope, ArrayStyle::kRepeat, false, query))
    FUZZ_REQUIRE(query.empty() || http::IsRequestTarget(query));
}

void CheckLines(const Template& text, const Scope& scope) {
  std::string out;
  const std::string shape = text.WithStandIns();
  if (Expanded(text, scope, Position::kParam, out)) {
    FUZZ_REQUIRE(http::SplitQuery("n=" + out).size() == 1);
    FUZZ_REQUIRE(http::PercentEncode(http::PercentDecode(out)) == out);
  }
  if (Expanded(text, scope, Position::kCookie, out))
    FUZZ_REQUIRE(http::ParseCookies("n=" + out).size() == 1 && http::IsFieldValue(out));
  if (http::IsFieldValue(shape)) {
    if (Expanded(text, scope, Position::kHeader, out)) FUZZ_REQUIRE(http::IsFieldValue(out));
    if (Expanded(text, scope, Position::kCookieField, out)) {
      FUZZ_REQUIRE(http::IsFieldValue(out));
      FUZZ_REQUIRE(std::count(out.begin(), out.end(), ';') ==
                   std::count(shape.begin(), shape.end(), ';'));
    }
  }
  if (Expanded(text, scope, Position::kForm, out))
    FUZZ_REQUIRE(out.find_first_of("&=\r\n ") == std::string::npos);
  if (Expanded(text, scope, Position::kXml, out)) {
    FUZZ_REQUIRE(std::count(out.begin(), out.end(), '<') ==
                 std::count(shape.begin(), shape.end(), '<'));
  }
}

/// As a JSON text nothing but its places changes; as a tree it is JSON whatever the values.
void CheckJson(std::string_view text, const Scope& scope) {
  const Result<JsonTemplate> json = JsonTemplate::Compile(text);
  if (json) {
    std::string out;
    if (json->Expand(scope, out) && json->text().is_literal())
      FUZZ_REQUIRE(out == json->text().literal());
  }
  const Result<Value> tree = Value::Parse(text, kDepth);
  if (!tree) return;
  const Result<JsonTreeTemplate> compiled = JsonTreeTemplate::Compile(*tree);
  std::string out;
  if (compiled && compiled->Expand(scope, out))
    FUZZ_REQUIRE(!ScanJson(out, 4 * kDepth) || !IsUtf8(out));
}

void CheckAll(const Template& text, const std::string& source, const Scope& scope) {
  CheckPath(SplitUrl(text), scope);
  CheckLines(text, scope);
  CheckJson(source, scope);
  std::string out;
  if (Expanded(text, scope, Position::kHost, out) && text.only_placeholder() != nullptr)
    FUZZ_REQUIRE(out.find_first_of("/@:\\?#") == std::string::npos);
  (void)Expanded(text, scope, Position::kRaw, out);
  (void)Expanded(text, scope, Position::kMultipart, out);
}

}  // namespace

/// Input: a template, a line feed, the value of every first name (JSON, else taken as a text).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t feed = std::min(input.find('\n'), input.size());
  const std::string source = input.substr(0, feed);
  const std::string given = input.substr(std::min(feed + 1, input.size()));
  const Result<Template> text = Template::Compile(source);
  if (!text) {
    FUZZ_REQUIRE(text.error().kind() == ErrorKind::kValidationFailed);
    return 0;
  }
  Result<Value> parsed = Value::Parse(given, kDepth);
  const Value value = parsed ? *parsed : Value::String(given);
  const Value all = Value::Object({{"a", value}, {"id", value}, {"org", value}});
  const Value user = Value::Object({{"id", value}, {"attributes", all}});
  const Secret token(std::string("t/o;k&e<n"));
  const std::vector<std::string> secrets{"a"};
  Scope scope;
  scope.params = &all;
  scope.vars = &all;
  scope.user = &user;
  scope.access_token = &token;
  scope.id_token = &token;
  scope.secrets = &secrets;
  CheckAll(*text, source, scope);
  const Result<Template> folded = FoldVariables(*text, all, Position::kPath);
  if (folded) CheckPath(SplitUrl(*folded), scope);
  scope.masked = true;
  std::string out;
  (void)Expanded(*text, scope, Position::kRaw, out);
  (void)Expanded(*text, scope, Position::kPath, out);
  return 0;
}
