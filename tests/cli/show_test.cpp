// filterlens explain --show: single maps, with parameters and ranges of their own.
#include <set>

#include "core/explain/explainer.h"
#include "tests/cli/explain_world.h"

namespace filterlens::test {
namespace {

class Show : public ExplainWorld {
 protected:
  Outcome show(const std::vector<std::string>& maps) {
    std::vector<std::string> arguments{writePicture("photo.ppm")};
    for (const auto& map : maps) {
      arguments.emplace_back("--show");
      arguments.push_back(map);
    }
    return explain(arguments);
  }
  [[nodiscard]] fs::path result(const std::string& name) const {
    return at("out") / "photo" / name;
  }
};

TEST_F(Show, WritesTheseMapsAndNoOthersInTheirOrder) {
  const auto outcome = show(
      {"rollout:input", "importance:leaky_att_network.1", "rollout:input:discard=0.5:heads=max"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const std::vector<std::string> expected{"input.rollout-2.npy", "input.rollout.npy",
                                          "leaky_att_network.1.importance.npy"};
  EXPECT_EQ(listFolder(result("maps")), expected);
  const auto json = readJson(result("analysis.json"));
  ASSERT_EQ(json["maps"].size(), 3U);
  EXPECT_EQ(json["maps"][0]["npy"], "maps/input.rollout.npy");
  EXPECT_EQ(json["maps"][1]["method"], "importance");
  EXPECT_EQ(json["maps"][2]["npy"], "maps/input.rollout-2.npy");
  EXPECT_EQ(json["maps"][2]["parameters"]["discard"], 0.5);
  EXPECT_EQ(json["maps"][2]["parameters"]["heads"], "max");
  EXPECT_NE(contentOf(result("maps/input.rollout.npy")),
            contentOf(result("maps/input.rollout-2.npy")));
}

TEST_F(Show, ARangeChangesTheOverlayAndNotTheNumbers) {
  ASSERT_EQ(show({"importance:leaky_att_network.1"}).exitCode, 0);
  const auto numbers = contentOf(result("maps/leaky_att_network.1.importance.npy"));
  const auto own = contentOf(result("overlays/leaky_att_network.1.importance.png"));
  const auto outcome = show({"importance:leaky_att_network.1:range=-3..3"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_EQ(contentOf(result("maps/leaky_att_network.1.importance.npy")), numbers);
  EXPECT_NE(contentOf(result("overlays/leaky_att_network.1.importance.png")), own);
  // The command that repeats it says it too.
  const std::string command = readJson(result("analysis.json"))["command"];
  EXPECT_NE(command.find("--show importance:leaky_att_network.1:range=-3..3"), std::string::npos)
      << command;
}

TEST_F(Show, EachMapHasALookOfItsOwn) {
  const std::string map = "importance:leaky_att_network.1";
  const std::vector<std::string> looks{
      "", ":colormap=magma", ":opacity=1", ":threshold=0.5", ":contours=5", ":interpolation=cells"};
  std::vector<std::string> words;
  for (const auto& look : looks) words.push_back(map + look);
  words.emplace_back("selection:leaky_att_network.1");
  words.emplace_back("selection:leaky_att_network.1:tokens=outlines");
  const auto outcome = show(words);
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  std::set<std::string> pictures;
  for (const auto& name : listFolder(result("overlays"))) {
    pictures.insert(contentOf(result("overlays/" + name)));
  }
  EXPECT_EQ(pictures.size(), words.size()) << "each differs";
}

TEST_F(Show, NoParameterIsCalledLikeAWordForTheLook) {
  for (const auto& method : explainers()) {
    for (const auto& spec : method.parameters) {
      for (const char* word :
           {"range", "colormap", "opacity", "threshold", "contours", "interpolation", "tokens"}) {
        EXPECT_NE(spec.id, word) << method.id;
      }
    }
  }
}

TEST_F(Show, SaysWhatIsWrongInASentence) {
  for (const char* map :
       {"importance", "importance:", "nothing:input", "rollout:input:discard=2",
        "rollout:input:range=3", "rollout:input:range=3..1", "rollout:input:colormap=jet",
        "rollout:input:opacity=2", "rollout:input:threshold=", "rollout:input:contours=1.5",
        "rollout:input:tokens=stars", "rollout:input:interpolation=none",
        "importance:no_such_layer"}) {
    const auto outcome = show({map});
    EXPECT_EQ(outcome.exitCode, 2) << map;
    EXPECT_TRUE(isOneSentence(outcome.err)) << outcome.err;
  }
}

TEST_F(Show, TakesThePlaceOfMethodsAndLayers) {
  const std::string photo = writePicture("photo.ppm");
  for (const char* option : {"--method", "--layer", "--param"}) {
    const auto outcome = explain({photo, "--show", "rollout:input", option, "rollout"});
    EXPECT_EQ(outcome.exitCode, 2) << option;
  }
}

}  // namespace
}  // namespace filterlens::test
