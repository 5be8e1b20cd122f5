// Names in the order of their first appearance, each once; adding one costs the same however many
// there are.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

namespace sallyport::request {

class NameList {
 public:
  void Add(const std::string& name) {
    if (known_.insert(name).second) names_.push_back(name);
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
};

}  // namespace sallyport::request
