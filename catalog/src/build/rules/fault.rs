//! The faults that a `search.toml` can have, each with its place.

use core::ops::Range;

use web::foreign::{excerpt, line};

use super::limits::{MAX_BYTES, MAX_PATH, MAX_TEXT};
use crate::index::rules::PHRASE_LIMIT;
use crate::model::id::{IdError, ProductId};

/// The longest message of the reader of TOML, in characters.
const MESSAGE: usize = 200;

/// A fault of a `search.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}{}: {fault}", if key.is_empty() { String::new() } else { format!(", `{key}`") })]
pub struct RulesError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The path of the value, such as `synonyms[2][1]`, each place from 1; empty where the file is no TOML.
    pub key: String,
    /// The rule that is broken.
    pub fault: RulesFault,
}

/// A rule for a `search.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesFault {
    /// More bytes than such a file may have.
    #[error("the file has at most {MAX_BYTES} bytes, not {bytes} or more")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file cannot be read.
    #[error("the file cannot be read: {message}")]
    Read {
        /// The message of the reader.
        message: String,
    },
    /// Another encoding.
    #[error("the file is no UTF-8")]
    NotText,
    /// No TOML, or a key or a type that such a file lacks.
    #[error("{message}")]
    Syntax {
        /// The message of the reader.
        message: String,
    },
    /// A text without a letter or digit.
    #[error("`{}` has no word", excerpt(text))]
    NoWord {
        /// The text.
        text: String,
    },
    /// A longer text than a shopper can search for.
    #[error("a text has at most {MAX_TEXT} characters, not {characters}")]
    TextTooLong {
        /// Its length.
        characters: usize,
    },
    /// A text of more words than are looked up together.
    #[error("a text that stands for others has at most {PHRASE_LIMIT} words, not {words}")]
    TooManyWords {
        /// How many it has.
        words: usize,
    },
    /// A stop word that is several.
    #[error("a stop word is one word, not {words}")]
    NotOneWord {
        /// How many they are.
        words: usize,
    },
    /// More of something than there may be, or fewer.
    #[error("there are {least} to {most} {things} here, not {count}")]
    Count {
        /// What is counted.
        things: &'static str,
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
        /// How many there are.
        count: usize,
    },
    /// Something that an earlier line says.
    #[error("`{}` is there twice; case, accents and plurals do not count", excerpt(text))]
    Twice {
        /// The text, collection or id.
        text: String,
    },
    /// A redirect that leads out of the shop, or nowhere.
    #[error(
        "`{}` is no path of the shop: it begins with one `/` and has at most {MAX_PATH} visible ASCII characters without `\\`, `\"`, `<` and `>`",
        excerpt(path)
    )]
    Path {
        /// The address.
        path: String,
    },
    /// A redirect to a search that is redirected itself, perhaps in a circle.
    #[error("`{}` searches for a text that is redirected itself", excerpt(path))]
    Onward {
        /// The address.
        path: String,
    },
    /// A redirect to a page that the merchant has not written.
    #[error("the shop has no page `{}`: it would be a file in the folder `pages`", excerpt(path))]
    UnknownPage {
        /// Its address.
        path: String,
    },
    /// A product that the catalog lacks.
    #[error("the catalog has no product `{}`", excerpt(id))]
    UnknownProduct {
        /// Its id.
        id: String,
    },
    /// A collection that no product belongs to.
    #[error("no product belongs to the collection `{}`", excerpt(name))]
    UnknownCollection {
        /// Its name.
        name: String,
    },
    /// A rule for nothing, or for two things.
    #[error("a rule has either `query` or `collection`")]
    Target,
    /// The name of a collection that none can have.
    #[error("`{}` is no collection: its name has 1 to 120 of `a` to `z`, `0` to `9` and `-`", excerpt(name))]
    Collection {
        /// The name.
        name: String,
    },
    /// A rule that changes nothing.
    #[error("a rule has at least one product in `pin`, `boost` or `demote`")]
    NoProduct,
    /// A text that is no product's id.
    #[error("{0}")]
    Id(IdError),
}

/// A fault at a range of bytes.
pub(super) struct Placed {
    pub(super) span: Range<usize>,
    pub(super) key: String,
    pub(super) fault: RulesFault,
}

impl Placed {
    pub(super) fn in_text(self, text: &str) -> RulesError {
        let (line, column) = place(text, self.span.start);
        RulesError { line, column, key: self.key, fault: self.fault }
    }
}

impl RulesError {
    /// A fault of the file as a whole.
    pub(super) fn whole(fault: RulesFault) -> RulesError {
        RulesError { line: 1, column: 1, key: String::new(), fault }
    }

    /// A fault that the reader of TOML found.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> RulesError {
        let (line_number, column) = place(text, error.span().map_or(0, |span| span.start));
        let message = line(error.message(), MESSAGE);
        RulesError { line: line_number, column, key: String::new(), fault: RulesFault::Syntax { message } }
    }
}

/// Checks an id.
pub(super) fn check_id(id: &str) -> Result<(), RulesFault> {
    ProductId::new(id).map(|_| ()).map_err(RulesFault::Id)
}

/// Line and column of a byte, from 1.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
