"""Records numbers of other projects that our tests compare with.

    python jobs/interop/record_references.py

needs the packages of jobs/requirements.txt. Writes to src/test/resources/reference, the same bytes
each time (fixed seeds, one thread, float32 on the CPU):

prodigy.safetensors    prodigyopt.Prodigy on a quadratic, as diffusers' training script sets it up:
                       in.start [N], in.gradients [steps, N]; out.values [steps, N] after each step,
                       out.d [steps] float64, the estimated distance after each step
muon.safetensors       torch.optim.Muon on a tall and a wide matrix, in float32 where it computes in
                       bfloat16, steps scaled to AdamW's: in.start.<kind> [m, n], in.gradients.<kind> [steps, m, n];
                       out.values.<kind> [steps, m, n] after each step
schedules.safetensors  diffusers' learning-rate factors, <constant|cosine>.<warmup>.<steps>, of
                       steps counted from 0, float64. Their warm-up begins with 0 at step 0, ours with
                       1/warmup: within the warm-up our step k is their step k + 1, later our step k
                       is their step k
sigmas.safetensors     diffusers' noise levels: in.u -> out.grid; in.normal -> out.logit_normal
                       -> out.shifted.<tokens>, float64
stochastic.safetensors FluxPipeline of the tiny golden checkpoint with stochastic_sampling after
                       torch.manual_seed: out.latents, packed; and a step of the scheduler by itself
                       in either type: in.<type>.sample|velocity, in.<type>.noise -> out.<type>,
                       and the ordinary step, out.<type>.plain
prior.safetensors      DreamBooth's loss with prior preservation on the tiny golden checkpoint, with
                       an adapter (PEFT, B not 0), guidance 1: loss(instance) + lambda loss(class).
                       Image form: the target of the class is noise - latents. Teacher form: it is
                       in.class.velocity, what the model predicts without the adapter.
"""

import pathlib

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from diffusers.optimization import (
    get_constant_schedule_with_warmup,
    get_cosine_schedule_with_warmup,
)
from diffusers.pipelines.flux.pipeline_flux import calculate_shift
from diffusers.training_utils import compute_density_for_timestep_sampling
from peft import LoraConfig
from prodigyopt import Prodigy
from safetensors.torch import save_file

RESOURCES = pathlib.Path(__file__).parents[2] / "src/test/resources"
CHECKPOINT = RESOURCES / "golden/flux-dev/checkpoint"
FOLDER = RESOURCES / "reference"


def save(name, tensors, **metadata):
    FOLDER.mkdir(exist_ok=True)
    tensors = {key: value.detach().contiguous() for key, value in sorted(tensors.items())}
    save_file(tensors, FOLDER / f"{name}.safetensors", {k: str(v) for k, v in metadata.items()})


def muon(steps=5):
    random = torch.Generator().manual_seed(3)
    tensors = {}
    short = torch.Tensor.bfloat16
    torch.Tensor.bfloat16 = torch.Tensor.float
    for kind, shape in (("tall", (24, 10)), ("wide", (12, 40))):
        values = torch.nn.Parameter(torch.randn(shape, generator=random))
        tensors[f"in.start.{kind}"] = values.detach().clone()
        gradients = torch.randn((steps, *shape), generator=random)
        optimiser = torch.optim.Muon(
            [values], lr=1e-2, weight_decay=0, adjust_lr_fn="match_rms_adamw"
        )
        after = []
        for gradient in gradients:
            values.grad = gradient
            optimiser.step()
            after.append(values.detach().clone())
        tensors[f"in.gradients.{kind}"] = gradients
        tensors[f"out.values.{kind}"] = torch.stack(after)
    torch.Tensor.bfloat16 = short
    save("muon", tensors, rate=1e-2)


def prodigy(steps=100, size=90):
    random = torch.Generator().manual_seed(1)
    curvature = torch.rand(size, generator=random) + 0.1
    goal = torch.randn(size, generator=random)
    values = torch.nn.Parameter(torch.randn(size, generator=random) * 0.1)
    start = values.detach().clone()
    optimiser = Prodigy(
        [values],
        lr=1.0,
        betas=(0.9, 0.999),
        weight_decay=0.01,
        decouple=True,
        use_bias_correction=True,
        safeguard_warmup=True,
    )
    gradients, after, distance = [], [], []
    for _ in range(steps):
        values.grad = curvature * (values.detach() - goal) / size
        values.grad += torch.randn(size, generator=random) * 1e-4
        gradients.append(values.grad.clone())
        optimiser.step()
        after.append(values.detach().clone())
        distance.append(optimiser.param_groups[0]["d"])
    save(
        "prodigy",
        {
            "in.start": start,
            "in.gradients": torch.stack(gradients),
            "out.values": torch.stack(after),
            "out.d": torch.tensor(distance, dtype=torch.float64),
        },
        weight_decay=0.01,
    )


def factors(schedule, steps):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = schedule(optimiser)
    values = []
    for _ in range(steps + 1):
        values.append(scheduler.get_last_lr()[0])
        optimiser.step()
        scheduler.step()
    return torch.tensor(values, dtype=torch.float64)


def schedules():
    tensors = {}
    for warmup, steps in [(0, 10), (5, 20), (20, 50)]:
        tensors[f"constant.{warmup}.{steps}"] = factors(
            lambda o, w=warmup: get_constant_schedule_with_warmup(o, w), steps
        )
        tensors[f"cosine.{warmup}.{steps}"] = factors(
            lambda o, w=warmup, s=steps: get_cosine_schedule_with_warmup(o, w, s), steps
        )
    save("schedules", tensors)


def sigmas(count=100):
    scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(CHECKPOINT / "scheduler")
    u = torch.rand(count, generator=torch.Generator().manual_seed(2))
    steps = (u * scheduler.config.num_train_timesteps).long()
    normal = torch.normal(0.0, 1.0, (count,), generator=torch.Generator().manual_seed(3))
    level = compute_density_for_timestep_sampling(
        "logit_normal", count, 0.0, 1.0, generator=torch.Generator().manual_seed(3)
    )
    tensors = {
        "in.u": u,
        "in.normal": normal,
        "out.grid": scheduler.sigmas[steps].double(),
        "out.logit_normal": level.double(),
    }
    for tokens in (256, 1024, 4096):
        mu = calculate_shift(tokens, 256, 4096, 0.5, 1.15)
        tensors[f"out.shifted.{tokens}"] = scheduler.time_shift(mu, 1.0, level.double())
    save("sigmas", tensors)


def stochastic(seed=42, steps=5, height=32, width=48):
    random = torch.Generator().manual_seed(5)
    pipeline = FluxPipeline.from_pretrained(
        CHECKPOINT, tokenizer=None, tokenizer_2=None, text_encoder=None, text_encoder_2=None
    )
    scheduler = FlowMatchEulerDiscreteScheduler.from_config(
        pipeline.scheduler.config, stochastic_sampling=True
    )
    pipeline.scheduler = scheduler
    pipeline.set_progress_bar_config(disable=True)
    tensors = {
        "in.encoder_hidden_states": torch.randn(1, 9, 32, generator=random),
        "in.pooled_projections": torch.randn(1, 24, generator=random),
    }
    torch.manual_seed(seed)
    tensors["out.latents"] = pipeline(
        prompt_embeds=tensors["in.encoder_hidden_states"],
        pooled_prompt_embeds=tensors["in.pooled_projections"],
        height=height,
        width=width,
        num_inference_steps=steps,
        guidance_scale=3.5,
        output_type="latent",
    ).images
    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        sample, velocity = torch.randn(2, 1, 6, 64, generator=random).to(dtype)
        scheduler.set_timesteps(sigmas=[0.9, 0.6], mu=0.5)
        torch.manual_seed(seed)
        noise = torch.randn(1, 6, 64)
        torch.manual_seed(seed)
        tensors[f"in.{name}.sample"] = sample
        tensors[f"in.{name}.velocity"] = velocity
        tensors[f"in.{name}.noise"] = noise
        tensors[f"out.{name}"] = scheduler.step(velocity, scheduler.timesteps[0], sample)[0]
        plain = FlowMatchEulerDiscreteScheduler.from_pretrained(CHECKPOINT / "scheduler")
        plain.set_timesteps(sigmas=[0.9, 0.6], mu=0.5)
        tensors[f"out.{name}.plain"] = plain.step(velocity, plain.timesteps[0], sample)[0]
        tensors["in.sigmas"] = scheduler.sigmas[:2]
    save("stochastic", tensors, seed=seed, height=height, width=width, steps=steps)


def prior(rank=2, alpha=3, weight=0.5):
    random = torch.Generator().manual_seed(4)

    def normal(*shape):
        return torch.randn(shape, generator=random)

    model = FluxTransformer2DModel.from_pretrained(CHECKPOINT / "transformer").requires_grad_(False)
    model.add_adapter(
        LoraConfig(r=rank, lora_alpha=alpha, target_modules=["attn.to_q", "attn.add_v_proj"])
    )
    adapter = {n: p for n, p in model.named_parameters() if p.requires_grad}
    for parameter in adapter.values():
        parameter.data = normal(*parameter.shape) * 0.3
    inputs = {}
    for half, sigma in (("", 0.6), ("class.", 0.35)):
        inputs[f"in.{half}latents"] = normal(1, 16, 4, 6)
        inputs[f"in.{half}noise"] = normal(1, 16, 4, 6)
        inputs[f"in.{half}sigma"] = torch.tensor([sigma])
        inputs[f"in.{half}encoder_hidden_states"] = normal(1, 9, 32)
        inputs[f"in.{half}pooled_projections"] = normal(1, 24)
    batch = {
        name: torch.cat([inputs[f"in.{name}"], inputs[f"in.class.{name}"]])
        for name in ("latents", "noise", "sigma", "encoder_hidden_states", "pooled_projections")
    }

    def velocity():
        share = batch["sigma"].view(-1, 1, 1, 1)
        noisy = (1 - share) * batch["latents"] + share * batch["noise"]
        packed = model(
            hidden_states=FluxPipeline._pack_latents(noisy, 2, 16, 4, 6),
            encoder_hidden_states=batch["encoder_hidden_states"],
            pooled_projections=batch["pooled_projections"],
            timestep=batch["sigma"],
            guidance=torch.ones(2),
            img_ids=FluxPipeline._prepare_latent_image_ids(2, 2, 3, "cpu", torch.float32),
            txt_ids=torch.zeros(9, 3),
            return_dict=False,
        )[0]
        return FluxPipeline._unpack_latents(packed, 32, 48, 8)

    model.disable_adapters()
    with torch.no_grad():
        inputs["in.class.velocity"] = velocity()[1:]
    model.enable_adapters()
    tensors = dict(inputs)
    own = batch["noise"] - batch["latents"]
    for form, target in (
        ("image", own),
        ("teacher", torch.cat([own[:1], inputs["in.class.velocity"]])),
    ):
        model.zero_grad()
        instance, known = velocity().chunk(2)
        loss = torch.nn.functional.mse_loss(instance, target[:1])
        loss = loss + weight * torch.nn.functional.mse_loss(known, target[1:])
        loss.backward()
        tensors[f"out.{form}.loss"] = loss.view(1)
        for name, parameter in adapter.items():
            name = name.replace(".default.", ".")
            tensors[f"p.transformer.{name}"] = parameter.clone()
            tensors[f"out.{form}.grad.transformer.{name}"] = parameter.grad.clone()
    save("prior", tensors, rank=rank, alpha=alpha, **{"lambda": weight})


if __name__ == "__main__":
    torch.set_num_threads(1)
    muon()
    prodigy()
    schedules()
    sigmas()
    prior()
    stochastic()
