#include "tests/core/model/networks.h"

#include "tests/support/formula_weights.h"

namespace filterlens::test {

Checkpoint formulaCheckpoint(const Architecture& a, int classes, std::uint64_t seed) {
  Checkpoint checkpoint;
  checkpoint.path = "formula.safetensors";
  checkpoint.tensors = formulaWeights(a, classes, seed);
  return checkpoint;
}

std::shared_ptr<Network> unfoldedNetwork(const Architecture& a, int classes, std::uint64_t seed) {
  auto network = std::make_shared<Network>(a, classes);
  network->load(formulaCheckpoint(a, classes, seed));
  network->eval();
  return network;
}

std::shared_ptr<const Model> formulaModel(const Architecture& a, int classes, std::uint64_t seed) {
  auto network = unfoldedNetwork(a, classes, seed);
  network->prepareForViewing();
  ModelInfo info;
  info.architecture = &a;
  info.classes = classes;
  info.parameters = parameterCount(a, classes);
  return std::make_shared<TorchModel>(std::move(info), std::move(network));
}

NoiseRun::NoiseRun(const char* id, int size, int classes, std::uint64_t seed, int target)
    : architecture(findArchitecture(id)),
      model(formulaModel(*architecture, classes, seed)),
      input{size, size, splitmixValues(11, std::size_t{3} * size * size)},
      trace(*model->run(input, {.targetClass = target, .selections = {}}, {})) {}

torch::Tensor asTensor(const InputTensor& input) {
  return torch::from_blob(const_cast<float*>(input.values.data()),
                          {1, 3, input.height, input.width})
      .clone();
}

std::vector<float> floatsOf(const torch::Tensor& tensor) {
  const auto values = tensor.to(torch::kFloat).contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

}  // namespace filterlens::test
