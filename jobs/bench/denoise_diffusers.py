"""One denoising step in diffusers, on demand: the other half of DenoiseBench.

Reads a folder that DenoiseBench wrote, prints "ready", then answers each line on standard input
with the milliseconds of one step, and "quit" by writing the last velocity to reference.safetensors.
"""

import pathlib
import sys
import time
import warnings

warnings.simplefilter("ignore")

import torch
from diffusers import FluxTransformer2DModel
from safetensors.torch import load_file, save_file


def main():
    folder = pathlib.Path(sys.argv[1])
    dtype = getattr(torch, sys.argv[2])
    torch.set_num_threads(int(sys.argv[3]))
    model = FluxTransformer2DModel.from_pretrained(folder / "transformer", torch_dtype=dtype).eval()
    inputs = load_file(folder / "inputs.safetensors")
    arguments = {
        name: value if name.endswith("_ids") else value.to(dtype) for name, value in inputs.items()
    }
    velocity = None
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        start = time.perf_counter()
        with torch.no_grad():
            velocity = model(**arguments, return_dict=False)[0]
        print(1000 * (time.perf_counter() - start), flush=True)
    save_file({"velocity": velocity.float().contiguous()}, folder / "reference.safetensors")
    print("written", flush=True)


main()
