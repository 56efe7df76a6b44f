"""Loads our adapters into diffusers and compares the latents: the other half of AdapterCheck.

    check_adapters.py <folder that AdapterCheck wrote> <folder with scheduler/>

Exit status 1 if any adapter loads with a warning, or leads to final latents that are further from
ours than 1e-4 of their norm or than a thousandth of what the adapter changes. Diffusers says of every
file without text encoder weights that it has none; that does not count as a warning.
"""

import logging
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from safetensors import safe_open
from safetensors.torch import load_file

TOLERANCE = 1e-4
STRENGTH = 1e-3
EXPECTED = "No LoRA keys associated to NoneType found with the prefix='text_encoder'"


class Complaints(logging.Handler):
    """Collects what the libraries log or warn of."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        if not record.getMessage().startswith(EXPECTED):
            self.said.append(record.getMessage())


def load(pipeline, file):
    complaints = Complaints()
    loggers = [logging.getLogger(name) for name in ("diffusers", "peft", "transformers")]
    for logger in loggers:
        logger.addHandler(complaints)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        pipeline.load_lora_weights(str(file.parent), weight_name=file.name)
    for logger in loggers:
        logger.removeHandler(complaints)
    return complaints.said + [str(warning.message) for warning in warned]


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
        complaints = load(pipeline, file)
        latents = sample()
        pipeline.unload_lora_weights()
        ours = load_file(file.with_suffix(".latents"))["latents"]
        effect, difference = distance(latents, without), distance(ours, latents)
        good = not complaints and difference <= min(TOLERANCE, STRENGTH * effect)
        failures += not good
        verdict = "ok" if good else "FAILED"
        print(f"{base.name:6} {file.stem:55} {effect:8.3f} {difference:11.1e}  {verdict}")
        for complaint in complaints:
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
