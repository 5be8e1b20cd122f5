#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sallyport/http/multipart.h"

namespace sallyport::http {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

/// "name(filename,type)=content;" of every part, and "." at the end or "!message".
std::string Read(const std::vector<std::string_view>& pieces, std::string_view boundary = "B",
                 std::size_t head_limit = 8192) {
  MultipartReader reader(boundary, head_limit);
  std::string told;
  std::string memory;
  std::size_t next = 0;
  while (true) {
    const Result<MultipartReader::Event> event = reader.Next();
    if (!event) return told + "!" + event.error().message();
    switch (*event) {
      case MultipartReader::Event::kNeedMore:
        if (next < pieces.size()) {
          memory = pieces[next++];  // its own memory, for the sanitizers
          reader.Feed(memory);
        } else {
          reader.Finish();
        }
        break;
      case MultipartReader::Event::kPart: {
        const PartHead& head = reader.head();
        told += head.name + "(" + head.filename.value_or("-") + "," + head.content_type + ")=";
        break;
      }
      case MultipartReader::Event::kData:
        EXPECT_FALSE(reader.data().empty());
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

std::string Read(std::string_view whole) { return Read(std::vector<std::string_view>{whole}); }

/// One part named "a" with that content, between delimiters of "B".
std::string Wrap(const std::string& content) {
  return "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n" + content + "\r\n--B--\r\n";
}

const std::string kHead = "Content-Disposition: form-data; name=a\r\n\r\n";

/// Bodies as clients write them.
struct Sample {
  std::string boundary, body, told;
};

const Sample kSamples[] = {
    // curl -F 'params={"id":5};type=application/json' -F doc=@notes.txt
    {"------------------------d74496d66958873e",
     "--------------------------d74496d66958873e\r\n"
     "Content-Disposition: form-data; name=\"params\"\r\nContent-Type: application/json\r\n\r\n"
     "{\"id\":5}\r\n"
     "--------------------------d74496d66958873e\r\n"
     "Content-Disposition: form-data; name=\"doc\"; filename=\"notes.txt\"\r\n"
     "Content-Type: text/plain\r\n\r\n"
     "line one\nline two\r\n\r\n"
     "--------------------------d74496d66958873e--\r\n",
     "params(-,application/json)={\"id\":5};doc(notes.txt,text/plain)=line one\nline two\r\n;."},
    // a browser: a quote in the name, an empty file field, a name beyond ASCII
    {"----WebKitFormBoundary7MA4YWxkTrZu0gW",
     "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
     "Content-Disposition: form-data; name=\"a %22quoted%22 name\"\r\n\r\n"
     "50% of \"it\"\r\n"
     "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
     "Content-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n"
     "Content-Type: application/octet-stream\r\n\r\n"
     "\r\n"
     "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
     "Content-Disposition: form-data; name=\"file\"; filename=\"gr\xC3\xBC\xC3\x9F\x65.png\"\r\n"
     "Content-Type: image/png\r\n\r\n"
     "\x89PNG\r\n\x1A\n\r\n"
     "------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n",
     "a \"quoted\" name(-,)=50% of \"it\";empty(,application/octet-stream)=;"
     "file(gr\xC3\xBC\xC3\x9F\x65.png,image/png)=\x89PNG\r\n\x1A\n;."},
    // python-requests: no line end after the closing delimiter, names as filename*
    {"3f1c0a7d6e0b4d8f9a2b1c3d4e5f6a7b",
     "--3f1c0a7d6e0b4d8f9a2b1c3d4e5f6a7b\r\n"
     "Content-Disposition: form-data; name=\"params\"\r\n\r\n{}\r\n"
     "--3f1c0a7d6e0b4d8f9a2b1c3d4e5f6a7b\r\n"
     "Content-Disposition: form-data; name=\"doc\"; filename*=utf-8''na%C3%AFve%20plan.pdf\r\n\r\n"
     "%PDF-1.4\r\n"
     "--3f1c0a7d6e0b4d8f9a2b1c3d4e5f6a7b--",
     "params(-,)={};doc(na\xC3\xAFve plan.pdf,)=%PDF-1.4;."},
};

TEST(MultipartReader, ReadsWhatClientsSendWhereverItIsSplit) {
  for (const Sample& sample : kSamples) {
    const std::string_view body = sample.body;
    EXPECT_EQ(Read({body}, sample.boundary), sample.told);
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      ASSERT_EQ(Read({body.substr(0, cut), body.substr(cut)}, sample.boundary), sample.told) << cut;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < body.size(); ++i) bytes.push_back(body.substr(i, 1));
    EXPECT_EQ(Read(bytes, sample.boundary), sample.told);
  }
}

TEST(MultipartReader, KeepsContentThatOnlyLooksLikeADelimiter) {
  const std::string rows[] = {
      "",
      "\r",
      "\n",
      "\r\n",
      "\r\n\r\n",
      "-",
      "--",
      "\r\n--",
      "\r\n-",
      "--B",
      "x--B\r\ny",
      "\n--B\r\ny",
      "\r--B\r\ny",
      "\r\n--b\r\ny",
      "\r\n--Bx\r\ny",
      "\r\n--B-x",
      "\r\n--B-\r\n",
      "\r\n--B \t x",
      "\r\n--B\rx",
      "\r\n--B\r\r\n",
      "\r\n--B -",
      "\r\n--B " + std::string(64, ' ') + "\r\n",
      "\r\r\n--\r\n-\r\r\n--Bx",
      "\r\n\r\n--\r\n\r",
      std::string(100'000, 'x'),
      std::string(1000, '\r'),
      std::string("\0\xFF\r\n\0", 5),
  };
  for (const std::string& content : rows) {
    // "--B" first in a part would be the end of a part without content.
    const std::string body = Wrap("." + content);
    const std::string told = "a(-,)=." + content + ";.";
    EXPECT_EQ(Read(body), told);
    if (body.size() > 2000) continue;
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      const std::string_view view = body;
      ASSERT_EQ(Read({view.substr(0, cut), view.substr(cut)}), told)
          << cut << " " << ::testing::PrintToString(content);
    }
  }
}

TEST(MultipartReader, KnowsADelimiterLineInAllItsForms) {
  struct Row {
    std::string body, told;
  };
  const Row rows[] = {
      {"--B--", "."},
      {"--B--\r\n", "."},
      {"\r\n--B--", "."},
      {"preamble\r\n--B--\r\n", "."},
      {"pre\r\n--Bx\r\n-\n\n--B\n\r\r\n--B\r\n" + kHead + "x\r\n--B--", "a(-,)=x;."},
      {"--B \t\r\n" + kHead + "x\r\n--B--", "a(-,)=x;."},
      {"--B" + std::string(64, ' ') + "\r\n" + kHead + "x\r\n--B--", "a(-,)=x;."},
      {"--B\r\n" + kHead + "x\r\n--B--epilogue\r\n--B\r\n" + kHead + "y", "a(-,)=x;."},
      {"--B\r\n" + kHead + "\r\n--B--", "a(-,)=;."},
      {"--B\r\n" + kHead + "--B--", "a(-,)=;."},  // a part without content
      {"--B\r\n" + kHead + "--B\r\n" + kHead + "\r\n--B--", "a(-,)=;a(-,)=;."},
      {"--B\r\n" + kHead + "\r\n\r\n--B--", "a(-,)=\r\n;."},
      {"--B\r\n" + kHead + "x\r\n--B\r\n" + kHead + "y\r\n--B--", "a(-,)=x;a(-,)=y;."},
  };
  for (const Row& row : rows) {
    const std::string_view body = row.body;
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      ASSERT_EQ(Read({body.substr(0, cut), body.substr(cut)}), row.told) << cut << " " << row.body;
    }
  }
}

TEST(MultipartReader, RefusesABodyThatIsCutAnywhere) {
  const std::string body = "pre\r\n--B\r\n" + kHead + "content\r\n--B\r\n" + kHead + "x\r\n--B--";
  for (std::size_t size = 0; size < body.size(); ++size) {
    const std::string told = Read(body.substr(0, size));
    EXPECT_THAT(told, HasSubstr(size < 10 ? "!The multipart body is malformed: it holds no line"
                                          : "!The multipart body is malformed: it ends before its "
                                            "closing delimiter"))
        << size;
  }
}

TEST(MultipartReader, RefusesLinesThatEndInABareLf) {
  const std::string rows[] = {
      "--B\nContent-Disposition: form-data; name=a\n\nx\n--B--\n",
      "--B \nx",
      "--B\r\nContent-Disposition: form-data; name=a\n\r\nx\r\n--B--",
      "--B\r\nContent-Disposition: form-data; name=a\r\n\nx\r\n--B--",
      "--B\r\n\nx",
      "--B\r\n" + kHead + "x\r\n--B\n",
  };
  for (const std::string& body : rows) {
    EXPECT_THAT(Read(body), HasSubstr("a line ends in LF without CR")) << body;
  }
  // A delimiter whose own line end before it is a bare LF is none.
  EXPECT_THAT(Read("--B\r\n" + kHead + "x\n--B--"), HasSubstr("closing delimiter"));
}

TEST(MultipartReader, LimitsAHeaderBlockExactly) {
  const std::string block = kHead;  // with its empty line
  const std::string body = "--B\r\n" + block + "x\r\n--B--";
  for (const std::size_t piece : {body.size(), std::size_t{1}}) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < body.size(); i += piece) {
      pieces.push_back(std::string_view(body).substr(i, piece));
    }
    EXPECT_EQ(Read(pieces, "B", block.size()), "a(-,)=x;.");
    EXPECT_THAT(Read(pieces, "B", block.size() - 1), HasSubstr("larger than 41 bytes"));
  }
  ASSERT_EQ(block.size(), 42U);
  EXPECT_THAT(Read("--B\r\nX: " + std::string(10'000, 'x')), HasSubstr("larger than 8192 bytes"));
}

TEST(MultipartReader, StaysFailedAndStaysAtItsEnd) {
  MultipartReader failed("B");
  failed.Feed("--B\n");
  EXPECT_FALSE(failed.Next());
  EXPECT_FALSE(failed.Next());
  failed.Feed(Wrap("x"));
  EXPECT_FALSE(failed.Next());

  MultipartReader ended("B");
  ended.Feed("--B--");
  for (int i = 0; i < 3; ++i) {
    const Result<MultipartReader::Event> event = ended.Next();
    ASSERT_TRUE(event);
    EXPECT_EQ(*event, MultipartReader::Event::kEnd);
    ended.Feed("epilogue\r\n--B\r\n");
  }
}

TEST(MultipartReader, GivesWhatIsFedInOnePieceAsOnePiece) {
  const std::string content = "lines\r\nof\r\ntext\r\n--\r\n--Almost";
  const std::string body = Wrap(content);
  MultipartReader reader("B");
  reader.Feed(body);
  ASSERT_EQ(*reader.Next(), MultipartReader::Event::kPart);
  ASSERT_EQ(*reader.Next(), MultipartReader::Event::kData);
  EXPECT_EQ(reader.data(), content);
  EXPECT_EQ(*reader.Next(), MultipartReader::Event::kPartEnd);
  EXPECT_EQ(*reader.Next(), MultipartReader::Event::kEnd);
}

TEST(MultipartBoundary, IsReadFromTheMediaType) {
  struct Row {
    std::string field, boundary;
  };
  const Row rows[] = {
      {"multipart/form-data; boundary=abc", "abc"},
      {"Multipart/Form-Data;BOUNDARY=\"a b\"", "a b"},
      {"multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundaryX",
       "----WebKitFormBoundaryX"},
      {"multipart/form-data; boundary=\"=_x:(1)/2?\"", "=_x:(1)/2?"},
      {"multipart/form-data; boundary=----=_Part_1_2.3", "----=_Part_1_2.3"},
      {"multipart/form-data; boundary=*****", "*****"},
      {"multipart/form-data; boundary=" + std::string(70, 'x'), std::string(70, 'x')},
  };
  for (const Row& row : rows) {
    const Result<std::optional<std::string>> boundary = MultipartBoundary(row.field);
    ASSERT_TRUE(boundary) << row.field;
    EXPECT_EQ(boundary->value_or("(none)"), row.boundary) << row.field;
  }
  for (const std::string field : {"", "application/json", "multipart/mixed; boundary=x",
                                  "multipart/form-data2; boundary=x"}) {
    const Result<std::optional<std::string>> boundary = MultipartBoundary(field);
    ASSERT_TRUE(boundary) << field;
    EXPECT_FALSE(boundary->has_value()) << field;
  }
}

TEST(MultipartBoundary, IsRefusedWhenItIsMissingOrNone) {
  const std::string fields[] = {
      "multipart/form-data",
      "multipart/form-data; charset=utf-8",
      "multipart/form-data; boundary=",
      "multipart/form-data; boundary=\"\"",
      "multipart/form-data; boundary=\"open",
      "multipart/form-data; boundary=\"x \"",
      "multipart/form-data; boundary=a; boundary=b",
      "multipart/form-data; boundary=\"a\tb\"",
      "multipart/form-data; boundary=\xC3\xBC",
      "multipart/form-data; boundary=" + std::string(71, 'x'),
  };
  for (const std::string& field : fields) {
    const Result<std::optional<std::string>> boundary = MultipartBoundary(field);
    ASSERT_FALSE(boundary) << field;
    EXPECT_EQ(boundary.error().kind(), ErrorKind::kMalformedRequest) << field;
    EXPECT_THAT(boundary.error().message(), HasSubstr("boundary")) << field;
    EXPECT_THAT(boundary.error().hint(), HasSubstr("Do not set Content-Type yourself")) << field;
  }
}

}  // namespace
}  // namespace sallyport::http
