// `sallyport demo-target`.
#include <csignal>
#include <exception>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "app/commands.h"
#include "app/demo_handler.h"
#include "sallyport/app/command_line.h"
#include "sallyport/net/server.h"

namespace sallyport::app {
namespace {

void RunDemo(net::ListenSockets& sockets) {
  const RealClock clock;
  net::ConnectionCount connections;
  DemoHandler handler;  // outlives the loop's coroutines
  boost::asio::io_context context(1);
  net::Server server(context, handler, {}, connections, clock);
  server.Accept(sockets.Take(0), net::Door::kMain, false);
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
  context.run();
}

}  // namespace

int DemoTarget(const CommandContext& context, const std::string& listen) {
  config::FlagOverrides flags;
  flags.listen = {listen};
  flags.dev = true;  // loopback only: it echoes whatever it is sent, credentials too
  flags.on_terminal = context.flags.on_terminal;
  const config::LoadResult loaded = config::Load(flags, {});
  observe::Log log(loaded.options.log);
  if (!loaded.problems.empty()) {
    log.Failure("cannot start: " + loaded.problems.front().ToString());
    return kExitUsage;
  }
  std::signal(SIGPIPE, SIG_IGN);
  Result<net::ListenSockets> sockets =
      net::ListenSockets::OpenTcp(loaded.options.listen.front(), net::Door::kMain, 1);
  if (!sockets) {
    log.Failure("cannot start: " + sockets.error().message());
    return kExitUsage;
  }
  log.Write(observe::Level::kInfo, "listening", "",
            {{"address", sockets->endpoint().ToString()}, {"door", "demo"}});
  RunDemo(*sockets);
  return kExitOk;
}

}  // namespace sallyport::app
