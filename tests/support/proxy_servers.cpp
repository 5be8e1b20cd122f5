#include "support/proxy_servers.h"

#include <fstream>
#include <stdexcept>

namespace sallyport::test {
namespace {

struct Wiring {
  std::string port, prefix, to;
};

std::string NginxConfig(const Wiring& wiring) {
  return "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr warn;\n"
         "events { worker_connections 256; }\n"
         "http {\n  access_log off;\n  client_body_temp_path body;\n  proxy_temp_path proxy;\n"
         "  fastcgi_temp_path fastcgi;\n  uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n"
         "  upstream next { server 127.0.0.1:" +
         wiring.to +
         "; keepalive 4; }\n"
         "  server {\n    listen 127.0.0.1:" +
         wiring.port + ";\n    location " + wiring.prefix +
         " {\n      proxy_pass http://next;\n      proxy_http_version 1.1;\n"
         "      proxy_set_header Connection \"\";\n      proxy_request_buffering off;\n    }\n"
         "    location / { return 403; }\n  }\n}\n";
}

std::string HaproxyConfig(const Wiring& wiring) {
  return "global\n  maxconn 256\n"
         "defaults\n  mode http\n  timeout connect 5s\n  timeout client 20s\n  timeout server 20s\n"
         "frontend front\n  bind 127.0.0.1:" +
         wiring.port + "\n  http-request deny unless { path_beg " + wiring.prefix +
         " }\n  default_backend next\n"
         "backend next\n  http-reuse always\n  server next 127.0.0.1:" +
         wiring.to + "\n";
}

std::string CaddyConfig(const Wiring& wiring) {
  return "{\n  admin off\n  auto_https off\n}\n:" + wiring.port +
         " {\n  bind 127.0.0.1\n  handle " + wiring.prefix +
         "* {\n    reverse_proxy 127.0.0.1:" + wiring.to +
         "\n  }\n  handle {\n    respond 403\n  }\n}\n";
}

}  // namespace

std::string NameOf(ProxyKind kind) {
  switch (kind) {
    case ProxyKind::kNginx:
      return "nginx";
    case ProxyKind::kHaproxy:
      return "haproxy";
    case ProxyKind::kCaddy:
      return "caddy";
  }
  throw std::logic_error("no such proxy");
}

ProxyServer::ProxyServer(ProxyKind kind, const std::string& prefix, std::uint16_t to_port)
    : port_(ListeningSocket().port()) {
  const Wiring wiring{std::to_string(port_), prefix, std::to_string(to_port)};
  const std::string file = directory_ / "proxy.conf";
  ServerProcess::Command command;
  command.directory = directory_.path().string();
  command.environment = {"HOME=" + command.directory, "XDG_DATA_HOME=" + command.directory,
                         "XDG_CONFIG_HOME=" + command.directory};
  std::string config;
  switch (kind) {
    case ProxyKind::kNginx:
      config = NginxConfig(wiring);
      command.words = {ServerProcess::Installed({"/usr/sbin/nginx"}),
                       "-p",
                       command.directory + "/",
                       "-c",
                       file,
                       "-e",
                       "stderr"};
      break;
    case ProxyKind::kHaproxy:
      config = HaproxyConfig(wiring);
      command.words = {ServerProcess::Installed({"/usr/sbin/haproxy"}), "-db", "-f", file};
      break;
    case ProxyKind::kCaddy:
      config = CaddyConfig(wiring);
      command.words = {ServerProcess::Installed({"/usr/bin/caddy"}),
                       "run",
                       "--config",
                       file,
                       "--adapter",
                       "caddyfile"};
      break;
  }
  std::ofstream(file, std::ios::trunc) << config;
  process_ = std::make_unique<ServerProcess>(command);
  process_->AwaitListening(port_, NameOf(kind));
}

}  // namespace sallyport::test
