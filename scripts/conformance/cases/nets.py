"""Rules together: values used twice, branches that meet, a gate, two heads."""

import torch
from torch import nn

from case import Exported


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.deep = nn.Conv2d(6, 6, 3, padding=1, groups=2)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = self.norm(self.stem(x)).relu()
        x = (x + self.deep(x)).relu()
        return self.head(x.mean((2, 3)))


class Fire(nn.Module):
    def __init__(self):
        super().__init__()
        self.squeeze = nn.Conv2d(3, 4, 1)
        self.one = nn.Conv2d(4, 5, 1)
        self.three = nn.Conv2d(4, 5, 3, padding=1)
        self.classify = nn.Conv2d(10, 4, 1)

    def forward(self, x):
        x = self.squeeze(x).relu()
        x = torch.cat([self.one(x).relu(), self.three(x).relu()], 1)
        x = nn.functional.max_pool2d(x, 3, 2, ceil_mode=True)
        return self.classify(x).relu().mean((2, 3))


class Gated(nn.Module):
    """Squeeze and excitation inside an inverted bottleneck."""

    def __init__(self):
        super().__init__()
        self.widen = nn.Conv2d(4, 8, 1)
        self.depth = nn.Conv2d(8, 8, 5, stride=2, padding=2, groups=8)
        self.less = nn.Conv2d(8, 3, 1)
        self.more = nn.Conv2d(3, 8, 1)
        self.narrow = nn.Conv2d(8, 5, 1)

    def forward(self, x):
        x = nn.functional.hardswish(self.depth(nn.functional.silu(self.widen(x))))
        gate = nn.functional.hardsigmoid(self.more(self.less(x.mean((2, 3), keepdim=True)).relu()))
        return self.narrow(x * gate)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(6, 18)
        self.norm = nn.LayerNorm(6)

    def forward(self, x):
        tokens = self.norm(x.flatten(2).transpose(1, 2))
        query, key, value = self.mix(tokens).chunk(3, -1)
        weights = (query @ key.transpose(1, 2) / 6**0.5).softmax(-1)
        return tokens + weights @ value


class Shared(nn.Module):
    """The same layer twice, and a value that is itself an output's summand and factor."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        once = self.layer(x).tanh()
        twice = self.layer(once).tanh()
        return once * twice + once + x


cases = {
    "net-residual": Exported(Residual, (2, 3, 9, 9)),
    "net-residual-opset8": Exported(Residual, (2, 3, 9, 9), opset=8),
    "net-residual-dynamo": Exported(Residual, (2, 3, 9, 9), opset=18, dynamo=True),
    "net-fire": Exported(Fire, (1, 3, 10, 10)),
    "net-gated": Exported(Gated, (2, 4, 7, 7), opset=14),
    "net-gated-opset11": Exported(Gated, (2, 4, 7, 7), opset=11),
    "net-attention": Exported(Attention, (2, 6, 2, 3), opset=17),
    "net-attention-dynamo": Exported(Attention, (2, 6, 2, 3), opset=18, dynamo=True),
    "net-shared": Exported(Shared, (1, 3, 6, 6)),
}
