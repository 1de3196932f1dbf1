#include "core/model/reinitialise.h"

namespace filterlens {

Result<std::shared_ptr<const Model>> reinitialised(const Model& model, int stages,
                                                   std::uint64_t seed) {
  if (const auto* source = dynamic_cast<const Reinitialisable*>(&model)) {
    return source->reinitialised(stages, seed);
  }
  return Error{"This model cannot be re-initialised."};
}

}  // namespace filterlens
