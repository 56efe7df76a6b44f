"""Makes tiny image-to-text models with random weights, exports them to ONNX and records what
transformers generates with them. Called by record_captioners.sh.

Two layouts, each a folder under the one given:

  encoder-decoder  a ViT and a GPT-2 as Optimum exports a VisionEncoderDecoderModel: encoder_model,
                   decoder_model, decoder_with_past_model and decoder_model_merged
  florence2        Florence-2 as onnx-community publishes it: vision_encoder, embed_tokens,
                   encoder_model and decoder_model_merged

Each has cases.json: for a painted picture and some parameters of generation the token ids, the
scores and the text that transformers gives.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from optimum.exporters.onnx import main_export
from optimum.onnx.graph_transformations import merge_decoders
from PIL import Image
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BartTokenizerFast,
    CLIPImageProcessor,
    Florence2Config,
    Florence2ForConditionalGeneration,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    VisionEncoderDecoderModel,
    ViTConfig,
    ViTImageProcessor,
    ViTModel,
)
from transformers.cache_utils import DynamicCache, EncoderDecoderCache

SENTENCES = [
    "a man in a blue coat on a beach, seen from the side",
    "a portrait of a woman with a red hat in front of a brick wall",
    "the person is sitting at a table in a cafe and smiling, soft light",
    "a dog and a cat on the grass under a tree in the evening sun",
    "Describe in detail what is shown in the image.",
    "What does the image describe?",
    "Describe with a paragraph what is shown in the image.",
]


def picture(width, height):
    """The picture that the Java test paints too: smooth ramps, a disc and a checkerboard."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack(
        [255 * x // (width - 1), 255 * y // (height - 1), 255 * (x + y) // (width + height - 2)], -1
    )
    disc = (x - width // 3) ** 2 + (y - height // 3) ** 2 < (min(width, height) // 4) ** 2
    rgb[disc] = (230, 40, 60)
    board = (x >= width // 2) & (y >= height // 2) & ((x // 4 + y // 4) % 2 == 0)
    rgb[board] = (15, 20, 25)
    return Image.fromarray(rgb.astype(np.uint8))


def byte_level_tokenizer(special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


def randomise(model, std, seed):
    """Wider than the usual start, so that logits differ and sequences vary."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * std)
            elif "bias" in name:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)


def cases(model, inputs_of, decode, variants, pictures):
    recorded = []
    for size in pictures:
        for variant in variants:
            arguments = dict(variant)
            prompt = arguments.pop("prompt", None)
            with torch.no_grad():
                out = model.generate(
                    **inputs_of(picture(*size), prompt),
                    **arguments,
                    do_sample=False,
                    output_scores=True,
                    return_dict_in_generate=True,
                )
            ids = out.sequences[0].tolist()
            case = {"size": size, "prompt": prompt, "parameters": arguments}
            if arguments.get("num_beams", 1) > 1:
                # What a beam fills up with after its end is no part of the answer.
                length = int((out.beam_indices[0] >= 0).sum()) + 1
                case["ids"] = ids[:length]
                case["score"] = out.sequences_scores[0].item()
            else:
                case["ids"] = ids
                steps = model.compute_transition_scores(
                    out.sequences, out.scores, normalize_logits=True
                )[0]
                case["score"] = steps.sum().item()
            case["text"] = decode(case["ids"])
            recorded.append(case)
    return recorded


def write_cases(folder, recorded, inputs_of):
    for case in recorded:
        pixels = inputs_of(picture(*case["size"]), None)["pixel_values"]
        case["pixels"] = {"sum": pixels.double().sum().item(), "first": pixels[0, :, 3, 3:6].flatten().tolist()}
    (folder / "cases.json").write_text(json.dumps(recorded, indent=1) + "\n")
    ends = [len(c["ids"]) for c in recorded]
    print(folder.name, "lengths", ends, "pixels", tuple(pixels.shape), pixels.sum().item())
    for c in recorded:
        print("  ", c["size"], c["parameters"], len(c["ids"]), round(c["score"], 4), repr(c["text"][:60]))


def encoder_decoder(folder):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_level_tokenizer(["<|endoftext|>"]),
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=True,
    )
    vision = ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        image_size=32, patch_size=8,
    )
    text = GPT2Config(
        vocab_size=len(tokenizer), n_positions=64, n_embd=16, n_layer=2, n_head=2,
        add_cross_attention=True, is_decoder=True, bos_token_id=0, eos_token_id=0,
    )
    model = VisionEncoderDecoderModel(encoder=ViTModel(vision, add_pooling_layer=False), decoder=GPT2LMHeadModel(text))
    randomise(model, 0.35, seed=5)
    model.config.decoder_start_token_id = 0
    model.config.pad_token_id = 0
    model.config.eos_token_id = 0
    model.generation_config.update(
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=0, bos_token_id=0, max_length=20
    )
    model.eval()
    processor = ViTImageProcessor(size={"height": 32, "width": 32}, resample=2)

    def inputs_of(image, prompt):
        return {"pixel_values": processor(image, return_tensors="pt")["pixel_values"]}

    # Random weights hardly ever end: for some cases more tokens count as the end.
    ends = [0] + [tokenizer.convert_tokens_to_ids(t) for t in ("gh", "\u0120i", "ting", "d")]
    variants = [
        {"num_beams": 1, "max_length": 20},
        {"num_beams": 1, "max_length": 20, "eos_token_id": ends},
        {"num_beams": 1, "max_length": 24, "no_repeat_ngram_size": 2},
        {"num_beams": 3, "max_length": 20, "eos_token_id": ends},
        {"num_beams": 4, "max_length": 20, "eos_token_id": ends, "length_penalty": 2.0},
        {"num_beams": 4, "max_length": 20, "eos_token_id": ends, "length_penalty": 0.0, "early_stopping": "never"},
        {"num_beams": 4, "max_length": 20, "eos_token_id": ends, "length_penalty": 1.0, "early_stopping": "never"},
        {"num_beams": 4, "max_length": 20, "eos_token_id": ends, "length_penalty": -1.0, "early_stopping": True},
        {"num_beams": 5, "max_length": 24, "eos_token_id": ends, "no_repeat_ngram_size": 3, "early_stopping": True},
        {"num_beams": 2, "max_length": 24, "eos_token_id": ends, "length_penalty": 1.5, "early_stopping": "never"},
        {"num_beams": 2, "max_length": 24, "eos_token_id": ends, "length_penalty": 1.5, "early_stopping": False},
        {"num_beams": 2, "max_length": 24, "eos_token_id": ends, "min_length": 12, "no_repeat_ngram_size": 2},
        {"num_beams": 3, "max_length": 20},
        {"num_beams": 4, "max_length": 20, "length_penalty": 2.0},
        {"num_beams": 4, "max_length": 20, "length_penalty": 0.0, "early_stopping": "never"},
        {"num_beams": 4, "max_length": 20, "length_penalty": -1.0, "early_stopping": True},
        {"num_beams": 5, "max_length": 24, "no_repeat_ngram_size": 3, "early_stopping": True},
        {"num_beams": 2, "max_length": 24, "min_length": 12, "no_repeat_ngram_size": 2},
    ]
    decode = lambda ids: tokenizer.decode(ids, skip_special_tokens=True)
    recorded = cases(model, inputs_of, decode, variants, [(50, 38), (31, 64), (32, 32)])
    with tempfile.TemporaryDirectory() as saved, tempfile.TemporaryDirectory() as other:
        model.save_pretrained(saved)
        tokenizer.save_pretrained(saved)
        processor.save_pretrained(saved)
        main_export(saved, output=folder, task="image-to-text-with-past", no_post_process=True)
        main_export(saved, output=other, task="image-to-text-with-past")
        shutil.copy(Path(other, "decoder_model_merged.onnx"), folder)
    write_cases(folder, recorded, inputs_of)


class Vision(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        features = self.model.get_image_features(pixel_values)
        return features if torch.is_tensor(features) else torch.stack(list(features))


class Encoder(torch.nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, attention_mask, inputs_embeds):
        return self.encoder(attention_mask=attention_mask, inputs_embeds=inputs_embeds).last_hidden_state


class Decoder(torch.nn.Module):
    """One step of the text decoder; with or without what it computed before."""

    def __init__(self, model):
        super().__init__()
        self.decoder = model.model.language_model.decoder
        self.head = model.lm_head

    def forward(self, encoder_attention_mask, encoder_hidden_states, inputs_embeds, *past):
        own, cross = DynamicCache(), DynamicCache()
        for layer in range(len(past) // 4):
            own.update(past[4 * layer], past[4 * layer + 1], layer)
            cross.update(past[4 * layer + 2], past[4 * layer + 3], layer)
        cache = EncoderDecoderCache(own, cross)
        out = self.decoder(
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=encoder_attention_mask,
            inputs_embeds=inputs_embeds,
            past_key_values=cache,
            use_cache=True,
        )
        present = []
        for layer in range(len(cache.self_attention_cache.layers)):
            present += [cache.self_attention_cache.layers[layer].keys, cache.self_attention_cache.layers[layer].values]
            if not past:
                present += [cache.cross_attention_cache.layers[layer].keys, cache.cross_attention_cache.layers[layer].values]
        return (self.head(out.last_hidden_state), *present)


def export(module, arguments, file, inputs, outputs, axes):
    torch.onnx.export(
        module, arguments, str(file), input_names=inputs, output_names=outputs, dynamic_axes=axes,
        opset_version=17, do_constant_folding=True, dynamo=False,
    )


def florence2(folder):
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<image>"]
    base = byte_level_tokenizer(special)
    base.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer = BartTokenizerFast(tokenizer_object=base, clean_up_tokenization_spaces=False)
    config = Florence2Config(
        vision_config=dict(
            depths=[1, 1], embed_dim=[8, 16], num_heads=[2, 2], num_groups=[2, 2], window_size=4,
            patch_size=[7, 3], patch_stride=[4, 2], patch_padding=[3, 1], patch_prenorm=[False, True],
            projection_dim=16, max_position_embeddings=10, max_temporal_embeddings=10,
        ),
        text_config=dict(
            model_type="bart", vocab_size=len(tokenizer), d_model=16, encoder_layers=1, decoder_layers=2,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32,
            max_position_embeddings=128, bos_token_id=0, pad_token_id=1, eos_token_id=2,
            decoder_start_token_id=2, forced_bos_token_id=None, forced_eos_token_id=None,
        ),
        image_token_id=5, is_encoder_decoder=True, bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )
    model = Florence2ForConditionalGeneration(config)
    randomise(model, 0.35, seed=3)
    model.tie_weights()
    model.generation_config.update(
        decoder_start_token_id=2, bos_token_id=0, pad_token_id=1, eos_token_id=2,
        forced_bos_token_id=0, forced_eos_token_id=2, num_beams=3, no_repeat_ngram_size=3,
        early_stopping=True, max_length=20,
    )
    model.eval()
    processor = CLIPImageProcessor(
        size={"height": 32, "width": 32}, do_center_crop=False, resample=3,
        image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225],
    )
    prompts = {
        "<CAPTION>": "What does the image describe?",
        "<DETAILED_CAPTION>": "Describe in detail what is shown in the image.",
        "<MORE_DETAILED_CAPTION>": "Describe with a paragraph what is shown in the image.",
    }
    tokens = model.get_image_features(torch.zeros(1, 3, 32, 32))[0].shape[0]

    def inputs_of(image, prompt):
        # Florence2Processor puts the image tokens in front of "<s> question </s>".
        question = tokenizer(prompts[prompt or "<CAPTION>"])["input_ids"]
        ids = torch.tensor([[5] * tokens + question])
        return {
            "pixel_values": processor(image, return_tensors="pt")["pixel_values"],
            "input_ids": ids,
            "attention_mask": torch.ones_like(ids),
        }

    ends = [2] + [tokenizer.convert_tokens_to_ids(t) for t in ("ess", "*")]
    variants = [
        {"prompt": "<CAPTION>", "num_beams": 1, "max_length": 20},
        {"prompt": "<CAPTION>", "num_beams": 1, "max_length": 20, "eos_token_id": ends},
        {"prompt": "<DETAILED_CAPTION>", "num_beams": 3, "max_length": 20, "eos_token_id": ends},
        {"prompt": "<DETAILED_CAPTION>", "num_beams": 3, "max_length": 20},
        {"prompt": "<MORE_DETAILED_CAPTION>", "num_beams": 4, "max_length": 30, "length_penalty": 1.5, "early_stopping": False},
    ]
    decode = lambda ids: tokenizer.decode(ids, skip_special_tokens=True)
    recorded = cases(model, inputs_of, decode, variants, [(50, 38), (31, 64)])

    folder.mkdir(parents=True, exist_ok=True)
    batch = {0: "batch_size"}
    text = {0: "batch_size", 1: "sequence_length"}
    export(Vision(model), (torch.zeros(1, 3, 32, 32),), folder / "vision_encoder.onnx",
           ["pixel_values"], ["image_features"], {"pixel_values": batch, "image_features": batch})
    export(model.get_input_embeddings(), (torch.zeros(1, 4, dtype=torch.long),), folder / "embed_tokens.onnx",
           ["input_ids"], ["inputs_embeds"], {"input_ids": text, "inputs_embeds": text})
    export(Encoder(model.model.language_model.encoder), (torch.ones(2, 5, dtype=torch.long), torch.randn(2, 5, 16)),
           folder / "encoder_model.onnx", ["attention_mask", "inputs_embeds"], ["last_hidden_state"],
           {"attention_mask": text, "inputs_embeds": text, "last_hidden_state": text})

    decoder = Decoder(model)
    mask, states = torch.ones(2, 5, dtype=torch.long), torch.randn(2, 5, 16)
    encoder_text = {0: "batch_size", 1: "encoder_sequence_length"}
    axes = {"encoder_attention_mask": encoder_text, "encoder_hidden_states": encoder_text,
            "inputs_embeds": text, "logits": text}
    inputs = ["encoder_attention_mask", "encoder_hidden_states", "inputs_embeds"]
    names = [f"{layer}.{part}" for layer in range(2)
             for part in ("decoder.key", "decoder.value", "encoder.key", "encoder.value")]
    own = [name for name in names if "decoder" in name]
    for name in names:
        length = "past_decoder_sequence_length" if "decoder" in name else "encoder_sequence_length"
        axes["past_key_values." + name] = {0: "batch_size", 2: length}
        axes["present." + name] = {0: "batch_size", 2: length + " + 1" if "decoder" in name else length}
    with tempfile.TemporaryDirectory() as parts:
        first, later = Path(parts, "decoder_model.onnx"), Path(parts, "decoder_with_past_model.onnx")
        used = lambda wanted: {name: axis for name, axis in axes.items() if name in wanted}
        outputs = ["logits"] + ["present." + name for name in names]
        export(decoder, (mask, states, torch.randn(2, 1, 16)), first, inputs, outputs, used(inputs + outputs))
        past = tuple(torch.randn(2, 2, 3 if "decoder" in name else 5, 8) for name in names)
        all_inputs = inputs + ["past_key_values." + name for name in names]
        outputs = ["logits"] + ["present." + name for name in own]
        export(decoder, (mask, states, torch.randn(2, 1, 16), *past), later, all_inputs, outputs,
               used(all_inputs + outputs))
        merge_decoders(first, later, save_path=folder / "decoder_model_merged.onnx", strict=False)
    config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    processor.save_pretrained(folder)
    write_cases(folder, recorded, inputs_of)


def main():
    root = Path(sys.argv[1])
    for make in (encoder_decoder, florence2):
        folder = root / make.__name__.replace("_", "-")
        shutil.rmtree(folder, ignore_errors=True)
        make(folder)
        for unread in ("merges.txt", "vocab.json", "special_tokens_map.json"):
            (folder / unread).unlink(missing_ok=True)
        for file in folder.glob("*.onnx"):
            graph = onnx.load(file).graph
            print(file.name, file.stat().st_size)
            print("   ", [i.name for i in graph.input])
            print("   ", [o.name for o in graph.output])


if __name__ == "__main__":
    main()
