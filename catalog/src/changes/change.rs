//! The kinds of change that a product can have since an index was built, their limits, and what is wrong with bytes that are none.

use std::borrow::Cow;

/// The most products that may differ from a base.
pub const MAX_CHANGES: usize = 2_000;

/// The most bytes of changes: every edge location reads them whole.
pub const MAX_CHANGES_BYTES: usize = 4 << 20;

/// The version of the format in which changes are written and read: a base of another version of the index has changes of another one.
pub const CHANGES_VERSION: u32 = 4;

/// Why bytes are no changes of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangesError {
    /// Other bytes altogether, or too few.
    #[error(
        "the bytes are no changes: they start with other bytes than `shopchg`, or are more than {MAX_CHANGES_BYTES}"
    )]
    NotChanges,
    /// Changes of another build.
    #[error("the changes have format version {found}, but this build reads version {CHANGES_VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// Bytes that were cut short or changed on their way.
    #[error("the changes are damaged: their checksum does not match")]
    Checksum,
    /// Changes of another base.
    #[error("the changes are of the base `{found:016x}`, not of this one")]
    Base {
        /// The revision of the base that they are of.
        found: u64,
    },
    /// Origins of pictures that break a rule.
    #[error("the origins of pictures break a rule: {rule}")]
    Origins {
        /// The rule.
        rule: &'static str,
    },
    /// A change that breaks a rule.
    #[error("change {number} breaks a rule: {rule}")]
    Change {
        /// Which one, from 1.
        number: usize,
        /// The rule.
        rule: &'static str,
    },
    /// The base is damaged, or would outgrow its offsets.
    #[error("the changes cannot be laid over the base: it is damaged or too large")]
    BaseDamaged,
}

/// The difference between a base and the catalog that follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changes<'a> {
    /// The revision of the catalog that follows.
    pub(crate) revision: u64,
    /// All origins of pictures, sorted; `None` for those of the base.
    pub(crate) origins: Option<Vec<&'a str>>,
    /// In id order.
    pub(crate) list: Vec<Change<'a>>,
}

/// A change of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change<'a> {
    /// The position of the product in the base; for a new one, of the product that comes after it.
    pub(crate) place: u32,
    pub(crate) kind: Kind<'a>,
}

/// The state of a product after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// The product is gone.
    Gone,
    /// Its numbers differ, and its texts, its category and its details where they are named.
    Other {
        facts: Facts,
        variants: Option<Cow<'a, [u8]>>,
        texts: Option<ChangedTexts<'a>>,
        category: Option<Cow<'a, str>>,
        details: Option<ChangedDetails<'a>>,
    },
    /// The product is new.
    New {
        id: &'a str,
        facts: Facts,
        variants: Cow<'a, [u8]>,
        texts: ChangedTexts<'a>,
        category: Cow<'a, str>,
        details: ChangedDetails<'a>,
    },
}

/// The numbers of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) price: u64,
    /// 0 for none.
    pub(crate) compare_at: u64,
    pub(crate) stock: u32,
    pub(crate) rating: u32,
    pub(crate) reviews: u32,
    /// In seconds since 1970; 0 where it is unknown.
    pub(crate) published: u32,
}

/// The texts of a product that listings show and that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChangedTexts<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) image_url: &'a str,
    /// Empty where it is the slug of the name.
    pub(crate) handle: &'a str,
}

/// Everything else about a product that can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangedDetails<'a> {
    pub(crate) brand: &'a str,
    /// As `index/details.rs` has them.
    pub(crate) bytes: Cow<'a, [u8]>,
}

impl<'a> Change<'a> {
    /// Whether the product of the base at its place gives way.
    pub(crate) fn takes(&self) -> bool {
        !matches!(self.kind, Kind::New { .. })
    }

    /// The numbers after the change; `None` for a product that is gone.
    pub(crate) fn facts(&self) -> Option<Facts> {
        match &self.kind {
            Kind::Gone => None,
            Kind::Other { facts, .. } | Kind::New { facts, .. } => Some(*facts),
        }
    }

    /// The prices and stock of variants after the change, if they differ from those of the base.
    pub(crate) fn variants(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Gone => None,
            Kind::Other { variants, .. } => variants.as_deref(),
            Kind::New { variants, .. } => Some(variants),
        }
    }

    /// The texts after the change, if they differ from those of the base.
    pub(crate) fn texts(&self) -> Option<ChangedTexts<'a>> {
        match &self.kind {
            Kind::Gone => None,
            Kind::Other { texts, .. } => *texts,
            Kind::New { texts, .. } => Some(*texts),
        }
    }

    /// The names of the category after the change and of those above it, from the top, with [`SEPARATOR`] between them, if it differs
    /// from that of the base.
    ///
    /// [`SEPARATOR`]: crate::index::groups::SEPARATOR
    pub(crate) fn category(&self) -> Option<&str> {
        match &self.kind {
            Kind::Gone => None,
            Kind::Other { category, .. } => category.as_deref(),
            Kind::New { category, .. } => Some(category),
        }
    }

    /// The details after the change, if they differ from those of the base.
    pub(crate) fn details(&self) -> Option<&ChangedDetails<'a>> {
        match &self.kind {
            Kind::Gone => None,
            Kind::Other { details, .. } => details.as_ref(),
            Kind::New { details, .. } => Some(details),
        }
    }
}
