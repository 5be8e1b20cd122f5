// Reads a stored, normalized resource document: members with their types, secrets put back in
// place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/secret.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/store/model.h"

namespace sallyport::request {

/// A row that is sent: enabled, name not empty. Secret rows are opened.
struct Row {
  std::string name;
  std::string value;
  bool secret = false;
};

/// Views the document; keep it alive. Missing members read as empty; a member of a wrong type
/// throws std::runtime_error (such a document was never validated).
class DocumentReader {
 public:
  explicit DocumentReader(const store::Document& document) : document_(document) {}

  /// Pointers are RFC 6901, e.g. "/tls/ca_pem", to members of objects. null reads as "".
  [[nodiscard]] std::string Text(std::string_view pointer) const;
  [[nodiscard]] bool Flag(std::string_view pointer, bool fallback) const;
  [[nodiscard]] std::optional<std::int64_t> Number(std::string_view pointer) const;
  [[nodiscard]] std::vector<std::string> Texts(std::string_view pointer) const;
  /// The secret stored for the pointer; empty when there is none.
  [[nodiscard]] Secret Opened(const std::string& pointer) const;
  /// The rows that are sent, in order, secret values opened.
  [[nodiscard]] std::vector<Row> Rows(std::string_view pointer) const;
  /// A secret place (of the auth kind's table, the client key, secret rows) that holds the mask
  /// without a stored secret; "" when there is none. Elsewhere "********" is a text like any other.
  [[nodiscard]] std::string MissingSecret() const;
  /// A member of any JSON type (null when it is missing), its numbers' spelling as far as Json
  /// keeps it.
  [[nodiscard]] Value Any(std::string_view pointer) const;
  [[nodiscard]] const Json& body() const { return document_.body; }
  [[nodiscard]] const store::Secrets& secrets() const { return document_.secrets; }

 private:
  /// Null for what is missing or null. The pointer needs no unescaping and no array index.
  [[nodiscard]] const Json* Find(std::string_view pointer) const;
  [[nodiscard]] bool IsUnopened(const std::string& pointer) const;
  void OpenRow(Row& row, const std::string& pointer) const;
  const store::Document& document_;
};

}  // namespace sallyport::request
