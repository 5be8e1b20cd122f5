// The placeholders of the resource are inputs of its queries, too.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kResource = R"({"base_url":"https://api.example/{{ params.tenant }}",
    "params":[{"name":"p","value":"{{ p }}"},{"name":"{{ n }}","value":"1"}],
    "headers":[{"name":"X-H","value":"{{ h }}"}],"cookies":[{"name":"c","value":"{{ c }}"}],
    "body_fields":[{"name":"f","value":"{{ f }}"}]})";

Names ImpliedAt(std::string_view resource, std::string_view query) {
  const QueryPointer compiled = Query(query);
  const std::optional<InputRules> rules = RulesAt(*Compile(resource), *compiled);
  return rules ? rules->implied : compiled->inputs.implied;
}

TEST(RulesAt, AResourceThatWaitsForNothingChangesNothing) {
  EXPECT_FALSE(RulesAt(*Compile(R"({"params":[{"name":"a","value":"b"}]})"),
                       *Query(R"({"path":"/{{ id }}"})")));
}

TEST(RulesAt, CountsBaseUrlAndTheRowsThatAreSent) {
  EXPECT_EQ(ImpliedAt(kResource, R"({"path":"/{{ id }}"})"),
            (Names{"id", "tenant", "n", "p", "h", "c"}));
  EXPECT_EQ(ImpliedAt(kResource, R"({"params":[{"name":"p","value":"1"}],
                "headers":[{"name":"x-h","enabled":false}],
                "cookies":[{"name":"c","value":"{{ c }}"}]})"),
            (Names{"c", "tenant", "n"}));
}

TEST(RulesAt, CountsBodyFieldsWhereTheyAreMerged) {
  const char* resource = R"({"body_fields":[{"name":"f","value":"{{ f }}"}]})";
  struct Row {
    const char* query;
    bool counts;
  };
  for (const Row& row : std::vector<Row>{
           {R"({"method":"POST","body":{"type":"form","fields":[]}})", true},
           {R"({"method":"POST","body":{"type":"form","fields":[{"name":"f","value":"1"}]}})",
            false},
           {R"({"method":"POST","body":{"type":"json","text":"{\"a\":1}"}})", true},
           {R"({"method":"POST","body":{"type":"json","text":"{\"f\":1}"}})", false},
           {R"({"method":"POST","body":{"type":"json","text":"{\"a\":{\"f\":1}}"}})", true},
           {R"({"method":"POST","body":{"type":"json","text":"[1]"}})", false},
           {R"({"method":"POST","body":{"type":"json","text":null,"value":"{\"f\":1}"}})", false},
           {R"({"method":"POST","body":{"type":"json","text":null,"value":"{}"}})", true},
           {R"({"method":"POST","body":{"type":"raw","text":"x"}})", false},
           {R"({"method":"GET","body":{"type":"form","fields":[]}})", false},
           {R"({"method":"POST"})", false}}) {
    EXPECT_EQ(ImpliedAt(resource, row.query), row.counts ? Names{"f"} : Names{}) << row.query;
  }
}

TEST(RulesAt, ARunGivesTheResourceItsParams) {
  const QueryPointer query = Query(R"({"path":"/{{ id }}","params":[{"name":"p","value":"1"}]})");
  const OutgoingRequest request =
      Built(Compile(kResource), query, R"({"id":5,"tenant":"a b","n":"k","h":"v","c":"w"})");
  EXPECT_EQ(request.url.ToString(), "https://api.example/a%20b/5?k=1&p=1");
  EXPECT_EQ(SentField(request, "X-H"), "v");
  EXPECT_EQ(SentField(request, "Cookie"), "c=w");
}

TEST(RulesAt, WithDeclaredInputsTheAuthorMustDeclareThem) {
  const QueryPointer query = Query(R"({"inputs":[{"name":"p"},{"name":"n"},{"name":"h"}]})");
  const CompiledPointer resource = Compile(kResource);
  const std::optional<InputRules> rules = RulesAt(*resource, *query);
  ASSERT_TRUE(rules);
  ASSERT_EQ(rules->undeclared.size(), 2U);
  EXPECT_EQ(rules->undeclared[0].name, "tenant");
  EXPECT_EQ(rules->undeclared[0].member, "base_url");
  EXPECT_EQ(rules->undeclared[1].name, "c");
  EXPECT_EQ(rules->undeclared[1].member, "cookies.c");
  std::string warnings;
  for (const std::string& text : QueryWarnings(*query, *resource)) warnings += text + "\n";
  EXPECT_NE(warnings.find("The resource's base_url uses {{ params.tenant }}"), std::string::npos)
      << warnings;
  EXPECT_NE(warnings.find("declare it in inputs"), std::string::npos);
}

TEST(MissingIn, EverythingIsToldAtOnce) {
  const QueryPointer query =
      Query(R"({"path":"/{{ a }}/{{ user.id }}","params":[{"name":"x","value":"{{ o.k }}"}]})");
  const auto missing = [&](std::string_view params) {
    GivenInputs given;
    given.params = Parsed(params);
    const CompiledPointer resource = Compile("{}");
    const Result<Inputs> inputs = ResolveInputs(
        query->inputs, std::move(given),
        [&](const Value& found) { return MissingIn(*resource, *query, found, nullptr); });
    Names names;
    for (const Violation& violation : inputs.error().violations()) {
      names.push_back(violation.pointer);
    }
    return names;
  };
  EXPECT_EQ(missing("{}"), (Names{"/params/a", "/params/o", "/user/id"}));
  EXPECT_EQ(missing(R"({"o":{}})"), (Names{"/params/a", "/params/o/k", "/user/id"}));
}

}  // namespace
}  // namespace sallyport::request::test
