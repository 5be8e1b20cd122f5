// Finds the operation of a method and path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/operation.h"

namespace sallyport::admin {

/// All operations of one path template.
struct Route {
  std::string_view path;
  std::vector<std::string_view> segments;  ///< "{...}" takes one segment, never an empty one
  std::vector<Operation> operations;
  std::string allow;  ///< every method it takes, HEAD and OPTIONS included, for the Allow field
};

/// Immutable after construction.
class Router {
 public:
  explicit Router(std::vector<Operation> operations);

  /// nullptr when no route has this path. Segments are compared as received: no dot segments, no
  /// trailing slash.
  [[nodiscard]] const Route* Find(std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

/// HEAD finds GET; nullptr when the route has no such method.
[[nodiscard]] const Operation* FindOperation(const Route& route, std::string_view method);

/// The percent-decoded values of the template's parameters. Precondition: `path` matches.
[[nodiscard]] std::vector<std::string> PathValues(const Route& route, std::string_view path);

/// May this caller use the operation? forbidden, with a text that says who may.
[[nodiscard]] Result<void> JudgeAccess(Access access, const store::Caller& caller);

}  // namespace sallyport::admin
