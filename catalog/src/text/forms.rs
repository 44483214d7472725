//! All forms in which a shopper may type the words of a product's text, read the same way when an index is built and when a change is laid
//! over one: the words themselves, two as one (`tokens.rs`), compounds (`compounds.rs`), umlauts spelled out (`umlauts.rs`), and the last
//! letter of a run without spaces (`scripts.rs`). A query is read by `tokens.rs` alone.

use crate::text::compounds;
use crate::text::fold::fold;
use crate::text::scripts;
use crate::text::tokens;
use crate::text::umlauts;

/// The words of a catalog.
pub(crate) trait Lexicon {
    /// The term of a word; a new one if it was never met.
    fn term(&mut self, word: &str) -> u32;

    /// Whether two neighbours that make up this word may be taken for it.
    fn is_written(&self, joined: &str) -> bool;
}

/// Calls `visit` with each form of each word of a text: the further ones, and then the word itself (`true`). `is_prose` says whether
/// neighbours may be one word.
pub(crate) fn each<L: Lexicon>(text: &str, is_prose: bool, lexicon: &mut L, mut visit: impl FnMut(&mut L, &str, bool)) {
    let folded = fold(text);
    let compounds = compounds::of(&folded);
    let mut compounds = compounds.iter().peekable();
    let spelled = umlauts::spelled_out(text);
    let spelled = spelled.as_deref().and_then(|spelled| same_words(&folded, spelled));
    let mut before = "";
    let mut number = 0;
    tokens::each(&folded, |word| {
        let end = tokens::offset(&folded, word).map_or(0, |start| start + word.len());
        let joined = is_prose.then(|| tokens::joined(&folded, before, word, |joined| lexicon.is_written(joined)));
        let joined = joined.flatten();
        while let Some(compound) = compounds.next_if(|compound| compound.end <= end) {
            if joined.as_ref() != Some(&compound.word) {
                visit(lexicon, &compound.word, false);
            }
        }
        if let Some(joined) = joined {
            visit(lexicon, &joined, false);
        }
        if let Some(spelled) = spelled.as_ref().and_then(|words| words.get(number)).filter(|spelled| **spelled != word)
        {
            visit(lexicon, spelled, false);
        }
        if let Some(last) = scripts::last_of_run(word, folded.get(end..).unwrap_or_default()) {
            visit(lexicon, last, false);
        }
        visit(lexicon, word, true);
        before = word;
        number += 1;
    });
}

/// The words of a text whose umlauts are spelled out, if they are as many as of the folded one: each then is the other form of the word
/// in its place.
pub(crate) fn same_words<'s>(folded: &str, spelled: &'s str) -> Option<Vec<&'s str>> {
    let (mut words, mut count) = (Vec::new(), 0);
    tokens::each(spelled, |word| words.push(word));
    tokens::each(folded, |_| count += 1);
    (words.len() == count).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::{Lexicon, each};

    /// A catalog that writes some words as one.
    struct Written(&'static [&'static str]);

    impl Lexicon for Written {
        fn term(&mut self, _word: &str) -> u32 {
            0
        }

        fn is_written(&self, joined: &str) -> bool {
            self.0.contains(&joined)
        }
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut found = String::new();
        each(text, true, &mut Written(&["notebook", "wifi", "tshirt", "stop"]), |_, form, is_word| {
            found.push_str(form);
            found.push(if is_word { ' ' } else { '=' });
        });
        assert_eq!(found.trim_end(), expect, "{text}");
    }

    #[test]
    fn a_word_has_all_its_forms() {
        check("Note Book", "note notebook=book");
        check("Wi-Fi", "wi wifi=fi");
        check("T shirt, women's top", "t tshirt=shirt women s top");
        check("TN-2110", "tn tn2110=2110");
        check("3-in-1", "3 3in=in 3in1=in1=1");
        check("Olivenöl für Grün", "olivenoel=olivenol fuer=fur gruen=grun");
        check("绿茶 茶", "茶=绿茶 茶");
        check("绿茶杯", "绿茶 杯=茶杯");
    }
}
