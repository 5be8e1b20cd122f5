#include "support/gateway_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/http_client.h"
#include "support/paths.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Reads one pipe to its end in the background.
class PipeReader {
 public:
  explicit PipeReader(int descriptor) : descriptor_(descriptor), thread_([this] { Run(); }) {}
  ~PipeReader() {
    thread_.join();
    close(descriptor_);
  }
  [[nodiscard]] std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  void Run() {
    ReadAll();
    ended_ = true;
  }

  void ReadAll() {
    char buffer[16384];
    ssize_t got = 0;
    while ((got = read(descriptor_, buffer, sizeof(buffer))) != 0) {
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return;
      const std::lock_guard lock(mutex_);
      text_.append(buffer, static_cast<std::size_t>(got));
    }
  }

  int descriptor_;
  mutable std::mutex mutex_;
  std::string text_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

void WriteFile(const std::string& path, std::string_view text, mode_t mode) {
  std::ofstream(path, std::ios::trunc) << text;
  chmod(path.c_str(), mode);
}

std::string ReadFirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

bool HasTopLevelKey(const std::string& yaml, const std::string& key) {
  return yaml.rfind(key + ":", 0) == 0 || yaml.find("\n" + key + ":") != std::string::npos;
}

int DecodeStatus(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int CountOf(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

/// The value of the string member `name` in a one-line JSON object, "" when absent.
std::string JsonMember(std::string_view line, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return "";
  const std::size_t start = at + key.size();
  return std::string(line.substr(start, line.find('"', start) - start));
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// A line of /proc/<pid>/status, in bytes.
std::uint64_t MemoryOf(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name, 0) == 0) return std::stoull(line.substr(name.size())) * 1024;
  }
  return 0;
}

}  // namespace

/// One run of the binary.
class ChildProcess {
 public:
  ChildProcess(const std::vector<std::string>& arguments,
               const std::vector<std::string>& environment, const std::string& working_directory) {
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
      throw std::runtime_error("pipe failed");
    }
    Spawn(arguments, environment, working_directory, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    out_ = std::make_unique<PipeReader>(out[0]);
    err_ = std::make_unique<PipeReader>(err[0]);
  }

  ~ChildProcess() {
    if (!exit_code()) {
      kill(pid_, SIGKILL);
      (void)WaitExit(std::chrono::seconds(10));
    }
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string out() const { return out_->text(); }
  [[nodiscard]] std::string err() const { return err_->text(); }
  /// After the end: waits until all that it wrote has been read.
  void ReadToEnd() {
    (void)WaitUntil([this] { return out_->ended() && err_->ended(); }, std::chrono::seconds(5));
  }

  std::optional<int> exit_code() {
    int status = 0;
    if (!exit_code_ && waitpid(pid_, &status, WNOHANG) == pid_) {
      exit_code_ = DecodeStatus(status);
      ReadToEnd();
    }
    return exit_code_;
  }

  std::optional<int> WaitExit(std::chrono::milliseconds limit) {
    (void)WaitUntil([this] { return exit_code().has_value(); }, limit);
    return exit_code_;
  }

 private:
  void Spawn(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
             const std::string& working_directory, int out, int err) {
    // setpriv replaces itself by the binary, which dies with the test however the test ends.
    std::vector<std::string> words{"setpriv", "--pdeathsig", "KILL", "--", GatewayBinary()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{"PATH=/usr/bin:/bin"};
    variables.insert(variables.end(), environment.begin(), environment.end());
    const auto pointers = [](std::vector<std::string>& strings) {
      std::vector<char*> result;
      for (std::string& text : strings) result.push_back(text.data());
      result.push_back(nullptr);
      return result;
    };
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    if (!working_directory.empty()) {
      posix_spawn_file_actions_addchdir_np(&actions, working_directory.c_str());
    }
    const int failed = posix_spawn(&pid_, "/usr/bin/setpriv", &actions, nullptr,
                                   pointers(words).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + GatewayBinary());
  }

  pid_t pid_ = 0;
  std::optional<int> exit_code_;
  std::unique_ptr<PipeReader> out_, err_;
};

GatewayProcess::GatewayProcess(GatewayOptions options) : options_(std::move(options)) {
  if (options_.directory.empty()) {
    own_directory_ = std::make_unique<TempDir>();
    directory_ = own_directory_->path().string();
  } else {
    directory_ = options_.directory;
  }
  if (!options_.with_config_file) return;
  namespace fs = std::filesystem;
  if (!fs::exists(directory_ + "/master.key")) {
    WriteFile(directory_ + "/master.key", kTestMasterKey, 0600);
  }
  if (!fs::exists(directory_ + "/admin.key")) {
    WriteFile(directory_ + "/admin.key", kTestAdminKey, 0600);
  }
  WriteConfig(options_.config);
}

GatewayProcess::~GatewayProcess() = default;

void GatewayProcess::WriteConfig(const std::string& config) {
  std::string text = config;
  if (!text.empty() && text.back() != '\n') text += '\n';
  const std::pair<std::string, std::string> defaults[] = {
      {"listen", "[\"127.0.0.1:0\"]"},
      {"data_dir", directory_ + "/data"},
      {"master_keys", "[{id: k1, file: master.key}]"},
      {"admin_key_file", "admin.key"},
      {"threads", "2"}};
  for (const auto& [key, value] : defaults) {
    if (!HasTopLevelKey(config, key)) text += key + ": " + value + "\n";
  }
  WriteFile(config_file(), text, 0644);
}

bool GatewayProcess::Start() {
  std::vector<std::string> arguments{"serve"};
  if (options_.with_config_file) {
    arguments.insert(arguments.end(), {"--config", config_file()});
  }
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  base_url_.clear();
  ops_url_.clear();
  child_ = std::make_unique<ChildProcess>(arguments, options_.environment, directory_);
  return WaitReady(SteadyClock::now() + options_.start_limit);
}

bool GatewayProcess::WaitReady(SteadyClock::time_point limit) {
  const auto left = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(limit - SteadyClock::now());
  };
  (void)WaitUntil(
      [&] {
        base_url_ = ListeningUrl("main");
        return !base_url_.empty() || child_->exit_code().has_value();
      },
      left());
  if (base_url_.empty()) return false;
  const bool ready = WaitUntil(
      [&] {
        return child_->exit_code().has_value() || HttpGet(base_url_ + "/readyz").status == 200;
      },
      left());
  ops_url_ = ListeningUrl("ops");
  return ready && !child_->exit_code().has_value();
}

std::string GatewayProcess::ListeningUrl(std::string_view door) const {
  for (const std::string& line : stderr_lines()) {
    if (JsonMember(line, "msg") != "listening" || JsonMember(line, "door") != door) continue;
    return "http://" + JsonMember(line, "address");
  }
  return "";
}

std::string GatewayProcess::base_url() const { return base_url_; }
std::string GatewayProcess::ops_url() const { return ops_url_; }
std::uint16_t GatewayProcess::port() const { return PortOf(base_url_); }

std::string GatewayProcess::admin_key() const {
  const std::string beside_config = directory_ + "/admin.key";
  return ReadFirstLine(std::filesystem::exists(beside_config) ? beside_config
                                                              : data_dir() + "/admin.key");
}

pid_t GatewayProcess::pid() const { return child_ && !child_->exit_code() ? child_->pid() : 0; }

void GatewayProcess::Signal(int number) const {
  if (pid() != 0) kill(child_->pid(), number);
}

int GatewayProcess::Stop(std::chrono::milliseconds limit) {
  if (!child_) return -1;
  Signal(SIGTERM);
  if (const auto code = child_->WaitExit(limit)) return *code;
  Kill();
  return child_->exit_code().value_or(-1);
}

void GatewayProcess::Kill() {
  if (!child_) return;
  Signal(SIGKILL);
  (void)child_->WaitExit(std::chrono::seconds(10));
}

std::optional<int> GatewayProcess::exit_code() {
  return child_ ? child_->exit_code() : std::nullopt;
}

std::optional<int> GatewayProcess::WaitExit(std::chrono::milliseconds limit) {
  return child_ ? child_->WaitExit(limit) : std::nullopt;
}

std::string GatewayProcess::stderr_text() const { return child_ ? child_->err() : ""; }
std::string GatewayProcess::stdout_text() const { return child_ ? child_->out() : ""; }

std::vector<std::string> GatewayProcess::stderr_lines() const { return SplitLines(stderr_text()); }

bool GatewayProcess::WaitForStderr(std::string_view text, std::chrono::milliseconds limit,
                                   int times) const {
  return WaitUntil([&] { return CountOf(stderr_text(), text) >= times; }, limit);
}

std::uint64_t GatewayProcess::resident_bytes() const { return MemoryOf(pid(), "VmRSS:"); }

std::uint64_t GatewayProcess::peak_bytes() const { return MemoryOf(pid(), "VmHWM:"); }

double GatewayProcess::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(pid()) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t after_name = text.rfind(')');
  if (after_name == std::string::npos) return 0;
  std::istringstream fields(text.substr(after_name + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // state .. cmajflt: proc(5) fields 3 to 13
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::size_t GatewayProcess::open_descriptors() const {
  std::error_code ignored;
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid()) + "/fd", ignored)) {
    (void)entry;
    ++count;
  }
  return count;
}

CommandResult RunSallyport(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment,
                           const std::string& working_directory, std::chrono::milliseconds limit) {
  ChildProcess child(arguments, environment, working_directory);
  CommandResult result;
  result.exit_code = child.WaitExit(limit).value_or(-1);
  result.out = child.out();
  result.err = child.err();
  return result;
}

}  // namespace sallyport::test
