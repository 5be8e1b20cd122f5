#include "http/multipart_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::http {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

/// "name|filename" of a part with that disposition, or "!message".
std::string Disposition(const std::string& value) {
  const Result<PartHead> head = ParsePartHead("Content-Disposition: " + value + "\r\n");
  if (!head) return "!" + head.error().message();
  return head->name + "|" + head->filename.value_or("-");
}

TEST(PartHead, ReadsNamesAsClientsWriteThem) {
  struct Row {
    std::string value, told;
  };
  const Row rows[] = {
      {"form-data; name=a", "a|-"},
      {"form-data; name=\"a\"", "a|-"},
      {"Form-Data;Name=\"a\";FileName=\"f\"", "a|f"},
      {"form-data ;\tname = \"a\" ; filename = \"f\" ;", "a|f"},
      {"form-data; filename=\"f\"; name=\"a\"", "a|f"},
      {"form-data; name=\"a\"; filename=\"\"", "a|"},
      {"form-data; name=\"a;b=c\"", "a;b=c|-"},
      {"form-data; name=\"a\"; filename=my file.txt", "a|my file.txt"},
      // escapes: as browsers, as older clients
      {"form-data; name=\"%22%0D%0A%0d%0a\"", "\"\r\n\r\n|-"},
      {"form-data; name=\"100%25 %41\"", "100%25 %41|-"},
      {"form-data; name=\"a\"; filename=\"%2\"", "a|%2"},
      {R"(form-data; name="a\"b\\c")", "a\"b\\c|-"},
      {R"(form-data; name="a"; filename="C:\dir\file.txt")", "a|C:\\dir\\file.txt"},
      // bytes beyond ASCII
      {"form-data; name=\"\xC3\xBC\"", "\xC3\xBC|-"},
      {"form-data; name=\"\xFC\"; filename=\"\xE9\"", "\xC3\xBC|\xC3\xA9"},
      // filename*
      {"form-data; name=a; filename=\"x\"; filename*=UTF-8''%E2%82%AC.txt", "a|\xE2\x82\xAC.txt"},
      {"form-data; name=a; filename*=utf-8'de'gr%C3%BCn; filename=x", "a|gr\xC3\xBCn"},
      {"form-data; name=a; filename*=iso-8859-1''%FC", "a|\xC3\xBC"},
      {"form-data; name=a; filename*=UTF-8''%FC; filename=x", "a|x"},
      {"form-data; name=a; filename*=none-such''x; filename=y", "a|y"},
      {"form-data; name=a; filename*=x", "a|-"},
      {"form-data; name=a; filename*=utf-8'x", "a|-"},
      {"form-data; name=a; size=5", "a|-"},
  };
  for (const Row& row : rows) EXPECT_EQ(Disposition(row.value), row.told) << row.value;
}

TEST(PartHead, RefusesADispositionWithoutOneName) {
  const std::string rows[] = {
      "form-data",
      "form-data; filename=x",
      "form-data; name=\"\"",
      "form-data; name=",
      "form-data; name",
      "form-data; name=a; name=b",
      "form-data; name=a; filename=x; filename=y",
      "form-data; name=a; filename*=utf-8''x; filename*=utf-8''y",
      "form-data; name=\"a",
      "form-data; name=\"a\\\"",
      "form-data; name=\"a\"b",
      "attachment; name=a",
      "",
      "name=a",
  };
  for (const std::string& value : rows) {
    EXPECT_THAT(Disposition(value), HasSubstr("!The multipart body is malformed: ")) << value;
  }
}

TEST(PartHead, RefusesLinesThatAreNoFields) {
  const std::string name = "Content-Disposition: form-data; name=a\r\n";
  const std::string rows[] = {
      "",
      "Content-Type: text/plain\r\n",
      name + name,
      name + "Content-Type: a/b\r\nContent-Type: a/b\r\n",
      name + " folded\r\n",
      name + "\tfolded\r\n",
      name + "no colon\r\n",
      name + ": no name\r\n",
      name + "Blank : x\r\n",
      name + "X: a\rb\r\n",
      name + std::string("X: a\0b\r\n", 8),
      "Content-Disposition: form-data; name=\"a\x01\"\r\n",
      name + "Content-Transfer-Encoding: base64\r\n",
      name + "content-transfer-encoding: quoted-printable\r\n",
  };
  for (const std::string& block : rows) {
    const Result<PartHead> head = ParsePartHead(block);
    ASSERT_FALSE(head) << block;
    EXPECT_EQ(head.error().kind(), ErrorKind::kMalformedRequest) << block;
    EXPECT_EQ(head.error().source(), ErrorSource::kCaller) << block;
  }
}

TEST(PartHead, TakesTypeAndPassesOverTheRest) {
  const Result<PartHead> head = ParsePartHead(
      "X-Other: y\r\ncontent-type:  text/plain; charset=x \r\nContent-Length: 5\r\n"
      "Content-Transfer-Encoding: Binary\r\nCONTENT-DISPOSITION: form-data; name=a\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->name, "a");
  EXPECT_EQ(head->content_type, "text/plain; charset=x");
}

TEST(PartWriter, KeepsEveryNameWithinItsField) {
  struct Row {
    std::string name, filename, line;
  };
  const Row rows[] = {
      {"a", "", "form-data; name=\"a\"; filename=\"\""},
      {"a\"b", "x.txt", "form-data; name=\"a%22b\"; filename=\"x.txt\""},
      {"a\r\nX: y", "\n", "form-data; name=\"a%0D%0AX: y\"; filename=\"%0A\""},
      {"\xC3\xBC", "100%", "form-data; name=\"\xC3\xBC\"; filename=\"100%\""},
      {"\\", "a\\\"", "form-data; name=\"\\\\\"; filename=\"a\\\\%22\""},
      {std::string("\0\x7F\t", 3), "x", "form-data; name=\"%00%7F%09\"; filename=\"x\""},
  };
  for (const Row& row : rows) {
    const Result<std::string> written = WritePartHead("B", {row.name, row.filename, "a/b"});
    ASSERT_TRUE(written);
    EXPECT_EQ(*written,
              "--B\r\nContent-Disposition: " + row.line + "\r\nContent-Type: a/b\r\n\r\n");
  }
}

TEST(PartWriter, WritesOnlyWhatIsThere) {
  EXPECT_EQ(*WritePartHead("B", {"a", {}, ""}),
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
  EXPECT_EQ(PartContentEnd(), "\r\n");
  EXPECT_EQ(WritePartsEnd("B"), "--B--\r\n");
}

TEST(PartWriter, RefusesATypeThatIsNoFieldValue) {
  for (const std::string& type : {"a/b\r\nX: y"s, "a\nb"s, "\0"s}) {
    const Result<std::string> written = WritePartHead("B", {"a", {}, type});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind(), ErrorKind::kUnsafeValue);
  }
}

TEST(PartWriter, IsReadBackAsItWasWritten) {
  const PartHead heads[] = {
      {"a", {}, ""},
      {"a \"b\" \\ c\\", "x\\\\y\"\r\n.txt", "text/plain; charset=\"x\""},
      {"\xC3\xBC;name=b", "=", "a/b"},
  };
  for (const PartHead& head : heads) {
    std::string body = *WritePartHead("B", head);
    body.append("content").append(PartContentEnd()).append(WritePartsEnd("B"));
    MultipartReader reader("B");
    reader.Feed(body);
    ASSERT_EQ(*reader.Next(), MultipartReader::Event::kPart);
    EXPECT_EQ(reader.head().name, head.name);
    EXPECT_EQ(reader.head().filename, head.filename);
    EXPECT_EQ(reader.head().content_type, head.content_type);
    ASSERT_EQ(*reader.Next(), MultipartReader::Event::kData);
    EXPECT_EQ(reader.data(), "content");
    EXPECT_EQ(*reader.Next(), MultipartReader::Event::kPartEnd);
    EXPECT_EQ(*reader.Next(), MultipartReader::Event::kEnd);
  }
}

}  // namespace
}  // namespace sallyport::http
