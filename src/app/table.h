// Columns for people.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace sallyport::app {

/// Rows of equal length, the first one the headings; blanks between the columns.
void PrintTable(std::ostream& out, const std::vector<std::vector<std::string>>& rows);

}  // namespace sallyport::app
