// A saved (or unsaved) query made ready to run: templates compiled, names and positions known. It
// does not know its resource; the two meet in BuildOutgoing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/inputs.h"
#include "sallyport/store/model.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::request {

class QueryBody;  // src/request/query/: one kind of body behind one interface, one file each

/// Immutable; shared by all shards.
class CompiledQuery final : public store::Prepared {
 public:
  std::string slug;
  std::string method;
  TemplateUrl path;  ///< below base_url; its query apart
  /// The path was an absolute URL: its origin, which must be base_url's. `path` is then the whole
  /// path and must lie inside base_url's.
  std::optional<http::Origin> origin;
  /// Enabled rows with a name. `removed` holds rows with enabled:false, which take the resource's
  /// rows of their name away; they have no value.
  std::vector<TemplateRow> params, headers, cookies;
  std::vector<TemplateRow> removed_params, removed_headers, removed_cookies;
  std::shared_ptr<const QueryBody> body;  ///< never null
  InputRules inputs;
  /// The inputs that a placeholder or a file takes, each once, in order of appearance.
  std::vector<std::string> used_inputs;
  /// What is odd about it whatever its resource: whole sentences, part of QueryWarnings.
  std::vector<std::string> notes;
  std::optional<Milliseconds> timeout;     ///< for the whole run; null: the resource's total
  std::optional<RedirectRules> redirects;  ///< null: the resource's
  int retries = 0;
  bool omit_empty_params = false;
  ArrayStyle array_style = ArrayStyle::kRepeat;
  /// Why it cannot run (a stored secret that is not there). Its message is fit to show.
  std::shared_ptr<const Error> problem;

  [[nodiscard]] bool is_safe() const;  ///< RFC 9110 §9.2.1: GET, HEAD, OPTIONS

  CompiledQuery();
  ~CompiledQuery() override;
};

/// `document` is normalized by the query's field table; secrets by pointer. Its members of any JSON
/// (/body/value of json, /body/variables of graphql, /inputs/N/default) are strings that hold the
/// JSON text, so that numbers keep their spelling ("{\"n\":1.10}"; "null" is the value null); null
/// where there is none. Of /body/text and /body/value of json one is a string, the other null.
/// `resource` may be null:
/// then names that only it knows are not judged. Errors: validation_failed (templates that do not
/// parse, a file row that is no placeholder of a file input, ...), unknown_placeholder,
/// outside_base_url (a path that leaves base_url whatever the values), each with all violations,
/// whose pointers are those of the document ("/params/0/value").
[[nodiscard]] Result<std::shared_ptr<const CompiledQuery>> CompileQuery(
    const store::Document& document, const CompiledResource* resource);

/// CompileQuery as the store's QueryCompiler. Throws std::runtime_error on a document that was
/// never validated.
[[nodiscard]] std::shared_ptr<const store::Prepared> PrepareQuery(const store::Query& query);

/// What the query takes at this resource, whose own placeholders (base_url, rows that the query
/// neither replaces nor removes) need values, too: further implied inputs or, with declared ones,
/// `undeclared`. nullopt: `query.inputs` as they are.
[[nodiscard]] std::optional<InputRules> RulesAt(const CompiledResource& resource,
                                                const CompiledQuery& query);

/// What lacks for a run with these params (FindMissing).
[[nodiscard]] MissingNames MissingIn(const CompiledResource& resource, const CompiledQuery& query,
                                     const Value& params, const Value* user);

/// What is allowed but probably not meant: a secret in the URL, a name twice, an Authorization row
/// that auth overwrites, a body on GET, ... Whole sentences that name the field.
[[nodiscard]] std::vector<std::string> QueryWarnings(const CompiledQuery& query,
                                                     const CompiledResource& resource);

}  // namespace sallyport::request
