// Builds a Value from text that ScanJson has found to be well-formed, so that only what the grammar
// allows but the contract does not (duplicate members, lone surrogates) is left to refuse.
#include <algorithm>
#include <optional>
#include <unordered_set>

#include "sallyport/base/json.h"
#include "sallyport/base/json_scan.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/value.h"

namespace sallyport::request {
namespace {

int HexValue(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

/// Precondition of every member: the text is well-formed.
class Builder {
 public:
  explicit Builder(std::string_view json) : json_(json) {}

  Value Build() {
    SkipBlanks();
    if (++values_ > Value::kMostValues) {
      Complain(at_, "more than " + std::to_string(Value::kMostValues) + " values");
      return {};  // nothing is read any more: every list and object ends here
    }
    switch (json_[at_]) {
      case '{':
        return BuildObject();
      case '[':
        return BuildArray();
      case '"':
        return Value::String(TakeString());
      case 't':
        at_ += 4;
        return Value::Boolean(true);
      case 'f':
        at_ += 5;
        return Value::Boolean(false);
      case 'n':
        at_ += 4;
        return Value();
      default:
        return BuildNumber();
    }
  }

  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

 private:
  void SkipBlanks() {
    while (json_[at_] == ' ' || json_[at_] == '\t' || json_[at_] == '\n' || json_[at_] == '\r')
      ++at_;
  }

  /// Steps over `c` and the blanks before it.
  bool Take(char c) {
    SkipBlanks();
    if (json_[at_] != c) return false;
    ++at_;
    return true;
  }

  void Complain(std::size_t offset, const std::string& what) {
    if (!problem_) problem_ = MalformedJson(json_, offset, what);
  }

  Value BuildNumber() {
    const std::size_t start = at_;
    while (at_ < json_.size() &&
           std::string_view("+-.eE0123456789").find(json_[at_]) != std::string_view::npos)
      ++at_;
    return Value::Number(std::string(json_.substr(start, at_ - start)));
  }

  Value BuildArray() {
    std::vector<Value> items;
    ++at_;
    if (!Take(']')) {
      do {
        items.push_back(Build());
      } while (Take(','));
      Take(']');
    }
    return Value::Array(std::move(items));
  }

  Value BuildObject() {
    std::vector<Value::Member> members;
    std::unordered_set<std::string> names;
    ++at_;
    if (!Take('}')) {
      do {
        SkipBlanks();
        const std::size_t start = at_;
        std::string name = TakeString();
        if (Stands(name, members, names))
          Complain(start, "the member \"" + name + "\" stands twice in one object");
        Take(':');
        members.emplace_back(std::move(name), Build());
      } while (Take(','));
      Take('}');
    }
    return Value::Object(std::move(members));
  }

  /// Is there a member of this name already? A few are compared in turn; `names` knows those of a
  /// large object.
  static bool Stands(const std::string& name, const std::vector<Value::Member>& members,
                     std::unordered_set<std::string>& names) {
    constexpr std::size_t kFew = 8;
    if (members.size() <= kFew) {
      return std::any_of(members.begin(), members.end(),
                         [&](const Value::Member& member) { return member.first == name; });
    }
    if (names.empty()) {
      for (const Value::Member& member : members) names.insert(member.first);
    }
    return !names.insert(name).second;
  }

  std::string TakeString() {
    std::string text;
    ++at_;
    for (;;) {
      const std::size_t plain = PlainJsonPrefix(json_.substr(at_));
      text.append(json_, at_, plain);
      at_ += plain;
      if (json_[at_] == '"') break;
      TakeEscape(text);
    }
    ++at_;
    return text;
  }

  std::uint32_t TakeUnit() {
    std::uint32_t unit = 0;
    for (std::size_t i = 0; i < 4; ++i)
      unit = unit * 16 + static_cast<std::uint32_t>(HexValue(json_[at_ + 2 + i]));
    at_ += 6;
    return unit;
  }

  void TakeEscape(std::string& text) {
    constexpr std::string_view kNames = "\"\\/bfntr";
    constexpr std::string_view kBytes = "\"\\/\b\f\n\t\r";
    if (json_[at_ + 1] != 'u') {
      text += kBytes[kNames.find(json_[at_ + 1])];
      at_ += 2;
      return;
    }
    const std::size_t start = at_;
    std::uint32_t code = TakeUnit();
    if (code >= 0xD800 && code <= 0xDBFF && json_[at_] == '\\' && json_[at_ + 1] == 'u') {
      const std::uint32_t low = TakeUnit();
      if (low >= 0xDC00 && low <= 0xDFFF) {
        AppendCodePoint(text, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
        return;
      }
      code = 0xD800;
    }
    if (code >= 0xD800 && code <= 0xDFFF) {
      Complain(start, "a lone surrogate is no character");
      return;
    }
    AppendCodePoint(text, code);
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::optional<Error> problem_;
};

}  // namespace

Result<Value> Value::Parse(std::string_view json, std::size_t max_depth) {
  if (const auto flaw = ScanJson(json, max_depth))
    return MalformedJson(json, flaw->offset, std::string(flaw->description));
  // The builder looks one byte ahead; a terminator behind the text makes that safe.
  const std::string terminated(json);
  Builder builder(std::string_view(terminated.c_str(), terminated.size() + 1));
  Value value = builder.Build();
  if (builder.problem()) return *builder.problem();
  return value;
}

}  // namespace sallyport::request
