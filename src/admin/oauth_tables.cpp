#include "admin/oauth_tables.h"

#include "admin/field_rules.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Object;

/// null when it is left out.
Field Optional(std::string name, std::string doc) {
  Field field = OrNull(Text(std::move(name), std::move(doc)));
  field.default_value = nullptr;
  field.max = 8192;
  return field;
}

std::vector<Field> ConnectionFields() {
  return {Always(Flag("connected", false, "Do calls get a token, if need be after a refresh?")),
          Always(Texts("scopes", Json::array(), {}, "As granted.")),
          Always(OrNull(Time("expires_at", "Of the access token; null: not known."))),
          Always(OrNull(Time("last_refresh_at"))),
          Always(OrNull(Text("last_error", "Why the last refresh failed, in plain words."))),
          Choice("credentials", {"per_session", "per_user", "shared"}, "Whose tokens.")};
}

}  // namespace

const Object& LoginTable() {
  static const Object table{
      "Login",
      "Where the browser goes afterwards.",
      {Optional("return_to",
                "An address at an origin of cors.origins or public_url, or a path like /done under "
                "public_url. null: a page that says so and closes itself."),
       Optional("origin",
                "Who the closing page tells of the sign-in (window.opener.postMessage). null: the "
                "caller's Origin when it is listed, else the only origin of cors.origins, else "
                "public_url.")}};
  return table;
}

const Object& LoginLinkTable() {
  static const Object table{"LoginLink",
                            "Open it in the user's browser.",
                            {Always(Text("login_url", "Works once.")), Always(Time("expires_at"))}};
  return table;
}

const Object& LoginStateTable() {
  static const Object table = [] {
    Field status = Integer("upstream_status", 100, 599, "What login_test_url answered.");
    return Object{
        "LoginState",
        "The answer of the login test, never cached.",
        {Choice("state", {"signed_in", "signed_out", "unknown"},
                "unknown: there is no login_test_url, it was not answered, or it is at an "
                "origin that tokens do not go to; `reason` says which."),
         Always(OrNull(Text("login_url", "A fresh link for callers that may sign in."))),
         Always(Time("checked_at")), Always(OrNull(std::move(status))),
         Always(OrNull(Text("reason", "Why the state is unknown, in plain words.")))}};
  }();
  return table;
}

const Object& ConnectionTable() {
  static const Object table{"Connection", "Tokens at a resource, without the tokens.",
                            ConnectionFields()};
  return table;
}

const Object& ConnectionItemTable() {
  static const Object table = [] {
    Object object{"ConnectionItem", "One token set, without the tokens.", {}};
    object.fields = {Always(Text("resource", "A slug.")),
                     Choice("owner", {"session", "user", "shared", "client"}, "Whose it is."),
                     Always(OrNull(Text("user", "Who signed in."))),
                     Always(OrNull(Text("session_id", "Of the session that owns it.")))};
    for (Field& field : ConnectionFields()) object.fields.push_back(std::move(field));
    return object;
  }();
  return table;
}

}  // namespace sallyport::admin
