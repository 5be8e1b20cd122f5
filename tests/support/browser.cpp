#include "support/browser.h"

#include <stdexcept>

namespace sallyport::test {
namespace {

constexpr int kMostRedirects = 20;

std::string OriginOf(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  return url.substr(0, url.find_first_of("/?#", host));
}

std::string PathOf(const std::string& url) {
  const std::string rest = url.substr(OriginOf(url).size());
  const std::string path = rest.substr(0, rest.find_first_of("?#"));
  return path.empty() ? "/" : path;
}

bool IsReachable(const std::string& url) { return url.rfind("http://127.0.0.1:", 0) == 0; }

/// Relative references of the kinds that servers here send: absolute URLs and absolute paths.
std::string Resolve(const std::string& base, const std::string& reference) {
  if (reference.find("://") != std::string::npos) return reference;
  if (reference.rfind('/', 0) == 0) return OriginOf(base) + reference;
  throw std::runtime_error("a reference that this browser does not resolve: " + reference);
}

std::string Unescape(std::string_view text) {
  static const std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  std::string out;
  while (!text.empty()) {
    char c = text.front();
    std::size_t length = 1;
    for (const auto& [entity, character] : kEntities) {
      if (text.substr(0, entity.size()) != entity) continue;
      c = character;
      length = entity.size();
    }
    out += c;
    text.remove_prefix(length);
  }
  return out;
}

/// The value of an attribute in the text of one tag, "" when it has none.
std::string Attribute(std::string_view tag, const std::string& name) {
  const std::string key = " " + name + "=\"";
  const std::size_t at = tag.find(key);
  if (at == std::string_view::npos) return "";
  const std::size_t start = at + key.size();
  return Unescape(tag.substr(start, tag.find('"', start) - start));
}

/// The texts between "<name" and ">" of the elements of this name.
std::vector<std::string> Tags(std::string_view html, const std::string& name) {
  std::vector<std::string> found;
  const std::string key = "<" + name + " ";
  for (std::size_t at = html.find(key); at != std::string_view::npos; at = html.find(key, at + 1)) {
    found.emplace_back(html.substr(at, html.find('>', at) - at));
  }
  return found;
}

std::string FirstForm(std::string_view html) {
  const std::size_t start = html.find("<form ");
  if (start == std::string_view::npos) throw std::runtime_error("no form:\n" + std::string(html));
  return std::string(html.substr(start, html.find("</form>", start) - start));
}

std::string FormEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

/// RFC 6265, section 5.1.4.
bool PathMatches(const std::string& path, const std::string& cookie_path) {
  if (path.rfind(cookie_path, 0) != 0) return false;
  return path.size() == cookie_path.size() || cookie_path.back() == '/' ||
         path[cookie_path.size()] == '/';
}

std::string DefaultPath(const std::string& path) {
  const std::size_t last = path.rfind('/');
  return last == 0 ? "/" : path.substr(0, last);
}

bool IsSameText(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(a[i])) !=
        std::tolower(static_cast<unsigned char>(b[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool Page::Shows(std::string_view text) const {
  return response.body.find(text) != std::string::npos;
}

bool Page::Asks(std::string_view field) const {
  for (const std::string& tag : Tags(response.body, "input")) {
    if (Attribute(tag, "name") == field) return true;
  }
  return false;
}

Page Browser::Open(const std::string& url) { return Go({"GET", url, "", "none", ""}); }

Page Browser::Submit(const Page& page,
                     const std::vector<std::pair<std::string, std::string>>& fields) {
  const std::string form = FirstForm(page.response.body);
  std::string body;
  const auto add = [&](const std::string& name, const std::string& value) {
    body += (body.empty() ? "" : "&") + FormEncode(name) + "=" + FormEncode(value);
  };
  for (const std::string& tag : Tags(form, "input")) {
    if (Attribute(tag, "type") == "hidden") add(Attribute(tag, "name"), Attribute(tag, "value"));
  }
  for (const auto& [name, value] : fields) add(name, value);
  const bool hides = page.response.Header("Referrer-Policy") == "no-referrer";
  return Go({"POST", Resolve(page.url, Attribute(form, "action")), body, "same-origin",
             hides ? "null" : OriginOf(page.url)});
}

Page Browser::Click(const Page& page, std::string_view part) {
  for (const std::string& tag : Tags(page.response.body, "a")) {
    const std::string address = Attribute(tag, "href");
    if (address.find(part) == std::string::npos) continue;
    return Go({"GET", Resolve(page.url, address), "", "same-origin", ""});
  }
  throw std::runtime_error("no link with " + std::string(part) + ":\n" + page.response.body);
}

Page Browser::Go(Navigation navigation) {
  Page page;
  for (int hop = 0; hop < kMostRedirects; ++hop) {
    HttpRequest request;
    request.method = navigation.method;
    request.url = navigation.url.substr(0, navigation.url.find('#'));
    request.body = navigation.body;
    request.headers = {{"Accept", "text/html,*/*;q=0.8"},
                       {"Sec-Fetch-Dest", "document"},
                       {"Sec-Fetch-Mode", "navigate"},
                       {"Sec-Fetch-Site", navigation.site}};
    const std::string path = PathOf(navigation.url);
    if (const std::string cookies = CookieField(path); !cookies.empty()) {
      request.headers.emplace_back("Cookie", cookies);
    }
    if (navigation.method == "POST") {
      request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
      request.headers.emplace_back("Origin", navigation.origin);
    }
    page.url = navigation.url;
    page.trail.push_back(navigation.url);
    page.response = HttpSend(request);
    Keep(page.response, path);
    const auto location = page.response.Header("Location");
    if (!location || page.status() < 300 || page.status() > 399) return page;
    const std::string next = Resolve(navigation.url, *location);
    const bool stop = !stop_before_.empty() && next.find(stop_before_) != std::string::npos;
    if (stop || !IsReachable(next)) {
      page.next = next;
      return page;
    }
    // Ports of one host are one site; what starts a chain of redirects elsewhere stays marked so.
    const bool same_origin = OriginOf(next) == OriginOf(navigation.url);
    const std::string site = same_origin ? navigation.site : "same-site";
    navigation = {"GET", next, "", site, ""};
  }
  throw std::runtime_error("too many redirects, at last to " + page.url);
}

void Browser::SetCookie(const std::string& name, const std::string& value) {
  cookies_[{name, "/"}] = {value, "/"};
}

std::vector<std::string> Browser::CookieNames() const {
  std::vector<std::string> names;
  for (const auto& [key, cookie] : cookies_) names.push_back(key.first);
  return names;
}

std::string Browser::CookieField(const std::string& path) const {
  std::string field;
  for (const auto& [key, cookie] : cookies_) {
    if (!PathMatches(path, cookie.path)) continue;
    field += (field.empty() ? "" : "; ") + key.first + "=" + cookie.value;
  }
  return field;
}

void Browser::Keep(const HttpResponse& response, const std::string& path) {
  for (const auto& [header, line] : response.headers) {
    if (!IsSameText(header, "Set-Cookie")) continue;
    const std::size_t equals = line.find('=');
    const std::size_t end = std::min(line.find(';'), line.size());
    const std::string name = line.substr(0, equals);
    Cookie cookie{line.substr(equals + 1, end - equals - 1), DefaultPath(path)};
    bool gone = false;
    for (std::size_t at = end; at < line.size();) {
      const std::size_t next = std::min(line.find(';', at + 1), line.size());
      const std::size_t start = std::min(line.find_first_not_of("; ", at), line.size());
      const std::string attribute = line.substr(start, next - start);
      const std::string key = attribute.substr(0, attribute.find('='));
      const std::string value = attribute.substr(std::min(key.size() + 1, attribute.size()));
      if (IsSameText(key, "Path")) cookie.path = value;
      if (IsSameText(key, "Max-Age")) gone = gone || value == "0";
      if (IsSameText(key, "Expires")) gone = gone || value.find(" 1970 ") != std::string::npos;
      at = next;
    }
    const auto place = std::make_pair(name, cookie.path);
    if (gone) {
      cookies_.erase(place);
    } else {
      cookies_[place] = cookie;
    }
  }
}

}  // namespace sallyport::test
