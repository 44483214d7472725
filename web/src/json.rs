//! JSON text written by hand, byte for byte as `JSON.stringify` would: the few shapes the API needs, without a serializer.
//! Writes only; reading records is the build's business.

/// Appends a quoted JSON string.
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut rest = bytes;
    // Every byte that needs an escape is ASCII, so cutting before it never splits a character.
    while let Some((plain, escaped, after)) = split_at_escape(rest) {
        out.extend_from_slice(plain);
        push_escape(out, escaped);
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Appends a whole number.
pub fn push_number(out: &mut Vec<u8>, number: u32) {
    let mut digits = [0_u8; 10];
    let mut start = digits.len();
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        start -= 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(start..).unwrap_or_default());
}

/// Appends the items with commas between them.
pub fn push_list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut push: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}

fn split_at_escape(bytes: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    // Hardly any text has one, so eight bytes are looked at together, without a branch for each.
    let (chunks, _) = bytes.as_chunks::<8>();
    let start = chunks.iter().take_while(|chunk| !has_escape(u64::from_le_bytes(**chunk))).count() * 8;
    let at = start + bytes.get(start..)?.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
    let (plain, rest) = bytes.split_at_checked(at)?;
    let (escaped, after) = rest.split_first()?;
    Some((plain, *escaped, after))
}

/// Whether any of eight bytes needs an escape: a control character, a quote, a backslash. A byte below `n` borrows from its top bit
/// when `n` is taken off, and a byte that equals another is 0 after `^` (<https://graphics.stanford.edu/~seander/bithacks.html>).
fn has_escape(eight: u64) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(EACH * limit) & !bytes;
    let (quote, backslash) = (eight ^ (EACH * 0x22), eight ^ (EACH * 0x5c));
    (below(eight, 0x20) | below(quote, 1) | below(backslash, 1)) & (EACH << 7) != 0
}

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        _ => {
            let low = byte & 0xf;
            let digit = if low < 10 { b'0' + low } else { b'a' + low - 10 };
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), digit]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{has_escape, push_string};

    proptest! {
        #[test]
        fn any_text_is_written_as_a_serializer_would(text in any::<String>(), plain in "[ -~äß€]{0,80}") {
            for text in [text, plain] {
                let mut out = Vec::new();
                push_string(&mut out, &text);
                prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
            }
        }

        #[test]
        fn eight_bytes_are_told_apart_as_one_by_one(bytes in any::<[u8; 8]>(), letters in "[ !#-~\"\\\\]{8}") {
            let letters: [u8; 8] = letters.as_bytes().try_into().unwrap();
            for bytes in [bytes, letters] {
                let expect = bytes.iter().any(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
                prop_assert_eq!(has_escape(u64::from_le_bytes(bytes)), expect, "{:?}", bytes);
            }
        }
    }
}
