//! `xtask/budget.toml`: the size of the Worker's code by crate, as of the last reason that somebody gave, and the bytes that a change may add
//! without one. Numbers are bytes; the ledger is compared with the release build that lies in the checkout.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use toml::Table;

use super::row::{Row, Unit};
use crate::wasm::Parts;

/// The file, relative to the root.
pub(super) const PATH: &str = "xtask/budget.toml";

const HEADER: &str = "\
# The size of the Worker's code, in bytes. `cargo xtask budget` compares it with the release build, and `cargo xtask budget --record
# --reason TEXT` writes it anew; `allowance` is edited by hand. A function belongs to the crate that its path names first.
";

/// Growth without a reason that a ledger allows when it is written for the first time.
const ALLOWANCE: Allowance = Allowance { compressed: 8 * 1024, row: 16 * 1024 };

/// What a change may add without a stated reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// To the whole, after gzip.
    pub(super) compressed: u64,
    /// To one row, before compression.
    pub(super) row: u64,
}

/// A measured Worker.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Module and script without the catalog, after gzip.
    pub(super) compressed: u64,
    /// Before compression, by crate.
    pub(super) crates: BTreeMap<String, u64>,
    /// Before compression: what belongs to no crate.
    pub(super) parts: BTreeMap<String, u64>,
}

/// The sizes that were recorded, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ledger {
    pub(super) reason: String,
    pub(super) allowance: Allowance,
    pub(super) sizes: Sizes,
}

impl Sizes {
    pub(super) fn new(module: Parts, script: u64, compressed: u64) -> Sizes {
        let parts = [("data", module.data), ("script", script), ("sections", module.sections)];
        let parts = parts.map(|(name, bytes)| (name.to_owned(), bytes)).into();
        Sizes { compressed, crates: module.crates, parts }
    }

    /// Every row, the largest first; rows of the same size by name.
    fn rows(&self) -> Vec<(&str, u64)> {
        let all = self.crates.iter().chain(&self.parts);
        let mut rows: Vec<(&str, u64)> = all.map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        rows.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        rows
    }

    fn of(&self, name: &str) -> u64 {
        self.crates.get(name).or_else(|| self.parts.get(name)).copied().unwrap_or_default()
    }
}

impl Ledger {
    pub(super) fn parse(text: &str) -> Result<Ledger> {
        let table: Table = text.parse().with_context(|| format!("`{PATH}` is not TOML"))?;
        let allowance = section(&table, "allowance")?;
        Ok(Ledger {
            reason: table.get("reason").and_then(toml::Value::as_str).unwrap_or_default().to_owned(),
            allowance: Allowance { compressed: number(allowance, "compressed")?, row: number(allowance, "row")? },
            sizes: Sizes {
                compressed: number(&table, "compressed")?,
                crates: numbers(section(&table, "crates")?)?,
                parts: numbers(section(&table, "parts")?)?,
            },
        })
    }

    /// The next ledger: the measured sizes, with the allowance of the one before.
    pub(super) fn next(before: Option<&Ledger>, sizes: Sizes, reason: String) -> Ledger {
        Ledger { reason, allowance: before.map_or(ALLOWANCE, |before| before.allowance), sizes }
    }

    pub(super) fn render(&self) -> Result<String> {
        let table = |rows: &BTreeMap<String, u64>| -> Result<Table> {
            rows.iter().map(|(name, bytes)| Ok((name.clone(), toml::Value::from(i64::try_from(*bytes)?)))).collect()
        };
        let allowance = [("compressed", self.allowance.compressed), ("row", self.allowance.row)];
        let mut whole = Table::new();
        whole.insert("reason".to_owned(), self.reason.clone().into());
        whole.insert("compressed".to_owned(), i64::try_from(self.sizes.compressed)?.into());
        whole.insert(
            "allowance".to_owned(),
            table(&allowance.map(|(name, bytes)| (name.to_owned(), bytes)).into())?.into(),
        );
        whole.insert("crates".to_owned(), table(&self.sizes.crates)?.into());
        whole.insert("parts".to_owned(), table(&self.sizes.parts)?.into());
        Ok(format!("{HEADER}{}", toml::to_string(&whole).context("cannot write the ledger")?))
    }

    /// The growth of the whole and of each row that grew by more than the allowance, as budgets of their own.
    pub(super) fn growth(&self, now: &Sizes) -> Vec<Row> {
        let whole = now.compressed.saturating_sub(self.sizes.compressed);
        let mut rows = vec![Row::bytes("growth of the Worker's code, gzip", whole, self.allowance.compressed)];
        for (name, bytes) in now.rows() {
            let grown = bytes.saturating_sub(self.sizes.of(name));
            if grown > self.allowance.row {
                rows.push(Row::bytes(format!("growth of `{name}`"), grown, self.allowance.row));
            }
        }
        rows
    }

    /// The ledger for a person: every row, its share, and the difference from what was recorded.
    pub(super) fn table(&self, now: &Sizes) -> String {
        let rows = now.rows();
        let all: u64 = rows.iter().map(|(_, bytes)| bytes).sum();
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let mut text = String::new();
        for (name, bytes) in rows {
            let (share, change) = (bytes * 1000 / all.max(1), change(self.sizes.of(name), bytes));
            let line = format!(
                "  {name:width$}  {:>11}  {:>3}.{} %  {change}",
                Unit::Bytes.show(bytes),
                share / 10,
                share % 10
            );
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let gone = self.sizes.rows().into_iter().filter(|(name, bytes)| *bytes > 0 && now.of(name) == 0);
        for (name, bytes) in gone {
            let _ = writeln!(text, "  {name:width$}  {:>11}           {}", "gone", change(bytes, 0));
        }
        let _ = writeln!(text, "  recorded because: {}", self.reason);
        text
    }
}

fn change(before: u64, now: u64) -> String {
    match now.abs_diff(before) {
        0 => String::new(),
        change => format!("{}{}", if now > before { "+" } else { "−" }, Unit::Bytes.show(change)),
    }
}

fn section<'a>(table: &'a Table, name: &str) -> Result<&'a Table> {
    table.get(name).and_then(toml::Value::as_table).with_context(|| format!("`{PATH}` has no table `{name}`"))
}

fn number(table: &Table, name: &str) -> Result<u64> {
    let number = table.get(name).and_then(toml::Value::as_integer).and_then(|number| u64::try_from(number).ok());
    number.with_context(|| format!("`{name}` in `{PATH}` is no number of bytes"))
}

fn numbers(table: &Table) -> Result<BTreeMap<String, u64>> {
    table.keys().map(|name| Ok((name.clone(), number(table, name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::row::verdict;
    use super::*;

    fn sizes(compressed: u64, crates: &[(&str, u64)]) -> Sizes {
        let crates = crates.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect();
        Sizes::new(Parts { crates, data: 10, sections: 20 }, 30, compressed)
    }

    fn ledger() -> Ledger {
        let sizes = sizes(1000, &[("catalog", 4000), ("edge", 2000)]);
        let reason = "the \"first\" one".to_owned();
        Ledger { reason, allowance: Allowance { compressed: 100, row: 500 }, sizes }
    }

    #[test]
    fn a_ledger_reads_back() {
        assert_eq!(Ledger::parse(&ledger().render().unwrap()).unwrap(), ledger());
    }

    #[test]
    fn a_new_ledger_keeps_the_allowance_that_somebody_set() {
        let next = |before: Option<&Ledger>| Ledger::next(before, sizes(1, &[]), "why".to_owned()).allowance;
        assert_eq!(next(Some(&ledger())), ledger().allowance);
        assert_eq!(next(None), ALLOWANCE);
    }

    #[test]
    fn growth_beyond_the_allowance_needs_a_reason() {
        #[track_caller]
        fn check(now: &Sizes, failed: u64) {
            assert_eq!(verdict(&ledger().growth(now)).0.failed, failed, "{now:?}");
        }
        check(&sizes(1000, &[("catalog", 4000), ("edge", 2000)]), 0);
        check(&sizes(1100, &[("catalog", 4500), ("edge", 2000)]), 0);
        check(&sizes(1101, &[("catalog", 4000), ("edge", 2000)]), 1);
        check(&sizes(1000, &[("catalog", 4501), ("edge", 2000)]), 1);
        check(&sizes(1000, &[("catalog", 4000), ("edge", 2000), ("worker", 501)]), 1);
        // Less is never a fault, and a crate may take over what another one had.
        check(&sizes(10, &[("catalog", 1)]), 0);
    }

    #[test]
    fn the_table_names_what_has_changed() {
        let text = ledger().table(&sizes(1000, &[("catalog", 5024), ("worker", 1024)]));
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines[0], "catalog      4.91 KiB   82.2 %  +1 KiB");
        assert_eq!(lines[1], "worker          1 KiB   16.7 %  +1 KiB");
        assert!(text.contains("edge             gone           −1.96 KiB\n"), "{text}");
        assert_eq!(lines[6], "recorded because: the \"first\" one");
    }

    #[test]
    fn a_ledger_that_lacks_something_is_refused_by_name() {
        let error = Ledger::parse("compressed = 1\n[allowance]\nrow = 1\n").unwrap_err();
        assert_eq!(error.to_string(), "`compressed` in `xtask/budget.toml` is no number of bytes");
    }
}
