"""Writes the checkpoints of this folder with PyTorch (made with 1.13 and NumPy 1.24), and expected.json.

    python3 make.py

expected.json has an entry for each file: what opens gives its format, the key of the state dict, the
epoch and every tensor (type, shape, values, bytes); what does not gives words of the sentence.
"""

import argparse
import collections
import datetime
import json
import math
import os
import pathlib
import pickle
import zipfile

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
TYPES = {
    torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32", torch.float64: "F64", torch.int8: "I8",
    torch.uint8: "U8", torch.int16: "I16", torch.int32: "I32", torch.int64: "I64", torch.bool: "BOOL",
}
expected = {}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3)
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        return self.head(self.norm(self.conv(x)).mean((2, 3)))


class Evil:
    """Would leave a file behind, if anybody ran it."""

    def __reduce__(self):
        return os.system, ("touch code-of-a-checkpoint-ran",)


def describe(tensor):
    tensor = tensor.detach().contiguous()
    values = [v if math.isfinite(v) else str(v) for v in tensor.double().flatten().tolist()]
    raw = tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor
    return {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "values": values, "bytes": raw.numpy().tobytes().hex()}


def opens(name, tensors, key="", epoch=None, kind="PyTorch (zip)"):
    described = [{"name": n, **describe(t)} for n, t in tensors.items() if isinstance(t, torch.Tensor)]
    expected[name] = {"format": kind, "key": key, "epoch": epoch, "tensors": described}


def refused(name, *words):
    expected[name] = {"refused": words}


def save(name, content, **options):
    torch.save(content, HERE / name, **options)
    return name


def save_legacy(name, content, **options):
    return save(name, content, _use_new_zipfile_serialization=False, **options)


def state_dicts():
    torch.manual_seed(1)
    net = Net()
    weights = net.state_dict()
    opens(save("bare.pth", weights), weights)
    opens(save_legacy("bare-legacy.pth", weights), weights, kind="PyTorch (legacy)")
    opens(save("plain-dict.pth", dict(weights)), weights)
    for protocol in (3, 4, 5):
        opens(save(f"protocol{protocol}.pth", weights, pickle_protocol=protocol), weights)
        opens(save_legacy(f"protocol{protocol}-legacy.pth", weights, pickle_protocol=protocol), weights, kind="PyTorch (legacy)")
    for key in ("model", "state_dict", "model_state_dict", "module", "ema"):
        opens(save(f"under-{key}.pth", {"best": 0.5, key: weights, "epoch": 7}), weights, key=key, epoch=7)
    opens(save("under-ema-module.pth", {"ema": {"decay": 0.999, "module": weights}}), weights, key="ema.module")
    other = {n: t + 1 for n, t in weights.items()}
    opens(save("model-before-ema.pth", {"ema": other, "model": weights, "args": {"lr": 1}}), weights, key="model")
    opens(save("data-parallel.pth", {"module." + n: t for n, t in weights.items()}), weights)
    opens(save("compiled.pth", {"model": {"_orig_mod.module." + n: t for n, t in weights.items()}}), weights, key="model")
    averaged = {"n_averaged": torch.tensor(3), **{"module." + n: t for n, t in weights.items()}}
    opens(save("averaged.pth", {"ema": averaged}), weights, key="ema")
    opens(save("parameters.pth", collections.OrderedDict(net.named_parameters())), dict(net.named_parameters()))
    return net, weights


def training(net, weights):
    optimizer = torch.optim.AdamW(net.parameters())
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    net(torch.ones(1, 2, 5, 5)).sum().backward()
    optimizer.step()
    scheduler.step()
    content = {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "lr_scheduler": scheduler.state_dict(), "epoch": 119}
    opens(save("training.pth", content), net.state_dict(), key="model", epoch=119)
    opens(save_legacy("training-legacy.pth", content), net.state_dict(), key="model", epoch=119, kind="PyTorch (legacy)")
    late = {"optimizer": optimizer.state_dict(), "model": net.state_dict()}
    opens(save_legacy("optimizer-first-legacy.pth", late), net.state_dict(), key="model", kind="PyTorch (legacy)")


def types_and_views():
    numbers = torch.tensor([[0.0, -1.5, 3.25], [1e-5, -65504.0, 0.1]])
    types = {TYPES[t]: (numbers > 0 if t == torch.bool else numbers.clamp(-100, 100).to(t)) for t in TYPES}
    types["U8"] = torch.tensor([0, 127, 128, 255], dtype=torch.uint8)
    types["I64"] = torch.tensor([2**62 + 1, -(2**63), 5])
    types["F16.subnormal"] = torch.tensor([6e-8, -6.1e-5, 65504.0], dtype=torch.float16)
    types["scalar"] = torch.tensor(2.5)
    types["empty"] = torch.empty(0, 3)
    special = {"finite": torch.ones(2)}
    for name, dtype in (("half", torch.float16), ("brain", torch.bfloat16), ("single", torch.float32), ("double", torch.float64)):
        special[name + ".nan"] = torch.tensor([1.0, math.nan], dtype=dtype)
        special[name + ".inf"] = torch.tensor([-math.inf, 1.0], dtype=dtype)
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    views = {
        "base": base, "tied": base, "transposed": base.t(), "columns": base[:, 1:6:2], "row": base[2], "last": base[3, 5],
        "window": base[1:3, 2:4], "expanded": base[:1].expand(3, 6), "none": base[4:], "permuted": base.reshape(2, 2, 6).permute(2, 0, 1),
        "alone": torch.arange(9.0).reshape(3, 3).t(), "part": torch.arange(9.0)[4:6],
    }
    for stem, tensors in (("types", types), ("special-values", special), ("views", views)):
        opens(save(stem + ".pth", tensors), tensors)
        opens(save_legacy(stem + "-legacy.pth", tensors), tensors, kind="PyTorch (legacy)")


def strangers(weights):
    """Objects that are no weights: beside them they do no harm, in their place they are named."""
    attributed = torch.arange(3.0)
    attributed.note = "a tensor with an attribute"
    opens(save("attribute.pth", {"w.attributed": attributed}), {"w.attributed": attributed})
    beside = {
        "args": argparse.Namespace(lr=0.1, milestones=[1, 2]), "best": np.float64(0.5), "curve": np.arange(3.0), "when": datetime.date(2024, 10, 28),
        "where": pathlib.PurePosixPath("a/b"), "classes": {"cat", "dog"}, "frozen": frozenset([1]), "counts": collections.defaultdict(int, a=1),
        "big": 2**100, "dtype": torch.float32, "complex": 1j, "bytes": b"abc", "loss": nn.CrossEntropyLoss(), "none": None, "yes": True,
    }
    opens(save("strangers.pth", {**beside, "model": weights, "epoch": 3}), weights, key="model", epoch=3)
    opens(save_legacy("strangers-legacy.pth", {**beside, "model": weights}), weights, key="model", kind="PyTorch (legacy)")
    opens(save("strangers4.pth", {**beside, "model": weights}, pickle_protocol=4), weights, key="model")
    opens(save("stranger-in-bare.pth", {**weights, "args": argparse.Namespace(lr=0.1), "head._extra_state": np.float64(1)}), weights)
    opens(save("stranger-in-model.pth", {"model": {**weights, "steps": np.float64(7)}}), weights, key="model")
    opens(save("evil-beside.pth", {"model": weights, "evil": Evil()}), weights, key="model")
    opens(save_legacy("evil-beside-legacy.pth", {"model": weights, "evil": Evil()}), weights, key="model", kind="PyTorch (legacy)")
    refused(save("evil-weight.pth", {"model": {**weights, "conv.bias": Evil()}}), "conv.bias", "posix.system", "does not run")
    refused(save_legacy("evil-weight-legacy.pth", {**weights, "conv.bias": Evil()}), "conv.bias", "posix.system")
    refused(save("evil-undotted.pth", {"model": {"weight": torch.ones(1), "bias": Evil()}}), '"bias"', "posix.system")
    refused(save("evil-root.pth", Evil()), "posix.system")
    refused(save("numpy-weights.pth", {"conv.weight": np.ones(3)}), "conv.weight", "numpy.core.multiarray._reconstruct")
    refused(save("sparse.pth", {"w": torch.eye(2).to_sparse(), "b": torch.ones(1)}), '"w"', "torch._utils._rebuild_sparse_tensor")
    refused(save("complex.pth", {"w": torch.ones(2, dtype=torch.complex64)}), '"w"', "torch.ComplexFloatStorage")
    opens(save_legacy("complex-beside-legacy.pth", {"c": torch.ones(2, dtype=torch.complex64), "model": weights}), weights, key="model", kind="PyTorch (legacy)")


def other_files(net, weights):
    refused(save("whole-module.pth", net), "whole object", "__main__.Net", "state_dict()")
    refused(save_legacy("whole-module-legacy.pth", net), "whole object", "__main__.Net", "state_dict()")
    refused(save("whole-module-inside.pth", {"model": net, "epoch": 1}), '"model" is a whole object', "__main__.Net")
    refused(save("tensor.pth", torch.ones(2)), "a tensor, not a state dict")
    refused(save("list.pth", [weights]), "a list, not a state dict")
    refused(save("empty-dict.pth", {}), "an empty dict")
    refused(save("no-weights.pth", {"optimizer": {"lr": 1}, "epoch": 4, "args": argparse.Namespace()}), "no state dict", '"epoch" (a number)', "argparse.Namespace")
    torch.jit.script(net).save(str(HERE / "torchscript.pt"))
    refused("torchscript.pt", "TorchScript")
    with open(HERE / "plain.pickle", "wb") as file:
        pickle.dump({"w": [1.0, 2.0]}, file, protocol=4)
    refused("plain.pickle", "torch.save did not write")
    np.savez(HERE / "arrays.npz", w=np.ones(2))
    refused("arrays.npz", "NumPy archive")
    with zipfile.ZipFile(HERE / "bare.pth") as source, zipfile.ZipFile(HERE / "deflated.pth", "w", zipfile.ZIP_DEFLATED) as packed:
        for record in source.infolist():
            packed.writestr(record.filename, source.read(record))
    opens("deflated.pth", weights)
    with zipfile.ZipFile(HERE / "packed.zip", "w") as outer:
        outer.write(HERE / "bare.pth", "bare.pth")
    refused("packed.zip", "unpack it first")


def main():
    net, weights = state_dicts()
    types_and_views()
    strangers(weights)
    other_files(net, weights)
    training(net, weights)
    with open(HERE / "expected.json", "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(expected[name])}" for name in sorted(expected)) + "\n}\n")


main()
