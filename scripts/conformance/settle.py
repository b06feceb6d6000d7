"""Random weights under which a network behaves as a trained one does: no dead branch, no exploding or vanishing layer."""

import torch
from torch import nn

batch_norm = nn.modules.batchnorm._BatchNorm


def settle(model, inputs):
    """Draws what initialisers leave at 0 or 1, then fits each layer to `inputs`, in one pass.

    Batch normalisation gets its statistics; other layers are scaled to outputs of deviation 1.
    """
    model.eval()
    with torch.no_grad():
        model(inputs)  # lazy layers learn their size
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if isinstance(module, nn.PReLU) or (parameter.ndim > 1 and name not in ("gamma", "layer_scale")):
                continue
            # Mostly open rectifiers: deep random nets with half of them closed are chaotic, their gradient a matter of rounding.
            middle, deviation = (1, 0.3) if isinstance(module, (batch_norm, nn.GroupNorm)) else (0, 0.1)
            with torch.no_grad():
                parameter.normal_(middle, deviation) if name == "bias" else parameter.uniform_(0.5, 1.2)
    hooks = []
    for module in model.modules():
        if isinstance(module, batch_norm):
            hooks.append(module.register_forward_pre_hook(measure))
        elif isinstance(module, (nn.Conv2d, nn.Linear)) and not hasattr(module, "gain"):
            hooks.append(module.register_forward_hook(rescale))
    with torch.no_grad():
        model(inputs)
    for hook in hooks:
        hook.remove()
    return model


def measure(norm, inputs):
    x = inputs[0]
    axes = [axis for axis in range(x.ndim) if axis != 1]
    norm.running_mean.copy_(x.mean(axes))
    norm.running_var.copy_(x.var(axes).clamp_min(1e-3))


def rescale(layer, inputs, output):
    """Divides the first time only: a layer that is used twice keeps what its first use gave it."""
    if getattr(layer, "rescaled", False):
        return None
    layer.rescaled = True
    deviation = output.std().clamp_min(1e-3)
    layer.weight.div_(deviation)
    if layer.bias is not None:
        layer.bias.div_(deviation)
    return output / deviation
