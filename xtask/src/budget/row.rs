//! One budget with its measurement, and the table of several.
//! Figures are whole numbers of a small unit, so that a comparison is exact, and a figure that reads as within a limit is within it.

use std::fmt::Write as _;

use crate::counts::Counts;

pub(crate) const KIB: u64 = 1024;

/// What the figures of a row count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Milliseconds,
    /// Hundredths of another measurement of the same run.
    Hundredths,
}

/// One budget and what was measured against it.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: Unit,
    pub(crate) measured: u64,
    pub(crate) limit: u64,
}

/// How many rows are within their limits, and the table of them all.
pub(crate) fn verdict(rows: &[Row]) -> (Counts, String) {
    let mut counts = Counts::default();
    for row in rows {
        counts += Counts::one(row.fits());
    }
    (counts, table(rows))
}

impl Row {
    pub(crate) fn bytes(what: impl Into<String>, measured: u64, limit: u64) -> Row {
        Row { what: what.into(), unit: Unit::Bytes, measured, limit }
    }

    fn fits(&self) -> bool {
        self.measured <= self.limit
    }
}

impl Unit {
    pub(crate) fn show(self, figure: u64) -> String {
        match self {
            Unit::Bytes => amount(figure),
            Unit::Milliseconds => format!("{figure} ms"),
            Unit::Hundredths => format!("{}.{:02} ×", figure / 100, figure % 100),
        }
    }
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let (measured, limit) = (row.unit.show(row.measured), row.unit.show(row.limit));
        let verdict = if row.fits() { "" } else { "  OVER BUDGET" };
        let _ = writeln!(text, "  {:width$}  {measured:>11} of {limit}{verdict}", row.what);
    }
    text
}

/// A size in KiB with two places, rounded up.
fn amount(bytes: u64) -> String {
    let hundredths = (bytes * 100).div_ceil(KIB);
    match hundredths % 100 {
        0 => format!("{} KiB", hundredths / 100),
        rest => format!("{}.{rest:02} KiB", hundredths / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_up() {
        #[track_caller]
        fn check(bytes: u64, expect: &str) {
            assert_eq!(amount(bytes), expect);
        }
        check(0, "0 KiB");
        check(1, "0.01 KiB");
        check(10 * KIB, "10 KiB");
        check(10 * KIB + 1, "10.01 KiB");
        check(1536, "1.50 KiB");
    }

    #[test]
    fn figures_carry_their_unit() {
        assert_eq!(Unit::Bytes.show(1024), "1 KiB");
        assert_eq!(Unit::Milliseconds.show(153), "153 ms");
        assert_eq!(Unit::Hundredths.show(107), "1.07 ×");
    }

    #[test]
    fn a_limit_itself_is_within_it() {
        let limit = 2 * KIB;
        let row = |measured| Row::bytes("loader", measured, limit);
        assert_eq!(verdict(&[row(limit), row(limit + 1)]).0, Counts { passed: 1, failed: 1, skipped: 0 });
        assert_eq!(
            table(&[row(limit), row(limit + 1)]),
            "  loader        2 KiB of 2 KiB\n  loader     2.01 KiB of 2 KiB  OVER BUDGET\n"
        );
    }
}
