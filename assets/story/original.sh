#!/bin/sh
# The history of a data set of prompts that was once made by hand, replayed with tamis from end to end.
#
#     original.sh DATA [FOLDER]
#
# DATA is a folder with the files named below; FOLDER is made and holds all that comes of it (default: ./original). TAMIS names the binary.
#
# It was built in versions, v3 to v7, by scripts. Each grew by a source; v7 was worse than v6, and it took days to go back to the
# validation set of v6 without one source. Here every step is a command, every version a snapshot, and going back is two commands.

set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: $0 DATA [FOLDER]" >&2
    exit 2
fi
data=$1
folder=${2:-original}
tamis=${TAMIS:-tamis}
workspace=$folder/original.db

# Similarity by words from which two prompts are copies of one another; and from which one in train gives away one in validation.
copies=0.8
leaks=0.7

chapter() {
    printf '\n== %s\n' "$1"
}

# Says a command and does it.
run() {
    printf '\n$ tamis'
    printf ' %s' "$@"
    printf '\n'
    "$tamis" "$@"
}

# Finds the near-copies that there are now, and keeps one of each; what stands in validation never goes.
deduplicate() {
    run duplicates build "$workspace" --floor "$leaks"
    run duplicates apply "$workspace" --threshold "$copies"
}

# Puts new records into the splits there are, moves no other, and lets one split lose what gives away another. $1: the split that loses.
grow_splits() {
    run split "$workspace" --share train=95,validation=5 --seed 42 --threshold "$leaks" --extend
    run leakage "$workspace" --at "$leaks" --lose "$1"
    run leakage "$workspace" --at "$leaks"
}

freeze() {
    run snapshot create "$workspace" "$1"
}

mkdir "$folder"

chapter "v3: three sources, cleaned, deduplicated, split"
run import "$workspace" "$data/diffusiondb/image_path_Prompt.csv" --source diffusiondb --file-column ''
run import "$workspace" "$data/pickapic/train.txt" --source pickapic
run import "$workspace" "$data/benchmarks/PartiPrompts.tsv" --source parti
run rules apply "$workspace" --pipeline sd2
run duplicates protect "$workspace" --set validation
deduplicate
run split "$workspace" --share train=95,validation=5 --seed 42 --threshold "$leaks"
run leakage "$workspace" --at "$leaks"
freeze v3

chapter "v4: one more source; the rules in force clean it, its copies go, validation stays as it is"
run import "$workspace" "$data/open_prompts/raw_a.txt" --source open-prompts
deduplicate
grow_splits train
freeze v4
run snapshot diff "$workspace" v3 v4

chapter "v5: a source of which half stands in train already"
run duplicates against "$workspace" "$data/pickapic/test.txt" --threshold "$leaks"
run import "$workspace" "$data/pickapic/test.txt" --source pickapic-test
deduplicate
grow_splits train
freeze v5
run snapshot diff "$workspace" v4 v5

chapter "v6: captions, many of them the same; this version is the good one"
run import "$workspace" "$data/metadata/pokemon_metadata.jsonl" --source captions
deduplicate
grow_splits train
freeze v6
run snapshot diff "$workspace" v5 v6

chapter "v7: the bad one; it grew again, and this time validation lost to train, so that it is not what it was"
run import "$workspace" "$data/open_prompts/krea_1k.csv" --source krea
run duplicates protect "$workspace" --clear
deduplicate
grow_splits validation
freeze v7
run snapshot diff "$workspace" v6 v7

chapter "v8: the validation set of v6 again, without the captions, beside the train set of today"
run snapshot restore "$workspace" v6 --split validation
run sources "$workspace" --remove captions
run duplicates protect "$workspace" --set validation
deduplicate
# What lost its place with the captions is no new validation: that one is to be what it was.
run assign "$workspace" train --filter 'split:none state:kept'
run leakage "$workspace" --at "$leaks" --lose train
run leakage "$workspace" --at "$leaks"
freeze v8
run snapshot diff "$workspace" v6 v8
run snapshot diff "$workspace" v7 v8

chapter "Out: from the snapshot, checked by reading it again, with the table that was once typed by hand"
run export "$workspace" "$folder/v8" --snapshot v8 --layout jsonl --with source,split
run verify "$folder/v8"
run report "$workspace" --snapshot v8 -o "$folder/report.md"
printf '\n'
cat "$folder/report.md"
