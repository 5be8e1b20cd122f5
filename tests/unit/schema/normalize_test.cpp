#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "sallyport/schema/field_table.h"

namespace sallyport::schema {
namespace {

Field Make(std::string name, Kind kind) {
  Field field;
  field.name = std::move(name);
  field.kind = kind;
  return field;
}

const Object& Limits() {
  static const Object table = [] {
    Object object;
    object.name = "Limits";
    Field port = Make("port", Kind::kInteger);
    port.min = 1;
    port.max = 65535;
    port.default_value = 80;
    object.fields = {port};
    return object;
  }();
  return table;
}

const Object& Password() {
  static const Object table = [] {
    Object object;
    object.name = "PasswordAuth";
    Field password = Make("password", Kind::kString);
    password.secret = true;
    password.required = true;
    password.min = 10;
    object.fields = {password};
    return object;
  }();
  return table;
}

const Object& Nothing() {
  static const Object table{"NoAuth", "", {}, {}};
  return table;
}

const Object& Thing() {
  static const Object table = [] {
    Object object;
    object.name = "Thing";
    Field name = Make("name", Kind::kString);
    name.required = true;
    name.min = 1;
    name.max = 5;
    name.trim = true;
    Field color = Make("color", Kind::kString);
    color.choices = {"red", "green"};
    color.default_value = "red";
    Field on = Make("on", Kind::kBoolean);
    Field note = Make("note", Kind::kString);
    note.nullable = true;
    Field limits = Make("limits", Kind::kObject);
    limits.object = &Limits();
    Field free = Make("free", Kind::kObject);
    Field map = Make("map", Kind::kMap);
    Field tags = Make("tags", Kind::kArray);
    tags.element = std::make_shared<Field>(Make("", Kind::kString));
    tags.max = 2;
    Field rows = Make("rows", Kind::kRows);
    rows.names_without_case = true;
    rows.row_name = [](const Json& value) { return value == "bad" ? "must not be bad" : ""; };
    Field auth = Make("auth", Kind::kOneOf);
    auth.variants = {{"none", &Nothing()}, {"password", &Password()}};
    auth.default_value = Json{{"type", "none"}};
    Field id = Make("id", Kind::kInteger);
    id.read_only = true;
    object.fields = {id, name, color, on, note, limits, free, map, tags, rows, auth};
    return object;
  }();
  return table;
}

struct Outcome {
  Json output;
  std::vector<Violation> violations;
};

Outcome Check(std::string_view text) {
  Outcome outcome;
  outcome.violations = Normalize(Thing(), Json::parse(text), outcome.output);
  return outcome;
}

TEST(Normalize, FillsEveryDefaultInTheOrderOfTheTable) {
  const Outcome outcome = Check(R"({"name":"n"})");
  EXPECT_TRUE(outcome.violations.empty());
  EXPECT_EQ(outcome.output.dump(),
            R"({"name":"n","color":"red","on":false,"note":null,"limits":{"port":80},"free":{},)"
            R"("map":{},"tags":[],"rows":[],"auth":{"type":"none"}})");
}

TEST(Normalize, NamesTheFieldAndTheRule) {
  struct Case {
    const char* input;
    const char* pointer;
    const char* code;
    const char* message;
  };
  const Case cases[] = {
      {R"([])", "", "type", "must be an object, not a list"},
      {R"({})", "/name", "required", "is required"},
      {R"({"name":null})", "/name", "type", "must not be null"},
      {R"({"name":5})", "/name", "type", "must be a string, not a number"},
      {R"({"name":" "})", "/name", "range", "must not be empty"},
      {R"({"name":"123456"})", "/name", "range", "must be from 1 to 5 bytes long, not 6"},
      {R"({"name":"n","colour":"x"})", "/colour", "unknown_member",
       "is not a known member; did you mean \"color\"?"},
      {R"({"name":"n","color":"blue"})", "/color", "choice", "must be one of \"red\", \"green\""},
      {R"({"name":"n","on":1})", "/on", "type", "must be true or false, not a number"},
      {R"({"name":"n","on":null})", "/on", "type",
       "must not be null; leave it out for its default"},
      {R"({"name":"n","limits":{"port":0}})", "/limits/port", "range",
       "must be from 1 to 65535, not 0"},
      {R"({"name":"n","limits":{"port":65536}})", "/limits/port", "range",
       "must be from 1 to 65535, not 65536"},
      {R"({"name":"n","limits":{"port":1.5}})", "/limits/port", "type",
       "must be an integer, without fraction"},
      {R"({"name":"n","limits":{"port":18446744073709551615}})", "/limits/port", "type",
       "must be an integer, without fraction"},
      {R"({"name":"n","limits":{"port":"80"}})", "/limits/port", "type",
       "must be an integer, not a string"},
      {R"({"name":"n","limits":[]})", "/limits", "type", "must be an object, not a list"},
      {R"({"name":"n","free":[]})", "/free", "type", "must be an object, not a list"},
      {R"({"name":"n","map":{"a/b":1}})", "/map/a~1b", "type", "must be a string, not a number"},
      {R"({"name":"n","tags":"x"})", "/tags", "type", "must be a list, not a string"},
      {R"({"name":"n","tags":["a",2]})", "/tags/1", "type", "must be a string, not a number"},
      {R"({"name":"n","tags":["a","b","c"]})", "/tags", "range",
       "must have at most 2 items, not 3"},
      {R"({"name":"n","auth":{}})", "/auth/type", "required",
       "is required: one of \"none\", \"password\""},
      {R"({"name":"n","auth":{"type":"magic"}})", "/auth/type", "choice",
       "must be one of \"none\", \"password\""},
      {R"({"name":"n","auth":{"type":"none","password":"x"}})", "/auth/password", "unknown_member",
       "is not a known member; known ones are \"type\""},
      {R"({"name":"n","auth":{"type":"password"}})", "/auth/password", "required", "is required"},
      {R"({"name":"n","auth":{"type":"password","password":"short"}})", "/auth/password", "range",
       "must be at least 10 bytes long, not 5"},
      {R"({"name":"n","rows":"x"})", "/rows", "type",
       "must be a list of rows {\"name\",\"value\"} or an object, not a string"},
      {R"({"name":"n","rows":[{"value":"x"}]})", "/rows/0/name", "required", "is required"},
      {R"({"name":"n","rows":[{"name":"a","value":1}]})", "/rows/0/value", "type",
       "must be a string, not a number"},
      {R"({"name":"n","rows":{"a":1}})", "/rows/a", "type",
       "must be a string, not a number; write it in quotes"},
      {R"({"name":"n","rows":[{"name":""},{"name":"bad"}]})", "/rows/1/name", "format",
       "must not be bad"},
      {R"({"name":"n","rows":{"bad":""}})", "/rows/bad", "format", "must not be bad"},
      {R"({"name":"n","rows":[{"name":"a","valu":""}]})", "/rows/0/valu", "unknown_member",
       "is not a known member; did you mean \"value\"?"},
  };
  for (const Case& c : cases) {
    const Outcome outcome = Check(c.input);
    ASSERT_EQ(outcome.violations.size(), 1U) << c.input;
    EXPECT_EQ(outcome.violations[0].pointer, c.pointer) << c.input;
    EXPECT_EQ(outcome.violations[0].code, c.code) << c.input;
    EXPECT_EQ(outcome.violations[0].message, c.message) << c.input;
  }
}

TEST(Normalize, ReportsAllProblemsAtOnce) {
  const Outcome outcome = Check(R"({"color":"x","on":"y","limits":{"port":0,"prt":1},"zzz":1})");
  EXPECT_EQ(outcome.violations.size(), 6U);
}

TEST(Normalize, TellsNoMoreProblemsThanAnybodyReads) {
  Json input = {{"name", "n"}};
  for (int i = 0; i < 5000; ++i) input["unknown" + std::to_string(i)] = 1;
  Json output;
  EXPECT_EQ(Normalize(Thing(), input, output).size(), kMostViolations);
}

TEST(Normalize, BoundsTheEntriesOfListsAndMaps) {
  for (const char* member : {"rows", "map"}) {
    Json input = {{"name", "n"}, {member, Json::object()}};
    for (std::size_t i = 0; i < kMostEntries; ++i) input[member]["k" + std::to_string(i)] = "v";
    Json output;
    EXPECT_TRUE(Normalize(Thing(), input, output).empty()) << member;
    input[member]["one more"] = "v";
    const std::vector<Violation> violations = Normalize(Thing(), input, output);
    ASSERT_EQ(violations.size(), 1U) << member;
    EXPECT_EQ(violations[0].pointer, "/" + std::string(member));
    EXPECT_EQ(violations[0].message, "must have 1000 entries at most, not 1001");
  }
  const Json rows(kMostEntries + 1, Json{{"name", "a"}});
  Json output;
  EXPECT_EQ(Normalize(Thing(), Json{{"name", "n"}, {"rows", rows}}, output).size(), 1U);
}

TEST(Normalize, AcceptsTheBoundaries) {
  for (const char* input :
       {R"({"name":"12345"})", R"({"name":"  n \n"})", R"({"name":"n","limits":{"port":1}})",
        R"({"name":"n","limits":{"port":65535.0}})", R"({"name":"n","note":null})",
        R"({"name":"n","id":"anything"})", R"({"name":"n","tags":["a","b"]})"}) {
    EXPECT_TRUE(Check(input).violations.empty()) << input;
  }
  EXPECT_EQ(Check(R"({"name":"  n \n"})").output["name"], "n");
  EXPECT_EQ(Check(R"({"name":"n","limits":{"port":443.0}})").output["limits"]["port"].dump(),
            "443");
  EXPECT_FALSE(Check(R"({"name":"n","id":1})").output.contains("id"));
}

TEST(Normalize, RowsAreListsAndRowsWithoutANameAreDropped) {
  const Outcome outcome =
      Check(R"({"name":"n","rows":[{"name":"a"},{"name":"","value":7},{"name":"a","value":"2",)"
            R"("enabled":false,"description":"d"}]})");
  EXPECT_TRUE(outcome.violations.empty());
  EXPECT_EQ(outcome.output["rows"].dump(),
            R"([{"name":"a","value":"","enabled":true,"secret":false,"description":""},)"
            R"({"name":"a","value":"2","enabled":false,"secret":false,"description":"d"}])");
  EXPECT_EQ(Check(R"({"name":"n","rows":{"X-A":"1","":"2"}})").output["rows"].dump(),
            R"([{"name":"X-A","value":"1","enabled":true,"secret":false,"description":""}])");
}

TEST(Normalize, RowsAreSecretByNameByFlagOrByTheMaskUnlessTheySayNo) {
  const auto secret = [](std::string_view row) {
    const Outcome outcome = Check(R"({"name":"n","rows":[)" + std::string(row) + "]}");
    return outcome.output["rows"][0]["secret"] == true;
  };
  EXPECT_TRUE(secret(R"({"name":"AUTHORIZATION","value":"x"})"));
  EXPECT_TRUE(secret(R"({"name":"x","value":"x","secret":true})"));
  EXPECT_TRUE(secret(R"({"name":"x","value":"********"})"));
  EXPECT_FALSE(secret(R"({"name":"x","value":"x"})"));
  EXPECT_FALSE(secret(R"({"name":"Authorization","value":"x","secret":false})"));
}

TEST(Normalize, DoesNotJudgeAMaskedSecret) {
  EXPECT_TRUE(
      Check(R"({"name":"n","auth":{"type":"password","password":"********"}})").violations.empty());
}

TEST(SecretNames, MatchWithoutCase) {
  for (const char* name :
       {"authorization", "Authorization", "COOKIE", "Proxy-Authorization", "X-Api-Key", "api_key",
        "MyApiKey", "access_token", "Client-Secret", "userPassword"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name : {"", "X-Authorization-Kind", "Cookies", "Accept", "api key", "pass"}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

TEST(Places, IdentifyRowsByNameAndOrderAndVariantsByType) {
  Outcome outcome = Check(
      R"({"name":"n","rows":[{"name":"A","value":"1"},{"name":"a","value":"2","secret":true}],)"
      R"("auth":{"type":"password","password":"0123456789"}})");
  ASSERT_TRUE(outcome.violations.empty());
  std::vector<std::string> identities;
  for (const Place& place : Places(Thing(), outcome.output)) {
    if (place.secret) identities.push_back(place.pointer + " " + place.identity);
  }
  EXPECT_EQ(identities, (std::vector<std::string>{"/rows/1/value /rows[1 a]",
                                                  "/auth/password /auth(password)/password"}));
  EXPECT_EQ(SecretPointers(Thing(), outcome.output),
            (std::vector<std::string>{"/rows/1/value", "/auth/password"}));
}

TEST(MergePatch, FollowsRfc7396) {
  struct Case {
    const char* target;
    const char* patch;
    const char* merged;
  };
  const Case cases[] = {
      // RFC 7396 appendix A, those with object patches
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
      {R"({"rows":[1]})", R"({"rows":{"X-A":"1","X-B":null}})", R"({"rows":{"X-A":"1"}})"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(MergePatch(Thing(), Json::parse(c.target), Json::parse(c.patch)),
              Json::parse(c.merged))
        << c.target << " + " << c.patch;
  }
}

TEST(MergePatch, KeepsTheOrderOfTheTargetAndAppendsWhatIsNew) {
  const Json merged = MergePatch(Thing(), Json::parse(R"({"a":1,"b":{"x":1,"y":2},"c":3,"d":4})"),
                                 Json::parse(R"({"e":5,"c":null,"b":{"z":3,"x":0},"a":9,"f":{}})"));
  EXPECT_EQ(merged.dump(), R"({"a":9,"b":{"x":0,"y":2,"z":3},"d":4,"e":5,"f":{}})");
}

TEST(MergePatch, TakesTimeThatGrowsWithTheMembersOnly) {
  Json target = Json::object();
  Json patch = Json::object();
  for (int i = 0; i < 20000; ++i) {
    target.get_ref<Json::object_t&>().Container::emplace_back("t" + std::to_string(i), i);
    patch.get_ref<Json::object_t&>().Container::emplace_back("p" + std::to_string(i), i);
  }
  // 400 million comparisons where each is looked for among the others.
  const std::clock_t start = std::clock();
  EXPECT_EQ(MergePatch(Thing(), Json{{"free", target}}, Json{{"free", patch}})["free"].size(),
            40000U);
  EXPECT_LT(std::clock() - start, CLOCKS_PER_SEC);
}

TEST(MergePatch, ANewTypeDropsTheMembersOfTheOldOne) {
  const Json old = Json::parse(R"({"auth":{"type":"password","password":"********"}})");
  EXPECT_EQ(MergePatch(Thing(), old, Json::parse(R"({"auth":{"type":"none"}})"))["auth"],
            Json::parse(R"({"type":"none"})"));
  EXPECT_EQ(MergePatch(Thing(), old, Json::parse(R"({"auth":{"type":"password","x":1}})"))["auth"],
            Json::parse(R"({"type":"password","password":"********","x":1})"));
}

void CollectReferences(const Json& node, std::vector<std::string>& references) {
  if (node.is_object() && node.contains("$ref")) references.push_back(node["$ref"]);
  if (!node.is_structured()) return;
  for (const Json& child : node) CollectReferences(child, references);
}

TEST(Describe, DocumentsWhatNormalizeEnforces) {
  Json components = Json::object();
  Describe(Thing(), components);
  DescribePatch(Thing(), components);
  const Json& thing = components["Thing"];
  EXPECT_EQ(thing["required"], Json::parse(R"(["name"])"));
  EXPECT_EQ(thing["additionalProperties"], false);
  EXPECT_EQ(thing["properties"]["color"]["enum"], Json::parse(R"(["red","green"])"));
  EXPECT_EQ(thing["properties"]["note"]["type"], Json::parse(R"(["string","null"])"));
  EXPECT_EQ(thing["properties"]["id"]["readOnly"], true);
  EXPECT_EQ(components["Limits"]["properties"]["port"]["maximum"], 65535);
  EXPECT_EQ(components["PasswordAuth"]["required"], Json::parse(R"(["type","password"])"));
  EXPECT_EQ(components["PasswordAuth"]["properties"]["type"]["const"], "password");
  EXPECT_EQ(components["PasswordAuth"]["properties"]["password"]["format"], "password");
  EXPECT_TRUE(components.contains("Row"));
  EXPECT_FALSE(components["ThingPatch"].contains("required"));
  std::vector<std::string> references;
  CollectReferences(components, references);
  EXPECT_GE(references.size(), 5U);
  const Json document = {{"components", {{"schemas", components}}}};
  for (const std::string& reference : references) {
    EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
  }
}

}  // namespace
}  // namespace sallyport::schema
