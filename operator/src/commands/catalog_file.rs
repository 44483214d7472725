//! The shared part of `storefront catalog check` and `storefront catalog build`: reading a catalog file under a bar, and printing its report or
//! its faults. Decides nothing about records: the crate `catalog` does.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use catalog::build::{BuildError, Format, Import, Options, Problems, Products, Report, Rule, SearchRules};
use catalog::{Currency, fold};
use serde::Serialize;
use web::foreign::excerpt;

use crate::arguments::ImportOptions;
use crate::clock::Stopwatch;
use crate::context::Context;
use crate::environment::{self, CURRENCY};
use crate::output::{counted, note, shown, warn};
use crate::progress::Progress;
use crate::stopped::{Exit, Stopped};

/// A catalog file that was refused.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusedView<'a> {
    file: String,
    valid: bool,
    /// The records that were read, right or wrong.
    records: usize,
    problem_count: usize,
    problems_by_kind: &'a BTreeMap<&'static str, usize>,
    /// Whether reading ended early, so that there may be more.
    stopped: bool,
    /// The first of them.
    problems: Vec<ProblemView<'a>>,
}

#[derive(Serialize)]
struct ProblemView<'a> {
    line: usize,
    record: Option<usize>,
    id: Option<&'a str>,
    column: Option<&'a str>,
    kind: &'a str,
    rule: String,
}

/// The merchant's rules for searches, which lie beside the catalog file, if there are any.
pub(super) fn search_rules(file: &Path) -> Result<SearchRules> {
    let path = file.with_file_name(SearchRules::FILE_NAME);
    if !path.is_file() {
        return Ok(SearchRules::default());
    }
    let name = shown(&path);
    let opened = File::open(&path).with_context(|| format!("cannot read the rules for searches `{name}`"))?;
    SearchRules::read(opened).with_context(|| format!("the rules for searches `{name}` were refused"))
}

/// Checks that the products and collections that the rules name exist.
pub(super) fn check_rules(products: &Products, file: &Path) -> Result<()> {
    let refused = || {
        let path = file.with_file_name(SearchRules::FILE_NAME);
        format!("the rules for searches `{}` were refused", shown(&path))
    };
    products.check_rules().with_context(refused)
}

/// The settings for a file: those of the mapping file beside it, with the command line's over them.
pub(super) fn import(file: &Path, options: &ImportOptions) -> Result<(Import, Currency)> {
    let beside = map_file(file);
    let saved = match fs::read_to_string(&beside) {
        Ok(text) => {
            note(&format!("with the options of the mapping file `{}`", shown(&beside)));
            let refused = || Stopped::new(Exit::Usage, format!("cannot take the mapping file `{}`", shown(&beside)));
            Import::parse(&text).map_err(|error| anyhow::Error::new(error).context(refused()))?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Import::default(),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read the mapping file `{}`", shown(&beside)));
        }
    };
    let currency = match (options.currency, environment::variable(CURRENCY)?) {
        (Some(currency), _) => currency,
        (None, None) => Currency::default(),
        (None, Some(code)) => Currency::parse(&code).map_err(|error| {
            anyhow::Error::new(error).context(Stopped::new(Exit::Usage, format!("`{CURRENCY}` was refused")))
        })?,
    };
    Ok((options.over(saved), currency))
}

/// Keeps the settings for the next time, if the command line asks for that.
pub(super) fn save(file: &Path, options: &ImportOptions, import: &Import) -> Result<()> {
    let Some(named) = &options.save_map else { return Ok(()) };
    // Without a name it lies beside the export, where it is found again.
    let to = if named.is_empty() { map_file(file) } else { PathBuf::from(named) };
    let text = import.to_text()?;
    fs::write(&to, text).with_context(|| format!("cannot write the mapping file `{}`", shown(&to)))?;
    note(&format!("wrote the mapping file `{}`", shown(&to)));
    Ok(())
}

/// Warns of mappings to columns that the file lacks: a name with a slip of the pen would otherwise leave the field to another column.
pub(super) fn warn_unmatched(import: &Import, report: &Report) {
    // Our own format needs no mapping, and the report about such a file names no column.
    if report.is_own {
        return;
    }
    // Columns are found by these characters of their names, without the prefix of Google's feeds.
    let plain = |name: &str| -> String {
        let name = name.trim();
        fold(name.strip_prefix("g:").unwrap_or(name)).chars().filter(|character| character.is_alphanumeric()).collect()
    };
    for (field, column) in &import.columns {
        let mut found = report.columns.iter().filter(|(known, _)| known == field).flat_map(|(_, columns)| columns);
        if !found.any(|known| plain(known) == plain(column)) {
            warn(&format!("`{field}` is mapped to the column `{}`, which the file lacks", excerpt(column)));
        }
    }
}

/// The end of a command that left out records which break a rule.
pub(super) fn skipped(file: &Path, report: &Report) -> Result<()> {
    let number = report.skipped.total();
    if number == 0 {
        return Ok(());
    }
    let message = format!("{} in `{}`: the records were left out", counted(number, "problem"), shown(file));
    Err(Stopped::new(Exit::Skipped, message).into())
}

/// The mapping file beside an export.
fn map_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(Import::SUFFIX);
    name.into()
}

/// Reads a file of at least so many products with `read`, under a bar; the time it took.
pub(super) fn read<T>(
    file: &Path,
    least: usize,
    (import, currency): (Import, Currency),
    read: impl FnOnce(File, Options<'_>) -> Result<T, BuildError>,
) -> Result<(T, Duration)> {
    let name = shown(file);
    let cannot = |error: io::Error| {
        let exit = if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Failure };
        anyhow::Error::new(error).context(Stopped::new(exit, format!("cannot read the catalog `{name}`")))
    };
    // Checked before the file is opened: opening a pipe without a writer never returns.
    if !fs::metadata(file).map_err(cannot)?.is_file() {
        let stopped = Stopped::new(Exit::Failure, format!("`{name}` is a folder, a pipe or a device, not a file"));
        return Err(stopped.hint("write the catalog into a file first").into());
    }
    let opened = File::open(file).map_err(cannot)?;
    let total = opened.metadata().with_context(|| format!("cannot read the catalog `{name}`"))?.len();
    let bar = Progress::bytes("reading", total);
    let mut before = 0;
    let mut progress = |so_far: catalog::build::Progress| {
        bar.add(so_far.bytes.saturating_sub(before));
        before = so_far.bytes;
    };
    let format = file.file_name().and_then(|name| Format::of_name(&name.to_string_lossy()));
    let watch = Stopwatch::start();
    let read =
        read(opened, Options { format, least, import, currency, progress: Some(&mut progress), ..Options::default() });
    let took = watch.elapsed();
    drop(bar);
    Ok((read.with_context(|| format!("cannot take the catalog `{name}`"))?, took))
}

/// Says what was wrong with a file, if that is what the error is; the error to end with.
pub(super) fn refused(context: &Context<'_>, command: &str, file: &Path, error: anyhow::Error) -> anyhow::Error {
    let Some(BuildError::Refused(problems)) = error.downcast_ref() else {
        return error;
    };
    if let Err(failed) = context.output.result(command, &refused_view(file, problems), &listed(problems)) {
        return failed;
    }
    let number = counted(problems.total(), "problem");
    let stopped =
        Stopped::new(Exit::Failure, format!("the catalog `{}` has {number}; nothing was written", shown(file)));
    let has_too_few = problems.shown().iter().any(|problem| matches!(problem.rule, Rule::TooFewRecords { .. }));
    if has_too_few {
        return stopped.hint("`--min-products NUMBER` takes a file of fewer, 0 one without any").into();
    }
    let lacks = problems.shown().iter().any(|problem| matches!(problem.rule, Rule::NoColumn { .. }));
    if lacks {
        return stopped.hint("`--map FIELD=COLUMN` names the column of a field, `--save-map` keeps it").into();
    }
    stopped.into()
}

fn refused_view<'a>(file: &Path, problems: &'a Problems) -> RefusedView<'a> {
    let first = problems.shown().iter().map(|problem| ProblemView {
        line: problem.line,
        record: problem.record,
        id: problem.id.as_deref(),
        column: problem.column.as_deref(),
        kind: problem.rule.kind(),
        rule: problem.rule.to_string(),
    });
    RefusedView {
        file: shown(file),
        valid: false,
        records: problems.records(),
        problem_count: problems.total(),
        problems_by_kind: problems.counts(),
        stopped: problems.stopped(),
        problems: first.collect(),
    }
}

/// The problems, a line each. The line that counts them is the error's.
fn listed(problems: &Problems) -> String {
    let text = problems.to_string();
    let lines: Vec<&str> = text.lines().skip(1).map(str::trim_start).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_lie_beside_the_catalog_and_a_fault_names_its_place() {
        let folder = std::env::temp_dir().join(format!("storefront-catalog-rules-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let catalog = folder.join("products.json");
        assert!(search_rules(&catalog).unwrap().are_none());
        fs::write(folder.join("search.toml"), "synonyms = [['throw', 'blanket']]").unwrap();
        assert!(!search_rules(&catalog).unwrap().are_none());
        fs::write(folder.join("search.toml"), "\n[redirects]\nreturns = 'https://elsewhere.example'").unwrap();
        let error = format!("{:#}", search_rules(&catalog).unwrap_err());
        assert!(error.contains("search.toml` were refused: line 3, column 11, `redirects.returns`"), "{error}");
        // A product that the catalog lacks.
        let record = r#"[{"id":"1","name":"Mug","description":"","price":1,"imageUrl":"","category":"Mugs","stock":1,"rating":0,"reviews":0}]"#;
        fs::write(folder.join("search.toml"), "[[rule]]\nquery = 'mug'\npin = ['1', '2']").unwrap();
        let products = Products::read(record.as_bytes(), Options::default()).unwrap();
        let products = products.with_rules(search_rules(&catalog).unwrap());
        let error = format!("{:#}", check_rules(&products, &catalog).unwrap_err());
        let expect = "search.toml` were refused: line 3, column 13, `rule[1].pin[2]`: the catalog has no product `2`";
        assert!(error.contains(expect), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
