//! Words that punctuation holds together, as the one word that shoppers type: `T-shirt` is `tshirt`, `AC/DC` is `acdc`, `3-in-1` is `3in1`,
//! `L'Oréal` is `loreal`. A text has them for those with a short part alone: of two longer words a query finds the border by itself
//! (`search/terms/split.rs`), and they would take room in every index.

use crate::text::fold::words;
use crate::text::scripts::is_unspaced;
use crate::text::tokens::{WORD_LIMIT, is_number, offset};

/// The longest short part, in letters.
const SHORT: usize = 2;

/// Most parts of a compound.
const PARTS: usize = 4;

/// A compound of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compound {
    /// Where its last part ends in the text.
    pub(crate) end: usize,
    /// It, written as one word.
    pub(crate) word: String,
}

/// Words that nothing but one sign parts, each behind the sign.
type Chain<'t> = Vec<(u8, &'t str)>;

/// The compounds of a folded text, in order.
pub(crate) fn of(folded: &str) -> Vec<Compound> {
    let mut found = Vec::new();
    if !folded.bytes().any(is_joint) && !folded.contains(" in ") {
        return found;
    }
    let mut chain: Chain<'_> = Vec::new();
    let mut end = 0;
    for word in words(folded) {
        let Some(start) = offset(folded, word) else { continue };
        let joint = match folded.as_bytes().get(end..start) {
            Some([joint]) if is_joint(*joint) || is_in(*joint, &chain, word) => Some(*joint),
            _ => None,
        };
        if joint.is_none() {
            close(&chain, end, &mut found);
            chain.clear();
        }
        chain.push((joint.unwrap_or_default(), word));
        end = start + word.len();
    }
    close(&chain, end, &mut found);
    found
}

fn is_joint(byte: u8) -> bool {
    matches!(byte, b'\'' | b'-' | b'/' | b'&' | b'+')
}

/// `3 in 1` is the one compound that is written with spaces as a rule.
fn is_in(joint: u8, chain: &Chain<'_>, word: &str) -> bool {
    let are_in = match chain.as_slice() {
        [(_, number)] => is_number(number) && word == "in",
        [(_, number), (_, "in")] => is_number(number) && is_number(word),
        _ => false,
    };
    joint == b' ' && are_in
}

fn close(chain: &Chain<'_>, end: usize, found: &mut Vec<Compound>) {
    let mut push = |chain: &[(u8, &str)]| {
        if is_compound(chain) {
            found.push(Compound { end, word: chain.iter().map(|(_, word)| *word).collect() });
        }
    };
    match chain.as_slice() {
        // A genitive is no compound: `women's` is found as `women`; in `M&M's` it is a part of the name, or none.
        [_, (b'\'', "s")] => {}
        [name @ .., (b'\'', "s")] => {
            push(chain);
            push(name);
        }
        chain => push(chain),
    }
}

fn is_compound(chain: &[(u8, &str)]) -> bool {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let is_short = |word: &str| word.chars().nth(SHORT).is_none();
    let is_any = |is: &dyn Fn(&str) -> bool| chain.iter().any(|(_, word)| is(word));
    let with_spaces = chain.iter().filter(|(joint, _)| *joint == b' ').count();
    // Models such as `TN-2110` are joined wherever they stand (`tokens::joined`).
    let is_model = matches!(chain, [_, (b'-' | b'/', _)]) && is_any(&has_digit);
    (2..=PARTS).contains(&chain.len())
        && (with_spaces == 0 || (with_spaces == 2 && chain.len() == 3))
        && is_any(&is_short)
        && !is_any(&is_unspaced)
        && !chain.iter().all(|(_, word)| is_number(word))
        && !is_model
        && chain.iter().map(|(_, word)| word.len()).sum::<usize>() <= WORD_LIMIT
}

#[cfg(test)]
mod tests {
    use super::of;

    #[track_caller]
    fn check(folded: &str, expect: &str) {
        let compounds = of(folded);
        assert!(compounds.iter().all(|compound| folded.is_char_boundary(compound.end)));
        assert_eq!(compounds.iter().map(|compound| compound.word.as_str()).collect::<Vec<_>>().join(" "), expect);
    }

    #[test]
    fn compounds_with_a_short_part_are_one_word_too() {
        check("t-shirt basic", "tshirt");
        check("ac/dc, usb-c; h&m", "acdc usbc hm");
        check("3-in-1, 2 in 1 and 4 in a row", "3in1 2in1");
        check("l'oreal eau d'orange", "loreal dorange");
        check("m&m's, women's", "mms mm");
        check("wi-fi e-mail", "wifi email");
        check("öl-kanne", "ölkanne");
    }

    #[test]
    fn other_words_are_not() {
        check("table-top stainless-steel", "");
        check("10-15 1/2 100-240", "");
        check("tn-2110 swv2913w/10", "");
        check("a - b t -shirt", "");
        check("a-b-c-d-e", "");
        check("无线-充电", "");
        check("", "");
        check(&format!("a-{}", "b".repeat(64)), "");
    }
}
