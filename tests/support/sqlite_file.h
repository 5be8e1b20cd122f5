// Changes a database behind the gateway's back, while it does not run.
#pragma once

#include <string>

namespace sallyport::test {

/// Runs `sql`; "" when it worked, else SQLite's message.
[[nodiscard]] std::string RunSql(const std::string& database, const std::string& sql);

}  // namespace sallyport::test
