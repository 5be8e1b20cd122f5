#include "support/target_servers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/http_client.h"
#include "support/paths.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

constexpr std::chrono::seconds kStartLimit(30);

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

void RequireStart(bool started, const std::string& name, const ServerProcess& process) {
  if (!started) throw std::runtime_error(name + " did not start:\n" + process.output());
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// In the child, between fork and exec: async-signal-safe calls only.
[[noreturn]] void ExecChild(const char* directory, int log, int inherit, char** words,
                            char** environment, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);  // it died before prctl
  dup2(log, 1);
  dup2(log, 2);
  if (inherit == 3) {
    fcntl(3, F_SETFD, 0);
  } else if (inherit >= 0) {
    dup2(inherit, 3);
  }
  if (chdir(directory) == 0) execve(words[0], words, environment);
  _exit(127);
}

}  // namespace

ListeningSocket::ListeningSocket() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  if (bind(descriptor_, generic, size) != 0 || listen(descriptor_, 512) != 0 ||
      getsockname(descriptor_, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  port_ = ntohs(address.sin_port);
}

ListeningSocket::~ListeningSocket() { close(descriptor_); }

ServerProcess::ServerProcess(const Command& command) : log_(command.directory + "/output.log") {
  std::vector<std::string> words = command.words;
  std::vector<std::string> environment = command.environment;
  environment.push_back("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  const std::vector<char*> word_pointers = Pointers(words);
  const std::vector<char*> environment_pointers = Pointers(environment);
  const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    ExecChild(command.directory.c_str(), log, command.inherit,
              const_cast<char**>(word_pointers.data()),
              const_cast<char**>(environment_pointers.data()), parent);
  }
  close(log);
  if (pid_ < 0) throw std::runtime_error("fork failed");
}

ServerProcess::~ServerProcess() {
  if (!running()) return;
  kill(pid_, SIGTERM);
  if (!WaitUntil([this] { return !running(); }, std::chrono::seconds(5))) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

bool ServerProcess::running() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
  return pid_ > 0;
}

std::string ServerProcess::output() const { return ReadFile(log_); }

void ServerProcess::AwaitListening(std::uint16_t port, const std::string& name) {
  const bool started =
      WaitUntil([&] { return !running() || RawConnection(port).connected(); }, kStartLimit);
  RequireStart(started && running(), name, *this);
}

std::string ServerProcess::Installed(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (std::filesystem::exists(path)) return path;
  }
  throw std::runtime_error(paths.front() +
                           " is not installed; run scripts/install-deps.sh --tests");
}

HttpbinServer::HttpbinServer() {
  ServerProcess::Command command;
  // Debian's python3 has the module; a gunicorn found elsewhere on PATH may not see it.
  command.words = {ServerProcess::Installed({"/usr/bin/python3"}),
                   "-m",
                   "gunicorn",
                   "--bind",
                   "fd://3",
                   "--threads",
                   "4",
                   "--keep-alive",
                   "30",
                   "httpbin:app"};
  command.environment = {"HOME=" + directory_.path().string(), "PYTHONDONTWRITEBYTECODE=1"};
  command.directory = directory_.path().string();
  command.inherit = socket_.descriptor();
  process_ = std::make_unique<ServerProcess>(command);
  const bool started = WaitUntil(
      [this] { return !process_->running() || HttpGet(url() + "/status/204").status == 204; },
      kStartLimit);
  RequireStart(started && process_->running(), "httpbin", *process_);
}

NodeServer::NodeServer(const std::string& script, const std::string& package,
                       const std::vector<std::string>& arguments) {
  const std::string npm = SourceDirectory() + "/tests/npm";
  (void)ServerProcess::Installed({npm + "/node_modules/" + package + "/package.json"});
  ServerProcess::Command command;
  command.words = {ServerProcess::Installed({"/usr/bin/node", "/usr/local/bin/node"}),
                   npm + "/" + script};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  command.directory = directory_.path().string();
  process_ = std::make_unique<ServerProcess>(command);
  static const std::string kMark = "listening ";
  const bool started = WaitUntil(
      [this] {
        const std::string output = process_->output();
        const std::size_t at = output.find(kMark);
        if (at != std::string::npos && output.find('\n', at) != std::string::npos) {
          port_ = static_cast<std::uint16_t>(std::stoi(output.substr(at + kMark.size())));
        }
        return port_ != 0 || !process_->running();
      },
      kStartLimit);
  RequireStart(started && port_ != 0, script, *process_);
}

JsonServer::JsonServer(const std::string& database) {
  WriteFile(directory_ / "db.json", database);
  server_ = std::make_unique<NodeServer>("json_server.js", "json-server",
                                         std::vector<std::string>{directory_ / "db.json"});
}

NginxTlsServer::NginxTlsServer(const NginxTlsOptions& options) : port_(ListeningSocket().port()) {
  WriteFile(directory_ / "server.pem", options.certificate_pem);
  WriteFile(directory_ / "server.key", options.key_pem);
  WriteFile(directory_ / "client-ca.pem", options.client_ca_pem);
  std::string config =
      "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr info;\n"
      "events { worker_connections 256; }\n"
      "http {\n  access_log off;\n  client_body_temp_path body;\n  proxy_temp_path proxy;\n"
      "  fastcgi_temp_path fastcgi;\n  uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n"
      "  server {\n    listen 127.0.0.1:" +
      std::to_string(port()) +
      " ssl;\n    ssl_certificate server.pem;\n    ssl_certificate_key server.key;\n";
  if (!options.client_ca_pem.empty()) {
    config += "    ssl_client_certificate client-ca.pem;\n    ssl_verify_client on;\n";
  }
  config +=
      "    location = /whoami { default_type text/plain;\n"
      "      return 200 \"$ssl_client_s_dn|$ssl_server_name|$http_authorization\"; }\n"
      "    location / { default_type text/plain; return 200 \"hello over TLS\"; }\n  }\n}\n";
  WriteFile(directory_ / "nginx.conf", config);

  ServerProcess::Command command;
  command.directory = directory_.path().string();
  command.words = {ServerProcess::Installed({"/usr/sbin/nginx"}),
                   "-p",
                   command.directory + "/",
                   "-c",
                   "nginx.conf",
                   "-e",
                   "stderr"};
  process_ = std::make_unique<ServerProcess>(command);
  process_->AwaitListening(port_, "nginx");
}

}  // namespace sallyport::test
