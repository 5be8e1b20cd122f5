#include "sallyport/observe/log.h"

#include <unistd.h>

#include <atomic>
#include <mutex>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>

#include "observe/descriptor_sink.h"
#include "observe/line_batch.h"
#include "observe/line_format.h"

namespace sallyport::observe {
namespace {

constexpr std::size_t kQueuedEvents = 4096;

const Clock& MachineClock() {
  static const RealClock clock;
  return clock;
}

}  // namespace

class Log::Impl {
 public:
  Impl(LogOptions options, const Clock& clock, int descriptor)
      : clock_(clock),
        sink_(std::make_shared<DescriptorSink>(descriptor)),
        pool_(std::make_shared<spdlog::details::thread_pool>(kQueuedEvents, 1)),
        access_([this](std::string_view lines) { sink_->WriteLines(lines); }) {
    events_ = std::make_shared<spdlog::async_logger>("events", sink_, pool_,
                                                     spdlog::async_overflow_policy::block);
    events_->set_level(spdlog::level::trace);  // levels are judged before a line is formatted
    SetOptions(options);
  }

  [[nodiscard]] bool Enabled(Level level) const { return level >= level_.load(kRelaxed); }

  void Write(Level level, std::string_view message, std::string_view request_id,
             const Json& fields) {
    const std::string line = FormatEvent(format_.load(kRelaxed), FormatTime(clock_.Now()), level,
                                         message, request_id, fields);
    events_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  void Access(const AccessRecord& record) {
    if (!log_access_.load(kRelaxed) || !Enabled(Level::kInfo)) return;
    thread_local std::string line;
    line.clear();
    AppendAccess(line, format_.load(kRelaxed), FormatTime(clock_.Now()), record);
    access_.Add(line);
  }

  void SetOptions(LogOptions options) {
    level_ = options.level;
    format_ = options.format;
    log_access_ = options.access;
  }

  void Flush() {
    access_.Flush();
    const std::lock_guard lock(flush_mutex_);
    const std::uint64_t before = sink_->flushes();
    events_->flush();  // takes its turn in the queue
    sink_->WaitForFlush(before);
  }

  [[nodiscard]] std::uint64_t dropped() const { return access_.dropped(); }

 private:
  static constexpr std::memory_order kRelaxed = std::memory_order_relaxed;

  const Clock& clock_;
  std::shared_ptr<DescriptorSink> sink_;
  std::shared_ptr<spdlog::async_logger> events_;
  // Behind events_: its thread, which holds the logger while it writes, ends before the logger.
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::atomic<Level> level_{Level::kInfo};
  std::atomic<Format> format_{Format::kJson};
  std::atomic<bool> log_access_{true};
  std::mutex flush_mutex_;
  LineBatch access_;  // last: its thread ends first
};

Log::Log(LogOptions options) : Log(options, MachineClock(), STDERR_FILENO) {}
Log::Log(LogOptions options, const Clock& clock, int descriptor)
    : impl_(std::make_unique<Impl>(options, clock, descriptor)) {}
Log::~Log() = default;

bool Log::Enabled(Level level) const { return impl_->Enabled(level); }

void Log::Write(Level level, std::string_view message, std::string_view request_id,
                const Json& fields) {
  if (impl_->Enabled(level)) impl_->Write(level, message, request_id, fields);
}

void Log::Access(const AccessRecord& record) { impl_->Access(record); }
void Log::SetOptions(LogOptions options) { impl_->SetOptions(options); }
void Log::Flush() { impl_->Flush(); }
std::uint64_t Log::dropped() const { return impl_->dropped(); }

}  // namespace sallyport::observe
