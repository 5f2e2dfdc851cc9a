"""Makes the tiny random BERT that the embedding tests read, and what torch and transformers say of it.

Needs: pip install torch transformers safetensors. Run from the repository's root:
    python tests/similarity/tiny_bert.py
It writes tests/similarity/tiny_bert/{model.safetensors,tokenizer.json,config.json,expected.json}, the same bytes each time with
the same versions. Weights are drawn wide (deviation 0.3, not BERT's 0.02), so that attention and GELU are far from linear and a
mistake in either shows.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

FOLDER = pathlib.Path(__file__).parent / "tiny_bert"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = """a the cat dog fox house tower river night oil painting photo of in on at cafe red blue ##s ##es ##ing ##er ##ly ##house
paint light ##a ##b ##c ##d ##e ##i ##n ##o ##r ##t b c d e i n o r t , . ! ( ) - ' 1 2 3 ##1 ##2 中 文 🦊""".split()
TEXTS = [
    "",
    "a cat",
    "The CATS, painting (a red tower) at night!",
    "Café cafés cafe\u0301",
    "中文 fox 🦊",
    "oil painting of the river house in blue light - 123",
    "unknowable words entirely",
    "a [MASK] b",
    "dog " * 60,
    "the lighter painter paints a dog on a boat, " * 3,
]


def tokenizer():
    """Lower-casing WordPiece as every uncased BERT has it."""
    vocab = {piece: at for at, piece in enumerate(SPECIAL + PIECES)}
    made = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])]
    )
    made.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL])
    return made


def model(vocab_size):
    """A BERT of 2 layers with every parameter random."""
    torch.manual_seed(20260101)
    config = BertConfig(
        vocab_size=vocab_size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=96,
        max_position_embeddings=48,
        type_vocab_size=2,
    )
    config.architectures = ["BertModel"]
    made = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            centre = 1.0 if name.endswith("LayerNorm.weight") else 0.0
            parameter.copy_(centre + 0.3 * torch.randn(parameter.shape))
    return made


def embedding(made, ids):
    """The mean of the last layer over all tokens, scaled to length 1; in double precision."""
    with torch.no_grad():
        last = made(input_ids=torch.tensor([ids])).last_hidden_state[0]
    return torch.nn.functional.normalize(last.mean(0), dim=0).tolist()


def main():
    FOLDER.mkdir(exist_ok=True)
    words = tokenizer()
    made = model(words.get_vocab_size())
    save_file({name: value.contiguous() for name, value in made.state_dict().items()}, str(FOLDER / "model.safetensors"))
    (FOLDER / "config.json").write_text(json.dumps(made.config.to_dict(), indent=1, sort_keys=True) + "\n")
    (FOLDER / "tokenizer.json").write_text(words.to_str())
    words.enable_truncation(made.config.max_position_embeddings)
    made = made.double()
    rows = []
    for text in TEXTS:
        ids = words.encode(text).ids
        rows.append({"text": text, "ids": ids, "embedding": [round(v, 9) for v in embedding(made, ids)]})
    lines = ",\n".join(json.dumps(row) for row in rows)
    (FOLDER / "expected.json").write_text(f"[\n{lines}\n]\n")


main()
