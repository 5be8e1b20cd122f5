// One process per data directory.
#pragma once

#include <string>

#include "sallyport/base/result.h"

namespace sallyport::store {

/// Holds {data_dir}/sallyport.lock (mode 0600, flock) until it dies or the process ends, however it
/// ends. The file stays: removing it would let two processes lock two different files.
class DataDirLock {
 public:
  /// The error names the process that holds the lock.
  [[nodiscard]] static Result<DataDirLock> Acquire(const std::string& data_dir);

  DataDirLock(DataDirLock&& other) noexcept;
  DataDirLock& operator=(DataDirLock&& other) noexcept;
  DataDirLock(const DataDirLock&) = delete;
  DataDirLock& operator=(const DataDirLock&) = delete;
  ~DataDirLock();

 private:
  explicit DataDirLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace sallyport::store
