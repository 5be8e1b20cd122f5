// A path with its query, taken apart where only the template can tell what a '?' is.
#include <algorithm>
#include <utility>

#include "sallyport/http/url.h"
#include "sallyport/request/template.h"

namespace sallyport::request {
namespace {

using Pieces = std::vector<Template::Piece>;

/// The pieces before and behind the first '?' of the literal text.
struct Halves {
  Pieces path, query;
  bool has_query = false;
};

Halves SplitAtMark(const Template& text) {
  Halves halves;
  for (const Template::Piece& piece : text.pieces()) {
    const auto* literal = std::get_if<std::string>(&piece);
    const std::size_t mark =
        literal == nullptr || halves.has_query ? std::string::npos : literal->find('?');
    if (mark == std::string::npos) {
      (halves.has_query ? halves.query : halves.path).push_back(piece);
    } else {
      halves.path.emplace_back(literal->substr(0, mark));
      halves.query.emplace_back(literal->substr(mark + 1));
      halves.has_query = true;
    }
  }
  return halves;
}

Error Outside(std::string message) {
  return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller, std::move(message));
}

}  // namespace

Result<TemplateUrl> CompileUrl(std::string_view text) {
  Result<Template> compiled = Template::Compile(text);
  if (!compiled) return compiled.error();
  return SplitUrl(*compiled);
}

Result<TemplateUrl> SplitUrl(const Template& text) {
  Halves halves = SplitAtMark(text);
  TemplateUrl url;
  url.path = Template(std::move(halves.path));
  url.query = Template(std::move(halves.query));
  url.has_query = halves.has_query;
  const std::string path = url.path.WithStandIns();
  if (path.find('#') != std::string::npos ||
      url.query.WithStandIns().find('#') != std::string::npos) {
    return Outside("must not hold '#', which would cut the URL short; a literal one is %23");
  }
  if (http::LeavesItsPlace(path)) {
    return Outside(
        "must not hold a backslash or '.' and '..' segments (also percent-encoded), which could "
        "lead outside the resource's base_url");
  }
  return url;
}

bool LeadsOutside(std::string_view expanded_path) {
  constexpr std::string_view kBackslash = "%5C";  // as a value's one is encoded
  if (expanded_path.find(kBackslash) == std::string_view::npos) {
    return http::LeavesItsPlace(expanded_path);
  }
  std::string slashed(expanded_path);
  for (std::size_t at = slashed.find(kBackslash); at != std::string::npos;
       at = slashed.find(kBackslash, at + 1)) {
    slashed.replace(at, kBackslash.size(), "/");
  }
  return http::LeavesItsPlace(slashed);
}

}  // namespace sallyport::request
