// What a what-if step costs: FilterViT xs, one 224 x 224 photo, 100 classes, beside a plain,
// unfolded LibTorch forward pass of the same network in the same run. Machines are noisy: read the
// ratios. A step right behind the last filter block may cost half a plain forward pass.
//
//   tests/bench/run.sh            builds, runs and prints the table
//   FILTERLENS_THREADS=1 …        another number of threads (default: all cores)
#include "tests/bench/xs_runs.h"

namespace filterlens::test {
namespace {

constexpr int kRounds = 21;
constexpr double kMostOfAPlainForward = 0.5;
constexpr const char* kLastFilter = "leaky_att_network.4";
constexpr const char* kBehindIt = "leaky_att_network.5";

}  // namespace
}  // namespace filterlens::test

int main() {
  using namespace filterlens;
  using namespace filterlens::test;
  torch::set_num_threads(threads());
  const auto model = formulaModel(xs(), kClasses, kSeed);
  const auto before = model->run(photo(), {}, {});
  if (!before) return 1;
  const PlainForward plain;
  const auto step = [&](const char* layer, const Intervention& change, FollowBack follow) {
    RunOptions options;
    options.interventions[layer] = change;
    if (!model->rerun(*before, options, follow, {})) std::abort();
  };
  using enum FollowBack;
  std::vector<TimedRow> rows{{"plain LibTorch forward, unfolded", std::cref(plain)},
                             {"behind the last filter block: attention off",
                              [&] { step(kBehindIt, {.attentionOff = true}, ToFirstChange); }},
                             {"in the last filter block: K 128 -> 64",
                              [&] { step(kLastFilter, {.k = 64}, ToFirstChange); }},
                             {"in the last filter block: K 128 -> 256",
                              [&] { step(kLastFilter, {.k = 256}, ToFirstChange); }},
                             {"the same, gradients of all layers too",
                              [&] { step(kLastFilter, {.k = 64}, ToFirstLayer); }},
                             {"in the first filter block: K 256 -> 400",
                              [&] { step("leaky_att_network.1", {.k = 400}, ToFirstChange); }},
                             {"the whole run", [&] {
                                if (!model->run(photo(), {}, {})) std::abort();
                              }}};
  timeInTurns(rows, kRounds);
  print(rows, "A what-if step, FilterViT xs, 224 x 224", kRounds);
  const double ratio = rows[1].median() / rows[0].median();
  std::printf("behind the last filter block: %.2fx, at most %.1fx is promised\n", ratio,
              kMostOfAPlainForward);
  return ratio <= kMostOfAPlainForward ? 0 : 1;
}
