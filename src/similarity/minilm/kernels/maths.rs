//! exp, erf and GELU on vectors. The coefficients are our own fits; `tests` holds them to their stated errors.

use super::lanes::Lanes;

/// e^x with a relative error below 3e-7; below −87 it stays at e^−87, which is as good as nothing beside a softmax's largest term of 1.
///
/// x = (n + f) · ln 2 with |f| ≤ ½; 2^f is a polynomial (Chebyshev fit, degree 6, error 3e-9) and 2^n an exponent.
#[inline(always)]
pub unsafe fn exp<V: Lanes>(x: V) -> V {
    use std::f32::consts::LN_2;
    const POWERS: [f32; 7] = [1.0, LN_2, 0.240_226_5, 0.055_503_27, 0.009_618_026, 0.001_340_043_2, 0.000_154_697_32];
    // SAFETY: as the caller vouches, see `Lanes`.
    unsafe {
        let x = x.max(V::splat(-87.0)).min(V::splat(87.0));
        let scaled = x.mul(V::splat(std::f32::consts::LOG2_E));
        let n = scaled.round();
        // ln 2 in two parts: n · HIGH is exact, so the rest keeps its digits.
        const HIGH: f32 = 0.693_359_4;
        const LOW: f32 = -0.000_212_194_44;
        let rest = n.mul_add(V::splat(-LOW), n.mul_add(V::splat(-HIGH), x));
        polynomial(rest.mul(V::splat(std::f32::consts::LOG2_E)), &POWERS).mul(n.power_of_two())
    }
}

/// The error function with an absolute error below 4e-7, nearly all of it rounding: t · P(t²) / Q(t²) up to |t| = 4, where it is 1 − 1.5e-8 and stays.
#[inline(always)]
pub unsafe fn erf<V: Lanes>(t: V) -> V {
    // SAFETY: as the caller vouches, see `Lanes`.
    unsafe {
        let t = t.max(V::splat(-4.0)).min(V::splat(4.0));
        let square = t.mul(t);
        t.mul(polynomial(square, &ERF_ABOVE)).div(polynomial(square, &ERF_BELOW))
    }
}

/// P and Q: a minimax fit (iterated weighted least squares) of erf(t) on |t| ≤ 4, absolute error 2.2e-8 before rounding.
const ERF_ABOVE: [f32; 6] =
    [std::f32::consts::FRAC_2_SQRT_PI, 0.196_249_7, 0.053_467_575, 0.004_003_679, 0.000_288_042_6, 0.000_001_974_829_3];
const ERF_BELOW: [f32; 6] = [1.0, 0.507_252_93, 0.116_476_73, 0.015_444_486, 0.001_216_368_9, 0.000_037_480_917];

/// x · Φ(x), the activation of BERT (Hendrycks and Gimpel, "Gaussian error linear units", 2016), exact form.
#[inline(always)]
pub unsafe fn gelu<V: Lanes>(x: V) -> V {
    // SAFETY: as the caller vouches, see `Lanes`.
    unsafe {
        let half = x.mul(V::splat(0.5));
        half.mul_add(erf(x.mul(V::splat(std::f32::consts::FRAC_1_SQRT_2))), half)
    }
}

/// Coefficients from the constant up, by Horner's rule.
#[inline(always)]
unsafe fn polynomial<V: Lanes, const N: usize>(x: V, coefficients: &[f32; N]) -> V {
    // SAFETY: as the caller vouches, see `Lanes`.
    unsafe {
        let mut value = V::splat(coefficients[N - 1]);
        for &c in coefficients[..N - 1].iter().rev() {
            value = value.mul_add(x, V::splat(c));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Plain;
    use super::*;

    /// One lane through the plain vectors.
    fn scalar(f: unsafe fn(Plain) -> Plain, x: f32) -> f64 {
        // SAFETY: `Plain` needs no instructions and touches no pointer here.
        f64::from(unsafe { f(Plain::splat(x)).highest() })
    }

    /// ∫ of the bell curve from 0 to t by Simpson's rule: an oracle that shares nothing with the fit.
    fn erf_by_area(t: f64) -> f64 {
        let n = 120;
        let bell = |i: usize| (-(t * i as f64 / n as f64).powi(2)).exp();
        let weight = |i: usize| if i == 0 || i == n { 1.0 } else { [2.0, 4.0][i % 2] };
        (0..=n).map(|i| weight(i) * bell(i)).sum::<f64>() * t / (3 * n) as f64 * 2.0 / std::f64::consts::PI.sqrt()
    }

    #[test]
    fn exp_erf_and_gelu_keep_their_errors() {
        for i in -500..=500 {
            let x = i as f32 / 50.0;
            let exact = f64::from(x).exp();
            assert!((scalar(exp::<Plain>, x) / exact - 1.0).abs() < 3e-7, "exp {x}");
            let area = erf_by_area(f64::from(x));
            assert!((scalar(erf::<Plain>, x) - area).abs() < 4e-7, "erf {x}");
            let phi = f64::from(x) * 0.5 * (1.0 + erf_by_area(f64::from(x) / 2f64.sqrt()));
            assert!((scalar(gelu::<Plain>, x) - phi).abs() < 3e-7 * f64::from(x.abs().max(1.0)), "gelu {x}");
        }
        assert!(scalar(exp::<Plain>, f32::NEG_INFINITY) < 1e-37 && scalar(exp::<Plain>, -86.0) > 0.0);
    }
}
