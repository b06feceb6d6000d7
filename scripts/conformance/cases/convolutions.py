from torch import nn
from torch.nn import functional as F

from case import Exported, Written


class Padded(nn.Module):
    """Zeros around each side as given (left, right, top, bottom), then the layer: how PyTorch says "uneven" and "same"."""

    def __init__(self, layer, around):
        super().__init__()
        self.layer = layer
        self.around = around

    def forward(self, x):
        return self.layer(F.pad(x, self.around))


image = (2, 4, 7, 9)
weights = ("layer.weight", "layer.bias")


def same(name, kernel, stride, around, **attributes):
    return Written(
        "Conv",
        lambda: Padded(nn.Conv2d(4, 3, kernel, stride), around),
        image,
        {"auto_pad": name, "strides": [stride, stride], **attributes},
        inputs=weights,
    )


cases = {
    "conv": Exported(lambda: nn.Conv2d(4, 3, 3), image),
    "conv-padded": Exported(lambda: nn.Conv2d(4, 3, 3, padding=1), image),
    "conv-padded-beyond-kernel": Exported(lambda: nn.Conv2d(4, 3, 2, padding=3), image),
    "conv-1x1": Exported(lambda: nn.Conv2d(4, 5, 1), image),
    "conv-1x1-strided": Exported(lambda: nn.Conv2d(4, 5, 1, stride=2), image),
    "conv-strided": Exported(lambda: nn.Conv2d(4, 3, 3, stride=2, padding=1), image),
    "conv-strided-remainder": Exported(lambda: nn.Conv2d(4, 3, 3, stride=(2, 3)), (2, 4, 8, 10)),
    "conv-stride-beyond-kernel": Exported(lambda: nn.Conv2d(4, 3, 2, stride=3), (2, 4, 9, 10)),
    "conv-oblong": Exported(lambda: nn.Conv2d(4, 3, (1, 5), stride=(1, 2), padding=(0, 2)), image),
    "conv-dilated": Exported(lambda: nn.Conv2d(4, 3, 3, dilation=2, padding=2), image),
    "conv-dilated-unevenly-strided": Exported(lambda: nn.Conv2d(4, 3, 3, 2, dilation=(2, 3), padding=(2, 1)), (1, 4, 10, 12)),
    "conv-grouped": Exported(lambda: nn.Conv2d(4, 6, 3, padding=1, groups=2), image),
    "conv-grouped-strided-dilated": Exported(lambda: nn.Conv2d(4, 6, 3, 2, 2, dilation=2, groups=2), image),
    "conv-depthwise": Exported(lambda: nn.Conv2d(4, 4, 3, padding=1, groups=4), image),
    "conv-depthwise-multiplied": Exported(lambda: nn.Conv2d(4, 8, 5, 2, 2, groups=4, bias=False), image),
    "conv-reflected": Exported(lambda: nn.Conv2d(4, 3, 3, padding=1, padding_mode="reflect"), image),
    "conv-circular": Exported(lambda: nn.Conv2d(4, 3, 3, padding=1, padding_mode="circular"), image),
    "conv-after-zeros": Exported(lambda: nn.Sequential(nn.ZeroPad2d((0, 1, 2, 1)), nn.Conv2d(4, 3, 3, 2, 1)), image),
    "conv-1d": Exported(lambda: nn.Conv1d(4, 3, 5, stride=2, padding=2), (2, 4, 11)),
    "conv-3d": Exported(lambda: nn.Conv3d(2, 3, (2, 3, 3), stride=(1, 2, 1), padding=(0, 1, 1)), (1, 2, 3, 5, 4)),
    "conv-uneven-pads": Written(
        "Conv",
        lambda: Padded(nn.Conv2d(4, 3, 3), (2, 1, 0, 3)),
        image,
        {"pads": [0, 2, 3, 1]},
        inputs=weights,
    ),
    "conv-uneven-pads-strided": Written(
        "Conv",
        lambda: Padded(nn.Conv2d(4, 3, 3, 2), (0, 1, 0, 1)),
        (1, 4, 8, 8),
        {"pads": [0, 0, 1, 1], "strides": [2, 2]},
        inputs=weights,
    ),
    "conv-same-upper": same("SAME_UPPER", 3, 2, (1, 1, 1, 1)),
    "conv-same-upper-uneven": Written(
        "Conv",
        lambda: Padded(nn.Conv2d(4, 3, 3, 2), (0, 1, 0, 1)),
        (1, 4, 8, 6),
        {"auto_pad": "SAME_UPPER", "strides": [2, 2], "kernel_shape": [3, 3]},
        inputs=weights,
    ),
    "conv-same-lower-uneven": Written(
        "Conv",
        lambda: Padded(nn.Conv2d(4, 3, 3, 2), (1, 0, 1, 0)),
        (1, 4, 8, 6),
        {"auto_pad": "SAME_LOWER", "strides": [2, 2], "kernel_shape": [3, 3]},
        inputs=weights,
    ),
    "conv-same-dilated": Written(
        "Conv",
        lambda: Padded(nn.Conv2d(4, 3, 2, dilation=3), (1, 2, 1, 2)),
        image,
        {"auto_pad": "SAME_UPPER", "dilations": [3, 3]},
        inputs=weights,
    ),
    "conv-valid": same("VALID", 3, 2, (0, 0, 0, 0)),
    "conv-transpose": Exported(lambda: nn.ConvTranspose2d(4, 3, 3), image),
    "conv-transpose-strided": Exported(lambda: nn.ConvTranspose2d(4, 3, 4, stride=2, padding=1), (2, 4, 4, 5)),
    "conv-transpose-output-padding": Exported(
        lambda: nn.ConvTranspose2d(4, 3, 3, stride=(2, 3), padding=1, output_padding=(1, 2)), (2, 4, 4, 5)
    ),
    "conv-transpose-grouped-dilated": Exported(
        lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2, dilation=2, padding=1), (2, 4, 4, 5)
    ),
    "conv-transpose-output-shape": Written(
        "ConvTranspose",
        lambda: nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1),
        (2, 4, 4, 5),
        {"output_shape": [8, 10], "strides": [2, 2], "auto_pad": "SAME_LOWER"},
        inputs=("weight", "bias"),
    ),
}
