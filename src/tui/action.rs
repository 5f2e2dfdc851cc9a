//! The one table of actions: keymap, help, palette, footer and the key table of the README all come from it.
//!
//! A line reads: variant, context, `"name"` (what the user's key file calls it; with blanks, what the palette shows), its keys,
//! its rank in the footer (0: never there), one sentence, and the command that does the same, where there is one.
//! German keyboards reach `[ ] { } \ @ | ~` only with AltGr: an action with such a key has another one.

use std::fmt::Write;

use super::key::Key;

/// Where a key means something. A screen resolves a key in its own context first, then in those of [`Context::chain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Everywhere, also while typing.
    Always,
    /// On every screen.
    Global,
    /// Wherever a list has the cursor.
    List,
    Browse,
    Rules,
    Duplicates,
    Splits,
    Versions,
    Sources,
    /// The lines of a rule have the focus.
    RuleEditor,
    /// Pairs to be judged, one after the other.
    Triage,
    /// The map of pairs by both lenses.
    Map,
    /// What differs between two versions.
    Comparison,
    /// The pairs behind a cell of the leakage matrix.
    Pairs,
    /// Image files that no record names.
    Prune,
    /// A list on top of a screen whose lines can be moved, added and removed.
    Entries,
    /// A question on top of a screen; the key that asked it never answers it.
    Question,
    /// A form or a list on top of a screen.
    Dialog,
    /// A text field has the focus; what no action takes is typed.
    Input,
}

impl Context {
    pub const ALL: [Context; 19] = {
        use Context::*;
        [
            Always, Global, List, Browse, Rules, Duplicates, Splits, Versions, Sources, RuleEditor, Triage, Map, Comparison,
            Pairs, Prune, Entries, Question, Dialog, Input,
        ]
    };

    /// The name of its section in the key file.
    pub fn name(self) -> &'static str {
        match self {
            Context::Always => "always",
            Context::Global => "global",
            Context::List => "list",
            Context::Browse => "browse",
            Context::Rules => "rules",
            Context::Duplicates => "duplicates",
            Context::Splits => "splits",
            Context::Versions => "versions",
            Context::Sources => "sources",
            Context::RuleEditor => "rule-editor",
            Context::Triage => "triage",
            Context::Map => "map",
            Context::Comparison => "comparison",
            Context::Pairs => "pairs",
            Context::Prune => "prune",
            Context::Entries => "entries",
            Context::Question => "question",
            Context::Dialog => "dialog",
            Context::Input => "input",
        }
    }

    /// The contexts in which a key is looked up, the first that knows it wins.
    pub fn chain(self) -> &'static [Context] {
        use Context::*;
        match self {
            Always => &[Always],
            Global => &[Global, Always],
            List => &[List, Global, Always],
            Browse => &[Browse, List, Global, Always],
            Rules => &[Rules, List, Global, Always],
            Duplicates => &[Duplicates, List, Global, Always],
            Splits => &[Splits, List, Global, Always],
            Versions => &[Versions, List, Global, Always],
            Sources => &[Sources, List, Global, Always],
            RuleEditor => &[RuleEditor, Input, Always],
            Triage => &[Triage, Always],
            Map => &[Map, Always],
            Comparison => &[Comparison, List, Global, Always],
            Pairs => &[Pairs, List, Global, Always],
            Prune => &[Prune, List, Always],
            Entries => &[Entries, Dialog, List, Always],
            Question => &[Question, Always],
            Dialog => &[Dialog, List, Always],
            Input => &[Input, Always],
        }
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Spec {
    pub action: Action,
    pub context: Context,
    pub name: &'static str,
    pub keys: &'static [&'static str],
    /// The higher, the sooner it is in the footer; 0: never.
    pub rank: u8,
    pub doc: &'static str,
    /// The equivalent command; empty where the action changes only the view.
    pub command: &'static str,
}

impl Spec {
    /// The name in words.
    pub fn title(&self) -> String {
        self.name.replace('-', " ")
    }
}

macro_rules! actions {
    ($($action:ident $context:ident $name:literal $keys:tt $rank:literal $doc:literal $($command:literal)?;)*) => {
        /// What a user can mean. [`ACTIONS`] says the rest.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $(#[doc = $doc] $action),* }

        /// All actions, by context.
        pub const ACTIONS: &[Spec] = &[$(Spec {
            action: Action::$action, context: Context::$context, name: $name, keys: &$keys, rank: $rank, doc: $doc, command: concat!("", $($command)?),
        }),*];
    };
}

actions! {
    CancelJob Always "cancel" ["ctrl-c"] 0 "Cancel the running job; twice: quit.";
    Suspend Always "suspend" ["ctrl-z"] 0 "Stop tamis and go back to the shell; `fg` brings it back.";
    Redraw Always "redraw" ["ctrl-l"] 0 "Draw the screen from scratch.";

    Help Global "help" ["?", "f1"] 99 "Show all keys of this screen.";
    Palette Global "commands" [":", "ctrl-p"] 50 "Find any action by name; shows its key and its command.";
    Back Global "back" ["esc"] 0 "Cancel, close, or clear the selection.";
    Quit Global "quit" ["q"] 20 "Close what is open; on a screen: quit. Everything is already saved.";
    GoBrowse Global "go-browse" ["1"] 0 "Browse the records." "tamis list WS";
    GoRules Global "go-rules" ["2"] 0 "The rules that clean the text." "tamis rules show WS";
    GoDuplicates Global "go-duplicates" ["3"] 0 "Near-duplicates." "tamis duplicates clusters WS --lens L --threshold T";
    GoSplits Global "go-splits" ["4"] 0 "Splits, checks and export." "tamis check WS";
    GoVersions Global "go-versions" ["5"] 0 "The history and the waterfall." "tamis history WS";
    GoSources Global "go-sources" ["6"] 0 "Sources and jobs." "tamis sources WS";
    NextPane Global "next-pane" ["tab"] 15 "Next pane.";
    PreviousPane Global "previous-pane" ["shift-tab"] 0 "Previous pane.";
    PreviewDown Global "preview-down" ["J", "ctrl-e"] 0 "Scroll the preview down.";
    PreviewUp Global "preview-up" ["K", "ctrl-y"] 0 "Scroll the preview up.";
    Copy Global "copy" ["y"] 0 "Copy the text.";
    Undo Global "undo" ["u"] 40 "Undo the last operation." "tamis undo WS";
    Redo Global "redo" ["ctrl-r", "U"] 0 "Redo what was undone." "tamis redo WS";
    Theme Global "theme" ["T"] 0 "Dark or light colours.";
    Mouse Global "mouse" ["M"] 0 "Mouse on or off; off lets the terminal select text.";

    Down List "down" ["j", "down"] 0 "Next line.";
    Up List "up" ["k", "up"] 0 "Previous line.";
    Top List "top" ["g", "home"] 0 "First line.";
    Bottom List "bottom" ["G", "end"] 0 "Last line.";
    HalfPageDown List "half-page-down" ["ctrl-d"] 0 "Half a page down.";
    HalfPageUp List "half-page-up" ["ctrl-u"] 0 "Half a page up.";
    PageDown List "page-down" ["pagedown", "ctrl-f"] 0 "A page down.";
    PageUp List "page-up" ["pageup", "ctrl-b"] 0 "A page up.";
    Open List "open" ["enter"] 10 "Open the current line.";

    MarkKeep Browse "keep" ["a"] 95 "Mark as keep and go on." "tamis mark WS keep --id N";
    MarkDrop Browse "drop" ["d"] 94 "Mark as drop and go on." "tamis mark WS drop --id N";
    MarkFlag Browse "flag" ["f"] 93 "Flag to look at again and go on." "tamis mark WS flag --id N";
    MarkClear Browse "clear" ["backspace"] 60 "Clear the mark and go on." "tamis mark WS clear --id N";
    MarkReason Browse "mark-with-reason" ["r"] 0 "Mark with a reason." "tamis mark WS drop --id N --reason TEXT";
    Search Browse "filter" ["/"] 80 "Filter or search." "tamis list WS FILTER";
    NextMatch Browse "next-match" ["n"] 0 "Next match.";
    PreviousMatch Browse "previous-match" ["N"] 0 "Previous match.";
    ToggleWrap Browse "wrap" ["w"] 0 "Wrap long lines or cut them.";
    CopyJson Browse "copy-json" ["Y"] 0 "Copy the record as JSON." "tamis list WS --json";
    Select Browse "select" ["space", "insert"] 30 "Select or unselect this line and go on.";
    SelectRange Browse "select-range" ["v"] 0 "Select from here to where the cursor goes.";
    SelectAll Browse "select-all" ["A"] 0 "Select all that match.";
    InvertSelection Browse "invert-selection" ["I"] 0 "Select what is not selected, among those that match.";
    Edit Browse "edit" ["e"] 0 "Edit the text here." "tamis edit WS --id N --text TEXT";
    EditExternal Browse "edit-external" ["E"] 0 "Edit the text in $EDITOR." "tamis edit WS --id N --text TEXT";
    FindSimilar Browse "similar" ["x"] 70 "Find records that resemble this one.";
    Sort Browse "sort" ["s"] 55 "Sort by a field." "tamis list WS --sort FIELD";
    MoveToSplit Browse "move-to-split" ["m"] 53 "Move to a split by hand, where it stays; on a selection: all of it." "tamis assign WS SPLIT --id N";
    Facets Browse "facets" ["F"] 54 "Show or hide the facets.";

    NextChange Rules "next-change" ["n"] 90 "Next record that changes, whichever pane has the cursor.";
    PreviousChange Rules "previous-change" ["N"] 0 "Previous record that changes, whichever pane has the cursor.";
    ToggleRefusal Rules "refuse" ["space", "insert"] 91 "Refuse the change under the cursor, or accept it again; remembered for this text." "tamis rules refuse WS --id N --change K";
    RefuseRecord Rules "refuse-record" ["R"] 0 "Refuse all that the rules do to this record, or accept it again." "tamis rules refuse WS --id N --record";
    ChangeRight Rules "change-right" ["right", "l"] 0 "The next change of this record.";
    ChangeLeft Rules "change-left" ["left", "h"] 0 "The change before it.";
    EditRule Rules "edit" ["e"] 89 "Edit the rule under the cursor; records and diff follow as you type." "tamis rules edit WS --rule RULE";
    AddRule Rules "add" ["i"] 0 "Add a rule before the one under the cursor." "tamis rules edit WS --insert N";
    SwitchRule Rules "on-off" ["t"] 87 "Turn the rule under the cursor on or off." "tamis rules disable WS RULE";
    RuleDown Rules "move-down" ["alt-j", "alt-down"] 0 "Move the rule under the cursor down." "tamis rules move WS RULE --to N";
    RuleUp Rules "move-up" ["alt-k", "alt-up"] 0 "Move the rule under the cursor up." "tamis rules move WS RULE --to N";
    RemoveRule Rules "remove" ["delete"] 0 "Take the rule under the cursor out of the pipeline." "tamis rules edit WS --rule RULE --toml ''";
    Fixpoint Rules "fixpoint" ["F"] 0 "Run the rules once, or again and again until nothing changes." "tamis rules enable WS --fixpoint";
    CopyRules Rules "copy-rules" ["C"] 0 "Keep these rules under another name, to make them yours." "tamis rules new WS NAME --from NAME";
    OfRule Rules "these-only" ["f"] 88 "List only the records of the rule or warning under the cursor; again: all." "tamis rules preview WS --rule RULE --diff";
    Fate Rules "which-kind" ["c"] 86 "List only what changes, only what is dropped, or both.";
    DiffLayout Rules "diff-layout" ["D"] 83 "Diff inline or side by side.";
    Pipelines Rules "load" ["p"] 84 "Show another pipeline: a built-in one or a TOML file." "tamis rules preview WS --pipeline FILE";
    ApplyRules Rules "apply" ["enter"] 92 "Apply the pipeline; says first what it changes and drops." "tamis rules apply WS";
    ClearRules Rules "take-back" ["X"] 82 "Take the rules in force back: texts are raw again; asks first." "tamis rules clear WS";

    ThresholdDown Duplicates "lower" ["left", "("] 97 "Threshold 0.01 lower." "tamis duplicates at WS --lens L --threshold T";
    ThresholdUp Duplicates "higher" ["right", ")"] 96 "Threshold 0.01 higher." "tamis duplicates at WS --lens L --threshold T";
    ThresholdDownFar Duplicates "far-lower" ["shift-left", "<"] 0 "Threshold 0.05 lower.";
    ThresholdUpFar Duplicates "far-higher" ["shift-right", ">"] 0 "Threshold 0.05 higher.";
    ThresholdType Duplicates "type-threshold" ["t"] 0 "Type a threshold.";
    Presets Duplicates "presets" ["p"] 0 "Choose a threshold by name.";
    SwitchLens Duplicates "lens" ["m"] 88 "The other lens: the same words, or the same meaning." "tamis duplicates at WS --lens L --threshold T";
    Policy Duplicates "policy" ["l"] 87 "What a cluster loses: cover, cluster or every." "tamis duplicates at WS --lens L --threshold T --policy P";
    KeeperOrder Duplicates "keeper-order" ["K"] 0 "Say which member of a cluster is kept first." "tamis duplicates order WS --set CRITERION";
    MakeKeeper Duplicates "keep" ["a"] 90 "Keep this member." "tamis mark WS keep --id N";
    DropMember Duplicates "drop" ["d"] 89 "Drop this member and go on." "tamis mark WS drop --id N";
    ClearMember Duplicates "clear" ["backspace"] 0 "Clear the mark of this member." "tamis mark WS clear --id N";
    NotDuplicate Duplicates "different" ["x"] 91 "This member is no duplicate of the keeper: remembered for these texts; again: nothing is said of them." "tamis duplicates judge WS different --pair N,M";
    CutCluster Duplicates "cut" ["X"] 0 "Cut the cluster in two at its weakest link; says first which sides." "tamis duplicates cut WS --lens L --threshold T --id N";
    JudgePairs Duplicates "judge" ["b"] 86 "Judge borderline pairs, and learn what a threshold is worth." "tamis duplicates triage WS --lens L --threshold T";
    MarkThreshold Duplicates "what-moves" ["o"] 83 "Set a mark here: what enters or leaves as the threshold moves on; again: no mark.";
    PairMap Duplicates "map" ["D"] 82 "Both lenses against each other, pair by pair.";
    NextCluster Duplicates "next-cluster" [".", "]", "n"] 85 "Next cluster, whichever pane has the cursor.";
    PreviousCluster Duplicates "previous-cluster" [",", "[", "N"] 0 "Previous cluster, whichever pane has the cursor.";
    FilterClusters Duplicates "filter" ["/"] 84 "Only clusters with a member that matches; applying then acts on these." "tamis duplicates apply WS --lens L --threshold T --filter FILTER";
    SortClusters Duplicates "sort" ["s"] 0 "Sort the clusters.";
    AcrossSplits Duplicates "across-splits" ["c"] 0 "Only clusters across splits; again: all." "tamis duplicates clusters WS --lens L --threshold T --across splits";
    AcrossSources Duplicates "across-sources" ["r"] 0 "Only clusters across sources; again: all." "tamis duplicates clusters WS --lens L --threshold T --across sources";
    MaskPhrases Duplicates "ignore-phrases" ["i"] 0 "Phrases that do not count when texts are compared." "tamis duplicates mask WS --set PHRASE";
    BuildGraph Duplicates "build" ["B"] 81 "Find all pairs again." "tamis duplicates build WS --lens L --floor F";
    ApplyPolicy Duplicates "apply" ["enter"] 92 "Apply the policy; says first what it drops." "tamis duplicates apply WS --lens L --threshold T --policy P";

    AssignSplits Splits "assign" ["a"] 92 "Assign the splits; says first exactly what that does." "tamis split WS --share SHARES --dry-run";
    EditShares Splits "shares" ["e"] 90 "Edit names and shares of the splits." "tamis split WS --share train=95,validation=5";
    EditCounts Splits "counts" ["E"] 0 "Edit the splits that have a number of records instead of a share." "tamis split WS --count test=2000";
    Seed Splits "seed" ["s"] 69 "Change the seed." "tamis split WS --share SHARES --seed N";
    Strata Splits "strata" ["t"] 70 "Choose what is kept in proportion: sources, lengths, values of a field." "tamis split WS --share SHARES --by source,length";
    OnlyNew Splits "only-new" ["n"] 0 "Assign only records without a split, or all; the others stay where they are." "tamis split WS --share SHARES --extend";
    StayingSplits Splits "staying" ["p"] 0 "Choose splits whose present records stay." "tamis split WS --share SHARES --keep NAME";
    SplitLens Splits "lens" ["m"] 72 "What counts as a copy: the same words, or the same meaning." "tamis leakage WS --lens L --threshold T";
    LeaksFromLower Splits "lower" ["("] 85 "Threshold 0.01 lower; outside of the matrix also Left." "tamis leakage WS --lens L --threshold T";
    LeaksFromHigher Splits "higher" [")"] 84 "Threshold 0.01 higher; outside of the matrix also Right." "tamis leakage WS --lens L --threshold T";
    LeaksFromFarLower Splits "far-lower" ["<", "shift-left"] 0 "Threshold 0.05 lower.";
    LeaksFromFarHigher Splits "far-higher" [">", "shift-right"] 0 "Threshold 0.05 higher.";
    CellLeft Splits "cell-left" ["left", "h"] 0 "The cell before this one.";
    CellRight Splits "cell-right" ["right", "l"] 0 "The cell behind this one.";
    LeaksBetween Splits "between" ["b"] 71 "Leakage between splits, or between sources." "tamis leakage WS --by sources";
    FixLeaks Splits "fix" ["f"] 88 "Mend the leaks: asks which side loses, and says what that drops." "tamis leakage WS --threshold T --lose train";
    BuildLeaks Splits "build" ["B"] 0 "Find all pairs again by this lens." "tamis duplicates build WS --lens L --floor F";
    RunChecks Splits "checks" ["c"] 80 "Run all checks again." "tamis check WS";
    OpenRecords Splits "show-records" ["o"] 75 "Browse the records behind this check or split; of a cell: its pairs." "tamis list WS FILTER";
    Export Splits "export" ["x"] 91 "Export; says first exactly what it will write." "tamis export WS DIR";
    Prune Splits "prune" ["P"] 0 "Image files that no kept record names: says which, then moves them to a trash folder, or back." "tamis prune WS --dry-run";

    Waterfall Versions "waterfall" ["f"] 80 "What was lost where, per source: alone on the screen, or beside the history." "tamis stats WS";
    CopyCommand Versions "copy-command" ["c"] 0 "Copy the command that does the same.";
    TakeSnapshot Versions "snapshot" ["s"] 95 "Freeze the present state under a name." "tamis snapshot create WS NAME";
    CompareVersions Versions "compare" ["enter", "d"] 94 "What differs between this snapshot and now, or the one that is marked." "tamis snapshot diff WS A B";
    MarkVersion Versions "compare-from" ["b"] 85 "Compare from this snapshot on; again: from none." "tamis snapshot diff WS A B";
    RestoreVersion Versions "restore" ["r"] 93 "Go back to this snapshot, whole or in part; says first what it changes." "tamis snapshot restore WS NAME";
    UndoThis Versions "undo-this" ["z"] 92 "Take this operation back, wherever it stands; says first what builds on it." "tamis undo WS --op N --with-later";
    OnlySnapshots Versions "only-snapshots" ["o"] 75 "Only the snapshots of the time line; again: all.";
    ForgetSnapshot Versions "forget" ["x"] 0 "Let the name of this snapshot go; u gives it back." "tamis snapshot delete WS NAME";
    WriteReport Versions "report" ["w"] 74 "Write the report as Markdown: of the snapshot under the cursor, else of now." "tamis report WS";

    WriteDifference Comparison "write" ["w"] 90 "Write these records to a file, one JSON object a line." "tamis snapshot diff WS A B --list changed -o FILE";
    BrowseDifference Comparison "show" ["enter", "o"] 95 "Browse this record; on a group: go to its records." "tamis snapshot diff WS A B --list changed";
    LeaveComparison Comparison "leave" ["esc", "q"] 89 "Back to the time line.";

    Import Sources "import" ["i"] 95 "Import files." "tamis import WS FILE";
    ToggleProtected Sources "protect" ["p"] 80 "A protected source loses no record to another." "tamis sources WS --protect NAME";
    Rejects Sources "rejected-lines" ["r"] 85 "Show the lines that were rejected, and why." "tamis sources WS";
    CancelThisJob Sources "cancel-this-job" ["x"] 70 "Cancel the job under the cursor.";

    SaveRule RuleEditor "save" ["ctrl-s", "f2"] 95 "Save the rule; texts follow when the pipeline is applied." "tamis rules edit WS --rule RULE --toml TEXT";
    RuleLine RuleEditor "line" ["enter"] 0 "A new line.";
    NextPreviewed RuleEditor "next-record" ["pagedown", "alt-n"] 90 "The next record that the rule changes.";
    PreviousPreviewed RuleEditor "previous-record" ["pageup", "alt-N"] 0 "The record before it.";

    JudgeDuplicate Triage "duplicate" ["y"] 95 "One of the two is enough." "tamis duplicates judge WS duplicate --pair N,M --sampled";
    JudgeDifferent Triage "different" ["n"] 94 "Both have a right to stay." "tamis duplicates judge WS different --pair N,M --sampled";
    SkipPair Triage "skip" ["s", "space"] 93 "Say nothing of this pair.";
    UndoJudgement Triage "undo" ["u"] 92 "Take the last judgement back." "tamis undo WS";
    TakeThreshold Triage "take-threshold" ["t"] 91 "Take the suggested threshold.";
    WantedPrecision Triage "precision" ["p"] 90 "Type the precision that is wanted.";
    TriageDown Triage "scroll-down" ["j", "J", "down"] 0 "Scroll the texts down.";
    TriageUp Triage "scroll-up" ["k", "K", "up"] 0 "Scroll the texts up.";
    LeaveTriage Triage "leave" ["esc", "q", "b"] 89 "Back to the clusters; everything is saved.";

    WordsLower Map "words-lower" ["left", "h", "("] 95 "The lexical threshold 0.01 lower.";
    WordsHigher Map "words-higher" ["right", "l", ")"] 94 "The lexical threshold 0.01 higher.";
    WordsFarLower Map "words-far-lower" ["shift-left", "<"] 0 "The lexical threshold 0.05 lower.";
    WordsFarHigher Map "words-far-higher" ["shift-right", ">"] 0 "The lexical threshold 0.05 higher.";
    MeaningHigher Map "meaning-higher" ["up", "k"] 93 "The semantic threshold 0.01 higher.";
    MeaningLower Map "meaning-lower" ["down", "j"] 92 "The semantic threshold 0.01 lower.";
    MeaningFarHigher Map "meaning-far-higher" ["shift-up", "pageup"] 0 "The semantic threshold 0.05 higher.";
    MeaningFarLower Map "meaning-far-lower" ["shift-down", "pagedown"] 0 "The semantic threshold 0.05 lower.";
    NextQuadrant Map "next-quadrant" ["tab"] 91 "Pairs of the next quadrant.";
    PreviousQuadrant Map "previous-quadrant" ["shift-tab"] 0 "Pairs of the quadrant before.";
    NextSample Map "next-pair" [".", "n", "J"] 90 "The next pair of this quadrant.";
    PreviousSample Map "previous-pair" [",", "N", "K"] 0 "The pair before.";
    LeaveMap Map "leave" ["esc", "q", "D"] 89 "Back to the clusters.";

    PairInDuplicates Pairs "duplicates" ["enter", "o"] 95 "Both records on the Duplicates screen, at this threshold." "tamis duplicates clusters WS --lens L --threshold T --filter id:A,B";
    PairInBrowse Pairs "browse" ["b"] 94 "Both records on the Browse screen." "tamis list WS id:A,B";
    LeavePairs Pairs "leave" ["esc", "q"] 93 "Back to the matrix.";

    MoveToTrash Prune "move" ["y"] 95 "Yes: move the files to the trash, or bring them back." "tamis prune WS";
    BringBack Prune "bring-back" ["r"] 94 "Bring back what is in the trash; asks first." "tamis prune WS --restore";
    ShowGone Prune "show-records" ["o", "enter"] 93 "Browse the kept records whose image is gone." "tamis list WS id:A,B";
    LeavePrune Prune "leave" ["esc", "q"] 92 "Close without doing anything.";

    EntryDown Entries "move-down" ["alt-j", "alt-down"] 92 "Move the line down.";
    EntryUp Entries "move-up" ["alt-k", "alt-up"] 91 "Move the line up.";
    AddEntry Entries "add" ["a", "i"] 90 "Add a line.";
    RemoveEntry Entries "remove" ["d", "delete"] 89 "Remove the line.";

    Yes Question "yes" ["y"] 95 "Yes, do it.";
    No Question "no" ["n", "esc", "q"] 94 "Close without doing anything.";

    Accept Dialog "accept" ["enter"] 94 "Accept.";
    Dismiss Dialog "dismiss" ["esc", "q"] 93 "Close without doing anything.";
    Toggle Dialog "toggle" ["space", "insert"] 0 "Turn on or off.";
    NextField Dialog "next-field" ["tab"] 90 "Next field.";
    PreviousField Dialog "previous-field" ["shift-tab"] 0 "Previous field.";
    DecreaseField Dialog "decrease" ["left"] 0 "Previous choice or lower value.";
    IncreaseField Dialog "increase" ["right"] 0 "Next choice or higher value.";

    Submit Input "submit" ["enter"] 95 "Accept the text.";
    Leave Input "leave" ["esc"] 94 "Leave the field as it was.";
    Newline Input "new-line" ["alt-enter", "ctrl-o"] 0 "A new line, where the field has several.";
    Complete Input "complete" ["tab"] 60 "Complete the word, or go to the next field.";
    CompleteBack Input "complete-back" ["shift-tab"] 0 "The previous completion or field.";
    LineUp Input "line-up" ["up", "ctrl-p"] 0 "Line up, or the entry before.";
    LineDown Input "line-down" ["down", "ctrl-n"] 0 "Line down, or the entry after.";
    CharLeft Input "character-left" ["left", "ctrl-b"] 0 "A character to the left.";
    CharRight Input "character-right" ["right", "ctrl-f"] 0 "A character to the right.";
    WordLeft Input "word-left" ["ctrl-left", "alt-b", "alt-left"] 0 "A word to the left.";
    WordRight Input "word-right" ["ctrl-right", "alt-f", "alt-right"] 0 "A word to the right.";
    LineStart Input "line-start" ["home", "ctrl-a"] 0 "To the start of the line.";
    LineEnd Input "line-end" ["end", "ctrl-e"] 0 "To the end of the line.";
    DeleteLeft Input "delete-left" ["backspace"] 0 "Delete the character to the left.";
    DeleteRight Input "delete-right" ["delete", "ctrl-d"] 0 "Delete the character to the right.";
    DeleteWord Input "delete-word" ["ctrl-w", "alt-backspace"] 0 "Delete the word to the left.";
    DeleteToStart Input "delete-to-start" ["ctrl-u"] 0 "Delete to the start of the line.";
    DeleteToEnd Input "delete-to-end" ["ctrl-k"] 0 "Delete to the end of the line.";
}

impl Action {
    /// Its line of the table.
    pub fn spec(self) -> &'static Spec {
        // The enum and the table are made from the same lines, in the same order.
        &ACTIONS[self as usize]
    }
}

/// The actions of one context, in the order of the table.
pub fn of(context: Context) -> impl Iterator<Item = &'static Spec> {
    ACTIONS.iter().filter(move |spec| spec.context == context)
}

/// The table of the README: one Markdown table a context.
pub fn markdown() -> String {
    let mut out = String::new();
    for context in Context::ALL {
        // Writing to a string cannot fail.
        _ = write!(out, "### {}\n\n| keys | action | what it does | command |\n|---|---|---|---|\n", context.name());
        for spec in of(context) {
            let keys: Vec<_> = spec.keys.iter().map(|word| format!("`{}`", shown(word))).collect();
            let command = if spec.command.is_empty() { String::new() } else { format!("`{}`", spec.command) };
            _ = writeln!(out, "| {} | {} | {} | {command} |", keys.join(" "), spec.name, spec.doc);
        }
        out.push('\n');
    }
    out
}

fn shown(word: &str) -> String {
    word.parse::<Key>().map_or_else(|_| word.to_owned(), |key| key.to_string())
}
