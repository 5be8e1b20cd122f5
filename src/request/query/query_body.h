// What a request's body is made by: one kind of body behind one interface, one file each.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/request/expand.h"
#include "sallyport/request/inputs.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::request {

/// What a body is written from. Nothing is owned.
struct BodySources {
  Scope scope;  ///< masked when the body is written to be shown
  const std::vector<FileValue>* files = nullptr;
  /// The resource's body_fields; null where none are merged.
  const std::vector<TemplateRow>* fields = nullptr;
  std::string_view row_content_type;  ///< of a Content-Type row, which wins; "" without one
  std::string_view boundary;          ///< of a multipart body
  /// "--" and the boundary where a Content-Type row chose it: unlike a random one, values may hold
  /// it. Else "".
  std::string_view row_delimiter;
  ArrayStyle arrays = ArrayStyle::kRepeat;
  bool omit_empty = false;
};

/// Takes a body piece by piece.
class BodyWriter {
 public:
  enum class Purpose : std::uint8_t { kSend, kShow };
  explicit BodyWriter(Purpose purpose) : purpose_(purpose) {}

  /// The end of what is written, to be appended to. Valid until AddFile.
  [[nodiscard]] std::string& text();
  /// The content of `file`: streamed in its place when it is sources.files[index], else held by it.
  void AddFile(const FileValue& file, std::optional<std::size_t> index);
  /// What the body is when no row says it.
  void SetContentType(std::string type) { content_type_ = std::move(type); }

  [[nodiscard]] const std::string& content_type() const { return content_type_; }
  [[nodiscard]] bool has_file() const { return has_file_; }
  [[nodiscard]] std::vector<BodyPiece>& pieces() { return pieces_; }

 private:
  Purpose purpose_;
  bool has_file_ = false;
  std::vector<BodyPiece> pieces_;
  std::string content_type_;
};

/// Immutable; shared by all shards.
class QueryBody {
 public:
  using Visitor = std::function<void(const Template&)>;

  virtual ~QueryBody() = default;
  [[nodiscard]] virtual bool is_none() const { return false; }
  [[nodiscard]] virtual bool is_multipart() const { return false; }
  /// Are the resource's body_fields merged into it?
  [[nodiscard]] virtual bool takes_fields() const { return false; }
  /// Does it have a field of that name, whatever the inputs are? The resource's is not merged then.
  [[nodiscard]] virtual bool HasField(std::string_view /*name*/) const { return false; }
  /// Does a row of it hold a secret whatever the inputs are?
  [[nodiscard]] virtual bool has_secret_rows() const { return false; }
  /// The media type, "" when it depends on the call or there is none.
  [[nodiscard]] virtual std::string_view type() const { return {}; }
  /// Every template but those of files.
  virtual void ForEach(const Visitor& visit) const = 0;
  /// Errors: as Expand's, and invalid_parameter for what is not well-formed after expansion.
  [[nodiscard]] virtual Result<void> Write(const BodySources& sources,
                                           BodyWriter& writer) const = 0;
};

}  // namespace sallyport::request
