// The handlers that resources and queries have alike. A write reads the stored version, builds the
// next one from it and stores that only if nobody was faster; else it starts over, so that no
// change is lost.
//
// `Kind` says what is different; see ResourceKind and QueryKind:
//   Item                              what is stored
//   kNoun, Table()                    for messages and merge patches
//   JudgePlace(call)                  not_found when the list itself is not there
//   ListPath(call)                    path of the list; each item is one segment below it
//   ObjectName(call, slug)            for the audit log
//   ReadBody(call, body)              the body as JSON
//   Written(body)                     a stored body as callers write it: what a patch changes
//   Build(call, input, stored)        Result<BuiltDocument>
//   View(call, item, Shown)           what a read shows
//   List, Get, Create, Update, Delete the calls of the store
#pragma once

#include <string>
#include <utility>

#include "admin/document_writes.h"
#include "admin/list_query.h"
#include "admin/message.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

enum class Shown : std::uint8_t { kAlone, kInList };

template <typename Kind>
Error NoSuch(const Call& call) {
  return NotFound(Kind::kNoun, call.path_values.back(), Kind::ListPath(call));
}

template <typename Kind>
http::ApiResponse AnswerItem(int status, const Call& call, const typename Kind::Item& item) {
  http::ApiResponse response = Answer(status, Kind::View(call, item, Shown::kAlone));
  response.fields.emplace_back("ETag", EntityTag(item));
  if (status == 201) {
    response.fields.emplace_back("Location", Kind::ListPath(call) + "/" + item.slug);
  }
  return response;
}

template <typename Kind>
Task<Result<http::ApiResponse>> ListItems(Call call) {
  using Page = store::Page<typename Kind::Item>;
  Result<void> placed = Kind::JudgePlace(call);
  if (!placed) co_return placed.error();
  Result<store::ListQuery> query = ParseListQuery(call.request.query);
  if (!query) co_return query.error();
  Result<Page> page = co_await Kind::List(call, std::move(*query));
  if (!page) co_return CursorError(page.error());
  const auto view = [&call](const auto& item) { return Kind::View(call, item, Shown::kInList); };
  const Json answer = PageView(*page, view);
  co_return Answer(200, answer);
}

template <typename Kind>
Task<Result<http::ApiResponse>> PostItem(Call call) {
  using Item = typename Kind::Item;
  Result<void> placed = Kind::JudgePlace(call);
  if (!placed) co_return placed.error();
  Result<Json> input = Kind::ReadBody(call, Body::kJson);
  if (!input) co_return input.error();
  const StoredDocument nothing;
  Result<BuiltDocument> built = Kind::Build(call, *input, nothing);
  if (!built) co_return built.error();
  Result<Item> created = co_await CreateItem<Kind>(call, std::move(*built));
  if (!created) co_return created.error();
  co_return AnswerItem<Kind>(201, call, *created);
}

template <typename Kind>
Task<Result<http::ApiResponse>> GetItem(Call call) {
  using Item = typename Kind::Item;
  Result<void> placed = Kind::JudgePlace(call);
  if (!placed) co_return placed.error();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  const std::string slug = call.path_values.back();
  Result<Item> item = co_await Kind::Get(call, slug, store::WithSecrets::kNo);
  if (!item && item.error().kind() == ErrorKind::kNotFound) co_return NoSuch<Kind>(call);
  if (!item) co_return item.error();
  const std::string tag = EntityTag(*item);
  if (conditional->if_none_match && conditional->if_none_match->HoldsWeakly(tag)) {
    http::ApiResponse unchanged = AnswerWithoutBody(304);
    unchanged.fields.emplace_back("ETag", tag);
    co_return unchanged;
  }
  co_return AnswerItem<Kind>(200, call, *item);
}

template <typename Kind>
Task<Result<http::ApiResponse>> PutItem(Call call) {
  using Item = typename Kind::Item;
  Result<void> placed = Kind::JudgePlace(call);
  if (!placed) co_return placed.error();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  Result<Json> input = Kind::ReadBody(call, Body::kJson);
  if (!input) co_return input.error();
  (*input)["slug"] = call.path_values.back();
  for (int attempt = 0; attempt < kWriteAttempts; ++attempt) {
    Result<Current<Kind>> current = co_await LoadCurrent<Kind>(call, call.path_values.back());
    if (!current) co_return current.error();
    Result<void> held = conditional->Judge(current->tag());
    if (!held) co_return held.error();
    const StoredDocument stored = current->stored();
    Result<BuiltDocument> built = Kind::Build(call, *input, stored);
    if (!built) co_return built.error();
    if (!current->item) {
      Result<Item> created = co_await CreateItem<Kind>(call, std::move(*built));
      if (created) co_return AnswerItem<Kind>(201, call, *created);
      if (created.error().kind() != ErrorKind::kConflict) co_return created.error();
      continue;  // somebody took the free slug: judge again
    }
    Result<Item> updated = co_await ReplaceItem<Kind>(call, *current->item, std::move(*built));
    if (updated) co_return AnswerItem<Kind>(200, call, *updated);
    if (!LostTheRace(updated.error())) co_return updated.error();
  }
  co_return TooManyWriters(Kind::kNoun);
}

template <typename Kind>
Task<Result<http::ApiResponse>> PatchItem(Call call) {
  using Item = typename Kind::Item;
  Result<void> placed = Kind::JudgePlace(call);
  if (!placed) co_return placed.error();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  Result<Json> patch = Kind::ReadBody(call, Body::kMergePatch);
  if (!patch) co_return patch.error();
  for (int attempt = 0; attempt < kWriteAttempts; ++attempt) {
    Result<Current<Kind>> current = co_await LoadCurrent<Kind>(call, call.path_values.back());
    if (!current) co_return current.error();
    if (!current->item) co_return NoSuch<Kind>(call);
    Result<void> held = conditional->Judge(current->tag());
    if (!held) co_return held.error();
    const StoredDocument stored = current->stored();
    Json written = Kind::Written(stored.document->body);
    const Json merged = schema::MergePatch(Kind::Table(), std::move(written), *patch);
    Result<BuiltDocument> built = Kind::Build(call, merged, stored);
    if (!built) co_return built.error();
    Result<Item> updated = co_await ReplaceItem<Kind>(call, *current->item, std::move(*built));
    if (updated) co_return AnswerItem<Kind>(200, call, *updated);
    if (!LostTheRace(updated.error())) co_return updated.error();
  }
  co_return TooManyWriters(Kind::kNoun);
}

template <typename Kind>
Task<Result<http::ApiResponse>> DeleteItem(Call call) {
  using Item = typename Kind::Item;
  Result<void> placed = Kind::JudgePlace(call);
  if (!placed) co_return placed.error();
  const std::string slug = call.path_values.back();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  for (int attempt = 0; attempt < kWriteAttempts; ++attempt) {
    Result<Item> before = co_await Kind::Get(call, slug, store::WithSecrets::kNo);
    if (!before && before.error().kind() == ErrorKind::kNotFound) co_return NoSuch<Kind>(call);
    if (!before) co_return before.error();
    Result<void> held = conditional->Judge(EntityTag(*before));
    if (!held) co_return held.error();
    Json change = Difference(before->document.body, Json());
    const std::string action = std::string(Kind::kNoun) + ".delete";
    store::AuditEntry audit =
        MakeAudit(call, action, Kind::ObjectName(call, slug), std::move(change));
    store::Precondition when = IsStill(*before);
    Result<void> deleted = co_await Kind::Delete(call, slug, when, std::move(audit));
    if (deleted) co_return AnswerWithoutBody(204);
    if (!LostTheRace(deleted.error())) co_return deleted.error();
  }
  co_return TooManyWriters(Kind::kNoun);
}

}  // namespace sallyport::admin
