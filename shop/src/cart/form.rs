//! The fields of a form that changes the cart, as they were sent. The first value of a name counts; what is not known is ignored.

use commerce::MAX_QUANTITY;
use pages::Sent;

/// Most fields that are read; a form of the shop has a dozen.
const MOST: usize = 64;

/// A form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
}

/// A quantity that is no whole number in its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongQuantity(pub(crate) String);

/// The longest value that a page shows again, in characters.
const SHOWN: usize = 64;

impl Form {
    /// Reads content of type `application/x-www-form-urlencoded`. Fields that cannot be decoded are left out.
    pub(crate) fn read(content: &[u8]) -> Form {
        let text = core::str::from_utf8(content).unwrap_or_default();
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in web::decode_form(text).flatten().take(MOST) {
            if fields.iter().all(|(held, _)| *held != name) {
                fields.push((name.into_owned(), value.into_owned()));
            }
        }
        Form { fields }
    }

    /// A field without blanks around it; `None` where it is missing or empty.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(held, _)| held == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The values of options, by name.
    pub(crate) fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        let options =
            self.fields.iter().filter_map(|(name, value)| Some((name.strip_prefix("option.")?, value.as_str())));
        options.filter(|(_, value)| !value.is_empty())
    }

    /// What the page of a refused form shows again.
    pub(crate) fn sent(&self) -> Sent {
        let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
        let field = |name| self.field(name).map(shown).unwrap_or_default();
        let options = self.options().map(|(name, value)| (shown(name), shown(value))).collect();
        Sent { sku: field("sku"), quantity: field("quantity"), options, code: field("code") }
    }

    /// The quantity: 1 where none was sent.
    pub(crate) fn quantity(&self, least: u32) -> Result<u32, WrongQuantity> {
        let Some(text) = self.field("quantity") else { return Ok(1) };
        let wrong = || WrongQuantity(text.chars().take(12).collect());
        let is_number = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
        let quantity: u32 = if is_number { text.parse().map_err(|_| wrong())? } else { return Err(wrong()) };
        if (least..=MAX_QUANTITY).contains(&quantity) { Ok(quantity) } else { Err(wrong()) }
    }
}
