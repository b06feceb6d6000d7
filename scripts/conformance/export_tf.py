"""Exports Keras applications with what TensorFlow says of each: python export_tf.py FOLDER [--only NAME]... [--list]"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import logging
import pathlib
import zlib
from dataclasses import dataclass

import keras
import numpy
import onnx
import tensorflow as tf
import tf2onnx

import exporting

classes = 50


@dataclass(frozen=True)
class Application:
    name: str
    build: str
    opset: int
    size: int = 96
    source: str = "Keras"
    # Keras puts the scaling of pixels into some of its networks.
    bytes: bool = False


applications = [
    Application("keras_mobilenet_v2", "MobileNetV2", 13),
    Application("keras_mobilenet_v3_small", "MobileNetV3Small", 14, bytes=True),
    Application("keras_resnet50", "ResNet50", 11),
    Application("keras_resnet50_v2", "ResNet50V2", 15),
    Application("keras_densenet121", "DenseNet121", 12),
    Application("keras_efficientnet_b0", "EfficientNetB0", 13, bytes=True),
    Application("keras_inception_v3", "InceptionV3", 10),
    Application("keras_xception", "Xception", 17),
    Application("keras_nasnet_mobile", "NASNetMobile", 16),
]


def export(application, folder):
    keras.utils.set_random_seed(zlib.crc32(application.name.encode()))
    random = numpy.random.default_rng(zlib.crc32(application.name.encode()))
    model = settled(application, random)
    model.layers[-1].activation = keras.activations.linear
    keras.config.set_dtype_policy("float64")
    precise = built(application)
    precise.set_weights(model.get_weights())
    precise.layers[-1].activation = keras.activations.linear
    keras.config.set_dtype_policy("float32")
    best = None
    for _ in range(12):
        x = picture(application, random)
        logits, exact, target = gradient_of(precise, x.astype("float64"))
        # Disturbed by as much as rounding disturbs every layer: where the gradient then leaps, it is not defined well.
        disturbed = [x + random.normal(size=x.shape).astype("float32") * x.std() * 1e-6 for _ in range(6)]
        off = max(abs(gradient_of(model, each, target)[1] - exact).max() for each in disturbed) / abs(exact).max()
        if best is None or off < best[0]:
            best = (off, x, logits, exact, target)
        if off < 5e-5:
            break
    noise, x, logits, exact, target = best
    model.layers[-1].activation = keras.activations.softmax
    signature = [tf.TensorSpec([None, application.size, application.size, 3], tf.float32, name="input")]
    function = tf.function(lambda x: model(x, training=False), input_signature=signature)
    tf2onnx.convert.from_function(
        function, input_signature=signature, opset=application.opset, output_path=str(folder / "model.onnx")
    )
    arrays = {"input": x.transpose(0, 3, 1, 2), "logits": logits, "gradient": exact.transpose(0, 3, 1, 2)}
    return arrays, {"exporter": "tf2onnx", "target": target, "layer": None, "noise": float(noise)}


def built(application):
    builder = getattr(keras.applications, application.build)
    return builder(weights=None, input_shape=(application.size, application.size, 3), classes=classes)


def picture(application, random, batch=1):
    pixels = random.uniform(-2, 2, (batch, application.size, application.size, 3)).astype("float32")
    return (pixels + 2) * 63.75 if application.bytes else pixels


def settled(application, random):
    """What initialisers leave at 0 or 1 is drawn, batch normalisation takes the statistics of a few pictures, logits get deviation 1."""
    model = built(application)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
        for weight in layer.trainable_weights:
            if weight.name == "gamma":
                weight.assign(random.uniform(0.5, 1.2, weight.shape))
            elif weight.name == "beta":
                # Mostly open rectifiers: deep random nets with half of them closed are chaotic.
                weight.assign(random.normal(1.0, 0.3, weight.shape))
            elif weight.name == "bias":
                weight.assign(random.normal(0, 0.1, weight.shape))
    model(picture(application, random, batch=8), training=True)
    model.layers[-1].activation = keras.activations.linear
    head = [layer for layer in model.layers if hasattr(layer, "kernel")][-1]
    head.kernel.assign(head.kernel / float(tf.math.reduce_std(model(picture(application, random), training=False))))
    return model


def gradient_of(model, x, target=None):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x, training=False)
        target = int(tf.argmax(logits[0])) if target is None else target
        score = logits[0, target]
    return logits.numpy(), tape.gradient(score, x).numpy(), target


if __name__ == "__main__":
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    versions = {"TensorFlow": tf.__version__, "Keras": keras.__version__, "tf2onnx": tf2onnx.__version__}
    exporting.main(
        "Exports Keras applications with what TensorFlow says of each.",
        applications,
        export,
        {**versions, "ONNX": onnx.__version__},
        [pathlib.Path(__file__)],
    )
