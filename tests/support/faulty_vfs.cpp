#include "support/faulty_vfs.h"

#include <stdexcept>

#include <sqlite3.h>

namespace sallyport::test {
namespace {

struct Plan {
  int countdown = 0;  // 0 = no fault planned
  Fault fault = Fault::kFull;
  FaultLength length = FaultLength::kOnce;
  bool fired = false;
};
Plan plan;
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs faulty_vfs;

/// What SQLite sees; the real file lies behind it in the same allocation.
struct FaultyFile {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* Real(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file)->real(); }
const sqlite3_io_methods* Methods(sqlite3_file* file) { return Real(file)->pMethods; }

/// The code to fail with, SQLITE_OK to go on.
int Strike(bool is_sync) {
  if (plan.countdown == 0) return SQLITE_OK;
  if (plan.countdown > 1) {
    --plan.countdown;
    return SQLITE_OK;
  }
  if ((plan.fault == Fault::kSyncError) != is_sync) return SQLITE_OK;
  plan.fired = true;
  if (plan.length == FaultLength::kOnce) plan.countdown = 0;
  switch (plan.fault) {
    case Fault::kFull:
      return SQLITE_FULL;
    case Fault::kWriteError:
      return SQLITE_IOERR_WRITE;
    case Fault::kSyncError:
      return SQLITE_IOERR_FSYNC;
  }
  return SQLITE_OK;
}

int Close(sqlite3_file* file) { return Methods(file)->xClose(Real(file)); }
int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return Methods(file)->xRead(Real(file), to, size, at);
}
int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const int code = Strike(false);
  if (code == SQLITE_OK) return Methods(file)->xWrite(Real(file), from, size, at);
  // Half of it reaches the disk, as with a disk that fills up.
  Methods(file)->xWrite(Real(file), from, size / 2, at);
  return code;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Methods(file)->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int flags) {
  const int code = Strike(true);
  return code == SQLITE_OK ? Methods(file)->xSync(Real(file), flags) : code;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Methods(file)->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) { return Methods(file)->xLock(Real(file), level); }
int Unlock(sqlite3_file* file, int level) { return Methods(file)->xUnlock(Real(file), level); }
int CheckReservedLock(sqlite3_file* file, int* out) {
  return Methods(file)->xCheckReservedLock(Real(file), out);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Methods(file)->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) { return Methods(file)->xSectorSize(Real(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return Methods(file)->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  return Methods(file)->xShmMap(Real(file), region, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Methods(file)->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { Methods(file)->xShmBarrier(Real(file)); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return Methods(file)->xShmUnmap(Real(file), remove);
}

const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     ShmMap,
                                     ShmLock,
                                     ShmBarrier,
                                     ShmUnmap,
                                     nullptr,
                                     nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* faulty = reinterpret_cast<FaultyFile*>(file);
  faulty->base.pMethods = nullptr;
  const int code = real_vfs->xOpen(real_vfs, name, faulty->real(), flags, out_flags);
  if (faulty->real()->pMethods != nullptr) faulty->base.pMethods = &kMethods;
  return code;
}

}  // namespace

FaultyVfs::FaultyVfs() {
  plan = {};
  real_vfs = sqlite3_vfs_find(nullptr);
  faulty_vfs = *real_vfs;
  faulty_vfs.zName = "faulty";
  faulty_vfs.pNext = nullptr;
  faulty_vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real_vfs->szOsFile;
  faulty_vfs.xOpen = Open;
  if (sqlite3_vfs_register(&faulty_vfs, 1) != SQLITE_OK) {
    throw std::runtime_error("the faulty file system cannot be registered");
  }
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&faulty_vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

void FaultyVfs::FailAt(int operation, Fault fault, FaultLength length) {
  plan = {operation, fault, length, false};
}

void FaultyVfs::Heal() { plan.countdown = 0; }

bool FaultyVfs::fired() const { return plan.fired; }

}  // namespace sallyport::test
