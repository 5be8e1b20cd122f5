// What placeholders may put into a request in all, and how many different ones there may be.
#include <gtest/gtest.h>

#include "request/query/expansion_size.h"
#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

ErrorKind KindWith(std::uint64_t most, const std::string& text, const std::string& params) {
  const Result<Template> compiled = Template::Compile(text);
  EXPECT_TRUE(compiled);
  const Value values = Parsed(params);
  Scope scope;
  scope.params = &values;
  ExpansionSize size(most);
  size.Add(*compiled, scope);
  const Result<void> judged = size.Judge();
  return judged ? ErrorKind::kInternal : judged.error().kind();
}

TEST(ExpansionSize, CountsEveryPlaceTimesItsValue) {
  constexpr ErrorKind kFits = ErrorKind::kInternal;
  constexpr ErrorKind kTooLarge = ErrorKind::kPayloadTooLarge;
  const std::string value = R"({"a":")" + std::string(100, 'x') + R"("})";
  EXPECT_EQ(KindWith(300, "{{a}}{{ a }}-{{params.a}}", value), kFits);
  EXPECT_EQ(KindWith(299, "{{a}}{{ a }}-{{params.a}}", value), kTooLarge);
  EXPECT_EQ(KindWith(0, Repeated("{{a}}", 1000), value), kFits) << "no bound";
  EXPECT_EQ(KindWith(50, "text that is longer than the bound, but is the query's own", "{}"),
            kFits);
  EXPECT_EQ(KindWith(1000, Repeated("{{a}}", 100), R"({"a":[1,2,3,4,5,6,7,8,9]})"), kTooLarge);
  EXPECT_EQ(KindWith(1000, Repeated("{{a.b}}", 100), R"({"a":{"b":1,"c":"0123456789abcdef"}})"),
            kFits)
      << "only the part that is named counts";
}

TEST(ExpansionSize, BoundsAWholeRequest) {
  const auto run = [](std::uint64_t most) {
    const QueryPointer query =
        Query(R"({"path":"/{{a}}","params":[{"name":"p","value":"{{a}}"}],)"
              R"("headers":[{"name":"H","value":"{{a}}"}],"method":"POST",)"
              R"("body":{"type":"raw","text":"{{a}}","content_type":"text/plain"}})");
    GivenInputs given;
    given.params = Parsed(R"({"a":"0123456789"})");
    Result<Inputs> inputs = ResolveInputs(query->inputs, std::move(given));
    EXPECT_TRUE(inputs);
    RunContext context;
    context.most_expanded_bytes = most;
    const Result<OutgoingRequest> built = BuildOutgoing(*Compile("{}"), *query, *inputs, context);
    return built ? std::string("built") : built.error().message();
  };
  EXPECT_EQ(run(40), "built");
  EXPECT_EQ(run(39),
            "the placeholders of this query would put 40 bytes of values into the request; 39 are "
            "allowed, twice limits.api_body_bytes");
}

TEST(ExpansionSize, AQueryHasNoMoreThanAThousandInputs) {
  const auto with = [](int inputs) {
    std::string text;
    for (int i = 0; i < inputs; ++i) text += "{{a" + std::to_string(i) + "}}{{a0}}";
    return TryQuery(
        Json{{"body", {{"type", "raw"}, {"text", text}, {"content_type", "a/b"}}}}.dump());
  };
  EXPECT_TRUE(with(1000));
  const Result<QueryPointer> refused = with(1001);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("more than 1000 different inputs"), std::string::npos)
      << refused.error().message();
}

}  // namespace
}  // namespace sallyport::request::test
