//! The vocabulary of changes: small word lists of our own, English as nearly all prompts are.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::read::Kind;

const NEGATIONS: &str = "no not without never none nobody nothing nowhere neither nor cannot cant wont dont doesnt didnt isnt arent wasnt \
     werent hasnt havent hadnt couldnt shouldnt wouldnt minus";

const NUMBERS: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
     eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion \
     dozen dozens couple pair pairs several many few multiple numerous countless lots plenty both single double triple quadruple twin \
     once twice thrice first second third fourth fifth sixth seventh eighth ninth tenth half another";

const COLOURS: &str = "red blue green yellow orange purple pink brown black white gray violet turquoise teal cyan magenta crimson scarlet \
     gold golden silver silvery beige ivory maroon navy indigo lavender lilac mauve burgundy ruby emerald sapphire amber bronze copper tan \
     khaki olive lime mint aqua azure cobalt ultramarine cerulean fuchsia coral salmon peach apricot rust ochre sepia cream charcoal \
     ebony jade plum vermilion reddish bluish greenish yellowish brownish pinkish purplish grayish blackish whitish colorful multicolored \
     multicolor rainbow blonde blond brunette redhead ginger auburn monochrome monochromatic iridescent";

const SHADES: &str = "light dark pale bright deep pastel neon vivid soft dull faded";

const SMALL: &str = "a an the and is are was were be been being of with that this these those it its there to as has have do does did also \
     very some or so who which";

/// What somebody can have made: before `by`, it makes the next word a name.
const WORKS: &str = "art artwork artworks painting paintings photo photograph photography picture image portrait illustration drawing \
     sketch render rendering engraving woodcut etching print poster cover comic manga sculpture watercolor watercolour fresco mural film \
     movie photographed painted drawn illustrated designed directed sculpted rendered created made shot style styled inspired";

/// What follows `by` where no name does.
const NO_NAMES: &str = "a an the his her its their my your our this that these those some any day night";

/// Words that are style by themselves.
const STYLE_WORDS: &str = "masterpiece detailed intricate hyperdetailed ultradetailed hyperrealistic hyperrealism photorealistic \
     photorealism realistic ultrarealistic surrealism surreal hdr uhd hd fhd qhd 2k 4k 5k 6k 8k 12k 16k 32k 1080p 2160p 720p hires highres \
     absurdres artstation cgsociety deviantart pixiv behance zbrush blender octane vray redshift raytracing raytraced bokeh dof \
     cinematic volumetric dramatic stunning gorgeous breathtaking award-winning awardwinning epic aesthetic professional elegant \
     beautiful amazing perfect unreal ue5 ue4 canon nikon sony leica hasselblad kodak fujifilm dslr telephoto macro fisheye polaroid \
     photoshoot rtx hq sharp crisp ultra wallpaper render rendering cgi illustration digital vibrant moody best artgerm rutkowski mucha \
     impressionism impressionist expressionism cubism baroque rococo minimalism minimalist cyberpunk steampunk vaporwave synthwave \
     ghibli anime manga pixar lowpoly stylized";

/// Phrases that are style as a whole.
const STYLE_PHRASES: &str = "highly detailed|extremely detailed|ultra detailed|super detailed|insanely detailed|hyper detailed|\
     very detailed|intricate details|intricate detail|fine details|high detail|high details|more details|very intricate|high quality|\
     best quality|top quality|highest quality|high resolution|high res|ultra high definition|high definition|full hd|ultra hd|\
     ultra realistic|hyper realistic|photo realistic|hyper realism|photo realism|sharp focus|soft focus|in focus|deep focus|\
     shallow depth of field|depth of field|trending on artstation|trending on art station|featured on artstation|artstation hq|\
     trending on|trending in artstation|art station|featured on|winner of|award winning|award winner|cgsociety contest winner|\
     contest winner|concept art|digital art|digital painting|digital illustration|matte painting|oil painting|oil on canvas|acrylic painting|\
     watercolor painting|pencil drawing|pencil sketch|ink drawing|line art|fan art|vector art|pixel art|pop art|fine art|\
     character design|character concept art|key visual|key art|splash art|cover art|promotional art|official art|3d render|3d rendering|\
     octane render|octane rendering|unreal engine|unreal engine 5|unreal engine 4|unity engine|cinema 4d|c4d|v ray|vray render|\
     blender render|ray tracing|ray traced|global illumination|subsurface scattering|ambient occlusion|physically based rendering|\
     cinematic lighting|cinematic light|cinematic shot|cinematic composition|dramatic lighting|dramatic light|soft lighting|soft light|\
     studio lighting|studio light|natural lighting|natural light|volumetric lighting|volumetric light|volumetric fog|rim lighting|rim light|\
     rim lit|back lighting|backlit|back lit|neon lighting|warm lighting|warm light|cold lighting|moody lighting|beautiful lighting|\
     perfect lighting|ambient lighting|ambient light|golden hour|blue hour|god rays|low key|high key|chiaroscuro|hard light|\
     wide angle|wide angle lens|wide shot|wide lens|close up|closeup|extreme close up|medium shot|full shot|full body shot|long shot|\
     aerial view|bird eye view|low angle|low angle shot|high angle|over the shoulder|point of view|pov|telephoto lens|macro lens|macro shot|\
     film grain|lens flare|long exposure|double exposure|motion blur|tilt shift|golden ratio|rule of thirds|symmetrical composition|\
     dynamic composition|dynamic lighting|dynamic pose|vivid colors|vibrant colors|rich colors|beautiful colors|color grading|\
     national geographic|studio ghibli|makoto shinkai|artgerm|greg rutkowski|alphonse mucha|ilya kuvshinov|wlop|ross tran|\
     studio quality|professional photography|professional photo|fashion photography|portrait photography|street photography|\
     product photography|editorial photography|stock photo|raw photo|analog photo|film photo|art nouveau|art deco|low poly|smooth|\
     hyperrealistic painting|ultra sharp|super sharp|very beautiful|extremely beautiful|beautiful composition|matte background|\
     trending|dslr photo|kodak portra|kodak portra 400|shot on|canon eos|sony alpha|iso|digital artwork|detailed face|detailed eyes";

static KINDS: LazyLock<FxHashMap<&str, Kind>> = LazyLock::new(|| {
    let lists = [
        (STYLE_WORDS, Kind::Style),
        (SMALL, Kind::Small),
        (COLOURS, Kind::Colour),
        (NUMBERS, Kind::Number),
        (NEGATIONS, Kind::Negation),
    ];
    lists.into_iter().flat_map(|(list, kind)| list.split_whitespace().map(move |word| (word, kind))).collect()
});

static PHRASES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| STYLE_PHRASES.split('|').map(str::trim).collect());

/// As many words as the longest phrase of style has.
pub(super) const LONGEST_PHRASE: usize = 4;

/// What a word says wherever it stands.
pub(super) fn kind(word: &str) -> Kind {
    match KINDS.get(word) {
        Some(&kind) => kind,
        None if word.ends_with("n't") => Kind::Negation,
        None if is_size(word) => Kind::Style,
        None if is_number(word) => Kind::Number,
        None => Kind::Subject,
    }
}

/// Digits and marks, perhaps with an ending: `3`, `1,000`, `19th`, `1980s`, `3x`.
fn is_number(word: &str) -> bool {
    let ending = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    ending.len() < word.len() && matches!(ending, "" | "st" | "nd" | "rd" | "th" | "s" | "x")
}

/// Of a lens or a picture: `35mm`, `1920x1080`.
fn is_size(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    word.strip_suffix("mm").is_some_and(digits) || word.split_once('x').is_some_and(|(w, h)| digits(w) && digits(h))
}

/// How many of the words ahead are a phrase of style; the longest one counts.
pub(super) fn style_phrase(ahead: &[&str]) -> usize {
    (1..=ahead.len().min(LONGEST_PHRASE)).rev().find(|&length| PHRASES.contains(ahead[..length].join(" ").as_str())).unwrap_or(0)
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

pub(super) fn is_shade(word: &str) -> bool {
    is_in(SHADES, word)
}

pub(super) fn is_work(word: &str) -> bool {
    is_in(WORKS, word)
}

pub(super) fn may_be_name(word: &str) -> bool {
    !is_in(NO_NAMES, word)
}

const IRREGULAR: [(&str, &str); 14] = [
    ("men", "man"),
    ("women", "woman"),
    ("children", "child"),
    ("people", "person"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("geese", "goose"),
    ("mice", "mouse"),
    ("wolves", "wolf"),
    ("leaves", "leaf"),
    ("knives", "knife"),
    ("shelves", "shelf"),
    ("loaves", "loaf"),
    ("fishermen", "fisherman"),
];

/// What the word may be one or more of, itself among them: two words are forms of one where these have a word in common.
pub(super) fn singulars(word: &str) -> Vec<String> {
    // `1girl`, `2girls`: the count is a part of the word.
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let irregular = IRREGULAR.iter().filter(|(plural, _)| *plural == word).map(|(_, one)| (*one).to_owned());
    let y = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let stems = [word.strip_suffix("es"), word.strip_suffix('s').filter(|stem| !stem.ends_with('s'))];
    let regular = stems.into_iter().flatten().filter(|stem| stem.len() >= 3).chain([word]).map(str::to_owned);
    irregular.chain(y).chain(regular).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_in_two_lists() {
        let lists = [NEGATIONS, NUMBERS, COLOURS, SMALL, STYLE_WORDS];
        let all: Vec<&str> = lists.iter().flat_map(|list| list.split_whitespace()).collect();
        let mut twice = all.clone();
        twice.sort_unstable();
        twice.dedup();
        assert_eq!(twice.len(), KINDS.len());
        assert_eq!(
            all.len(),
            KINDS.len(),
            "{:?}",
            all.iter().filter(|w| all.iter().filter(|v| v == w).count() > 1).collect::<Vec<_>>()
        );
        assert_eq!(PHRASES.iter().map(|phrase| phrase.split(' ').count()).max(), Some(LONGEST_PHRASE));
    }

    #[test]
    fn plurals_meet_their_singulars() {
        let meet = |a: &str, b: &str| singulars(a).iter().any(|one| singulars(b).contains(one));
        for (one, more) in
            [("cat", "cats"), ("horse", "horses"), ("glass", "glasses"), ("city", "cities"), ("woman", "women"), ("fox", "foxes")]
        {
            assert!(meet(one, more) && meet(more, one), "{one} {more}");
        }
        assert!(!meet("cat", "dog") && !meet("bus", "bu") && !meet("as", "a"));
    }
}
