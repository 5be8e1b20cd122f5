#include "net/server/exchange.h"

#include <utility>

#include "net/server/limits.h"

namespace sallyport::net {

Exchange::Exchange(Shard& shard, CallerConnection& connection, InputBuffer& input, const Peer& peer,
                   const ServerLimits& limits, http::RequestHead head)
    : shard_(shard),
      connection_(connection),
      peer_(peer),
      head_(std::move(head)),
      body_(connection, input, head_, limits.body_idle),
      answer_(connection, {.is_head = head_.method == "HEAD", .http_1_0 = head_.http_1_0},
              limits.body_idle) {}

Task<Result<void>> Exchange::WriteHead(int status, std::string_view reason,
                                       const http::FieldLines& fields, BodyLength length,
                                       std::string_view first) {
  body_.WithholdContinue();
  watched_.half_closed_since.reset();
  const auto persistence =
      closes() ? AnswerWriter::Persistence::kClose : AnswerWriter::Persistence::kKeepAlive;
  return answer_.WriteHead(status, reason, fields, length, first, persistence);
}

bool Exchange::closes() const {
  return close_after_ || answer_.closes() || !head_.keep_alive || shard_.draining ||
         !body_.Drainable(kDrainBytes);
}

void Exchange::OnCallerGone(std::function<void()> callback) {
  watched_.unlink();
  watched_.on_gone = std::move(callback);
  if (!watched_.on_gone) return;
  if (!connection_.is_open()) {
    ReportGone();
    return;
  }
  watched_.descriptor = connection_.descriptor();
  shard_.caller_watch->Add(watched_);
}

void Exchange::ReportGone() {
  watched_.unlink();
  const std::function<void()> on_gone = std::exchange(watched_.on_gone, nullptr);
  if (on_gone) on_gone();
}

}  // namespace sallyport::net
