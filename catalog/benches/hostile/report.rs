//! The figures of one size as a table in Markdown, the worst text last.

use std::fmt::Write as _;
use std::time::Duration;

/// The figures of one size of the catalog.
pub(crate) struct Size {
    pub(crate) products: usize,
    /// A plain list.
    pub(crate) list: Duration,
    /// A plain search for the commonest word.
    pub(crate) one_word: Duration,
    pub(crate) timed: Vec<Timed>,
}

/// A text, asked for in the way that takes longest.
pub(crate) struct Timed {
    pub(crate) name: &'static str,
    pub(crate) asked: &'static str,
    /// How long the address is.
    pub(crate) bytes: usize,
    /// The work that the engine counts.
    pub(crate) steps: u64,
    pub(crate) took: Duration,
}

impl Size {
    pub(crate) fn table(&self) -> String {
        let mut timed: Vec<&Timed> = self.timed.iter().collect();
        timed.sort_by_key(|one| one.took);
        let mut out = format!(
            "{} products; a plain list {}, a plain search for the commonest word {}\n\n\
             | text | asked for, the dearest | bytes | steps | time | to a plain list | to a one-word search |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n",
            self.products,
            show(self.list),
            show(self.one_word),
        );
        for Timed { name, asked, bytes, steps, took } in timed {
            let (list, one_word) = (ratio(*took, self.list), ratio(*took, self.one_word));
            // Writing to a `String` cannot fail.
            let _ =
                writeln!(out, "| {name} | {asked} | {bytes} | {steps} | {} | {list:.1} | {one_word:.2} |", show(*took));
        }
        out
    }
}

fn ratio(took: Duration, reference: Duration) -> f64 {
    took.as_secs_f64() / reference.as_secs_f64().max(f64::MIN_POSITIVE)
}

fn show(took: Duration) -> String {
    let micros = took.as_secs_f64() * 1e6;
    if micros < 1000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1000.0) }
}
