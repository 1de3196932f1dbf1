// filterlens explain: what it prints and what it writes, beside the same computed in this process.
#include <cmath>
#include <set>

#include "core/explain/attention_received.h"
#include "core/explain/explainer.h"
#include "tests/cli/explain_world.h"
#include "tests/support/golden.h"

namespace filterlens::test {
namespace {

class Explain : public ExplainWorld {
 protected:
  /// The trace of a photo, computed here.
  Trace traceOf(const fs::path& photo, const fs::path& weights, const RunOptions& options = {}) {
    const auto engine = loadEngine();
    EXPECT_TRUE(engine);
    const auto network = (*engine)->openModel(weights, {});
    EXPECT_TRUE(network);
    const auto read = (*engine)->readPhoto(photo);
    EXPECT_TRUE(read);
    const auto input = preprocess(read->image, (*network)->info().preprocessing);
    auto trace = (*network)->run(input->tensor, options);
    EXPECT_TRUE(trace);
    return std::move(*trace);
  }
};

TEST_F(Explain, NpyInputGivesTheGoldenLogits) {
  for (const auto& name : {"ConvFormer_xxs-seed3", "ConvFormer_xs-seed2"}) {
    const auto golden = goldenCase(name);
    const auto weights =
        writeModel("golden.safetensors", golden.architecture->id, golden.classes, golden.seed);
    const auto outcome = runProgram(
        {"explain", writeInput("input.npy", golden.input), "--model", weights, "--json"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    const auto json = nlohmann::json::parse(outcome.out);
    const auto expected = golden.values("logits");
    ASSERT_EQ(json["predictions"].size(), expected.size());
    for (const auto& prediction : json["predictions"]) {
      const auto index = prediction["index"].get<std::size_t>();
      EXPECT_NEAR(prediction["logit"].get<float>(), expected.at(index), 1e-4);
    }
  }
}

TEST_F(Explain, JsonIsOneObjectAPhotoAndALine) {
  const std::string a = writePicture("a.ppm");
  const std::string b = writePicture("b.ppm", 240, 400);
  const auto outcome = runProgram({"explain", a, b, "--model", model(), "--json"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto lines = linesOf(outcome.out);
  ASSERT_EQ(lines.size(), 2U);
  const auto first = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(first["photo"], a);
  EXPECT_EQ(nlohmann::json::parse(lines[1])["photo"], b);
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(first["model"]["architecture"], "xxs");
  EXPECT_EQ(first["model"]["sha256"], readCheckpoint(model())->sha256);
  double sum = 0;
  float before = std::numeric_limits<float>::infinity();
  for (const auto& prediction : first["predictions"]) {
    EXPECT_EQ(prediction.size(), 4U);
    EXPECT_EQ(prediction["name"], "class " + std::to_string(prediction["index"].get<int>()));
    EXPECT_LE(prediction["logit"].get<float>(), before);
    before = prediction["logit"].get<float>();
    sum += prediction["probability"].get<double>();
  }
  EXPECT_EQ(first["predictions"].size(), 10U);
  EXPECT_NEAR(sum, 1, 1e-5);

  const auto top = runProgram({"explain", a, "--model", model(), "--json", "--top", "3"});
  const auto few = nlohmann::json::parse(top.out)["predictions"];
  ASSERT_EQ(few.size(), 3U);
  EXPECT_EQ(few[2], first["predictions"][2]);
}

TEST_F(Explain, WritesEveryMapAsItWasComputed) {
  const auto photo = writePicture("photo.ppm");
  const auto outcome = explain({photo});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto trace = traceOf(photo, model());
  std::set<std::string> expected;
  for (int layer = kInputLayer; layer < static_cast<int>(trace.layers.size()); ++layer) {
    for (const auto& method : explainers()) {
      if (!method.byDefault || !method.appliesTo(trace, layer)) continue;
      const auto map = filterlens::explain(method, trace, layer);
      ASSERT_TRUE(map);
      const auto name = map->layer + "." + std::string(method.id);
      expected.insert(name);
      const auto file = readNpy(at("out/photo/maps/" + name + ".npy"));
      if (method.id == "selection" || method.id == "attention_received") continue;
      EXPECT_EQ(file.type, "<f4");
      EXPECT_EQ(file.shape, (std::vector<int>{map->values.rows, map->values.cols})) << name;
      EXPECT_EQ(file.values<float>(), map->values.values) << name;
    }
  }
  std::set<std::string> maps;
  std::set<std::string> overlays;
  for (const auto& entry : fs::directory_iterator(at("out/photo/maps"))) {
    maps.insert(entry.path().stem().string());
  }
  for (const auto& entry : fs::directory_iterator(at("out/photo/overlays"))) {
    overlays.insert(entry.path().stem().string());
  }
  EXPECT_EQ(maps, expected);
  EXPECT_EQ(overlays, expected);
  EXPECT_TRUE(expected.contains("leaky_att_network.1.response"));
  EXPECT_TRUE(expected.contains("network.1.gradcam"));
  EXPECT_TRUE(expected.contains("input.rollout"));
}

TEST_F(Explain, WhatIfChangesTheNetworkAndIsRecorded) {
  const auto photo = writePicture("photo.ppm");
  const std::vector<std::string> whatIf{"leaky_att_network.1:k=64,in=0-2,random=7",
                                        "network.0:attention=off"};
  const auto outcome = explain(
      {photo, "--method", "selection,gradcam", "--what-if", whatIf[0], "--what-if", whatIf[1]});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  RunOptions options;
  options.interventions["leaky_att_network.1"] = {.k = 64, .forcedIn = {0, 1, 2}, .randomSeed = 7};
  options.interventions["network.0"] = {.attentionOff = true};
  const auto trace = traceOf(photo, model(), options);
  const auto map = filterlens::explain(*findExplainer("gradcam"), trace, 4);
  const auto file = readNpy(at("out/photo/maps/" + map->layer + ".gradcam.npy"));
  EXPECT_EQ(file.values<float>(), map->values.values);

  const auto record = readJson(at("out/photo/analysis.json"));
  EXPECT_EQ(record["interventions"]["leaky_att_network.1"], "k=64,in=0-2,random=7");
  EXPECT_EQ(record["interventions"]["network.0"], "attention=off");
  EXPECT_EQ(record["layers"][2]["selected_cells"].size(), 64U);
  const std::string command = record["command"];
  for (const auto& each : whatIf) EXPECT_NE(command.find("--what-if " + each), std::string::npos);

  const auto json = runProgram(
      {"explain", photo, "--model", model(), "--json", "--what-if", "network.0:attention=off"});
  const auto line = nlohmann::json::parse(json.out);
  EXPECT_EQ(line["interventions"]["network.0"], "attention=off");
}

TEST_F(Explain, WhatIfListsItsSettingsInTheHelp) {
  const auto help = runProgram({"explain", "--help"}).out;
  for (const char* form : {"k=N", "in=CELLS", "out=CELLS", "random=SEED", "attention=off"}) {
    EXPECT_NE(help.find(form), std::string::npos) << form;
  }
}

TEST_F(Explain, SelectionIsWrittenAsRanksAndAttentionByHead) {
  const auto photo = writePicture("photo.ppm");
  ASSERT_EQ(explain({photo, "--method", "selection,attention_received"}).exitCode, 0);
  const auto trace = traceOf(photo, model());
  for (const auto& layer : trace.layers) {
    const auto received = attentionReceived(layer);
    const auto attention = readNpy(at("out/photo/maps/" + layer.name + ".attention_received.npy"));
    EXPECT_EQ(attention.type, "<f4");
    EXPECT_EQ(attention.shape, std::vector<int>(received.shape.begin(), received.shape.end()));
    const auto span = received.span();
    EXPECT_EQ(attention.values<float>(), std::vector<float>(span.begin(), span.end()));
    if (layer.selection.empty()) continue;

    const auto selection = readNpy(at("out/photo/maps/" + layer.name + ".selection.npy"));
    EXPECT_EQ(selection.type, "<i4");
    std::vector<std::int32_t> ranks(
        static_cast<std::size_t>(layer.inputGeometry.rows() * layer.inputGeometry.cols()), -1);
    for (std::size_t rank = 0; rank < layer.selection.size(); ++rank) {
      ranks[static_cast<std::size_t>(layer.selection[rank])] = static_cast<std::int32_t>(rank);
    }
    EXPECT_EQ(selection.values<std::int32_t>(), ranks) << layer.name;
  }
}

TEST_F(Explain, PicturesHaveThePhotosSize) {
  const auto photo = writePicture("photo.ppm", 301, 203);
  ASSERT_EQ(explain({photo, "--method", "importance"}).exitCode, 0);
  const auto engine = loadEngine();
  const auto picture =
      (*engine)->readPhoto(at("out/photo/overlays/leaky_att_network.1.importance.png"));
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->image.width(), 301);
  EXPECT_EQ(picture->image.height(), 203);
  const auto sheet = (*engine)->readPhoto(at("out/photo/sheet.png"));
  ASSERT_TRUE(sheet);
  EXPECT_GT(sheet->image.height(), 203 * 4);
}

TEST_F(Explain, AnalysisSaysWhatItTakesToRepeatIt) {
  const auto photo = writePicture("photo.ppm");
  ASSERT_EQ(explain({photo, "--target", "4", "--method", "selection,gradcam", "--param",
                     "gradcam.evidence=signed"})
                .exitCode,
            0);
  const auto json = readJson(at("out/photo/analysis.json"));
  const auto trace = traceOf(photo, model());
  EXPECT_EQ(json["program"]["version"], FILTERLENS_VERSION);
  EXPECT_EQ(json["photo"]["path"], photo.string());
  EXPECT_EQ(json["photo"]["width"], 300);
  EXPECT_EQ(json["photo"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["model"]["sha256"], readCheckpoint(model())->sha256);
  EXPECT_EQ(json["preprocessing"]["resize_short_side"], 256);
  EXPECT_EQ(json["target"]["index"], 4);
  EXPECT_EQ(json["seed"], 0);
  EXPECT_EQ(json["predictions"].size(), 10U);
  ASSERT_EQ(json["layers"].size(), trace.layers.size());
  for (std::size_t i = 0; i < trace.layers.size(); ++i) {
    EXPECT_EQ(json["layers"][i].value("selected_cells", std::vector<int>{}),
              trace.layers[i].selection);
  }
  for (const auto& map : json["maps"]) {
    EXPECT_TRUE(fs::exists(at("out/photo/" + map["npy"].get<std::string>())));
    EXPECT_TRUE(fs::exists(at("out/photo/" + map["overlay"].get<std::string>())));
    if (map["method"] == "gradcam") {
      EXPECT_EQ(map["parameters"]["evidence"], "signed");
    }
  }
}

TEST_F(Explain, ItsCommandRepeatsAnAnalysisToTheByte) {
  const auto photo = writePicture("it's a photo.ppm");
  ASSERT_EQ(explain({photo, "--layer", "network.1,input", "--top", "2"}).exitCode, 0);
  const auto folder = at("out/it's a photo");
  const auto command = readJson(folder / "analysis.json")["command"].get<std::string>();
  fs::rename(folder, at("first"));
  const auto outcome = runShell(command);
  ASSERT_EQ(outcome.exitCode, 0) << command << outcome.err;
  ASSERT_EQ(listFolder(folder), listFolder(at("first")));
  for (const auto& name : listFolder(folder)) {
    if (fs::is_directory(folder / name)) continue;
    EXPECT_EQ(contentOf(folder / name), contentOf(at("first") / name)) << name;
  }
}

TEST_F(Explain, TargetMayBeANameOfAClass) {
  const auto names = files().write("names.txt", "a\nb\nc\nd\ne\nf\ng\nSt. Bernard\ni\nj\n");
  const auto photo = writePicture("photo.ppm");
  ASSERT_EQ(explain({photo, "--classes", names, "--target", "St. Bernard", "--method", "gradcam",
                     "--layer", "network.1"})
                .exitCode,
            0);
  const auto json = readJson(at("out/photo/analysis.json"));
  EXPECT_EQ(json["target"]["index"], 7);
  EXPECT_EQ(json["target"]["name"], "St. Bernard");
  const auto trace = traceOf(photo, model(), {.targetClass = 7, .selections = {}});
  const auto map =
      filterlens::explain(*findExplainer("gradcam"), trace, trace.findLayer("network.1"));
  EXPECT_EQ(readNpy(at("out/photo/maps/network.1.gradcam.npy")).values<float>(),
            map->values.values);
}

TEST_F(Explain, MapsOfANpyInputLieOverAPictureOfIt) {
  const auto golden = goldenCase("ConvFormer_xxs-seed3");
  const auto outcome = explain({writeInput("input.npy", golden.input), "--method", "importance"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto engine = loadEngine();
  const auto picture =
      (*engine)->readPhoto(at("out/input/overlays/leaky_att_network.1.importance.png"));
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->image.width(), 224);
  const auto json = readJson(at("out/input/analysis.json"));
  EXPECT_TRUE(json["preprocessing"].is_null());
  EXPECT_TRUE(json["photo"]["prepared_input"]);
}

TEST_F(Explain, LayersAndMethodsCanBeChosen) {
  const auto outcome =
      explain({writePicture("photo.ppm"), "--layer", "leaky_att_network.0", "--layer", "network.0",
               "--method", "importance", "--method", "gradcam"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_EQ(
      listFolder(at("out/photo/maps")),
      (std::vector<std::string>{"leaky_att_network.0.gradcam.npy",
                                "leaky_att_network.0.importance.npy", "network.0.gradcam.npy"}));
}

TEST_F(Explain, SeedDecidesWhatADropoutVitDraws) {
  const auto weights = writeModel("dropout.safetensors", "dropout-xs", 10, 1);
  const auto photo = writePicture("photo.ppm");
  const auto drawn = [&](const std::string& seed) {
    const auto outcome = runProgram({"explain", photo, "--model", weights, "--out", at("out"),
                                     "--method", "selection", "--seed", seed});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    return contentOf(at("out/photo/maps/leaky_att_network.1.selection.npy"));
  };
  const auto first = drawn("7");
  EXPECT_EQ(drawn("7"), first);
  EXPECT_NE(drawn("8"), first);
}

TEST_F(Explain, PhotosOfTheSameNameGetFoldersOfTheirOwn) {
  fs::create_directories(at("photos/sub"));
  const auto a = writePicture("photos/cat.ppm");
  writePicture("photos/sub/cat.ppm", 200, 200);
  writePicture("photos/cat-2.ppm", 100, 100);
  ASSERT_EQ(explain({at("photos"), "--method", "importance"}).exitCode, 0);
  EXPECT_EQ(readJson(at("out/cat/analysis.json"))["photo"]["path"], a.string());
  EXPECT_EQ(readJson(at("out/cat-2/analysis.json"))["photo"]["width"], 100);
  EXPECT_EQ(readJson(at("out/cat-3/analysis.json"))["photo"]["width"], 200);
}

TEST_F(Explain, AFolderStandsForItsPicturesAlone) {
  fs::create_directories(at("photos/.hidden"));
  writePicture("photos/b.ppm");
  writePicture("photos/a.ppm");
  writePicture("photos/.hidden/c.ppm");
  static_cast<void>(files().write("photos/notes.txt", "not a picture"));
  const std::vector<std::string> command = {
      "explain", at("photos"),         "--model",  model(),     "--json",
      "--out",   at("photos/results"), "--method", "importance"};
  const auto first = runProgram(command);
  ASSERT_EQ(first.exitCode, 0) << first.err;
  const auto lines = linesOf(first.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["photo"], at("photos/a.ppm").string());
  // What the first run wrote into the folder is none of its photos.
  EXPECT_EQ(runProgram(command).out, first.out);
}

TEST_F(Explain, FileNamesMayHoldSpacesAndAnyLetters) {
  const auto photo = writePicture("größe ist – wie 人 sagt.ppm");
  const auto outcome = explain({photo, "--method", "importance", "--json"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(at("out/größe ist – wie 人 sagt/sheet.png")));
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["photo"], photo.string());
}

TEST_F(Explain, RelativePathsAreTheCallers) {
  writePicture("photo.ppm");
  static_cast<void>(model());
  ProgramSettings settings;
  settings.folder = folder();
  const auto outcome = runProgram({"explain", "photo.ppm", "--model", "xxs.safetensors", "--out",
                                   "here", "--method", "importance"},
                                  settings);
  EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(at("here/photo/analysis.json")));
}

TEST_F(Explain, QuietSaysNothingWhereNothingFailed) {
  const auto outcome = explain({writePicture("photo.ppm"), "--method", "importance", "--quiet"});
  EXPECT_EQ(outcome.exitCode, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "");
}

TEST_F(Explain, ThreadsDoNotChangeTheResult) {
  const auto photo = writePicture("photo.ppm");
  const auto run = [&](const std::string& threads) {
    return runProgram({"explain", photo, "--model", model(), "--json", "--threads", threads}).out;
  };
  const auto one = nlohmann::json::parse(run("1"));
  const auto two = nlohmann::json::parse(run("2"));
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(one["predictions"][i]["index"], two["predictions"][i]["index"]);
    EXPECT_NEAR(one["predictions"][i]["logit"].get<double>(),
                two["predictions"][i]["logit"].get<double>(), 1e-5);
  }
}

}  // namespace
}  // namespace filterlens::test
