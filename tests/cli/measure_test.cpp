// filterlens measure.
#include "core/measure/csv.h"
#include "core/measure/measures.h"
#include "tests/cli/explain_world.h"

namespace filterlens::test {
namespace {

/// Pictures of two classes of the compact network, with a box around each picture's disc.
class Measure : public ExplainWorld {
 protected:
  Measure() {
    writeModel("compact.safetensors", "compact", 3, 5);
    put("names.txt", "disc\nother\nthird\n");
    fs::create_directories(at("photos/disc"));
    fs::create_directories(at("photos/other"));
    for (const auto* name : {"photos/disc/a.ppm", "photos/disc/b.ppm", "photos/other/c.ppm"}) {
      writePicture(name, 150, 120);
    }
    put("boxes.csv", kHeader + box("disc/a.ppm", "disc") + box("disc/b.ppm", "disc") +
                         box("other/c.ppm", "other"));
  }

  void put(const std::string& name, const std::string& text) const {
    static_cast<void>(files().write(name, text));
  }
  static std::string box(const std::string& file, const std::string& name) {
    return file + "," + name + ",36,36,84,84,150,120\n";
  }

  /// Quick: a few draws.
  Outcome measure(std::vector<std::string> arguments, const ProgramSettings& settings = {}) const {
    arguments.insert(arguments.begin(), {"measure", at("photos"), "--model",
                                         at("compact.safetensors"), "--out", at("out")});
    arguments.insert(arguments.end(), {"--classes", at("names.txt"), "--draws", "2"});
    return runProgram(arguments, settings);
  }
  Outcome measureBoxes(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.end(), {"--boxes", at("boxes.csv"), "--measures", kQuick});
    return measure(arguments);
  }
  /// Into another folder, of a few measures, on one thread.
  Outcome measureInto(const std::string& out, std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.end(),
                     {"--out", at(out), "--boxes", at("boxes.csv"), "--method",
                      "importance,gradcam", "--measures", "localisation,masking,sparseness"});
    arguments.insert(arguments.begin(),
                     {"measure", at("photos"), "--model", at("compact.safetensors"), "--classes",
                      at("names.txt"), "--threads", "1"});
    return runProgram(arguments);
  }
  /// What a measurement wrote, file by file.
  std::string tablesOf(const std::string& out) const {
    std::string all;
    for (const auto* name : {"measures.csv", "measures.json", "photos.csv", "report.html"}) {
      all += contentOf(at(out + "/" + name));
    }
    return all;
  }

  const std::string kQuick = "localisation,selection,faithfulness";
  const std::string kHeader = "file,class,xmin,ymin,xmax,ymax,width,height\n";
};

/// The row of a measure among measures.json's.
nlohmann::json rowOf(const nlohmann::json& measures, const std::string& photos,
                     const std::string& method, const std::string& layer,
                     const std::string& measure) {
  for (const auto& row : measures["rows"]) {
    if (row["photos"] == photos && row["method"] == method && row["layer"] == layer &&
        row["measure"] == measure) {
      return row;
    }
  }
  return nullptr;
}

TEST_F(Measure, WritesTablesAndFiles) {
  const auto outcome = measureBoxes();
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  for (const auto* part : {"3 photos; the model gets", "Where maps point", "uniform", "centre",
                           "Where the selected cells are", "ratio to chance", "next K"}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " in " << outcome.out;
  }
  for (const auto* name :
       {"measures.csv", "measures.json", "photos.csv", "photos.jsonl", "report.html"}) {
    EXPECT_TRUE(fs::exists(at("out") / fs::path(name))) << name;
  }
  const auto json = readJson(at("out/measures.json"));
  EXPECT_EQ(json["photos"]["measured"], 3);
  EXPECT_EQ(json["photos"]["labelled"], 3);
  EXPECT_EQ(json["settings"]["draws"], 2);
  const auto uniform = rowOf(json, "all", "uniform", "input", "energy");
  EXPECT_EQ(uniform["n"], 3);
  EXPECT_EQ(uniform["mean"], uniform["low"]);  // three times the same picture
  const auto mask = rowOf(json, "all", "importance", "leaky_att_network.1", "energy_above_floor");
  EXPECT_GT(mask["mean"], 0);
  EXPECT_LT(mask["mean"], 1);
  EXPECT_TRUE(rowOf(json, "all", "selection", "all", "drop_bottom").is_object());
  EXPECT_TRUE(rowOf(json, "all", "rollout", "input", "pointing").is_object());
  EXPECT_TRUE(rowOf(json, "all", "gradcam", "network.1", "deletion").is_null());
}

TEST_F(Measure, FilesAgree) {
  ASSERT_EQ(measureBoxes({"--method", "gradcam,importance"}).exitCode, 0);
  const auto json = readJson(at("out/measures.json"));
  const auto rows = linesOf(contentOf(at("out/measures.csv")));
  EXPECT_EQ(rows.size(), json["rows"].size() + 1);
  double sum = 0;
  for (const auto& line : linesOf(contentOf(at("out/photos.csv")))) {
    const auto fields = csvFields(line);
    ASSERT_EQ(fields.size(), 9U);
    if (fields[5] == "gradcam" && fields[6] == "network.1" && fields[7] == "energy") {
      sum += std::stod(fields[8]);
    }
  }
  const auto row = rowOf(json, "all", "gradcam", "network.1", "energy");
  EXPECT_NEAR(sum / 3, row["mean"], 1e-12);
}

TEST_F(Measure, WithoutBoxesClassesAreFolders) {
  const auto outcome = measure(
      {"--json", "--steps", "2", "--measures", "perturbation", "--method", "importance,gradcam"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["photos"]["labelled"], 3);
  EXPECT_TRUE(rowOf(json, "all", "importance", "leaky_att_network.1", "energy").is_null());
  for (const auto* layer : {"leaky_att_network.1", "leaky_att_network.4"}) {
    EXPECT_TRUE(rowOf(json, "all", "importance", layer, "deletion").is_object());
  }
  EXPECT_TRUE(rowOf(json, "all", "gradcam", "network.1", "insertion").is_object());
  EXPECT_TRUE(rowOf(json, "all", "gradcam", "network.0", "insertion").is_null());
  EXPECT_TRUE(rowOf(json, "all", "random", "input", "insertion").is_object());
  EXPECT_TRUE(rowOf(json, "all", "centre", "input", "deletion").is_object());
}

TEST_F(Measure, PhotosOfUnknownClassAreMeasuredForTheMostProbableOne) {
  put("names.txt", "one\ntwo\nthree\n");
  const auto outcome = measure({"--measures", "faithfulness", "--method", "importance"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("nobody said what they show"), std::string::npos) << outcome.out;
}

TEST_F(Measure, GoesOnWhereItWasStopped) {
  ASSERT_EQ(measureBoxes({"--method", "importance"}).exitCode, 0);
  const auto whole = contentOf(at("out/measures.csv"));
  fs::remove_all(at("out"));

  const auto stopped =
      measure({"--boxes", at("boxes.csv"), "--measures", kQuick, "--method", "importance"},
              {.environment = {}, .folder = {}, .largestFile = 0, .interruptAt = "[1/3]"});
  EXPECT_EQ(stopped.exitCode, 130);
  EXPECT_NE(stopped.err.find("goes on from there"), std::string::npos) << stopped.err;
  EXPECT_FALSE(fs::exists(at("out/measures.csv")));

  const auto rest = measureBoxes({"--method", "importance"});
  ASSERT_EQ(rest.exitCode, 0) << rest.err;
  EXPECT_EQ(rest.err.find("[1/3]"), std::string::npos) << rest.err;
  EXPECT_EQ(contentOf(at("out/measures.csv")), whole);
}

TEST_F(Measure, ALineThatWasCutOffIsMeasuredAnew) {
  ASSERT_EQ(measureBoxes({"--method", "importance"}).exitCode, 0);
  const auto whole = contentOf(at("out/measures.csv"));
  const auto lines = contentOf(at("out/photos.jsonl"));
  put("out/photos.jsonl", lines.substr(0, lines.size() - 30));
  const auto again = measureBoxes({"--method", "importance"});
  ASSERT_EQ(again.exitCode, 0) << again.err;
  EXPECT_EQ(linesOf(again.err).size(), 1U) << again.err;  // one photo
  EXPECT_EQ(contentOf(at("out/measures.csv")), whole);
  EXPECT_EQ(contentOf(at("out/photos.jsonl")), lines);
}

TEST_F(Measure, MeasuresOfOtherSettingsAreNotMixed) {
  ASSERT_EQ(measureBoxes({"--method", "importance", "--limit", "1"}).exitCode, 0);
  ASSERT_EQ(measureBoxes({"--method", "importance"}).exitCode, 0);  // only more photos
  EXPECT_EQ(readJson(at("out/measures.json"))["photos"]["measured"], 3);
  const auto other = measureBoxes({"--method", "importance", "--seed", "1"});
  EXPECT_EQ(other.exitCode, 1);
  EXPECT_TRUE(isOneSentence(other.err));
  EXPECT_NE(other.err.find("other settings"), std::string::npos);
}

TEST_F(Measure, PhotosThatFailAreNamedAndTheRestIsMeasured) {
  put("boxes.csv", kHeader + box("disc/a.ppm", "disc") + box("disc/none.ppm", "disc") +
                       "disc/b.ppm,disc,0,0,50,50,160,160\n" +
                       "other/c.ppm,other,0,0,5,120,150,120\n");
  const auto outcome = measureBoxes({"--method", "importance"});
  EXPECT_EQ(outcome.exitCode, 1);
  for (const auto* part : {"none.ppm", "150 x 120 pixels, and its boxes were drawn on 160 x 160",
                           "None of its boxes lies", "1 of 4 photos measured, 3 failed"}) {
    EXPECT_NE(outcome.err.find(part), std::string::npos) << part << " in " << outcome.err;
  }
  EXPECT_TRUE(fs::exists(at("out/measures.csv")));
}

TEST_F(Measure, MistakesEndItBeforeAnythingIsWritten) {
  put("bad.csv", kHeader + "disc/a.ppm,disc,1,2,x,4,10,10\n");
  put("unknown.csv", kHeader + box("disc/a.ppm", "zebra"));
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"--boxes", at("bad.csv")}, "line 2: xmax"},
      {{"--boxes", at("unknown.csv")}, "no class \"zebra\""},
      {{"--boxes", at("none.csv")}, "could not be read"},
      {{"--method", "magic"}, "no method \"magic\""},
      {{"--param", "rollout.magic=1"}, "--param rollout.magic=1"},
      {{"--steps", "-1"}, "--steps"},
      {{"--measures", "magic"}, "no measures \"magic\"; there are localisation"},
      {{"--shard", "3/2"}, "I/N"},
      {{"--shard", "0/2"}, "I/N"},
      {{"--shard", "1/2x"}, "I/N"},
      {{"--jobs", "0"}, "--jobs"},
  };
  for (const auto& [arguments, part] : mistakes) {
    const auto outcome = measure(arguments);
    EXPECT_EQ(outcome.exitCode, 2) << part;
    EXPECT_TRUE(isOneSentence(outcome.err));
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
  EXPECT_FALSE(fs::exists(at("out")));
}

TEST_F(Measure, AFullDiskIsSaid) {
  const auto outcome =
      measure({"--boxes", at("boxes.csv"), "--measures", kQuick, "--method", "importance"},
              {.environment = {}, .folder = {}, .largestFile = 1500, .interruptAt = {}});
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("Cannot write"), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(at("out/measures.csv")));
}

TEST_F(Measure, EveryFamilyIsInTheFilesAndInTheReport) {
  const auto outcome = measure({"--boxes", at("boxes.csv"), "--method", "gradcam,selection",
                                "--steps", "2", "--limit", "1", "--threads", "1"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  const auto json = readJson(at("out/measures.json"));
  const auto report = contentOf(at("out/report.html"));
  EXPECT_EQ(json["settings"]["families"].size(), measureFamilies().size());
  for (const auto& spec : measureFamilies()) {
    const auto plain = spec.title.substr(0, spec.title.find('\''));  // that HTML writes otherwise
    EXPECT_NE(report.find(plain), std::string::npos) << spec.title;
    EXPECT_NE(outcome.out.find(spec.title), std::string::npos) << spec.title;
  }
  for (const auto* layer : {"leaky_att_network.1", "leaky_att_network.4", "all"}) {
    for (const auto* measure : {"drop_next", "drop_random", "drop_bottom"}) {
      EXPECT_TRUE(rowOf(json, "all", "selection", layer, measure).is_object()) << layer;
    }
  }
  for (const auto* point : {"head", "network.1", "leaky_att_network.1", "first_conv.0"}) {
    EXPECT_TRUE(
        rowOf(json, "all", "gradcam", "network.1", std::string("reinit_rank@") + point).is_object())
        << point;
  }
  EXPECT_TRUE(rowOf(json, "all", "importance", "leaky_att_network.1", "road").is_object());
  for (const auto* part : {"2 steps", "12 x 12 cells", "Seed 0"}) {
    EXPECT_NE(json["settings"]["protocol"].dump().find(part), std::string::npos) << part;
    EXPECT_NE(report.find(part), std::string::npos) << part;
  }
}

TEST_F(Measure, TheReportIsOnePageThatNeedsNothingElse) {
  put("names.txt", "disc\n<i>other</i>\nthird\n");
  put("boxes.csv", kHeader + box("disc/a.ppm", "disc") + box("other/c.ppm", "<i>other</i>"));
  ASSERT_EQ(measureInto("out").exitCode, 0);
  const auto report = contentOf(at("out/report.html"));
  EXPECT_TRUE(report.starts_with("<!DOCTYPE html>"));
  for (const auto* part : {"http:", "https:", "<link", "@import", "url(", "<i>other"}) {
    EXPECT_EQ(report.find(part), std::string::npos) << part;
  }
  for (std::size_t at = 0; (at = report.find("src=", at)) != std::string::npos; ++at) {
    EXPECT_EQ(report.substr(at, 26), "src='data:image/png;base64") << at;
  }
  for (const auto* part : {"<svg", "<table", "prefers-color-scheme: dark", "aria-sort", "<script>",
                           "disc/a.ppm", "other/c.ppm"}) {
    EXPECT_NE(report.find(part), std::string::npos) << part;
  }
  // Every element that is opened is closed.
  for (const std::string name : {"svg", "table", "tr", "td", "th", "div", "figure", "details"}) {
    std::size_t opened = 0;
    std::size_t closed = 0;
    for (std::size_t at = 0; (at = report.find("<" + name, at)) != std::string::npos; ++at) {
      const char next = report[at + name.size() + 1];
      opened += next == '>' || next == ' ' ? 1 : 0;
    }
    for (std::size_t at = 0; (at = report.find("</" + name + ">", at)) != std::string::npos; ++at) {
      ++closed;
    }
    EXPECT_EQ(opened, closed) << name;
    EXPECT_GT(opened, 0U) << name;
  }
}

TEST_F(Measure, ShardsMergedAreTheWholeToTheByte) {
  ASSERT_EQ(measureInto("whole").exitCode, 0);
  for (const auto* shard : {"2/2", "1/2"}) {  // into one folder, in any order
    const auto outcome = measureInto("parts", {"--shard", shard});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_FALSE(fs::exists(at("parts/measures.csv")));
  }
  const auto merged = runProgram({"merge", at("parts")});
  ASSERT_EQ(merged.exitCode, 0) << merged.err;
  EXPECT_NE(merged.out.find("3 photos; the model gets"), std::string::npos);
  EXPECT_EQ(tablesOf("parts"), tablesOf("whole"));

  // From folders of their own, to another one.
  ASSERT_EQ(measureInto("one", {"--shard", "1/2"}).exitCode, 0);
  ASSERT_EQ(measureInto("two", {"--shard", "2/2"}).exitCode, 0);
  const auto apart = runProgram({"merge", at("one"), at("two"), "--out", at("both"), "--json"});
  ASSERT_EQ(apart.exitCode, 0) << apart.err;
  EXPECT_EQ(apart.out, contentOf(at("whole/measures.json")));
  EXPECT_EQ(tablesOf("both"), tablesOf("whole"));
}

TEST_F(Measure, JobsGiveTheSameAsOneProcess) {
  ASSERT_EQ(measureInto("whole").exitCode, 0);
  const auto outcome = measureInto("jobs", {"--jobs", "2"});
  ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("[3/3] "), std::string::npos) << outcome.err;
  EXPECT_EQ(tablesOf("jobs"), tablesOf("whole"));
  EXPECT_FALSE(fs::exists(at("jobs/photos-1-of-2.jsonl")));
  const auto again = measureInto("jobs");  // all of it is known
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(tablesOf("jobs"), tablesOf("whole"));
}

TEST_F(Measure, WhatAShardKnowsIsNotMeasuredAgain) {
  ASSERT_EQ(measureInto("out", {"--shard", "1/3"}).exitCode, 0);
  const auto rest = measureInto("out");
  ASSERT_EQ(rest.exitCode, 0) << rest.err;
  EXPECT_EQ(linesOf(rest.err).size(), 2U) << rest.err;
}

TEST_F(Measure, MergingSaysWhatIsMissing) {
  ASSERT_EQ(measureInto("parts", {"--shard", "2/3"}).exitCode, 0);
  const auto merged = runProgram({"merge", at("parts")});
  EXPECT_EQ(merged.exitCode, 1);
  for (const auto* part : {"Shard 1 of 3 is not there", "Shard 3 of 3 is not there"}) {
    EXPECT_NE(merged.err.find(part), std::string::npos) << merged.err;
  }
  EXPECT_TRUE(fs::exists(at("parts/measures.csv")));
  const auto lines = contentOf(at("parts/photos-2-of-3.jsonl"));
  put("parts/photos-2-of-3.jsonl", lines.substr(0, lines.size() - 5));
  EXPECT_NE(runProgram({"merge", at("parts")}).err.find("is not complete"), std::string::npos);

  ASSERT_EQ(measureInto("other", {"--shard", "1/3", "--seed", "4"}).exitCode, 0);
  const auto mixed = runProgram({"merge", at("parts"), at("other")});
  EXPECT_EQ(mixed.exitCode, 1);
  EXPECT_TRUE(isOneSentence(mixed.err));
  EXPECT_NE(mixed.err.find("different settings"), std::string::npos);
  const auto nothing = runProgram({"merge", at("photos")});
  EXPECT_EQ(nothing.exitCode, 1);
  EXPECT_NE(nothing.err.find("There are no measures in"), std::string::npos);
}

TEST_F(Measure, StoppingStopsTheJobsAndTheyGoOn) {
  std::vector<std::string> arguments{"measure",    at("photos"),
                                     "--model",    at("compact.safetensors"),
                                     "--classes",  at("names.txt"),
                                     "--out",      at("out"),
                                     "--measures", "faithfulness",
                                     "--method",   "importance",
                                     "--threads",  "1"};
  auto withJobs = arguments;
  withJobs.insert(withJobs.end(), {"--jobs", "2"});
  const auto stopped = runProgram(
      withJobs, {.environment = {}, .folder = {}, .largestFile = 0, .interruptAt = "[1/3]"});
  EXPECT_EQ(stopped.exitCode, 130) << stopped.err;
  const auto rest = runProgram(arguments);
  ASSERT_EQ(rest.exitCode, 0) << rest.err;
  EXPECT_LE(linesOf(rest.err).size(), 2U) << rest.err;
  EXPECT_EQ(readJson(at("out/measures.json"))["photos"]["measured"], 3);
}

}  // namespace
}  // namespace filterlens::test
