// Tokens without a provider: answers in the order they are asked for.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/pipeline/token_source.h"

namespace sallyport::pipeline::test {

class FakeTokens final : public TokenSource {
 public:
  Task<Result<oauth::TokenGiven>> Obtain(oauth::TokenNeed need) override {
    needs.push_back(std::move(need));
    if (silent) {
      const auto executor = co_await boost::asio::this_coro::executor;
      boost::asio::steady_timer timer(executor, std::chrono::hours(1));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    if (answers.empty()) {
      co_return Error(ErrorKind::kLoginRequired, ErrorSource::kGateway, "nobody is signed in");
    }
    Result<oauth::TokenGiven> answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }
  Task<oauth::Logins::Ticket> MakeTicket(oauth::LoginRequest request) override {
    tickets.push_back(std::move(request));
    co_return oauth::Logins::Ticket{"ticket" + std::to_string(tickets.size()), SystemTime{}};
  }

  void Give(oauth::TokenSetPointer set, bool refreshed) {
    answers.emplace_back(oauth::TokenGiven{std::move(set), refreshed});
  }
  void Refuse(ErrorKind kind, std::string why) {
    answers.emplace_back(Error(kind, ErrorSource::kGateway, std::move(why)));
  }

  bool silent = false;                            ///< nobody is answered
  std::deque<Result<oauth::TokenGiven>> answers;  ///< none left: login_required
  std::vector<oauth::TokenNeed> needs;
  std::vector<oauth::LoginRequest> tickets;
};

}  // namespace sallyport::pipeline::test
