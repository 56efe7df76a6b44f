"""Makes the tiny ONNX models that the tests of curation's models read and records what ONNX Runtime
computes with them in Python, from pictures that Pillow has prepared as transformers does.

  .venv-onnx/bin/python jobs/interop/record_predictors.py

(the environment of record_captioners.sh). Writes below src/test/resources/predictors:

  vision.onnx          pixels of any size, 3 x 224 x 224 of CLIP, to an embedding: second output of two
  aesthetic.onnx       the normalised embedding to a score, three layers without activations
  safety/model.onnx    pixels as the preprocessor_config.json beside it says to two logits
  nsfw.onnx            the normalised embedding to a probability
  expected.json        by the name of a picture of golden/curation: embedding, aesthetic, unsafe, nsfw
"""

import json
import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

RESOURCES = Path("src/test/resources")
OUT = RESOURCES / "predictors"
PICTURES = ["gradient.png", "mirrored.png", "dark.png", "gradient_palette.png", "strip.png"]
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
WIDTH = 16


def save(path, nodes, inputs, outputs, weights):
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in inputs + outputs
    ]
    graph = helper.make_graph(
        nodes,
        path.stem,
        values[: len(inputs)],
        values[len(inputs) :],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def normal(random, *shape):
    return (random.standard_normal(shape) / math.sqrt(shape[0])).astype(np.float32)


def pooled(kernel):
    return [
        helper.make_node(
            "AveragePool", ["pixel_values"], ["pooled"], kernel_shape=[kernel] * 2, strides=[kernel] * 2
        ),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
    ]


def models(random):
    vision = save(
        OUT / "vision.onnx",
        [*pooled(32), helper.make_node("MatMul", ["flat", "w"], ["image_embeds"])],
        [("pixel_values", ["batch", 3, "height", "width"])],
        [("pooled", ["batch", 3, 7, 7]), ("image_embeds", ["batch", WIDTH])],
        {"w": normal(random, 147, WIDTH)},
    )
    aesthetic = save(
        OUT / "aesthetic.onnx",
        [
            helper.make_node("Gemm", ["embedding", "w1", "b1"], ["a"]),
            helper.make_node("Gemm", ["a", "w2", "b2"], ["b"]),
            helper.make_node("Gemm", ["b", "w3", "b3"], ["score"]),
        ],
        [("embedding", ["batch", WIDTH])],
        [("score", ["batch", 1])],
        {
            "w1": normal(random, WIDTH, 8),
            "b1": normal(random, 8),
            "w2": normal(random, 8, 4),
            "b2": normal(random, 4),
            "w3": normal(random, 4, 1) * 4,
            "b3": np.array([5], np.float32),
        },
    )
    safety = save(
        OUT / "safety" / "model.onnx",
        [*pooled(12), helper.make_node("MatMul", ["flat", "w"], ["logits"])],
        [("pixel_values", ["batch", 3, 48, 48])],
        [("logits", ["batch", 2])],
        {"w": normal(random, 48, 2) * 4},
    )
    (OUT / "safety" / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "do_normalize": True,
                "do_rescale": True,
                "do_resize": True,
                "image_mean": [0.5, 0.5, 0.5],
                "image_std": [0.5, 0.5, 0.5],
                "resample": 2,
                "rescale_factor": 1 / 255,
                "size": {"height": 48, "width": 48},
            },
            indent=2,
        )
        + "\n"
    )
    nsfw = save(
        OUT / "nsfw.onnx",
        [
            helper.make_node("MatMul", ["embedding", "w"], ["x"]),
            helper.make_node("Sigmoid", ["x"], ["probability"]),
        ],
        [("embedding", ["batch", WIDTH])],
        [("probability", ["batch", 1])],
        {"w": normal(random, WIDTH, 1) * 4},
    )
    return vision, aesthetic, safety, nsfw


def clip(image, side=224):
    width, height = image.size
    short = min(width, height)
    longer = int(side * max(width, height) / short)
    image = image.resize(
        (longer, side) if width > height else (side, longer), Image.Resampling.BICUBIC
    )
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return planes(image.crop((left, top, left + side, top + side)), MEAN, STD)


def planes(image, mean, std):
    values = (np.asarray(image, np.float32) * np.float32(1 / 255) - mean) / std
    return values.transpose(2, 0, 1)[None].astype(np.float32)


def main():
    vision, aesthetic, safety, nsfw = models(np.random.default_rng(7))
    expected = {}
    for name in PICTURES:
        image = Image.open(RESOURCES / "golden" / "curation" / "images" / name).convert("RGB")
        embedding = vision.run(["image_embeds"], {"pixel_values": clip(image)})[0]
        embedding /= np.linalg.norm(embedding)
        half = np.full(3, 0.5, np.float32)
        small = planes(image.resize((48, 48), Image.Resampling.BILINEAR), half, half)
        logits = safety.run(None, {"pixel_values": small})[0][0].astype(np.float64)
        share = np.exp(logits - logits.max())
        expected[name] = {
            "embedding": [float(value) for value in embedding[0]],
            "aesthetic": float(aesthetic.run(None, {"embedding": embedding})[0][0, 0]),
            "unsafe": float(share[1] / share.sum()),
            "nsfw": float(nsfw.run(None, {"embedding": embedding})[0][0, 0]),
        }
    (OUT / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
