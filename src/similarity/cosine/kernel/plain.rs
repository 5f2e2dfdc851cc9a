//! The kernel for every machine: plain loops over fixed lengths, which a compiler turns into whatever the processor has.

use super::{Codes, GROUP, Hit, LANES};

/// [`super::Kernel::sweep`].
pub(super) fn sweep(left: &[i8], least: &[i32], right: &[i8], hits: &mut Vec<Hit>) {
    let right = spread(right);
    let groups = right.len();
    for (panel, left) in left.chunks_exact(groups * GROUP * LANES).enumerate() {
        for lane in 0..LANES {
            let row = panel * LANES + lane;
            let codes = left.chunks_exact(GROUP * LANES).map(|group| &group[lane * GROUP..][..GROUP]);
            let lanes = at_least(&products(codes, &right), least[row]);
            if lanes != 0 {
                hits.push(Hit { row: row as u32, lanes });
            }
        }
    }
}

/// A panel's codes as `[group][code][lane]`, wide enough to multiply: lanes then lie side by side.
fn spread(panel: &[i8]) -> Vec<[[i16; LANES]; GROUP]> {
    let spread = |group: &[i8]| std::array::from_fn(|code| std::array::from_fn(|lane| i16::from(group[lane * GROUP + code])));
    panel.chunks_exact(GROUP * LANES).map(spread).collect()
}

/// One row's dot products with all lanes. Two products of codes fit 16 bits; four do not.
fn products<'a>(row: impl Iterator<Item = &'a [i8]>, right: &[[[i16; LANES]; GROUP]]) -> [i32; LANES] {
    let mut sums = [0_i32; LANES];
    for (codes, [first, second, third, fourth]) in row.zip(right) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|k| i16::from(codes[k]));
        for lane in 0..LANES {
            let one = a * first[lane] + b * second[lane];
            let two = c * third[lane] + d * fourth[lane];
            sums[lane] += i32::from(one) + i32::from(two);
        }
    }
    sums
}

fn at_least(sums: &[i32; LANES], least: i32) -> u64 {
    sums.iter().enumerate().fold(0, |lanes, (lane, &sum)| lanes | u64::from(sum >= least) << lane)
}

/// [`super::Kernel::dots`].
pub(super) fn dots(left: Codes, right: Codes, pairs: &[(u32, u32)], dots: &mut Vec<i32>) {
    dots.extend(pairs.iter().map(|&(a, b)| {
        let products = left.row(a).iter().zip(right.row(b)).map(|(&a, &b)| i32::from(i16::from(a) * i16::from(b)));
        products.sum::<i32>()
    }));
}
