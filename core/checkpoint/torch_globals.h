// The few names that a pickle of torch.save may call: the whole allow list of the pickle reader.
#pragma once

#include "core/checkpoint/pickle_value.h"

namespace filterlens {

/// What `callable(*arguments)` gives. A dict, a tensor or a shape for the names of the list:
///   collections.OrderedDict, torch.Size,
///   torch._utils._rebuild_tensor, _rebuild_tensor_v2,
///   torch._utils._rebuild_parameter, _rebuild_parameter_with_state,
///   torch._tensor._rebuild_from_type_v2 (a tensor with attributes).
/// An opaque value, which names what was not called, for all others and for those of the list that
/// depend on one. Throws a ReadError where arguments make no sense.
PickleValue callGlobal(PickleHeap&, PickleValue callable, PickleValue arguments);

/// What a persistent id of torch.save stands for: a storage, or the class of a module.
PickleValue resolvePersistentId(PickleHeap&, PickleValue id);

}  // namespace filterlens
