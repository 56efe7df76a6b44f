"""Loads our adapters into diffusers and compares the latents: the other half of AdapterCheck.

    check_adapters.py <folder that AdapterCheck wrote> <folder with scheduler/>

Exit status 1 if any adapter loads with a warning, or leads to final latents that are further from
ours than 1e-4 of their norm or than a thousandth of what the adapter changes. Diffusers says of every
file without text encoder weights that it has none; that does not count as a warning.
"""

import pathlib
import sys
import warnings

warnings.simplefilter("ignore")

import torch
from complaints import complaints
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from safetensors import safe_open
from safetensors.torch import load_file

TOLERANCE = 1e-4
STRENGTH = 1e-3
EXPECTED = "No LoRA keys associated to NoneType found with the prefix='text_encoder'"


def load(pipeline, file):
    _, said = complaints(
        lambda: pipeline.load_lora_weights(str(file.parent), weight_name=file.name)
    )
    return [text for text, category in said if category or not text.startswith(EXPECTED)]


def distance(a, b):
    return ((a.double() - b.double()).norm() / b.double().norm()).item()


def check(base, scheduler):
    transformer = FluxTransformer2DModel.from_pretrained((base / "transformer.txt").read_text())
    pipeline = FluxPipeline(
        scheduler=scheduler,
        vae=None,
        text_encoder=None,
        tokenizer=None,
        text_encoder_2=None,
        tokenizer_2=None,
        transformer=transformer,
    )
    pipeline.set_progress_bar_config(disable=True)
    inputs = load_file(base / "inputs.safetensors")
    with safe_open(base / "inputs.safetensors", "pt") as file:
        facts = file.metadata()

    def sample():
        return pipeline(
            **{name: value.clone() for name, value in inputs.items()},
            height=8 * int(facts["side"]),
            width=8 * int(facts["side"]),
            num_inference_steps=int(facts["steps"]),
            guidance_scale=float(facts["guidance"]),
            output_type="latent",
        ).images

    failures = 0
    without = sample()
    for file in sorted(base.glob("*rank*.safetensors")):
        said = load(pipeline, file)
        latents = sample()
        pipeline.unload_lora_weights()
        ours = load_file(file.with_suffix(".latents"))["latents"]
        effect, difference = distance(latents, without), distance(ours, latents)
        good = not said and difference <= min(TOLERANCE, STRENGTH * effect)
        failures += not good
        verdict = "ok" if good else "FAILED"
        print(f"{base.name:6} {file.stem:55} {effect:8.3f} {difference:11.1e}  {verdict}")
        for complaint in said:
            print(f"       {complaint}")
    return failures


def main():
    folder = pathlib.Path(sys.argv[1])
    scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(f"{sys.argv[2]}/scheduler")
    torch.set_num_threads(1)
    print(f"{'base':6} {'adapter':55} {'effect':>8} {'difference':>11}")
    failures = check(folder / "small", scheduler) + check(folder / "wide", scheduler)
    print("effect: of the adapter on the final latents; difference: of ours from diffusers'")
    sys.exit(1 if failures else 0)


main()
