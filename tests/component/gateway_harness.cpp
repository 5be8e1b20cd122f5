#include "component/gateway_harness.h"

#include <stdexcept>

namespace sallyport::test {
namespace {

std::shared_ptr<const net::EgressPolicy> LoopbackAllowed() {
  net::EgressOptions options;
  options.allow_loopback = true;
  return std::make_shared<const net::EgressPolicy>(std::move(options));
}

}  // namespace

GatewayUnderTest::GatewayUnderTest(Setup setup)
    : resolver_({}, net::Resolver::SystemLookup(), clock_) {
  setup.settings.admin_key_digest = pipeline::test::DigestOf("admin");
  setup.settings.public_url = "http://gateway.example";
  setup.settings.version = "test";
  upstream_ = std::make_unique<net::Upstream>(context_, resolver_, LoopbackAllowed(),
                                              net::UpstreamOptions{}, clock_);
  gateway_ = std::make_unique<pipeline::Gateway>(
      *upstream_,
      pipeline::GatewayParts{api_, operations_, tokens_, limits_, log_, metrics_, clock_},
      std::make_shared<const pipeline::Settings>(setup.settings), MakeSnapshot(setup));
  server_ = std::make_unique<net::Server>(context_, *gateway_, setup.limits, count_, clock_);

  const net::Endpoint loopback{*IpAddress::Parse("127.0.0.1"), 0};
  Result<net::ListenSockets> sockets = net::ListenSockets::OpenTcp(loopback, net::Door::kMain, 1);
  if (!sockets) throw std::runtime_error(sockets.error().message());
  port_ = sockets->endpoint().port;
  server_->Accept(sockets->Take(0), net::Door::kMain, false);
  thread_ = std::thread([this] { context_.run(); });
}

GatewayUnderTest::~GatewayUnderTest() {
  boost::asio::post(context_, [this] {
    server_.reset();
    upstream_->CloseIdle();
  });
  work_.reset();
  thread_.join();
}

std::uint64_t GatewayUnderTest::Ended(int status) {
  return OnShard([this, status] {
    std::uint64_t calls = 0;
    for (const auto& [key, histogram] : metrics_.server_requests) {
      if (std::get<2>(key) != status) continue;
      for (const std::uint64_t count : histogram.counts) calls += count;
    }
    return calls;
  });
}

store::SnapshotPointer GatewayUnderTest::MakeSnapshot(const Setup& setup) const {
  store::Resource resource;
  resource.slug = "r";
  resource.document.body = Json::object();
  resource.document.body["base_url"] = setup.target_url + "/base";
  resource.document.body.update(Json::parse(setup.members));
  auto entry = std::make_shared<store::ResourceEntry>();
  entry->id = 1;
  entry->slug = "r";
  entry->prepared = request::CompileResource(resource);
  auto snapshot = std::make_shared<store::Snapshot>();
  snapshot->resources.Put("r", entry);
  for (const auto& [slug, members] : setup.queries) {
    store::Query query;
    query.resource_id = entry->id;
    query.slug = slug;
    query.document = pipeline::test::QueryDocument(members);
    auto prepared = std::make_shared<store::QueryEntry>();
    prepared->resource_id = entry->id;
    prepared->slug = slug;
    prepared->prepared = request::PrepareQuery(query);
    snapshot->queries.Put(store::QueryKey(entry->id, slug), prepared);
  }
  return snapshot;
}

std::string ProxyCall(std::string_view method, std::string_view path, std::string_view lines) {
  std::string call(method);
  call.append(" /proxy/r").append(path).append(" HTTP/1.1\r\nHost: gateway.example\r\n");
  call.append("Authorization: Bearer admin\r\n").append(lines).append("\r\n");
  return call;
}

std::string RunCall(std::string_view slug, std::string_view lines) {
  std::string call("POST /api/v1/resources/r/queries/");
  call.append(slug).append("/run HTTP/1.1\r\nHost: gateway.example\r\n");
  call.append("Authorization: Bearer admin\r\n").append(lines).append("\r\n");
  return call;
}

}  // namespace sallyport::test
