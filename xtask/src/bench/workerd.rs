//! The built Worker under bare workerd, beside a JavaScript Worker that returns the same bytes and headers as a constant.
//! Not under `wrangler dev`: its proxy would be most of what is measured.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail};

use super::cases::{self, Case};
use super::load;
use super::setting::{Measured, ROUNDS, SECONDS, Setting};
use crate::project::{Project, say};
use crate::workerd::{self, Recorded};

/// What an isolate keeps of rendered pages (`edge/src/host/page_cache.rs`).
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// Builds the Worker as it is deployed, then measures it, and beside it the one that is built in the checkout `against`.
pub(crate) fn run(project: &Project, against: Option<&Path>) -> Result<()> {
    let setting = Setting::start(project, against)?;
    let mut table = String::from(
        "answer        addresses       ours/s   constant/s   ratio   ours µs   constant µs   ratio   bytes",
    );
    table.push_str(if setting.earlier.is_some() { "   earlier µs   ratio\n" } else { "\n" });
    for case in cases::all() {
        for (label, addresses) in [("one", std::slice::from_ref(&case.one)), ("1,000", case.thousand.as_slice())] {
            say(format!("measuring {} with {label}", case.name));
            table.push_str(&compare(&setting, &case, label, addresses)?);
        }
    }
    #[expect(clippy::print_stdout, reason = "the table is the result; it goes to stdout so that it can be kept")]
    {
        println!(
            "{table}\nmedians of {ROUNDS} rounds of {SECONDS} s, taken in turn; µs is processor time a request; a ratio above 1: faster than \
             the constant"
        );
    }
    Ok(())
}

fn compare(setting: &Setting<'_>, case: &Case, label: &str, addresses: &[String]) -> Result<String> {
    let recorded = typical(setting.shop.port, addresses)?;
    let constant = setting.start_constant(&recorded)?;
    let Measured { ours, theirs, earlier } = setting.measure(&load::script(addresses), &constant)?;
    let mut line = String::new();
    write!(
        line,
        "{:<13} {:<9} {:>12.0} {:>12.0} {:>7.2} {:>9.1} {:>13.1} {:>7.2} {:>7}",
        case.name,
        label,
        ours.requests_per_second,
        theirs.requests_per_second,
        ours.requests_per_second / theirs.requests_per_second,
        ours.microseconds,
        theirs.microseconds,
        theirs.microseconds / ours.microseconds,
        recorded.body.len(),
    )?;
    if let Some(earlier) = earlier {
        write!(line, " {:>12.1} {:>7.2}", earlier.microseconds, theirs.microseconds / earlier.microseconds)?;
    }
    line.push('\n');
    Ok(line)
}

/// Of all the answers the one of median size: what the constant returns for every address.
fn typical(port: u16, addresses: &[String]) -> Result<Recorded> {
    let mut answers = addresses.iter().map(|path| workerd::get(port, path)).collect::<Result<Vec<_>>>()?;
    answers.sort_by_key(|answer| answer.body.len());
    // Different bodies. The rule is not for the API: a product's response is copied out of the edition, kept or not.
    let different: BTreeSet<&[u8]> = answers.iter().map(|answer| answer.body.as_slice()).collect();
    let bytes: usize = different.iter().map(|body| body.len()).sum();
    if addresses.len() > 1 && bytes <= KEPT_BYTES && addresses.iter().all(|address| !address.starts_with("/api/")) {
        bail!("the pages come to {bytes} bytes, which the isolate keeps: they would be measured from memory");
    }
    let middle = answers.len() / 2;
    if middle >= answers.len() {
        bail!("no addresses to measure");
    }
    Ok(answers.swap_remove(middle))
}
