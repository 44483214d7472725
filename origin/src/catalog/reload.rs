//! Follows the source of the catalog: looks for changes now and then, at once on SIGHUP, and soon after stock has changed; loads them beside the requests, and exchanges
//! the catalog as a whole. A catalog that breaks a rule is refused whole, and the one before goes on. So is one that has lost most of the
//! products, as a failed export writes it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use catalog::Currency;
use catalog::build::{Edition, Products, fewest_after};
use tokio::signal::unix::Signal;
use tokio::task::JoinHandle;

use crate::catalog::book::Book;
use crate::catalog::held::{Held, Holder};
use crate::catalog::source::{Changes, LoadError, Position, Snapshot, Source, bundled};
use crate::catalog::trouble::{Code, Fault, Trouble};
use crate::clock;
use crate::observe::metrics::Metrics;

/// The rules for reloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The time between two looks.
    pub(crate) every: Duration,
    /// The time for which a file of lines that has lost products must have stayed the same.
    pub(crate) settle: Duration,
    /// The reading time from which it is logged and counted.
    pub(crate) slow: Duration,
    /// The fewest products that a file may have; without it, half of what is served, and one.
    pub(crate) least: Option<usize>,
}

/// The parts that a reload works with.
pub(crate) struct Reload {
    pub(crate) source: Arc<dyn Source>,
    /// The book of stock, where there is one.
    pub(crate) book: Option<Arc<Book>>,
    pub(crate) rules: Rules,
    pub(crate) holder: Arc<Holder>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) trouble: Arc<Trouble>,
}

/// The longest time that a start waits for a file that is still being written. A platform gives a start a minute or two.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The shortest time between two looks, whatever happens to stock: an edition costs a copy of the index.
const SOONEST: Duration = Duration::from_millis(200);

/// The state of the source as of the last look.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The state that was loaded or refused.
    tried: Option<Position>,
    is_gone: bool,
    /// A state that may be half written, and when it was first seen.
    unfinished: Option<(Position, Instant)>,
}

/// The outcome of a load.
enum Taken {
    Served,
    /// It may be half written.
    Unfinished,
    /// Its number is lower than that of the catalog that is served.
    Older,
}

/// The first edition: the catalog that ships, and over it the file, if there is one. So the base stays that of the edge, which ships
/// with the same, however often the server starts, until more differs than changes can say.
///
/// Nothing is served yet that the file could be compared with, so a single product is enough unless the rules say otherwise. A file that
/// may be half written is read again once it has stayed the same for as long as the rules demand.
pub(crate) fn first(
    source: Option<&dyn Source>,
    book: Option<&Book>,
    rules: Rules,
    currency: Currency,
) -> anyhow::Result<(Held, Option<Position>)> {
    let bundled = bundled::snapshot(currency)?;
    let edition = Edition::new(bundled.products).context("the catalog that ships cannot be indexed")?;
    let Some(source) = source else { return Ok((Held::first(edition, bundled.since, now()), None)) };
    let mut loaded = load_whole(source)?;
    let started = Instant::now();
    while let Some(rest) = unsettled(&loaded, rules.settle).filter(|_| started.elapsed() < START_LIMIT) {
        std::thread::sleep(rest);
        loaded = load_whole(source)?;
    }
    check_count(&loaded.products, rules.least, 0)?;
    let (products, since) = match book {
        Some(book) => book.applied(loaded.products)?,
        None => (loaded.products, 0),
    };
    let edition = edition.next(products).context("the catalog cannot be indexed")?;
    let held = Held::first(edition, loaded.since.max(since), now());
    Ok((held.at(loaded.position.and_then(Position::sequence)), loaded.position))
}

fn load_whole(source: &dyn Source) -> anyhow::Result<Snapshot> {
    let loaded = match source.snapshot() {
        // Nobody knows how long another program goes on writing; the second reading is whole or refused all the same.
        Err(LoadError::Unsettled) => source.snapshot(),
        outcome => outcome,
    };
    loaded.map_err(|error| match error {
        LoadError::Refused { error, .. } => error,
        LoadError::Unsettled => anyhow!(error),
    })
}

/// How much longer a file that may be half written has to stay as it is.
fn unsettled(loaded: &Snapshot, settle: Duration) -> Option<Duration> {
    let age = Duration::from_millis(now().saturating_sub(loaded.since));
    settle.checked_sub(age).filter(|rest| !rest.is_zero() && loaded.may_be_cut)
}

/// Refuses a catalog that is valid as a file and implausible as a shop.
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

impl Reload {
    /// Follows the source. Never returns.
    pub(crate) async fn follow(self, first: Option<Position>, mut hangup: Signal) {
        let this = Arc::new(self);
        let mut seen = Seen { tried: first, ..Seen::default() };
        loop {
            let is_asked = tokio::select! {
                () = tokio::time::sleep(this.rules.every) => false,
                () = this.stock_news() => false,
                _ = hangup.recv() => true,
            };
            let worker = Arc::clone(&this);
            // A look at a file may take as long as reading it, where it lies on another machine.
            let work = tokio::task::spawn_blocking(move || worker.look_at_both(seen, is_asked));
            match this.watch(work).await {
                Ok(after) => seen = after,
                Err(error) => {
                    this.refuse(Code::Refused, &anyhow::Error::from(error).context("loading the catalog broke off"));
                    seen.tried = this.position();
                }
            }
        }
    }

    /// Waits until stock may have changed, and no less than the shortest time.
    async fn stock_news(&self) {
        tokio::time::sleep(SOONEST).await;
        match &self.book {
            Some(book) => book.news().await,
            None => std::future::pending().await,
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
        let path = self.source.name();
        let seconds = elapsed.as_secs_f64();
        let text = format!("the catalog `{path}` has been read for {seconds:.1} s and there is no end to it yet");
        self.metrics.slow();
        self.trouble.set_slow(Some(Fault { code: Code::Slow, text: text.clone() }));
        tracing::error!(path = &*path, error = text, revision = self.holder.get().revision(), "catalog slow");
    }

    /// The position of the source now, if it can be reached.
    fn position(&self) -> Option<Position> {
        match self.source.changes_since(None) {
            Ok(Changes::Unlisted(position)) => Some(position),
            Ok(Changes::None) | Err(_) => None,
        }
    }

    /// Looks for changes of the source, then for those of stock.
    fn look_at_both(&self, seen: Seen, is_asked: bool) -> Seen {
        let seen = self.look(seen, is_asked);
        if let Some(book) = &self.book {
            self.restock(book);
        }
        seen
    }

    /// Puts stock that changed in force. Where that takes a base of its own, the source is read again.
    fn restock(&self, book: &Book) {
        let levels = match book.changed() {
            Ok(levels) => levels,
            Err(error) => return self.refuse_stock(&anyhow::Error::from(error)),
        };
        self.trouble.set_stock(None);
        let before = self.holder.get();
        match before.edition.restocked(levels.available.iter().map(|(sku, stock)| (sku.as_str(), *stock))) {
            Some(edition) if edition.catalog().revision() == before.revision() => book.applied_until(&levels),
            Some(edition) => {
                let held = before.next(edition, levels.since.max(before.since), now()).at(before.sequence);
                self.metrics.loaded(held.shown());
                tracing::info!(revision = held.revision(), changed = held.edition.changed(), "stock changed");
                self.holder.set(held);
                book.applied_until(&levels);
            }
            // What cannot be read now is tried again: these levels come with the next look as well.
            None => match self.load(false) {
                Ok(_) => {}
                Err(LoadError::Refused { code: Code::Stock, error }) => self.refuse_stock(&error),
                Err(LoadError::Refused { code, error }) => {
                    if self.trouble.get().is_none_or(|fault| fault.code != code) {
                        self.refuse(code, &error);
                    }
                }
                Err(error @ LoadError::Unsettled) => self.refuse_load(error),
            },
        }
    }

    /// Reports once that the book of stock cannot be read.
    fn refuse_stock(&self, error: &anyhow::Error) {
        let text = format!("the book of stock cannot be read: {error:#}");
        if !self.trouble.set_stock(Some(Fault { code: Code::Stock, text: text.clone() })) {
            tracing::error!(error = text, revision = self.holder.get().revision(), "stock unreadable");
        }
    }

    /// Looks for changes, and loads them.
    fn look(&self, seen: Seen, is_asked: bool) -> Seen {
        // A source that is back, or an operator who asks, has its catalog loaded whether or not it has changed.
        let last = seen.tried.filter(|_| !is_asked && !seen.is_gone);
        let position = match self.source.changes_since(last) {
            Ok(Changes::None) => return seen,
            Ok(Changes::Unlisted(position)) => position,
            Err(error) => {
                if !seen.is_gone || is_asked {
                    self.refuse_load(error);
                }
                return Seen { is_gone: true, ..seen };
            }
        };
        let first_seen = seen.unfinished.filter(|(unfinished, _)| *unfinished == position).map(|(_, when)| when);
        let is_settled = is_asked || first_seen.is_some_and(|when| when.elapsed() >= self.rules.settle);
        if first_seen.is_some() && !is_settled {
            return Seen { is_gone: false, ..seen };
        }
        let done = Seen { tried: Some(position), ..Seen::default() };
        match self.load(is_settled || self.rules.settle.is_zero()) {
            Ok(Taken::Served | Taken::Older) => done,
            Ok(Taken::Unfinished) => {
                if seen.unfinished.is_none() {
                    self.report_unfinished();
                }
                Seen { unfinished: Some((position, Instant::now())), is_gone: false, ..seen }
            }
            Err(LoadError::Unsettled) => Seen { tried: None, is_gone: false, ..seen },
            // The file is as it should be, and is put in force once the database is back.
            Err(LoadError::Refused { code: Code::Stock, error }) => {
                self.refuse_stock(&error);
                Seen { tried: None, is_gone: false, ..seen }
            }
            Err(error) => {
                self.refuse_load(error);
                done
            }
        }
    }

    fn load(&self, is_settled: bool) -> Result<Taken, LoadError> {
        if let Some(book) = &self.book {
            // Reading a large file takes seconds, which would be for nothing.
            book.check().map_err(|error| LoadError::refused(Code::Stock)(error.into()))?;
        }
        let Snapshot { products, since, position, may_be_cut } = self.source.snapshot()?;
        let before = self.holder.get();
        let served = before.edition.catalog().len();
        let sequence = position.and_then(Position::sequence);
        if sequence.zip(before.sequence).is_some_and(|(sequence, served)| sequence < served) {
            self.report_older(sequence, before.sequence);
            return Ok(Taken::Older);
        }
        if !is_settled && products.report().records < served && may_be_cut {
            return Ok(Taken::Unfinished);
        }
        check_count(&products, self.rules.least, served).map_err(LoadError::refused(Code::TooFew))?;
        let (products, of_book) = match &self.book {
            Some(book) => book.applied(products).map_err(|error| LoadError::refused(Code::Stock)(error.into()))?,
            None => (products, 0),
        };
        let since = since.max(of_book);
        let edition = before.edition.next(products).context("the catalog cannot be indexed");
        let held = before.next(edition.map_err(LoadError::refused(Code::Refused))?, since, now());
        let is_same = held.revision() == before.revision();
        self.metrics.loaded(held.shown());
        self.trouble.set(None);
        // A catalog that is put in force again by a later decision counts from then on.
        self.holder.set(if is_same { before.again(since) } else { held }.at(sequence));
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
            path = &*self.source.name(),
            because = "it has fewer products than are served, and may still be written",
            milliseconds = u64::try_from(self.rules.settle.as_millis()).unwrap_or(u64::MAX),
            revision = self.holder.get().revision(),
            "catalog waits"
        );
    }

    /// A replica that lags behind, or a database that was put back.
    fn report_older(&self, sequence: Option<u64>, served: Option<u64>) {
        tracing::info!(path = &*self.source.name(), sequence, served, "catalog older than the one that is served");
    }

    fn refuse_load(&self, error: LoadError) {
        match error {
            LoadError::Refused { code, error } => self.refuse(code, &error),
            error @ LoadError::Unsettled => self.refuse(Code::Refused, &error.into()),
        }
    }

    fn refuse(&self, code: Code, error: &anyhow::Error) {
        let text = format!("{error:#}");
        self.metrics.refused();
        self.trouble.set(Some(Fault { code, text: text.clone() }));
        tracing::error!(
            path = &*self.source.name(),
            code = code.name(),
            error = text,
            revision = self.holder.get().revision(),
            "catalog refused"
        );
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    u64::try_from(clock::now()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Reload, Rules, Seen, first};
    use crate::catalog::held::Holder;
    use crate::catalog::source::Position;
    use crate::catalog::source::memory::Memory;
    use crate::catalog::trouble::{Code, Trouble};
    use crate::observe::metrics::Metrics;

    const RULES: Rules =
        Rules { every: Duration::from_secs(1), settle: Duration::ZERO, slow: Duration::from_mins(1), least: None };

    fn records(price: &str) -> String {
        format!(r#"[{{"id":"1","name":"Lamp","description":"Bright.","price":{price},"category":"Lighting"}}]"#)
    }

    /// A reload that follows a source in memory, which is at number 7, and the state of its first look.
    fn follow() -> (Arc<Memory>, Reload, Seen) {
        let memory = Arc::new(Memory::default());
        memory.set(7, Some(&records("1.5")));
        let (held, position) = first(Some(&*memory), None, RULES, catalog::Currency::default()).unwrap();
        assert_eq!((held.sequence, position), (Some(7), Some(Position::Sequence(7))));
        let holder = Arc::new(Holder::new(held));
        let (metrics, trouble) = (Arc::new(Metrics::new()), Arc::new(Trouble::default()));
        let reload = Reload { source: Arc::clone(&memory) as _, book: None, rules: RULES, holder, metrics, trouble };
        memory.questions();
        (memory, reload, Seen { tried: position, ..Seen::default() })
    }

    #[test]
    fn a_source_that_numbers_its_changes_is_asked_for_those_after_the_last() {
        let (memory, reload, seen) = follow();
        let before = reload.holder.get().revision().to_owned();
        let seen = reload.look(seen, false);
        assert_eq!(memory.questions(), (vec![Some(Position::Sequence(7))], 0), "nothing has changed, nothing is read");
        memory.set(9, Some(&records("2.5")));
        let seen = reload.look(seen, false);
        assert_eq!(memory.questions(), (vec![Some(Position::Sequence(7))], 1));
        let held = reload.holder.get();
        assert!(held.revision() != before && held.sequence == Some(9) && held.since == 1_009, "{held:?}");
        reload.look(seen, false);
        assert_eq!(memory.questions(), (vec![Some(Position::Sequence(9))], 0));
    }

    #[test]
    fn a_lower_number_takes_nothing_away() {
        let (memory, reload, seen) = follow();
        let before = reload.holder.get().revision().to_owned();
        memory.set(6, Some(&records("9.5")));
        let seen = reload.look(seen, false);
        let held = reload.holder.get();
        assert_eq!((held.revision(), held.sequence), (before.as_str(), Some(7)), "a replica that lags behind");
        assert_eq!(reload.trouble.get(), None);
        memory.questions();
        reload.look(seen, false);
        assert_eq!(memory.questions().1, 0, "it is not read again and again");
        memory.set(8, Some(&records("9.5")));
        reload.look(seen, false);
        assert_eq!(reload.holder.get().sequence, Some(8));
    }

    #[test]
    fn a_source_that_is_gone_is_a_fault_until_it_is_back() {
        let (memory, reload, seen) = follow();
        memory.set(7, None);
        let seen = reload.look(seen, false);
        assert_eq!(reload.trouble.get().map(|fault| fault.code), Some(Code::Missing));
        memory.set(7, Some(&records("1.5")));
        memory.questions();
        let seen = reload.look(seen, false);
        assert_eq!(memory.questions(), (vec![None], 1), "it is read again, whatever its number");
        assert_eq!(reload.trouble.get(), None);
        memory.set(8, Some("[{\"id\":\"1\"}]"));
        reload.look(seen, false);
        assert_eq!(reload.trouble.get().map(|fault| fault.code), Some(Code::Refused));
        assert_eq!(reload.holder.get().sequence, Some(7), "a catalog that breaks a rule is refused whole");
    }
}
