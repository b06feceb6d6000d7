import torch
from torch import nn
from torch.nn import functional as F

from case import Exported, Function, Written

image = (2, 3, 7, 9)
lowest = float("-inf")

cases = {
    "max-pool": Exported(lambda: nn.MaxPool2d(2), (2, 3, 6, 8)),
    "max-pool-overlapping": Exported(lambda: nn.MaxPool2d(3, stride=1), image),
    "max-pool-overlapping-strided": Exported(lambda: nn.MaxPool2d(3, stride=2), image),
    "max-pool-padded": Exported(lambda: nn.MaxPool2d(3, stride=2, padding=1), image),
    "max-pool-padded-below-zero": Exported(lambda: nn.MaxPool2d(3, stride=1, padding=1), image, shift=-9.0),
    "max-pool-ceil": Exported(lambda: nn.MaxPool2d(3, stride=2, ceil_mode=True), (2, 3, 8, 10)),
    "max-pool-ceil-opset9": Exported(lambda: nn.MaxPool2d(3, stride=2, ceil_mode=True), (2, 3, 8, 10), opset=9),
    "max-pool-ceil-padded": Exported(lambda: nn.MaxPool2d(2, stride=2, padding=1, ceil_mode=True), (2, 3, 7, 8)),
    "max-pool-dilated": Exported(lambda: nn.MaxPool2d(2, stride=1, dilation=(2, 3), padding=1), image, opset=11),
    "max-pool-gaps": Exported(lambda: nn.MaxPool2d(2, stride=3), image),
    "max-pool-oblong": Exported(lambda: nn.MaxPool2d((1, 4), stride=(1, 2)), image),
    "max-pool-after-relu": Exported(lambda: nn.Sequential(nn.ReLU(), nn.MaxPool2d(3, 2, 1)), image),
    # Padded by a node of its own: zeros then take part in the maximum, which a fusion of the two would forget.
    "max-pool-after-zeros": Exported(lambda: nn.Sequential(nn.ConstantPad2d(1, 0.0), nn.MaxPool2d(3, 2)), image, shift=-3.0),
    "max-pool-1d": Exported(lambda: nn.MaxPool1d(3, stride=2, padding=1), (2, 3, 9)),
    "max-pool-same-upper": Written(
        "MaxPool",
        lambda: Function(lambda x: F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=lowest), 3, 2)),
        (2, 3, 6, 8),
        {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"},
    ),
    "max-pool-same-lower": Written(
        "MaxPool",
        lambda: Function(lambda x: F.max_pool2d(F.pad(x, (1, 0, 1, 0), value=lowest), 2, 1)),
        (2, 3, 6, 8),
        {"kernel_shape": [2, 2], "auto_pad": "SAME_LOWER"},
    ),
    "max-pool-uneven-pads": Written(
        "MaxPool",
        lambda: Function(lambda x: F.max_pool2d(F.pad(x, (0, 1, 0, 2), value=lowest), 3, 2)),
        image,
        {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [0, 0, 2, 1]},
        opset=8,
    ),
    "average-pool": Exported(lambda: nn.AvgPool2d(2), (2, 3, 6, 8)),
    "average-pool-overlapping": Exported(lambda: nn.AvgPool2d(3, stride=1), image),
    "average-pool-padding-counted": Exported(lambda: nn.AvgPool2d(3, stride=2, padding=1), image),
    "average-pool-padding-not-counted": Exported(
        lambda: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), image
    ),
    "average-pool-ceil": Exported(lambda: nn.AvgPool2d(3, stride=2, ceil_mode=True), (2, 3, 8, 10)),
    "average-pool-ceil-not-counted": Exported(
        lambda: nn.AvgPool2d(3, 2, padding=1, ceil_mode=True, count_include_pad=False), (2, 3, 8, 10)
    ),
    "average-pool-ceil-opset19": Exported(lambda: nn.AvgPool2d(2, 2, ceil_mode=True), (2, 3, 7, 9), opset=19),
    "average-pool-ceil-counted": Exported(
        lambda: nn.AvgPool2d(3, 2, padding=1, ceil_mode=True, count_include_pad=True), (2, 3, 8, 10), opset=19
    ),
    "average-pool-same-upper": Written(
        "AveragePool",
        lambda: Function(lambda x: F.avg_pool2d(F.pad(x, (0, 1, 0, 1)), 2, 1) / F.avg_pool2d(F.pad(torch.ones_like(x), (0, 1, 0, 1)), 2, 1)),
        (2, 3, 5, 6),
        {"kernel_shape": [2, 2], "auto_pad": "SAME_UPPER"},
    ),
    "average-pool-uneven-pads-counted": Written(
        "AveragePool",
        lambda: Function(lambda x: F.avg_pool2d(F.pad(x, (0, 2, 1, 0)), 3, 2)),
        image,
        {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 0, 0, 2], "count_include_pad": 1},
    ),
    "average-pool-after-zeros": Exported(
        lambda: nn.Sequential(nn.ConstantPad2d(1, 0.0), nn.AvgPool2d(3, 2, count_include_pad=False)), image
    ),
    "average-pool-3d": Exported(lambda: nn.AvgPool3d((3, 1, 1), stride=1, padding=(1, 0, 0)), (1, 2, 4, 3, 3)),
    "global-average-pool": Exported(lambda: nn.AdaptiveAvgPool2d(1), image),
    "global-max-pool": Exported(lambda: nn.AdaptiveMaxPool2d(1), image),
    "global-max-pool-node": Written("GlobalMaxPool", lambda: nn.AdaptiveMaxPool2d(1), image),
    "adaptive-average-pool": Exported(lambda: nn.AdaptiveAvgPool2d((2, 3)), (2, 3, 6, 9)),
    "adaptive-max-pool": Exported(lambda: nn.AdaptiveMaxPool2d((2, 3)), (2, 3, 6, 9)),
    "lp-pool": Exported(lambda: nn.LPPool2d(2, 3, stride=2), image),
}
