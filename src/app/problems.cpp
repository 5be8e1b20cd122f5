#include "app/problems.h"

namespace sallyport::app {

std::string JoinProblems(const std::vector<config::ConfigProblem>& problems) {
  std::string text;
  for (const config::ConfigProblem& problem : problems) {
    text += (text.empty() ? "" : "; ") + problem.ToString();
  }
  return text + " (sallyport check-config lists every problem)";
}

}  // namespace sallyport::app
