//! The fault of the catalog file, if it has one: a code for everybody, and the text for holders of the secret. Decides nothing.

use std::sync::{Mutex, PoisonError};

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    /// Names paths, records and values.
    pub(crate) text: String,
}

/// The kind of a fault: stable from release to release, and without anything of the file's contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// There is no file, or it cannot be opened.
    Missing,
    /// It is a folder, a pipe, a socket or a device.
    NotAFile,
    /// It breaks a rule, or cannot be read to its end.
    Refused,
    /// It has so few products that it is taken for a failed export.
    TooFew,
    /// Reading it takes longer than it should.
    Slow,
    /// The book of stock in the database cannot be read.
    Stock,
}

/// The place where it is kept.
#[derive(Debug, Default)]
pub(crate) struct Trouble(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    fault: Option<Fault>,
    /// While a file is being read; cleared when reading ends.
    slow: Option<Fault>,
    /// While the book of stock cannot be read. The file may have a fault of its own meanwhile.
    stock: Option<Fault>,
}

impl Code {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Code::Missing => "catalog-missing",
            Code::NotAFile => "catalog-not-a-file",
            Code::Refused => "catalog-refused",
            Code::TooFew => "catalog-too-few",
            Code::Slow => "catalog-slow",
            Code::Stock => "stock-unreadable",
        }
    }
}

impl Trouble {
    pub(crate) fn get(&self) -> Option<Fault> {
        self.with(|state| state.slow.clone().or_else(|| state.stock.clone()).or_else(|| state.fault.clone()))
    }

    pub(crate) fn set(&self, fault: Option<Fault>) {
        self.with(|state| state.fault = fault);
    }

    /// Sets the fault of the book of stock, and gives whether there was one before.
    pub(crate) fn set_stock(&self, stock: Option<Fault>) -> bool {
        self.with(|state| std::mem::replace(&mut state.stock, stock).is_some())
    }

    pub(crate) fn set_slow(&self, slow: Option<Fault>) {
        self.with(|state| state.slow = slow);
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // Nothing is ever half done under this lock.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
