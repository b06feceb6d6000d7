"""Steps of making a picture in PyTorch, the same arithmetic as in ../measures/dream.ts.

One line of JSON on stdin is one question: {"row": ..., "side": ..., "steps": n, "threads": t}. The answer is one line of
JSON: the milliseconds of each step. Weights are random: speed does not depend on them.
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F
import torchvision
from torch.fx.experimental.optimization import fuse

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def frozen(model):
    """As a person who wants speed would have it: no gradients of weights."""
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def to_network(picture):
    """From 0..255, as the file's preparation says."""
    return (picture / 255 - MEAN) / DEVIATION


def squeezenet_to_fire6():
    return frozen(torchvision.models.squeezenet1_1(weights=None).features[:10])


def resnet50_to_layer3_2():
    model = torchvision.models.resnet50(weights=None)
    stem = [model.conv1, model.bn1, model.relu, model.maxpool]
    body = torch.nn.Sequential(*stem, model.layer1, model.layer2, *list(model.layer3.children())[:3])
    # As in the file that it is compared with: each norm folded into its convolution.
    return frozen(fuse(body.eval()))


def dream(network, side):
    """google/deepdream: energy of a layer, jitter undone, steps by the mean of |g|."""
    picture = torch.rand(1, 3, side, side) * 255

    def step():
        nonlocal picture
        dy, dx = (int(n) for n in torch.randint(-32, 33, (2,)))
        seen = torch.roll(picture, (dy, dx), (2, 3)).requires_grad_(True)
        values = network(to_network(seen))
        objective = 0.5 * (values * values).mean()
        (gradient,) = torch.autograd.grad(objective, seen)
        gradient = torch.roll(gradient, (-dy, -dx), (2, 3))
        picture = picture + 1.5 / gradient.abs().mean() * gradient
        return float(objective.detach())

    return step


def style(side):
    """Gatys et al. 2016 on VGG-16: content and Gram matrices, total variation, Adam over pixels."""
    features = frozen(torchvision.models.vgg16(weights=None).features)
    styles, content, last = (1, 6, 11, 18, 25), 20, 25
    layers = [torch.nn.ReLU() if isinstance(layer, torch.nn.ReLU) else layer for layer in features[: last + 1]]

    def seen(picture):
        x = to_network(picture)
        found = {}
        for i, layer in enumerate(layers):
            x = layer(x)
            if i in styles or i == content:
                found[i] = x
        return found

    def gram(value):
        flat = value.flatten(2)[0]
        return flat @ flat.T / flat.shape[1]

    with torch.no_grad():
        reference = seen(torch.rand(1, 3, side, side) * 255)
        grams = {i: gram(reference[i]) for i in styles}
    picture = (torch.rand(1, 3, side, side) * 255).requires_grad_(True)
    optimizer = torch.optim.Adam([picture], lr=5)

    def step():
        optimizer.zero_grad(set_to_none=True)
        found = seen(picture)
        loss = ((found[content] - reference[content]) ** 2).mean()
        for i in styles:
            gap = gram(found[i]) - grams[i]
            loss = loss + (gap * gap).sum() / (grams[i] ** 2).sum()
        across, down = picture.diff(dim=3), picture.diff(dim=2)
        loss = loss + 1e-8 * ((across * across).sum() + (down * down).sum())
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return step


def fourier(network, side):
    """Lucid: a spectrum by 1/f, decorrelated colours, a sigmoid; shifted, scaled, turned; Adam."""
    half = side // 2 + 1
    frequency = torch.hypot(torch.fft.fftfreq(side)[:, None], torch.fft.rfftfreq(side)[None, :])
    weights = side / 4 / torch.clamp(frequency, min=1 / side)
    mixing = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.0, -0.05], [0.27, -0.09, 0.03]])
    spectrum = (0.01 * torch.randn(3, side, half, 2)).requires_grad_(True)
    optimizer = torch.optim.Adam([spectrum], lr=0.05)

    def step():
        optimizer.zero_grad(set_to_none=True)
        plain = torch.fft.irfft2(torch.view_as_complex(spectrum) * weights, s=(side, side))
        picture = 255 * torch.sigmoid(torch.einsum("dc,chw->dhw", mixing, plain))[None]
        scale = 0.9 + 0.02 * int(torch.randint(0, 11, ()))
        angle = math.radians(int(torch.randint(-10, 11, ())))
        shift = torch.randint(-8, 9, (2,)).float() / side
        cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
        way = torch.tensor([[[cos, sin, shift[0]], [-sin, cos, shift[1]]]])
        grid = F.affine_grid(way, picture.shape, align_corners=False)
        seen = F.grid_sample(picture - 127.5, grid, align_corners=False) + 127.5
        objective = network(to_network(seen))[0, 10].mean()
        (-objective).backward()
        optimizer.step()
        return float(objective.detach())

    return step


MADE = {
    "dream squeezenet": lambda side: dream(squeezenet_to_fire6(), side),
    "dream resnet50": lambda side: dream(resnet50_to_layer3_2(), side),
    "style vgg16": style,
    "fourier squeezenet": lambda side: fourier(squeezenet_to_fire6(), side),
}


def main():
    steps = {}
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        torch.set_num_threads(question["threads"])
        key = (question["row"], question["side"])
        if key not in steps:
            steps.clear()
            steps[key] = MADE[question["row"]](question["side"])
        times = []
        for _ in range(question["steps"]):
            start = time.perf_counter()
            steps[key]()
            times.append(1000 * (time.perf_counter() - start))
        print(json.dumps(times), flush=True)


main()
