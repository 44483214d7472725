//! Follows the catalog file: looks at it now and then, and at once on SIGHUP; loads what has changed beside the requests, and exchanges
//! the catalog as a whole. A file that breaks a rule is refused whole, and what was served goes on.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use catalog::build::Edition;
use tokio::signal::unix::Signal;

use crate::held::{Held, Holder};
use crate::log::{Event, Log};
use crate::metrics::Metrics;
use crate::run::Trouble;
use crate::source::{self, Fingerprint, LoadError, Loaded, Source};

/// What a reload works with.
pub(crate) struct Reload {
    pub(crate) source: Source,
    pub(crate) holder: Arc<Holder>,
    pub(crate) log: Log,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) trouble: Arc<Trouble>,
}

/// The first edition: the catalog that ships, and over it the file, if there is one. So the base stays that of the edge, which ships
/// with the same, however often the server starts, until more differs than changes can say.
pub(crate) fn first(source: Option<&Source>) -> anyhow::Result<(Held, Option<Fingerprint>)> {
    let bundled = source::bundled()?;
    let edition = Edition::new(bundled.products).context("the catalog that ships cannot be indexed")?;
    let Some(source) = source else { return Ok((Held::first(edition, bundled.since, source::now()), None)) };
    let loaded = match source.load() {
        // Nobody can say how long somebody else goes on writing; what was read is whole all the same, or refused.
        Err(LoadError::Unsettled) => source.load(),
        outcome => outcome,
    };
    let loaded = loaded.map_err(anyhow::Error::from)?;
    let edition = edition.next(loaded.products).context("the catalog cannot be indexed")?;
    Ok((Held::first(edition, loaded.since, source::now()), loaded.fingerprint))
}

impl Reload {
    /// Runs for ever.
    pub(crate) async fn follow(self, every: Duration, first: Option<Fingerprint>, mut hangup: Signal) {
        let this = Arc::new(self);
        let mut tried = first;
        let mut is_gone = false;
        loop {
            let is_asked = tokio::select! {
                () = tokio::time::sleep(every) => false,
                _ = hangup.recv() => true,
            };
            let fingerprint = match this.source.fingerprint() {
                Ok(fingerprint) => fingerprint,
                Err(error) => {
                    if !is_gone || is_asked {
                        this.refuse(&anyhow::Error::from(error).context("the catalog file cannot be found"));
                    }
                    is_gone = true;
                    continue;
                }
            };
            if tried == Some(fingerprint) && !is_asked && !is_gone {
                continue;
            }
            is_gone = false;
            let worker = Arc::clone(&this);
            match tokio::task::spawn_blocking(move || worker.load()).await {
                Ok(Err(LoadError::Unsettled)) => tried = None,
                Ok(outcome) => {
                    tried = Some(fingerprint);
                    if let Err(LoadError::Refused(error)) = outcome {
                        this.refuse(&error);
                    }
                }
                Err(error) => this.refuse(&anyhow::Error::from(error).context("loading the catalog broke off")),
            }
        }
    }

    fn load(&self) -> Result<(), LoadError> {
        let Loaded { products, since, .. } = self.source.load()?;
        let before = self.holder.get();
        let edition = before.edition.next(products).context("the catalog cannot be indexed")?;
        let held = before.next(edition, since, source::now());
        let is_same = held.revision() == before.revision();
        self.metrics.loaded(&held);
        self.trouble.set(None);
        let event = Event::info(if is_same { "catalog unchanged" } else { "catalog loaded" })
            .with("revision", held.revision())
            .with("base", held.edition.base_revision())
            .with_number("products", held.edition.catalog().len())
            .with_number("changed", held.edition.changed());
        // What is in force again by a later decision counts from then on.
        self.holder.set(if is_same { before.again(since) } else { held });
        // Last: whoever reads the line and asks at once is answered from this catalog.
        self.log.event(event);
        Ok(())
    }

    fn refuse(&self, error: &anyhow::Error) {
        let text = format!("{error:#}");
        self.metrics.refused();
        self.trouble.set(Some(text.clone()));
        self.log.event(
            Event::error("catalog refused")
                .with("path", &self.source.path().display().to_string())
                .with("error", &text)
                .with("revision", self.holder.get().revision()),
        );
    }
}
