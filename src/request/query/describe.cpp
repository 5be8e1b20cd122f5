// A request as it is shown: secrets masked, bytes that are no text counted.
#include <string>

#include "sallyport/base/strings.h"
#include "sallyport/request/outgoing.h"
#include "sallyport/request/value.h"

namespace sallyport::request {
namespace {

/// A shown body is cut here: whoever sent more knows it.
constexpr std::size_t kShownBytes = 1024 * 1024;

void AppendString(std::string& json, std::string_view text) {
  json += '"';
  AppendJsonEscaped(json, text);
  json += '"';
}

std::string Counted(std::size_t bytes) { return "<" + std::to_string(bytes) + " bytes>"; }

/// The longest front of at most `size` bytes that does not cut a character.
std::string_view Front(std::string_view text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

void AppendText(std::string& json, std::string_view text) {
  if (!IsUtf8(text)) {
    AppendString(json, Counted(text.size()));
  } else if (text.size() <= kShownBytes) {
    AppendString(json, text);
  } else {
    AppendString(json, std::string(Front(text, kShownBytes)) + "... " + Counted(text.size()));
  }
}

void AppendBody(std::string& json, const OutgoingBody& body) {
  if (!body.present) {
    json += "null";
  } else if (body.shown) {
    AppendText(json, *body.shown);
  } else if (body.pieces.size() == 1) {
    AppendText(json, body.pieces.front().bytes);
  } else {
    std::string text;
    for (const BodyPiece& piece : body.pieces) text += piece.bytes;
    AppendText(json, text);
  }
}

}  // namespace

std::string DescribeRequest(const OutgoingRequest& request) {
  constexpr std::size_t kUsualBytes = 1024;
  std::string json;
  json.reserve(kUsualBytes);
  json += R"({"method":)";
  AppendString(json, request.method);
  json += R"(,"url":)";
  AppendString(json, request.shown_url);
  json += R"(,"headers":[)";
  bool first = true;
  for (const OutgoingField& field : request.fields) {
    if (field.confined && !request.trusted) continue;
    json += first ? "[" : ",[";
    first = false;
    AppendString(json, ToLowerAscii(field.name));
    json += ',';
    AppendString(json, field.shown);
    json += ']';
  }
  json += R"(],"body":)";
  AppendBody(json, request.body);
  json += '}';
  return json;
}

}  // namespace sallyport::request
