"""Records what diffusers encodes of a prompt with learned vectors, for LearnedWordReferenceTest.

    python jobs/interop/record_learned_word.py CHECKPOINT FOLDER

Writes learned_word.safetensors, random vectors in the form that diffusers' training script writes,
and learned_word_encoded.safetensors, what a pipeline that loaded them encodes. Needs the packages
of jobs/requirements.txt. The same input gives the same files.

CLIP's published configurations have eos_token_id 2, for which transformers takes the pooled vector
at the largest id. Added tokens have the largest ids, so the pooled vector would be taken at the
last of them and not at the end of the prompt; eos_token_id is therefore set to the tokenizer's, as
transformers advises for added tokens. The shift that this mends is printed.
"""

import pathlib
import sys
import warnings

warnings.simplefilter("ignore")

import torch
from diffusers import FluxPipeline
from safetensors.torch import save_file
from transformers import CLIPTextModel, CLIPTokenizer, T5EncoderModel, T5TokenizerFast

PROMPT = "a photo of {} woman, smiling"
VECTORS = 3
T5_LENGTH = 24


def main():
    folder = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2])
    pipeline = FluxPipeline(
        scheduler=None,
        vae=None,
        transformer=None,
        text_encoder=CLIPTextModel.from_pretrained(folder / "text_encoder"),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        text_encoder_2=T5EncoderModel.from_pretrained(folder / "text_encoder_2"),
        tokenizer_2=T5TokenizerFast(
            tokenizer_file=str(folder / "tokenizer_2" / "tokenizer.json"),
            extra_ids=0,
            model_max_length=512,
        ),
    )
    vectors = learned(pipeline)
    save_file(vectors, target / "learned_word.safetensors")
    tokens = [f"<s{i}>" for i in range(VECTORS)]
    for name, encoder, tokenizer in (
        ("clip_l", pipeline.text_encoder, pipeline.tokenizer),
        ("t5", pipeline.text_encoder_2, pipeline.tokenizer_2),
    ):
        pipeline.load_textual_inversion(
            vectors[name], token=tokens, text_encoder=encoder, tokenizer=tokenizer
        )
    prompt = PROMPT.format("".join(tokens))
    _, misplaced = encode(pipeline, prompt)
    pipeline.text_encoder.text_model.eos_token_id = pipeline.tokenizer.eos_token_id
    hidden, pooled = encode(pipeline, prompt)
    shift = ((misplaced - pooled).norm() / pooled.norm()).item()
    print(f"without eos_token_id the pooled vector is off by {shift:.3g} of its length")
    encoded = {"t5": hidden.contiguous(), "pooled": pooled.contiguous()}
    save_file(encoded, target / "learned_word_encoded.safetensors")


def learned(pipeline):
    generator = torch.Generator().manual_seed(7)
    tables = {"clip_l": pipeline.text_encoder, "t5": pipeline.text_encoder_2}
    vectors = {}
    for name, encoder in tables.items():
        table = encoder.get_input_embeddings().weight
        drawn = torch.randn(VECTORS, table.shape[1], generator=generator)
        vectors[name] = drawn * table.std().item()
    return vectors


def encode(pipeline, prompt):
    with torch.no_grad():
        hidden, pooled, _ = pipeline.encode_prompt(
            prompt, None, device="cpu", max_sequence_length=T5_LENGTH
        )
    return hidden[0], pooled[0]


main()
