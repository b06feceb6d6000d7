import torch
from torch import nn

from case import Exported, Function

image = (2, 3, 4, 5)


def of(function, **options):
    return Exported(lambda: Function(function), options.pop("shape", image), **options)


def random(*shape):
    return torch.randn(shape) + 2.5


cases = {
    "linear": Exported(lambda: nn.Linear(6, 4), (3, 6)),
    "linear-no-bias": Exported(lambda: nn.Linear(6, 4, bias=False), (3, 6)),
    "linear-on-maps": Exported(lambda: nn.Linear(5, 4), image),
    "linear-opset8": Exported(lambda: nn.Linear(6, 4), (3, 6), opset=8),
    "gemm-scaled": Exported(
        lambda: Function(lambda x, w, b: torch.addmm(b, x, w, alpha=0.5, beta=2.0), w=random(6, 4), b=random(4)), (3, 6)
    ),
    "matmul-left": Exported(lambda: Function(lambda x, w: w @ x, w=random(6, 4)), image),
    "matmul-with-itself": of(lambda x: x @ x.transpose(-1, -2)),
    "matmul-broadcast": of(lambda x: x[:1, :1] @ x.transpose(-1, -2)),
    "add-channels": Exported(lambda: Function(lambda x, b: x + b, b=random(3, 1, 1)), image),
    "add-wider": Exported(lambda: Function(lambda x, b: b + x, b=random(2, 3, 4, 5)), (3, 1, 5)),
    "add-both": of(lambda x: x + x.mean((2, 3), keepdim=True)),
    "subtract": Exported(lambda: Function(lambda x, b: b - x * 2, b=random(5)), image),
    "multiply-gate": of(lambda x: x * x.mean((2, 3), keepdim=True).sigmoid()),
    "multiply-outer": of(lambda x: x[:, :, :1] * x[:, :1]),
    "divide": Exported(lambda: Function(lambda x, b: x / b, b=random(3, 1, 1)), image),
    "divide-into": of(lambda x: 2 / (x.abs() + 1) + x / (x.square().sum(1, keepdim=True) + 1)),
    "power": of(lambda x: (x.abs() + 0.1) ** 1.7 + x**2 + x**3),
    "power-base": of(lambda x: torch.pow(2.0, x)),
    "square-root": of(lambda x: (x * x + 0.3).sqrt() + (x * x + 0.3).rsqrt()),
    "exp-log": of(lambda x: torch.exp(0.5 * x) + torch.log(x * x + 0.5)),
    "absolute": of(lambda x: x.abs() - 2 * x.neg()),
    "reciprocal": of(lambda x: (x * x + 1).reciprocal()),
    "sine": of(lambda x: torch.sin(x) + torch.cos(2 * x)),
    "erf": of(lambda x: torch.erf(x)),
    "minimum-maximum": Exported(
        lambda: Function(lambda x, b: torch.maximum(x, b) + torch.minimum(x.roll(1, 3), x), b=torch.randn(3, 1, 1)), image
    ),
    "where": of(lambda x: torch.where(x > 0.2, x * 2, x.square())),
    "sum-all": of(lambda x: x.square().sum()),
    "sum-spatial": of(lambda x: x.square().sum((2, 3))),
    "sum-negative-axis-opset13": of(lambda x: x.square().sum(-1, keepdim=True), opset=13),
    "sum-opset11": of(lambda x: x.square().sum((1, 3)), opset=11),
    "mean-spatial": of(lambda x: x.square().mean((2, 3))),
    "mean-opset18": of(lambda x: x.square().mean((1, -1), keepdim=True), opset=18),
    "mean-dynamo": of(lambda x: x.square().mean((2, 3)), opset=18, dynamo=True),
    "max-spatial": of(lambda x: x.amax((2, 3))),
    "max-channel": of(lambda x: x.max(1).values),
    "min-spatial": of(lambda x: x.amin((1, 2), keepdim=True)),
    "norm-1": of(lambda x: x.norm(p=1, dim=1)),
    "norm-2": of(lambda x: x.norm(p=2, dim=(2, 3))),
    "log-sum-exp": of(lambda x: x.logsumexp(1)),
    "normalised": of(lambda x: nn.functional.normalize(x, dim=1)),
    "variance": of(lambda x: x.var((2, 3), unbiased=False, keepdim=True) + x.std(1, keepdim=True)),
    "cumulative-of-parts": of(lambda x: torch.stack([x[:, 0], x[:, 0] + x[:, 1], x.sum(1)], 1)),
}
