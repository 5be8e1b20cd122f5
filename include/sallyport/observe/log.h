// One JSON object (or one line of text) per event on stderr, written by spdlog's own thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sallyport/base/json.h"

namespace sallyport::observe {

enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError };
enum class Format : std::uint8_t { kJson, kText };

struct LogOptions {
  Level level = Level::kInfo;
  Format format = Format::kJson;
  bool access = true;
};

/// Thread-safe. Injected by reference; no global logger.
class Log {
 public:
  explicit Log(LogOptions options);
  ~Log();  ///< flushes
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool Enabled(Level level) const;
  /// `fields` is an object of extra members; "ts", "level", "msg", "request_id" come first. Never
  /// give it a secret.
  void Write(Level level, std::string_view message, std::string_view request_id,
             const Json& fields);
  void Info(std::string_view message) { Write(Level::kInfo, message, {}, Json::object()); }
  void Warn(std::string_view message) { Write(Level::kWarn, message, {}, Json::object()); }
  void Failure(std::string_view message) { Write(Level::kError, message, {}, Json::object()); }
  /// The access line, formatted without a JSON tree.
  void Access(const struct AccessRecord& record);
  void SetOptions(LogOptions options);  ///< SIGHUP
  void Flush();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// What one exchange did. Views must outlive the call only.
struct AccessRecord {
  std::string_view request_id, method, route, resource, user, peer,
      code /* error code, "" for none */;
  int status = 0;
  std::uint64_t bytes_out = 0, bytes_in = 0;
  double duration_ms = 0, upstream_ms = -1;  ///< negative: no upstream call
};

}  // namespace sallyport::observe
