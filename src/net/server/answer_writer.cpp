#include "net/server/answer_writer.h"

#include <cassert>
#include <string>
#include <utility>

#include "sallyport/http/chunked.h"

namespace sallyport::net {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// RFC 9110 §6.4.1: these never have a body, whatever the handler says.
bool StatusHasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

void AddOwn(http::FieldLines& fields, std::string_view name, std::string_view value) {
  [[maybe_unused]] const Result<void> added = fields.Add(name, value);
  assert(added);
}

Error Misuse(const char* detail) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "the answer could not be written")
      .WithDetail(detail);
}

Error CallerGone(IoStatus status) {
  if (status == IoStatus::kTimeout) {
    return Error(ErrorKind::kRequestTimeout, ErrorSource::kCaller,
                 "the caller took nothing of the answer in time (timeouts.body_idle)");
  }
  return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller,
               "the caller closed the connection before the end of the answer");
}

}  // namespace

Task<Result<void>> AnswerWriter::WriteHead(int status, std::string_view reason,
                                           const http::FieldLines& fields, BodyLength length,
                                           std::string_view first, Persistence persistence) {
  if (phase_ != Phase::kNothing) co_return Misuse("second head of one answer");
  phase_ = Phase::kBody;
  closes_ = persistence == Persistence::kClose;
  ChooseCoding(status, length);
  Result<void> room = JudgeRoom(first.size());
  if (!room) {
    Abort();
    co_return room;
  }

  http::FieldLines all = FramingFields(status, length, fields.bytes().size());
  all.Append(fields);
  const std::string head = http::WriteResponseHead(status, reason, all);
  const std::string_view body = coding_ == Coding::kNoBody ? std::string_view() : first;
  std::string chunk_header;
  if (coding_ == Coding::kChunked && !body.empty()) chunk_header = http::ChunkHeader(body.size());

  // The head in one piece: each further one costs the kernel more than the copy.
  Gather pieces;
  pieces.Add(head);
  pieces.Add(chunk_header);
  pieces.Add(body);
  if (!chunk_header.empty()) pieces.Add(kLineEnd);
  if (SentNow(pieces, body.size())) co_return Result<void>();
  Result<void> sent = co_await Send(pieces, body.size());
  co_return sent;
}

Task<Result<void>> AnswerWriter::WriteBody(std::string_view bytes) {
  if (phase_ != Phase::kBody) co_return Misuse("body outside of an answer");
  if (bytes.empty() || coding_ == Coding::kNoBody) co_return Result<void>();
  Result<void> room = JudgeRoom(bytes.size());
  if (!room) {
    Abort();
    co_return room;
  }
  Gather pieces;
  std::string chunk_header;
  if (coding_ == Coding::kChunked) {
    chunk_header = http::ChunkHeader(bytes.size());
    pieces.Add(chunk_header);
  }
  pieces.Add(bytes);
  if (coding_ == Coding::kChunked) pieces.Add(kLineEnd);
  if (SentNow(pieces, bytes.size())) co_return Result<void>();
  Result<void> sent = co_await Send(pieces, bytes.size());
  co_return sent;
}

Task<Result<void>> AnswerWriter::Finish() {
  if (phase_ != Phase::kBody) co_return Misuse("end outside of an answer");
  if (coding_ == Coding::kCounted && remaining_ > 0) {
    Abort();
    co_return Misuse("the body is shorter than its Content-Length");
  }
  if (coding_ == Coding::kChunked) {
    Gather pieces;
    pieces.Add(http::kLastChunk);
    if (!SentNow(pieces, 0)) {
      Result<void> sent = co_await Send(pieces, 0);
      if (!sent) co_return sent;
    }
  }
  phase_ = Phase::kFinished;
  co_return Result<void>();
}

void AnswerWriter::Abort() {
  // A body that ends with the connection would look complete after a FIN.
  if (head_sent() && coding_ == Coding::kUntilClose) {
    connection_.Reset();
  } else {
    connection_.Close();
  }
  phase_ = Phase::kCut;
  closes_ = true;
}

bool AnswerWriter::complete() const {
  if (phase_ == Phase::kFinished) return true;
  if (phase_ != Phase::kBody) return false;
  return coding_ == Coding::kNoBody || (coding_ == Coding::kCounted && remaining_ == 0);
}

void AnswerWriter::ChooseCoding(int status, BodyLength length) {
  if (request_.is_head || StatusHasNoBody(status)) {
    coding_ = Coding::kNoBody;
  } else if (length.kind != BodyLength::Kind::kStreamed) {
    coding_ = Coding::kCounted;  // no body at all is a counted one of 0 bytes
    remaining_ = length.bytes;
  } else if (!request_.http_1_0) {
    coding_ = Coding::kChunked;
  } else {
    coding_ = Coding::kUntilClose;
    closes_ = true;
  }
}

http::FieldLines AnswerWriter::FramingFields(int status, BodyLength length,
                                             std::size_t room) const {
  constexpr std::size_t kMostFraming = 64;
  http::FieldLines fields;
  fields.Reserve(kMostFraming + room);
  // RFC 9110 §8.6: a 204 has no Content-Length; with HEAD and 304 it tells what a GET would give.
  const bool tells_length = length.kind == BodyLength::Kind::kKnown && status != 204;
  if (coding_ == Coding::kCounted || (coding_ == Coding::kNoBody && tells_length)) {
    fields.AddNumber("Content-Length", length.bytes);
  } else if (coding_ == Coding::kChunked) {
    AddOwn(fields, "Transfer-Encoding", "chunked");
  }
  if (closes_) {
    AddOwn(fields, "Connection", "close");
  } else if (request_.http_1_0) {
    AddOwn(fields, "Connection", "keep-alive");
  }
  return fields;
}

Result<void> AnswerWriter::JudgeRoom(std::size_t bytes) const {
  if (coding_ == Coding::kCounted && bytes > remaining_) {
    return Misuse("the body is longer than its Content-Length");
  }
  return {};
}

bool AnswerWriter::SentNow(Gather& pieces, std::size_t body_bytes) {
  if (!connection_.WriteNow(pieces)) return false;
  Count(body_bytes);
  return true;
}

Task<Result<void>> AnswerWriter::Send(Gather pieces, std::size_t body_bytes) {
  const IoStatus status = co_await connection_.Write(pieces, idle_);
  if (status != IoStatus::kOk) {
    if (status == IoStatus::kTimeout) {
      connection_.Reset();  // what the kernel still holds for this reader is of no use
    } else {
      connection_.Close();
    }
    phase_ = Phase::kCut;
    closes_ = true;
    co_return CallerGone(status);
  }
  Count(body_bytes);
  co_return Result<void>();
}

void AnswerWriter::Count(std::size_t body_bytes) {
  body_bytes_ += body_bytes;
  if (coding_ == Coding::kCounted) remaining_ -= body_bytes;
}

}  // namespace sallyport::net
