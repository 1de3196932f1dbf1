// filterlens explain where something is wrong: a sentence, the right exit code, and no half-written
// files.
#include <limits>

#include "tests/cli/explain_world.h"
#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

class ExplainFailures : public ExplainWorld {
 protected:
  /// The start of the file of this name.
  fs::path truncated(const std::string& name, const fs::path& whole, std::size_t bytes) const {
    return files().write(name, contentOf(whole).substr(0, bytes));
  }

  [[nodiscard]] static fs::path testPicture(const std::string& name) {
    return fs::path(FILTERLENS_TEST_DATA) / "preprocess" / name;
  }
};

TEST_F(ExplainFailures, BadPhotosAreNamedAndTheOthersDone) {
  const std::vector<fs::path> bad = {
      at("missing.jpg"),
      files().write("text.jpg", "this is no picture"),
      files().write("empty.png", ""),
      truncated("truncated.png", testPicture("rgb-501x333.png"), 5000),
      files().write("text.npy", "this is no array"),
      writeInput(
          "small.npy",
          {.height = 32, .width = 32, .values = std::vector<float>(std::size_t{3} * 32 * 32)}),
      "/dev/null",
  };
  std::vector<std::string> arguments(bad.begin(), bad.end());
  arguments.insert(arguments.begin() + 3, writePicture("good.ppm"));
  arguments.insert(arguments.end(), {"--method", "importance", "--quiet"});
  const auto outcome = explain(arguments);
  EXPECT_EQ(outcome.exitCode, 1);
  const auto lines = linesOf(outcome.err);
  ASSERT_EQ(lines.size(), bad.size() + 1) << outcome.err;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_TRUE(isOneSentence(lines[i]));
    EXPECT_NE(lines[i].find(bad[i].filename().string()), std::string::npos) << lines[i];
  }
  EXPECT_EQ(lines.back(), "filterlens: 1 photo explained, 7 failed (see above).");
  EXPECT_TRUE(fs::exists(at("out/good/analysis.json")));
  for (const auto& name : listFolder(at("out"))) EXPECT_TRUE(name.starts_with("good")) << name;
}

TEST_F(ExplainFailures, AnInterventionThatMakesNoSenseIsRefusedBeforeAnythingRuns) {
  const std::string photo = writePicture("photo.ppm");
  for (const auto& [whatIf, part] : std::vector<std::pair<std::string, std::string>>{
           {"k=64", "LAYER:SETTING"},
           {"leaky_att_network.1:k=few", "should be k=N"},
           {"leaky_att_network.1:size=3", "no intervention"},
           {"leaky_att_network.7:k=3", "has no layer leaky_att_network.7"},
           {"leaky_att_network.1:k=3026", "1 to 3025"},
           {"network.0:k=3", "selects no tokens"}}) {
    const auto outcome = explain({photo, "--what-if", whatIf, "--quiet"});
    EXPECT_EQ(outcome.exitCode, 2) << whatIf;
    EXPECT_TRUE(isOneSentence(outcome.err));
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
    EXPECT_FALSE(fs::exists(at("out")));
  }
}

TEST_F(ExplainFailures, AFolderWithoutPicturesIsAFailure) {
  fs::create_directories(at("nothing"));
  const auto outcome = explain({at("nothing"), "--quiet"});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("holds no pictures"), std::string::npos) << outcome.err;
}

TEST_F(ExplainFailures, AModelThatCannotBeOpenedEndsTheRun) {
  const std::string photo = writePicture("photo.ppm");
  const auto other = at("other.safetensors");
  ASSERT_TRUE(writeSafetensors(other, {floatTensor("encoder.weight", {1}, {1})}, {}));
  const std::vector<fs::path> bad = {
      at("missing.pth"),
      folder(),
      files().write("text.pth", "this is no checkpoint"),
      files().write("empty.safetensors", ""),
      truncated("truncated.safetensors", model(), 100'000),
      testPicture("rgb-501x333.png"),
      other,
  };
  for (const auto& path : bad) {
    const auto outcome =
        runProgram({"explain", photo, "--model", path, "--out", at("out"), "--quiet"});
    EXPECT_EQ(outcome.exitCode, 3) << path;
    EXPECT_TRUE(isOneSentence(outcome.err)) << path;
    EXPECT_FALSE(fs::exists(at("out"))) << path;
  }
}

TEST_F(ExplainFailures, WeightsThatAreNotFiniteAreRefusedUnlessForced) {
  auto tensors = formulaWeights(*findArchitecture("xxs"), 10, 3);
  auto values = tensors[0].toFloat();
  values[0] = std::numeric_limits<float>::quiet_NaN();
  tensors[0] = floatTensor(tensors[0].name, tensors[0].shape, values);
  ASSERT_TRUE(writeSafetensors(at("nan.safetensors"), tensors, {}));
  const std::vector<std::string> command = {"explain", writePicture("photo.ppm"),
                                            "--model", at("nan.safetensors"),
                                            "--out",   at("out"),
                                            "--json",  "--quiet"};
  const auto refused = runProgram(command);
  EXPECT_EQ(refused.exitCode, 3);
  EXPECT_TRUE(isOneSentence(refused.err));
  EXPECT_NE(refused.err.find(tensors[0].name), std::string::npos) << refused.err;

  auto forced = command;
  forced.emplace_back("--force");
  const auto outcome = runProgram(forced);
  EXPECT_TRUE(nlohmann::json::parse(outcome.out)["predictions"][0]["logit"].is_null());
  EXPECT_TRUE(fs::exists(at("out/photo/sheet.png")));
  // Rollout cannot follow relevance through NaN; that is said, and the other maps are there.
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("without all maps"), std::string::npos) << outcome.err;
  const auto missing = readJson(at("out/photo/analysis.json"))["missing_maps"];
  ASSERT_FALSE(missing.empty());
  EXPECT_EQ(missing[0]["method"], "rollout");
  EXPECT_TRUE(fs::exists(at("out/photo/maps/network.1.gradcam.npy")));
}

TEST_F(ExplainFailures, AFullDiskLeavesNoHalfWrittenFolder) {
  const auto photo = writePicture("photo.ppm");
  const auto weights = model();
  ProgramSettings full;
  full.largestFile = 60'000;  // the maps fit, the overlays do not
  const auto outcome = explain({photo, "--method", "importance", "--quiet"}, full);
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_FALSE(fs::exists(at("out/photo")));
  EXPECT_EQ(listFolder(at("out")), std::vector<std::string>{});

  // What was there before stays as it was.
  ASSERT_EQ(explain({photo, "--method", "importance"}).exitCode, 0);
  const auto before = contentOf(at("out/photo/analysis.json"));
  EXPECT_EQ(explain({photo, "--method", "response", "--quiet"}, full).exitCode, 1);
  EXPECT_EQ(contentOf(at("out/photo/analysis.json")), before);
  EXPECT_EQ(listFolder(at("out")).front(), "photo");
}

TEST_F(ExplainFailures, AnotherRunReplacesAnAnalysisWhole) {
  const auto photo = writePicture("photo.ppm");
  ASSERT_EQ(explain({photo, "--method", "importance"}).exitCode, 0);
  ASSERT_EQ(explain({photo, "--method", "response"}).exitCode, 0);
  for (const auto& name : listFolder(at("out/photo/maps"))) {
    EXPECT_TRUE(name.ends_with("response.npy")) << name;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(at("out")), fs::directory_iterator()), 1);
}

TEST_F(ExplainFailures, AFolderOfSomebodyElseIsLeftAlone) {
  fs::create_directories(at("out/photo"));
  const auto mine = files().write("out/photo/analysis.txt", "mine");
  const auto outcome = explain({writePicture("photo.ppm"), "--method", "importance", "--quiet"});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("is not the folder of an analysis"), std::string::npos);
  EXPECT_EQ(listFolder(at("out")), (std::vector<std::string>{"photo", "photo/analysis.txt"}));
  EXPECT_EQ(contentOf(mine), "mine");
}

TEST_F(ExplainFailures, OutThatIsNoFolderIsAFailure) {
  const auto outcome = runProgram({"explain", writePicture("photo.ppm"), "--model", model(),
                                   "--out", files().write("file", ""), "--quiet"});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("could not be written"), std::string::npos) << outcome.err;
}

TEST_F(ExplainFailures, InterruptedItStopsWithoutHalfWrittenFolders) {
  fs::create_directories(at("photos"));
  for (int i = 0; i < 40; ++i) writePicture("photos/" + std::to_string(i) + ".ppm");
  ProgramSettings settings;
  settings.interruptAt = "[1/40]";
  const auto outcome = explain({at("photos")}, settings);
  EXPECT_EQ(outcome.exitCode, 130) << outcome.err;
  EXPECT_NE(outcome.err.find("Stopped"), std::string::npos) << outcome.err;
  std::size_t done = 0;
  for (const auto& entry : fs::directory_iterator(at("out"))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
    EXPECT_TRUE(fs::exists(entry.path() / "analysis.json"));
    ++done;
  }
  EXPECT_GE(done, 1U);
  EXPECT_LT(done, 40U);
}

TEST_F(ExplainFailures, MethodsWithoutAMapForTheLayersAreAFailure) {
  const auto outcome = explain(
      {writePicture("photo.ppm"), "--method", "importance", "--layer", "network.0", "--quiet"});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("has a map"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace filterlens::test
