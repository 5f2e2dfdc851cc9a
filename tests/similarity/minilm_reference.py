"""Record what sentence-transformers says of 10,000 real prompts, for the test that our embedder agrees with it.

    python minilm_reference.py --data DIR --model DIR [--out DIR]

DATA holds the four sources under the names in SOURCES below; MODEL is the folder of all-MiniLM-L6-v2 (`benches/duplicates_peer.py
setup` makes one, and a Python that can run this). Written to --out (else beside this file):

- `minilm_prompts.txt.gz`: the prompts, one a line, in the order of their numbers, which begin at 0;
- `minilm_pairs.tsv.gz`: every pair with a cosine of at least 0.70 as `i j score`, i < j, sorted, six digits;
- `minilm_reference.md`: where the prompts come from, under which licences, and how many pairs there are.

The pairs reach down to 0.70 so that precision and recall at 0.75 can be told from scores that are a little off.
"""

import argparse
import csv
import gzip
import hashlib
import importlib.metadata
import json
import random
import re
from pathlib import Path

PROMPTS = 10_000
FLOOR = 0.70
BLOCK = 1000


def csv_column(column):
    return lambda path: [row[column] for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]


def first_of_tsv(path):
    return [line.split("\t")[0] for line in path.read_text(encoding="utf-8").split("\n")[1:]]


def captions(path):
    return [row["caption"] for row in json.loads(path.read_text(encoding="utf-8"))]


def lines(path):
    return path.read_text(encoding="utf-8").split("\n")


# Name, licence, files, reader, how many prompts at most. What one source cannot fill, the last does.
TYPED = "DiffusionDB"
SOURCES = [
    ("T2I-CompBench", "MIT", "t2i_compbench/*.txt", lines, 2800),
    ("TIFA v1.0", "Apache-2.0", "benchmarks/tifa_v1.0_text_inputs.json", captions, 3000),
    ("PartiPrompts", "Apache-2.0", "benchmarks/PartiPrompts.tsv", first_of_tsv, 1000),
    (TYPED, "CC0-1.0", "diffusiondb/image_path_Prompt.csv", csv_column("Prompt"), PROMPTS),
]


def beginning_with(stems):
    return re.compile(rf"\b(?:{'|'.join(stems.split())})\w*", re.IGNORECASE)


# What a file that everybody downloads need not hold, as beginnings of words. Broad on purpose: a clean prompt lost costs nothing.
UNWANTED = beginning_with(
    r"""
    nud naked nsfw sex porn erotic hentai fetish lingerie bikini swimsuit underwear pant(?:y|ies) thong bra\b corset latex
    strip(?:ped|per) breast boob bust(?:y|ier) buxom cleavage topless undress seduc sensual lust kiss curvy thicc thigh butt\b ass\b
    booty bod(?:y|ies)\b anatom pin.?up bondage bdsm prostitut hooker virgin handmaid maid\b sorority waifu fuck shit bitch damn
    hardcore drool moan tentacle gor[ey] blood bleed murder kill dead death dying corpse cadaver behead decapitat sever flesh guts
    grotesque disturbing horr terrif gross zombie undead tortur suicid suffer hang(?:ed|man) execut massacre rape slaughter mutilat
    dismember cannibal genocid holocaust terroris nazi hitler stalin slave gun rifle shoot shot stab wound bomb nuke nuclear explo
    weapon war\b ww soldier drug cocaine weed trump biden obama putin orban frank\b child kid girl boy teen bab(?:y|ies) loli toddler
    infant minor young youth son daughter school student puberty
    """
)
# The same of what anybody typed into a box, not of captions and benchmarks: nothing about people's looks and beliefs.
UNWANTED_TYPED = beginning_with(
    r"""
    wom[ae]n female lad(?:y|ies) actress wife princess bride geisha hot\b wet tied foot feet legs bath shower bed(?:room)?\b pregnan
    fart poop pee piss toilet tongue skin chubby fat\b obese gay lesbian marijuana smok cigar drunk priest jesus muhammad allah hate
    hell\b satan devil evil dripping slim[ey] people men\b guy emma scarlett selena megan kardashian swift grande gaga musk elon
    president minister politic
    """
)
BREAKS = re.compile(r"[\n\r\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def wanted(text, typed):
    return not (UNWANTED.search(text) or BREAKS.search(text) or (typed and UNWANTED_TYPED.search(text)))


def chosen(data):
    """The prompts with their sources: distinct, clean, without line breaks, shuffled."""
    seen, picked, counts = set(), [], {}
    for name, _, pattern, read, at_most in SOURCES:
        files = sorted(data.glob(pattern))
        if not files:
            raise SystemExit(f"{name}: no {pattern} under {data}")
        texts = dict.fromkeys(text.strip() for path in files for text in read(path))
        pool = [text for text in texts if text and text not in seen and wanted(text, typed=name == TYPED)]
        # Long ones and those beyond ASCII first, since they try a tokeniser most; of the rest a sample.
        hard = [text for text in pool if not text.isascii() or len(text) > 350]
        rest = [text for text in pool if text.isascii() and len(text) <= 350]
        random.Random(7).shuffle(rest)
        part = (hard + rest)[: min(at_most, PROMPTS - len(picked))]
        seen.update(part)
        picked += part
        counts[name] = len(part)
    if len(picked) < PROMPTS:
        raise SystemExit(f"{len(picked)} prompts only")
    random.Random(11).shuffle(picked)
    return picked, counts


def pairs_of(vectors):
    """Every pair at or above the floor, as (i, j, score)."""
    import numpy

    for first in range(0, len(vectors), BLOCK):
        scores = vectors[first : first + BLOCK] @ vectors[first:].T
        rows, columns = numpy.nonzero(scores >= FLOOR)
        for row, column in zip(rows.tolist(), columns.tolist()):
            if row < column:
                yield first + row, first + column, float(scores[row, column])


def write(path, text):
    # No time and no name in the header: the same bytes every time.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(text.encode())


def note(counts, pairs, model):
    digest = hashlib.sha256((model / "model.safetensors").read_bytes()).hexdigest()
    packages = ["sentence-transformers", "transformers", "torch"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    rows = [f"| {name} | {licence} | {counts[name]:,} |" for name, licence, *_ in SOURCES]
    above = [f"| {at:.2f} | {sum(score >= at for *_, score in pairs):,} |" for at in [0.70, 0.75, 0.80, 0.85, 0.90, 0.95]]
    return "\n".join(
        [
            "# The recorded reference",
            "",
            "`minilm_prompts.txt.gz` holds real prompts of published collections, unchanged but for blanks at their ends; rows that",
            "match lists of sexual, violent and person-related words were left out. Written by `minilm_reference.py`.",
            "",
            "| source | licence | prompts |",
            "| --- | --- | --- |",
            *rows,
            "",
            "DiffusionDB: Wang et al. 2022, poloclub/diffusiondb. PartiPrompts: google-research/parti. TIFA: Yushi-Hu/tifa, whose captions",
            "come in part from COCO (CC-BY-4.0). T2I-CompBench: Karine-Huang/T2I-CompBench.",
            "",
            f"`minilm_pairs.tsv.gz` holds the cosines by {versions}, float32, of all-MiniLM-L6-v2",
            f"(`model.safetensors`, sha256 `{digest}`).",
            "",
            "| cosine at least | pairs |",
            "| --- | --- |",
            *above,
            "",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description="Record the reference of the agreement test.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the sources")
    parser.add_argument("--model", type=Path, required=True, help="the folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where to write; else beside this file")
    options = parser.parse_args()

    from sentence_transformers import SentenceTransformer

    prompts, counts = chosen(options.data)
    model = SentenceTransformer(str(options.model), device="cpu")
    pairs = list(pairs_of(model.encode(prompts, normalize_embeddings=True)))

    write(options.out / "minilm_prompts.txt.gz", "".join(f"{prompt}\n" for prompt in prompts))
    write(options.out / "minilm_pairs.tsv.gz", "".join(f"{a}\t{b}\t{score:.6f}\n" for a, b, score in pairs))
    text = note(counts, pairs, options.model)
    (options.out / "minilm_reference.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
