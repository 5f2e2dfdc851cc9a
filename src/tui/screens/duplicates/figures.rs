//! Where the figures of a threshold come from: the curve where it has the point, else the clusters themselves.

use super::State;
use crate::model::Threshold;
use crate::ops::duplicates::at::Figures;
use crate::tui::data::Data;

/// The figures to show, and whether they are those of the threshold, the policy and the records on the screen.
pub fn figures(state: &State, data: &Data) -> Option<(Figures, bool)> {
    let (threshold, policy) = (state.threshold(data), state.policy(data));
    let view = data.duplicates.view()?;
    let curve = data.duplicates.curve(policy);
    let at = data.duplicates.at.as_ref().map(|cut| &cut.at).filter(|at| at.view.lens() == view.lens());
    let of_curve = curve.and_then(|curve| curve.curve.at(threshold)).map(Figures::from);
    if let Some(figures) = of_curve
        && is_hundredth(threshold)
        && curve.is_some_and(|curve| curve.view.is(view))
    {
        return Some((figures, true));
    }
    match at {
        Some(at) if (at.asked.threshold, at.asked.policy) == (threshold, policy) && at.view.is(view) => {
            Some((at.figures(), true))
        }
        _ => of_curve.or_else(|| at.map(|at| at.figures())).map(|figures| (figures, false)),
    }
}

/// The figures of one threshold by the curve, if they are those of now.
pub fn of_curve(state: &State, data: &Data, threshold: Threshold) -> Option<Figures> {
    let curve = data.duplicates.curve(state.policy(data))?;
    let is_of_now = data.duplicates.view().is_some_and(|view| view.is(&curve.view));
    curve.curve.at(threshold).filter(|_| is_of_now).map(Figures::from)
}

/// The curve has a point for every hundredth.
fn is_hundredth(threshold: Threshold) -> bool {
    threshold == Threshold::from_thousandths(threshold.thousandths() / 10 * 10)
}
