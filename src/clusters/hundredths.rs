//! Scores in hundredths, as the slider moves.

/// The greatest number of hundredths that is ≤ `score` as comparisons with a threshold see it; 100 at most.
pub(super) fn of(score: f32) -> u16 {
    let near = (score * 100.0).round().clamp(0.0, 100.0) as u16;
    if near > 0 && value(near) > score { near - 1 } else { near }
}

/// The score at which these hundredths begin.
pub(super) fn value(hundredths: u16) -> f32 {
    f32::from(hundredths) / 100.0
}

/// Numbers that look like chance: splitmix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", 2014).
pub(super) fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_begin_where_thresholds_do() {
        for hundredths in 1..=100 {
            assert_eq!((of(value(hundredths)), of(value(hundredths).next_down())), (hundredths, hundredths - 1));
        }
        assert_eq!((of(-1.0), of(2.0), of(f32::NAN)), (0, 100, 0));
    }
}
