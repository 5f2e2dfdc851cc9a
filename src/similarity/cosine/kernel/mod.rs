//! The loops that take the time, once for each kind of processor.
//!
//! All of them are sums of products of whole numbers, so every kernel gives the same answer to the last bit, and what holds
//! for one holds for all. Which one runs is found out on the machine; tests run every one that the machine has.

mod plain;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx_vnni;

/// Rows side by side in a panel: one bit each in a [`Hit`].
pub(super) const LANES: usize = 64;

/// Codes of a row that lie together, multiplied by one instruction.
pub(super) const GROUP: usize = 4;

/// A row of codes outside of panels is a multiple of this long, filled up with zeros.
pub(super) const STRIDE: usize = 64;

/// The lanes of a panel that met the bound of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Counted from the first row that was swept.
    pub row: u32,
    /// Bit `l` for lane `l`; never 0.
    pub lanes: u64,
}

/// Rows of whole vectors as codes, `stride` apart; `sums` are the sums of each row's codes.
#[derive(Clone, Copy)]
pub(super) struct Codes<'a> {
    pub codes: &'a [i8],
    pub sums: &'a [i32],
    pub stride: usize,
}

impl<'a> Codes<'a> {
    #[inline(always)]
    fn row(self, row: u32) -> &'a [i8] {
        &self.codes[row as usize * self.stride..][..self.stride]
    }
}

/// A plain loop for [`Kernel::wide`]: not a closure, as only what is marked `inline(always)` is compiled anew for each kernel.
pub(super) trait Wide {
    type Made;

    /// The loop; to be marked `inline(always)`, and so is what it calls.
    fn run(self) -> Self::Made;
}

/// Instructions that this machine has: only [`Kernel::here`] makes one, so that running it is sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Isa);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Isa {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Plain,
}

impl Kernel {
    /// What this machine can run, the fastest first; the plain kernel runs anywhere and is the last.
    pub fn here() -> Vec<Kernel> {
        let mut here = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if avx512::is_here() {
                here.push(Kernel(Isa::Avx512));
            }
            if avx_vnni::is_here() {
                here.push(Kernel(Isa::AvxVnni));
            }
            if avx2::is_here() {
                here.push(Kernel(Isa::Avx2));
            }
        }
        here.push(Kernel(Isa::Plain));
        here
    }

    /// The fastest that this machine can run.
    pub fn best() -> Kernel {
        Kernel::here()[0]
    }

    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => "AVX-512 VNNI",
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => "AVX-VNNI",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => "AVX2",
            Isa::Plain => "plain",
        }
    }

    /// What a pair costs that the first step lets through, up to the bound of the second, in products of [`Kernel::sweep`]. Only speed
    /// depends on it.
    ///
    /// Measured on embeddings of 30,000 and 90,000 prompts at floors from 0.5 to 0.75: with AVX-512 it is 12 ns where every tenth pair
    /// comes through, and 25 to 50 ns (10,000 to 20,000 products) where one of a hundred to a thousand does and memory has to be waited
    /// for. Any number from 5,100 to 8,000 chose the fastest head of each row of that table.
    pub(super) fn products_a_dot(self) -> f64 {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => 8000.0,
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => 4000.0,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => 1500.0,
            Isa::Plain => 1000.0,
        }
    }

    /// Dot products of each row of `left` (whole panels) with each row of the panel `right`: appends the lanes where the dot
    /// product is at least `least[row]`, rows ascending.
    ///
    /// A panel is `[group][lane][GROUP]` codes; `sums` are the sums of the codes of each row of `left`. `|least|` is at most 2³⁰.
    ///
    /// # Panics
    /// When the lengths do not fit each other.
    pub(super) fn sweep(self, left: &[i8], sums: &[i32], least: &[i32], right: &[i8], hits: &mut Vec<Hit>) {
        assert!(!right.is_empty() && right.len().is_multiple_of(GROUP * LANES) && left.len().is_multiple_of(right.len()));
        let rows = left.len() / right.len() * LANES;
        assert!(sums.len() == rows && least.len() == rows);
        match self.0 {
            // SAFETY: a `Kernel` of these instructions exists only where the processor has them; the lengths were checked above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => unsafe { avx512::sweep(left, sums, least, right, hits) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => unsafe { avx_vnni::sweep(left, sums, least, right, hits) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => unsafe { avx2::sweep(left, least, right, hits) },
            Isa::Plain => plain::sweep(left, least, right, hits),
        }
    }

    /// The dot product of each pair of a row of `left` and a row of `right`, into `dots`.
    ///
    /// # Panics
    /// When the strides differ or are no multiple of [`STRIDE`], or there is no such row.
    pub(super) fn dots(self, left: Codes, right: Codes, pairs: &[(u32, u32)], dots: &mut Vec<i32>) {
        assert!(left.stride == right.stride && left.stride.is_multiple_of(STRIDE));
        dots.clear();
        match self.0 {
            // SAFETY: a `Kernel` of these instructions exists only where the processor has them; the strides were checked above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => unsafe { avx512::dots(left, right, pairs, dots) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => unsafe { avx_vnni::dots(left, right, pairs, dots) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => unsafe { avx2::dots(left, right, pairs, dots) },
            Isa::Plain => plain::dots(left, right, pairs, dots),
        }
    }

    /// Runs a plain loop compiled for the registers of this kernel. Changes its speed and no bit of what it computes: Rust
    /// neither reorders nor fuses floating-point operations.
    ///
    #[inline(always)]
    pub(super) fn wide<W: Wide>(self, work: W) -> W::Made {
        match self.0 {
            // SAFETY: a `Kernel` of these instructions exists only where the processor has them.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => unsafe { avx512::wide(work) },
            // SAFETY: as above; both kernels ask for AVX2.
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni | Isa::Avx2 => unsafe { avx2::wide(work) },
            Isa::Plain => work.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes from −127 to 127, the ends often.
    fn codes(n: usize, seed: u64) -> Vec<i8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as u8
        };
        (0..n).map(|_| [127, -127, (next() as i8).max(-127), (next() as i8).max(-127)][next() as usize % 4]).collect()
    }

    fn dot(left: impl Iterator<Item = i8>, right: impl Iterator<Item = i8>) -> i32 {
        left.zip(right).map(|(a, b)| i32::from(a) * i32::from(b)).sum()
    }

    /// A row of a panel.
    fn lane(panel: &[i8], lane: usize) -> impl Iterator<Item = i8> {
        panel.chunks_exact(GROUP * LANES).flat_map(move |group| group[lane * GROUP..][..GROUP].iter().copied())
    }

    #[test]
    fn every_kernel_sweeps_as_defined() {
        for (panels, groups) in [(1, 1), (2, 3), (1, 16), (3, 7)] {
            let size = groups * GROUP * LANES;
            let (left, right) = (codes(panels * size, 1), codes(size, 2));
            let row = |row: usize| lane(&left[row / LANES * size..][..size], row % LANES);
            let sums: Vec<i32> = (0..panels * LANES).map(|r| row(r).map(i32::from).sum()).collect();
            // A bound that one lane meets exactly, and bounds beyond every dot product.
            let bound = |r: usize| match r % 5 {
                0 => 1 << 30,
                1 => -(1 << 30),
                k => dot(row(r), lane(&right, r * 11 % LANES)) + i32::from(k == 2),
            };
            let least: Vec<i32> = (0..panels * LANES).map(bound).collect();
            let mut expected = Vec::new();
            for (r, &least) in least.iter().enumerate() {
                let met = |l: &usize| dot(row(r), lane(&right, *l)) >= least;
                let lanes = (0..LANES).filter(met).fold(0, |lanes, l| lanes | 1 << l);
                if lanes != 0 {
                    expected.push(Hit { row: r as u32, lanes });
                }
            }
            for kernel in Kernel::here() {
                let mut hits = Vec::new();
                kernel.sweep(&left, &sums, &least, &right, &mut hits);
                assert!(hits == expected, "{} with {groups} groups", kernel.name());
            }
        }
    }

    #[test]
    fn every_kernel_multiplies_rows_as_defined() {
        for stride in [STRIDE, 3 * STRIDE] {
            let (left, right) = (codes(7 * stride, 3), codes(5 * stride, 4));
            let sums =
                |codes: &[i8]| codes.chunks_exact(stride).map(|r| r.iter().map(|&c| i32::from(c)).sum()).collect::<Vec<i32>>();
            let pairs: Vec<(u32, u32)> = (0..7).flat_map(|a| (0..5).map(move |b| (a, b))).collect();
            let row = |codes: &[i8], r: u32| codes[r as usize * stride..][..stride].to_vec();
            let expected: Vec<i32> =
                pairs.iter().map(|&(a, b)| dot(row(&left, a).into_iter(), row(&right, b).into_iter())).collect();
            let (left_sums, right_sums) = (sums(&left), sums(&right));
            for kernel in Kernel::here() {
                let mut found = vec![1];
                let left = Codes { codes: &left, sums: &left_sums, stride };
                let right = Codes { codes: &right, sums: &right_sums, stride };
                kernel.dots(left, right, &pairs, &mut found);
                assert!(found == expected, "{}", kernel.name());
            }
        }
    }
}
