//! The output of a command: data on stdout, as text or as one JSON document; messages on stderr. Colours nothing, so `NO_COLOR` is kept.
//! A closed pipe is no error. No printed text drives a terminal, whatever its source.
#![expect(clippy::print_stderr, reason = "a command line talks")]

use std::cell::Cell;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use web::foreign;

/// The schema of every JSON document. Fields may be added to it; a change of one that is there takes a new number.
const SCHEMA: u32 = 1;

/// The longest line of talk, cell of a table or path that is shown, in characters.
pub(crate) const LINE_LIMIT: usize = 1000;

/// Where and how results go.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    /// Whether a document was printed; there is one a command, and an error is one if nothing else was.
    printed: Cell<bool>,
}

#[derive(Serialize)]
struct Document<'a, T> {
    schema: u32,
    command: &'a str,
    #[serde(flatten)]
    result: &'a T,
}

#[derive(Serialize)]
struct Failed<'a, T> {
    error: &'a T,
}

impl Output {
    pub(crate) fn new(json: bool) -> Output {
        Output { json, printed: Cell::new(false) }
    }

    /// The result of a command, in the form that was asked for.
    pub(crate) fn result(&self, command: &str, result: &impl Serialize, text: &str) -> Result<()> {
        if !self.json {
            return print(text);
        }
        self.printed.set(true);
        let document = Document { schema: SCHEMA, command, result };
        let json = serde_json::to_string(&document).context("the result cannot be written as JSON")?;
        print(&foreign::ascii_json(&json))
    }

    /// How a command failed: text for the person on stderr, and with `--json` a document on stdout unless it has its result.
    pub(crate) fn failure(&self, command: &str, failure: &(impl Display + Serialize)) {
        eprintln!("{}", failure.to_string().trim_end());
        self.document(command, failure);
    }

    /// The document alone.
    pub(crate) fn document(&self, command: &str, failure: &impl Serialize) {
        if self.json && !self.printed.get() {
            // A stdout that cannot be written to takes no message about it either.
            let _ = self.result(command, &Failed { error: failure }, "");
        }
    }
}

/// Lines for stdout. Those who put names together into lines see to it that none of them holds a line end.
pub(crate) fn print(text: &str) -> Result<()> {
    let text: Vec<String> =
        text.trim_end_matches('\n').split('\n').map(|line| foreign::line(line, usize::MAX)).collect();
    raw(&text.join("\n"))
}

/// A script of this program's own, with whatever characters a shell needs.
pub(crate) fn raw(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to stdout"),
        _ => Ok(()),
    }
}

/// A line for the person who reads along.
pub(crate) fn note(text: &str) {
    eprintln!("{}", foreign::line(text, LINE_LIMIT));
}

/// The line before the result of a dry run.
pub(crate) fn dry_run(dry: bool) {
    if dry {
        note("dry run: nothing is written");
    }
}

/// Something that is not as it should be, but stops nothing.
pub(crate) fn warn(text: &str) {
    note(&format!("warning: {text}"));
}

/// A path for a message.
pub(crate) fn shown(path: &Path) -> String {
    foreign::line(&path.display().to_string(), LINE_LIMIT)
}

/// A number of bytes for a person.
pub(crate) fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..1_048_576 => format!("{} KiB", tenths(KIB)),
        _ => format!("{} MiB", tenths(KIB * KIB)),
    }
}

/// A number of things: `1 file`, `3 files`.
pub(crate) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Rows whose columns line up.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let plain = |row: &Vec<String>| row.iter().map(|cell| foreign::line(cell, LINE_LIMIT)).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(plain).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        #[track_caller]
        fn check(bytes: u64, expect: &str) {
            assert_eq!(size(bytes), expect);
        }
        check(0, "0 B");
        check(1023, "1023 B");
        check(1536, "1.5 KiB");
        check(1_048_576, "1.0 MiB");
    }

    #[test]
    fn a_cell_is_one_line_of_plain_text() {
        let rows = [["a\nerror: forged", "\u{9b}31m"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "a\\nerror: forged  \\u{9b}31m\n");
    }

    #[test]
    fn columns_line_up_and_lines_end_without_spaces() {
        let rows = [["version", "role"], ["1.0.0-dev.12", ""]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "version       role\n1.0.0-dev.12\n");
    }
}
