#include "store/secrets_json.h"

namespace sallyport::store {
namespace {

/// Overwrites the copies of secrets that a JSON tree made.
void Wipe(Json& tree) {
  for (auto& value : tree) {
    if (value.is_string()) {
      auto& text = value.get_ref<std::string&>();
      WipeBytes(text.data(), text.size());
    }
  }
}

}  // namespace

Secret SecretsToJson(const Secrets& secrets) {
  Json tree = Json::object();
  for (const auto& entry : secrets) {
    entry.second.Reveal([&](std::string_view value) { tree[entry.first] = value; });
  }
  Secret text(DumpJson(tree));
  Wipe(tree);
  return text;
}

Result<Secrets> SecretsFromJson(const Secret& json) {
  Json tree = json.Reveal([](std::string_view text) { return Json::parse(text, nullptr, false); });
  Secrets secrets;
  bool well_formed = tree.is_object();
  if (well_formed) {
    for (const auto& [pointer, value] : tree.items()) {
      if (!value.is_string()) {
        well_formed = false;
        break;
      }
      secrets.emplace(pointer, Secret(value.get_ref<const std::string&>()));
    }
  }
  if (tree.is_structured()) Wipe(tree);
  if (!well_formed) {
    return Error(ErrorKind::kInternal, ErrorSource::kGateway, "the store holds damaged data")
        .WithDetail("sealed secrets are no JSON object of strings");
  }
  return secrets;
}

void MaskSecrets(Document& document) {
  for (const auto& [pointer, secret] : document.secrets) {
    const Json::json_pointer place(pointer);
    if (document.body.contains(place)) document.body[place] = kMask;
  }
}

}  // namespace sallyport::store
