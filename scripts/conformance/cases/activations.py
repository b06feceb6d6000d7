import torch
from torch import nn
from torch.nn import functional as F

from case import Exported, Function, Written

image = (2, 3, 4, 5)

cases = {
    "relu": Exported(lambda: nn.ReLU(), image),
    "relu-opset8": Exported(lambda: nn.ReLU(), image, opset=8),
    "relu-at-zero": Exported(lambda: Function(lambda x: F.relu(torch.floor(x))), image, scale=1.0),
    "relu6": Exported(lambda: nn.ReLU6(), image, scale=6.0),
    "relu6-opset9": Exported(lambda: nn.ReLU6(), image, opset=9, scale=6.0),
    "clip": Exported(lambda: nn.Hardtanh(-0.5, 1.5), image, opset=11),
    "clip-below": Exported(lambda: Function(lambda x: x.clamp(min=-0.3)), image),
    "clip-above": Exported(lambda: Function(lambda x: x.clamp(max=0.3)), image),
    "clip-below-opset9": Exported(lambda: Function(lambda x: x.clamp(min=-0.3)), image, opset=9),
    "leaky-relu": Exported(lambda: nn.LeakyReLU(0.1), image),
    "leaky-relu-default": Written("LeakyRelu", lambda: nn.LeakyReLU(0.01), image),
    "prelu-per-channel": Exported(lambda: nn.PReLU(3, init=0.3), image),
    "prelu-shared": Exported(lambda: nn.PReLU(init=-0.2), image),
    "prelu-opset7": Exported(lambda: nn.PReLU(3, init=0.3), image, opset=8),
    "elu": Exported(lambda: nn.ELU(0.6), image),
    "elu-default": Written("Elu", lambda: nn.ELU(), image, opset=9),
    "selu": Exported(lambda: nn.SELU(), image),
    "celu": Exported(lambda: nn.CELU(1.7), image),
    "sigmoid": Exported(lambda: nn.Sigmoid(), image),
    "log-sigmoid": Exported(lambda: nn.LogSigmoid(), image),
    "tanh": Exported(lambda: nn.Tanh(), image),
    "hard-sigmoid": Exported(lambda: nn.Hardsigmoid(), image, scale=3.0),
    "hard-sigmoid-default": Written("HardSigmoid", lambda: Function(lambda x: (0.2 * x + 0.5).clamp(0, 1)), image, scale=3.0),
    "hard-swish": Exported(lambda: nn.Hardswish(), image, opset=14, scale=3.0),
    "hard-swish-written-out": Exported(lambda: nn.Hardswish(), image, opset=11, scale=3.0),
    "silu": Exported(lambda: nn.SiLU(), image),
    "gelu-written-out": Exported(lambda: nn.GELU(), image, opset=13),
    "gelu-tanh-written-out": Exported(lambda: nn.GELU(approximate="tanh"), image, opset=13),
    "gelu": Exported(lambda: nn.GELU(), image, opset=20),
    "gelu-tanh": Exported(lambda: nn.GELU(approximate="tanh"), image, opset=20),
    "gelu-dynamo": Exported(lambda: nn.GELU(), image, opset=18, dynamo=True),
    "mish": Written("Mish", lambda: nn.Mish(), image, opset=18),
    "mish-written-out": Exported(lambda: nn.Mish(), image, opset=13),
    "softplus": Exported(lambda: nn.Softplus(), image),
    "softplus-sharp": Exported(lambda: nn.Softplus(beta=3.0), image),
    "softsign": Written("Softsign", lambda: nn.Softsign(), image),
    "softsign-written-out": Exported(lambda: nn.Softsign(), image),
    "thresholded-relu": Written("ThresholdedRelu", lambda: nn.Threshold(0.7, 0.0), image, {"alpha": 0.7}),
    "glu": Exported(lambda: nn.GLU(dim=1), (2, 4, 3, 3)),
    "softmax": Exported(lambda: nn.Softmax(dim=1), (3, 7)),
    "softmax-channels": Exported(lambda: nn.Softmax(dim=1), image),
    "softmax-last": Exported(lambda: nn.Softmax(dim=-1), image, opset=11),
    "softmax-flattens-opset11": Written(
        "Softmax", lambda: Function(lambda x: F.softmax(x.flatten(1), 1).reshape(x.shape)), image, {"axis": 1}, opset=11
    ),
    "log-softmax": Exported(lambda: nn.LogSoftmax(dim=1), (3, 7)),
    "log-softmax-flattens-opset9": Written(
        "LogSoftmax", lambda: Function(lambda x: F.log_softmax(x.flatten(1), 1).reshape(x.shape)), image, opset=9
    ),
}
