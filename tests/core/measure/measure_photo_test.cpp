#include "core/measure/measure_photo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/measure/photo_line.h"
#include "core/train/random.h"
#include "tests/core/measure/planted_model.h"

namespace filterlens {
namespace {

using test::PlantedModel;

PhotoToMeasure plantedPhoto() {
  return {.name = "planted.png",
          .input = {PlantedModel::photo(), PlantedModel::placement()},
          .label = 0,
          .boxes = {PlantedModel::box()}};
}

MeasureRequest request(const std::vector<std::string>& ids) {
  MeasureRequest result;
  for (const auto& id : ids) result.methods.push_back({findExplainer(id), {}});
  result.steps = 8;
  return result;
}

std::optional<double> find(const PhotoMeasures& photo, const std::string& method,
                           const std::string& layer, const std::string& measure) {
  for (const auto& one : photo.values) {
    if (one.method == method && one.layer == layer && one.measure == measure) return one.value;
  }
  return std::nullopt;
}

TEST(MeasurePhoto, MapsOfAPlantedPatchPointThere) {
  const PlantedModel model;
  const auto photo = measurePhoto(model, plantedPhoto(),
                                  request({"importance", "response", "gradcam", "selection"}), {});
  ASSERT_TRUE(photo) << photo.error().sentence;
  EXPECT_TRUE(photo->right());
  EXPECT_EQ(photo->target, 0);
  EXPECT_NEAR(photo->probability, 1 / (1 + std::exp(-10)), 1e-6);
  EXPECT_TRUE(photo->notes.empty());
  for (const std::string layer : {"first", "second"}) {
    for (const std::string method : {"importance", "response", "gradcam"}) {
      EXPECT_EQ(find(*photo, method, layer, "pointing"), 1);
      EXPECT_NEAR(find(*photo, method, layer, "energy_above_floor").value(), 1, 1e-6);
      EXPECT_NEAR(find(*photo, method, layer, "energy_by_chance").value(), 1.0 / 64, 1e-12);
      EXPECT_EQ(find(*photo, method, layer, "blank"), 0);
    }
    EXPECT_NEAR(find(*photo, "gradcam", layer, "energy").value(), 1, 1e-12);
    // The mask is 1.5 in the box and 0.5 in the 63 other cells.
    EXPECT_NEAR(find(*photo, "importance", layer, "energy").value(), 1.5 / (1.5 + 31.5), 1e-6);
    // One of the four selected cells, one of all 64.
    EXPECT_DOUBLE_EQ(find(*photo, "selection", layer, "selection_ratio").value(), 16);
    // The four cells around the middle do not hold it.
    EXPECT_EQ(find(*photo, "selection", layer, "centre_ratio"), 0);
    EXPECT_FALSE(find(*photo, "selection", layer, "energy"));
    EXPECT_TRUE(find(*photo, "selection", layer, "drop_next"));
  }
  EXPECT_TRUE(find(*photo, "selection", "all", "drop_next"));
}

TEST(MeasurePhoto, BaselinesKnowNothing) {
  const PlantedModel model;
  const auto photo = measurePhoto(model, plantedPhoto(), request({"importance"}), {});
  EXPECT_NEAR(find(*photo, "uniform", "input", "energy").value(), 1.0 / 64, 1e-12);
  EXPECT_NEAR(find(*photo, "uniform", "input", "pointing").value(), 1.0 / 64, 1e-12);
  EXPECT_EQ(find(*photo, "centre", "input", "pointing"), 0);
  EXPECT_NEAR(find(*photo, "importance", "second", "deletion").value(), 0.5 / 8, 1e-3);
  EXPECT_GT(find(*photo, "random", "input", "deletion").value(), 0.2);
  EXPECT_TRUE(find(*photo, "centre", "input", "insertion"));
}

TEST(MeasurePhoto, PixelsAreTakenAwayInTheOrderOfOneLayerOrOfAll) {
  const PlantedModel model;
  auto wish = request({"importance", "gradcam", "selection"});
  auto photo = measurePhoto(model, plantedPhoto(), wish, {});
  EXPECT_FALSE(find(*photo, "gradcam", "first", "deletion"));
  EXPECT_TRUE(find(*photo, "gradcam", "second", "deletion"));
  EXPECT_FALSE(find(*photo, "selection", "second", "deletion"));
  wish.allLayers = true;
  photo = measurePhoto(model, plantedPhoto(), wish, {});
  EXPECT_TRUE(find(*photo, "gradcam", "first", "deletion"));
  wish.families = {MeasureFamily::Localisation};
  photo = measurePhoto(model, plantedPhoto(), wish, {});
  EXPECT_FALSE(find(*photo, "gradcam", "first", "deletion"));
  EXPECT_TRUE(find(*photo, "gradcam", "first", "pointing"));
}

TEST(MeasurePhoto, WithoutBoxesNothingIsLocalised) {
  auto input = plantedPhoto();
  input.boxes.clear();
  const auto photo = measurePhoto(PlantedModel(), input, request({"importance", "selection"}), {});
  EXPECT_FALSE(find(*photo, "importance", "first", "energy"));
  EXPECT_FALSE(find(*photo, "selection", "first", "selection_ratio"));
  EXPECT_TRUE(find(*photo, "selection", "first", "drop_next"));
}

TEST(MeasurePhoto, BoxesThatTheNetworkDoesNotSeeAreRefused) {
  auto input = plantedPhoto();
  input.boxes = {{64, 0, 5, 5}};
  const auto photo = measurePhoto(PlantedModel(), input, request({"importance"}), {});
  ASSERT_FALSE(photo);
  EXPECT_NE(photo.error().sentence.find("None of its boxes"), std::string::npos);
}

TEST(MeasurePhoto, TheTargetIsTheLabelOrElseTheMostProbableClass) {
  auto input = plantedPhoto();
  input.label = 1;
  auto photo = measurePhoto(PlantedModel(), input, request({"gradcam"}), {});
  EXPECT_FALSE(photo->right());
  EXPECT_EQ(photo->target, 1);
  EXPECT_EQ(photo->predicted, 0);
  EXPECT_LT(photo->probability, 1e-4);
  input.label.reset();
  photo = measurePhoto(PlantedModel(), input, request({"gradcam"}), {});
  EXPECT_TRUE(photo->right());
  EXPECT_EQ(photo->target, 0);
}

TEST(MeasurePhoto, AMapThatCannotBeComputedIsNoted) {
  // The planted model records no attention.
  const auto photo =
      measurePhoto(PlantedModel(), plantedPhoto(), request({"attention_received", "gradcam"}), {});
  ASSERT_TRUE(photo);
  ASSERT_FALSE(photo->notes.empty());
  EXPECT_NE(photo->notes.front().find("attention"), std::string::npos);
  EXPECT_TRUE(find(*photo, "gradcam", "first", "energy"));
}

TEST(MeasurePhoto, DrawsDependOnTheSeedAndTheName) {
  const auto random = [](std::uint64_t seed, const std::string& name) {
    auto input = plantedPhoto();
    input.name = name;
    auto wish = request({"importance"});
    wish.seed = seed;
    return find(*measurePhoto(PlantedModel(), input, wish, {}), "random", "input", "deletion");
  };
  EXPECT_EQ(random(1, "a"), random(1, "a"));
  const std::set<double> different{*random(1, "a"), *random(2, "a"), *random(1, "b"),
                                   *random(3, "a"), *random(1, "c")};
  EXPECT_GT(different.size(), 1U);
}

TEST(MeasurePhoto, StopsWhereItIsAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  const auto photo = measurePhoto(PlantedModel(), plantedPhoto(), request({"gradcam"}),
                                  Progress(stop.get_token(), {}));
  ASSERT_FALSE(photo);
  EXPECT_TRUE(photo.error().cancelled);
}

TEST(MeasurePhoto, EveryFamilyIsMeasuredBesideItsBaselines) {
  const auto photo = measurePhoto(PlantedModel(), plantedPhoto(), request({"gradcam"}), {});
  ASSERT_TRUE(photo) << photo.error().sentence;
  // The filter mask is there although nobody named it.
  for (const auto& [method, layer] : {std::pair{"random", "input"},
                                      {"centre", "input"},
                                      {"gradcam", "second"},
                                      {"importance", "second"}}) {
    for (const auto* measure :
         {"pointing", "overlap", "deletion", "insertion", "road_most", "road_least", "road",
          "average_drop", "average_increase", "infidelity", "fidelity", "gini"}) {
      EXPECT_TRUE(find(*photo, method, layer, measure)) << method << " " << measure;
    }
  }
  EXPECT_NEAR(find(*photo, "gradcam", "second", "road").value(), 1, 2e-3);
  EXPECT_NEAR(find(*photo, "gradcam", "second", "overlap").value(), 1, 1e-9);
  EXPECT_GT(find(*photo, "gradcam", "second", "fidelity").value(), 0.6);
  EXPECT_LT(find(*photo, "random", "input", "fidelity").value(), 0.5);
  EXPECT_GT(find(*photo, "gradcam", "second", "gini").value(), 0.9);
  for (const auto& one : photo->values) EXPECT_NE(findMeasure(one.measure), nullptr) << one.measure;
}

TEST(MeasurePhoto, OnlyTheFamiliesThatAreAskedForAreMeasured) {
  for (const auto& spec : measureFamilies()) {
    auto wish = request({"importance", "selection"});
    wish.families = {spec.family};
    const auto photo = measurePhoto(PlantedModel(), plantedPhoto(), wish, {});
    ASSERT_TRUE(photo);
    for (const auto& one : photo->values) {
      EXPECT_EQ(findMeasure(one.measure)->family, spec.family) << one.measure;
    }
    // Nothing of the planted model is class-specific here, and there is no cascade.
    EXPECT_EQ(photo->values.empty(), spec.family == MeasureFamily::Randomisation) << spec.id;
  }
}

/// Looks at noise instead of its input, as a network does that has not learned anything.
class UntrainedModel : public PlantedModel {
 public:
  [[nodiscard]] Result<Trace> run(const InputTensor& input, const RunOptions& options,
                                  const Progress& progress) const override {
    InputTensor noise = input;
    Random random(11);
    for (float& value : noise.values) value = static_cast<float>(random.uniform());
    return PlantedModel::run(noise, options, progress);
  }
};

TEST(MeasurePhoto, ReinitialisationDestroysTheMapOfWhatWasLearned) {
  auto wish = request({"importance"});
  wish.families = {MeasureFamily::Randomisation};
  wish.cascade = {{"head", std::make_shared<PlantedModel>()},
                  {"second", std::make_shared<UntrainedModel>()}};
  const auto photo = measurePhoto(PlantedModel(), plantedPhoto(), wish, {});
  ASSERT_TRUE(photo) << photo.error().sentence;
  // The mask does not hang on the head, and of the stages nothing is left.
  EXPECT_NEAR(find(*photo, "importance", "second", "reinit_rank@head").value(), 1, 1e-9);
  EXPECT_NEAR(find(*photo, "importance", "second", "reinit_ssim@head").value(), 1, 1e-6);
  EXPECT_LT(find(*photo, "importance", "second", "reinit_rank@second").value(), 0.3);
  EXPECT_LT(find(*photo, "importance", "second", "reinit_ssim@second").value(), 0.5);
  EXPECT_EQ(find(*photo, "importance", "second", "reinit_rank"),
            find(*photo, "importance", "second", "reinit_rank@second"));
  EXPECT_FALSE(find(*photo, "importance", "second", "class_rank"));
}

TEST(MeasurePhoto, TheOtherClassIsComparedForMethodsThatHaveOne) {
  auto wish = request({"importance", "gradcam"});
  wish.families = {MeasureFamily::Randomisation};
  const auto photo = measurePhoto(PlantedModel(), plantedPhoto(), wish, {});
  ASSERT_TRUE(photo) << photo.error().sentence;
  // The planted model's gradient is the same for each class: so are its maps.
  EXPECT_NEAR(find(*photo, "gradcam", "second", "class_rank").value(), 1, 1e-9);
  EXPECT_FALSE(find(*photo, "importance", "second", "class_rank"));
}

TEST(MeasurePhoto, SensitivityOfAMapThatMovesWithItsInputIsSmall) {
  auto wish = request({"importance"});
  wish.families = {MeasureFamily::Sensitivity};
  const auto photo = measurePhoto(PlantedModel(), plantedPhoto(), wish, {});
  ASSERT_TRUE(photo) << photo.error().sentence;
  // A cell's brightness is a mean of 16 pixels, each of which moves by less than 0.02.
  const auto moved = find(*photo, "importance", "second", "max_sensitivity");
  ASSERT_TRUE(moved);
  EXPECT_GT(*moved, 0);
  EXPECT_LT(*moved, 0.02);
}

TEST(MeasurePhoto, ShowsOneMapOfEachMethod) {
  std::vector<Heatmap> shown;
  auto wish = request({"importance", "gradcam", "selection"});
  wish.families = {MeasureFamily::Sparseness};
  ASSERT_TRUE(measurePhoto(PlantedModel(), plantedPhoto(), wish, {}, &shown));
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].method + shown[1].method, "importancegradcam");
  EXPECT_EQ(shown[0].layer, "second");
}

TEST(PhotoLine, GoesThereAndBack) {
  PhotoMeasures photo;
  photo.file = "a \"b\".png";
  photo.sha256 = "12";
  photo.label = 3;
  photo.predicted = 4;
  photo.target = 3;
  photo.probability = 0.1;
  photo.values = {{"gradcam", "input", "energy", 1.0 / 3}, {"gradcam", "input", "blank", NAN}};
  photo.notes = {"Said."};
  const auto line = photoLine(photo);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto read = photoFromLine(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->file, photo.file);
  EXPECT_EQ(read->label, 3);
  EXPECT_FALSE(read->right());
  EXPECT_EQ(read->probability, 0.1);
  EXPECT_EQ(read->values[0].value, 1.0 / 3);
  EXPECT_TRUE(std::isnan(read->values[1].value));
  EXPECT_EQ(read->notes, photo.notes);
  EXPECT_FALSE(photoFromLine(line.substr(0, line.size() - 5)));
  EXPECT_FALSE(photoFromLine(R"({"file":"a"})"));
  photo.label.reset();
  EXPECT_FALSE(photoFromLine(photoLine(photo))->label);
}

}  // namespace
}  // namespace filterlens
