"""Which networks are exported, and how: every entry varies what files in the wild vary."""

from dataclasses import dataclass, field
from typing import Callable

import timm
import torchvision
from torch import nn

import nets


@dataclass(frozen=True)
class Architecture:
    name: str
    source: str
    build: Callable
    size: int = 96
    opset: int = 13
    # "torchscript" wrote most files in the wild, "dynamo" is the newest.
    exporter: str = "torchscript"
    # Free axes of the input: any of the letters N, H, W.
    dynamic: str = ""
    precision: str = "float32"
    # Further arguments of torch.onnx.export.
    options: dict = field(default_factory=dict)
    # The module that pools the last feature maps; Grad-CAM is recorded at what it reads.
    pool: str = ""
    channels_last: bool = False


def tv(name, *, model=None, arguments=None, **how):
    """From torchvision: `model`, where it is not the network's name."""
    drawn = {"init_weights": True} if model in ("googlenet", "inception_v3") else {}
    builder = getattr(torchvision.models, model or name)
    return Architecture(name, "torchvision", lambda: builder(weights=None, **drawn, **(arguments or {})), **how)


def tm(name, **how):
    return Architecture(name, "timm", lambda: timm.create_model(name, pretrained=False), **how)


def own(name, build, source="hand-written", **how):
    return Architecture(name, source, build, **how)


def vgg_for_small_pictures(name):
    """At full size, one of its millions of rectifiers is always at its kink."""
    model = getattr(torchvision.models, name)(weights=None)
    model.avgpool = nn.Identity()
    model.classifier[0] = nn.Linear(512 * 3 * 3, 4096)
    return model


no_auxiliary = {"aux_logits": False}
old_style = {"keep_initializers_as_inputs": True}
as_traced = {"optimize": False}

architectures = [
    tv("alexnet", size=224, opset=9, options=old_style),
    own("vgg11", lambda: vgg_for_small_pictures("vgg11"), "torchvision", opset=7, options=old_style),
    own("vgg16_bn", lambda: vgg_for_small_pictures("vgg16_bn"), "torchvision", opset=11),
    tv("googlenet", size=64, model="googlenet", arguments=no_auxiliary, opset=12, pool="avgpool"),
    tv(
        "inception_v3",
        model="inception_v3",
        arguments={"transform_input": True, **no_auxiliary},
        size=96,
        opset=13,
        pool="avgpool",
    ),
    tv("resnet18", opset=9, dynamic="N", pool="avgpool"),
    tv("resnet50", opset=13, dynamic="NHW", pool="avgpool"),
    tv("resnext50_32x4d", size=64, opset=17, pool="avgpool"),
    tv("wide_resnet50_2", size=64, opset=10, pool="avgpool"),
    tv("densenet121", size=64, opset=11, dynamic="N"),
    tv("squeezenet1_0", opset=8),
    tv("squeezenet1_1", opset=12),
    tv("mobilenet_v2", opset=10, dynamic="N"),
    tv("mobilenet_v3_small", opset=13, pool="avgpool"),
    tv("mobilenet_v3_large", opset=14, pool="avgpool"),
    tv("efficientnet_b0", opset=13, pool="avgpool"),
    tv("efficientnet_v2_s", size=64, opset=17, pool="avgpool"),
    tv("mnasnet1_0", size=64, opset=9),
    tv("shufflenet_v2_x1_0", opset=11, dynamic="N"),
    tv("regnet_y_400mf", opset=16, pool="avgpool"),
    tv("regnet_x_400mf", opset=12, dynamic="NHW", pool="avgpool"),
    tv("convnext_tiny", size=64, opset=17, pool="avgpool"),
    tm("efficientnet_lite0", size=64, opset=11),
    tm("tf_efficientnet_b0", opset=12),
    tm("resnet26d", opset=13),
    tm("ecaresnet26t", opset=14),
    tm("repvgg_a0", size=64, opset=12),
    tm("dla34", opset=11),
    tm("hrnet_w18_small", size=64, opset=9),
    tm("ghostnet_100", opset=13),
    tm("legacy_xception", size=64, opset=11),
    tm("inception_v4", size=79, opset=11),
    tm("inception_resnet_v2", size=80, opset=13),
    tm("eca_nfnet_l0", size=64, opset=15),
    tm("gernet_s", opset=10),
    tm("darknet53", size=64, opset=9),
    tm("cspdarknet53", size=64, opset=12),
    tm("mixnet_s", opset=13),
    tm("skresnet18", opset=13),
    tm("resnest14d", size=64, opset=13),
    tm("res2net50_14w_8s", size=64, opset=12),
    tm("dpn68b", size=64, opset=11),
    tm("densenetblur121d", size=64, opset=13),
    tm("ese_vovnet19b_dw", size=64, opset=14),
    tm("rexnet_100", size=64, opset=13),
    tm("mobileone_s0", opset=14),
    tm("fbnetv3_b", size=64, opset=14),
    tm("cs3darknet_focus_s", size=64, opset=13),
    tm("inception_next_atto", size=64, opset=18),
    tm("resnetv2_50x1_bit", size=64, opset=13),
    tm("mobilenetv4_conv_small", opset=17),
    tm("seresnext26d_32x4d", size=64, opset=12),
    own("zfnet", nets.ZFNet, size=112, opset=9),
    own("caffenet", nets.CaffeNet, size=131, opset=11),
    own("network_in_network", nets.NetworkInNetwork, size=100, opset=13),
    own("activations", nets.Activations, size=32, opset=18),
    own("activations_opset9", lambda: nets.Activations(without=(nn.CELU,)), size=32, opset=9),
    own("crooked", nets.Crooked, size=67, opset=13),
    own("hourglass", nets.Hourglass, size=64, opset=17),
    own("hourglass_opset11", nets.Hourglass, size=64, opset=11),
    own("channels_last", nets.ChannelsLast, size=48, opset=12, channels_last=True),
    own("resnet18_softmax", lambda: nets.WithSoftmax(torchvision.models.resnet18(weights=None)), "torchvision", dynamic="N"),
    tv("squeezenet1_1_float16", model="squeezenet1_1", precision="float16"),
    tv("mobilenet_v2_float64", model="mobilenet_v2", precision="float64"),
    tv("resnet18_dynamo", model="resnet18", exporter="dynamo", opset=18, dynamic="N", pool="avgpool"),
    tv("resnet50_dynamo", model="resnet50", size=64, exporter="dynamo", opset=20, dynamic="NHW", pool="avgpool"),
    tv("mobilenet_v3_large_dynamo", model="mobilenet_v3_large", exporter="dynamo", opset=18),
    tv("efficientnet_b0_dynamo", model="efficientnet_b0", exporter="dynamo", opset=21),
    tv("densenet121_dynamo", model="densenet121", size=64, exporter="dynamo", opset=18),
    tv("googlenet_dynamo", size=64, model="googlenet", arguments=no_auxiliary, exporter="dynamo", opset=18),
    tv("shufflenet_v2_dynamo", model="shufflenet_v2_x1_0", exporter="dynamo", opset=18, dynamic="N"),
    tv("convnext_tiny_dynamo", model="convnext_tiny", size=64, exporter="dynamo", opset=20),
    tv("squeezenet1_1_traced", model="squeezenet1_1", exporter="dynamo", opset=18, options=as_traced),
    tv("convnext_tiny_traced", model="convnext_tiny", size=64, exporter="dynamo", opset=18, options=as_traced),
    own("crooked_dynamo", nets.Crooked, size=67, exporter="dynamo", opset=18),
    own("hourglass_dynamo", nets.Hourglass, size=64, exporter="dynamo", opset=18),
    own("activations_dynamo", nets.Activations, size=32, exporter="dynamo", opset=22),
]
