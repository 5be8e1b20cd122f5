#include "observe/exposition.h"

#include <charconv>
#include <cmath>

namespace sallyport::observe {
namespace {

/// The shortest text that reads back as the same number.
std::string FormatNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  return {digits, end.ptr};
}

void AppendLabelValue(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '"') {
      out += "\\\"";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

void Exposition::Begin(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP ";
  text_ += name;
  text_ += ' ';
  text_ += help;
  text_ += "\n# TYPE ";
  text_ += name;
  text_ += ' ';
  text_ += type;
  text_ += '\n';
}

void Exposition::Sample(const Labels& labels, std::uint64_t value) {
  Line("", labels, std::to_string(value));
}

void Exposition::Sample(const Labels& labels, double value) {
  Line("", labels, FormatNumber(value));
}

void Exposition::Sample(const Labels& labels, const Histogram& histogram) {
  std::uint64_t total = 0;
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    total += histogram.counts[i];
    const bool last = i == Histogram::kBounds.size();
    const std::string bound = last ? "+Inf" : FormatNumber(Histogram::kBounds[i]);
    with_bound.back().second = bound;
    Line("_bucket", with_bound, std::to_string(total));
  }
  Line("_sum", labels, FormatNumber(histogram.sum));
  Line("_count", labels, std::to_string(total));
}

void Exposition::Line(std::string_view suffix, const Labels& labels, std::string_view value) {
  text_ += name_;
  text_ += suffix;
  char separator = '{';
  for (const auto& [label, label_value] : labels) {
    if (label_value.empty()) continue;
    text_ += separator;
    text_ += label;
    text_ += "=\"";
    AppendLabelValue(text_, label_value);
    text_ += '"';
    separator = ',';
  }
  if (separator == ',') text_ += '}';
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

}  // namespace sallyport::observe
