"""Records what other projects measure of pictures, and makes the small files that it takes.

    python jobs/interop/record_measurements.py OPENCV_NATIVES.jar

needs pillow==13.0.0 numpy==2.4.6 onnx==1.23.2 opencv-contrib-python-headless==5.0.0.93; the jar is
org.bytedeco:opencv:linux-x86_64, whose BRISQUE model is the one we run. Writes to
src/test/resources/image, the same bytes each time:

color/*            pictures of 16 x 12 in other colour spaces, with ICC profiles made here
color.json         their sRGB pixels by Pillow and its ImageCms (Little CMS), hexadecimal
measurements.json  of pictures by formula and of the golden ones: entropy by Pillow, colourfulness by
                   NumPy, BRISQUE by OpenCV's quality module
faces/yunet.onnx   a stand-in with YuNet's inputs and outputs: a "face" is a magenta square of 32
faces/sface.onnx   a stand-in with SFace's: the embedding depends on the mean colour alone
faces/people.png   three such faces, two of one "person"
faces.json         what OpenCV's FaceDetectorYN and FaceRecognizerSF make of them
"""

import io
import json
import math
import pathlib
import struct
import sys
import tempfile
import zipfile

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageCms

RESOURCES = pathlib.Path(__file__).parents[2] / "src/test/resources"
FOLDER = RESOURCES / "image"


def formula(k, width, height):
    """io.atelier.image.Pictures.formula."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.int64)
    smooth = (x * (k + 2) + y * (2 * k + 1) + c * 37) * (1 + x // (17 + k) % 3)
    seed = (x * 7919 + y * 104729 + c * 1299709 + k * 15485863) % 2147483647
    noise = seed * 48271 % 2147483647
    return ((smooth // 4 % 256 * 3 + noise // 65536 % 256) // 4).astype(np.uint8)


# --- ICC profiles -----------------------------------------------------------------------------


def s15(*numbers):
    return b"".join(struct.pack(">i", round(n * 65536)) for n in numbers)


def profile(kind, space, name, tags):
    text = name.encode("ascii") + b"\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags = [("desc", desc), ("wtpt", b"XYZ \0\0\0\0" + s15(0.9642, 1, 0.8249)), *tags]
    table, data, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, content in tags:
        content += bytes(-len(content) % 4)
        table += tag.encode("ascii") + struct.pack(">II", offset + len(data), len(content))
        data += content
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, kind, space, b"XYZ ")
    if kind == b"prtr":
        head = head[:20] + b"Lab "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + s15(0.9642, 1, 0.8249)
    head = head.ljust(128, b"\0")
    whole = head + struct.pack(">I", len(tags)) + table + data
    return struct.pack(">I", len(whole)) + whole[4:]


def curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def srgb_curve():
    levels = [i / 1023 for i in range(1024)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    values = [round(v * 65535) for v in linear]
    return b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *values)


def rgb_profile(name, columns, trc):
    """Columns are the primaries in XYZ, adapted to D50."""
    tags = [(f"{c}XYZ", b"XYZ \0\0\0\0" + s15(*xyz)) for c, xyz in zip("rgb", columns)]
    return profile(b"mntr", b"RGB ", name, tags + [(f"{c}TRC", trc) for c in "rgb"])


def cmyk_profile():
    """Four inks to L*a*b* by a table of two points an ink."""
    ramp = bytes(range(256))
    table = bytearray()
    for i in range(16):
        c, m, y, k = (i >> s & 1 for s in (3, 2, 1, 0))
        light = 97 * (1 - 0.45 * c) * (1 - 0.5 * m) * (1 - 0.1 * y) * (1 - 0.85 * k)
        a = (-37 * c + 74 * m - 5 * y) * (1 - 0.9 * k)
        b = (-50 * c - 3 * m + 93 * y) * (1 - 0.9 * k)
        table += bytes([round(light * 2.55), round(a) + 128, round(b) + 128])
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + s15(1, 0, 0, 0, 1, 0, 0, 0, 1)
    lut += ramp * 4 + bytes(table) + ramp * 3
    return profile(b"prtr", b"CMYK", "Test ink", [("A2B0", lut)])


P3 = [(0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)]
ADOBE = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]


def colors():
    out = FOLDER / "color"
    out.mkdir(parents=True, exist_ok=True)
    p3 = rgb_profile("Display P3", P3, srgb_curve())
    adobe = rgb_profile("Adobe RGB (1998)", ADOBE, curve(563 / 256))
    gray = profile(b"mntr", b"GRAY", "Gray gamma 1.4", [("kTRC", curve(1.4))])
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ink = cmyk_profile()
    rgb = Image.fromarray(formula(2, 16, 12))
    big = Image.fromarray(np.repeat(np.repeat(formula(2, 4, 3), 4, 0), 4, 1))
    cmyk = big.convert("CMYK")
    cmyk.paste((40, 90, 160, 60), (4, 4, 12, 8))
    files = {
        "p3.png": (rgb, p3, {}),
        "adobe.tif": (rgb, adobe, {}),
        "p3.webp": (rgb, p3, {"lossless": True}),
        "adobe.jpg": (big, adobe, {"quality": 95, "subsampling": 0}),
        "gray.png": (rgb.convert("L"), gray, {}),
        "srgb.png": (rgb, srgb, {}),
        "cmyk.jpg": (cmyk, None, {"quality": 95, "subsampling": 0}),
        "ink.jpg": (cmyk, ink, {"quality": 95, "subsampling": 0}),
    }
    rows = []
    for name, (picture, icc, options) in files.items():
        picture.save(out / name, **({"icc_profile": icc} if icc else {}), **options)
        with Image.open(out / name) as stored:
            stored.load()
            converts = icc and icc != srgb
            if converts:
                source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
                target = ImageCms.createProfile("sRGB")
                stored = ImageCms.profileToProfile(stored, source, target, outputMode="RGB")
            pixels = stored.convert("RGB").tobytes().hex()
        text = ImageCms.getProfileDescription(source).strip() if converts else None
        rows.append({"file": name, "profile": text, "rgb": pixels})
    write("color.json", {"note": f"Pillow {Image.__version__}, Little CMS {ImageCms.core.littlecms_version}", "files": rows})


# --- numbers ----------------------------------------------------------------------------------


def colorfulness(rgb):
    r, g, b = (rgb[..., i].astype(np.float64) for i in range(3))
    rg, yb = r - g, (r + g) / 2 - b
    return math.hypot(rg.std(), yb.std()) + 0.3 * math.hypot(rg.mean(), yb.mean())


def measurements(jar):
    pictures = {f"formula {k} {w} {h}": formula(k, w, h) for k, w, h in [(1, 320, 200), (3, 131, 97), (6, 512, 384)]}
    for name in ["gradient.png", "mirrored.png", "dark.png"]:
        with Image.open(RESOURCES / "golden/curation/images" / name) as image:
            pictures[name] = np.asarray(image.convert("RGB"))
    rows = []
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(jar) as natives:
        root = "org/bytedeco/opencv/linux-x86_64/share/opencv4/quality/"
        model, limits = (natives.extract(root + f"brisque_{n}_live.yml", folder) for n in ("model", "range"))
        for name, rgb in pictures.items():
            image = Image.fromarray(rgb)
            gray = np.asarray(image.convert("L"))
            brisque = cv2.quality.QualityBRISQUE_compute(gray, model, limits)[0]
            rows.append(
                {
                    "picture": name,
                    "rgb_entropy": image.entropy(),
                    "colorfulness": colorfulness(rgb),
                    "brisque": brisque,
                }
            )
    write("measurements.json", {"note": f"Pillow {Image.__version__}, OpenCV {cv2.__version__}", "cases": rows})


# --- faces ------------------------------------------------------------------------------------

BOX = [0.5, 0.5, math.log(3), math.log(4)]
POINTS = [0.0, 0.25, 1.0, 0.25, 0.5, 0.75, 0.1, 1.25, 0.9, 1.25]


def constant(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def save(path, nodes, inputs, outputs, weights):
    graph = helper.make_graph(nodes, "stand-in", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def yunet(path):
    """Magenta is (B + R - 2 G) / 510; a cell of stride 32 that is full of it is a face."""
    weights = [constant("magenta", np.array([1, -2, 1], np.float32).reshape(1, 3, 1, 1) / 510)]
    nodes = [
        helper.make_node("Conv", ["input", "magenta"], ["raw"], kernel_shape=[1, 1]),
        helper.make_node("Relu", ["raw"], ["marked"]),
    ]
    outputs = []
    for stride in (8, 16, 32):
        nodes.append(helper.make_node("AveragePool", ["marked"], [f"cell_{stride}"], kernel_shape=[stride, stride], strides=[stride, stride]))
        heads = [("cls", [1.0 if stride == 32 else 0.0], [0.0]), ("obj", [1.0 if stride == 32 else 0.0], [0.0])]
        heads += [("bbox", [0.0] * 4, BOX), ("kps", [0.0] * 10, POINTS)]
        for head, factor, bias in heads:
            name = f"{head}_{stride}"
            weights.append(constant(name + "_w", np.array(factor, np.float32).reshape(-1, 1, 1, 1)))
            weights.append(constant(name + "_b", bias))
            nodes.append(helper.make_node("Conv", [f"cell_{stride}", name + "_w", name + "_b"], [name + "_n"], kernel_shape=[1, 1]))
            nodes.append(helper.make_node("Transpose", [name + "_n"], [name], perm=[0, 2, 3, 1]))
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, None, len(bias)]))
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, "height", "width"])]
    save(path, nodes, inputs, outputs, weights)


def sface(path):
    random = np.random.default_rng(7)
    matrix = random.standard_normal((3, 128)).astype(np.float32)
    weights = [constant("matrix", matrix), constant("bias", -matrix.sum(0) * 127.5)]
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix", "bias"], ["fc1"]),
    ]
    inputs = [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, 112, 112])]
    outputs = [helper.make_tensor_value_info("fc1", TensorProto.FLOAT, [1, 128])]
    save(path, nodes, inputs, outputs, weights)


def people():
    """Cells of 40 pixels at 800 x 600 are cells of 32 at 640 x 480."""
    rgb = np.full((600, 800, 3), 128, np.uint8)
    for column, row, color in [(4, 4, (230, 60, 40)), (13, 5, (30, 70, 220)), (14, 11, (225, 66, 44))]:
        x, y = 40 * column, 40 * row
        rgb[y - 40 : y + 80, x - 40 : x + 80] = color
        rgb[y : y + 40, x : x + 40] = (255, 0, 255)
    return rgb


def faces():
    out = FOLDER / "faces"
    yunet(out / "yunet.onnx")
    sface(out / "sface.onnx")
    rgb = people()
    Image.fromarray(rgb).save(out / "people.png", optimize=True)
    small = np.asarray(Image.fromarray(rgb).resize((640, 480), Image.LANCZOS))
    detector = cv2.FaceDetectorYN.create(str(out / "yunet.onnx"), "", (640, 480), 0.9, 0.3, 5000)
    _, found = detector.detect(np.ascontiguousarray(small[..., ::-1]))
    found[:, :14] *= 1.25
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    recognizer = cv2.FaceRecognizerSF.create(str(out / "sface.onnx"), "")
    bgr = np.ascontiguousarray(rgb[..., ::-1])
    features = []
    for face in found:
        # Boxes are whole pixels with us; the alignment uses the landmarks alone.
        feature = recognizer.feature(recognizer.alignCrop(bgr, face))[0].astype(np.float64)
        features.append((feature / np.linalg.norm(feature)).tolist())
    rows = [{"face": face.tolist(), "identity": feature} for face, feature in zip(found, features)]
    write("faces.json", {"note": f"OpenCV {cv2.__version__}", "faces": rows})


def write(name, content):
    (FOLDER / name).write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    colors()
    measurements(sys.argv[1])
    faces()
