#include "sallyport/request/template.h"

#include <algorithm>
#include <array>
#include <optional>

#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

struct MagicString {
  std::string_view text;
  Root root;
};

constexpr std::array<MagicString, 4> kMagicStrings{{{"{-oauth_access_token-}", Root::kAccessToken},
                                                    {"<-oauth_access_token->", Root::kAccessToken},
                                                    {"{-oauth_id_token-}", Root::kIdToken},
                                                    {"<-oauth_id_token->", Root::kIdToken}}};

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

Error Flaw(std::string_view text, std::size_t offset, const std::string& what) {
  // Characters, not bytes: continuation bytes of UTF-8 do not count.
  const auto front = text.substr(0, offset);
  const auto characters = std::count_if(front.begin(), front.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller,
               what + " (at character " + std::to_string(characters + 1) + ")");
}

Root RootOf(std::string_view first) {
  if (first == "user") return Root::kUser;
  if (first == "vars") return Root::kVars;
  return Root::kParams;
}

/// What stands between the braces, blanks removed.
Result<Placeholder> ParseName(std::string_view text, std::size_t offset, std::string_view name) {
  if (name.empty())
    return Flaw(text, offset,
                "\"{{ }}\" is empty; write a name such as {{ params.id }}, or \\{{ for the braces "
                "themselves");
  Placeholder placeholder;
  for (const std::string_view part : Split(name, '.')) {
    if (part.empty() || !std::all_of(part.begin(), part.end(), IsNameByte)) {
      return Flaw(text, offset,
                  "\"{{ " + std::string(name) +
                      " }}\" holds no name; names are letters, digits, '_' and '-', parts are "
                      "joined by '.', and "
                      "expressions are not supported");
    }
    placeholder.path.emplace_back(part);
  }
  placeholder.root = RootOf(placeholder.path.front());
  const bool has_root = placeholder.root != Root::kParams || placeholder.path.front() == "params";
  if (!has_root) return placeholder;
  if (placeholder.path.size() == 1) {
    return Flaw(text, offset,
                "\"{{ " + std::string(name) + " }}\" names no member; write {{ " +
                    std::string(name) + ".NAME }}");
  }
  placeholder.path.erase(placeholder.path.begin());
  return placeholder;
}

const MagicString* MagicAt(std::string_view rest) {
  for (const MagicString& magic : kMagicStrings) {
    if (rest.starts_with(magic.text)) return &magic;
  }
  return nullptr;
}

}  // namespace

std::string Placeholder::Name() const {
  if (root == Root::kAccessToken) return "{-oauth_access_token-}";
  if (root == Root::kIdToken) return "{-oauth_id_token-}";
  std::string name = root == Root::kUser ? "user" : root == Root::kVars ? "vars" : "";
  for (const std::string& part : path) {
    if (!name.empty()) name += '.';
    name += part;
  }
  return name;
}

Template::Template(std::vector<Piece> pieces) {
  for (Piece& piece : pieces) {
    auto* text = std::get_if<std::string>(&piece);
    if (text != nullptr && text->empty()) continue;
    auto* before = pieces_.empty() ? nullptr : std::get_if<std::string>(&pieces_.back());
    if (text != nullptr && before != nullptr) {
      *before += *text;
    } else {
      pieces_.push_back(std::move(piece));
    }
  }
}

Result<Template> Template::Compile(std::string_view text) {
  Template result;
  std::string literal;
  const auto add = [&](Placeholder placeholder) {
    if (!literal.empty()) result.pieces_.emplace_back(std::move(literal));
    literal.clear();
    result.pieces_.emplace_back(std::move(placeholder));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\\{{")) {
      literal += "{{";
      at += 3;
    } else if (rest.starts_with("{{")) {
      const std::size_t end = rest.find("}}");
      if (end == std::string_view::npos) {
        return Flaw(text, at,
                    "\"{{\" is not closed by \"}}\"; write \\{{ for the braces themselves");
      }
      Result<Placeholder> placeholder = ParseName(text, at, Trim(rest.substr(2, end - 2)));
      if (!placeholder) return placeholder.error();
      add(std::move(*placeholder));
      at += end + 2;
    } else if (const MagicString* magic = MagicAt(rest)) {
      add(Placeholder{magic->root, {}});
      at += magic->text.size();
    } else {
      literal += text[at++];
    }
  }
  if (!literal.empty()) result.pieces_.emplace_back(std::move(literal));
  return result;
}

bool Template::HoldsAccessToken() const {
  return std::any_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    return placeholder != nullptr && placeholder->root == Root::kAccessToken;
  });
}

bool Template::is_literal() const {
  return pieces_.empty() ||
         (pieces_.size() == 1 && std::holds_alternative<std::string>(pieces_.front()));
}

const Placeholder* Template::only_placeholder() const {
  return pieces_.size() == 1 ? std::get_if<Placeholder>(&pieces_.front()) : nullptr;
}

std::string Template::literal() const {
  return pieces_.empty() ? "" : std::get<std::string>(pieces_.front());
}

std::string Template::WithStandIns() const {
  std::string text;
  for (const Piece& piece : pieces_) {
    const auto* literal = std::get_if<std::string>(&piece);
    text += literal == nullptr ? "x" : *literal;
  }
  return text;
}

}  // namespace sallyport::request
