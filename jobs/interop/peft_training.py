"""The steps of a recorded training in diffusers and PEFT, on demand: the other half of TrainBench.

    peft_training.py <folder with transformer/> <steps.safetensors> <dtype> <threads> <checkpointing>

The base is in dtype, the adapter in float32, as in our trainer; the optimiser is torch.optim.AdamW.
Prints "ready", then answers each line on standard input with the milliseconds and the loss of the
next step, and "quit" by writing the adapter to after.safetensors beside the steps.
"""

import pathlib
import sys
import time
import warnings

warnings.simplefilter("ignore")

import torch
from diffusers import FluxPipeline, FluxTransformer2DModel
from peft import LoraConfig
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def main():
    folder, path, dtype = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    dtype = getattr(torch, dtype)
    torch.set_num_threads(int(sys.argv[4]))
    steps = load_file(path)
    with safe_open(path, "pt") as file:
        facts = {key: float(value) for key, value in file.metadata().items()}
    model = FluxTransformer2DModel.from_pretrained(folder / "transformer", torch_dtype=dtype)
    model.requires_grad_(False)
    modules = sorted({key[6:-7] for key in steps if key.startswith("start.")})
    model.add_adapter(
        LoraConfig(r=int(facts["rank"]), lora_alpha=facts["alpha"], target_modules=modules)
    )
    model.train()
    if sys.argv[5] == "true":
        model.enable_gradient_checkpointing()
    adapter = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            adapter[name.removesuffix(".default.weight")] = parameter
            parameter.data = steps[f"start.{name.removesuffix('.default.weight')}"].clone()
    assert len(adapter) == 2 * len(modules), "some layers have no adapter"
    optimiser = torch.optim.AdamW(
        adapter.values(),
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=facts["weight_decay"],
    )

    def train(number):
        batch = {n: steps[f"{number}.{n}"] for n in ("latents", "noise", "sigma", "t5", "pooled")}
        optimiser.param_groups[0]["lr"] = steps[f"{number}.rate"].item()
        clean, noise = batch["latents"], batch["noise"]
        count, channels, height, width = clean.shape
        level = batch["sigma"].to(dtype).float()
        share = level.view(-1, 1, 1, 1)
        noisy = (1 - share) * clean + share * noise
        packed = FluxPipeline._pack_latents(noisy, count, channels, height, width)
        ids = FluxPipeline._prepare_latent_image_ids(
            count, height // 2, width // 2, "cpu", torch.float32
        )
        guidance = None
        if model.config.guidance_embeds:
            guidance = torch.full((count,), facts["guidance"], dtype=dtype)
        velocity = model(
            hidden_states=packed.to(dtype),
            encoder_hidden_states=batch["t5"].to(dtype),
            pooled_projections=batch["pooled"].to(dtype),
            timestep=level.to(dtype),
            guidance=guidance,
            img_ids=ids,
            txt_ids=torch.zeros(batch["t5"].shape[1], 3),
            return_dict=False,
        )[0]
        velocity = FluxPipeline._unpack_latents(velocity, 8 * height, 8 * width, 8)
        loss = torch.mean((velocity.float() - (noise - clean)) ** 2)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(adapter.values(), facts["clip_norm"])
        optimiser.step()
        optimiser.zero_grad()
        return loss.item()

    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        if line.strip() == "quit":
            break
        start = time.perf_counter()
        loss = train(number)
        print(1000 * (time.perf_counter() - start), loss, flush=True)
    save_file({n: p.detach().contiguous() for n, p in adapter.items()}, path.parent / "after.safetensors")
    print("written", flush=True)


main()
