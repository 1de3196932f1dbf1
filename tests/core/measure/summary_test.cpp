#include "core/measure/summary.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace filterlens {
namespace {

PhotoMeasures photo(const std::string& file, std::optional<int> label, int predicted,
                    double energy) {
  PhotoMeasures result;
  result.file = file;
  result.label = label;
  result.predicted = predicted;
  result.target = label.value_or(predicted);
  result.probability = 0.5;
  result.values = {{"gradcam", "input", "energy", energy}};
  return result;
}

std::vector<PhotoMeasures> threePhotos() {
  auto photos = std::vector{photo("a.png", 0, 0, 0.25), photo("b,c.png", 1, 0, 1),
                            photo("d.png", 1, 1, 0.75)};
  photos[2].values.push_back({"gradcam", "input", "pointing", 1});
  photos[0].notes = photos[1].notes = {"Said twice."};
  return photos;
}

TEST(Summary, TheMainRowsAreOverThePhotosThatAreRight) {
  const auto summary = summarise(threePhotos(), 0);
  EXPECT_EQ(summary.photos, 3);
  EXPECT_EQ(summary.labelled, 3);
  EXPECT_EQ(summary.right, 2);
  ASSERT_EQ(summary.main.size(), 2U);
  EXPECT_EQ(summary.main[0].measure, "energy");
  EXPECT_EQ(summary.main[0].value.n, 2);
  EXPECT_DOUBLE_EQ(summary.main[0].value.mean, 0.5);
  EXPECT_EQ(summary.main[1].value.n, 1);
  EXPECT_EQ(summary.all[0].value.n, 3);
  EXPECT_DOUBLE_EQ(summary.all[0].value.mean, 2.0 / 3);
  EXPECT_EQ(summary.notes, std::vector<std::string>{"Said twice."});
}

TEST(Summary, PhotosOfUnknownClassCount) {
  const auto summary = summarise(std::vector{photo("a.png", std::nullopt, 1, 0.5)}, 0);
  EXPECT_EQ(summary.labelled, 0);
  EXPECT_EQ(summary.right, 0);
  EXPECT_EQ(summary.main.size(), 1U);
}

TEST(Summary, CsvHasALineForEachRow) {
  EXPECT_EQ(measuresCsv(summarise(threePhotos(), 0)),
            "photos,method,layer,measure,mean,low,high,n\n"
            "right,gradcam,input,energy,0.5,0.25,0.75,2\n"
            "right,gradcam,input,pointing,1,1,1,1\n"
            "all,gradcam,input,energy,0.6666666666666666,0.25,1,3\n"
            "all,gradcam,input,pointing,1,1,1,1\n");
}

TEST(Summary, CsvOfPhotosHasEveryNumber) {
  ModelInfo model;
  model.classNames = {"cat", "dog"};
  EXPECT_EQ(photosCsv(threePhotos(), model),
            "file,class,predicted,right,probability,method,layer,measure,value\n"
            "a.png,cat,cat,1,0.5,gradcam,input,energy,0.25\n"
            "\"b,c.png\",dog,cat,0,0.5,gradcam,input,energy,1\n"
            "d.png,dog,dog,1,0.5,gradcam,input,energy,0.75\n"
            "d.png,dog,dog,1,0.5,gradcam,input,pointing,1\n");
}

TEST(Summary, JsonSaysWhatTheNumbersAre) {
  const auto json =
      nlohmann::json::parse(measuresJson(summarise(threePhotos(), 0), R"({"seed": 7})"));
  EXPECT_EQ(json["settings"]["seed"], 7);
  EXPECT_EQ(json["photos"]["right"], 2);
  ASSERT_EQ(json["rows"].size(), 4U);
  EXPECT_EQ(json["rows"][0]["photos"], "right");
  EXPECT_EQ(json["rows"][0]["mean"], 0.5);
  for (const auto& row : json["rows"]) {
    EXPECT_TRUE(json["measures"].contains(row["measure"].get<std::string>()));
  }
}

TEST(Measures, HaveDifferentIdsAndSayWhatTheyAre) {
  for (const auto& spec : measureSpecs()) {
    EXPECT_EQ(findMeasure(spec.id), &spec);
    EXPECT_TRUE(spec.help.ends_with(".")) << spec.id;
  }
  EXPECT_EQ(findMeasure("none"), nullptr);
  EXPECT_EQ(findMeasure("reinit_rank@network.1"), findMeasure("reinit_rank"));
}

TEST(Measures, FamiliesAreChosenByName) {
  const std::vector<std::string> names{"road", "masking"};
  const auto chosen = measureFamiliesNamed(names);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(*chosen, (MeasureFamilies{MeasureFamily::Road, MeasureFamily::Masking}));
  EXPECT_EQ(measureFamiliesNamed({})->size(), measureFamilies().size());
  for (const auto& spec : measureFamilies()) EXPECT_EQ(&specOf(spec.family), &spec);
  const std::vector<std::string> wrong{"magic"};
  EXPECT_NE(measureFamiliesNamed(wrong).error().sentence.find("no measures \"magic\""),
            std::string::npos);
}

}  // namespace
}  // namespace filterlens
