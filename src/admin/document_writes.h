// The steps of a write that resources and queries have alike: load what is stored, store what was
// built from it unless somebody was faster. For `Kind` see document_endpoints.h.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "admin/audit.h"
#include "admin/built_document.h"
#include "admin/entity_tag.h"
#include "admin/operation.h"
#include "admin/refusals.h"

namespace sallyport::admin {

/// Every lost race means that another writer won, so this many writers must hit one document at
/// the same moment before a caller is sent away.
inline constexpr int kWriteAttempts = 100;

[[nodiscard]] Error SlugTaken(std::string_view noun, std::string_view slug);
[[nodiscard]] Error TooManyWriters(std::string_view noun);
/// Was the stored document changed or deleted between reading and writing it?
[[nodiscard]] bool LostTheRace(const Error& error);
/// The change for the audit log. A new secret looks like the old one when both are masked, so the
/// fields with a new value are named.
[[nodiscard]] Json ChangeOf(const Json& before, const BuiltDocument& built);

/// What a write begins from.
template <typename Kind>
struct Current {
  std::optional<typename Kind::Item> item;
  bool opens = true;  ///< false: its secrets are lost; it can still be replaced

  [[nodiscard]] std::string tag() const { return item ? EntityTag(*item) : ""; }
  [[nodiscard]] StoredDocument stored() const { return {item ? &item->document : nullptr, opens}; }
};

/// Holds only as long as exactly this is stored.
template <typename Item>
store::Precondition IsStill(const Item& item) {
  store::Precondition when;
  when.id = item.id;
  when.version = item.version;
  return when;
}

template <typename Kind>
Task<Result<Current<Kind>>> LoadCurrent(const Call& call, std::string slug) {
  using Item = typename Kind::Item;
  Current<Kind> current;
  Result<Item> with_secrets = co_await Kind::Get(call, slug, store::WithSecrets::kYes);
  if (with_secrets) {
    current.item = std::move(*with_secrets);
    co_return current;
  }
  if (with_secrets.error().kind() == ErrorKind::kNotFound) co_return current;
  if (with_secrets.error().kind() != ErrorKind::kInternal) co_return with_secrets.error();
  // Damaged secrets must not keep an admin from entering new ones.
  Result<Item> masked = co_await Kind::Get(call, slug, store::WithSecrets::kNo);
  if (!masked) co_return masked.error();
  current.item = std::move(*masked);
  current.opens = false;
  co_return current;
}

template <typename Kind>
Task<Result<typename Kind::Item>> CreateItem(const Call& call, BuiltDocument built) {
  using Item = typename Kind::Item;
  const std::string slug = built.document.body["slug"].get<std::string>();
  Json change = ChangeOf(Json(), built);
  const std::string action = std::string(Kind::kNoun) + ".create";
  store::AuditEntry audit =
      MakeAudit(call, action, Kind::ObjectName(call, slug), std::move(change));
  Result<Item> created =
      co_await Kind::Create(call, slug, std::move(built.document), std::move(audit));
  if (!created && created.error().kind() == ErrorKind::kConflict) {
    co_return SlugTaken(Kind::kNoun, slug);
  }
  co_return created;
}

/// Stores `built` over exactly this version of `before`.
template <typename Kind>
Task<Result<typename Kind::Item>> ReplaceItem(const Call& call, const typename Kind::Item& before,
                                              BuiltDocument built) {
  using Item = typename Kind::Item;
  const std::string slug = built.document.body["slug"].get<std::string>();
  Json change = ChangeOf(before.document.body, built);
  const std::string action = std::string(Kind::kNoun) + ".update";
  store::AuditEntry audit =
      MakeAudit(call, action, Kind::ObjectName(call, before.slug), std::move(change));
  Result<Item> updated =
      co_await Kind::Update(call, before, slug, std::move(built.document), std::move(audit));
  if (!updated && updated.error().kind() == ErrorKind::kConflict) {
    co_return SlugTaken(Kind::kNoun, slug);
  }
  co_return updated;
}

}  // namespace sallyport::admin
