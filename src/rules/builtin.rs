//! The pipelines that are compiled in: a start for a curator's own, which is why they are TOML files full of reasons.

use std::sync::OnceLock;

use super::pipeline::Pipeline;

/// For prompts in the manner of Stable Diffusion.
pub const DEFAULT: &str = include_str!("../../assets/rules/default.toml");

/// For captions of Stable Diffusion 2: the aims of [`SD2_ORIGINAL`] without its damage.
pub const SD2: &str = include_str!("../../assets/rules/sd2.toml");

/// What the scripts that tamis replaces did, faults included.
pub const SD2_ORIGINAL: &str = include_str!("../../assets/rules/sd2-original.toml");

/// Name and TOML of each.
pub const BUILTIN: &[(&str, &str)] = &[("default", DEFAULT), ("sd2", SD2), ("sd2-original", SD2_ORIGINAL)];

impl Pipeline {
    /// The built-in pipeline of that name; its patterns are compiled when it is first asked for.
    pub fn builtin(name: &str) -> Option<Pipeline> {
        static COMPILED: [OnceLock<Option<Pipeline>>; BUILTIN.len()] = [const { OnceLock::new() }; BUILTIN.len()];
        let place = BUILTIN.iter().position(|(known, _)| *known == name)?;
        COMPILED[place].get_or_init(|| Pipeline::parse(BUILTIN[place].1).ok()).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_parses_under_its_own_name() {
        for (name, source) in BUILTIN {
            let pipeline = Pipeline::parse(source).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(pipeline.name(), *name);
            assert!(Pipeline::builtin(name).is_some());
        }
        assert!(Pipeline::builtin("no such").is_none());
    }
}
