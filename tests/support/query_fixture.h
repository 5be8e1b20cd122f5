// A running gateway with saved queries: saves and runs them, and reads envelopes.
#pragma once

#include <string>
#include <vector>

#include "support/gateway_fixture.h"

namespace sallyport::test {

/// One part of a multipart/form-data body.
struct FormPart {
  std::string name;
  std::string content;
  std::string filename;  ///< "": no file
  std::string type;      ///< "": no Content-Type
};

inline constexpr std::string_view kFormBoundary = "----test-boundary";
/// The head of one part, up to its content; with it, forms can be sent piece by piece.
[[nodiscard]] std::string FormPartHead(const FormPart& part);
/// A whole form; its Content-Type is FormType().
[[nodiscard]] std::string FormBody(const std::vector<FormPart>& parts);
[[nodiscard]] std::string FormEnd();
[[nodiscard]] std::pair<std::string, std::string> FormType();

class QueryFixture : public GatewayFixture {
 protected:
  /// `query` needs no slug. A refusal is a failure of the test.
  void SaveQuery(const std::string& resource, const std::string& slug, TestJson query);
  /// POST .../run with {"params": params}, as the admin.
  HttpResponse Run(const std::string& resource, const std::string& slug,
                   const TestJson& params = TestJson::object(),
                   const std::string& query_string = "", HeaderList headers = {});
  /// GET .../run
  HttpResponse GetRun(const std::string& resource, const std::string& slug,
                      const std::string& query_string = "", HeaderList headers = {});
  /// POST .../run as multipart/form-data.
  HttpResponse RunForm(const std::string& resource, const std::string& slug,
                       const std::vector<FormPart>& parts);
  HttpResponse Preview(const std::string& resource, const std::string& slug,
                       const TestJson& params = TestJson::object());
  /// An unsaved query.
  HttpResponse Request(const std::string& resource, const TestJson& query,
                       const TestJson& params = TestJson::object());

  static std::string QueryPath(const std::string& resource, const std::string& slug);
  /// The envelope; a failure of the test when it is none.
  static TestJson EnvelopeOf(const HttpResponse& response);
  /// The first value of a header in an envelope (or in its `request`), null when there is none.
  static TestJson HeaderOf(const TestJson& message, const std::string& name);
};

}  // namespace sallyport::test
