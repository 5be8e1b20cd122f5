// Our reader beside llhttp: what each makes of the same bytes. tests/corpora/README.md says how the
// verdicts are written, docs/parsers.md why they differ.
#include <gtest/gtest.h>

#include "sallyport/http/chunked.h"
#include "sallyport/http/message_head.h"
#include "sallyport/http/problem.h"
#include "support/corpus.h"

namespace sallyport::http {
namespace {

using nlohmann::json;

/// What was read, message by message, and how it ended: "" when everything was.
struct Reading {
  std::vector<std::string> messages;
  std::string end;

  void Refused(const Error& error) { end = std::string(CodeOf(error.kind())); }
  [[nodiscard]] std::string ToString() const {
    std::string text;
    for (const std::string& message : messages) text += (text.empty() ? "" : "; ") + message;
    return text + (text.empty() || end.empty() ? "" : "; ") + end;
  }
};

/// Takes the body off the front of `rest`. nullopt when it is not whole; `reading.end` says why.
std::optional<std::string> TakeBody(BodyFraming framing, std::uint64_t length, ErrorSource source,
                                    std::string_view& rest, Reading& reading) {
  std::string body;
  if (framing == BodyFraming::kUntilClose) length = rest.size();
  if (framing == BodyFraming::kLength || framing == BodyFraming::kUntilClose) {
    if (rest.size() < length) {
      reading.end = "incomplete";
      return std::nullopt;
    }
    body = rest.substr(0, length);
    rest.remove_prefix(length);
  }
  ChunkDecoder decoder(source);
  while (framing == BodyFraming::kChunked && !decoder.done()) {
    const Result<ChunkDecoder::Step> step = decoder.Next(rest);
    if (!step) {
      reading.Refused(step.error());
      return std::nullopt;
    }
    body += step->data;
    rest.remove_prefix(step->consumed);
    if (step->event == ChunkDecoder::Event::kNeedMore && rest.empty()) {
      reading.end = "incomplete";
      return std::nullopt;
    }
  }
  return body;
}

/// One message off the front of `rest`; false when there is nothing more to read.
template <typename Parse, typename Start>
bool TakeMessage(std::string_view& rest, ErrorSource source, Reading& reading, Parse parse,
                 Start start) {
  std::size_t scan_from = 0;
  const std::optional<std::size_t> size = FindHeadEnd(rest, scan_from);
  if (!size) {
    reading.end = rest.empty() ? "" : "incomplete";
    return false;
  }
  const auto head = parse(rest.substr(0, *size));
  if (!head) {
    reading.Refused(head.error());
    return false;
  }
  rest.remove_prefix(*size);
  const auto body = TakeBody(head->framing, head->content_length, source, rest, reading);
  if (!body) return false;
  reading.messages.push_back(start(*head) + " " + json(*body).dump(-1, ' ', true));
  if (head->keep_alive || rest.empty()) return true;
  reading.end = "closed";
  return false;
}

Reading ReadRequests(std::string_view bytes) {
  Reading reading;
  bool upgrade = false;
  const auto parse = [](std::string_view raw) { return ParseRequestHead(raw, {}); };
  const auto start = [&](const RequestHead& head) {
    upgrade = head.wants_upgrade;
    return std::string(head.method) + " " + std::string(head.target);
  };
  while (!upgrade && TakeMessage(bytes, ErrorSource::kCaller, reading, parse, start)) {
  }
  if (upgrade) reading.end = "upgrade";
  return reading;
}

Reading ReadResponses(std::string_view bytes) {
  Reading reading;
  bool switched = false;
  const auto parse = [](std::string_view raw) { return ParseResponseHead(raw, "GET", {}); };
  const auto start = [&](const ResponseHead& head) {
    switched = head.status == 101;
    return std::to_string(head.status);
  };
  while (!switched && TakeMessage(bytes, ErrorSource::kTarget, reading, parse, start)) {
  }
  if (switched) reading.end = "upgrade";
  return reading;
}

/// llhttp's verdict in our words: its messages, and its end as one of ours ("refused" for all its
/// refusals).
std::pair<std::string, std::string> SplitVerdict(const std::string& verdict) {
  static const std::pair<std::string_view, std::string_view> kEnds[] = {
      {"HPE_INVALID_EOF_STATE", "incomplete"},
      {"HPE_CLOSED_CONNECTION", "closed"},
      {"HPE_", "refused"},
      {"upgrade", "upgrade"},
      {"incomplete", "incomplete"},
      {"closed", "closed"},
      {"nothing", ""}};
  const std::size_t semicolon = verdict.rfind("; ");
  const std::size_t last = semicolon == std::string::npos ? 0 : semicolon + 2;
  const std::string end = verdict.substr(last);
  if (end.empty() || end.find(' ') != std::string::npos) return {verdict, ""};
  const std::string messages = verdict.substr(0, last == 0 ? 0 : semicolon);
  for (const auto& [mark, meaning] : kEnds) {
    if (end.starts_with(mark)) return {messages, std::string(meaning)};
  }
  return {messages, "refused"};
}

template <typename Read>
void ExpectVerdicts(const json& cases, Read read) {
  for (const json& item : cases) {
    const auto name = item.at("name").get<std::string>();
    const std::string ours = read(test::BytesOf(item.at("bytes"))).ToString();
    EXPECT_EQ(ours, item.value("ours", "?")) << name;
    const bool agreed = SplitVerdict(ours) == SplitVerdict(item.at("llhttp"));
    EXPECT_EQ(item.contains("why"), !agreed) << name << ": " << ours << " / " << item["llhttp"];
  }
}

TEST(HeadCorpus, JudgesEveryRequestAsTabulated) {
  ExpectVerdicts(test::LoadCorpus("http/requests.json"), ReadRequests);
}

TEST(HeadCorpus, JudgesEveryAnswerAsTabulated) {
  ExpectVerdicts(test::LoadCorpus("http/responses.json"), ReadResponses);
}

/// Two readers that both go on must have read the same: this is what keeps requests from being
/// smuggled past one of them.
TEST(HeadCorpus, NeverReadsOtherMessagesThanLlhttpWhenBothAccept) {
  for (const char* name : {"http/requests.json", "http/responses.json"}) {
    int both = 0;
    for (const json& item : test::LoadCorpus(name)) {
      const auto ours = SplitVerdict(item.at("ours"));
      const auto theirs = SplitVerdict(item.at("llhttp"));
      if (!ours.second.empty() || !theirs.second.empty()) continue;
      ++both;
      EXPECT_EQ(ours.first, theirs.first) << item["name"];
    }
    EXPECT_GT(both, 10) << name;
  }
}

TEST(HeadCorpus, ExplainsEveryDifference) {
  json all = test::LoadCorpus("http/requests.json");
  for (const json& item : test::LoadCorpus("http/responses.json")) {
    all.push_back(item);
  }
  test::ExpectExplained(all, "Heads and chunked bodies: llhttp");
}

TEST(HeadCorpus, ReadsTheSameWhereverTheChunkedBodyIsSplit) {
  for (const json& item : test::LoadCorpus("http/requests.json")) {
    const std::string bytes = test::BytesOf(item.at("bytes"));
    std::size_t scan_from = 0;
    const std::optional<std::size_t> size = FindHeadEnd(bytes, scan_from);
    if (!size) continue;
    const Result<RequestHead> head = ParseRequestHead(std::string_view(bytes).substr(0, *size), {});
    if (!head || head->framing != BodyFraming::kChunked) continue;
    ChunkDecoder decoder(ErrorSource::kCaller);
    bool refused = false;
    for (std::size_t i = *size; i < bytes.size() && !decoder.done() && !refused; ++i) {
      refused = !decoder.Next(std::string_view(bytes).substr(i, 1));
    }
    const auto ours = item.at("ours").get<std::string>();
    EXPECT_EQ(refused, ours == "malformed_request") << item["name"];
    EXPECT_EQ(decoder.done(), ours.starts_with(std::string(head->method) + " ")) << item["name"];
  }
}

}  // namespace
}  // namespace sallyport::http
