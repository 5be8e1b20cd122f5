#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>

#include "config/sources.h"
#include "config/unknown_key.h"
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
  [[nodiscard]] std::string Where(const YAML::Mark& mark) const { return PlaceIn(file_, mark); }
  [[nodiscard]] Source Take() { return std::move(source_); }

 private:
  void Visit(const std::string& path, const YAML::Node& value, const std::string& where) {
    const Key* key = FindKey(path);
    if (key != nullptr) {
      source_.settings.push_back({key, value, where, file_});
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

/// Not by std::ifstream: for a directory or a disk that fails it throws, and does not say why.
Result<std::string> ReadText(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Wrong(std::strerror(errno));
  std::string text;
  std::array<char, 4096> piece;
  ssize_t got = 0;
  do {
    got = read(descriptor, piece.data(), piece.size());
    if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
  } while (got > 0 || (got < 0 && errno == EINTR));
  const int reason = errno;
  close(descriptor);
  if (got < 0) return Wrong(std::strerror(reason));
  return text;
}

}  // namespace

std::string PlaceIn(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file : file + ":" + std::to_string(mark.line + 1);
}

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
  const Result<std::string> text = ReadText(file);
  if (text) return ParseYaml(*text, file);
  Source source;
  source.problems.push_back(
      {file, "the configuration file cannot be read: " + text.error().message()});
  return source;
}

}  // namespace sallyport::config
