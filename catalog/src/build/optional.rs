//! The fields that a record of our own format may have beside the nine: texts, categories above, labels, dates, pictures and variants.
//! Read as strictly as the nine; variants and pictures, which only JSON has, are `nested.rs`.

use web::foreign::excerpt;

use crate::build::limits::MAX_CATEGORY_LENGTH;
use crate::build::nested;
use crate::build::problem::Rule;
use crate::build::syntax::json::Members;
use crate::build::syntax::value::Value;
use crate::build::{markup, moment};
use crate::model::currency::Currency;
use crate::model::details::{Details, MAX_FORMER_HANDLES, MAX_LABEL_LENGTH, MAX_LABELS};
use crate::model::handle::Handle;
use crate::model::money::Price;

/// The fields that a record may have.
pub(super) const OPTIONAL: [&str; 18] = [
    "handle",
    "brand",
    "gtin",
    "mpn",
    "tags",
    "categoryPath",
    "collections",
    "images",
    "options",
    "variants",
    "attributes",
    "compareAtPrice",
    "unit",
    "taxClass",
    "published",
    "seo",
    "descriptionHtml",
    "formerHandles",
];

/// What these fields say.
#[derive(Debug, Default)]
pub(super) struct Optional {
    pub(super) handle: String,
    pub(super) brand: String,
    pub(super) path: Vec<String>,
    pub(super) compare_at: Option<Price>,
    /// When it was published; `None` if it is not.
    pub(super) published: Option<u32>,
    pub(super) details: Details,
}

/// Reads fields and collects what is wrong with them.
pub(super) struct Fields<'p> {
    pub(super) currency: Currency,
    pub(super) problems: &'p mut Vec<Rule>,
}

/// Reads the fields that are there.
pub(super) fn read(values: &[(&'static str, Value<'_>)], currency: Currency, problems: &mut Vec<Rule>) -> Optional {
    let mut found = Optional { published: Some(0), ..Optional::default() };
    let mut fields = Fields { currency, problems };
    for (name, value) in values {
        if !matches!(value, Value::Json(json) if json.get() == "null") {
            fields.field(name, *value, &mut found);
        }
    }
    nested::link(&mut fields, values, &mut found.details);
    found
}

impl Fields<'_> {
    fn field(&mut self, name: &'static str, value: Value<'_>, found: &mut Optional) {
        let details = &mut found.details;
        match name {
            "handle" => found.handle = self.handle(name, value),
            "brand" => found.brand = self.label(name, value),
            "gtin" => details.gtin = self.gtin(name, value),
            "mpn" => details.mpn = self.label(name, value),
            "taxClass" => details.tax_class = self.label(name, value),
            "tags" => details.tags = self.labels(name, value, MAX_LABELS, MAX_LABEL_LENGTH),
            "collections" => details.collections = self.labels(name, value, MAX_LABELS, MAX_LABEL_LENGTH),
            "categoryPath" => found.path = self.path(name, value),
            "formerHandles" => {
                details.former_handles = self.labels(name, value, MAX_FORMER_HANDLES, Handle::MAX_LENGTH);
            }
            "compareAtPrice" => found.compare_at = self.price(name, value),
            "published" => found.published = self.published(name, value),
            "descriptionHtml" => {
                let text = self.text(name, value).unwrap_or_default();
                details.html = markup::clean(&text);
            }
            "seo" => {
                for (member, value) in self.object(name, value) {
                    match &*member {
                        "title" => details.seo_title = self.short("seo.title", value, 200),
                        "description" => details.seo_description = self.short("seo.description", value, 500),
                        other => self.unknown(name, other),
                    }
                }
            }
            "unit" => details.unit = nested::unit(self, value),
            "attributes" => details.attributes = nested::attributes(self, value),
            "options" => details.options = nested::options(self, value),
            "images" => details.images = nested::images(self, value),
            // They need the options and the pictures.
            _ => {}
        }
    }

    pub(super) fn text(&mut self, field: &'static str, value: Value<'_>) -> Option<String> {
        match value.text() {
            Some(text) => Some(text.trim().to_owned()),
            None => self.wrong(field, "a text", value),
        }
    }

    /// A text of one line with a limit.
    pub(super) fn short(&mut self, field: &'static str, value: Value<'_>, maximum: usize) -> String {
        let text = self.text(field, value).unwrap_or_default();
        let length = text.chars().count();
        if text.chars().any(char::is_control) {
            self.problems.push(Rule::Control { field });
        } else if length > maximum {
            self.problems.push(Rule::TooLong { field, maximum, length });
        } else {
            return text;
        }
        String::new()
    }

    pub(super) fn label(&mut self, field: &'static str, value: Value<'_>) -> String {
        self.short(field, value, MAX_LABEL_LENGTH)
    }

    /// A list of texts; a cell has them between commas or bars.
    fn labels(&mut self, field: &'static str, value: Value<'_>, maximum: usize, longest: usize) -> Vec<String> {
        let parts: Vec<Value<'_>> = match value {
            Value::Cell(cell) => cell.split([',', '|']).map(Value::Cell).collect(),
            Value::Json(_) => value.list().or_else(|| self.wrong(field, "a list of texts", value)).unwrap_or_default(),
        };
        let mut labels: Vec<String> = Vec::new();
        for part in parts {
            let label = self.short(field, part, longest);
            if !label.is_empty() && !labels.contains(&label) {
                labels.push(label);
            }
        }
        if labels.len() > maximum {
            self.problems.push(Rule::TooMany { field, maximum, found: labels.len() });
        }
        labels
    }

    fn path(&mut self, field: &'static str, value: Value<'_>) -> Vec<String> {
        if let Some(list) = value.list() {
            return list.into_iter().map(|part| self.short(field, part, MAX_CATEGORY_LENGTH)).collect();
        }
        let text = self.short(field, value, MAX_CATEGORY_LENGTH * 8);
        split_path(&text)
    }

    fn handle(&mut self, field: &'static str, value: Value<'_>) -> String {
        let text = self.text(field, value).unwrap_or_default();
        match Handle::new(&text) {
            _ if text.is_empty() => {}
            Ok(handle) => return handle.as_str().to_owned(),
            Err(_) => {
                let expected = "1 to 120 small letters, digits and `-`, and no address of the shop's own";
                self.problems.push(Rule::Value { field, expected, value: excerpt(&text) });
            }
        }
        String::new()
    }

    pub(super) fn gtin(&mut self, field: &'static str, value: Value<'_>) -> String {
        let text = self.text(field, value).unwrap_or_default();
        let is_gtin = (8..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_gtin || text.is_empty() {
            return text;
        }
        self.problems.push(Rule::Value { field, expected: "8 to 14 digits", value: excerpt(&text) });
        String::new()
    }

    pub(super) fn price(&mut self, field: &'static str, value: Value<'_>) -> Option<Price> {
        if matches!(value, Value::Cell(cell) if cell.trim().is_empty()) {
            return None;
        }
        let Some(number) = value.number() else { return self.wrong(field, "a number", value) };
        match self.currency.price(number) {
            Ok(price) => Some(price),
            Err(error) => {
                self.problems.push(Rule::Price(error));
                None
            }
        }
    }

    fn published(&mut self, field: &'static str, value: Value<'_>) -> Option<u32> {
        let text = match value {
            Value::Json(json) if matches!(json.get(), "true" | "false") => json.get().to_owned(),
            _ => self.text(field, value).unwrap_or_default(),
        };
        match text.to_ascii_lowercase().as_str() {
            "" | "true" => Some(0),
            "false" => None,
            _ => {
                let moment = moment::parse(&text);
                if moment.is_none() {
                    let expected = "`true`, `false` or a time such as `2026-11-27T08:00:00Z`";
                    self.problems.push(Rule::Value { field, expected, value: excerpt(&text) });
                }
                Some(moment.unwrap_or_default())
            }
        }
    }

    /// The members of an object; none where it is something else, which is a problem.
    pub(super) fn object<'v>(
        &mut self,
        field: &'static str,
        value: Value<'v>,
    ) -> Vec<(std::borrow::Cow<'v, str>, Value<'v>)> {
        let is_object = value.source().starts_with('{');
        match value.members().filter(|_| is_object) {
            Some(Members(members)) => members.into_iter().map(|(name, value)| (name, Value::Json(value))).collect(),
            None => self.wrong(field, "an object", value).unwrap_or_default(),
        }
    }

    /// The elements of a list of at most so many.
    pub(super) fn list<'v>(&mut self, field: &'static str, value: Value<'v>, maximum: usize) -> Vec<Value<'v>> {
        match value.list() {
            Some(list) if list.len() > maximum => {
                self.problems.push(Rule::TooMany { field, maximum, found: list.len() });
                Vec::new()
            }
            Some(list) => list,
            None => self.wrong(field, "a list", value).unwrap_or_default(),
        }
    }

    pub(super) fn unknown(&mut self, around: &str, member: &str) {
        self.problems.push(Rule::Unknown { field: format!("{around}.{}", excerpt(member)) });
    }

    pub(super) fn wrong<T>(&mut self, field: &'static str, expected: &'static str, value: Value<'_>) -> Option<T> {
        self.problems.push(Rule::Type { field, expected, value: excerpt(value.source()) });
        None
    }
}

/// The names of a path such as `Clothing > Shirts`, from the top.
pub(super) fn split_path(text: &str) -> Vec<String> {
    text.split(" > ").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
