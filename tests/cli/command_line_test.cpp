// What the program says about itself, and what it makes of a command line.
#include <set>
#include <sstream>

#include "core/explain/explainer.h"
#include "tests/cli/explain_world.h"

namespace filterlens::test {
namespace {

class CommandLine : public ExplainWorld {};

TEST_F(CommandLine, HelpShowsTheCommandsExamplesAndExitCodes) {
  const auto outcome = runProgram({"--help"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.err, "");
  for (const auto* part : {"explain", "info", "convert", "Examples:", "Exit codes:", "130"}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part;
  }
  for (const auto& line : linesOf(outcome.out)) EXPECT_LE(line.size(), 110U) << line;
}

TEST_F(CommandLine, HelpOfExplainNamesEveryMethodAndParameter) {
  const auto outcome = runProgram({"explain", "--help"});
  EXPECT_EQ(outcome.exitCode, 0);
  std::string words;  // however the lines are broken
  std::istringstream stream(outcome.out);
  for (std::string word; stream >> word;) words += (words.empty() ? "" : " ") + word;
  for (const auto& method : explainers()) {
    const std::string mark = method.byDefault ? "" : " Computed only where it is named.";
    EXPECT_NE(outcome.out.find("  " + std::string(method.id) + "\n"), std::string::npos)
        << method.id;
    EXPECT_NE(words.find(std::string(method.help) + mark), std::string::npos) << method.help;
    for (const auto& parameter : method.parameters) {
      const auto name = std::string(method.id) + "." + std::string(parameter.id) + " (";
      const auto at = words.find(name);
      ASSERT_NE(at, std::string::npos) << name;
      const auto values = words.substr(at, words.find(')', at) - at);
      for (const auto choice : parameter.choices) {
        if (std::isdigit(choice.front()) != 0) continue;  // "1 to 16"
        EXPECT_NE(values.find(choice), std::string::npos) << choice << " of " << values;
      }
    }
  }
}

TEST_F(CommandLine, VersionIsTheProjects) {
  const auto outcome = runProgram({"--version"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.out, "FilterLens " FILTERLENS_VERSION "\n");
}

#ifndef FILTERLENS_LINK_ENGINE
/// The loader says which files it opens; Torch among them would cost most of a second.
TEST_F(CommandLine, HelpVersionInfoAndConvertDoNotLoadTheEngine) {
  const std::vector<std::vector<std::string>> commands = {
      {"--help"},
      {"--version"},
      {"explain", "--help"},
      {"info", model()},
      {"convert", model(), at("copy.safetensors")}};
  for (const auto& command : commands) {
    ProgramSettings settings;
    settings.environment["LD_DEBUG"] = "files";
    const auto outcome = runProgram(command, settings);
    EXPECT_EQ(outcome.exitCode, 0) << command.front();
    EXPECT_NE(outcome.err.find("libQt6Core"), std::string::npos) << "the loader said nothing";
    for (const auto* heavy : {"libtorch", "libopencv", "filterlens_engine"}) {
      EXPECT_EQ(outcome.err.find(heavy), std::string::npos) << command.front() << ": " << heavy;
    }
  }
}
#endif

/// OpenMP's library says what it was told; spinning threads cost several times the time where other
/// programs run, too.
TEST_F(CommandLine, WaitingThreadsSleepUnlessTheUserSaysOtherwise) {
  const std::vector<std::string> command = {"explain", writePicture("photo.ppm"), "--model",
                                            model(), "--json"};
  ProgramSettings settings;
  settings.environment = {{"OMP_WAIT_POLICY", ""}, {"OMP_DISPLAY_ENV", "VERBOSE"}};
  const auto usual = runProgram(command, settings);
  EXPECT_EQ(usual.exitCode, 0);
  EXPECT_NE(usual.err.find("GOMP_SPINCOUNT = '0'"), std::string::npos) << usual.err;

  settings.environment["OMP_WAIT_POLICY"] = "ACTIVE";
  const auto chosen = runProgram(command, settings);
  EXPECT_EQ(chosen.exitCode, 0);
  EXPECT_NE(chosen.err.find("OMP_WAIT_POLICY = 'ACTIVE'"), std::string::npos) << chosen.err;
  EXPECT_EQ(chosen.err.find("GOMP_SPINCOUNT = '0'"), std::string::npos) << chosen.err;
}

TEST_F(CommandLine, TheModelThatComesAlongServesWhereNoneIsNamed) {
  const auto outcome = runProgram({"explain", writePicture("photo.ppm"), "--json"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  std::set<std::string> names;
  double sum = 0;
  for (const auto& prediction : json["predictions"]) {
    names.insert(prediction["name"].get<std::string>());
    sum += prediction["probability"].get<double>();
  }
  EXPECT_EQ(names.size(), 10U);
  EXPECT_TRUE(names.contains("golf_ball"));
  EXPECT_NEAR(sum, 1, 1e-5);
}

TEST_F(CommandLine, MistakesGetOneSentenceAndExitCode2) {
  const std::string photo = writePicture("photo.ppm");
  const std::string weights = model();
  const std::string out = at("out");
  const std::vector<std::vector<std::string>> mistakes = {
      {"explain", "--model", weights, "--out", out},    // no photo
      {"explain", photo, "--model", weights},           // neither --out nor --json
      {"explain", photo, "--model", weights, "--out"},  // no value
      {"explain", photo, "--model", weights, "--json", "--top", "0"},
      {"explain", photo, "--model", weights, "--json", "--seed", "-1"},
      {"explain", photo, "--model", weights, "--json", "--opacity", "2"},
      {"explain", photo, "--model", weights, "--json", "--unheard-of"},
      {"explain", photo, "--model", weights, "--out", out, "--method", "guessing"},
      {"explain", photo, "--model", weights, "--out", out, "--layer", "network.99"},
      {"explain", photo, "--model", weights, "--out", out, "--target", "10"},
      {"explain", photo, "--model", weights, "--out", out, "--target", "dog"},
      {"explain", photo, "--model", weights, "--out", out, "--colormap", "jet"},
      {"explain", photo, "--model", weights, "--out", out, "--param", "gradcam"},
      {"explain", photo, "--model", weights, "--out", out, "--param", "gradcam.evidence=no"},
      {"explain", photo, "--model", weights, "--out", out, "--param", "gradcam.unknown=1"},
      {"explain", photo, "--model", weights, "--out", out, "--method", "importance", "--param",
       "gradcam.evidence=signed"},
      {"explain", photo, "--model", weights, "--json", "--classes", at("none.txt")},
      {"info"},
      {"convert", weights},
  };
  for (const auto& mistake : mistakes) {
    std::string line;
    for (const auto& word : mistake) line += word + " ";
    const auto outcome = runProgram(mistake);
    EXPECT_EQ(outcome.exitCode, 2) << line;
    EXPECT_TRUE(isOneSentence(outcome.err)) << line;
    EXPECT_EQ(outcome.out, "") << line;
    EXPECT_FALSE(fs::exists(out)) << line;
  }
}

TEST_F(CommandLine, AMistakesSentenceNamesWhatThereIs) {
  const std::string photo = writePicture("photo.ppm");
  EXPECT_NE(explain({photo, "--method", "guessing"}).err.find("gradcam"), std::string::npos);
  EXPECT_NE(explain({photo, "--layer", "nowhere"}).err.find("leaky_att_network.1"),
            std::string::npos);
  EXPECT_NE(explain({photo, "--target", "10"}).err.find("0 to 9"), std::string::npos);
  EXPECT_NE(explain({photo, "--target", "dog"}).err.find("--classes"), std::string::npos);
}

TEST_F(CommandLine, WithoutADisplayTheWindowPointsToExplain) {
  ProgramSettings settings;
  settings.environment = {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}, {"QT_QPA_PLATFORM", ""}};
  const auto nothing = runProgram({}, settings);
  EXPECT_EQ(nothing.exitCode, 4);
  EXPECT_TRUE(isOneSentence(nothing.err));
  EXPECT_NE(nothing.err.find("filterlens explain"), std::string::npos);

  const auto two = runProgram({"--second-model", model()}, settings);
  EXPECT_EQ(two.exitCode, 4) << "understood; only the display is missing: " << two.err;

  settings.environment["DISPLAY"] = ":32766";  // nobody is there
  const auto unreachable = runProgram({}, settings);
  EXPECT_EQ(unreachable.exitCode, 4);
  EXPECT_NE(unreachable.err.find("filterlens explain"), std::string::npos) << unreachable.err;
}

}  // namespace
}  // namespace filterlens::test
