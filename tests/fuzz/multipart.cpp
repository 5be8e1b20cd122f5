// Any split of a multipart body gives the same parts, and what the writer makes of any names is
// read back. The first byte of the input seeds the splits.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/multipart.h"

using namespace sallyport;
using namespace sallyport::http;

namespace {

/// Every event in a line of text; reading in pieces of 1 to `largest` bytes, chosen by `seed`.
std::string Read(std::string_view body, std::size_t largest, std::uint32_t seed) {
  MultipartReader reader("B", 256);
  std::string told;
  std::string memory;
  std::size_t data_bytes = 0;
  const std::size_t fed = body.size();
  while (true) {
    const Result<MultipartReader::Event> event = reader.Next();
    if (!event) {
      FUZZ_REQUIRE(event.error().kind() == ErrorKind::kMalformedRequest);
      return told + "!" + event.error().message();
    }
    switch (*event) {
      case MultipartReader::Event::kNeedMore:
        if (body.empty()) {
          reader.Finish();
          break;
        }
        seed = seed * 1664525U + 1013904223U;
        memory = body.substr(0, 1 + (seed >> 16) % largest);
        body.remove_prefix(memory.size());
        reader.Feed(memory);
        break;
      case MultipartReader::Event::kPart:
        FUZZ_REQUIRE(IsUtf8(reader.head().name) && !reader.head().name.empty());
        FUZZ_REQUIRE(IsUtf8(reader.head().filename.value_or("")));
        told += "<" + reader.head().name + "|" + reader.head().filename.value_or("-") + "|" +
                reader.head().content_type + ">";
        break;
      case MultipartReader::Event::kData:
        FUZZ_REQUIRE(!reader.data().empty());
        data_bytes += reader.data().size();
        FUZZ_REQUIRE(data_bytes <= fed);
        told += reader.data();
        break;
      case MultipartReader::Event::kPartEnd:
        told += ";";
        break;
      case MultipartReader::Event::kEnd:
        return told + ".";
    }
  }
}

void WriteAndRead(const std::string& name, const std::string& content) {
  if (name.empty() || !IsUtf8(name)) return;
  const Result<std::string> head = WritePartHead("boundary", {name, name, ""});
  FUZZ_REQUIRE(head);
  std::string body = *head + content;
  body.append(PartContentEnd()).append(WritePartsEnd("boundary"));
  if (content.find("boundary") != std::string::npos) return;

  MultipartReader reader("boundary", SIZE_MAX);
  reader.Feed(body);
  std::string read;
  for (Result<MultipartReader::Event> event = reader.Next();; event = reader.Next()) {
    FUZZ_REQUIRE(event);
    if (*event == MultipartReader::Event::kData) read += reader.data();
    if (*event == MultipartReader::Event::kEnd) break;
  }
  FUZZ_REQUIRE(read == content);
  // A name that looks escaped cannot be told from one that is.
  if (name.find('%') != std::string::npos) return;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\r' && c != '\n') || byte == 0x7F) return;  // stays escaped
  }
  FUZZ_REQUIRE(reader.head().name == name);
  FUZZ_REQUIRE(reader.head().filename == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::uint32_t seed = data[0];

  const std::string whole = Read(body, SIZE_MAX, seed);
  FUZZ_REQUIRE(whole == Read(body, 1, seed));
  FUZZ_REQUIRE(whole == Read(body, 3, seed));
  FUZZ_REQUIRE(whole == Read(body, 17, seed));

  const std::size_t half = body.size() / 2;
  WriteAndRead(std::string(body.substr(0, half)), std::string(body.substr(half)));
  return 0;
}
