#include "sallyport/base/json.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "sallyport/base/strings.h"

namespace sallyport {
namespace {

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

Position PositionOf(std::string_view text, std::size_t offset) {
  Position position;
  for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else {
      ++position.column;
    }
  }
  return position;
}

/// Builds the tree while refusing what nlohmann's own builder lets pass: duplicate members and deep
/// nesting. (Its lexer refuses lone surrogates and invalid UTF-8.)
class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  StrictBuilder(Json& root, std::size_t max_depth) : root_(root), max_depth_(max_depth) {}

  bool null() override { return Place(Json(nullptr)); }
  bool boolean(bool value) override { return Place(Json(value)); }
  bool number_integer(number_integer_t value) override { return Place(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Place(Json(value)); }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return Place(Json(value));
  }
  bool string(string_t& value) override { return Place(Json(std::move(value))); }
  bool binary(binary_t& /*value*/) override { return false; }  // not in JSON text

  bool start_object(std::size_t /*size*/) override { return Open(Json::object()); }
  bool key(string_t& name) override {
    Level& level = levels_.back();
    if (!level.names.insert(name).second) {
      problem_ = "the member \"" + name + "\" stands twice in one object";
      return false;
    }
    level.key = std::move(name);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t /*size*/) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }

  bool parse_error(std::size_t offset, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    offset_ = offset == 0 ? 0 : offset - 1;
    problem_ = Readable(error.what());
    return false;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  struct Level {
    Json* container;
    std::string key;
    std::unordered_set<std::string> names;
  };

  Json* Insert(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Level& level = levels_.back();
    if (level.container->is_array()) {
      level.container->push_back(std::move(value));
      return &level.container->back();
    }
    // Names are unique here, so appending is enough; operator[] would search all earlier members
    // first.
    auto& members = level.container->get_ref<Json::object_t&>();
    members.Container::emplace_back(std::move(level.key), std::move(value));
    return &members.back().second;
  }

  bool Place(Json value) {
    Insert(std::move(value));
    return true;
  }

  bool Open(Json empty) {
    if (levels_.size() >= max_depth_) {
      problem_ = "it is nested deeper than " + std::to_string(max_depth_) + " levels";
      return false;
    }
    levels_.push_back(Level{Insert(std::move(empty)), {}, {}});
    return true;
  }

  bool Close() {
    levels_.pop_back();
    return true;
  }

  /// nlohmann's "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error
  /// while ..." without its head.
  static std::string Readable(std::string_view what) {
    const std::size_t head = what.find(": ");
    std::string text(head == std::string_view::npos ? what : what.substr(head + 2));
    // The text quotes the input, which may hold a secret: keep the reason, drop what was read.
    const std::size_t quoted = text.find("; last read:");
    if (quoted != std::string::npos) {
      const std::size_t expected = text.find("; expected", quoted);
      text = text.substr(0, quoted) + (expected == std::string::npos ? "" : text.substr(expected));
    }
    return text;
  }

  Json& root_;
  std::size_t max_depth_;
  std::vector<Level> levels_;
  std::string problem_;
  std::size_t offset_ = std::string::npos;
};

}  // namespace

Error MalformedJson(std::string_view text, std::size_t offset, const std::string& what) {
  const Position at = PositionOf(text, offset);
  return Error(ErrorKind::kMalformedJson, ErrorSource::kCaller,
               "the JSON is malformed at line " + std::to_string(at.line) + ", column " +
                   std::to_string(at.column) + ": " + what);
}

Result<Json> ParseJson(std::string_view text, std::size_t max_depth) {
  if (Trim(text).empty()) return MalformedJson(text, 0, "it is empty; a JSON value is expected");
  if (text.starts_with("\xEF\xBB\xBF"))
    return MalformedJson(text, 0, "it starts with a byte order mark; leave it out");
  // nlohmann's lexer takes a NUL for the end of the text and would not look at what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return MalformedJson(text, nul, "a NUL byte");
  Json root;
  StrictBuilder builder(root, max_depth);
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return root;
  if (builder.offset() != std::string::npos)
    return MalformedJson(text, builder.offset(), builder.problem());
  return Error(ErrorKind::kMalformedJson, ErrorSource::kCaller,
               "the JSON is malformed: " + builder.problem());
}

std::string DumpJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string EscapePointerToken(std::string_view token) {
  std::string escaped;
  escaped.reserve(token.size());
  for (const char c : token) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string DottedField(std::string_view pointer) {
  std::string field;
  if (!pointer.empty() && pointer.front() == '/') pointer.remove_prefix(1);
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      field += '.';
    } else if (pointer[i] == '~' && i + 1 < pointer.size() &&
               (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      field += pointer[++i] == '0' ? '~' : '/';
    } else {
      field += pointer[i];
    }
  }
  return field;
}

}  // namespace sallyport
