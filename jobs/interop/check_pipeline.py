"""Opens a checkpoint in diffusers and records what it computes, as cases for `./atelier verify`.

    check_pipeline.py <checkpoint> <folder for the cases>

Exit status 1 if diffusers or transformers warn of anything while they load it.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from complaints import complaints
from diffusers import FluxPipeline
from safetensors.torch import save_file

SIDE = 96
T5_LENGTH = 64
STEPS = 4
GUIDANCE = 5.0
PROMPTS = [
    "a portrait of a woman with long red hair in a park, smiling",
    "a photo of a man with glasses wearing a blue suit in an office",
    "a photo of anavex woman on a beach",
]
HARD_TO_READ = ["", "  two  spaces ", "Café, naïve über-cool", "日本語", "UPPER lower 123", "it's 3rd!!"]


def load(checkpoint):
    pipeline, said = complaints(
        lambda: FluxPipeline.from_pretrained(checkpoint, torch_dtype=torch.float32)
    )
    pipeline.set_progress_bar_config(disable=True)
    # How the packages are installed and call each other is nothing about the checkpoint.
    own = [text for text, category in said if category is not DeprecationWarning]
    return pipeline, [text for text in own if not text.startswith("`torch_dtype` is deprecated")]


class Recorder:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name, kind, pins, tensors, **arguments):
        metadata = {"kind": kind, "pins": pins}
        metadata.update({key: str(value) for key, value in arguments.items()})
        tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
        save_file(tensors, self.folder / f"{name}.safetensors", metadata)


def token_ids(pipeline, prompts):
    clip = pipeline.tokenizer(
        prompts, padding="max_length", max_length=77, truncation=True, return_tensors="pt"
    ).input_ids
    t5 = pipeline.tokenizer_2(
        prompts, padding="max_length", max_length=T5_LENGTH, truncation=True, return_tensors="pt"
    ).input_ids
    return clip, t5


def encoders(pipeline, recorder):
    prompts = PROMPTS + HARD_TO_READ
    clip, t5 = token_ids(pipeline, prompts)
    recorder.write(
        "tokens",
        "tokens",
        "token ids of both tokenizers",
        {"out.clip_ids": clip, "out.t5_ids": t5},
        prompts=json.dumps(prompts, ensure_ascii=False),
        t5_length=T5_LENGTH,
    )
    clip, t5 = token_ids(pipeline, PROMPTS)
    text = pipeline.text_encoder(clip)
    recorder.write(
        "clip_text",
        "clip_text",
        "CLIP text encoder",
        {"in.ids": clip, "out.hidden": text.last_hidden_state, "out.pooled": text.pooler_output},
    )
    recorder.write(
        "t5_encoder",
        "t5_encoder",
        "T5 encoder, no attention mask",
        {"in.ids": t5, "out.hidden": pipeline.text_encoder_2(t5)[0]},
    )


def generate(pipeline, prompt, output, **arguments):
    return pipeline(
        prompt,
        height=SIDE,
        width=SIDE,
        num_inference_steps=STEPS,
        guidance_scale=GUIDANCE,
        max_sequence_length=T5_LENGTH,
        output_type=output,
        **arguments,
    ).images


def raw_noise(pipeline, seed):
    """What a picture begins with; its steps take what the same random numbers go on with."""
    side = SIDE // pipeline.vae_scale_factor
    torch.manual_seed(seed)
    return torch.randn(1, pipeline.vae.config.latent_channels, side, side)


def packed_noise(pipeline, seed):
    raw = raw_noise(pipeline, seed)
    return pipeline._pack_latents(raw, *raw.shape)


def generations(pipeline, recorder):
    sizes = dict(width=SIDE, height=SIDE, steps=STEPS, guidance=GUIDANCE, t5_length=T5_LENGTH)
    noise = packed_noise(pipeline, 5)
    latents = generate(pipeline, PROMPTS[0], "latent", latents=noise.clone())
    image = generate(pipeline, PROMPTS[0], "pt", latents=packed_noise(pipeline, 5))
    pixels = (image[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    recorder.write(
        "pipeline",
        "pipeline",
        "text to image from given packed noise",
        {
            "in.latents": noise,
            "out.latents": latents,
            "out.image": image,
            "out.bytes": torch.from_numpy(pixels),
        },
        prompt=PROMPTS[0],
        seed=5,
        **sizes,
    )
    raw = raw_noise(pipeline, 42)
    torch.manual_seed(42)
    latents = generate(pipeline, PROMPTS[2], "latent")
    recorder.write(
        "pipeline_seed42",
        "pipeline",
        "the same with noise drawn from CPU seed 42",
        {"out.latents": latents, "out.noise": raw},
        prompt=PROMPTS[2],
        seed=42,
        **sizes,
    )
    return image


def autoencoder(pipeline, recorder, image):
    vae = pipeline.vae
    pixels = image * 2 - 1
    moments = vae.encode(pixels).latent_dist
    recorder.write(
        "vae",
        "vae",
        "moments of the encoder, scaled latents, decoder on raw latents",
        {
            "in.image": pixels,
            "out.mean": moments.mean,
            "out.logvar": moments.logvar,
            "out.latents": (moments.mean - vae.config.shift_factor) * vae.config.scaling_factor,
            "in.z": moments.mean,
            "out.decoded": vae.decode(moments.mean).sample,
        },
    )


def main():
    checkpoint, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    pipeline, said = load(checkpoint)
    recorder = Recorder(folder)
    with torch.no_grad():
        encoders(pipeline, recorder)
        autoencoder(pipeline, recorder, generations(pipeline, recorder))
    for line in said:
        print(f"warning while loading: {line}")
    print(f"{checkpoint} loads {'with' if said else 'without'} warnings; cases are in {folder}")
    sys.exit(1 if said else 0)


main()
