//! Entity tags: a strong validator made from the body alone, and the comparison that `If-None-Match` asks for.
//! Same body, same tag, on every host and in every build.

use xxhash_rust::xxh3::xxh3_128;

/// A strong entity tag: a 128-bit content hash as 32 hexadecimal digits in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// The tag of a body.
    pub fn of(body: &[u8]) -> ETag {
        ETag(format!("\"{:032x}\"", xxh3_128(body)))
    }

    /// The tag with its quotes, as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `If-None-Match` names this tag. Compares weakly (RFC 9110, section 13.1.2), since a proxy that compresses an answer
    /// weakens its tag.
    pub fn matches(&self, if_none_match: &str) -> bool {
        if if_none_match.trim_matches(is_space) == "*" {
            return true;
        }
        let mut rest = if_none_match;
        // Commas may stand inside a tag, so the list is read tag by tag and not split.
        loop {
            rest = rest.trim_start_matches(|character| is_space(character) || character == ',');
            let Some(opaque) = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"') else {
                return false;
            };
            let Some((tag, after)) = opaque.split_once('"') else {
                return false;
            };
            if self.0.trim_matches('"') == tag {
                return true;
            }
            rest = after;
        }
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t')
}
