//! The language of a prompt, found offline, and only where it is sure.
//!
//! The detector is `whatlang`: trigrams, for 70 languages. Prompts are short and full of names, so its guesses on them are often
//! wrong, but it says how sure it is. A text counts as foreign only when the answer reaches a floor of confidence, when it has
//! enough words to tell, and when it holds none of the words that only English has; or when it is in another script.

use unicode_segmentation::UnicodeSegmentation;
use whatlang::{Lang, Script};

use super::action::Fault;

/// Words of English prompts that other languages do not have: no `art`, `style` or `portrait`, which are French too, and no `a`.
const ENGLISH: [&str; 64] = [
    "the",
    "of",
    "and",
    "with",
    "by",
    "from",
    "his",
    "her",
    "their",
    "wearing",
    "holding",
    "sitting",
    "standing",
    "looking",
    "depicting",
    "detailed",
    "highly",
    "lighting",
    "light",
    "bright",
    "dark",
    "painting",
    "drawing",
    "photography",
    "realistic",
    "artwork",
    "background",
    "movie",
    "shot",
    "view",
    "eyes",
    "face",
    "hair",
    "beautiful",
    "young",
    "old",
    "man",
    "woman",
    "girl",
    "boy",
    "black",
    "white",
    "blue",
    "green",
    "red",
    "colors",
    "colours",
    "vivid",
    "sharp",
    "focus",
    "dramatic",
    "smooth",
    "sky",
    "night",
    "water",
    "forest",
    "city",
    "house",
    "cute",
    "close",
    "full",
    "body",
    "world",
    "through",
];

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
    let is_known = |word: &&str| ENGLISH.iter().any(|known| known.eq_ignore_ascii_case(word));
    text.split(|c: char| !c.is_alphabetic()).filter(is_known).take(enough).count() == enough
}

fn unknown(code: &str) -> Fault {
    let known: Vec<&str> = Lang::all().iter().map(|lang| lang.code()).collect();
    Fault::new(format!("`{code}` is no language that is known"), format!("the codes are {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "una mujer con un vestido rojo caminando por la playa al atardecer",
        ] {
            assert!(english.surely_not(goes), "{goes}");
        }
        assert!(Languages::new(&["english".into()], 0.9).is_err());
    }
}
