//! The merchant's `search.toml`: synonyms, stop words, redirects, and the products that a text or a collection puts first or last. Read
//! strictly, and refused at its first fault with the place of it. A product or a collection that the catalog lacks today counts for nothing;
//! whoever builds a shop from files holds the names against them, and refuses one that nothing has.
//!
//! ```toml
//! synonyms = [["couch", "sofa"], ["tee", "t-shirt"]]   # each finds the products of the others
//! stop_words = ["the", "for"]                          # left out of what is typed, unless nothing else is
//!
//! [[one_way]]                                          # `sneaker` finds trainers, `trainer` no sneakers
//! from = "sneaker"
//! to = ["trainer", "running shoe"]
//!
//! [redirects]
//! returns = "/pages/returns"
//!
//! [[rule]]
//! query = "gift"                                       # or: collection = "summer-sale"
//! pin = ["7", "3"]                                     # first, in this order, though no word finds them
//! boost = ["12"]                                       # before others that match as well
//! demote = ["5"]                                       # last
//! ```

mod document;
mod fault;
mod limits;

use std::io::Read;

use self::document::Document;
pub use self::fault::{RulesError, RulesFault};
use self::limits::MAX_BYTES;
use crate::index::rules::{Written, write};

/// The merchant's rules for searches, ready for an index.
#[derive(Clone, Debug, Default)]
pub struct SearchRules {
    section: Vec<u8>,
    /// An error for each product, collection and page that the rules name; it applies if the shop lacks that name.
    named: Vec<RulesError>,
}

/// Rules of the same meaning are equal, wherever they stand in their file.
impl PartialEq for SearchRules {
    fn eq(&self, other: &SearchRules) -> bool {
        self.section == other.section
    }
}

impl Eq for SearchRules {}

impl SearchRules {
    /// The name of their file, which lies beside the catalog file.
    pub const FILE_NAME: &'static str = "search.toml";

    /// Reads a `search.toml`.
    pub fn read(file: impl Read) -> Result<SearchRules, RulesError> {
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        let read = file.take(most).read_to_end(&mut bytes);
        read.map_err(|error| RulesError::whole(RulesFault::Read { message: error.to_string() }))?;
        let text = String::from_utf8(bytes).map_err(|_| RulesError::whole(RulesFault::NotText))?;
        SearchRules::parse(&text)
    }

    /// Reads the text of a `search.toml`.
    pub fn parse(text: &str) -> Result<SearchRules, RulesError> {
        if text.len() > MAX_BYTES {
            return Err(RulesError::whole(RulesFault::TooLarge { bytes: text.len() }));
        }
        let document: Document = toml::from_str(text).map_err(|error| RulesError::syntax(text, &error))?;
        let (mut rules, mut named) = (Written::new(), Vec::new());
        document.compile(&mut rules, &mut named).map_err(|fault| fault.in_text(text))?;
        // Of a file of 256 KiB.
        let section = write(&rules).unwrap_or_default();
        Ok(SearchRules { section, named: named.into_iter().map(|fault| fault.in_text(text)).collect() })
    }

    /// Whether there are none.
    pub fn are_none(&self) -> bool {
        self.section.is_empty()
    }

    /// Checks that the merchant's pages to which redirects lead exist: `has` takes the name of one, such as `returns` for
    /// `/pages/returns`. The error is the first redirect to a page that does not.
    pub fn check_pages(&self, has: impl Fn(&str) -> bool) -> Result<(), RulesError> {
        self.check(|fault| match fault {
            RulesFault::UnknownPage { path } => {
                let end = path.find(['?', '#']).unwrap_or(path.len());
                path.get(..end).and_then(|path| path.strip_prefix("/pages/")).is_none_or(&has)
            }
            _ => true,
        })
    }

    /// Checks names: `is_there` takes the fault of one that is not.
    pub(super) fn check(&self, is_there: impl Fn(&RulesFault) -> bool) -> Result<(), RulesError> {
        let fault = self.named.iter().find(|named| !is_there(&named.fault));
        fault.map_or(Ok(()), |fault| Err(fault.clone()))
    }

    /// As they stand in an index.
    pub(super) fn section(&self) -> &[u8] {
        &self.section
    }
}
