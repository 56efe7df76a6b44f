"""Measures photos as io.atelier.image.Measurer does, with Pillow, NumPy, SciPy and OpenCV.

    python jobs/bench/curate_python.py FOLDER faces|plain

Reads a line for each round, measures all files of the folder in a process for each core, and answers
with the milliseconds of processor time that it took. Written as one writes such a script: each
measurement by the library call that is there for it.
"""

import hashlib
import io
import multiprocessing
import os
import pathlib
import sys
import time

import cv2
import numpy as np
from PIL import Image, ImageOps
from scipy import fftpack

PALETTE = np.array(
    [
        (20, 20, 20), (70, 70, 70), (128, 128, 128), (195, 195, 195), (250, 250, 250), (205, 30, 40),
        (110, 20, 30), (240, 150, 180), (240, 130, 30), (115, 70, 35), (220, 195, 160), (245, 215, 50),
        (110, 110, 40), (60, 150, 60), (25, 70, 35), (20, 130, 130), (150, 200, 235), (40, 90, 200),
        (20, 30, 80), (120, 50, 150), (190, 170, 220),
    ],
    np.uint8,
)
cascade = None


def start(faces):
    global cascade
    cv2.setNumThreads(1)
    if faces:
        cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml")


def shrink(image, side):
    scale = side / max(image.size)
    if scale >= 1:
        return image
    return image.resize([max(1, round(s * scale)) for s in image.size], Image.LANCZOS)


def laplacian(gray):
    return cv2.Laplacian(gray, cv2.CV_64F).var()


def sharpness(gray):
    return laplacian(gray) / max(laplacian(cv2.GaussianBlur(gray, (9, 9), 2)), 1e-3)


def hashes(gray):
    small = np.asarray(gray.resize((32, 32), Image.LANCZOS))
    low = fftpack.dct(fftpack.dct(small, axis=0), axis=1)[:8, :8]
    steps = np.asarray(gray.resize((9, 8), Image.LANCZOS))
    return low > np.median(low), steps[:, 1:] > steps[:, :-1]


def lab(rgb):
    return cv2.cvtColor(rgb.reshape(1, -1, 3).astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[0]


def colors(image):
    pixels = lab(np.asarray(image.resize((64, 64), Image.BOX)))
    distances = ((pixels[:, None] - lab(PALETTE)[None]) ** 2).sum(-1)
    names = distances.argmin(1)
    grid = names.reshape(64, 64)
    edge = np.concatenate([grid[:, :8].ravel(), grid[:, -8:].ravel(), grid[:8, 8:-8].ravel()])
    return np.bincount(names, minlength=21), np.bincount(edge, minlength=21).argmax()


def tones(rgb, gray, image):
    r, g, b = (rgb[..., i].astype(np.float64) for i in range(3))
    rg, yb = r - g, (r + g) / 2 - b
    brightness = np.sqrt(0.241 * r * r + 0.691 * g * g + 0.068 * b * b) / 255
    return (
        image.entropy(),
        np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()),
        gray.std() / 255,
        brightness.mean(),
        np.percentile(brightness, [5, 99]),
    )


def light(face):
    linear = (np.asarray(face.resize((256, 256), Image.LANCZOS)) / 255.0) ** 2.2
    luminance = 255 * (linear @ [0.2126, 0.7152, 0.0722])
    half = 256 // 2
    left, right = (np.histogram(p, 256, (0, 256))[0] for p in (luminance[:, :half], luminance[:, half:]))
    return (luminance >= 247).mean(), (luminance <= 25).mean(), np.minimum(left, right).sum()


def faces(image, gray, small):
    even = cv2.equalizeHist(np.asarray(small))
    found = cascade.detectMultiScale(even, 1.1, 4, 0, (24, 24))
    if len(found) == 0:
        return ()
    x, y, w, h = (max(found, key=lambda f: f[2] * f[3]) * (image.width / small.width)).astype(int).tolist()
    crop = shrink(gray.crop((x, y, x + w, y + h)), 256)
    return len(found), sharpness(np.asarray(crop)), light(image.crop((x, y, x + w, y + h)))


def measure(data):
    begun = time.process_time()
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    rgb = np.asarray(image)
    gray = image.convert("L")
    full = np.asarray(gray)
    copy = shrink(gray, 512)
    small = np.asarray(copy)
    hashlib.sha256(rgb.tobytes()).hexdigest()
    hashes(gray)
    colors(image)
    gray.entropy(), tones(rgb, full, image)
    laplacian(full), laplacian(small), sharpness(small)
    if cascade is not None:
        faces(image, gray, shrink(copy, 320))
    return 1000 * (time.process_time() - begun)


def main():
    files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
    cores = len(os.sched_getaffinity(0))
    with multiprocessing.Pool(cores, start, [sys.argv[2] == "faces"]) as pool:
        pool.map(measure, files[:cores], 1)
        print("ready", flush=True)
        for _ in sys.stdin:
            print(sum(pool.map(measure, files, 1)), flush=True)


if __name__ == "__main__":
    main()
