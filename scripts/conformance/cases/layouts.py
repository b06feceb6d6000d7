import numpy
import torch
from torch import nn
from torch.nn import functional as F

from case import Exported, Function, Written

image = (2, 4, 5, 6)


def of(function, **options):
    return Exported(lambda: Function(function), options.pop("shape", image), **options)


def shuffle(x):
    n, c, h, w = x.shape
    return x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, -1, h, w)


cases = {
    "concat-channels": of(lambda x: torch.cat([x * 2, x.tanh(), x[:, :1]], 1)),
    "concat-width": of(lambda x: torch.cat([x, x[..., :2]], -1)),
    "split-even": of(lambda x: torch.cat([a * i for i, a in enumerate(x.chunk(2, 1), 1)], 2)),
    "split-uneven": of(lambda x: torch.cat([a * i for i, a in enumerate(x.split([1, 3], 1), 1)], 1)),
    "split-uneven-opset11": of(lambda x: torch.cat([a * i for i, a in enumerate(x.split([1, 3], 1), 1)], 1), opset=11),
    "split-dropped": of(lambda x: x.split([1, 2, 1], 1)[1] * 3),
    "split-opset18": of(lambda x: torch.mul(*x.chunk(2, 1)), opset=18, dynamo=True),
    "slice": of(lambda x: x[:, 1:3, ::2, 1:]),
    "slice-opset9": of(lambda x: x[:, 1:3, 2:, 1:-1], opset=9),
    "slice-focus": of(lambda x: torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2]], 1), shape=(2, 3, 6, 6)),
    "slice-backwards": of(lambda x: x.flip(3) * x),
    "gather-channel": of(lambda x: x[:, 2] * x[:, 0]),
    "gather-channels": of(lambda x: x[:, torch.tensor([2, 0, 2])]),
    "pad-zeros": of(lambda x: F.pad(x, (1, 2, 0, 3)) + 1),
    "pad-zeros-opset9": of(lambda x: F.pad(x, (1, 2, 0, 3)) + 1, opset=9),
    "pad-value": of(lambda x: F.pad(x, (1, 2, 0, 3), value=0.7).square()),
    "pad-channels": of(lambda x: F.pad(x, (0, 0, 0, 0, 1, 2)).square()),
    "pad-negative": of(lambda x: F.pad(x, (-1, 2, 0, -2)).square()),
    "pad-reflect": of(lambda x: F.pad(x, (3, 2, 1, 4), mode="reflect")),
    "pad-replicate": of(lambda x: F.pad(x, (3, 2, 1, 4), mode="replicate")),
    "pad-replicate-opset9": of(lambda x: F.pad(x, (3, 2, 1, 4), mode="replicate"), opset=9),
    "pad-dynamo": of(lambda x: F.pad(x, (1, 2, 0, 3), mode="reflect"), opset=18, dynamo=True),
    "reshape": of(lambda x: x.reshape(2, 2, -1, 3).square()),
    "flatten": of(lambda x: x.flatten(1).square()),
    "flatten-tail": of(lambda x: x.flatten(2).square()),
    "flatten-axis-0": Written("Flatten", lambda: Function(lambda x: x.reshape(1, -1)), image, {"axis": 0}),
    "flatten-axis-negative": Written("Flatten", lambda: Function(lambda x: x.reshape(8, 30)), image, {"axis": -2}),
    "transpose": of(lambda x: x.permute(2, 0, 3, 1).square()),
    "transpose-default": Written("Transpose", lambda: Function(lambda x: x.permute(3, 2, 1, 0)), image),
    "squeeze-unsqueeze": of(lambda x: x.mean(2, keepdim=True).squeeze(2).unsqueeze(1), opset=13),
    "squeeze-unsqueeze-opset11": of(lambda x: x.mean(2, keepdim=True).squeeze(2).unsqueeze(1), opset=11),
    "squeeze-all": Written("Squeeze", lambda: Function(lambda x: x.squeeze()), (1, 4, 1, 5)),
    "shuffle": of(shuffle),
    "expand": of(lambda x: x.mean((2, 3), keepdim=True).expand(2, 4, 3, 2).square()),
    "tile": of(lambda x: x.repeat(1, 2, 1, 3).square()),
    "depth-to-space": Exported(lambda: nn.PixelShuffle(2), (2, 8, 3, 4)),
    "depth-to-space-depth-first": Written(
        "DepthToSpace",
        lambda: Function(lambda x: x.view(2, 2, 2, 2, 3, 4).permute(0, 3, 4, 1, 5, 2).reshape(2, 2, 6, 8)),
        (2, 8, 3, 4),
        {"blocksize": 2},
    ),
    "space-to-depth": Written(
        "SpaceToDepth",
        lambda: Function(lambda x: x.view(2, 3, 2, 2, 3, 2).permute(0, 3, 5, 1, 2, 4).reshape(2, 12, 2, 3)),
        (2, 3, 4, 6),
        {"blocksize": 2},
    ),
    "pixel-unshuffle": Exported(lambda: nn.PixelUnshuffle(2), (2, 3, 4, 6)),
    "dropout": Written("Dropout", lambda: nn.Dropout(0.4), image, {"ratio": 0.4}, opset=9),
    "dropout-opset13": Written(
        "Dropout", lambda: nn.Dropout(0.4), image, inputs=(numpy.float32(0.4), numpy.bool_(False))
    ),
    "identity": Written("Identity", lambda: nn.Identity(), image),
    "cast-half-way": of(lambda x: x * (x > 0).float() + (x < -1).to(x.dtype)),
}
