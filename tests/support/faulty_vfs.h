// A SQLite file system that fails on demand: writes, truncations and syncs are counted, and the
// n-th one fails.
#pragma once

namespace sallyport::test {

enum class Fault { kFull, kWriteError, kSyncError };
enum class FaultLength { kOnce, kUntilHealed };

/// While alive it is the default file system of all SQLite connections of the process. One at a
/// time; not thread-safe.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// The `operation`-th change of a file from now on fails (1 = the next).
  void FailAt(int operation, Fault fault, FaultLength length);
  void Heal();
  /// Did the planned fault happen?
  [[nodiscard]] bool fired() const;
};

}  // namespace sallyport::test
