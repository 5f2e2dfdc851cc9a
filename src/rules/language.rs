//! The language of a prompt, found offline, and only where it is sure.
//!
//! The detector is `whatlang`: trigrams, for 70 languages. Prompts are short and full of names, so its guesses on them are often
//! wrong, but it says how sure it is. A text counts as foreign only when the answer reaches a floor of confidence, when it has
//! enough words to tell, and when it holds none of the words that only English has; or when it is in another script.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use unicode_segmentation::UnicodeSegmentation;
use whatlang::{Lang, Script};

use super::action::Fault;

/// Words of English prompts that other languages do not have: no `art`, `style` or `portrait`, which are French too, and no `a`.
/// The more there are, the fewer texts need the detector, which takes as long as all other rules together.
const ENGLISH: &str = "\
    and artwork autumn award background bear beautiful big bird black blue body book boy bright building by cartoon castle \
    cat character characters city close cloud clouds color colors colour colours cover cute dark depicting detailed \
    details dog dramatic drawing dressed eating engine evening eye eyes face family female fire flower flowers flying \
    focus food forest from full futuristic game giant girl glass grass green hair hand hands healthy helmet her high \
    highly his holding horse house human hyperdetailed ice inside into landscape large life light lighting like little \
    long looking man moon morning mountain movie new night ocean of old painting people photograph photography \
    photorealistic playing quality rain realistic red refined riding river room says sea sharp short shot sign sitting sky \
    small smoke smooth snow space spaceship spring standing stars stone street summer sun sunrise sunset that the their \
    through tree trending two view vivid water wearing white winning winter with woman wood world young";

static ENGLISH_WORDS: LazyLock<FxHashSet<&[u8]>> = LazyLock::new(|| ENGLISH.split_whitespace().map(str::as_bytes).collect());

/// Bytes of the longest one.
const LONGEST: usize = 14;

/// Fewer words tell nothing, in a script that parts words by blanks.
const MIN_WORDS: usize = 4;

/// The languages that stay, and how sure the detector must be of another one.
#[derive(Debug, Clone)]
pub struct Languages {
    allowed: Vec<Lang>,
    floor: f64,
}

impl Languages {
    /// Of ISO 639-3 codes such as `eng`.
    pub fn new(codes: &[String], floor: f64) -> Result<Languages, Fault> {
        if codes.is_empty() {
            return Err(Fault::new("`languages` is empty: every text would go", "name the languages that stay, e.g. [\"eng\"]"));
        }
        if !(0.0..=1.0).contains(&floor) {
            return Err(Fault::new(format!("{floor} is no confidence"), "give a number from 0 to 1"));
        }
        let lang = |code: &String| Lang::from_code(code.as_str()).ok_or_else(|| unknown(code));
        Ok(Languages { allowed: codes.iter().map(lang).collect::<Result<_, _>>()?, floor })
    }

    /// Whether the text is surely in a language that is not listed.
    pub fn surely_not(&self, text: &str) -> bool {
        if self.allowed.contains(&Lang::Eng) && is_english(text) {
            return false;
        }
        let is_short = || text.unicode_words().take(MIN_WORDS).count() < MIN_WORDS;
        if text.is_ascii() && is_short() {
            return false;
        }
        let Some(info) = whatlang::detect(text) else { return false };
        if !info.script().langs().iter().any(|lang| self.allowed.contains(lang)) {
            // None of the languages that stay is written like this.
            return true;
        }
        if self.allowed.contains(&info.lang()) || info.confidence() < self.floor {
            return false;
        }
        match info.script() {
            Script::Latin => !is_short(),
            _ => true,
        }
    }
}

/// One English word tells, or two where there are letters that English does not have.
fn is_english(text: &str) -> bool {
    let enough = if text.is_ascii() { 1 } else { 2 };
    text.split(|c: char| !c.is_alphabetic()).filter(|word| is_english_word(word)).take(enough).count() == enough
}

fn is_english_word(word: &str) -> bool {
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    ENGLISH_WORDS.contains(&*lower)
}

fn unknown(code: &str) -> Fault {
    let known: Vec<&str> = Lang::all().iter().map(|lang| lang.code()).collect();
    Fault::new(format!("`{code}` is no language that is known"), format!("the codes are {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_words_fit() {
        assert_eq!(ENGLISH_WORDS.iter().map(|word| word.len()).max(), Some(LONGEST));
        assert!(is_english_word("THE") && !is_english_word("art"));
    }

    #[test]
    fn only_what_is_surely_foreign_goes() {
        let english = Languages::new(&["eng".into()], 0.9).expect("valid");
        for stays in [
            "a cat",
            "shahrukh khan in multiverse",
            "portrait, highly detailed, 8k",
            "samurai neon tokyo, akira",
            "greg rutkowski, alphonse mucha, ilya kuvshinov",
            "the café de la paix with a view of paris",
            "",
            "1girl, solo",
            "hindu god ganesha, dmt trip, psychedelic, fractal patterns, centered, symmetrical, vivid colors",
            "muscular Kim Wexler doing push-ups, movie still, realistic, close up, shot by Vince Gilligan, photorealistic",
        ] {
            assert!(!english.surely_not(stays), "{stays}");
        }
        for goes in [
            "женщина в красном платье у окна",
            "一只可爱的猫坐在窗台上",
            "Ein alter Mann sitzt auf einer Bank und füttert die Tauben im Park",
            "genere una imagen de un perro feliz corriendo por el parque",
        ] {
            assert!(english.surely_not(goes), "{goes}");
        }
        assert!(Languages::new(&["english".into()], 0.9).is_err());
    }
}
