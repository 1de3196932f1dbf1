#include "core/export/analysis_record.h"

#include <gtest/gtest.h>

#include <limits>

#include <nlohmann/json.hpp>

#include "core/explain/explainer.h"
#include "core/export/provenance.h"
#include "tests/support/temporary_folder.h"

namespace filterlens {
namespace {

AnalysisRecord smallRecord() {
  AnalysisRecord record;
  record.photo.path = "photo.jpg";
  record.model.architecture = findArchitecture("xs");
  record.model.classes = 2;
  record.trace.targetClass = 1;
  record.predictions = predictions({1, 2}, {"cat", "dog"});
  return record;
}

TEST(AnalysisRecord, HashIsTheFilesSha256) {
  const test::TemporaryFolder folder;
  const auto abc = recordPhoto(folder.write("abc", "abc"));  // FIPS 180-2, appendix B.1
  ASSERT_TRUE(abc);
  EXPECT_EQ(abc->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(abc->bytes, 3U);
  const auto million = recordPhoto(folder.write("million", std::string(1'000'000, 'a')));  // B.3
  EXPECT_EQ(million->sha256, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_FALSE(recordPhoto(folder.path() / "none"));
}

TEST(AnalysisRecord, PredictionsAreOneLineOfJson) {
  EXPECT_EQ(predictionsJson(smallRecord()),
            R"({"photo":"photo.jpg","model":{"architecture":"xs","sha256":""},"predictions":)"
            R"([{"index":1,"name":"dog","logit":2.0,"probability":0.7310585975646973},)"
            R"({"index":0,"name":"cat","logit":1.0,"probability":0.2689414322376251}]})");
}

TEST(Provenance, NamesAllThatAMapDependsOn) {
  AnalysisRecord record = smallRecord();
  record.model.path = "folder/xs.safetensors";
  record.model.sha256 = "0123456789abcdef";
  record.model.classNames = {"cat", "dog"};
  record.trace.seed = 7;
  Heatmap map;
  map.method = "gradcam";
  map.layer = "network.1";
  map.targetClass = 1;
  map.parameters = *completeParameters(findExplainer("gradcam")->parameters, {});
  const std::string sentence =
      "Made by Grad-CAM at network.1 for class \"dog\" (1), with evidence positive, from the "
      "network ConvFormer_xs in xs.safetensors (SHA-256 0123456789ab…), with seed 7.";
  EXPECT_EQ(provenance(map, record.model, record.trace.seed), sentence);

  map.method = "importance";
  map.targetClass = -1;
  map.parameters = {};
  record.maps = {map};
  const auto json = nlohmann::json::parse(analysisJson(record));
  EXPECT_EQ(json["maps"][0]["provenance"],
            "Made by Filter mask at network.1, a method without parameters, from the network "
            "ConvFormer_xs in xs.safetensors (SHA-256 0123456789ab…), with seed 7.");
}

TEST(Provenance, SaysWhatWasChangedInTheNetwork) {
  AnalysisRecord record = smallRecord();
  record.trace.interventions = {{"network.0", {.attentionOff = true}},
                                {"leaky_att_network.1", {.k = 64}}};
  Heatmap map;
  map.method = "importance";
  map.layer = "network.1";
  record.maps = {map};
  const std::string sentence = nlohmann::json::parse(analysisJson(record))["maps"][0]["provenance"];
  EXPECT_TRUE(sentence.ends_with(
      " The network was changed: leaky_att_network.1:k=64; network.0:attention=off."))
      << sentence;
}

TEST(Provenance, NamesParametersInTheirOrder) {
  Heatmap map;
  map.method = "ancestry";
  map.layer = "network.0";
  Parameters chosen;
  chosen.set("cell", 14.0);
  chosen.set("residual-weight", 0.25);
  map.parameters = *completeParameters(findExplainer("ancestry")->parameters, chosen);
  const std::string sentence = provenance(map, smallRecord().model, 0);
  EXPECT_NE(sentence.find(", with cell 14, residual-weight 0.25, heads mean, "), std::string::npos)
      << sentence;
}

TEST(AnalysisRecord, InterventionsAreSaidAsTheCommandLineTakesThem) {
  auto record = smallRecord();
  EXPECT_EQ(nlohmann::json::parse(analysisJson(record))["interventions"], nlohmann::json::object());
  record.trace.interventions = {{"leaky_att_network.1", {.k = 64, .forcedOut = {3, 4, 9}}}};
  for (const auto& text : {analysisJson(record), predictionsJson(record)}) {
    EXPECT_EQ(nlohmann::json::parse(text)["interventions"],
              (nlohmann::json{{"leaky_att_network.1", "k=64,out=3-4+9"}}));
  }
}

TEST(AnalysisRecord, NumbersThatAreNotFiniteAreNull) {
  auto record = smallRecord();
  record.predictions.front().logit = std::numeric_limits<float>::quiet_NaN();
  const auto json = nlohmann::json::parse(predictionsJson(record));
  EXPECT_TRUE(json["predictions"][0]["logit"].is_null());
}

TEST(AnalysisRecord, NamesThatAreNoUtf8AreReplaced) {
  auto record = smallRecord();
  record.photo.path = "caf\xe9.jpg";
  EXPECT_TRUE(nlohmann::json::accept(predictionsJson(record)));
  EXPECT_TRUE(nlohmann::json::accept(analysisJson(record)));
}

}  // namespace
}  // namespace filterlens
