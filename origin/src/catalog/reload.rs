//! Follows the catalog file: looks at it now and then, and at once on SIGHUP; loads what has changed beside the requests, and exchanges
//! the catalog as a whole. A file that breaks a rule is refused whole, and what was served goes on. So is one that has lost most of the
//! products: an export that failed writes just that.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use catalog::build::{Edition, Format, Products, fewest_after};
use tokio::signal::unix::Signal;
use tokio::task::JoinHandle;

use crate::catalog::held::{Held, Holder};
use crate::catalog::source::file::{self, Fingerprint, LoadError, Loaded, Source};
use crate::catalog::trouble::{Code, Fault, Trouble};
use crate::observe::metrics::Metrics;

/// The rules for reloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// How often it is looked at.
    pub(crate) every: Duration,
    /// How long a file of lines that has lost products must have stayed as it is.
    pub(crate) settle: Duration,
    /// How long reading may take before it is worth a line of the log.
    pub(crate) slow: Duration,
    /// The fewest products that a file may have; without it, half of what is served, and one.
    pub(crate) least: Option<usize>,
}

/// What a reload works with.
pub(crate) struct Reload {
    pub(crate) source: Source,
    pub(crate) rules: Rules,
    pub(crate) holder: Arc<Holder>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) trouble: Arc<Trouble>,
}

/// How long a start waits at most for a file that somebody goes on writing into. A platform gives a start a minute or two.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The state of the file as of the last look.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The state that was loaded or refused.
    tried: Option<Fingerprint>,
    is_gone: bool,
    /// A state that may be half written, and when it was first seen.
    unfinished: Option<(Fingerprint, Instant)>,
}

/// The outcome of a load.
enum Taken {
    Served,
    /// The file may be half written.
    Unfinished,
}

/// The first edition: the catalog that ships, and over it the file, if there is one. So the base stays that of the edge, which ships
/// with the same, however often the server starts, until more differs than changes can say.
///
/// Nothing is served yet that the file could be compared with, so a single product is enough unless the rules say otherwise. A file that
/// may be half written is read again once nobody has written into it for as long as the rules demand.
pub(crate) fn first(source: Option<&Source>, rules: Rules) -> anyhow::Result<(Held, Option<Fingerprint>)> {
    let bundled = file::bundled()?;
    let edition = Edition::new(bundled.products).context("the catalog that ships cannot be indexed")?;
    let Some(source) = source else { return Ok((Held::first(edition, bundled.since, file::now()), None)) };
    let mut loaded = load_whole(source)?;
    let started = Instant::now();
    while let Some(rest) = unsettled(&loaded, rules.settle).filter(|_| started.elapsed() < START_LIMIT) {
        std::thread::sleep(rest);
        loaded = load_whole(source)?;
    }
    check_count(&loaded.products, rules.least, 0)?;
    let edition = edition.next(loaded.products).context("the catalog cannot be indexed")?;
    Ok((Held::first(edition, loaded.since, file::now()), loaded.fingerprint))
}

fn load_whole(source: &Source) -> anyhow::Result<Loaded> {
    let loaded = match source.load() {
        // Nobody can say how long somebody else goes on writing; what was read is whole all the same, or refused.
        Err(LoadError::Unsettled) => source.load(),
        outcome => outcome,
    };
    loaded.map_err(|error| match error {
        LoadError::Refused { error, .. } => error,
        LoadError::Unsettled => anyhow!(error),
    })
}

/// How much longer a file that may be half written has to stay as it is.
fn unsettled(loaded: &Loaded, settle: Duration) -> Option<Duration> {
    let age = Duration::from_millis(file::now().saturating_sub(loaded.since));
    settle.checked_sub(age).filter(|rest| !rest.is_zero() && may_be_cut(&loaded.products))
}

/// Refuses a catalog that is plausible as a file and not as a shop.
fn check_count(products: &Products, least: Option<usize>, served: usize) -> anyhow::Result<()> {
    let found = products.report().records;
    match least {
        Some(least) if found < least => {
            Err(anyhow!("the catalog has {found} products, and CATALOG_MIN_PRODUCTS demands {least}"))
        }
        None if found == 0 => Err(anyhow!("the catalog has no products; CATALOG_MIN_PRODUCTS=0 allows that")),
        None if found < fewest_after(served) => Err(anyhow!(
            "the catalog has {found} products, fewer than half of the {served} that are served; CATALOG_MIN_PRODUCTS={found} allows that, and so does a restart"
        )),
        _ => Ok(()),
    }
}

/// Whether any beginning of a file is a whole file of fewer products: rows and lines, which no bracket closes and no checksum ends.
fn may_be_cut(products: &Products) -> bool {
    let report = products.report();
    !report.is_gzip && matches!(report.format, Format::Csv | Format::Ndjson)
}

impl Reload {
    /// Runs for ever.
    pub(crate) async fn follow(self, first: Option<Fingerprint>, mut hangup: Signal) {
        let this = Arc::new(self);
        let mut seen = Seen { tried: first, ..Seen::default() };
        loop {
            let is_asked = tokio::select! {
                () = tokio::time::sleep(this.rules.every) => false,
                _ = hangup.recv() => true,
            };
            let worker = Arc::clone(&this);
            // Looking at a file may take as long as reading it, where it lies on another machine.
            let work = tokio::task::spawn_blocking(move || worker.look(seen, is_asked));
            match this.watch(work).await {
                Ok(after) => seen = after,
                Err(error) => {
                    this.refuse(Code::Refused, &anyhow::Error::from(error).context("loading the catalog broke off"));
                    seen.tried = this.source.fingerprint().ok();
                }
            }
        }
    }

    /// Waits for a look at the file, and reports one that takes too long.
    async fn watch(&self, mut work: JoinHandle<Seen>) -> Result<Seen, tokio::task::JoinError> {
        let started = Instant::now();
        loop {
            match tokio::time::timeout(self.rules.slow, &mut work).await {
                Ok(outcome) => {
                    self.trouble.set_slow(None);
                    return outcome;
                }
                Err(_) => self.report_slow(started.elapsed()),
            }
        }
    }

    fn report_slow(&self, elapsed: Duration) {
        let path = self.source.path().display();
        let seconds = elapsed.as_secs_f64();
        let text = format!("the catalog `{path}` has been read for {seconds:.1} s and there is no end to it yet");
        self.metrics.slow();
        self.trouble.set_slow(Some(Fault { code: Code::Slow, text: text.clone() }));
        tracing::error!(%path, error = text, revision = self.holder.get().revision(), "catalog slow");
    }

    /// Looks at the file, and loads it if it is another one.
    fn look(&self, seen: Seen, is_asked: bool) -> Seen {
        let fingerprint = match self.source.fingerprint() {
            Ok(fingerprint) => fingerprint,
            Err(error) => {
                if !seen.is_gone || is_asked {
                    let error = anyhow::Error::from(error).context("the catalog file cannot be found");
                    self.refuse(Code::Missing, &error);
                }
                return Seen { is_gone: true, ..seen };
            }
        };
        if seen.tried == Some(fingerprint) && !is_asked && !seen.is_gone {
            return seen;
        }
        let first_seen = seen.unfinished.filter(|(unfinished, _)| *unfinished == fingerprint).map(|(_, when)| when);
        let is_settled = is_asked || first_seen.is_some_and(|when| when.elapsed() >= self.rules.settle);
        if first_seen.is_some() && !is_settled {
            return Seen { is_gone: false, ..seen };
        }
        let done = Seen { tried: Some(fingerprint), ..Seen::default() };
        match self.load(is_settled || self.rules.settle.is_zero()) {
            Ok(Taken::Served) => done,
            Ok(Taken::Unfinished) => {
                if seen.unfinished.is_none() {
                    self.report_unfinished();
                }
                Seen { unfinished: Some((fingerprint, Instant::now())), is_gone: false, ..seen }
            }
            Err(LoadError::Unsettled) => Seen { tried: None, is_gone: false, ..seen },
            Err(LoadError::Refused { code, error }) => {
                self.refuse(code, &error);
                done
            }
        }
    }

    fn load(&self, is_settled: bool) -> Result<Taken, LoadError> {
        let Loaded { products, since, .. } = self.source.load()?;
        let before = self.holder.get();
        let served = before.edition.catalog().len();
        if !is_settled && products.report().records < served && may_be_cut(&products) {
            return Ok(Taken::Unfinished);
        }
        check_count(&products, self.rules.least, served).map_err(LoadError::refused(Code::TooFew))?;
        let edition = before.edition.next(products).context("the catalog cannot be indexed");
        let held = before.next(edition.map_err(LoadError::refused(Code::Refused))?, since, file::now());
        let is_same = held.revision() == before.revision();
        self.metrics.loaded(held.shown());
        self.trouble.set(None);
        // A catalog that is put in force again by a later decision counts from then on.
        self.holder.set(if is_same { before.again(since) } else { held });
        // Last: a request by a reader of the line is answered from this catalog.
        let held = self.holder.get();
        tracing::info!(
            revision = held.revision(),
            base = held.edition.base_revision(),
            products = held.edition.catalog().len(),
            changed = held.edition.changed(),
            "{}",
            if is_same { "catalog unchanged" } else { "catalog loaded" }
        );
        Ok(Taken::Served)
    }

    fn report_unfinished(&self) {
        tracing::info!(
            path = %self.source.path().display(),
            because = "it has fewer products than are served, and may still be written",
            milliseconds = u64::try_from(self.rules.settle.as_millis()).unwrap_or(u64::MAX),
            revision = self.holder.get().revision(),
            "catalog waits"
        );
    }

    fn refuse(&self, code: Code, error: &anyhow::Error) {
        let text = format!("{error:#}");
        self.metrics.refused();
        self.trouble.set(Some(Fault { code, text: text.clone() }));
        tracing::error!(
            path = %self.source.path().display(),
            code = code.name(),
            error = text,
            revision = self.holder.get().revision(),
            "catalog refused"
        );
    }
}
