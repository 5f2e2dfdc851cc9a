//! What stands beside a prompt in a jsonl file of generated images: file name, seed, size, sampler, scores.

use super::rng::Rng;

/// Names of models, all invented.
const MODELS: [&str; 6] = ["lumena-1.5", "lumena-2.1", "lumena-xl", "orbit-diffuse-3", "kestrel-v4", "pocketpainter"];

const SAMPLERS: [&str; 6] = ["euler_a", "euler", "ddim", "dpmpp_2m", "dpmpp_sde_karras", "heun"];
const SIZES: [(u32, u32); 6] = [(512, 512), (512, 768), (768, 512), (768, 768), (1024, 1024), (1216, 832)];

/// One line with its end: `{"text":…,"file_name":…,"seed":…,"width":…,…}`. Without a picture there is no `file_name`.
pub fn line(text: &str, file_name: Option<&str>, rng: &mut Rng) -> String {
    let (width, height) = SIZES[rng.skewed_below(SIZES.len())];
    let (seed, steps, cfg) = (rng.next_u64() >> 32, rng.between(4, 10) * 5, rng.between(6, 30));
    let sampler = SAMPLERS[rng.skewed_below(SAMPLERS.len())];
    let model = MODELS[rng.skewed_below(MODELS.len())];
    let (clip_score, aesthetic) = (score(rng, 1_200, 4_400), score(rng, 35_000, 74_000));
    let picture = file_name.map(|name| format!(",\"file_name\":{}", quoted(name))).unwrap_or_default();
    format!(
        concat!(
            "{{\"text\":{}{},\"seed\":{},\"width\":{},\"height\":{},\"steps\":{},\"cfg\":{}.{},",
            "\"sampler\":\"{}\",\"model\":\"{}\",\"clip_score\":{},\"aesthetic\":{},\"created\":\"{}\"}}\n"
        ),
        quoted(text),
        picture,
        seed,
        width,
        height,
        steps,
        cfg / 2,
        cfg % 2 * 5,
        sampler,
        model,
        clip_score,
        aesthetic,
        moment(rng)
    )
}

/// A JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `images/0f/0f3a….png`, the way image services name their files.
pub fn image_name(rng: &mut Rng) -> String {
    let (high, low) = (rng.next_u64(), rng.next_u64());
    format!(
        "images/{:02x}/{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}.png",
        high >> 56,
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// A number between `least` and `most` ten-thousandths, the middle ones more often: the mean of three draws.
fn score(rng: &mut Rng, least: usize, most: usize) -> String {
    let mean = (0..3).map(|_| rng.between(least, most)).sum::<usize>() / 3;
    format!("{}.{:04}", mean / 10_000, mean % 10_000)
}

fn moment(rng: &mut Rng) -> String {
    let (year, month, day) = (rng.between(2022, 2025), rng.between(1, 12), rng.between(1, 28));
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rng.below(24), rng.below(60), rng.below(60))
}
