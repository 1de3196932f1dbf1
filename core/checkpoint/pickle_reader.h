// A restricted reader of Python pickles, protocols 2 to 5, as torch.save writes them.
//
// A pickle is a program for a small stack machine, and Python's own reader lets it call any
// function. This one calls none: the few constructors that a state dict is made of
// (torch_globals.h) are rebuilt here as data; everything else becomes an inert, opaque value that
// only remembers the name of what was to be called. So a file with an argparse namespace or NumPy
// scalars beside its weights opens, and one that would run a command opens too, without running it.
//
// Sizes are checked against the input and charged to the heap's budget; the memo is sparse; nothing
// here recurses. Errors are ReadErrors.
#pragma once

#include "core/checkpoint/pickle_input.h"
#include "core/checkpoint/pickle_value.h"

namespace filterlens {

/// Reads one pickle, and leaves the input behind its end.
PickleValue readPickle(PickleInput&, PickleHeap&);

}  // namespace filterlens
