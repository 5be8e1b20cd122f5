// What a run is asked with: JSON, flags, the parts of a form. Without a gateway.
#include <gtest/gtest.h>

#include "pipeline/run/form_inputs.h"
#include "pipeline/run/run_document.h"
#include "pipeline/run/run_flags.h"
#include "unit/pipeline/fake_exchange.h"

namespace sallyport::pipeline::test {
namespace {

std::string PointersOf(const Error& error) {
  std::string pointers;
  for (const Violation& violation : error.violations()) {
    pointers += (pointers.empty() ? "" : " ") + violation.pointer + ":" + violation.code;
  }
  return pointers;
}

TEST(RunDocument, ParamsKeepTheirSpelling) {
  const auto document = ParseRunDocument(R"({"params":{"a":12345678901234567890.10,"b":[1e5]}})",
                                         64, QueryMember::kNone);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->params.ToJson(), R"({"a":12345678901234567890.10,"b":[1e5]})");
  EXPECT_FALSE(document->query);
}

TEST(RunDocument, NothingAndNullAreNoParams) {
  for (const std::string_view body : {"", "{}", R"({"params":null})", R"({"params":{}})"}) {
    const auto document = ParseRunDocument(body, 64, QueryMember::kNone);
    ASSERT_TRUE(document) << body;
    EXPECT_TRUE(document->params.members().empty()) << body;
  }
}

TEST(RunDocument, WhatIsWrongIsNamed) {
  struct Case {
    std::string_view body;
    QueryMember query;
    ErrorKind kind;
    std::string_view pointers;
  };
  constexpr auto kNone = QueryMember::kNone;
  constexpr auto kRequired = QueryMember::kRequired;
  for (const Case& c :
       {Case{"{", kNone, ErrorKind::kMalformedJson, ""},
        Case{R"({"params":{},"params":{}})", kNone, ErrorKind::kMalformedJson, ""},
        Case{"[]", kNone, ErrorKind::kValidationFailed, ":type"},
        Case{R"({"params":[]})", kNone, ErrorKind::kValidationFailed, "/params:type"},
        Case{R"({"parms":{},"x/y":1})", kNone, ErrorKind::kValidationFailed,
             "/parms:unknown_member /x~1y:unknown_member"},
        Case{R"({"query":{},"params":{}})", kNone, ErrorKind::kValidationFailed,
             "/query:unknown_member"},
        Case{"", kRequired, ErrorKind::kValidationFailed, "/query:required"},
        Case{R"({"params":{}})", kRequired, ErrorKind::kValidationFailed, "/query:required"},
        Case{R"({"query":"q"})", kRequired, ErrorKind::kValidationFailed, "/query:type"}}) {
    const auto document = ParseRunDocument(c.body, 64, c.query);
    ASSERT_FALSE(document) << c.body;
    EXPECT_EQ(document.error().kind(), c.kind) << c.body;
    EXPECT_EQ(PointersOf(document.error()), c.pointers) << c.body;
  }
}

TEST(RunDocument, DepthIsBounded) {
  EXPECT_TRUE(ParseRunDocument(R"({"params":{"a":[[1]]}})", 4, QueryMember::kNone));
  const auto deep = ParseRunDocument(R"({"params":{"a":[[[1]]]}})", 4, QueryMember::kNone);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind(), ErrorKind::kMalformedJson);
  EXPECT_NE(deep.error().hint().find("limits.json_depth"), std::string::npos);
  // What is wrong anyway is not blamed on a limit.
  EXPECT_EQ(ParseRunDocument(R"({"params":)", 4, QueryMember::kNone).error().hint(), "");
}

TEST(RunDocument, ErrorsOfAQueryPointIntoTheBody) {
  const Error moved = InsideQuery(Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller, "no")
                                      .WithHint("h")
                                      .WithViolation({"/path", "x", "y"}));
  EXPECT_EQ(moved.kind(), ErrorKind::kOutsideBaseUrl);
  EXPECT_EQ(moved.hint(), "h");
  EXPECT_EQ(PointersOf(moved), "/query/path:x");
}

TEST(RunFlags, RawIsAFlagOrAPreference) {
  struct Case {
    std::string_view target, lines;
    bool flag, preference;
  };
  for (const Case& c :
       {Case{"/x", "", false, false}, Case{"/x?raw=1", "", true, false},
        Case{"/x?raw", "", true, false}, Case{"/x?a=1&raw=true", "", true, false},
        Case{"/x?raw=0", "", false, false}, Case{"/x?raw=false", "", false, false},
        Case{"/x?Raw=1", "", false, false}, Case{"/x", "Prefer: raw\r\n", false, true},
        Case{"/x", "Prefer: wait=5, RAW; x=1\r\n", false, true},
        Case{"/x", "Prefer: return=minimal\r\nPrefer: raw\r\n", false, true},
        Case{"/x", "Prefer: rawer\r\n", false, false}}) {
    const FakeExchange exchange("GET", c.target, c.lines);
    EXPECT_EQ(HasRawFlag(exchange.head()), c.flag) << c.target;
    EXPECT_EQ(PrefersRaw(exchange.head()), c.preference) << c.lines;
  }
}

TEST(RunFlags, RawIsAParamWhenTheQueryTakesOne) {
  const FakeExchange exchange("GET", "/x?raw=1&id=5&id=6");
  request::InputRules rules;
  EXPECT_EQ(ParamsOfGet(exchange.head(), rules).ToJson(), R"({"id":["5","6"]})");
  rules.implied = {"raw"};
  EXPECT_EQ(ParamsOfGet(exchange.head(), rules).ToJson(), R"({"raw":"1","id":["5","6"]})");
  rules.declared = {{"id", request::InputType::kString, true, {}, false}};
  EXPECT_FALSE(TakesInput(rules, "raw")) << "implied names mean nothing beside declared ones";
}

request::InputRules Declared() {
  request::InputRules rules;
  rules.declared = {{"id", request::InputType::kInteger, true, {}, false},
                    {"note", request::InputType::kString, false, {}, false},
                    {"photo", request::InputType::kFile, true, {}, false}};
  return rules;
}

http::PartHead Part(std::string name, std::optional<std::string> filename = {}) {
  return {std::move(name), std::move(filename), "image/png"};
}

TEST(FormInputs, PartsAreForInputsByNameTypeAndFileName) {
  const request::InputRules rules = Declared();
  EXPECT_EQ(*UseOf(Part("id"), rules), PartUse::kText);
  EXPECT_EQ(*UseOf(Part("photo"), rules), PartUse::kFile) << "a file needs no file name";
  EXPECT_EQ(*UseOf(Part("photo", "a.png"), rules), PartUse::kFile);
  EXPECT_EQ(*UseOf(Part("other"), rules), PartUse::kText) << "judged with the params";
  const Error unknown = UseOf(Part("phot", "a.png"), rules).error();
  EXPECT_EQ(unknown.kind(), ErrorKind::kUnknownParameter);
  EXPECT_EQ(unknown.hint(), "did you mean \"photo\"?");
  EXPECT_EQ(PointersOf(unknown), "/params/phot:unknown_parameter");
  EXPECT_EQ(UseOf(Part("id", "a.png"), rules).error().kind(), ErrorKind::kInvalidParameter);

  request::InputRules implied;
  implied.implied = {"a", "f"};
  implied.implied_files = {"f"};
  EXPECT_EQ(*UseOf(Part("a"), implied), PartUse::kText);
  EXPECT_EQ(*UseOf(Part("a", "a.png"), implied), PartUse::kFile);
  EXPECT_EQ(*UseOf(Part("f"), implied), PartUse::kFile);
  EXPECT_EQ(*UseOf(Part("b", "a.png"), implied), PartUse::kIgnored);
}

TEST(FormInputs, TextsJoinTheParamsAndAreReadLikeAQueryString) {
  FormInputs inputs;
  ASSERT_TRUE(inputs.TakeParams(*request::Value::Parse(R"({"note":"n"})", 8)));
  ASSERT_TRUE(inputs.TakeText("id", "5"));
  ASSERT_TRUE(inputs.TakeText("tag", "a"));
  ASSERT_TRUE(inputs.TakeText("tag", "b"));
  const auto given = inputs.Given();
  ASSERT_TRUE(given);
  EXPECT_EQ(given->params.ToJson(), R"({"note":"n","id":"5","tag":["a","b"]})");
  EXPECT_EQ(given->texts, (std::vector<std::string>{"id", "tag"}));
  EXPECT_FALSE(given->coerce);
}

TEST(FormInputs, WhatComesTwiceIsRefused) {
  FormInputs inputs;
  ASSERT_TRUE(inputs.TakeParams(*request::Value::Parse(R"({"id":5})", 8)));
  EXPECT_EQ(inputs.TakeParams(request::Value()).error().kind(), ErrorKind::kMalformedRequest);
  ASSERT_TRUE(inputs.TakeFile(FileOfPart(Part("photo"))));
  EXPECT_EQ(inputs.TakeFile(FileOfPart(Part("photo"))).error().kind(),
            ErrorKind::kInvalidParameter);
  EXPECT_EQ(inputs.TakeText("id", "\xff").error().kind(), ErrorKind::kInvalidParameter);
  ASSERT_TRUE(inputs.TakeText("id", "5"));
  EXPECT_EQ(inputs.Given().error().kind(), ErrorKind::kInvalidParameter);
}

TEST(FormInputs, ParamsAreKnownOnceNothingElseCanCome) {
  const request::InputRules rules = Declared();
  FormInputs by_part;
  EXPECT_FALSE(by_part.ParamsAreKnown(rules));
  ASSERT_TRUE(by_part.TakeParams(request::Value::Object({})));
  EXPECT_TRUE(by_part.ParamsAreKnown(rules));

  FormInputs by_texts;
  ASSERT_TRUE(by_texts.TakeText("id", "5"));
  EXPECT_FALSE(by_texts.ParamsAreKnown(rules)) << "the optional one may still come";
  ASSERT_TRUE(by_texts.TakeText("note", "n"));
  EXPECT_TRUE(by_texts.ParamsAreKnown(rules));

  request::InputRules implied;
  implied.implied = {"f", "id"};
  implied.implied_files = {"f"};
  EXPECT_FALSE(FormInputs().ParamsAreKnown(implied));
  EXPECT_TRUE(by_texts.ParamsAreKnown(implied));
}

}  // namespace
}  // namespace sallyport::pipeline::test
