// One JSON object (or one line of text) per event on stderr, written away from the caller's thread.
//
// Events go through spdlog's asynchronous queue with the policy "block": none is ever lost; a
// reader of stderr that stands still stops the gateway once 4096 events wait. Access lines are many
// and replaceable: they are collected and written together within 20 ms (one system call for
// hundreds of lines); when 4 MiB of them wait, further ones are dropped and counted (dropped()).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sallyport/base/clock.h"
#include "sallyport/base/json.h"

namespace sallyport::observe {

enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError };
enum class Format : std::uint8_t { kJson, kText };

struct LogOptions {
  Level level = Level::kInfo;
  Format format = Format::kJson;
  bool access = true;
};

/// What one exchange did. Views must outlive the call only.
struct AccessRecord {
  std::string_view request_id, method, route, resource, user, peer,
      code /* error code, "" for none */;
  int status = 0;
  std::uint64_t bytes_out = 0, bytes_in = 0;
  double duration_ms = 0, upstream_ms = -1;  ///< negative: no upstream call
};

/// Thread-safe. Injected by reference; no global logger.
class Log {
 public:
  explicit Log(LogOptions options);  ///< to stderr, by the machine's clock
  /// Writes to `descriptor`, which is not owned; `clock` outlives the log.
  Log(LogOptions options, const Clock& clock, int descriptor);
  ~Log();  ///< flushes
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool Enabled(Level level) const;
  /// `fields` is an object of extra members; "ts", "level", "msg", "request_id" (null for "") come
  /// first. Never give it a secret.
  void Write(Level level, std::string_view message, std::string_view request_id,
             const Json& fields);
  void Info(std::string_view message) { Write(Level::kInfo, message, {}, Json::object()); }
  void Warn(std::string_view message) { Write(Level::kWarn, message, {}, Json::object()); }
  void Failure(std::string_view message) { Write(Level::kError, message, {}, Json::object()); }
  /// The access line (level info), formatted without a JSON tree.
  void Access(const AccessRecord& record);
  void SetOptions(LogOptions options);  ///< SIGHUP
  /// Returns when all that was written before is on the descriptor.
  void Flush();
  /// Access lines that were dropped because nobody read them.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sallyport::observe
