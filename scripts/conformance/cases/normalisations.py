import torch
from torch import nn

from case import Exported, Written

image = (2, 6, 4, 5)


def drawn(layer):
    """Initialisers leave ones and zeros, which hide mistakes."""
    for name, tensor in [*layer.named_parameters(), *layer.named_buffers()]:
        if tensor.is_floating_point():
            tensor.data.uniform_(0.5, 1.5) if "var" in name or "weight" in name else tensor.data.normal_()
    return layer


cases = {
    "batch-norm": Exported(lambda: drawn(nn.BatchNorm2d(6)), image, options={"do_constant_folding": False}),
    "batch-norm-opset8": Exported(lambda: drawn(nn.BatchNorm2d(6, eps=1e-2)), image, opset=8),
    "batch-norm-opset15": Exported(lambda: drawn(nn.BatchNorm2d(6)), image, opset=15),
    "batch-norm-vector": Exported(lambda: drawn(nn.BatchNorm1d(6)), (3, 6)),
    "batch-norm-no-affine": Exported(lambda: drawn(nn.BatchNorm2d(6, affine=False)), image),
    "instance-norm": Exported(lambda: drawn(nn.InstanceNorm2d(6, affine=True)), image),
    "instance-norm-no-affine": Exported(lambda: nn.InstanceNorm2d(6), image),
    "group-norm": Exported(lambda: drawn(nn.GroupNorm(3, 6)), image),
    "group-norm-dynamo": Exported(lambda: drawn(nn.GroupNorm(3, 6)), image, opset=18, dynamo=True),
    "group-norm-opset21": Written(
        "GroupNormalization",
        lambda: drawn(nn.GroupNorm(3, 6)),
        image,
        {"num_groups": 3, "epsilon": 1e-5},
        opset=21,
        inputs=("weight", "bias"),
    ),
    "layer-norm": Exported(lambda: drawn(nn.LayerNorm(5)), image, opset=17),
    "layer-norm-several-axes": Exported(lambda: drawn(nn.LayerNorm([6, 4, 5])), image, opset=17),
    "layer-norm-written-out": Exported(lambda: drawn(nn.LayerNorm(5)), image, opset=13),
    "layer-norm-no-affine": Exported(lambda: nn.LayerNorm(5, elementwise_affine=False), image, opset=17),
    "lrn": Written(
        "LRN",
        lambda: nn.LocalResponseNorm(5, alpha=0.2, beta=0.75, k=1.5),
        image,
        {"size": 5, "alpha": 0.2, "beta": 0.75, "bias": 1.5},
    ),
    "lrn-wider-than-channels": Written(
        "LRN", lambda: nn.LocalResponseNorm(9, alpha=0.5, beta=0.5), image, {"size": 9, "alpha": 0.5, "beta": 0.5}
    ),
    "lrn-default": Written("LRN", lambda: nn.LocalResponseNorm(3), image, {"size": 3}, opset=9),
    "lrn-written-out": Exported(lambda: nn.LocalResponseNorm(5, alpha=0.2, k=1.5), image, opset=9),
    "lrn-written-out-opset13": Exported(lambda: nn.LocalResponseNorm(5, alpha=0.2, k=1.5), image, opset=13),
    "lp-normalization": Written(
        "LpNormalization", lambda: Normalised(), image, {"axis": 1, "p": 2}
    ),
    "rms-norm-written-out": Exported(lambda: drawn(nn.RMSNorm(5)), image, opset=18, dynamo=True),
}


class Normalised(nn.Module):
    def forward(self, x):
        return x / torch.linalg.vector_norm(x, dim=1, keepdim=True)
