//! The port behind which catalogs come: a snapshot of all products, and the question whether there is a newer one. A source blocks while it
//! reads, so its callers are threads that may block. A source knows neither the catalog that is served nor its readers.

pub(crate) mod bundled;
pub(crate) mod file;
#[cfg(test)]
pub(crate) mod memory;

use std::borrow::Cow;

use catalog::build::Products;

use crate::catalog::source::file::State;
use crate::catalog::trouble::Code;

/// A source of the catalog.
pub(crate) trait Source: Send + Sync {
    /// The name of the source in messages, such as a path.
    fn name(&self) -> Cow<'_, str>;

    /// Reads and checks all products.
    fn snapshot(&self) -> Result<Snapshot, LoadError>;

    /// The changes after a position; without one, since ever.
    fn changes_since(&self, position: Option<Position>) -> Result<Changes, LoadError>;
}

/// A state of a source, in the source's own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// A state of a file. It has no place among other states: files are ordered by the time since which they are in force.
    File(State),
    /// The number of the last change. It grows with each change, so a lower one is an older state.
    Sequence(u64),
}

/// The changes after a position. A source that can list the products that differ gets a variant that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changes {
    /// There are none.
    None,
    /// The source has moved on to this position, and its snapshot has the changes.
    Unlisted(Position),
}

/// All products of a source at one moment.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) products: Products,
    /// The time since which it is in force, in milliseconds since 1970.
    pub(crate) since: u64,
    pub(crate) position: Option<Position>,
    /// Whether it may be the beginning of a longer one that is still being written.
    pub(crate) may_be_cut: bool,
}

/// Why a source gave no products.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The source changed while it was read.
    #[error("the file changed while it was read")]
    Unsettled,
    /// It cannot be read, breaks a rule, or has too few products.
    #[error("{error:#}")]
    Refused { code: Code, error: anyhow::Error },
}

impl Position {
    /// The number of the last change, where the source numbers them.
    pub(crate) fn sequence(self) -> Option<u64> {
        match self {
            Position::File(_) => None,
            Position::Sequence(number) => Some(number),
        }
    }
}

impl LoadError {
    /// Makes one of a failure.
    pub(crate) fn refused(code: Code) -> impl Fn(anyhow::Error) -> LoadError {
        move |error| LoadError::Refused { code, error }
    }
}
