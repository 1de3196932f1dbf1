// Provenance: how a map was made, in a sentence.
#pragma once

#include <cstdint>
#include <string>

#include "core/engine.h"
#include "core/explain/heatmap.h"

namespace filterlens {

/// "Made by Grad-CAM at network.1 for class "dog" (8), with evidence positive, from the network
/// FilterViT_xs in xs.safetensors (SHA-256 0123456789ab…), with seed 0." All parameters are named,
/// also those at their defaults. What was changed in the network is said in a sentence of its own.
/// The same in panes, on the clipboard and in JSON.
std::string provenance(const Heatmap&, const ModelInfo&, std::uint64_t seed,
                       const Interventions& = {});

/// The first digits of the hash of the model's file, as captions give it.
std::string shortHash(const ModelInfo&);

}  // namespace filterlens
