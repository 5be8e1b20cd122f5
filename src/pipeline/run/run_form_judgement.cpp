// What RunForm decides between reading and sending: none of it waits.
#include <utility>

#include "pipeline/caller_body.h"
#include "pipeline/run/run_document.h"
#include "pipeline/run/run_form.h"
#include "sallyport/base/strings.h"

namespace sallyport::pipeline {
namespace {

/// What a part costs beside its content, so that a million empty ones are bounded too.
constexpr std::size_t kPartOverhead = 256;

Error TooMuchHeld(std::size_t limit, PartUse use) {
  Error error = TooLarge("api_body_bytes", limit);
  if (use != PartUse::kFile) return error;
  return std::move(error).WithHint(
      "send the part \"params\" first, then the files in the order in which the query uses them: "
      "they are streamed then, whatever their size");
}

Error TooLate(const std::string& name) {
  return Error(ErrorKind::kInvalidParameter, ErrorSource::kCaller,
               "The part \"" + name +
                   "\" came after a file that was passed on already: send the params before the "
                   "files.");
}

bool IsNoObject(const request::Value& value) {
  return value.kind() != request::Value::Kind::kObject;
}

}  // namespace

const request::InputRules* RunForm::rules() const {
  return request_.query() == nullptr ? nullptr : &request_.rules();
}

Result<void> RunForm::Count(std::size_t bytes, PartUse use) {
  held_ += bytes;
  if (held_ > options_.held_bytes) return TooMuchHeld(options_.held_bytes, use);
  return {};
}

Result<PartUse> RunForm::JudgePart(const http::PartHead& head) {
  Result<void> counted = Count(kPartOverhead + head.name.size(), PartUse::kText);
  if (!counted) return std::move(counted.error());
  if (head.name == "params") return PartUse::kParams;
  if (take_query_ && head.name == "query") return PartUse::kQuery;
  if (rules() != nullptr) return UseOf(head, *rules());
  return head.filename ? PartUse::kFile : PartUse::kText;
}

Result<void> RunForm::Take(PartUse use, http::PartHead head, std::string content) {
  if (use == PartUse::kQuery) {
    if (rules() != nullptr) {
      return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller,
                   "The form holds the part \"query\" twice.");
    }
    Result<request::Value> query = ParseQuery(content, options_.json_depth);
    if (!query) return std::move(query.error());
    Result<void> taken = take_query_(*query);
    return taken ? TakeUndecided() : taken;
  }
  if (use == PartUse::kParams) {
    Result<request::Value> params = ParseParams(content, options_.json_depth);
    if (!params) return std::move(params.error());
    if (!sent_.empty() && (IsNoObject(*params) || !params->members().empty())) {
      return TooLate(head.name);
    }
    return inputs_.TakeParams(std::move(*params));
  }
  if (rules() == nullptr) {
    undecided_.push_back({std::move(head), std::move(content)});
    return {};
  }
  if (use == PartUse::kText) {
    if (!sent_.empty()) return TooLate(head.name);
    return inputs_.TakeText(head.name, std::move(content));
  }
  request::FileValue file = FileOfPart(head);
  file.size = content.size();
  file.content = std::move(content);
  return inputs_.TakeFile(std::move(file));
}

/// The query has come: now it is known what the parts before it are for.
Result<void> RunForm::TakeUndecided() {
  std::vector<HeldPart> parts = std::move(undecided_);
  for (HeldPart& part : parts) {
    Result<PartUse> use = UseOf(part.head, *rules());
    if (!use) return std::move(use.error());
    if (*use == PartUse::kIgnored) continue;
    Result<void> taken = Take(*use, std::move(part.head), std::move(part.content));
    if (!taken) return taken;
  }
  return {};
}

Result<void> RunForm::BuildAll() {
  if (rules() == nullptr) return QueryMissing();
  Result<request::GivenInputs> given = inputs_.Given();
  if (!given) return std::move(given.error());
  return request_.Build(std::move(*given));
}

/// Stand-ins for the files that have not come yet: one that comes takes its place, one that does
/// not is missing or left out then.
void RunForm::AddFilesToCome(request::GivenInputs& given) const {
  const std::string& open = open_->value.input;
  given.files.push_back(open_->value);
  for (const std::string& name : rules()->FileInputs()) {
    if (name == open || inputs_.Has(name)) continue;
    request::FileValue file;
    file.input = name;
    given.files.push_back(std::move(file));
  }
}

Result<RunForm::Next> RunForm::JudgeOpenFile() {
  if (!inputs_.ParamsAreKnown(*rules())) return Next::kHold;
  Result<request::GivenInputs> given = inputs_.Given();
  if (!given) return std::move(given.error());
  AddFilesToCome(*given);
  Result<void> built = request_.Build(std::move(*given));
  if (!built) return std::move(built.error());
  return PlaceOfOpenFile();
}

RunForm::Next RunForm::PlaceOfOpenFile() const {
  const std::vector<request::FileValue>& files = request_.inputs().files;
  const std::string& open = open_->value.input;
  const std::vector<request::BodyPiece>& pieces = request_.outgoing().body.pieces;
  const auto uses = std::count_if(pieces.begin(), pieces.end(), [&](const auto& piece) {
    return piece.file && files[*piece.file].input == open;
  });
  if (uses == 0) return Next::kDrop;
  if (uses > 1) return Next::kHold;  // the bytes are needed twice
  for (const request::BodyPiece& piece : pieces) {
    if (!piece.file) continue;
    const request::FileValue& file = files[*piece.file];
    if (file.content || Contains(sent_, file.input)) continue;
    return file.input == open ? Next::kSend : Next::kHold;
  }
  return Next::kHold;
}

}  // namespace sallyport::pipeline
