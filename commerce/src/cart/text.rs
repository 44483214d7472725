//! The text of a cart, as a cookie and an address carry it: `1~<sku>*<quantity>*<price seen>~…~!<code>`, the price in minor units and
//! absent where none was seen. One cart has one text. `~`, `*` and `!` are legal in cookies (RFC 6265) and outside the set of SKUs.

use catalog::{Price, Sku};

use crate::cart::code::Code;
use crate::cart::{Cart, Line, MAX_CODES, MAX_LINES, MAX_QUANTITY};

/// The longest text of a cart, in bytes: a cookie of 4,096 with its name and attributes.
pub const MAX_TEXT_LENGTH: usize = 3_800;

/// The version of the text form, which it begins with.
const VERSION: &str = "1";

/// The most bytes of a damaged text that are looked at.
const MAX_SALVAGED_LENGTH: usize = 16_384;

/// Why a text is no cart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Longer than [`MAX_TEXT_LENGTH`].
    #[error("the text of a cart has at most {MAX_TEXT_LENGTH} bytes, not {length}")]
    Length {
        /// The length in bytes.
        length: usize,
    },
    /// Another version of the text form, or none.
    #[error("the text of a cart begins with `{VERSION}~`")]
    Version,
    /// A part that is neither a line nor a code, or breaks a limit.
    #[error(
        "part {number} of the cart is no `SKU*quantity*price`, with a quantity from 1 to {MAX_QUANTITY}, and no `!CODE`"
    )]
    Part {
        /// Which one, from 1.
        number: usize,
    },
    /// A SKU or a code that stands there twice.
    #[error("part {number} of the cart repeats an earlier one")]
    Repeated {
        /// Which one, from 1.
        number: usize,
    },
    /// More lines or codes than a cart has room for.
    #[error("a cart has at most {MAX_LINES} items and {MAX_CODES} codes")]
    TooMany,
}

/// What could be read of a text that is perhaps damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Everything valid.
    pub cart: Cart,
    /// What was lost, in words for shoppers to be made of; empty for a text that is whole.
    pub losses: Vec<Loss>,
}

/// Something that was lost of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Parts that are neither lines nor codes.
    Unreadable,
    /// A quantity above the largest; the line is there with the largest.
    Quantity,
    /// Lines or codes beyond the most.
    TooMany,
    /// The text of another version of this shop.
    Version,
}

enum Part<'a> {
    Line(Sku<'a>, u32, Option<Price>),
    Code(Code),
}

impl Cart {
    /// Reads a text that [`Cart::to_text`] wrote, and nothing else.
    pub fn parse(text: &str) -> Result<Cart, TextError> {
        if text.is_empty() {
            return Ok(Cart::default());
        }
        if text.len() > MAX_TEXT_LENGTH {
            return Err(TextError::Length { length: text.len() });
        }
        let (version, parts) = text.split_once('~').ok_or(TextError::Version)?;
        if version != VERSION {
            return Err(TextError::Version);
        }
        let mut cart = Cart::default();
        for (part, number) in parts.split('~').zip(1..) {
            match read(part).filter(|part| is_in_range(part)) {
                Some(Part::Line(sku, quantity, seen)) => {
                    // Codes end the text, so that one cart has one text.
                    if !cart.codes.is_empty() {
                        return Err(TextError::Part { number });
                    }
                    if cart.line(sku.as_str()).is_some() {
                        return Err(TextError::Repeated { number });
                    }
                    cart.put(sku, quantity, seen).map_err(|_| TextError::TooMany)?;
                }
                Some(Part::Code(code)) => {
                    if cart.codes.contains(&code) {
                        return Err(TextError::Repeated { number });
                    }
                    cart.add_code(code).map_err(|_| TextError::TooMany)?;
                }
                None => return Err(TextError::Part { number }),
            }
        }
        Ok(cart)
    }

    /// Reads what is valid in any bytes: of a SKU that stands there twice the larger quantity.
    pub fn salvage(bytes: &[u8]) -> Salvaged {
        if let Some(cart) = core::str::from_utf8(bytes).ok().and_then(|text| Cart::parse(text).ok()) {
            return Salvaged { cart, losses: Vec::new() };
        }
        let mut salvaged = Salvaged::default();
        if bytes.len() > MAX_SALVAGED_LENGTH {
            salvaged.lose(Loss::TooMany);
        }
        let bytes = bytes.get(..MAX_SALVAGED_LENGTH).unwrap_or(bytes);
        let mut parts = bytes.split(|byte| *byte == b'~');
        if parts.next() != Some(VERSION.as_bytes()) {
            salvaged.lose(Loss::Version);
        }
        for part in parts {
            match core::str::from_utf8(part).ok().and_then(read) {
                Some(Part::Line(sku, quantity, seen)) => salvaged.keep(sku, quantity, seen),
                Some(Part::Code(code)) => {
                    if salvaged.cart.add_code(code).is_err() {
                        salvaged.lose(Loss::TooMany);
                    }
                }
                None => salvaged.lose(Loss::Unreadable),
            }
        }
        salvaged
    }

    /// The text of the cart; empty for an empty one.
    pub fn to_text(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut text = String::with_capacity(self.text_length());
        text.push_str(VERSION);
        for line in &self.lines {
            text.push('~');
            text.push_str(&line.sku);
            text.push('*');
            text.push_str(&line.quantity.to_string());
            if let Some(seen) = line.seen {
                text.push('*');
                text.push_str(&seen.minor().to_string());
            }
        }
        for code in &self.codes {
            text.push_str("~!");
            text.push_str(code.as_str());
        }
        text
    }

    /// The length of the text, in bytes.
    pub(super) fn text_length(&self) -> usize {
        let lines: usize = self.lines.iter().map(line_length).sum();
        let codes: usize = self.codes.iter().map(|code| code.as_str().len() + 2).sum();
        VERSION.len() + lines + codes
    }
}

impl Salvaged {
    fn lose(&mut self, loss: Loss) {
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    fn keep(&mut self, sku: Sku<'_>, quantity: u32, seen: Option<Price>) {
        if quantity > MAX_QUANTITY {
            self.lose(Loss::Quantity);
        }
        let held = self.cart.line(sku.as_str()).map_or(0, Line::quantity);
        if quantity > 0 && self.cart.put(sku, quantity.min(MAX_QUANTITY).max(held), seen).is_err() {
            self.lose(Loss::TooMany);
        }
    }
}

/// The length of a line in the text, with what parts it from the line before.
pub(super) fn line_length(line: &Line) -> usize {
    let digits = |number: u64| 1 + number.checked_ilog10().unwrap_or(0) as usize;
    let seen = line.seen.map_or(0, |price| 1 + digits(price.minor()));
    1 + line.sku.len() + 1 + digits(line.quantity.into()) + seen
}

/// A part, whatever its quantity.
fn read(part: &str) -> Option<Part<'_>> {
    if let Some(code) = part.strip_prefix('!') {
        // Small letters would be a second spelling of the same code.
        return Code::new(code).ok().filter(|read| read.as_str() == code).map(Part::Code);
    }
    let (sku, numbers) = part.split_once('*')?;
    let (quantity, seen) = match numbers.split_once('*') {
        Some((quantity, seen)) => (quantity, Some(Price::from_minor(number(seen)?).ok()?)),
        None => (numbers, None),
    };
    let quantity = u32::try_from(number(quantity)?).unwrap_or(u32::MAX);
    Some(Part::Line(Sku::new(sku).ok()?, quantity, seen))
}

fn is_in_range(part: &Part<'_>) -> bool {
    !matches!(part, Part::Line(_, quantity, _) if !(1..=MAX_QUANTITY).contains(quantity))
}

/// A number without sign, blanks and leading zeros, of at most twelve digits.
fn number(text: &str) -> Option<u64> {
    let is_plain = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_shortest = text == "0" || !text.starts_with('0');
    if is_plain && is_shortest { text.parse().ok() } else { None }
}
