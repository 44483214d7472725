//! A cart: lines of SKU and quantity, and codes. Knows no product and no price but the one that was seen when a line was added.
//!
//! | to change | open |
//! | --- | --- |
//! | limits, adding, setting, removing, merging | this file |
//! | the text form and what is saved of a damaged one | `text.rs` |
//! | the rule for codes | `code.rs` |

pub(crate) mod code;
pub(crate) mod text;

use catalog::{Price, Sku};

use crate::cart::code::Code;

/// The most lines of a cart.
pub const MAX_LINES: usize = 50;
/// The most of one line.
pub const MAX_QUANTITY: u32 = 999;
/// The most codes of a cart.
pub const MAX_CODES: usize = 5;

/// What a shopper wants to buy. SKUs and codes are unique in it; lines are in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    lines: Vec<Line>,
    codes: Vec<Code>,
}

/// So many of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    sku: String,
    quantity: u32,
    seen: Option<Price>,
}

/// Why a cart was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// One line more than a cart has room for.
    #[error("a cart has at most {MAX_LINES} different items")]
    TooManyLines,
    /// A quantity outside its range.
    #[error("a quantity is a number from 1 to {MAX_QUANTITY}, not {quantity}")]
    Quantity {
        /// The quantity that the line would have had.
        quantity: u32,
    },
    /// One code more than a cart has room for.
    #[error("a cart has at most {MAX_CODES} codes")]
    TooManyCodes,
    /// The text of the cart would not fit into its cookie.
    #[error("the cart is full: its item numbers are too long for more items")]
    Full,
    /// The SKU of a line that should change is not in the cart.
    #[error("the cart has no item `{sku}`")]
    NoSuchLine {
        /// The SKU.
        sku: String,
    },
}

impl Line {
    /// What is bought.
    pub fn sku(&self) -> &str {
        &self.sku
    }

    /// How many, from 1 to [`MAX_QUANTITY`].
    pub fn quantity(&self) -> u32 {
        self.quantity
    }

    /// The price of one when the line was added or changed last.
    pub fn seen(&self) -> Option<Price> {
        self.seen
    }
}

impl Cart {
    /// The lines, in the order in which they were added.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The codes, in the order in which they were added.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// Whether it has neither lines nor codes.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.codes.is_empty()
    }

    /// The number of things in it: the sum of all quantities.
    pub fn count(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// The line of a SKU.
    pub fn line(&self, sku: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.sku == sku)
    }

    /// Adds so many to what there is of a SKU. Returns the quantity that the line has now.
    pub fn add(&mut self, sku: Sku<'_>, quantity: u32, seen: Option<Price>) -> Result<u32, EditError> {
        let before = self.line(sku.as_str()).map_or(0, Line::quantity);
        if quantity == 0 {
            return Err(EditError::Quantity { quantity });
        }
        self.put(sku, before.saturating_add(quantity), seen)
    }

    /// Makes it so many of a SKU, whether there were any or not; 0 takes the line out. Returns the quantity that the line has now.
    pub fn set(&mut self, sku: Sku<'_>, quantity: u32, seen: Option<Price>) -> Result<u32, EditError> {
        if quantity > 0 {
            return self.put(sku, quantity, seen);
        }
        self.remove(sku.as_str());
        Ok(0)
    }

    /// Takes the line of a SKU out and returns it.
    pub fn remove(&mut self, sku: &str) -> Option<Line> {
        let place = self.lines.iter().position(|line| line.sku == sku)?;
        Some(self.lines.remove(place))
    }

    /// Adds a code; one that it has already changes nothing.
    pub fn add_code(&mut self, code: Code) -> Result<(), EditError> {
        if self.codes.contains(&code) {
            return Ok(());
        }
        if self.codes.len() >= MAX_CODES {
            return Err(EditError::TooManyCodes);
        }
        if self.text_length() + code.as_str().len() + 2 > text::MAX_TEXT_LENGTH {
            return Err(EditError::Full);
        }
        self.codes.push(code);
        Ok(())
    }

    /// Takes a code out. Whether it was there.
    pub fn remove_code(&mut self, code: &Code) -> bool {
        let before = self.codes.len();
        self.codes.retain(|held| held != code);
        self.codes.len() < before
    }

    /// Keeps the codes that `is_kept` names.
    pub fn keep_codes(&mut self, is_kept: impl Fn(&Code) -> bool) {
        self.codes.retain(is_kept);
    }

    /// Adds what another cart has: of each SKU the larger quantity, so that merging twice changes nothing. Returns what had no room.
    pub fn merge(&mut self, other: &Cart) -> Vec<Line> {
        let mut left = Vec::new();
        for line in &other.lines {
            let quantity = line.quantity.max(self.line(&line.sku).map_or(0, Line::quantity));
            let is_put = Sku::new(&line.sku).is_ok_and(|sku| self.put(sku, quantity, line.seen).is_ok());
            if !is_put {
                left.push(line.clone());
            }
        }
        for code in &other.codes {
            let _ = self.add_code(code.clone());
        }
        left
    }

    /// Notes the price that a shopper sees of each line from now on. A price that the text has no room for is left out, since a cart that outgrew
    /// its cookie would be lost.
    pub fn see(&mut self, mut price_of: impl FnMut(&str) -> Option<Price>) {
        let mut length = self.text_length();
        for line in &mut self.lines {
            length -= text::line_length(line);
            line.seen = price_of(&line.sku).or(line.seen);
            if length + text::line_length(line) > text::MAX_TEXT_LENGTH {
                line.seen = None;
            }
            length += text::line_length(line);
        }
    }

    /// Sets the quantity of a line, or adds the line. A price that was seen before stays where no other is given.
    fn put(&mut self, sku: Sku<'_>, quantity: u32, seen: Option<Price>) -> Result<u32, EditError> {
        if !(1..=MAX_QUANTITY).contains(&quantity) {
            return Err(EditError::Quantity { quantity });
        }
        let place = self.lines.iter().position(|line| line.sku == sku.as_str());
        if place.is_none() && self.lines.len() >= MAX_LINES {
            return Err(EditError::TooManyLines);
        }
        let before = place.and_then(|place| self.lines.get(place));
        let line = Line { sku: sku.as_str().to_owned(), quantity, seen: seen.or(before.and_then(Line::seen)) };
        let length = self.text_length() + text::line_length(&line) - before.map_or(0, text::line_length);
        if length > text::MAX_TEXT_LENGTH {
            return Err(EditError::Full);
        }
        match place.and_then(|place| self.lines.get_mut(place)) {
            Some(held) => *held = line,
            None => self.lines.push(line),
        }
        Ok(quantity)
    }
}
