"""Networks that no package has (any more), written as their papers draw them or to hold what real files hold."""

import torch
from torch import nn
from torch.nn import functional as F


class ZFNet(nn.Sequential):
    """Zeiler & Fergus 2013, figure 3: overlapping pooling with a remainder, contrast normalisation after it."""

    def __init__(self, classes=100):
        super().__init__(
            nn.Conv2d(3, 96, 7, stride=2, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            nn.LocalResponseNorm(5, alpha=1e-2, beta=0.75, k=2.0),
            nn.Conv2d(96, 128, 5, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            nn.LocalResponseNorm(5, alpha=1e-2, beta=0.75, k=2.0),
            nn.Conv2d(128, 192, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(192, 128, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            nn.Flatten(),
            nn.LazyLinear(256),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(256, classes),
        )


class CaffeNet(nn.Sequential):
    """AlexNet as Krizhevsky et al. trained it on two cards: grouped convolutions, local response normalisation."""

    def __init__(self, classes=100):
        super().__init__(
            nn.Conv2d(3, 96, 11, stride=4),
            nn.ReLU(),
            nn.LocalResponseNorm(5, alpha=1e-2),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(96, 128, 5, padding=2, groups=2),
            nn.ReLU(),
            nn.LocalResponseNorm(5, alpha=1e-2),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(128, 192, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(192, 192, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.Conv2d(192, 128, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Flatten(),
            nn.LazyLinear(256),
            nn.ReLU(),
            nn.Linear(256, classes),
        )


class NetworkInNetwork(nn.Sequential):
    """Lin et al. 2013: the first net that ended in global average pooling, here straight after a convolution."""

    def __init__(self, classes=40):
        def block(cin, cout, kernel, stride, padding):
            return [
                nn.Conv2d(cin, cout, kernel, stride, padding),
                nn.ReLU(),
                nn.Conv2d(cout, cout, 1),
                nn.ReLU(),
                nn.Conv2d(cout, cout, 1),
                nn.ReLU(),
            ]

        super().__init__(
            *block(3, 48, 11, 4, 0),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            *block(48, 96, 5, 1, 2),
            nn.AvgPool2d(3, 2, padding=1, ceil_mode=True),
            *block(96, classes, 3, 1, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.LogSoftmax(dim=1),
        )


class Activations(nn.Module):
    """One block per activation function that a file may name, but for those `without`."""

    def __init__(self, without=(), classes=20):
        super().__init__()
        functions = [
            nn.PReLU(24, init=0.2),
            nn.PReLU(init=0.1),
            nn.ELU(0.7),
            nn.SELU(),
            nn.CELU(1.3),
            nn.LeakyReLU(0.2),
            nn.Softplus(beta=1.0),
            nn.Softsign(),
            nn.Mish(),
            nn.GELU(approximate="tanh"),
            nn.Hardsigmoid(),
            nn.Hardswish(),
            nn.Hardtanh(-0.8, 1.2),
            nn.Tanh(),
            nn.Sigmoid(),
            nn.SiLU(),
            nn.LogSigmoid(),
        ]
        functions = [function for function in functions if not isinstance(function, without)]
        self.stem = nn.Conv2d(3, 24, 3, stride=2, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(24, 24, 3, padding=1, groups=4), nn.BatchNorm2d(24), act) for act in functions
        )
        self.head = nn.Linear(24, classes)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x.mean((2, 3)))


class Crooked(nn.Module):
    """Dilated, asymmetric, strided with a remainder, padded unevenly and by reflection, pooled in every odd way."""

    def __init__(self, classes=20):
        super().__init__()
        self.features = nn.Sequential(
            nn.ZeroPad2d((1, 2, 0, 3)),
            nn.Conv2d(3, 16, (5, 3), stride=(2, 3), padding=(1, 2)),
            nn.ReLU(),
            nn.ReflectionPad2d((2, 1, 0, 2)),
            nn.Conv2d(16, 24, 3, dilation=(2, 3), padding=(2, 3), groups=2),
            nn.ReLU(),
            nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), ceil_mode=True),
            nn.Conv2d(24, 24, (1, 7), padding=(0, 3)),
            nn.Conv2d(24, 24, (7, 1), padding=(3, 0)),
            nn.ReplicationPad2d(1),
            nn.AvgPool2d((2, 3), stride=(2, 2), padding=(1, 1), ceil_mode=True, count_include_pad=True),
            nn.Conv2d(24, 32, 4, stride=3, padding=2, bias=False),
            nn.GroupNorm(4, 32),
            nn.ReLU(),
            nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
        )
        self.classify = nn.Sequential(nn.Flatten(), nn.LazyLinear(classes))

    def forward(self, x):
        return self.classify(self.features(x))


class Hourglass(nn.Module):
    """Down and up again: transposed convolutions, interpolation, instance and layer normalisation, channel attention."""

    def __init__(self, classes=20):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(3, 24, 5, stride=4, padding=2), nn.InstanceNorm2d(24, affine=True), nn.ReLU())
        self.deeper = nn.Sequential(nn.Conv2d(24, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU6())
        self.up = nn.ConvTranspose2d(32, 24, 4, stride=2, padding=1)
        self.grouped = nn.ConvTranspose2d(24, 24, 3, stride=2, padding=1, output_padding=1, groups=4)
        self.mix = nn.Conv2d(24 * 4, 32, 1)
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(64, classes)

    def forward(self, x):
        small = self.down(x)
        smaller = self.deeper(small)
        up = torch.tanh(self.up(smaller))
        size = up.shape[-2:]
        wide = F.interpolate(self.grouped(up), size=size, mode="bilinear", align_corners=False)
        near = F.interpolate(smaller, scale_factor=2, mode="nearest")[:, :24]
        smooth = F.interpolate(smaller, size=size, mode="bilinear", align_corners=True)[:, 8:]
        x = self.mix(torch.cat([small * up.sigmoid(), wide, near, smooth - small], 1))
        x = F.softmax(x.mean((2, 3), keepdim=True), dim=1) * 4 * x
        x = self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = torch.cat([x.amax((2, 3)), x.pow(2).mean((2, 3)).add(1e-3).sqrt()], 1)
        return self.head(x)


class ChannelsLast(nn.Module):
    """What a TensorFlow export looks like: pixels in NHWC, transposed inside, probabilities at the end."""

    def __init__(self, classes=20):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6())
        self.depthwise = nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1, groups=16, bias=False), nn.BatchNorm2d(16), nn.ReLU6())
        self.head = nn.Linear(16, classes)

    def forward(self, x):
        x = self.depthwise(self.conv(x.permute(0, 3, 1, 2)))
        return F.softmax(self.head(x.permute(0, 2, 3, 1).mean((1, 2))), dim=-1)


class WithSoftmax(nn.Module):
    """A classifier that ends in probabilities, as served ones do."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net(x).softmax(1)
