// Files that torch.save writes: a zip archive since PyTorch 1.6, a sequence of pickles before.
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/input_file.h"

namespace filterlens {

/// A zip archive NAME/data.pkl, NAME/data/0, NAME/data/1, …: one pickle, and a record for each
/// storage. Only the storages of the state dict are read.
Checkpoint readTorchZip(const InputFile&, const Progress&);

/// Five pickles (a magic number, the version, sizes of C types, what was saved, the list of
/// storages), then the storages, each behind its number of values. Storages that do not belong to
/// the state dict are stepped over. The format has no checksums.
Checkpoint readTorchLegacy(const InputFile&, const Progress&);

}  // namespace filterlens
