#include "admin/kept_secrets.h"

#include <map>

namespace sallyport::admin {
namespace {

using schema::Place;

static_assert(schema::kMask == store::kMask);

/// Identity of a place -> pointer of its secret in the stored document.
std::map<std::string, std::string> StoredPlaces(const schema::Object& table,
                                                const StoredDocument& stored) {
  std::map<std::string, std::string> pointers;
  if (stored.document == nullptr) return pointers;
  for (const Place& place : schema::Places(table, stored.document->body)) {
    if (place.secret) pointers[place.identity] = place.pointer;
  }
  return pointers;
}

class Splitter {
 public:
  Splitter(const schema::Object& table, store::Document& document, const StoredDocument& stored)
      : table_(table),
        document_(document),
        stored_(stored),
        stored_places_(StoredPlaces(table, stored)) {}

  SecretSplit Split() {
    for (const Place& place : schema::Places(table_, document_.body)) {
      if (place.secret) {
        TakeSecret(place);
      } else if (place.field->kind == schema::Kind::kRows && *place.value == schema::kMask) {
        split_.violations.push_back(
            {place.pointer, "masked",
             "must be entered again: the mask stands for a stored secret, and secret is false"});
      }
    }
    for (const auto& [pointer, secret] : document_.secrets) {
      document_.body[Json::json_pointer(pointer)] = schema::kMask;
    }
    return std::move(split_);
  }

 private:
  void TakeSecret(const Place& place) {
    if (*place.value != schema::kMask) {
      document_.secrets.emplace(place.pointer, Secret(place.value->get<std::string>()));
      split_.given.push_back(place.pointer);
      return;
    }
    const auto known = stored_places_.find(place.identity);
    if (known == stored_places_.end()) {
      Refuse(place, "must be entered: no value is stored for it");
      return;
    }
    const auto secret = stored_.document->secrets.find(known->second);
    if (secret == stored_.document->secrets.end()) {
      Refuse(place, "must be entered again: the stored value does not open");
      return;
    }
    document_.secrets.emplace(place.pointer, secret->second);
    split_.kept.push_back(place.pointer);
  }

  void Refuse(const Place& place, std::string message) {
    split_.violations.push_back({place.pointer, "masked", std::move(message)});
  }

  const schema::Object& table_;
  store::Document& document_;
  const StoredDocument& stored_;
  std::map<std::string, std::string> stored_places_;
  SecretSplit split_;
};

}  // namespace

SecretSplit SplitSecrets(const schema::Object& table, store::Document& document,
                         const StoredDocument& stored) {
  return Splitter(table, document, stored).Split();
}

}  // namespace sallyport::admin
