// What single fields of the API may hold. Rules answer "" or the end of a sentence that begins with
// the field's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

[[nodiscard]] std::string SlugRule(const Json& value);
/// Absolute http(s) URL (http/url.h).
[[nodiscard]] std::string UrlRule(const Json& value);
/// The same, unless it holds placeholders: those are judged with the variables of the document.
[[nodiscard]] std::string UrlTemplateRule(const Json& value);
/// scheme://host[:port]
[[nodiscard]] std::string OriginRule(const Json& value);
/// A header that may be set by a row: a token, not Host, Content-Length or hop-by-hop.
[[nodiscard]] std::string HeaderNameRule(const Json& value);
[[nodiscard]] std::string HeaderValueRule(const Json& value);
[[nodiscard]] std::string CookieNameRule(const Json& value);
/// A cookie that may be passed on: not one of the gateway's own.
[[nodiscard]] std::string ForwardCookieRule(const Json& value);
/// One of proxy.methods.
[[nodiscard]] std::string MethodRule(const Json& value);
/// Of a query: any token but CONNECT and TRACE.
[[nodiscard]] std::string QueryMethodRule(const Json& value);
/// "type/subtype", perhaps with parameters.
[[nodiscard]] std::string ContentTypeRule(const Json& value);
/// What a placeholder can name.
[[nodiscard]] std::string InputNameRule(const Json& value);
/// A prefix of proxy.paths.
[[nodiscard]] std::string PathPrefixRule(const Json& value);
[[nodiscard]] std::string CertificatesRule(const Json& value);
[[nodiscard]] std::string PrivateKeyRule(const Json& value);
[[nodiscard]] std::string ServerNameRule(const Json& value);
/// RFC 3339.
[[nodiscard]] std::string TimeRule(const Json& value);
/// 1..256 bytes are the table's business; no control characters here.
[[nodiscard]] std::string UserRule(const Json& value);
/// A slug or "*".
[[nodiscard]] std::string ResourceNameRule(const Json& value);
/// The names of variables: they are written as {{ vars.name }}.
[[nodiscard]] std::string VariablesRule(const Json& value);

// Builders of table rows
[[nodiscard]] schema::Field Text(std::string name, std::string doc);
[[nodiscard]] schema::Field Flag(std::string name, bool default_value, std::string doc);
[[nodiscard]] schema::Field Integer(std::string name, std::int64_t min, std::int64_t max,
                                    std::string doc);
[[nodiscard]] schema::Field Part(std::string name, const schema::Object& table);
/// A list of strings that each pass `rule`.
[[nodiscard]] schema::Field Texts(std::string name, Json default_value, schema::Rule rule,
                                  std::string doc);
/// null is a value of it.
[[nodiscard]] schema::Field OrNull(schema::Field field);
/// A time as in RFC 3339.
[[nodiscard]] schema::Field Time(std::string name, std::string doc = "");
/// An empty list of rows when it is left out.
[[nodiscard]] schema::Field Rows(std::string name, std::string doc);
/// Rows that become header fields.
[[nodiscard]] schema::Field HeaderRows(std::string doc);
[[nodiscard]] schema::Field CookieRows(std::string doc);
/// Of an answer: it is there always.
[[nodiscard]] schema::Field Always(schema::Field field);
/// Of an answer: one of these texts, always there.
[[nodiscard]] schema::Field Choice(std::string name, std::vector<std::string> choices,
                                   std::string doc);
/// A table without rules between its members.
[[nodiscard]] schema::Object Table(std::string name, std::string doc,
                                   std::vector<schema::Field> fields);
/// Ignored on input.
[[nodiscard]] schema::Field ReadOnly(schema::Field field);

}  // namespace sallyport::admin
