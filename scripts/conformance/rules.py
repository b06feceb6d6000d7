"""What PyTorch says of a network: its logits, and the gradient of one of them under the rules of the literature."""

import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode


class Guided(torch.autograd.Function):
    """Springenberg et al. 2014: back where the input was positive, and only what is positive itself."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp_min(0)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient.clamp_min(0) * (x > 0)


class Deconvnet(torch.autograd.Function):
    """Zeiler & Fergus 2013: the rectifier itself, applied to what comes back."""

    @staticmethod
    def forward(ctx, x):
        return x.clamp_min(0)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.clamp_min(0)


relus = {F.relu, F.relu_, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_}
softmaxes = {F.softmax, F.log_softmax, torch.softmax, torch.log_softmax, torch.Tensor.softmax, torch.Tensor.log_softmax}
curved = {F.silu, F.gelu, F.hardswish, F.hardsigmoid, F.relu6, F.hardtanh, F.leaky_relu, F.elu, F.prelu, F.mish, F.selu, F.celu}


class Watch(TorchFunctionMode):
    """Sees every call, functional ones too. Leaves the softmax over classes out, and puts `relu` in the rectifier's place."""

    def __init__(self, relu=None):
        super().__init__()
        self.relu = relu
        self.rectifiers = 0
        self.others = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in softmaxes and args[0].ndim == 2:
            return args[0] * 1
        if function in relus:
            self.rectifiers += 1
            return self.relu.apply(args[0]) if self.relu else function(*args, **kwargs)
        self.others += function in curved
        return function(*args, **kwargs)


def logits_of(model, x, relu=None):
    with Watch(relu) as watch:
        logits = model(x)
    return logits, watch


def gradient_of(model, x, target, relu=None):
    """The gradient of the logit `target` to the pixels."""
    x = x.detach().clone().requires_grad_(True)
    logits, _ = logits_of(model, x, relu)
    return torch.autograd.grad(logits[0, target], x)[0]


def grad_cam_of(model, x, target, pool):
    """Selvaraju et al. 2016, at the maps that enter the module `pool`; rectified, at their own resolution."""
    seen = []
    hook = model.get_submodule(pool).register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    logits, _ = logits_of(model, x)
    hook.remove()
    maps = seen[0]
    weights = torch.autograd.grad(logits[0, target], maps)[0].mean((2, 3), keepdim=True)
    return (weights * maps).sum(1, keepdim=True).clamp_min(0).detach()


def well_defined_input(model, precise, shape, generator, tries=24):
    """The input, of several, whose gradient least depends on how a runtime rounds: no rectifier at its kink, no maximum shared by two."""
    best = None
    for _ in range(tries):
        x = torch.rand(shape, generator=generator) * 4 - 2
        target = int(logits_of(precise, x.double())[0][0].argmax())
        exact = gradient_of(precise, x.double(), target)
        noise = rounding_noise(model, x, target, exact, best["noise"] if best else None)
        if best is None or noise < best["noise"]:
            best = {"x": x, "target": target, "gradient": exact, "noise": noise}
        if noise < 5e-5:
            break
    return best


def rounding_noise(model, x, target, exact, enough):
    """How far single precision leads off, as a share of the largest number, when every layer rounds a little differently."""
    worst = 0.0
    for _ in range(6):
        hooks = [
            module.register_forward_hook(lambda _, inputs, output: output + torch.randn_like(output) * output.std() * 1e-6)
            for module in model.modules()
            if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear))
        ]
        rounded = gradient_of(model, x, target).double()
        for hook in hooks:
            hook.remove()
        worst = max(worst, float((exact - rounded).abs().max() / exact.abs().max()))
        if enough is not None and worst > enough:
            break
    return worst
