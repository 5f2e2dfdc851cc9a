//! The pipelines that are compiled in: a start for a curator's own, which is why they are TOML files full of reasons.

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
    /// The compiled-in pipeline of that name.
    pub fn builtin(name: &str) -> Option<Pipeline> {
        let (_, source) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        Pipeline::parse(source).ok()
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
