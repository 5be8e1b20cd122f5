#include "request/query/expansion_size.h"

#include <string>
#include <variant>

#include "request/expand/append.h"

namespace sallyport::request {
namespace {

/// About the bytes of its JSON, without escapes.
std::uint64_t SizeOf(const Value& value) {
  std::uint64_t bytes = value.text().size() + 1;
  for (const Value& item : value.items()) bytes += SizeOf(item);
  for (const Value::Member& member : value.members()) {
    bytes += member.first.size() + 3 + SizeOf(member.second);
  }
  return bytes;
}

}  // namespace

void ExpansionSize::Add(const Template& text, const Scope& scope) {
  if (most_ == 0) return;
  for (const Template::Piece& piece : text.pieces()) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    if (placeholder == nullptr || IsToken(*placeholder)) continue;
    const Value* value = scope.Find(*placeholder);
    if (value == nullptr) continue;
    if (!IsStructure(*value)) {
      bytes_ += value->text().size();
      continue;
    }
    const auto [known, is_new] = known_.try_emplace(value, 0);
    if (is_new) known->second = SizeOf(*value);
    bytes_ += known->second;
  }
}

Result<void> ExpansionSize::Judge() const {
  if (most_ == 0 || bytes_ <= most_) return {};
  return Error(ErrorKind::kPayloadTooLarge, ErrorSource::kCaller,
               "the placeholders of this query would put " + std::to_string(bytes_) +
                   " bytes of values into the request; " + std::to_string(most_) +
                   " are allowed, twice limits.api_body_bytes");
}

}  // namespace sallyport::request
