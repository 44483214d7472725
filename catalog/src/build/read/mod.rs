//! Reading a catalog file: one record at a time, from the bytes to a record that keeps every rule or a list of what is wrong.
//! Holds the records that its caller keeps and the ids of all, never the text.

mod assemble;
mod columns;
mod export;
mod feed;
mod group;
mod join;
mod known;
mod lines;
mod mapped;
mod more;
mod names;
mod number;
mod part;
mod sample;
mod table;
mod visible;
mod words;

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use self::columns::Meaning;
use self::export::Export;
use self::feed::{Item, Items};
use self::group::Groups;
use self::known::Candidate;
use self::lines::Lines;
use self::table::{Row, Rows};
use crate::build::syntax::format::Format;
use crate::build::syntax::input::{Halt, Input, Text};
use crate::build::syntax::json::{Elements, Members, Place};

use web::foreign::excerpt;

use crate::build::import::{Import, Settings};
use crate::build::limits::Limits;
use crate::build::problem::BuildError;
use crate::build::problem::{Problem, Problems, Rule};
use crate::build::record::{self, Outcome, Record};
use crate::build::report::{Report, Sample, WarningKind, Warnings};
use crate::build::syntax::encoding::Encoding;
use crate::build::syntax::value::Value;
use crate::model::currency::Currency;
use crate::model::picture::MAX_PICTURE_HOSTS;

/// How a catalog file is to be read.
#[derive(Default)]
pub struct Options<'a> {
    /// The format, if the file's name tells it; else its text does.
    pub format: Option<Format>,
    /// The currency of its prices.
    pub currency: Currency,
    /// How large it may be.
    pub limits: Limits,
    /// How few products it may have: an export that failed has none.
    pub least: usize,
    /// What the merchant decides about an export.
    pub import: Import,
    /// Is told how far reading is, every 256 KiB and at the end.
    pub progress: Option<&'a mut dyn FnMut(Progress)>,
}

/// How far reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The bytes of the file that were read, packed as it is.
    pub bytes: u64,
    /// The records that were read.
    pub records: usize,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("format", &self.format)
            .field("currency", &self.currency)
            .field("limits", &self.limits)
            .field("least", &self.least)
            .field("import", &self.import)
            .finish_non_exhaustive()
    }
}

/// Reads all records and gives each one that is right to `keep`. It is called before all are known to be right.
pub(super) fn read(file: impl Read, options: Options<'_>, keep: &mut dyn FnMut(Record)) -> Result<Report, BuildError> {
    let limits = options.limits;
    let encoding = options.import.encoding;
    let settings = Settings { import: options.import, currency: options.currency };
    let input = match Input::open(file, limits, encoding) {
        Ok(input) => input,
        Err(halt) => return Err(Reading::new(limits, settings, keep).stopped(halt)),
    };
    let format = Format::of_text(&input.head, options.format);
    let is_gzip = input.is_gzip;
    let mut reading = Reading::new(limits, settings, keep);
    reading.progress = options.progress;
    reading.encoding = input.encoding;
    let mut source = match format {
        Format::Json => Source::Json(Elements::new(input.text, limits.record_bytes)),
        Format::Ndjson => Source::Ndjson(Lines::new(input.text, limits.record_bytes)),
        Format::Csv => Source::Csv(Box::new(Rows::new(input.text, &input.head, limits.record_bytes))),
        Format::Xml => Source::Feed(Box::new(Items::new(input.text, limits.record_bytes))),
    };
    let read = match &mut source {
        Source::Csv(rows) => reading.table(rows),
        Source::Feed(items) => reading.feed(items),
        json => reading.json(json),
    };
    if let Err(halt) = read {
        return Err(reading.stopped(halt));
    }
    let bytes = source.text().taken();
    reading.groups();
    reading.report(format, is_gzip, bytes, options.least)
}

/// Where the records come from.
enum Source<'a> {
    Json(Elements<'a>),
    Ndjson(Lines<'a>),
    Csv(Box<Rows<'a>>),
    Feed(Box<Items<'a>>),
}

/// What is known so far.
struct Reading<'p, 'k> {
    limits: Limits,
    currency: Currency,
    progress: Option<&'p mut dyn FnMut(Progress)>,
    told_at: u64,
    keep: &'k mut dyn FnMut(Record),
    /// The records that were read, right or wrong, and those that were kept.
    position: usize,
    kept: usize,
    /// Whether the file is in our own format, once its first columns are known.
    is_own: Option<bool>,
    export: Export,
    groups: Groups,
    settings: Settings,
    encoding: Encoding,
    variants: usize,
    samples: Vec<Sample>,
    /// What is wrong with records that are left out for it.
    skipped: Problems,
    /// The record that has each id.
    first_uses: BTreeMap<String, usize>,
    /// The origins of the pictures.
    hosts: BTreeSet<String>,
    problems: Problems,
    /// The places of the records that broke a rule.
    wrong: BTreeSet<usize>,
    warnings: Warnings,
}

impl<'a> Source<'a> {
    fn text(&self) -> &Text<'a> {
        match self {
            Source::Json(elements) => elements.text(),
            Source::Ndjson(lines) => lines.text(),
            Source::Csv(rows) => rows.text(),
            Source::Feed(items) => items.text(),
        }
    }

    fn next(&mut self, record: &mut Vec<u8>) -> Result<Option<Place>, Halt> {
        match self {
            Source::Json(elements) => elements.next(record),
            Source::Ndjson(lines) => lines.next(record),
            Source::Csv(_) | Source::Feed(_) => Ok(None),
        }
    }
}

impl<'k> Reading<'_, 'k> {
    /// So many products are shown in a report.
    const SAMPLES: usize = 3;

    fn new(limits: Limits, settings: Settings, keep: &'k mut dyn FnMut(Record)) -> Self {
        Reading {
            limits,
            currency: settings.currency,
            progress: None,
            told_at: 0,
            keep,
            position: 0,
            kept: 0,
            is_own: None,
            export: Export::new(settings.clone()),
            groups: Groups::default(),
            settings,
            encoding: Encoding::Utf8,
            variants: 0,
            samples: Vec::new(),
            skipped: Problems::default(),
            first_uses: BTreeMap::new(),
            hosts: BTreeSet::new(),
            problems: Problems::default(),
            wrong: BTreeSet::new(),
            warnings: Warnings::default(),
        }
    }

    fn json(&mut self, source: &mut Source<'_>) -> Result<(), Halt> {
        let mut bytes = Vec::new();
        while let Some(place) = source.next(&mut bytes)? {
            self.count(place.line)?;
            match self.members(&bytes, place) {
                Ok(members) => self.object(members, place.line),
                Err(rule) => self.problem(place.line, None, None, rule),
            }
            self.tell(source.text());
        }
        Ok(())
    }

    /// The members of a record, if it is an object.
    fn members<'t>(&self, bytes: &'t [u8], place: Place) -> Result<Members<'t>, Rule> {
        let text = core::str::from_utf8(bytes).map_err(|_| Rule::NotUtf8)?;
        if bytes.contains(&0) {
            return Err(Rule::Nul);
        }
        if crate::build::syntax::json::depth(bytes) > self.limits.depth {
            return Err(Rule::TooDeep { maximum: self.limits.depth });
        }
        serde_json::from_str(text).map_err(|error| {
            if error.classify() == serde_json::error::Category::Data {
                return Rule::NotAnObject;
            }
            let before = if error.line() == 1 { place.column - 1 } else { 0 };
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_owned();
            Rule::Syntax { line: place.line + error.line() - 1, column: before + error.column(), message }
        })
    }

    fn object(&mut self, Members(members): Members<'_>, line: usize) {
        let is_own = *self.is_own.get_or_insert_with(|| columns::are_our_own(&members.iter().map(|(name, _)| &**name)));
        let members = members.into_iter().map(|(name, value)| (name, Value::Json(value)));
        if is_own {
            let outcome = record::read(members, self.currency, line, &mut self.warnings);
            return self.take(outcome, line);
        }
        let (part, left_out) = self.export.members(&members.collect::<Vec<_>>(), line, &mut self.warnings);
        self.add(part, left_out);
    }

    fn feed(&mut self, items: &mut Items<'_>) -> Result<(), Halt> {
        self.is_own = Some(false);
        while let Some(Item { line, members }) = items.next()? {
            self.count(line)?;
            let members: Vec<_> =
                members.iter().map(|(name, text)| (name.as_str().into(), Value::Cell(text.as_str()))).collect();
            let (part, left_out) = self.export.members(&members, line, &mut self.warnings);
            self.add(part, left_out);
            self.tell(items.text());
        }
        Ok(())
    }

    fn table(&mut self, rows: &mut Rows<'_>) -> Result<(), Halt> {
        let mut row = Row::default();
        let Some(line) = rows.next(&mut row)? else {
            return Err(Halt::Refused { line: 1, rule: Rule::NoHeader });
        };
        let header: Vec<String> = match row.cells() {
            Some(_) if row.has_nul() => return Err(Halt::Refused { line, rule: Rule::Nul }),
            Some(cells) => cells.map(str::to_owned).collect(),
            None => return Err(Halt::Refused { line, rule: Rule::NotUtf8 }),
        };
        let Some(meanings) = self.header(&header, line) else {
            return Ok(());
        };
        while let Some(line) = rows.next(&mut row)? {
            self.count(line)?;
            self.row(&row, &header, &meanings, line);
            self.tell(rows.text());
        }
        Ok(())
    }

    /// What the columns mean, unless something is wrong with them.
    fn header(&mut self, header: &[String], line: usize) -> Option<Vec<Option<Meaning>>> {
        let is_own = columns::are_our_own(&header.iter().map(String::as_str));
        self.is_own = Some(is_own);
        let rules = if is_own {
            record::header_problems(header)
        } else {
            match self.export.header(header, &mut self.warnings) {
                Ok(meanings) => return Some(meanings),
                Err(rules) => rules,
            }
        };
        let is_fine = rules.is_empty();
        for rule in rules {
            self.problem_of_file(line, rule);
        }
        is_fine.then(Vec::new)
    }

    fn row(&mut self, row: &Row, header: &[String], meanings: &[Option<Meaning>], line: usize) {
        let Some(cells) = row.cells() else {
            return self.problem(line, None, None, Rule::NotUtf8);
        };
        if row.has_nul() {
            return self.problem(line, None, None, Rule::Nul);
        }
        // Spreadsheet programs write rows of nothing below the last one.
        if row.is_blank() {
            return;
        }
        if row.len() != header.len() {
            return self.problem(line, None, None, Rule::Width { expected: header.len(), found: row.len() });
        }
        if self.is_own == Some(true) {
            let members = header.iter().zip(cells).map(|(name, cell)| (name.as_str().into(), Value::Cell(cell)));
            let outcome = record::read(members, self.currency, line, &mut self.warnings);
            return self.take(outcome, line);
        }
        let found = meanings
            .iter()
            .zip(cells)
            .filter_map(|(meaning, cell)| meaning.map(|meaning| Candidate { meaning, value: Value::Cell(cell) }));
        let (part, left_out) = self.export.record(found.collect(), Vec::new(), line, &mut self.warnings);
        self.add(part, left_out);
    }

    fn take(&mut self, outcome: Outcome, line: usize) {
        let Outcome { record, id, is_unpublished, mut problems } = outcome;
        if is_unpublished && !self.settings.import.include_unpublished {
            let name = record.map(|record| record.name).or(id).unwrap_or_default();
            return self.warnings.leave_out("unpublished", &name, group::UNPUBLISHED);
        }
        if let Some(id) = &id {
            match self.first_uses.get(id) {
                Some(first) => problems.push((None, Rule::Duplicate { first: *first })),
                None => {
                    self.first_uses.insert(id.clone(), self.position);
                }
            }
        }
        for (column, rule) in problems {
            self.problem(line, id.as_deref(), column, rule);
        }
        let hosts = record.as_ref().map(|record| record.image_origins.clone()).unwrap_or_default();
        if let Some(host) = hosts.into_iter().find_map(|host| self.one_host_more(host)) {
            self.problem(line, id.as_deref(), None, Rule::TooManyHosts { host });
        }
        let is_wrong = self.is_wrong(self.position);
        if let Some(record) = record.filter(|_| self.problems.is_empty() && !is_wrong) {
            self.kept += 1;
            self.variants += record.details.variants.len();
            if self.samples.len() < Self::SAMPLES {
                self.samples.push(sample::of(&record, self.currency));
            }
            (self.keep)(record);
        }
    }

    /// The host of a record's picture, if it is the first one past the limit; those behind it are not named.
    fn one_host_more(&mut self, host: String) -> Option<String> {
        if self.hosts.len() > MAX_PICTURE_HOSTS || !self.hosts.insert(host.clone()) {
            return None;
        }
        (self.hosts.len() > MAX_PICTURE_HOSTS).then_some(host)
    }

    fn count(&mut self, line: usize) -> Result<(), Halt> {
        if self.position == self.limits.records {
            let rule = Rule::TooManyRecords { maximum: self.limits.records };
            return Err(Halt::Refused { line, rule });
        }
        self.position += 1;
        Ok(())
    }

    fn tell(&mut self, text: &Text<'_>) {
        const EVERY: u64 = 256 * 1024;
        let bytes = text.taken();
        if bytes >= self.told_at + EVERY {
            self.tell_now(bytes);
        }
    }

    fn tell_now(&mut self, bytes: u64) {
        self.told_at = bytes;
        if let Some(progress) = &mut self.progress {
            progress(Progress { bytes, records: self.position });
        }
    }

    fn problem(&mut self, line: usize, id: Option<&str>, column: Option<String>, rule: Rule) {
        let (record, id) = (Some(self.position), id.map(excerpt));
        self.wrong.insert(self.position);
        let problems = if self.settings.import.skip_invalid { &mut self.skipped } else { &mut self.problems };
        problems.push(Problem { line, record, id, column, rule });
    }

    fn problem_of_file(&mut self, line: usize, rule: Rule) {
        self.problems.push(Problem { line, record: None, id: None, column: None, rule });
    }

    /// The error for a file that could not be read to its end.
    fn stopped(mut self, halt: Halt) -> BuildError {
        match halt {
            Halt::Refused { line, rule } => {
                self.problem_of_file(line, rule);
                BuildError::Refused(Box::new(self.problems.after(self.position, true)))
            }
            Halt::Failed(error) => BuildError::Read { kind: error.kind(), message: error.to_string() },
        }
    }

    fn report(mut self, format: Format, is_gzip: bool, bytes: u64, least: usize) -> Result<Report, BuildError> {
        self.tell_now(bytes);
        if self.problems.is_empty() && self.kept < least {
            self.problem_of_file(1, Rule::TooFewRecords { minimum: least, found: self.kept });
        }
        if !self.problems.is_empty() {
            return Err(BuildError::Refused(Box::new(self.problems.after(self.position, false))));
        }
        let is_own = self.is_own.unwrap_or(true);
        let columns = if is_own { Vec::new() } else { self.export.finish(&mut self.warnings) };
        if self.encoding != Encoding::Utf8 {
            self.warnings.add(WarningKind::Encoding { name: self.encoding.name() }, 1);
        }
        let left_out = self.warnings.left_out();
        let warnings = self.warnings.finish();
        let skipped = self.skipped.after(self.position, false);
        Ok(Report {
            format,
            is_gzip,
            is_own,
            records: self.kept,
            bytes,
            columns,
            warnings,
            encoding: self.encoding,
            variants: self.variants,
            left_out,
            skipped,
            samples: self.samples,
        })
    }
}
