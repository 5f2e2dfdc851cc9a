"""Run a rules pipeline (TOML) over prompts, one a line; the lines that survive go to standard output.

    python rules_peer.py PIPELINE.toml < prompts.txt > cleaned.txt
    python rules_peer.py --time PIPELINE.toml < prompts.txt > cleaned.txt

The rules run in the order of the file. A rule rewrites the text and passes it on, or drops the prompt. Two conditions
need a model, `persons_more_than` and `languages`; this script has none and leaves those rules out.
"""

import argparse
import re
import sys
import time
import tomllib

MODEL_CONDITIONS = {"persons_more_than", "languages"}

# A hyphen or an apostrophe between two word characters belongs to the word.
WORD_STARTS = r"(?<!\w)(?<!\w[-'’])"
WORD_ENDS = r"(?!\w)(?![-'’]\w)"


def python_template(text):
    """`$1`, `${1}`, `${name}` and `$$` as Python writes them."""
    text = text.replace("\\", r"\\")
    return re.sub(r"\$(?:(\$)|\{(\w+)\}|(\w+))", lambda m: m[1] or rf"\g<{m[2] or m[3]}>", text)


def replacer(rule):
    """A function that applies the patterns of a `replace` rule, one after the other."""
    flags = re.IGNORECASE if rule.get("ignore_case") else 0
    pairs = rule["patterns"] if "patterns" in rule else [[rule["pattern"], rule["with"]]]
    steps = [(re.compile(pattern, flags), python_template(new)) for pattern, new in pairs]

    def apply(text):
        for pattern, new in steps:
            text = pattern.sub(new, text)
        return text

    return apply


def phrase_remover(rule):
    """A function that takes out every phrase of a `remove-phrases` rule in one pass; the longest phrase wins."""
    phrases = sorted(rule["phrases"], key=len, reverse=True)
    pattern = "(?:" + "|".join(map(re.escape, phrases)) + ")"
    if rule.get("by"):
        pattern = "(?:by )?" + pattern
    if rule.get("borders", True):
        pattern = WORD_STARTS + pattern + WORD_ENDS
    pattern = re.compile(pattern, re.IGNORECASE)
    if rule.get("gap") != "leave":
        raise ValueError(f"rule {rule['name']}: only gap = \"leave\" is known here")
    return lambda text: pattern.sub("", text)


def fragment_finder(fragments):
    """A test for any of the fragments, ignoring case."""
    fragments = [fragment.lower() for fragment in fragments]

    def found(text):
        text = text.lower()
        return any(fragment in text for fragment in fragments)

    return found


def condition(rule):
    """The test of a `drop-if` rule: true for a text that has to go. Words are what `str.split` gives."""
    if rule.get("words", "blanks") != "blanks":
        raise ValueError(f"rule {rule['name']}: only words = \"blanks\" is known here")
    tests = []

    def limit(key, measure):
        if key in rule:
            tests.append(measure(rule[key]))

    limit("contains_any", fragment_finder)
    limit("pattern", lambda p: re.compile(p, re.IGNORECASE if rule.get("ignore_case") else 0).search)
    limit("count_of", lambda part: lambda text: text.lower().count(part.lower()) > rule["more_than"])
    limit("chars_less_than", lambda n: lambda text: len(text) < n)
    limit("chars_more_than", lambda n: lambda text: len(text) > n)
    limit("words_less_than", lambda n: lambda text: len(text.split()) < n)
    limit("unique_words_less_than", lambda n: lambda text: len(set(text.split())) < n)
    limit("repeated_word_ratio_more_than", lambda x: lambda text: repeated_word_ratio(text.split()) > x)
    limit("mean_word_length_less_than", lambda x: lambda text: mean_length(text.split()) < x)
    if not tests:
        raise ValueError(f"rule {rule['name']}: no condition")
    return tests[0] if len(tests) == 1 else lambda text: any(test(text) for test in tests)


def repeated_word_ratio(words):
    return (len(words) - len(set(words))) / len(words) if words else 0.0


def mean_length(words):
    return sum(map(len, words)) / len(words) if words else 0.0


def dropper(rule):
    """A function that answers None for a text to drop and the text itself otherwise."""
    test = condition(rule)
    gate = fragment_finder(rule["when"]["contains_any"]) if "when" in rule else None

    def apply(text):
        dropped = (gate is None or gate(text)) and test(text)
        return None if dropped else text

    return apply


MAKERS = {"replace": replacer, "remove-phrases": phrase_remover, "drop-if": dropper}


def load(path):
    """The pipeline of a TOML file as a list of (name, function)."""
    with open(path, "rb") as file:
        rules = tomllib.load(file)["rule"]
    return [(rule["name"], MAKERS[rule["kind"]](rule)) for rule in rules if not MODEL_CONDITIONS & rule.keys()]


def clean(text, rules):
    """The text after all rules, or None when one of them drops it."""
    for _, apply in rules:
        text = apply(text)
        if text is None:
            return None
    return text


def main():
    parser = argparse.ArgumentParser(description="Run a rules pipeline over prompts, one a line.")
    parser.add_argument("pipeline", help="the rules, a TOML file")
    parser.add_argument("--time", action="store_true", help="print prompts per second to standard error")
    parser.add_argument("--blank-where-dropped", action="store_true", help="print a blank line for each dropped prompt")
    options = parser.parse_args()

    rules = load(options.pipeline)
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    prompts = [line.removesuffix("\n") for line in sys.stdin]

    start = time.perf_counter()
    cleaned = [clean(prompt, rules) for prompt in prompts]
    seconds = time.perf_counter() - start

    for text in cleaned:
        if text is not None or options.blank_where_dropped:
            print(text or "")
    if options.time:
        print(f"{len(prompts) / seconds:.0f} prompts/s", file=sys.stderr)


if __name__ == "__main__":
    main()
