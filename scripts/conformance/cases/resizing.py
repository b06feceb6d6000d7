from torch.nn import functional as F

from case import Exported, Function

image = (2, 3, 4, 5)


def of(opset=13, shape=image, dynamo=False, **how):
    return Exported(lambda: Function(lambda x: F.interpolate(x, **how)), shape, opset=opset, dynamo=dynamo)


cases = {
    "nearest-doubled": of(scale_factor=2, mode="nearest"),
    "nearest-doubled-opset9": of(opset=9, scale_factor=2, mode="nearest"),
    "nearest-doubled-opset10": of(opset=10, scale_factor=2, mode="nearest"),
    "nearest-odd-size": of(size=(7, 9), mode="nearest"),
    "nearest-smaller": of(size=(3, 2), mode="nearest", shape=(2, 3, 7, 5)),
    "nearest-dynamo": of(opset=18, dynamo=True, scale_factor=2, mode="nearest"),
    "bilinear-doubled": of(scale_factor=2, mode="bilinear", align_corners=False),
    "bilinear-odd-size": of(size=(7, 12), mode="bilinear", align_corners=False),
    "bilinear-smaller": of(size=(3, 2), mode="bilinear", align_corners=False, shape=(2, 3, 7, 5)),
    "bilinear-corners": of(size=(7, 12), mode="bilinear", align_corners=True),
    "bilinear-corners-opset11": of(opset=11, scale_factor=2, mode="bilinear", align_corners=True),
    "bilinear-dynamo": of(opset=18, dynamo=True, size=(7, 12), mode="bilinear", align_corners=False),
    "bicubic": of(size=(7, 9), mode="bicubic", align_corners=False),
    "bicubic-corners": of(size=(7, 9), mode="bicubic", align_corners=True),
    "bicubic-smaller": of(size=(4, 3), mode="bicubic", align_corners=False, shape=(1, 2, 9, 8)),
    "linear-1d": of(size=9, mode="linear", align_corners=False, shape=(2, 3, 5)),
}
