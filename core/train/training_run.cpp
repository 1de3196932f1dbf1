#include "core/train/training_run_internal.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include <torch/torch.h>

#include "core/model/model_metadata.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// [B, 3, side, side] in channels-last memory: a view of the batch.
torch::Tensor inputOf(Batch& batch) {
  return torch::from_blob(batch.values.data(), {batch.size, batch.pixels, batch.pixels, 3})
      .permute({0, 3, 1, 2});
}

/// What the network shall answer, [B, classes]: shares of mixed pictures, smoothed.
torch::Tensor targetsOf(const Batch& batch, int classes, double smoothing) {
  auto targets = torch::full({batch.size, classes}, smoothing / classes, torch::kFloat);
  auto* rows = targets.data_ptr<float>();
  const auto sure = static_cast<float>(1 - smoothing);
  for (int i = 0; i < batch.size; ++i) {
    const auto at = static_cast<std::size_t>(i);
    rows[i * classes + batch.labels[at]] += sure * batch.share[at];
    rows[i * classes + batch.mixedLabels[at]] += sure * (1 - batch.share[at]);
  }
  return targets;
}

/// Pictures of a batch whose larger part was recognised.
std::int64_t correctIn(const Batch& batch, const torch::Tensor& logits) {
  const auto predicted = logits.argmax(1).contiguous();
  const auto* classes = predicted.data_ptr<std::int64_t>();
  std::int64_t correct = 0;
  for (int i = 0; i < batch.size; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const int label = batch.share[at] >= 0.5F ? batch.labels[at] : batch.mixedLabels[at];
    correct += classes[i] == label ? 1 : 0;
  }
  return correct;
}

double worstClass(const Evaluation& evaluation) {
  double worst = 1;
  for (const auto& c : evaluation.classes) {
    if (c.count > 0) worst = std::min(worst, static_cast<double>(c.correct) / c.count);
  }
  return worst;
}

LoaderOptions loaderOptions(const TrainOptions& options, const Preprocessing& preprocessing) {
  LoaderOptions loader;
  loader.batchSize = options.batchSize;
  loader.augmentation = options.augmentation;
  loader.seed = options.seed;
  loader.threads = options.loaderThreads;
  loader.mean = preprocessing.mean;
  loader.stddev = preprocessing.stddev;
  loader.dropLast = true;
  return loader;
}

}  // namespace

TrainingRun::TrainingRun(const TrainOptions& options, TrainingData data,
                         const TrainingReports& reports, std::stop_token stop)
    : options_(options),
      architecture_(*findArchitecture(options.architecture)),
      data_(std::move(data)),
      reports_(reports),
      stop_(std::move(stop)),
      folder_{options.out},
      state_(architecture_, classes(), options_),
      schedule_(options_, batches()) {}

int TrainingRun::batches() const { return data_.train.size() / options_.batchSize; }

Preprocessing TrainingRun::preprocessing() const {
  Preprocessing preprocessing;
  preprocessing.fit = options_.fit;
  preprocessing.inputSize = schedule_.side(state_.position.epoch);
  // The paper's ratio of the two: 256 to 224.
  preprocessing.resizeShortSide = preprocessing.inputSize * 8 / 7;
  return preprocessing;
}

Result<void> TrainingRun::startAnew() {
  if (options_.start.empty()) return {};
  const auto checkpoint = readCheckpoint(options_.start);
  if (!checkpoint) return checkpoint.error();
  const auto recognised = recogniseArchitecture(*checkpoint);
  if (!recognised) return recognised.error();
  if (recognised->architecture != &architecture_ || recognised->classes != classes()) {
    return Error{options_.start.string() + " holds " +
                 std::string(recognised->architecture->title) + " with " +
                 std::to_string(recognised->classes) + " classes; this run is to train " +
                 std::string(architecture_.title) + " with " + std::to_string(classes()) + "."};
  }
  state_.startFrom(*checkpoint);
  return {};
}

Result<void> TrainingRun::resume() {
  const auto checkpoint = readCheckpoint(folder_.state());
  if (!checkpoint) return checkpoint.error();
  if (auto restored = state_.restore(*checkpoint); !restored) return restored;
  auto history = readMetrics(folder_);
  if (!history) return history.error();
  history_ = std::move(*history);
  // What was written after the state belongs to epochs that are done again.
  std::erase_if(history_, [this](const auto& e) { return e.epoch >= state_.position.epoch; });
  return {};
}

Result<TrainingResult> TrainingRun::go() {
  while (state_.position.epoch <= options_.epochs && !stop_.stop_requested()) {
    if (auto done = trainEpoch(); !done) return done.error();
    if (stop_.stop_requested() && state_.position.batch < batches()) break;
    if (auto closed = closeEpoch(); !closed) return closed.error();
  }
  if (auto saved = saveState(); !saved) return saved.error();
  TrainingResult result;
  result.epochs = state_.position.epoch - 1;
  result.finished = state_.position.epoch > options_.epochs;
  result.bestTop1 = state_.position.bestTop1;
  return result;
}

Result<void> TrainingRun::trainEpoch() {
  auto& position = state_.position;
  BatchLoader loader(data_.train, loaderOptions(options_, preprocessing()));
  loader.begin(position.epoch - 1, position.batch, schedule_.side(position.epoch));
  const auto before = position;
  const auto start = Clock::now();
  while (position.batch < batches() && !stop_.stop_requested()) {
    auto batch = loader.next();
    if (!batch) return *loader.failure();
    if (auto trained = trainOn(*batch); !trained) return trained;
    position.seconds = before.seconds + secondsSince(start);
    position.waited = before.waited + loader.waitSeconds();
    report(position.seconds - before.seconds, position.batch - before.batch);
  }
  return {};
}

Result<void> TrainingRun::trainOn(Batch& batch) {
  auto& position = state_.position;
  // Each step has a seed of its own, so that a resumed run drops and draws what it would have.
  const auto seed = Random(options_.seed, position.epoch, position.batch).bits();
  torch::manual_seed(seed);
  position.learningRate = schedule_.learningRate(position.epoch, position.batch);

  auto mask = state_.objective().at(schedule_.part(position.epoch, position.batch));
  RunContext context;
  context.seed = seed;
  if (state_.objective().active()) context.maskTraining = &mask;
  const auto logits = state_.network().forward(inputOf(batch), context);
  const auto targets = targetsOf(batch, classes(), options_.labelSmoothing);
  const auto classLoss = softCrossEntropy(logits, targets);
  const auto maskLoss = state_.objective().loss(mask.filters, targets);
  const auto loss = maskLoss.defined() ? classLoss + maskLoss : classLoss;
  const double value = loss.item<double>();
  if (!std::isfinite(value)) {
    return Error{"The loss was no number any more in epoch " + std::to_string(position.epoch) +
                 ", step " + std::to_string(position.batch + 1) + ". The last good state is in " +
                 folder_.state().string() +
                 ". Start a new run with a lower --learning-rate or a smaller --clip."};
  }
  loss.backward();
  state_.step(position.learningRate, options_.clip);
  position.loss += value;
  position.classLoss += classLoss.item<double>();
  position.correct += correctIn(batch, logits);
  position.pictures += batch.size;
  ++position.batch;
  return {};
}

void TrainingRun::report(double secondsNow, int batchesNow) const {
  if (!reports_.step) return;
  const auto& position = state_.position;
  StepReport step;
  step.epoch = position.epoch;
  step.epochs = options_.epochs;
  step.batch = position.batch;
  step.batches = batches();
  step.loss = position.loss / std::max(1, position.batch);
  const double speed = batchesNow / std::max(1e-9, secondsNow);
  step.photosPerSecond = speed * options_.batchSize;
  const double left = static_cast<double>(options_.epochs - position.epoch + 1) * batches();
  step.secondsLeft = (left - position.batch) / std::max(1e-9, speed);
  reports_.step(step);
}

Result<Predictions> TrainingRun::validate() const {
  Checkpoint weights;
  weights.tensors = state_.model();
  const auto network = std::make_shared<Network>(architecture_, classes());
  network->load(weights);
  network->prepareForViewing();
  const torch::NoGradGuard noGrad;
  Predictions predictions;
  predictions.classes = classes();
  EvaluationLoader loader(data_.val, preprocessing(), options_.batchSize, options_.loaderThreads);
  loader.begin();
  while (auto batch = loader.next()) {
    RunContext context;
    context.seed = options_.seed;
    const auto logits = network->forward(inputOf(*batch), context).contiguous();
    const auto* values = logits.data_ptr<float>();
    predictions.logits.insert(predictions.logits.end(), values, values + logits.numel());
    predictions.labels.insert(predictions.labels.end(), batch->labels.begin(), batch->labels.end());
  }
  if (loader.failure()) return *loader.failure();
  return predictions;
}

EpochMetrics TrainingRun::metrics(const Evaluation& evaluation) const {
  const auto& position = state_.position;
  EpochMetrics metrics;
  metrics.epoch = position.epoch;
  metrics.step = position.step;
  metrics.side = schedule_.side(position.epoch);
  metrics.learningRate = position.learningRate;
  metrics.loss = position.loss / std::max(1, position.batch);
  metrics.classLoss = position.classLoss / std::max(1, position.batch);
  const auto pictures = static_cast<double>(std::max<std::int64_t>(1, position.pictures));
  metrics.top1 = static_cast<double>(position.correct) / pictures;
  metrics.validationLoss = evaluation.loss;
  metrics.validationTop1 = evaluation.top1;
  metrics.validationWorst = worstClass(evaluation);
  metrics.calibrationError = evaluation.calibrationError;
  metrics.seconds = position.seconds;
  metrics.photosPerSecond = pictures / std::max(1e-9, position.seconds);
  metrics.waitShare = position.waited / std::max(1e-9, position.seconds);
  return metrics;
}

Result<void> TrainingRun::closeEpoch() {
  const auto predictions = validate();
  if (!predictions) return predictions.error();
  const auto epoch = metrics(evaluate(*predictions));
  history_.push_back(epoch);
  if (auto written = writeMetrics(folder_, history_); !written) return written;
  if (auto saved = saveModels(epoch, *predictions); !saved) return saved;
  auto& position = state_.position;
  RunPosition next;
  next.epoch = position.epoch + 1;
  next.step = position.step;
  next.bestTop1 = std::max(position.bestTop1, epoch.validationTop1);
  position = next;
  if (auto saved = saveState(); !saved) return saved;
  const bool kept = options_.keepEvery > 0 && epoch.epoch % options_.keepEvery == 0;
  if (reports_.epoch) {
    reports_.epoch(epoch, kept ? folder_.epochModel(epoch.epoch) : folder_.last());
  }
  return {};
}

Result<void> TrainingRun::saveModels(const EpochMetrics& epoch, const Predictions& predictions) {
  ModelMetadata metadata;
  metadata.architecture = std::string(architecture_.id);
  metadata.classNames = data_.classNames;
  metadata.preprocessing = preprocessing();
  metadata.temperature = fitTemperature(predictions);
  auto record = nlohmann::json::parse(toJson(options_));
  record["validation"] = {{"pictures", predictions.count()},
                          {"top1", epoch.validationTop1},
                          {"worst_class", epoch.validationWorst},
                          {"calibration_error_uncalibrated", epoch.calibrationError},
                          {"calibration_error", crossFittedCalibrationError(predictions)}};
  metadata.training = record.dump();
  auto strings = toStrings(metadata);
  strings["epoch"] = std::to_string(epoch.epoch);
  const auto weights = state_.model();
  if (auto written = writeSafetensors(folder_.last(), weights, strings); !written) return written;
  if (epoch.validationTop1 > state_.position.bestTop1) {
    auto written = writeSafetensors(folder_.best(), weights, strings);
    if (!written) return written;
  }
  if (options_.keepEvery <= 0 || epoch.epoch % options_.keepEvery != 0) return {};
  return writeSafetensors(folder_.epochModel(epoch.epoch), weights, strings);
}

Result<void> TrainingRun::saveState() const {
  return writeSafetensors(folder_.state(), state_.tensors(),
                          {{"filterlens.position", state_.positionAsJson()}});
}

}  // namespace filterlens
