// Files on their way through a saved query: byte for byte, of any size, in memory of a fixed size.
#include <algorithm>
#include <cstdlib>

#include "support/query_fixture.h"
#include "support/raw_stream.h"
#include "support/upload_target.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsReal = false;  // the sanitizers' own memory drowns the gateway's
#else
constexpr bool kMemoryIsReal = true;
#endif

constexpr std::uint64_t kMiB = 1024ULL * 1024;

/// `wanted`, or less when TEST_STREAM_BYTES says so.
std::uint64_t StreamBytes(std::uint64_t wanted) {
  const char* text = std::getenv("TEST_STREAM_BYTES");
  return text != nullptr ? std::min<std::uint64_t>(std::strtoull(text, nullptr, 10), wanted)
                         : wanted;
}

class QueryUpload : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway(std::string(kLoopbackConfig) + "timeouts: {body_idle: 60000}\n");
    CreateResource("files", target_.url(), {{"auth", {{"type", "bearer"}, {"token", "t-1"}}}});
    SaveQuery("files", "one",
              {{"method", "POST"},
               {"path", "/{{ params.folder }}"},
               {"body",
                {{"type", "multipart"},
                 {"fields",
                  {{{"name", "note"}, {"value", "for {{ folder }}"}},
                   {{"name", "upload"}, {"kind", "file"}, {"value", "{{ doc }}"}}}}}},
               {"inputs",
                {{{"name", "folder"}, {"type", "string"}}, {{"name", "doc"}, {"type", "file"}}}}});
    SaveQuery("files", "two",
              {{"method", "POST"},
               {"path", "/both"},
               {"body",
                {{"type", "multipart"},
                 {"fields",
                  {{{"name", "first"}, {"kind", "file"}, {"value", "{{ a }}"}},
                   {{"name", "second"},
                    {"kind", "file"},
                    {"value", "{{ b }}"},
                    {"filename", "{{ name }}.bin"},
                    {"content_type", "x/y"}}}}}},
               {"inputs",
                {{{"name", "a"}, {"type", "file"}},
                 {{"name", "b"}, {"type", "file"}},
                 {{"name", "name"}, {"default", "named"}}}}});
    SaveQuery("files", "whole",
              {{"method", "PUT"},
               {"path", "/whole"},
               {"body", {{"type", "binary"}, {"param", "doc"}}},
               {"inputs", {{{"name", "doc"}, {"type", "file"}}}}});
  }

  /// The only upload that arrived; a failure when it was not whole.
  ReceivedUpload Arrived() {
    const std::vector<ReceivedUpload> uploads = target_.uploads();
    EXPECT_EQ(uploads.size(), 1U);
    if (uploads.empty()) return {};
    EXPECT_TRUE(uploads.front().complete);
    return uploads.front();
  }

  [[nodiscard]] std::string FormHead(const std::string& slug, const std::string& framing) const {
    return "POST " + QueryPath("files", slug) +
           "/run HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + framing +
           "\r\nContent-Type: " + FormType().second + "\r\nAuthorization: Bearer " +
           gateway_->admin_key() + "\r\n\r\n";
  }

  UploadTarget target_;
};

const FormPart kParams{"params", R"({"folder":"a b"})", "", "application/json"};

/// A form without its end.
std::string FormFront(const std::vector<FormPart>& parts) {
  const std::string form = FormBody(parts);
  return form.substr(0, form.size() - FormEnd().size());
}

void ExpectPart(const ReceivedPart& part, const std::string& head, const std::string& content) {
  EXPECT_EQ(part.head, head);
  EXPECT_EQ(part.size, content.size());
  EXPECT_EQ(part.digest, DigestOf(content));
}

TEST_F(QueryUpload, PassesTwoHundredMegabytesInFlatMemory) {
  const std::uint64_t size = StreamBytes(200 * kMiB);
  // The first upload fills pools; what the second takes beyond that is its own.
  EnvelopeOf(RunForm("files", "one", {kParams, {"doc", PatternAt(0, 100000), "warm.bin", ""}}));
  const std::uint64_t before = gateway_->resident_bytes();

  const std::string front =
      FormFront({kParams}) + FormPartHead({"doc", "", "big \u00e9.bin", "video/mp4"});
  const std::string back = "\r\n" + FormEnd();
  RawConnection caller(gateway_->port());
  ASSERT_TRUE(caller.Send(
      FormHead("one", "Content-Length: " + std::to_string(front.size() + size + back.size()))));
  ASSERT_TRUE(caller.Send(front));
  Digest sent;
  for (std::uint64_t at = 0; at < size; at += kMiB) {
    const std::string piece = PatternAt(at, std::min<std::uint64_t>(kMiB, size - at));
    sent.Add(piece);
    ASSERT_TRUE(caller.Send(piece)) << "after " << at;
  }
  ASSERT_TRUE(caller.Send(back));
  const HttpResponse answer =
      ParseHttpResponse(caller.ReadToEnd(std::chrono::seconds(60)), "POST", true);
  EXPECT_EQ(EnvelopeOf(answer)["body"], TestJson({{"ok", true}}));

  const std::vector<ReceivedUpload> uploads = target_.uploads();
  ASSERT_EQ(uploads.size(), 2U);
  EXPECT_TRUE(uploads[1].complete);
  EXPECT_NE(uploads[1].head.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_NE(uploads[1].head.find("POST /a%20b HTTP/1.1"), std::string::npos);
  ASSERT_EQ(uploads[1].parts.size(), 2U);
  EXPECT_EQ(uploads[1].parts[0].front, "for a b");
  EXPECT_NE(uploads[1].parts[1].head.find("filename=\"big \u00e9.bin\""), std::string::npos);
  EXPECT_NE(uploads[1].parts[1].head.find("video/mp4"), std::string::npos);
  EXPECT_EQ(uploads[1].parts[1].size, size);
  EXPECT_EQ(uploads[1].parts[1].digest, sent.value());
  if (kMemoryIsReal) {
    EXPECT_LT(gateway_->peak_bytes(), before + 16 * kMiB);
  }
}

TEST_F(QueryUpload, TakesParamsBeforeAndBehindTheFile) {
  const std::string content = PatternAt(0, 300000);
  const FormPart file{"doc", content, "f.bin", "image/png"};
  EnvelopeOf(RunForm("files", "one", {kParams, file}));
  EnvelopeOf(RunForm("files", "one", {file, kParams}));
  const std::vector<ReceivedUpload> uploads = target_.uploads();
  ASSERT_EQ(uploads.size(), 2U);
  for (const ReceivedUpload& upload : uploads) {
    ASSERT_EQ(upload.parts.size(), 2U);
    EXPECT_EQ(upload.parts[0].front, "for a b");
    ExpectPart(upload.parts[1],
               "Content-Disposition: form-data; name=\"upload\"; "
               "filename=\"f.bin\"\r\nContent-Type: image/png",
               content);
  }
}

TEST_F(QueryUpload, AFileAddsNoPartsToABodyWhoseBoundaryIsKnown) {
  SaveQuery(
      "files", "own",
      {{"method", "POST"},
       {"path", "/own"},
       {"headers", {{{"name", "Content-Type"}, {"value", "multipart/form-data; boundary=own"}}}},
       {"body",
        {{"type", "multipart"},
         {"fields", {{{"name", "upload"}, {"kind", "file"}, {"value", "{{ doc }}"}}}}}},
       {"inputs", {{{"name", "doc"}, {"type", "file"}}}}});
  const std::string part =
      "\r\n--own\r\nContent-Disposition: form-data; name=\"role\"\r\n\r\nadmin";
  for (const std::string& content :
       {"small" + part, PatternAt(0, 300000) + part + PatternAt(0, 300000)}) {
    const HttpResponse refused = RunForm("files", "own", {{"doc", content, "f.bin", ""}});
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(CodeOf(refused), "unsafe_value");
  }
  ASSERT_TRUE(WaitUntil([&] { return target_.uploads().size() == 1; }, std::chrono::seconds(10)));
  EXPECT_FALSE(target_.uploads().front().complete) << "cut before its end";
  EnvelopeOf(RunForm("files", "own", {{"doc", PatternAt(0, 300000), "f.bin", ""}}));
}

TEST_F(QueryUpload, SaysWhatOrderTakesLargeFiles) {
  gateway_->WriteConfig(std::string(kLoopbackConfig) + "limits: {api_body_bytes: 1048576}\n");
  gateway_->Signal(SIGHUP);
  ASSERT_TRUE(gateway_->WaitForStderr("reloaded", std::chrono::seconds(10)));
  const FormPart file{"doc", PatternAt(0, 2 * kMiB), "f.bin", ""};
  const HttpResponse refused = RunForm("files", "one", {file, kParams});
  EXPECT_EQ(refused.status, 413) << refused.body;
  EXPECT_EQ(CodeOf(refused), "payload_too_large");
  EXPECT_NE(refused.body.find("params"), std::string::npos) << refused.body;
  EXPECT_TRUE(target_.uploads().empty());
  EnvelopeOf(RunForm("files", "one", {kParams, file}));
  EXPECT_EQ(Arrived().parts.at(1).size, 2 * kMiB);
}

TEST_F(QueryUpload, SendsTwoFilesInTheQuerysOrder) {
  const FormPart a{"a", PatternAt(1, 500000), "a.bin", "image/png"};
  const FormPart b{"b", PatternAt(2, 700000), "b.bin", "image/gif"};
  const FormPart params{"params", R"({"name":"x\"y"})", "", ""};
  EnvelopeOf(RunForm("files", "two", {params, a, b}));
  EnvelopeOf(RunForm("files", "two", {b, a, params}));
  EnvelopeOf(RunForm("files", "two", {b, params, a}));
  const std::vector<ReceivedUpload> uploads = target_.uploads();
  ASSERT_EQ(uploads.size(), 3U);
  for (const ReceivedUpload& upload : uploads) {
    EXPECT_TRUE(upload.complete);
    ASSERT_EQ(upload.parts.size(), 2U);
    ExpectPart(upload.parts[0],
               "Content-Disposition: form-data; name=\"first\"; "
               "filename=\"a.bin\"\r\nContent-Type: image/png",
               a.content);
    ExpectPart(upload.parts[1],
               "Content-Disposition: form-data; name=\"second\"; "
               "filename=\"x%22y.bin\"\r\nContent-Type: x/y",
               b.content);
  }
}

TEST_F(QueryUpload, SendsAFileAsTheWholeBody) {
  const std::string small = PatternAt(0, 1000);
  const std::string large = PatternAt(0, 1000000);
  EnvelopeOf(RunForm("files", "whole", {{"doc", small, "s.png", "image/png"}}));
  EnvelopeOf(RunForm("files", "whole", {{"params", "{}", "", ""}, {"doc", large, "l.bin", ""}}));
  const std::vector<ReceivedUpload> uploads = target_.uploads();
  ASSERT_EQ(uploads.size(), 2U);
  EXPECT_NE(uploads[0].head.find("Content-Type: image/png"), std::string::npos) << uploads[0].head;
  EXPECT_NE(uploads[0].head.find("Content-Length: 1000\r\n"), std::string::npos) << uploads[0].head;
  ExpectPart(uploads[0].parts.at(0), "", small);
  EXPECT_NE(uploads[1].head.find("Content-Type: application/octet-stream"), std::string::npos);
  EXPECT_NE(uploads[1].head.find("Transfer-Encoding: chunked"), std::string::npos);
  ExpectPart(uploads[1].parts.at(0), "", large);
}

TEST_F(QueryUpload, TakesADataUrlForAFile) {
  EnvelopeOf(
      Run("files", "one", {{"folder", "x"}, {"doc", "data:image/png;name=p.png;base64,AAEC/w=="}}));
  const ReceivedUpload upload = Arrived();
  ASSERT_EQ(upload.parts.size(), 2U);
  ExpectPart(upload.parts[1],
             "Content-Disposition: form-data; name=\"upload\"; filename=\"p.png\"\r\nContent-Type: "
             "image/png",
             std::string("\x00\x01\x02\xff", 4));
}

TEST_F(QueryUpload, CutsTheTargetsConnectionWhenTheCallerStopsInTheMiddle) {
  {
    RawConnection caller(gateway_->port());
    ASSERT_TRUE(caller.Send(FormHead("one", "Content-Length: 50000000") + FormFront({kParams}) +
                            FormPartHead({"doc", "", "f.bin", ""}) + PatternAt(0, 3 * kMiB)));
    ASSERT_TRUE(WaitUntil([&] { return target_.connections() == 1; }, std::chrono::seconds(10)));
  }
  ASSERT_TRUE(WaitUntil([&] { return target_.uploads().size() == 1; }, std::chrono::seconds(10)));
  EXPECT_FALSE(target_.uploads().front().complete);
}

TEST_F(QueryUpload, CutsTheTargetsConnectionWhenTheFormTurnsBad) {
  const std::string form =
      FormFront({kParams}) + FormPartHead({"doc", "", "f.bin", ""}) + PatternAt(0, kMiB) + "\r\n";
  RawConnection caller(gateway_->port());
  ASSERT_TRUE(
      caller.Send(FormHead("one", "Content-Length: " + std::to_string(form.size())) + form));
  const HttpResponse answer =
      ParseHttpResponse(caller.ReadToEnd(std::chrono::seconds(20)), "POST", true);
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_EQ(CodeOf(answer), "malformed_request");
  ASSERT_TRUE(WaitUntil([&] { return target_.uploads().size() == 1; }, std::chrono::seconds(10)));
  EXPECT_FALSE(target_.uploads().front().complete);
}

TEST_F(QueryUpload, RefusesPartsThatNoInputTakesBeforeAnythingIsSent) {
  const FormPart file{"doc", PatternAt(0, 200000), "f.bin", ""};
  const HttpResponse unknown = RunForm("files", "one", {kParams, {"dok", "x", "f.bin", ""}, file});
  EXPECT_EQ(unknown.status, 422) << unknown.body;
  EXPECT_EQ(CodeOf(unknown), "unknown_parameter");
  const HttpResponse missing = RunForm("files", "one", {kParams});
  EXPECT_EQ(missing.status, 422);
  EXPECT_EQ(CodeOf(missing), "missing_parameter");
  const HttpResponse wrong = RunForm("files", "one", {{"params", R"({"folder":5})", "", ""}, file});
  EXPECT_EQ(CodeOf(wrong), "invalid_parameter");
  EXPECT_EQ(target_.connections(), 0);
}

TEST_F(QueryUpload, GivesRawDownloadsInFlatMemory) {
  const std::uint64_t size = StreamBytes(64 * kMiB);
  ScriptedTarget big([size](TargetConnection& connection) {
    while (!connection.ReadHead().empty()) {
      (void)connection.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) +
                            "\r\n\r\n");
      for (std::uint64_t at = 0; at < size; at += kMiB) {
        if (!connection.Send(PatternAt(at, std::min<std::uint64_t>(kMiB, size - at)))) return;
      }
    }
  });
  CreateResource("big", big.url());
  SaveQuery("big", "get", {{"path", "/file"}});
  const std::uint64_t before = gateway_->resident_bytes();
  RawStream caller(gateway_->port());
  ASSERT_TRUE(
      caller.Send("GET " + QueryPath("big", "get") +
                  "/run?raw=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer " +
                  gateway_->admin_key() + "\r\n\r\n"));
  const std::string head = caller.ReadHead();
  ASSERT_EQ(head.substr(0, 13), "HTTP/1.1 200 ") << head;
  EXPECT_NE(head.find("Content-Length: " + std::to_string(size)), std::string::npos) << head;
  EXPECT_EQ(caller.ReadPattern(0, size), size);
  if (kMemoryIsReal) {
    EXPECT_LT(gateway_->peak_bytes(), before + 16 * kMiB);
  }
}

}  // namespace
}  // namespace sallyport::test
