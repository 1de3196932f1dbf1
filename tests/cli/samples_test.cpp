// The sample pictures with the model that comes along: right answers for the right reason. Boxes
// around the objects were drawn by eye.
#include "core/data_files.h"
#include "tests/cli/explain_world.h"

namespace filterlens::test {
namespace {

const fs::path kBoxes = fs::path(FILTERLENS_TEST_DATA) / "sample_boxes.csv";

class Samples : public ExplainWorld {
 protected:
  /// Rows of measures.json over all samples with a box.
  nlohmann::json measured(const std::vector<std::string>& methods) {
    std::vector<std::string> command = {"measure", samplePhotos(), "--boxes",
                                        kBoxes,    "--measures",   "localisation,selection",
                                        "--out",   at("out"),      "--json"};
    for (const auto& method : methods) {
      command.insert(command.end(), {"--method", method});
    }
    const auto outcome = runProgram(command);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }
};

TEST_F(Samples, EachIsOfTheClassThatItIsCalledAfter) {
  const auto measures = measured({"importance"});
  EXPECT_EQ(measures["photos"]["measured"], 7);
  EXPECT_EQ(measures["photos"]["right"], 7);
}

TEST_F(Samples, SelectedCellsLieOnTheObjectMoreOftenThanChance) {
  int layers = 0;
  const auto measures = measured({"selection"});
  for (const auto& row : measures["rows"]) {
    if (row["measure"] == "selection_ratio" && row["photos"] == "right") {
      EXPECT_GT(row["mean"].get<double>(), 1.15) << row["layer"];
      ++layers;
    }
  }
  EXPECT_EQ(layers, 3);
}

TEST_F(Samples, MostMasksPeakOnTheObject) {
  int layers = 0;
  const auto measures = measured({"importance"});
  for (const auto& row : measures["rows"]) {
    if (row["measure"] == "pointing" && row["photos"] == "right" && row["method"] == "importance") {
      EXPECT_GT(row["mean"].get<double>(), 0.7) << row["layer"];
      ++layers;
    }
  }
  EXPECT_EQ(layers, 3);
}

TEST_F(Samples, AreSmallEnoughToComeAlong) {
  for (const auto& entry : fs::directory_iterator(samplePhotos())) {
    if (entry.path().extension() == ".jpg") {
      EXPECT_LT(entry.file_size(), 150'000U) << entry.path();
    }
  }
}

}  // namespace
}  // namespace filterlens::test
