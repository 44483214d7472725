//! The rules of tax, shipping and discounts in force: a document in the database, seeded from `shop.toml`, changed by the office, and followed
//! by every replica and by the edge. Prices nothing; `checkout/price.rs` does.

use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use catalog::Currency;
use commerce::{Rules, RulesError};
use sha2::{Digest as _, Sha256};

use crate::store::rules::{NewRules, Put};
use crate::store::{Store, StoreError};

/// The bytes of the hash that name an edition of the rules, two digits each.
const REVISION: usize = 8;

/// How long a checkout that was priced by rules may still be ordered by them once others are in force, in milliseconds: an hour, in which who
/// reads a review presses its button.
const GRACE: i64 = 60 * 60 * 1_000;

/// An edition of the rules.
#[derive(Debug)]
pub(crate) struct Edition {
    pub(crate) rules: Rules,
    /// The first digits of the SHA-256 of the document.
    pub(crate) revision: String,
    /// As JSON.
    pub(crate) document: String,
}

/// The edition in force, exchanged as a whole.
#[derive(Debug)]
pub(crate) struct Rulebook {
    store: Store,
    currency: Currency,
    current: RwLock<Arc<Edition>>,
}

/// Why rules are not in force.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulebookError {
    /// They break a rule of their own.
    #[error("the rules are refused: {0}")]
    Refused(#[from] RulesError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Edition {
    /// The edition of these rules.
    pub(crate) fn of(rules: Rules) -> Edition {
        // JSON is UTF-8.
        let document = String::from_utf8(rules.to_json()).unwrap_or_default();
        let digest = Sha256::digest(document.as_bytes());
        let revision = digest.iter().take(REVISION).fold(String::new(), |mut text, byte| {
            // A text takes everything.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Edition { rules, revision, document }
    }
}

impl Rulebook {
    /// Seeds the database with the rules of `shop.toml`, and reads those in force.
    pub(crate) async fn open(store: Store, file: Rules, now: i64) -> Result<Rulebook, RulebookError> {
        let currency = file.currency();
        let seed = Edition::of(file);
        store.seed_rules(&seed.revision, &seed.document, now).await?;
        let file = seed.revision.clone();
        let book = Rulebook { store, currency, current: RwLock::new(Arc::new(seed)) };
        book.look().await?;
        if book.current().revision != file {
            tracing::warn!(file, revision = book.current().revision, "shop.toml has other rules than those in force");
        }
        Ok(book)
    }

    /// The edition in force.
    pub(crate) fn current(&self) -> Arc<Edition> {
        // Nothing is ever half done under this lock.
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The edition by which a checkout was priced before; that in force where there is none, or where it has been replaced for longer than
    /// `GRACE`: a code that leaked is worth nothing then, however many checkouts were begun with it.
    pub(crate) async fn of(&self, revision: &str, now: i64) -> Result<Arc<Edition>, StoreError> {
        let current = self.current();
        if revision.is_empty() || current.revision == revision {
            return Ok(current);
        }
        if self.store.rules_replaced_at(revision).await?.is_some_and(|replaced| now - replaced > GRACE) {
            return Ok(current);
        }
        let Some(document) = self.store.rules_document(revision).await? else { return Ok(current) };
        match Rules::from_json(document.as_bytes(), self.currency) {
            Ok(rules) => Ok(Arc::new(Edition { rules, revision: revision.to_owned(), document })),
            Err(error) => {
                tracing::error!(revision, error = error.to_string(), "rules of a checkout refused");
                Ok(current)
            }
        }
    }

    /// Reads rules as the office sends them.
    pub(crate) fn read(&self, document: &[u8]) -> Result<Edition, RulesError> {
        Rules::from_json(document, self.currency).map(Edition::of)
    }

    /// Puts an edition in force, here at once and at other replicas with their next look.
    pub(crate) async fn put(&self, edition: Edition, new: &NewRules, now: i64) -> Result<Put, StoreError> {
        let put = self.store.put_rules(new, now).await?;
        if put == Put::Changed {
            tracing::info!(revision = edition.revision, "rules changed");
            // Of two changes at once, the later one counts, whichever comes first to this line.
            if self.look().await.is_err() {
                self.set(edition);
            }
        }
        Ok(put)
    }

    /// Follows changes that other replicas made. Never returns.
    pub(crate) async fn follow(self: Arc<Self>, every: Duration) {
        let mut trouble = String::new();
        loop {
            tokio::time::sleep(every).await;
            let now = match self.look().await {
                Ok(()) => String::new(),
                Err(error) => format!("{:#}", anyhow::Error::new(error)),
            };
            // One line when it begins: one for every look would only bury it.
            if !now.is_empty() && now != trouble {
                tracing::error!(error = now, revision = self.current().revision, "rules unreadable");
            }
            trouble = now;
        }
    }

    /// Takes over the edition in force, where it is another one. What is refused leaves the former one: a later release may know more.
    async fn look(&self) -> Result<(), RulebookError> {
        let Some(change) = self.store.rules_in_force().await? else { return Ok(()) };
        if change.revision == self.current().revision {
            return Ok(());
        }
        let Some(document) = self.store.rules_document(&change.revision).await? else { return Ok(()) };
        let rules = Rules::from_json(document.as_bytes(), self.currency)?;
        tracing::info!(revision = change.revision, "rules followed");
        self.set(Edition { rules, revision: change.revision, document });
        Ok(())
    }

    fn set(&self, edition: Edition) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edition);
    }
}
