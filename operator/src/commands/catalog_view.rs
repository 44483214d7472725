//! The result of reading a catalog file, for programs and for people: its columns, its first products, and what was left out and why.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use catalog::build::{Report, Sample};
use serde::Serialize;

use crate::output::{counted, shown, size, warn};

/// A catalog file that was read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View<'a> {
    file: String,
    valid: bool,
    format: String,
    gzip: bool,
    /// Whether it is in our own format; else its columns were mapped.
    own_format: bool,
    products: usize,
    size: u64,
    milliseconds: u128,
    /// The columns that each field comes from.
    columns: Vec<ColumnView<'a>>,
    warnings: Vec<WarningView>,
    encoding: &'static str,
    variants: usize,
    /// The first products, as the shop shows them.
    samples: Vec<SampleView<'a>>,
    left_out: Vec<LeftOutView<'a>>,
    /// What is wrong with records that were skipped.
    skipped: Vec<String>,
    /// What was written, if anything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<IndexView>,
}

/// A file that was written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IndexView {
    pub(super) file: String,
    pub(super) size: u64,
    pub(super) revision: String,
}

#[derive(Serialize)]
struct ColumnView<'a> {
    field: &'a str,
    columns: &'a [String],
}

#[derive(Serialize)]
struct WarningView {
    message: String,
    count: usize,
    line: usize,
}

#[derive(Serialize)]
struct SampleView<'a> {
    id: &'a str,
    name: &'a str,
    price: &'a str,
    category: &'a str,
    stock: &'a str,
    options: &'a [(String, Vec<String>)],
    variants: usize,
    pictures: usize,
}

#[derive(Serialize)]
struct LeftOutView<'a> {
    reason: &'a str,
    count: usize,
    names: &'a [String],
    option: Option<&'a str>,
}

impl<'a> View<'a> {
    /// The view of a file that keeps every rule; its warnings are printed at once.
    pub(super) fn of(file: &Path, report: &'a Report, took: Duration) -> View<'a> {
        for warning in &report.warnings {
            warn(&warning.to_string());
        }
        let warnings = report.warnings.iter();
        let columns = report.columns.iter();
        View {
            file: shown(file),
            valid: true,
            format: report.format.to_string(),
            gzip: report.is_gzip,
            own_format: report.is_own,
            products: report.records,
            size: report.bytes,
            milliseconds: took.as_millis(),
            columns: columns.map(|(field, columns)| ColumnView { field, columns }).collect(),
            warnings: warnings
                .map(|warning| WarningView { message: warning.to_string(), count: warning.count, line: warning.line })
                .collect(),
            encoding: report.encoding.name(),
            variants: report.variants,
            samples: report.samples.iter().map(SampleView::of).collect(),
            left_out: report
                .left_out
                .iter()
                .map(|left| LeftOutView {
                    reason: left.reason,
                    count: left.count,
                    names: &left.names,
                    option: left.option,
                })
                .collect(),
            skipped: report.skipped.shown().iter().map(ToString::to_string).collect(),
            index: None,
        }
    }

    /// The same for a person.
    pub(super) fn text(&self) -> String {
        let kind = if self.own_format { "" } else { ", mapped from another shop's columns" };
        let packed = if self.gzip { ", gzip" } else { "" };
        let (products, size) = (counted(self.products, "product"), size(self.size));
        let time = format!("{}.{:02} s", self.milliseconds / 1000, self.milliseconds % 1000 / 10);
        let mut text =
            format!("`{}` is fine: {products}, {}{packed}, {size}, read in {time}{kind}\n", self.file, self.format);
        for ColumnView { field, columns } in &self.columns {
            let columns: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
            let _ = writeln!(text, "  {field}: {}", columns.join(", else "));
        }
        for LeftOutView { reason, count, names, option } in &self.left_out {
            let more = if *count > names.len() { ", …" } else { "" };
            let _ = write!(text, "left out: {} ({reason}): {}{more}", counted(*count, "product"), names.join(", "));
            let _ = writeln!(text, "{}", option.map(|option| format!("; `{option}` takes them")).unwrap_or_default());
        }
        for problem in &self.skipped {
            let _ = writeln!(text, "skipped: {problem}");
        }
        text
    }

    /// The first products, as the shop shows them.
    pub(super) fn shown(&self) -> String {
        let mut text = String::new();
        if self.own_format || self.samples.is_empty() {
            return text;
        }
        text.push_str("as the shop shows them:\n");
        for sample in &self.samples {
            let SampleView { id, name, price, category, stock, options, variants, pictures } = sample;
            let _ = writeln!(text, "  {name} ({id}): {price}, {category}, {stock}, {}", counted(*pictures, "picture"));
            for (option, values) in *options {
                let values: Vec<&str> = values.iter().take(12).map(String::as_str).collect();
                let _ = writeln!(text, "    {option}: {} ({})", values.join(", "), counted(*variants, "variant"));
            }
        }
        text
    }
}

impl<'a> SampleView<'a> {
    fn of(sample: &'a Sample) -> SampleView<'a> {
        SampleView {
            id: &sample.id,
            name: &sample.name,
            price: &sample.price,
            category: &sample.category,
            stock: &sample.stock,
            options: &sample.options,
            variants: sample.variants,
            pictures: sample.pictures,
        }
    }
}
