// A command that runs a query through the gateway.
#include <algorithm>
#include <string>
#include <string_view>

#include "sallyport/base/strings.h"
#include "sallyport/request/outgoing.h"
#include "sallyport/request/value.h"
#include "sallyport/schema/spelling.h"
#include "sallyport/store/model.h"

namespace sallyport::request {
namespace {

/// In single quotes nothing but the quote itself has a meaning (POSIX shell §2.2.2).
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

/// In curl's own quotes for the parts of -F.
std::string FormQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// The file to upload, in the working directory whatever the upload called it: the command must
/// not read what somebody else named.
std::string LocalName(const FileValue& file) {
  std::string name = file.filename.substr(file.filename.find_last_of("/\\") + 1);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  name.erase(std::remove_if(name.begin(), name.end(), is_control), name.end());
  if (name.empty() || name == "." || name == "..") name = "file";
  return "./" + name;
}

/// Params as JSON: omitted ones and files left out, secret ones masked.
std::string ShownParams(const Inputs& inputs) {
  std::string json = "{";
  for (const auto& [name, value] : inputs.params.members()) {
    if (value.is_null() || inputs.FindFile(name) != nullptr) continue;
    if (json.size() > 1) json += ',';
    json += '"';
    AppendJsonEscaped(json, name);
    json += "\":";
    if (Contains(inputs.secrets, name)) {
      json.append("\"").append(store::kMask).append("\"");
    } else {
      value.AppendJson(json);
    }
  }
  return json + "}";
}

/// The members of an object; strings of these names hold JSON, as documents store it.
void AppendObject(std::string& json, const Json& object,
                  const std::vector<std::string_view>& json_texts) {
  char separator = '{';
  for (const auto& [name, value] : object.items()) {
    json += separator;
    separator = ',';
    json += '"';
    AppendJsonEscaped(json, name);
    json += "\":";
    const bool is_json = value.is_string() &&
                         std::find(json_texts.begin(), json_texts.end(), name) != json_texts.end();
    if (is_json) {
      json += value.get_ref<const std::string&>();
    } else if (value.is_object() && name == "body") {
      AppendObject(json, value, {"value", "variables"});
    } else {
      json += schema::DumpSpelled(value);
    }
  }
  json += separator == '{' ? "{}" : "}";
}

/// Does a query mean the same without this member?
bool IsDefault(const std::string& name, const Json& value) {
  if (name == "body") return value.value("type", "none") == "none";
  if (name == "method") return false;  // a reader wants to see it
  return value.is_null() || value == Json("") || value == Json::array() || value == Json(false) ||
         value == Json(0) || (name == "array_style" && value == Json("repeat"));
}

/// The document as a caller writes it.
std::string QueryJson(const Json& query) {
  Json front = Json::object();
  for (const auto& [name, value] : query.items()) {
    if (name != "inputs" && !IsDefault(name, value)) front[name] = value;
  }
  const Json inputs = query.value("inputs", Json::array());
  std::string json;
  AppendObject(json, front, {});
  if (inputs.empty()) return json;
  json.back() = front.empty() ? '{' : ',';
  json += "\"inputs\":";
  char separator = '[';
  for (const Json& input : inputs) {
    json += separator;
    separator = ',';
    AppendObject(json, input, {"default"});
  }
  return json + "]}";
}

std::string JsonArguments(const CurlTarget& target, const Inputs& inputs) {
  std::string body = "{";
  if (target.query != nullptr) body += "\"query\":" + QueryJson(*target.query) + ",";
  body += "\"params\":" + ShownParams(inputs) + "}";
  return " -H 'Content-Type: application/json' --data-binary " + Quoted(body);
}

std::string FormArguments(const CurlTarget& target, const Inputs& inputs) {
  std::string arguments;
  if (target.query != nullptr) {
    arguments += " --form-string " + Quoted("query=" + QueryJson(*target.query));
  }
  arguments += " --form-string " + Quoted("params=" + ShownParams(inputs));
  for (const FileValue& file : inputs.files) {
    std::string part = file.input + "=@" + FormQuoted(LocalName(file));
    if (!file.content_type.empty()) part += ";type=" + file.content_type;
    arguments += " -F " + Quoted(part);
  }
  return arguments;
}

}  // namespace

std::string CurlCommand(const CurlTarget& target, const Inputs& inputs) {
  std::string command =
      "curl -sS -X POST " + Quoted(target.url) + R"( -H "Authorization: Bearer $SALLYPORT_KEY")";
  if (!target.user.empty()) command += " -H " + Quoted("Sallyport-User: " + target.user);
  command += inputs.files.empty() ? JsonArguments(target, inputs) : FormArguments(target, inputs);
  return command;
}

}  // namespace sallyport::request
