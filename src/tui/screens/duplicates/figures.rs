//! Where the figures of a threshold come from: the curve where it has the point, else the clusters themselves.

use super::State;
use crate::model::Threshold;
use crate::ops::duplicates::at::Figures;
use crate::tui::data::Data;

/// The figures to show, and whether they are those of the threshold, the policy and the records on the screen.
pub fn figures(state: &State, data: &Data) -> Option<(Figures, bool)> {
    let wanted = state.wanted(data);
    let view = data.duplicates.view.as_ref()?;
    let curve = data.duplicates.curve.as_ref();
    let at = data.duplicates.at.as_ref();
    let of_curve = curve.and_then(|curve| curve.curve.at(wanted.threshold)).map(Figures::from);
    if let Some(figures) = of_curve
        && is_hundredth(wanted.threshold)
        && curve.is_some_and(|curve| curve.policy == wanted.policy && curve.view.is(view))
    {
        return Some((figures, true));
    }
    match at {
        Some(at) if (at.asked.threshold, at.asked.policy) == (wanted.threshold, wanted.policy) && at.view.is(view) => {
            Some((at.figures(), true))
        }
        _ => of_curve.or_else(|| at.map(|at| at.figures())).map(|figures| (figures, false)),
    }
}

/// The figures of one threshold by the curve, if they are those of now.
pub fn of_curve(state: &State, data: &Data, threshold: Threshold) -> Option<Figures> {
    let curve = data.duplicates.curve.as_ref()?;
    let is_of_now = curve.policy == state.wanted(data).policy && data.duplicates.view.as_ref().is_some_and(|v| v.is(&curve.view));
    curve.curve.at(threshold).filter(|_| is_of_now).map(Figures::from)
}

/// The curve has a point for every hundredth.
fn is_hundredth(threshold: Threshold) -> bool {
    threshold == Threshold::from_thousandths(threshold.thousandths() / 10 * 10)
}
