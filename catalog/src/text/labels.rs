//! Separates the names of properties in a description from their values: in `— sensor type: optical; colour: black` the words
//! `sensor type` and `colour` name properties, which nearly all products of a kind have, so that they distinguish none.
//!
//! Knows lists of this one form, which is how shops export them: `name: value`, with `; ` between two and nothing, `; ` or `— `
//! before the first. Everything else is text.

/// Longest name of a property, in characters.
const LIMIT: usize = 61;

/// Calls `visit` with the parts of a description, in order, and whether each is the name of a property.
pub(crate) fn each<'t>(description: &'t str, mut visit: impl FnMut(&'t str, bool)) {
    let mut rest = description;
    loop {
        if let Some(label) = label(rest) {
            visit(label, true);
            rest = rest.get(label.len()..).unwrap_or_default();
        }
        let next = ["; ", "— "].into_iter().filter_map(|mark| Some(rest.find(mark)? + mark.len())).min();
        let (text, after) = rest.split_at_checked(next.unwrap_or(rest.len())).unwrap_or((rest, ""));
        visit(text, false);
        if after.is_empty() {
            return;
        }
        rest = after;
    }
}

/// The name of a property that a text begins with.
fn label(text: &str) -> Option<&str> {
    let (label, _) = text.split_once(": ")?;
    let is_name = label.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && label.chars().take(LIMIT + 1).count() <= LIMIT
        && !label.contains([':', ';', '—']);
    is_name.then_some(label)
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(description: &str, labels: &[&str]) {
        let (mut found, mut whole) = (Vec::new(), String::new());
        super::each(description, |part, is_label| {
            whole.push_str(part);
            if is_label {
                found.push(part);
            }
        });
        assert_eq!(whole, description, "nothing is lost");
        assert_eq!(found, labels, "{description}");
    }

    #[test]
    fn names_of_properties_are_told_from_what_is_said() {
        check("Wireless mouse — sensor type: optical; colour: black", &["sensor type", "colour"]);
        check("colour: black; size: 5 x 3; round", &["colour", "size"]);
        check("Note: wash by hand; then dry: flat", &["then dry"]);
        check("A mug. Colour: blue. Opens at 10:30; see https://example.com: x", &[]);
        check("— ; : ; a: — b:c; d: ", &["a", "d"]);
        check(&format!("{}: x", "a".repeat(61)), &["a".repeat(61).as_str()]);
        check(&format!("{}: x", "ä".repeat(62)), &[]);
        check("", &[]);
    }
}
