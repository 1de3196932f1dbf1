#include "core/model/attention_gradients.h"

namespace filterlens {

Result<Trace> withAttentionGradients(const Trace& trace) {
  if (trace.attentionGradientSource == nullptr) {
    return Error{
        "This run kept no graph to follow a class back to its attention; run the network with "
        "recording on."};
  }
  if (trace.targetClass < 0) {
    return Error{
        "Gradients of attention need a target class, and this run followed none; choose one."};
  }
  auto gradients = trace.attentionGradientSource->gradients(trace);
  if (!gradients) return gradients.error();
  Trace filled = trace;
  for (std::size_t layer = 0; layer < filled.layers.size(); ++layer) {
    auto& attention = filled.layers[layer].attention;
    for (std::size_t i = 0; i < attention.size(); ++i) {
      attention[i].gradient = (*gradients)[layer][i];
    }
  }
  return filled;
}

}  // namespace filterlens
