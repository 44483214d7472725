//! How many values a product offers of each of its options, as a card names them: `3 colours · 2 sizes`.
//! Knows the plural of a few English names; another name stands before its number.

use std::collections::BTreeSet;

use catalog::{Details, fold};
use maud::Render;

use crate::write::number::write_digits;
use crate::write::text::Text;

/// Names whose plural has an `s`.
const NAMES: [&str; 12] = [
    "colour", "color", "size", "material", "style", "pattern", "length", "width", "scent", "flavour", "flavor", "model",
];

/// Appends the counts of those options that leave a choice, and returns whether there is any.
pub(super) fn write(details: &Details, out: &mut String) -> bool {
    let start = out.len();
    for (place, name) in details.options.iter().enumerate() {
        let values: BTreeSet<&str> =
            details.variants.iter().filter_map(|variant| variant.values.get(place)).map(String::as_str).collect();
        let Some(count) = u64::try_from(values.len()).ok().filter(|count| *count > 1) else { continue };
        if out.len() > start {
            out.push_str(" · ");
        }
        let folded = fold(name);
        if let Some(known) = NAMES.iter().find(|known| **known == folded) {
            write_digits(count, 1, out);
            for part in [" ", known, "s"] {
                out.push_str(part);
            }
        } else {
            Text(name).render_to(out);
            out.push_str(": ");
            write_digits(count, 1, out);
        }
    }
    out.len() > start
}
