#include <algorithm>

#include "http/percent.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::http {
namespace {

/// Reads the byte at `at`, a %2e, %2f or %5c decoded, and moves on.
char TakeJudgedByte(std::string_view path, std::size_t& at) {
  if (IsEscapeAt(path, at)) {
    const char decoded = static_cast<char>(HexValue(path[at + 1]) << 4 | HexValue(path[at + 2]));
    if (decoded == '.' || decoded == '/' || decoded == '\\') {
      at += 3;
      return decoded;
    }
  }
  return path[at++];
}

std::string_view WithoutSlashesAtEnd(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool LeavesItsPlace(std::string_view path) {
  std::size_t dots = 0;   // of the segment so far
  bool only_dots = true;  // has it held nothing else?
  const auto is_dot_segment = [&] { return only_dots && (dots == 1 || dots == 2); };

  for (std::size_t at = 0; at < path.size();) {
    const char byte = TakeJudgedByte(path, at);
    if (byte == '\\' || byte == '#') return true;
    if (byte == '/') {
      if (is_dot_segment()) return true;
      dots = 0;
      only_dots = true;
    } else if (byte == '.') {
      ++dots;
    } else {
      only_dots = false;
    }
  }
  return is_dot_segment();
}

std::string JoinPath(std::string_view base_path, std::string_view path) {
  if (path.empty()) {
    std::string base(base_path);
    if (!base.starts_with('/')) base.insert(base.begin(), '/');
    return base;
  }
  std::string joined(WithoutSlashesAtEnd(base_path));
  if (!joined.empty() && joined.front() != '/') joined.insert(joined.begin(), '/');
  joined += '/';
  joined += path.substr(std::min(path.find_first_not_of('/'), path.size()));
  return joined;
}

std::string AppendPath(std::string_view base_path, std::string_view rest) {
  if (rest.empty()) return JoinPath(base_path, rest);
  std::string whole(WithoutSlashesAtEnd(base_path));
  if (!whole.empty() && whole.front() != '/') whole.insert(whole.begin(), '/');
  if (rest.front() != '/') whole += '/';
  return whole.append(rest);
}

bool PathHasPrefix(std::string_view path, std::string_view prefix) {
  if (!prefix.starts_with('/')) return false;
  prefix = WithoutSlashesAtEnd(prefix);
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || path[prefix.size()] == '/';
}

std::vector<QueryPiece> SplitQuery(std::string_view query) {
  std::vector<QueryPiece> pieces;
  for (const std::string_view raw : Split(query, '&')) {
    if (raw.empty()) continue;
    const std::size_t equals = raw.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : raw.substr(equals + 1);
    pieces.push_back({raw, raw.substr(0, equals), value});
  }
  return pieces;
}

}  // namespace sallyport::http
