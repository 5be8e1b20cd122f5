#include "admin/entity_tag.h"

#include "sallyport/base/strings.h"

namespace sallyport::admin {
namespace {

Error Malformed(std::string_view field) {
  return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller,
               std::string(field) + " must be * or entity tags in quotes, like \"12-3\"")
      .WithHint("send the ETag of the answer you have read, quotes included");
}

/// Takes `W/"x"` or `"x"` off the front; "" when there is none.
std::string_view TakeTag(std::string_view& rest, bool& weak) {
  weak = rest.substr(0, 2) == "W/";
  if (weak) rest.remove_prefix(2);
  if (rest.empty() || rest.front() != '"') return {};
  const std::size_t end = rest.find('"', 1);
  if (end == std::string_view::npos) return {};
  const std::string_view tag = rest.substr(0, end + 1);
  rest.remove_prefix(end + 1);
  return tag;
}

Error Failed(std::string message, std::string hint) {
  return Error(ErrorKind::kPreconditionFailed, ErrorSource::kCaller, std::move(message))
      .WithHint(std::move(hint));
}

}  // namespace

std::string EntityTag(std::int64_t id, std::int64_t version) {
  return "\"" + std::to_string(id) + "-" + std::to_string(version) + "\"";
}

bool TagList::HoldsStrongly(std::string_view tag) const {
  return !tag.empty() && (any || Contains(strong, tag));
}

bool TagList::HoldsWeakly(std::string_view tag) const {
  return !tag.empty() && (any || Contains(strong, tag) || Contains(weak, tag));
}

Result<TagList> ParseTags(std::string_view field, std::string_view value) {
  TagList tags;
  std::string_view rest = TrimOws(value);
  if (rest == "*") {
    tags.any = true;
    return tags;
  }
  while (!rest.empty()) {
    if (rest.front() == ',') {  // empty list elements are allowed (RFC 9110 section 5.6.1)
      rest = TrimOws(rest.substr(1));
      continue;
    }
    bool weak = false;
    const std::string_view tag = TakeTag(rest, weak);
    if (tag.empty()) return Malformed(field);
    (weak ? tags.weak : tags.strong).emplace_back(tag);
    rest = TrimOws(rest);
    if (!rest.empty() && rest.front() != ',') return Malformed(field);
  }
  if (tags.strong.empty() && tags.weak.empty()) return Malformed(field);
  return tags;
}

Result<void> Conditional::Judge(std::string_view tag) const {
  if (if_match && !if_match->HoldsStrongly(tag)) {
    return tag.empty() ? Failed("If-Match wants a stored version, and there is none", "")
                       : Failed("If-Match does not hold: the stored version is " + std::string(tag),
                                "read it again, apply your change to that, and send its ETag");
  }
  if (if_none_match && if_none_match->HoldsWeakly(tag)) {
    return Failed("If-None-Match does not hold: it exists already as version " + std::string(tag),
                  "leave If-None-Match out to replace it");
  }
  return {};
}

Result<Conditional> ParseConditional(const http::ApiRequest& request) {
  Conditional conditional;
  if (request.if_match) {
    Result<TagList> tags = ParseTags("If-Match", *request.if_match);
    if (!tags) return std::move(tags).error();
    conditional.if_match = std::move(*tags);
  }
  if (request.if_none_match) {
    Result<TagList> tags = ParseTags("If-None-Match", *request.if_none_match);
    if (!tags) return std::move(tags).error();
    conditional.if_none_match = std::move(*tags);
  }
  return conditional;
}

}  // namespace sallyport::admin
