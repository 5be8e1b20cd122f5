#include "sallyport/app/command_line.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "sallyport/base/strings.h"
#include "sallyport/base/version.h"

namespace sallyport::app {
namespace {

std::string UnknownCommand(const std::string& path, const std::string& word,
                           const std::vector<std::string_view>& known) {
  const std::string_view nearest = Nearest(word, known);
  std::string message = "unknown command \"" + path + word + "\"; ";
  if (!nearest.empty()) return message + "did you mean \"" + path + std::string(nearest) + "\"?";
  message += "known ones are ";
  for (const std::string_view name : known) {
    message += (name == known.front() ? "" : ", ") + path + std::string(name);
  }
  return message;
}

/// How many words a flag takes before the next one: itself, and its value if it has one. 0 for a
/// flag that `app` does not know.
std::size_t WordsOf(const CLI::App& app, const std::string& flag) {
  const std::size_t equals = flag.find('=');
  const CLI::Option* option = app.get_option_no_throw(flag.substr(0, equals));
  if (option == nullptr) return 0;
  return option->get_expected_max() == 0 || equals != std::string::npos ? 1 : 2;
}

/// CLI11 says of an unknown command only that one is required. Looks at the words up to the
/// command, past flags that may stand before it; what else is wrong is CLI11's to say. Throws
/// CLI::ParseError.
void RefuseUnknownCommand(const CLI::App& root, const std::vector<std::string>& arguments) {
  const CLI::App* parent = &root;
  std::string path;
  for (std::size_t i = 0; i < arguments.size();) {
    const std::string& word = arguments[i];
    const std::vector<const CLI::App*> commands = parent->get_subcommands({});
    if (commands.empty()) return;
    if (word.starts_with('-')) {
      const std::size_t words = WordsOf(*parent, word);
      if (words == 0) return;
      i += words;
      continue;
    }
    std::vector<std::string_view> known;
    for (const CLI::App* command : commands) known.emplace_back(command->get_name());
    const auto found = std::find(known.begin(), known.end(), word);
    if (found == known.end()) {
      throw CLI::ParseError(UnknownCommand(path, word, known), CLI::ExitCodes::ExtrasError);
    }
    parent = commands[static_cast<std::size_t>(found - known.begin())];
    path += word + " ";
    ++i;
  }
}

/// Declares the commands; `selected` becomes what is to be run.
class CommandLine {
 public:
  explicit CommandLine(CommandContext& context) : context_(context) {
    root_.require_subcommand(1);
    AddDataFlags(&root_);
    root_.set_help_all_flag("--help-all", "Print the help of every command");
    AddServe();
    AddCheckConfig();
    AddKeys();
    AddApiKeys();
    AddBackup();
    AddSmallOnes();
  }

  /// Throws CLI::ParseError.
  void Parse(std::vector<std::string> arguments) {
    RefuseUnknownCommand(root_, arguments);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
    try {
      root_.parse(std::move(arguments));
    } catch (const CLI::RequiredError& error) {
      // CLI11 calls what may be given as a flag, too, by that name; the usage shows the place.
      if (std::string_view(error.what()) == "--name is required") throw CLI::RequiredError("NAME");
      throw;
    }
  }
  [[nodiscard]] const CLI::App& root() const { return root_; }
  int Run() { return selected_(); }

 private:
  CLI::App* Add(CLI::App& parent, const char* name, const char* help, std::function<int()> run) {
    CLI::App* command = parent.add_subcommand(name, help);
    command->callback([this, run = std::move(run)] { selected_ = run; });
    return command;
  }

  /// They may stand before the command or behind it.
  void AddDataFlags(CLI::App* command) {
    config::FlagOverrides& flags = context_.flags;
    command->add_option("--config", flags.config_file, "Configuration file (YAML)");
    command->add_option("--data-dir", flags.data_dir, "Data directory");
    command->add_flag("--dev", flags.dev,
                      "Development: loopback only, keys are made in the data directory");
  }

  void AddServe() {
    CLI::App* serve = Add(root_, "serve", "Run the gateway", [this] { return Serve(context_); });
    AddDataFlags(serve);
    serve->add_option("--listen", context_.flags.listen, "HOST:PORT to serve on; may be repeated")
        ->type_name("HOST:PORT")
        ->allow_extra_args(false);
  }

  void AddCheckConfig() {
    CLI::App* check =
        Add(root_, "check-config", "Report every problem of the configuration and its key files",
            [this] { return CheckConfig(context_); });
    AddDataFlags(check);
    check->add_option("--listen", context_.flags.listen, "As for serve")->allow_extra_args(false);
  }

  void AddKeys() {
    CLI::App* keys = root_.add_subcommand("keys", "Master keys and data keys");
    keys->require_subcommand(1);
    AddDataFlags(keys);
    CLI::App* generate = Add(*keys, "generate", "Make a master key: print it, or write it to FILE",
                             [this] { return GenerateKey(context_, file_); });
    generate->add_option("FILE", file_, "A file that does not exist yet");
    generate->add_option("--config", context_.flags.config_file,
                         "Taken as by the other commands, but not read");
    AddDataFlags(Add(*keys, "list", "Show the data keys and which master key wraps each",
                     [this] { return ListKeys(context_); }));
    AddDataFlags(Add(*keys, "rotate",
                     "Make a new data key under the first master key and reseal everything",
                     [this] { return RotateKeys(context_); }));
  }

  void AddApiKeys() {
    CLI::App* api_keys = root_.add_subcommand("api-key", "API keys of callers");
    api_keys->require_subcommand(1);
    AddDataFlags(api_keys);
    CLI::App* create = Add(*api_keys, "create", "Make an API key and print it once",
                           [this] { return CreateApiKey(context_, request_); });
    AddDataFlags(create);
    create->add_option("NAME,--name", request_.name, "What it is for")->required();
    create->add_option("--role", request_.role, "admin or runner (the default)")
        ->check(CLI::IsMember({"admin", "runner"}));
    create->add_option("--resources", request_.resources, "Slugs, separated by commas; * for all")
        ->delimiter(',');
    create->add_flag("--act-as-users", request_.act_as_users, "May send Sallyport-User");
    create->add_option("--expires-at", request_.expires_at,
                       "When it ends, such as 2030-01-31T12:00:00Z");
    AddDataFlags(
        Add(*api_keys, "list", "Show the API keys", [this] { return ListApiKeys(context_); }));
    CLI::App* revoke = Add(*api_keys, "revoke", "Delete an API key",
                           [this] { return RevokeApiKey(context_, id_); });
    AddDataFlags(revoke);
    revoke->add_option("ID", id_, "As shown by list")->required();
  }

  void AddBackup() {
    CLI::App* backup = Add(root_, "backup", "Copy the database to FILE, also while a gateway runs",
                           [this] { return Backup(context_, file_.value_or("")); });
    AddDataFlags(backup);
    backup->add_option("FILE", file_, "A file that does not exist yet")->required();
  }

  void AddSmallOnes() {
    Add(root_, "version", "Print the version", [this] {
      context_.out << "sallyport " << Version() << '\n';
      return kExitOk;
    });
    AddDataFlags(Add(root_, "healthcheck", "Is the running gateway ready? Exit code 0 or 1",
                     [this] { return HealthCheck(context_); }));
    Add(root_, "demo-target", "Run an echo API on loopback, to try the gateway with",
        [this] { return DemoTarget(context_, demo_listen_); })
        ->add_option("--listen", demo_listen_, "HOST:PORT, loopback only")
        ->capture_default_str();
  }

  CommandContext& context_;
  CLI::App root_{"Sallyport: a gateway that keeps the credentials of target APIs", "sallyport"};
  std::function<int()> selected_;
  std::optional<std::string> file_;
  std::string id_;
  std::string demo_listen_ = "127.0.0.1:9000";
  ApiKeyRequest request_;
};

}  // namespace

int RunCommandLine(const Invocation& invocation, std::ostream& out, std::ostream& err) {
  CommandContext context{{}, invocation.environment, out, err};
  context.flags.on_terminal = invocation.stderr_is_terminal;
  CommandLine command_line(context);
  try {
    command_line.Parse(invocation.arguments);
  } catch (const CLI::ParseError& error) {
    // CLI11's own exit codes are not ours: asking for help is fine, anything else wrong usage.
    return command_line.root().exit(error, out, err) == 0 ? kExitOk : kExitUsage;
  }
  return command_line.Run();
}

}  // namespace sallyport::app
