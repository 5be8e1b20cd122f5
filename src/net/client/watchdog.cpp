#include "net/client/watchdog.h"

#include <algorithm>
#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace sallyport::net {
namespace {

constexpr SteadyTime kNever = SteadyTime::max();

std::size_t Index(Watchdog::Side side) { return side == Watchdog::Side::kRead ? 0 : 1; }

}  // namespace

struct Watchdog::State {
  State(boost::asio::io_context& context, std::function<void()> callback)
      : timer(context), on_expiry(std::move(callback)) {}
  [[nodiscard]] SteadyTime Next() const { return std::min(deadlines[0], deadlines[1]); }

  boost::asio::steady_timer timer;
  std::function<void()> on_expiry;  // empty once stopped
  std::array<SteadyTime, 2> deadlines{kNever, kNever};
  SteadyTime armed_until = kNever;
  std::optional<Side> expired;
};

Watchdog::Watchdog(boost::asio::io_context& context, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(context, std::move(on_expiry))) {}

Watchdog::~Watchdog() { Stop(); }

void Watchdog::Set(Side side, Milliseconds from_now) {
  state_->deadlines[Index(side)] = std::chrono::steady_clock::now() + from_now;
  Arm(state_);
}

void Watchdog::Clear(Side side) { state_->deadlines[Index(side)] = kNever; }

void Watchdog::Stop() {
  state_->on_expiry = nullptr;
  state_->deadlines.fill(kNever);
  if (state_->armed_until != kNever) state_->timer.cancel();
}

std::optional<Watchdog::Side> Watchdog::expired() const { return state_->expired; }

void Watchdog::Arm(const std::shared_ptr<State>& state) {
  const SteadyTime next = state->Next();
  if (!state->on_expiry || next == kNever || state->armed_until <= next) return;
  state->armed_until = next;
  state->timer.expires_at(next);
  state->timer.async_wait([weak = std::weak_ptr<State>(state)](boost::system::error_code ec) {
    const std::shared_ptr<State> alive = weak.lock();
    if (!ec && alive) OnTimer(alive);
  });
}

void Watchdog::OnTimer(const std::shared_ptr<State>& state) {
  state->armed_until = kNever;
  if (state->Next() > std::chrono::steady_clock::now()) {
    Arm(state);
    return;
  }
  state->expired = state->deadlines[0] <= state->deadlines[1] ? Side::kRead : Side::kWrite;
  const std::function<void()> on_expiry = std::exchange(state->on_expiry, nullptr);
  state->deadlines.fill(kNever);
  if (on_expiry) on_expiry();
}

}  // namespace sallyport::net
