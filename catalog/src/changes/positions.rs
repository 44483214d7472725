//! The positions of a base's products after changes. Positions are in id order, so a product that is new or gone shifts all behind it.

use crate::changes::change::{Change, Kind};

/// The positions after changes of a base.
pub(super) struct Positions {
    /// How many products there are afterwards.
    pub(super) count: u32,
    /// How many there are in the base.
    before: u32,
    /// Where the shift changes: from which position of the base on it is how much, in order. Empty where no product is new or gone.
    shifts: Vec<(u32, i64)>,
    /// The position of each product of the base, of one that is gone that of the next one; empty likewise.
    table: Vec<u32>,
}

impl Positions {
    /// `None` if there are more than an index can have.
    pub(super) fn of(changes: &[Change<'_>], before: u32) -> Option<Positions> {
        let mut shifts: Vec<(u32, i64)> = Vec::new();
        let mut shift = 0_i64;
        for change in changes {
            let (from, by) = match &change.kind {
                Kind::Other { .. } => continue,
                Kind::New { .. } => (change.place, 1),
                Kind::Gone => (change.place.checked_add(1)?, -1),
            };
            shift += by;
            match shifts.last_mut() {
                Some((last, slot)) if *last == from => *slot = shift,
                _ => shifts.push((from, shift)),
            }
        }
        let mut table = Vec::new();
        if !shifts.is_empty() {
            table.reserve_exact(usize::try_from(before).ok()?);
            let mut next = shifts.iter().peekable();
            let mut by = 0_i64;
            for position in 0..before {
                while let Some((_, shift)) = next.next_if(|(from, _)| *from <= position) {
                    by = *shift;
                }
                table.push(u32::try_from(i64::from(position) + by).ok()?);
            }
        }
        // Three bytes of a position.
        let count = u32::try_from(i64::from(before) + shift).ok().filter(|count| *count < 1 << 24)?;
        Some(Positions { count, before, shifts, table })
    }

    /// Whether any product is new or gone.
    pub(super) fn are_shifted(&self) -> bool {
        !self.shifts.is_empty()
    }

    /// Where a product of the base is, or the next one, if it is gone; `None` if the base has no such product.
    pub(super) fn of_base(&self, position: u32) -> Option<u32> {
        if self.table.is_empty() {
            return (position < self.before).then_some(position);
        }
        self.table.get(usize::try_from(position).ok()?).copied()
    }

    /// By how much all products from one position of the base to another are shifted; `None` if not all by the same.
    pub(super) fn shift_of(&self, first: u32, last: u32) -> Option<i64> {
        let at = |position: u32| self.shifts.partition_point(|(from, _)| *from <= position);
        let place = at(first);
        (place == at(last))
            .then(|| place.checked_sub(1).and_then(|place| self.shifts.get(place)).map_or(0, |(_, by)| *by))
    }

    /// Each change with the position that its product has afterwards, or would have if it were not gone.
    pub(super) fn each<'l, 'a>(changes: &'l [Change<'a>]) -> impl Iterator<Item = (&'l Change<'a>, u32)> {
        let mut shift = 0_i64;
        changes.iter().map(move |change| {
            let position = u32::try_from(i64::from(change.place) + shift).unwrap_or_default();
            shift += match &change.kind {
                Kind::Other { .. } => 0,
                Kind::New { .. } => 1,
                Kind::Gone => -1,
            };
            (change, position)
        })
    }
}
