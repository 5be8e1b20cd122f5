#include "sallyport/request/inputs.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "unit/request/template_fixture.h"

namespace sallyport::request::test {
namespace {

Input Declared(std::string name, InputType type, bool required = true,
               std::string_view default_json = "null") {
  return {std::move(name), type, required, ParsedValue(default_json), false};
}

/// The resolved params as JSON, or the code of the error.
std::string Resolved(const InputRules& rules, std::string_view params, bool coerce = false) {
  GivenInputs given;
  given.params = ParsedValue(params);
  given.coerce = coerce;
  const Result<Inputs> inputs = ResolveInputs(rules, std::move(given));
  return inputs ? inputs->params.ToJson() : CodeOf(inputs.error());
}

std::string OneOf(InputType type, std::string_view json, bool coerce = false) {
  InputRules rules;
  rules.declared.push_back(Declared("x", type));
  return Resolved(rules, R"({"x":)" + std::string(json) + "}", coerce);
}

TEST(Inputs, TakesAValueOfItsTypeAndNoOther) {
  struct Row {
    InputType type;
    std::vector<const char*> good, bad;
  };
  const std::vector<Row> rows{
      {InputType::kString, {R"("a")", R"("")"}, {"1", "true", "[]", "{}"}},
      {InputType::kInteger,
       {"5", "-5", "0", "9007199254740993", "123456789012345678901234567890"},
       {"5.0", "1e3", "5.5", R"("5")", "true"}},
      {InputType::kNumber, {"5", "5.50", "-1e3"}, {R"("5")", "false"}},
      {InputType::kBoolean, {"true", "false"}, {R"("true")", "1", "0"}},
      {InputType::kObject, {R"({"a":1})", "{}"}, {"[]", R"("{}")"}},
      {InputType::kArray, {"[1]", "[]"}, {"{}", R"("a")", "1"}},
      {InputType::kFile, {}, {"1", R"("no data URL")", "{}"}}};
  for (const Row& row : rows) {
    for (const char* json : row.good)
      EXPECT_EQ(OneOf(row.type, json), R"({"x":)" + std::string(json) + "}") << json;
    for (const char* json : row.bad) EXPECT_EQ(OneOf(row.type, json), "error: invalid") << json;
  }
}

TEST(Inputs, ReadsTextsOfAQueryStringAsTheDeclaredType) {
  struct Row {
    InputType type;
    const char* text;
    const char* expected;
  };
  const std::vector<Row> rows{
      {InputType::kString, R"("5")", R"({"x":"5"})"},
      {InputType::kInteger, R"("5")", R"({"x":5})"},
      {InputType::kInteger, R"("-9007199254740993")", R"({"x":-9007199254740993})"},
      {InputType::kInteger, R"("007")", "error: invalid"},
      {InputType::kInteger, R"("5.5")", "error: invalid"},
      {InputType::kInteger, R"("")", "error: invalid"},
      {InputType::kInteger, R"(" 5")", "error: invalid"},
      {InputType::kInteger, R"(["5","6"])", "error: invalid"},
      {InputType::kNumber, R"("1.50")", R"({"x":1.50})"},
      {InputType::kNumber, R"("x")", "error: invalid"},
      {InputType::kBoolean, R"("true")", R"({"x":true})"},
      {InputType::kBoolean, R"("yes")", "error: invalid"},
      {InputType::kObject, R"("{\"a\":1}")", R"({"x":{"a":1}})"},
      {InputType::kObject, R"("[1]")", "error: invalid"},
      {InputType::kArray, R"("a")", R"({"x":["a"]})"},
      {InputType::kArray, R"(["a","b"])", R"({"x":["a","b"]})"}};
  for (const Row& row : rows) EXPECT_EQ(OneOf(row.type, row.text, true), row.expected) << row.text;
}

TEST(Inputs, ReadsOnlyTheNamedTextsOfAForm) {
  InputRules rules;
  rules.declared = {Declared("a", InputType::kInteger), Declared("b", InputType::kInteger)};
  GivenInputs given;
  given.params = ParsedValue(R"({"a":"1","b":2})");
  given.texts = {"a"};
  const Result<Inputs> inputs = ResolveInputs(rules, given);
  ASSERT_TRUE(inputs);
  EXPECT_EQ(inputs->params.ToJson(), R"({"a":1,"b":2})");
  given.texts = {"b"};
  EXPECT_FALSE(ResolveInputs(rules, given));
}

TEST(Inputs, FillsInDefaultsAndTakesNullForOmitted) {
  InputRules rules;
  rules.declared = {Declared("must", InputType::kString),
                    Declared("set", InputType::kInteger, true, "7"),
                    Declared("may", InputType::kInteger, false, "8"),
                    Declared("out", InputType::kInteger, false)};
  EXPECT_EQ(Resolved(rules, R"({"must":"m"})"), R"({"must":"m","set":7,"may":8,"out":null})");
  EXPECT_EQ(Resolved(rules, R"({"must":"m","set":null,"may":null,"out":null})"),
            R"({"must":"m","set":7,"may":null,"out":null})");
  EXPECT_EQ(Resolved(rules, R"({"must":null})"), "error: missing");
  EXPECT_EQ(Resolved(rules, "{}"), "error: missing");
}

TEST(Inputs, ListsAllOfAKindUnknownBeforeMissingBeforeInvalid) {
  InputRules rules;
  rules.declared = {Declared("name", InputType::kString), Declared("age", InputType::kInteger),
                    Declared("tags", InputType::kArray)};
  GivenInputs given;
  given.params = ParsedValue(R"({"nmae":1,"a/b":2,"age":"x"})");
  Result<Inputs> inputs = ResolveInputs(rules, given);
  ASSERT_FALSE(inputs);
  EXPECT_EQ(inputs.error().kind(), ErrorKind::kUnknownParameter);
  ASSERT_EQ(inputs.error().violations().size(), 2U);
  EXPECT_EQ(inputs.error().violations()[1].pointer, "/params/a~1b");
  EXPECT_NE(inputs.error().hint().find("\"name\""), std::string::npos) << inputs.error().hint();

  given.params = ParsedValue(R"({"age":"x"})");
  inputs = ResolveInputs(rules, given);
  ASSERT_FALSE(inputs);
  EXPECT_EQ(inputs.error().kind(), ErrorKind::kMissingParameter);
  EXPECT_EQ(inputs.error().violations().size(), 2U);

  given.params = ParsedValue(R"({"name":5,"age":"s3cret","tags":[]})");
  inputs = ResolveInputs(rules, given);
  ASSERT_FALSE(inputs);
  EXPECT_EQ(inputs.error().kind(), ErrorKind::kInvalidParameter);
  EXPECT_EQ(inputs.error().violations().size(), 2U);
  EXPECT_EQ(inputs.error().message().find("s3cret"), std::string::npos);
  EXPECT_NE(inputs.error().message().find("integer"), std::string::npos);
}

TEST(Inputs, TellsWhatElseIsMissingInOneGo) {
  InputRules rules;
  rules.declared = {Declared("a", InputType::kString), Declared("n", InputType::kInteger),
                    Declared("o", InputType::kObject)};
  const FindMissing find_missing = [](const Value& params) {
    EXPECT_EQ(params.ToJson(), R"({"o":{}})") << "what was given and fits";
    MissingNames names;
    names.params = {"a", "n", "o.k"};  // of "a" and "n" something is told already
    names.user = {"user.id"};
    return names;
  };
  GivenInputs given;
  given.params = ParsedValue(R"({"o":{},"n":"x"})");
  const Result<Inputs> inputs = ResolveInputs(rules, given, find_missing);
  ASSERT_FALSE(inputs);
  EXPECT_EQ(inputs.error().kind(), ErrorKind::kMissingParameter);
  std::vector<std::string> pointers;
  for (const Violation& violation : inputs.error().violations())
    pointers.push_back(violation.pointer);
  EXPECT_EQ(pointers, (std::vector<std::string>{"/params/a", "/params/o/k", "/user/id"}));
  EXPECT_NE(inputs.error().hint().find("Sallyport-User"), std::string::npos);
}

TEST(Inputs, SaysWhoCanHelpWithAParamThatOnlyTheResourceKnows) {
  InputRules rules;
  rules.declared = {Declared("id", InputType::kInteger, false)};
  rules.undeclared = {{"tenant", "base_url"}};
  for (const char* params : {"{}", R"({"tenant":"t"})"}) {
    GivenInputs given;
    given.params = ParsedValue(params);
    const Result<Inputs> inputs = ResolveInputs(rules, given);
    ASSERT_FALSE(inputs) << params;
    EXPECT_NE(inputs.error().hint().find("declare \"tenant\" in inputs"), std::string::npos)
        << inputs.error().hint();
    ASSERT_EQ(inputs.error().violations().size(), 1U);
    EXPECT_EQ(inputs.error().violations()[0].pointer, "/params/tenant");
    EXPECT_NE(inputs.error().violations()[0].message.find("base_url"), std::string::npos);
  }
}

TEST(Inputs, SuggestsNothingForAnEmptyName) {
  InputRules rules;
  rules.declared = {Declared("s", InputType::kString, false)};
  GivenInputs given;
  given.params = ParsedValue(R"({"":1})");
  EXPECT_EQ(ResolveInputs(rules, given).error().hint(), "the query takes \"s\"");
}

TEST(Inputs, SaysWhatIsWrongWithAFraction) {
  InputRules rules;
  rules.declared = {Declared("n", InputType::kInteger)};
  GivenInputs given;
  given.params = ParsedValue(R"({"n":1.5})");
  EXPECT_EQ(ResolveInputs(rules, given).error().violations().at(0).message,
            "must be an integer, not a number with a fraction or an exponent");
}

TEST(Inputs, BoundsTheListOfUnknownNames) {
  InputRules rules;
  rules.declared = {Declared("x", InputType::kString)};
  std::vector<Value::Member> members;
  for (int i = 0; i < 5000; ++i) members.emplace_back("n" + std::to_string(i), Value());
  GivenInputs given;
  given.params = Value::Object(std::move(members));
  const Result<Inputs> inputs = ResolveInputs(rules, std::move(given));
  ASSERT_FALSE(inputs);
  EXPECT_EQ(inputs.error().violations().size(), 100U);
}

TEST(Inputs, WithoutDeclarationTakesWhatIsImpliedAndIgnoresTheRest) {
  InputRules rules;
  rules.implied = {"id", "user"};
  EXPECT_EQ(Resolved(rules, R"({"user":{"name":"b"},"other":1,"id":[5]})"),
            R"({"id":[5],"user":{"name":"b"}})");
  EXPECT_EQ(Resolved(rules, R"({"id":1})"), "error: missing");
  EXPECT_EQ(Resolved(rules, R"({"id":1,"user":null})"), "error: missing");
  EXPECT_EQ(Resolved({}, R"({"any":1})"), "{}");
  EXPECT_EQ(Resolved({}, "null"), "{}");
  EXPECT_EQ(Resolved({}, "[]"), "error: invalid");
}

TEST(Inputs, NamesTheSecretOnesEvenWhenTheyAreOmitted) {
  InputRules rules;
  rules.declared = {Declared("open", InputType::kString, false),
                    Declared("key", InputType::kString, false)};
  rules.declared[1].secret = true;
  const Result<Inputs> inputs = ResolveInputs(rules, {});
  ASSERT_TRUE(inputs);
  EXPECT_EQ(inputs->secrets, std::vector<std::string>{"key"});
}

TEST(Inputs, AFileIsAnUploadOrADataUrl) {
  InputRules rules;
  rules.declared = {Declared("doc", InputType::kFile), Declared("pic", InputType::kFile, false),
                    Declared("n", InputType::kString, false)};
  GivenInputs given;
  given.params = ParsedValue(R"({"pic":"data:image/png;name=a%20b.png;base64,aGk="})");
  given.files = {{"doc", "d.txt", "text/plain", {}, {}}};
  const Result<Inputs> inputs = ResolveInputs(rules, given);
  ASSERT_TRUE(inputs);
  ASSERT_EQ(inputs->files.size(), 2U);
  EXPECT_EQ(inputs->FindFile("doc")->filename, "d.txt");
  const FileValue* picture = inputs->FindFile("pic");
  ASSERT_NE(picture, nullptr);
  EXPECT_EQ(picture->content, "hi");
  EXPECT_EQ(picture->size, 2U);
  EXPECT_EQ(picture->filename, "a b.png");
  EXPECT_EQ(picture->content_type, "image/png");
  EXPECT_EQ(inputs->FindFile("n"), nullptr);
  EXPECT_EQ(inputs->params.ToJson(), R"({"doc":"d.txt","pic":"a b.png","n":null})");

  given.files.push_back({"n", "", "", {}, {}});
  EXPECT_EQ(CodeOf(ResolveInputs(rules, given).error()), "error: invalid");
  given.files.back().input = "other";
  EXPECT_EQ(CodeOf(ResolveInputs(rules, given).error()), "error: unknown parameter");
}

TEST(DataUrl, IsReadStrictly) {
  const auto read = [](std::string_view url) {
    const Result<FileValue> file = FileFromDataUrl("f", url);
    return file ? file->content_type + "|" + *file->content : "error";
  };
  EXPECT_EQ(read("data:;base64,"), "|");
  EXPECT_EQ(read("data:text/plain;charset=utf-8;base64,aGk"), "text/plain; charset=utf-8|hi");
  EXPECT_EQ(read("DATA:a/b;BASE64,AP8="), std::string("a/b|\0\xFF", 6));
  for (const char* url :
       {"", "data:", "data:text/plain,hi", "data:text/plain;base64",
        "data:a/b;base64,a*==", "data:a/b;base64,aGk=\n", "data:a/b;base64,aG k",
        "data:ab;base64,aGk=", "data:a/b;x;base64,aGk=", "data:a/b;name=a%0D%0Ab;base64,aGk=",
        "http://x/;base64,aGk=", "data:a/b;x=\r\n;base64,aGk=", "data:a/b;base64,aGl="}) {
    EXPECT_EQ(read(url), "error") << url;
  }
}

TEST(ParamsFromQuery, MakesAnArrayOfANameThatComesAgain) {
  EXPECT_EQ(ParamsFromQuery("a=1&b=x+y%2B&a=2&c&=d&a=").ToJson(),
            R"({"a":["1","2",""],"b":"x y+","c":"","":"d"})");
  EXPECT_EQ(ParamsFromQuery("").ToJson(), "{}");
}

}  // namespace
}  // namespace sallyport::request::test
