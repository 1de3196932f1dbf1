// A training run in the window: its epochs on one photo.
#include <QTest>

#include "core/checkpoint/checkpoint.h"
#include "core/model/model_metadata.h"
#include "core/train/training_log.h"
#include "tests/support/formula_weights.h"
#include "tests/ui/window_fixture.h"

namespace filterlens::test {
namespace {

class RunTest : public WindowTest {
 protected:
  /// A run that has kept models of these epochs.
  [[nodiscard]] std::filesystem::path run(const std::vector<int>& epochs) const {
    const RunFolder run{folder_.path() / "run"};
    std::filesystem::create_directories(run.epochs());
    (void)folder_.write("run/run.json", "{}");
    std::vector<EpochMetrics> metrics;
    for (const int epoch : epochs) {
      ModelMetadata metadata;
      metadata.preprocessing.emplace().inputSize = 64;
      const auto weights =
          formulaWeights(*findArchitecture("compact"), kClasses, static_cast<std::uint64_t>(epoch));
      EXPECT_TRUE(writeSafetensors(run.epochModel(epoch), weights, toStrings(metadata)).ok());
      metrics.emplace_back().epoch = epoch;
      metrics.back().validationTop1 = 0.5 + epoch / 100.0;
    }
    EXPECT_TRUE(writeMetrics(run, metrics).ok());
    return run.root;
  }

  [[nodiscard]] std::string modelName() {
    return session().modelInfo() ? session().modelInfo()->path.filename().string() : "";
  }

  void openRun(const std::vector<int>& epochs) {
    openAnalysed("compact");
    window().open({run(epochs)});
    waitUntilIdle();
  }
};

TEST_F(RunTest, OpensAtItsLastEpoch) {
  openRun({5, 10, 15});
  EXPECT_TRUE(window().epochBar()->isVisible());
  EXPECT_EQ(modelName(), "epoch-0015.safetensors");
  EXPECT_EQ(window().epochBar()->text(), QStringLiteral("Epoch 15 · validation top-1 0.650"));
  EXPECT_TRUE(session().analysis()) << "the photo stays and is analysed with the new model";
  EXPECT_TRUE(problems().isEmpty());
}

TEST_F(RunTest, SliderAndKeysWalkThroughEpochs) {
  openRun({5, 10, 15});
  const auto last = session().analysis()->trace.logits;
  window().epochBar()->slider()->setValue(0);
  waitUntilIdle();
  EXPECT_EQ(modelName(), "epoch-0005.safetensors");
  EXPECT_NE(session().analysis()->trace.logits, last);

  QTest::keyClick(&window(), Qt::Key_Right, Qt::ControlModifier);
  waitUntilIdle();
  EXPECT_EQ(modelName(), "epoch-0010.safetensors");
  EXPECT_EQ(window().epochBar()->slider()->value(), 1);
  QTest::keyClick(&window(), Qt::Key_Left, Qt::ControlModifier);
  waitUntilIdle();
  EXPECT_EQ(modelName(), "epoch-0005.safetensors");
  EXPECT_FALSE(window().actions()[ActionId::PreviousEpoch]->isEnabled());
  EXPECT_TRUE(window().actions()[ActionId::NextEpoch]->isEnabled());
}

TEST_F(RunTest, PanesStayAsTheyWere) {
  openRun({5, 10});
  const auto layer = std::string("leaky_att_network.3");
  session().chooseLayer(layer);
  const auto layout = session().choices().layout;
  window().epochBar()->slider()->setValue(0);
  waitUntilIdle();
  EXPECT_EQ(session().choices().layout, layout);
  EXPECT_EQ(session().choices().layer, layer);
}

TEST_F(RunTest, AnotherModelEndsIt) {
  openRun({5, 10});
  window().open({modelFile("compact")});
  waitUntilIdle();
  EXPECT_FALSE(window().epochBar()->isVisible());
  EXPECT_FALSE(window().actions()[ActionId::PreviousEpoch]->isEnabled());
}

TEST_F(RunTest, AnEpochIsKeptBesideTheOthers) {
  openRun({5, 10, 15});
  window().actions()[ActionId::KeepAsSecondModel]->trigger();
  waitUntilIdle();
  window().epochBar()->slider()->setValue(0);
  waitUntilIdle();
  const auto second = [this] {
    return session().modelInfo(ModelSlot::Second)->path.filename().string();
  };
  EXPECT_EQ(modelName(), "epoch-0005.safetensors");
  EXPECT_EQ(second(), "epoch-0015.safetensors");
  EXPECT_FALSE(session().missingMap());
  QTest::keyClick(&window(), Qt::Key_W);
  waitUntilIdle();
  EXPECT_EQ(modelName(), "epoch-0015.safetensors");
  EXPECT_EQ(second(), "epoch-0005.safetensors");
  EXPECT_EQ(window().epochBar()->slider()->value(), 2) << "the bar follows the first model";
}

TEST_F(RunTest, ARunWithoutModelsGetsASentence) {
  openAnalysed("compact");
  window().open({run({})});
  waitUntilIdle();
  ASSERT_EQ(problems().size(), 1);
  EXPECT_TRUE(problems().front().contains(QStringLiteral("no model of an epoch")));
  EXPECT_FALSE(window().epochBar()->isVisible());
}

}  // namespace
}  // namespace filterlens::test
