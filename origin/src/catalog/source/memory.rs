//! A source in memory for tests: it numbers its changes, can be put back or taken away, and remembers the questions it was asked.

use std::borrow::Cow;
use std::sync::Mutex;

use anyhow::anyhow;
use catalog::build::{Options, Products};

use crate::catalog::source::{Changes, LoadError, Position, Snapshot, Source};
use crate::catalog::trouble::Code;

/// The source.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    sequence: u64,
    /// The catalog as JSON; without it, the source cannot be reached.
    records: Option<String>,
    asked: Vec<Option<Position>>,
    snapshots: usize,
}

impl Memory {
    pub(crate) fn set(&self, sequence: u64, records: Option<&str>) {
        let mut state = self.0.lock().unwrap();
        (state.sequence, state.records) = (sequence, records.map(str::to_owned));
    }

    /// The positions of `changes_since` and the number of snapshots, since the last call.
    pub(crate) fn questions(&self) -> (Vec<Option<Position>>, usize) {
        let mut state = self.0.lock().unwrap();
        (std::mem::take(&mut state.asked), std::mem::take(&mut state.snapshots))
    }
}

fn gone() -> LoadError {
    LoadError::refused(Code::Missing)(anyhow!("nothing is there"))
}

impl Source for Memory {
    fn name(&self) -> Cow<'_, str> {
        "memory".into()
    }

    fn snapshot(&self) -> Result<Snapshot, LoadError> {
        let mut state = self.0.lock().unwrap();
        state.snapshots += 1;
        let records = state.records.as_ref().ok_or_else(gone)?;
        let products = Products::read(records.as_bytes(), Options::default());
        let products = products.map_err(|error| LoadError::refused(Code::Refused)(error.into()))?;
        let position = Some(Position::Sequence(state.sequence));
        Ok(Snapshot { products, since: 1_000 + state.sequence, position, may_be_cut: false })
    }

    fn changes_since(&self, position: Option<Position>) -> Result<Changes, LoadError> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(position);
        state.records.as_ref().ok_or_else(gone)?;
        let now = Position::Sequence(state.sequence);
        Ok(if position == Some(now) { Changes::None } else { Changes::Unlisted(now) })
    }
}
