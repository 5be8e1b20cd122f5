#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>

#include "config/sources.h"
#include "config/value.h"

namespace sallyport::config {
namespace {

class YamlReader {
 public:
  explicit YamlReader(std::string file) : file_(std::move(file)) {}

  void Walk(const YAML::Node& mapping, const std::string& section) {
    std::set<std::string> seen;
    for (const auto& member : mapping) {
      const std::string where = Where(member.first.Mark());
      if (!member.first.IsScalar()) {
        Problem(where, "a key must be a word, found " + Describe(member.first));
        continue;
      }
      const std::string& name = member.first.Scalar();
      if (name.find('.') != std::string::npos) {
        Problem(where, "key " + Quoted(name) + " holds a dot, nest the keys instead");
        continue;
      }
      const std::string path = section.empty() ? name : section + "." + name;
      if (!seen.insert(name).second) {
        Problem(where, "key " + Quoted(path) + " is given twice, keep one of them");
        continue;
      }
      Visit(path, member.second, where);
    }
  }

  void Problem(std::string where, std::string message) {
    source_.problems.push_back({std::move(where), std::move(message)});
  }
  [[nodiscard]] std::string Where(const YAML::Mark& mark) const {
    return mark.is_null() ? file_ : file_ + ":" + std::to_string(mark.line + 1);
  }
  [[nodiscard]] Source Take() { return std::move(source_); }

 private:
  void Visit(const std::string& path, const YAML::Node& value, const std::string& where) {
    const Key* key = FindKey(path);
    if (key != nullptr) {
      source_.settings.push_back({key, value, where});
    } else if (!IsSection(path)) {
      Problem(where, UnknownKeyMessage(path));
    } else if (value.IsMap()) {
      Walk(value, path);
    } else if (!value.IsNull()) {
      Problem(where, path + ": found " + Describe(value) + ", give a mapping of keys");
    }
  }

  std::string file_;
  Source source_;
};

/// Hears of every node and forgets it.
class NoNodes final : public YAML::EventHandler {
  using Mark = YAML::Mark;
  using Anchor = YAML::anchor_t;
  using Style = YAML::EmitterStyle::value;

 public:
  void OnDocumentStart(const Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const Mark& /*mark*/, Anchor /*anchor*/) override {}
  void OnAlias(const Mark& /*mark*/, Anchor /*anchor*/) override {}
  void OnScalar(const Mark& /*mark*/, const std::string& /*tag*/, Anchor /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const Mark& /*mark*/, const std::string& /*tag*/, Anchor /*anchor*/,
                       Style /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark& /*mark*/, const std::string& /*tag*/, Anchor /*anchor*/,
                  Style /*style*/) override {}
  void OnMapEnd() override {}
};

/// Not by YAML::LoadAll: for what begins with a comma, it makes documents until memory ends.
bool HoldsSeveralDocuments(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  NoNodes handler;
  return parser.HandleNextDocument(handler) && parser.HandleNextDocument(handler);
}

}  // namespace

Source ParseYaml(const std::string& text, const std::string& file) {
  YamlReader reader(file);
  try {
    const YAML::Node document = YAML::Load(text);
    const bool several = HoldsSeveralDocuments(text);
    if (several && document.IsMap()) {
      reader.Problem(file, "the file holds several YAML documents, keep one");
    } else if (document.IsMap()) {
      reader.Walk(document, "");
    } else if (several || !document.IsNull()) {
      reader.Problem(reader.Where(document.Mark()), "the file must hold a mapping of keys");
    }
  } catch (const YAML::Exception& error) {
    reader.Problem(reader.Where(error.mark), "not YAML: " + error.msg);
  }
  return reader.Take();
}

Source ReadYaml(const std::string& file) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad()) {
    Source source;
    source.problems.push_back({file, "the configuration file cannot be read"});
    return source;
  }
  return ParseYaml(text, file);
}

}  // namespace sallyport::config
