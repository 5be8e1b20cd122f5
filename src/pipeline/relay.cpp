// The target's answer back to the caller: fields filtered, body streamed with back-pressure.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/own_field.h"
#include "pipeline/relay_buffer.h"
#include "sallyport/request/answer_fields.h"

namespace sallyport::pipeline {
namespace {

bool HasBody(const Call& call, const http::ResponseHead& head) {
  return !call.is_head() && head.status != 204 && head.status != 304 &&
         head.framing != http::BodyFraming::kNone &&
         (head.framing != http::BodyFraming::kLength || head.content_length > 0);
}

/// For HEAD and 304 the declared length of a body that is not sent.
net::BodyLength LengthOf(const Call& call, const http::ResponseHead& head) {
  if (call.is_head() || head.status == 204 || head.status == 304) {
    // The HEAD of a run may be the GET of its query.
    const bool counted = call.is_head() && head.framing == http::BodyFraming::kLength;
    if (counted) return net::BodyLength::Known(head.content_length);
    return head.declared_length ? net::BodyLength::Known(*head.declared_length)
                                : net::BodyLength::None();
  }
  if (!HasBody(call, head)) return net::BodyLength::Known(0);
  return head.framing == http::BodyFraming::kLength ? net::BodyLength::Known(head.content_length)
                                                    : net::BodyLength::Streamed();
}

/// Should the first piece be read before the head is sent? Yes when that does not wait, and for a
/// small counted body: it then goes out in one write, or fails while a problem can still be told.
/// The head of a stream never waits for its first byte.
bool ReadsFirst(const net::UpstreamAnswer& answer, const net::BodyLength& length) {
  const bool small =
      length.kind == net::BodyLength::Kind::kKnown && length.bytes <= BodyBlocks::kBytes;
  return small || answer.body_ready();
}

}  // namespace

http::FieldLines Gateway::Impl::RelayFields(const Call& call) {
  // The policy stands beside the target's own: its pages must not run as ours.
  static const http::FieldLines kOfEveryRelay =
      ReadyFields({{"Sallyport-Source", "upstream"}, {"Content-Security-Policy", "sandbox"}});
  const http::ResponseHead& head = call.answer->head();
  http::FieldLines fields =
      call.run ? request::RawFields(*call.resource, head, call.run->outgoing().secrets)
               : request::FilterAnswer(*call.resource, call.parts(), head, call.outgoing.path());
  // RFC 9110 §6.6.1: a recipient with a clock dates what has no date.
  if (!head.fields.Find("Date")) AddOwn(fields, "Date", date_.Now());
  fields.Append(kOfEveryRelay);
  if (call.run && call.run->by_preference) AddOwn(fields, "Preference-Applied", "raw");
  AddCommonFields(call, fields);
  return fields;
}

void Gateway::Impl::EndUpstream(Call& call, std::string_view outcome) {
  const std::chrono::duration<double, std::milli> took = clock_.Steady() - *call.upstream_started;
  call.upstream_started.reset();
  call.upstream_ms = std::max(call.upstream_ms, 0.0) + took.count();  // all attempts of a run
  const std::string_view method = call.run ? call.run->outgoing().method : call.head().method;
  metrics_.CountClient(method, call.entry->slug, outcome, took.count() / 1000);
}

/// Reads from the target only when the last piece is with the caller's socket.
Task<Result<void>> Gateway::Impl::Relay(Call& call) {
  const http::ResponseHead& head = call.answer->head();
  const http::FieldLines fields = RelayFields(call);
  const net::BodyLength length = LengthOf(call, head);
  // Views of the head end with the first read of the body.
  const int status = head.status;
  const std::string reason(head.reason);
  const bool has_body = HasBody(call, head);

  std::string_view first;
  if (has_body) first = call.answer->TakeArrived();
  // Small answers have come whole with their head.
  RelayBuffer buffer(blocks_, clock_);
  const bool reads_on = has_body && !call.answer->body_done();
  if (reads_on) buffer.Take();
  if (reads_on && first.empty() && ReadsFirst(*call.answer, length)) {
    Result<std::size_t> read = co_await call.answer->ReadBody(buffer.span());
    if (!read) co_return std::move(read.error());
    first = std::string_view(buffer.span().data(), *read);
  }
  call.status = status;
  Result<void> written = co_await call.exchange.WriteHead(status, reason, fields, length, first);
  while (written && has_body && !call.answer->body_done()) {
    const std::span<char> space = buffer.span();
    Result<std::size_t> read = co_await call.answer->ReadBody(space);
    if (!read) co_return std::move(read.error());
    if (*read == 0) break;
    const std::string_view piece(space.data(), *read);
    written = co_await call.exchange.WriteBody(piece);
    buffer.Passed(*read);
  }
  if (written) {
    EndUpstream(call, std::to_string(status));
    if (!call.exchange.answer_complete()) written = co_await call.exchange.FinishBody();
  }
  NoteWriteFailure(call, written);
  co_return written;
}

}  // namespace sallyport::pipeline
