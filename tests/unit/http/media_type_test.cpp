#include <gtest/gtest.h>

#include "http/media_type_parameters.h"
#include "sallyport/http/charset.h"

namespace sallyport::http {
namespace {

TEST(MediaType, IsTheTypeAndTheCharsetInLowerCase) {
  struct Row {
    std::string field, essence, charset;
  };
  const Row rows[] = {
      {"application/json", "application/json", ""},
      {"Application/JSON", "application/json", ""},
      {" text/html \t", "text/html", ""},
      {"text/html;charset=UTF-8", "text/html", "utf-8"},
      {"text/html ; charset=utf-8", "text/html", "utf-8"},
      {"text/html; Charset=\"ISO-8859-1\"", "text/html", "iso-8859-1"},
      {"text/html; charset=\"a\\\"b\"", "text/html", "a\"b"},
      {"text/html; charset = utf-8", "text/html", "utf-8"},
      {"text/html; charset=", "text/html", ""},
      {"text/html; charset=\"\"", "text/html", ""},
      {"text/html; a=\";charset=x\"; charset=y", "text/html", "y"},
      {"text/html; charset=a; charset=b", "text/html", "a"},
      {"text/html; charset=utf-8;", "text/html", "utf-8"},
      {"text/html;; charset=utf-8", "text/html", "utf-8"},
      {"text/html; flag; charset=utf-8", "text/html", "utf-8"},
      {"text/html; =x; charset=utf-8", "text/html", "utf-8"},
      {"text/html; a=\"open; charset=utf-8", "text/html", "utf-8"},
      {"text/html; version=1", "text/html", ""},
      {"application/vnd.api+json; ext=\"a b\"", "application/vnd.api+json", ""},
  };
  for (const Row& row : rows) {
    const MediaType type = ParseMediaType(row.field);
    EXPECT_EQ(type.essence, row.essence) << row.field;
    EXPECT_EQ(type.charset, row.charset) << row.field;
  }
}

TEST(MediaType, IsNothingWhenItIsNoTypeAndSubtype) {
  for (const std::string field :
       {"", ";", "text", "text/", "/html", "text/html/x", "text html", "text/ht ml", "te xt/html",
        "application/json, text/html", "text/ html", ";charset=utf-8", "text/\"html\"",
        "nothing; charset=utf-8"}) {
    const MediaType type = ParseMediaType(field);
    EXPECT_EQ(type.essence, "") << field;
    EXPECT_EQ(type.charset, "") << field;
  }
}

TEST(MediaType, KnowsJsonTypes) {
  for (const std::string type : {"application/json", "text/json", "application/problem+json",
                                 "application/vnd.api+json", "model/gltf+json"}) {
    EXPECT_TRUE(IsJsonType(type)) << type;
  }
  for (const std::string type :
       {"", "application/jsonp", "application/x-ndjson", "application/json5",
        "application/json+xml", "text/html", "json"}) {
    EXPECT_FALSE(IsJsonType(type)) << type;
  }
}

TEST(MediaType, KnowsTextTypes) {
  for (const std::string type :
       {"text/plain", "text/html", "text/csv", "text/javascript", "text/xml", "text/event-stream",
        "application/xml", "application/soap+xml", "image/svg+xml", "application/javascript",
        "application/x-javascript", "application/ecmascript"}) {
    EXPECT_TRUE(IsTextType(type)) << type;
  }
  for (const std::string type : {"", "application/pdf", "application/octet-stream", "image/png",
                                 "application/zip", "application/x-www-form-urlencoded",
                                 "multipart/form-data", "application/xmlish", "textual/plain"}) {
    EXPECT_FALSE(IsTextType(type)) << type;
  }
}

TEST(Parameters, AreReadWithTheLenienceThatClientsNeed) {
  struct Row {
    std::string text, name, value;
    bool well_formed = true;
  };
  const Row rows[] = {
      {"; a=b", "a", "b"},
      {";A=B", "a", "B"},
      {"; a=\"x y\"", "a", "x y"},
      {"; a=\"\"", "a", ""},
      {"; a=x y", "a", "x y"},
      {"; a=----=_Part_0:1", "a", "----=_Part_0:1"},
      {"; a=\"q\\\"q\"", "a", "q\"q"},
      {"; a=\"b\\\\s\"", "a", "b\\s"},
      {"; a=\"C:\\dir\\file\"", "a", "C:\\dir\\file"},
      {"; a=\"b\"c", "a", "b", false},
      {"x; a=b", "a", "b", false},
      {"; a=\"open", "a", "(none)", false},
      {"; a=\"open\\\"", "a", "(none)", false},
      {"; a", "a", "(none)", false},
      {"; a=", "a", "(none)", false},
      {"; a =\t\"b\" ;", "a", "b"},
      {"", "a", "(none)"},
      {" ; ;;", "a", "(none)"},
  };
  for (const Row& row : rows) {
    const Parameters parameters = ReadParameters(row.text);
    const std::string* value = parameters.Find(row.name);
    EXPECT_EQ(value == nullptr ? "(none)" : *value, row.value) << row.text;
    EXPECT_EQ(parameters.well_formed, row.well_formed) << row.text;
  }
}

}  // namespace
}  // namespace sallyport::http
