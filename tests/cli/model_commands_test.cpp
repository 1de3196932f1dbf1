// filterlens info and filterlens convert.
#include <limits>

#include "core/model/model_metadata.h"
#include "tests/cli/explain_world.h"
#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

class ModelCommands : public ExplainWorld {
 protected:
  /// The model with a NaN among its weights.
  fs::path modelWithNan() const {
    auto tensors = formulaWeights(*findArchitecture("xxs"), 10, 3);
    auto values = tensors[0].toFloat();
    values[5] = std::numeric_limits<float>::quiet_NaN();
    tensors[0] = floatTensor(tensors[0].name, tensors[0].shape, values);
    EXPECT_TRUE(writeSafetensors(at("nan.safetensors"), tensors, {}));
    return at("nan.safetensors");
  }

  /// Names of ten classes, one a line.
  fs::path classNames() const {
    return files().write("names.txt",
                         "tench\nspringer\nplayer\nsaw\nchurch\nhorn\ntruck\npump\nball\nchute\n");
  }
};

TEST_F(ModelCommands, InfoTellsWhatAModelIs) {
  const auto path = writeModel("xs.safetensors", "xs", 100, 2);
  const auto outcome = runProgram({"info", path, "--json"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto info = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(info["architecture"], "xs");
  EXPECT_EQ(info["classes"], 100);
  EXPECT_EQ(info["parameters"], 1894381);
  EXPECT_EQ(info["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(info["preprocessing"]["input_size"], 224);
  ASSERT_EQ(info["layers"].size(), 8U);
  EXPECT_EQ(info["layers"][1]["name"], "leaky_att_network.1");
  EXPECT_EQ(info["layers"][1]["input"], (std::vector<int>{55, 55}));
  EXPECT_EQ(info["layers"][1]["k"], 256);

  const auto text = runProgram({"info", path});
  EXPECT_EQ(text.exitCode, 0);
  for (const auto* part : {"FilterViT xs", "1,894,381", "leaky_att_network.1", "256 tokens"}) {
    EXPECT_NE(text.out.find(part), std::string::npos) << part << " in " << text.out;
  }
}

TEST_F(ModelCommands, InfoListsEveryTensor) {
  const auto outcome = runProgram({"info", model(), "--tensors"});
  for (const auto& spec : stateDict(*findArchitecture("xxs"), 10)) {
    EXPECT_NE(outcome.out.find(spec.name), std::string::npos) << spec.name;
  }
  const auto json = nlohmann::json::parse(runProgram({"info", model(), "--tensors", "--json"}).out);
  EXPECT_EQ(json["tensors"].size(), stateDict(*findArchitecture("xxs"), 10).size());
  EXPECT_EQ(json["tensors"][0]["shape"], (std::vector<int>{64, 3, 5, 5}));
}

TEST_F(ModelCommands, InfoListsACheckpointOfNoKnownNetworkAndSaysSo) {
  const auto path = at("other.safetensors");
  ASSERT_TRUE(
      writeSafetensors(path, {floatTensor("encoder.weight", {2, 3}, {1, 2, 3, 4, 5, 6})}, {}));
  const auto outcome = runProgram({"info", path, "--tensors"});
  EXPECT_EQ(outcome.exitCode, 3);
  EXPECT_NE(outcome.out.find("encoder.weight  2 x 3"), std::string::npos) << outcome.out;
  EXPECT_TRUE(isOneSentence(outcome.err));
  EXPECT_TRUE(
      nlohmann::json::parse(runProgram({"info", path, "--json"}).out)["architecture"].is_null());
}

TEST_F(ModelCommands, InfoNamesWeightsThatAreNotFinite) {
  const auto json = nlohmann::json::parse(runProgram({"info", modelWithNan(), "--json"}).out);
  EXPECT_EQ(json["not_finite"], (std::vector<std::string>{"first_conv.0.layer1.0.weight"}));
}

TEST_F(ModelCommands, ConvertKeepsTheEpochOfATrainingCheckpoint) {
  std::error_code absent;
  for (const auto& entry :
       fs::directory_iterator(fs::path(FILTERLENS_SHARED) / "checkpoints", absent)) {
    const auto out = at(entry.path().stem().string() + ".safetensors");
    ASSERT_EQ(runProgram({"convert", entry.path(), out}).exitCode, 0);
    const auto before = readCheckpoint(entry.path());
    const auto after = readCheckpoint(out);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->epoch, before->epoch) << entry.path();
  }
}

TEST_F(ModelCommands, ConvertAddsWhatTheFileDoesNotSay) {
  const auto out = at("converted.safetensors");
  const auto preprocessing = toJson(Preprocessing{.fit = Preprocessing::Fit::Stretch});
  const auto outcome = runProgram(
      {"convert", model(), out, "--classes", classNames(), "--preprocessing", preprocessing});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;

  const auto before = readCheckpoint(model());
  const auto after = readCheckpoint(out);
  ASSERT_TRUE(after);
  ASSERT_EQ(after->tensors.size(), before->tensors.size());
  for (const auto& tensor : before->tensors) {
    ASSERT_TRUE(after->find(tensor.name));
    EXPECT_EQ(after->find(tensor.name)->data, tensor.data) << tensor.name;
  }
  const auto metadata = modelMetadataFrom(after->metadata);
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->architecture, "xxs");
  EXPECT_EQ(metadata->classNames.at(6), "truck");
  EXPECT_EQ(metadata->preprocessing->fit, Preprocessing::Fit::Stretch);

  // The names serve where the model is used, and stay when it is converted again.
  const auto again = at("again.safetensors");
  ASSERT_EQ(runProgram({"convert", out, again}).exitCode, 0);
  EXPECT_EQ(contentOf(again), contentOf(out));
  const auto json = nlohmann::json::parse(runProgram({"info", again, "--json"}).out);
  EXPECT_EQ(json["class_names"][9], "chute");
}

TEST_F(ModelCommands, ConvertKeepsAFileThatExists) {
  const auto out = files().write("taken.safetensors", "mine");
  const auto refused = runProgram({"convert", model(), out});
  EXPECT_EQ(refused.exitCode, 2);
  EXPECT_TRUE(isOneSentence(refused.err));
  EXPECT_EQ(contentOf(out), "mine");
  EXPECT_EQ(runProgram({"convert", model(), out, "--overwrite"}).exitCode, 0);
  EXPECT_TRUE(readCheckpoint(out));
}

TEST_F(ModelCommands, ConvertRefusesWhatItCannotStandFor) {
  const auto few = files().write("few.txt", "one\ntwo\n");
  const auto other = at("other.safetensors");
  ASSERT_TRUE(writeSafetensors(other, {floatTensor("x", {1}, {1})}, {}));
  const struct {
    std::vector<std::string> arguments;
    int exitCode;
  } cases[] = {
      {{"convert", at("none.pth"), at("out.safetensors")}, 3},
      {{"convert", files().write("text.pth", "not a checkpoint"), at("out.safetensors")}, 3},
      {{"convert", other, at("out.safetensors")}, 3},
      {{"convert", modelWithNan(), at("out.safetensors")}, 3},
      {{"convert", model(), at("out.safetensors"), "--classes", few}, 2},
      {{"convert", model(), at("out.safetensors"), "--classes", at("none.txt")}, 2},
      {{"convert", model(), at("out.safetensors"), "--preprocessing", "{\"fit\": 3}"}, 2},
      {{"convert", model(), at("out.safetensors"), "--preprocessing", at("none.json")}, 2},
      {{"convert", model(), "/proc/out.safetensors"}, 1},
  };
  for (const auto& [arguments, exitCode] : cases) {
    const auto outcome = runProgram(arguments);
    EXPECT_EQ(outcome.exitCode, exitCode) << outcome.err;
    EXPECT_TRUE(isOneSentence(outcome.err));
    EXPECT_FALSE(fs::exists(at("out.safetensors")));
  }
  EXPECT_EQ(runProgram({"convert", modelWithNan(), at("out.safetensors"), "--force"}).exitCode, 0);
}

TEST_F(ModelCommands, PreprocessingMayStandInAFile) {
  Preprocessing stretch;
  stretch.fit = Preprocessing::Fit::Stretch;
  const auto file = files().write("stretch.json", toJson(stretch));
  ASSERT_EQ(
      runProgram({"convert", model(), at("out.safetensors"), "--preprocessing", file}).exitCode, 0);
  const auto json =
      nlohmann::json::parse(runProgram({"info", at("out.safetensors"), "--json"}).out);
  EXPECT_EQ(json["preprocessing"]["fit"], "stretch");
}

}  // namespace
}  // namespace filterlens::test
