// filterlens train and filterlens evaluate, as a user runs them.
#include "core/train/random.h"
#include "tests/cli/explain_world.h"

namespace filterlens::test {
namespace {

class TrainingCommands : public ExplainWorld {
 protected:
  /// Pictures of two classes, red and blue, that even a short training tells apart.
  [[nodiscard]] fs::path pictures(int count = 12) const {
    for (const auto* part : {"train", "val"}) {
      for (int label = 0; label < 2; ++label) {
        const auto folder = at("pictures") / part / (label == 0 ? "blue" : "red");
        fs::create_directories(folder);
        for (int i = 0; i < count; ++i) {
          std::ofstream(folder / (std::to_string(i) + ".ppm"), std::ios::binary)
              << picture(label, i + (part[0] == 'v' ? 100 : 0));
        }
      }
    }
    return at("pictures");
  }

  static std::string picture(int label, int seed) {
    Random random(seed, label);
    std::string bytes = "P6 48 48 255\n";
    for (int i = 0; i < 48 * 48; ++i) {
      const int noise = random.integer(60);
      const int strong = 160 + random.integer(60);
      for (const int value : {label == 1 ? strong : noise, noise, label == 0 ? strong : noise}) {
        bytes += static_cast<char>(value);
      }
    }
    return bytes;
  }

  [[nodiscard]] std::vector<std::string> shortRun(const std::string& out) const {
    return {"train",     pictures(), "--out",        at(out), "--size",       "48",
            "--epochs",  "3",        "--batch-size", "8",     "--keep-every", "1",
            "--warm-up", "0.5",      "--threads",    "1"};
  }
};

TEST_F(TrainingCommands, TrainWritesARunThatEvaluateAndExplainUnderstand) {
  auto arguments = shortRun("run");
  const auto photo = writePicture("photo.ppm");
  arguments.insert(arguments.end(), {"--watch", photo, "--watch-every", "2"});
  const auto trained = runProgram(arguments);
  ASSERT_EQ(trained.exitCode, 0) << trained.err;
  EXPECT_EQ(trained.out, (at("run") / "best.safetensors").string() + "\n");
  EXPECT_NE(trained.err.find("epoch   3"), std::string::npos) << trained.err;
  for (const auto* name :
       {"run.json", "metrics.csv", "metrics.jsonl", "state.safetensors", "last.safetensors",
        "epochs/epoch-0001.safetensors", "epochs/epoch-0003.safetensors",
        "watch/photo/leaky_att_network.1.importance.epoch-0001.png",
        "watch/photo/leaky_att_network.4.selection.epoch-0002.png"}) {
    EXPECT_TRUE(fs::exists(at("run") / name)) << name;
  }
  EXPECT_EQ(linesOf(contentOf(at("run") / "metrics.csv")).size(), 4U);

  const auto judged =
      runProgram({"evaluate", at("run") / "best.safetensors", at("pictures"), "--json"});
  ASSERT_EQ(judged.exitCode, 0) << judged.err;
  const auto json = nlohmann::json::parse(judged.out);
  EXPECT_EQ(json["pictures"], 24);
  EXPECT_EQ(json["top5"], 1);
  EXPECT_EQ(json["classes"][0]["name"], "blue");
  EXPECT_GT(json["temperature"], 0);
  const auto last = nlohmann::json::parse(linesOf(contentOf(at("run") / "metrics.jsonl")).back());
  const auto lastJudged =
      runProgram({"evaluate", at("run") / "last.safetensors", at("pictures"), "--json"});
  EXPECT_NEAR(nlohmann::json::parse(lastJudged.out)["top1"].get<double>(),
              last["validation_top1"].get<double>(), 1e-9);

  const auto text = runProgram({"evaluate", at("run") / "best.safetensors", at("pictures")});
  EXPECT_EQ(text.exitCode, 0);
  for (const auto* part : {"top-1", "calibration error", "confusion", "blue"}) {
    EXPECT_NE(text.out.find(part), std::string::npos) << text.out;
  }
}

TEST_F(TrainingCommands, CtrlCSavesAndResumeGoesOn) {
  auto arguments = shortRun("run");
  ProgramSettings interrupted;
  interrupted.interruptAt = "epoch   1";
  const auto stopped = runProgram(arguments, interrupted);
  EXPECT_EQ(stopped.exitCode, 130) << stopped.err;
  EXPECT_NE(stopped.err.find("Go on with --resume"), std::string::npos) << stopped.err;

  const auto resumed =
      runProgram({"train", at("pictures"), "--out", at("run"), "--resume", "--threads", "1"});
  EXPECT_EQ(resumed.exitCode, 0) << resumed.err;
  EXPECT_EQ(linesOf(contentOf(at("run") / "metrics.csv")).size(), 4U);

  const auto again = runProgram(arguments);
  EXPECT_EQ(again.exitCode, 1);
  EXPECT_TRUE(isOneSentence(again.err)) << again.err;
}

TEST_F(TrainingCommands, UnreadablePicturesAreListedAndSkipped) {
  const auto folder = pictures();
  std::ofstream(folder / "train" / "red" / "broken.jpg") << "no picture";
  const auto trained = runProgram(shortRun("run"));
  EXPECT_EQ(trained.exitCode, 0);
  EXPECT_NE(trained.err.find("broken.jpg"), std::string::npos) << trained.err;
}

TEST_F(TrainingCommands, MistakesGetASentence) {
  const auto complains = [](const Outcome& outcome, int code, const std::string& part) {
    EXPECT_EQ(outcome.exitCode, code) << outcome.err;
    EXPECT_TRUE(isOneSentence(outcome.err)) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  };
  const auto out = at("run").string();
  complains(runProgram({"train", at("nothing"), "--out", out}), 1, "nothing");
  const auto folder = pictures(2);
  complains(runProgram({"train", folder, "--out", out, "--size", "big"}), 2, "--size");
  complains(runProgram({"train", folder, "--out", out, "--network", "vgg"}), 1, "compact");
  complains(runProgram({"train", folder, "--out", out, "--epochs", "0"}), 1, "--epochs");
  fs::create_directories(folder / "train" / "empty");
  complains(runProgram({"train", folder, "--out", out}), 1, "empty");
  fs::remove_all(folder / "train" / "empty");
  fs::rename(folder / "train" / "red", at("red"));
  complains(runProgram({"train", folder, "--out", out}), 1, "class");

  fs::rename(at("red"), folder / "train" / "red");
  complains(runProgram({"evaluate", model(), folder}), 2, "--classes");
  complains(runProgram({"evaluate", at("no.safetensors"), folder}), 3, "no.safetensors");
}

TEST_F(TrainingCommands, AFullDiskEndsTheRunWithASentence) {
  ProgramSettings full;
  full.largestFile = 100'000;
  const auto outcome = runProgram(shortRun("run"), full);
  EXPECT_EQ(outcome.exitCode, 1);
  EXPECT_NE(outcome.err.find("safetensors"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace filterlens::test
