#include "http/media_type_parameters.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "http/byte_set.h"
#include "sallyport/base/strings.h"

namespace sallyport::http {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Parameters Read() {
    SkipBlanks();
    while (!rest_.empty()) {
      if (!Take(';')) {
        PassOver();
      } else {
        SkipBlanks();
        if (!rest_.empty() && rest_.front() != ';') ReadOne();
      }
      SkipBlanks();
    }
    return std::move(result_);
  }

 private:
  void SkipBlanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view TakeUntilSemicolon() {
    const std::string_view taken = rest_.substr(0, rest_.find(';'));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void PassOver() {
    result_.well_formed = false;
    TakeUntilSemicolon();
  }

  std::string_view TakeName() {
    std::size_t length = 0;
    while (length < rest_.size() && kTokenBytes.Has(rest_[length])) ++length;
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return name;
  }

  void ReadOne() {
    const std::string_view name = TakeName();
    SkipBlanks();
    if (name.empty() || !Take('=')) return PassOver();
    SkipBlanks();
    std::optional<std::string> value;
    if (Take('"')) {
      value = TakeQuoted();
    } else if (const std::string_view bare = TrimOws(TakeUntilSemicolon()); !bare.empty()) {
      value = bare;
    }
    if (!value) return PassOver();
    result_.list.push_back({ToLowerAscii(name), std::move(*value)});
  }

  /// What stands up to the closing quote; nullopt without one.
  std::optional<std::string> TakeQuoted() {
    std::string value;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const bool escapes =
          rest_[i] == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '"' || rest_[i + 1] == '\\');
      if (escapes) {
        ++i;
      } else if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return value;
      }
      value += rest_[i];
    }
    return std::nullopt;
  }

  std::string_view rest_;
  Parameters result_;
};

}  // namespace

const std::string* Parameters::Find(std::string_view lower_case_name) const {
  for (const Parameter& parameter : list) {
    if (parameter.name == lower_case_name) return &parameter.value;
  }
  return nullptr;
}

std::size_t Parameters::Count(std::string_view lower_case_name) const {
  return static_cast<std::size_t>(
      std::count_if(list.begin(), list.end(),
                    [&](const Parameter& parameter) { return parameter.name == lower_case_name; }));
}

Parameters ReadParameters(std::string_view text) { return Reader(text).Read(); }

}  // namespace sallyport::http
