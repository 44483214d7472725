//! Texts that an attacker would search for: those of the security review, and others of their kind. Made of the words of the catalog
//! that is searched, the most common one first. `bench hostile` asks for the same ones.

use crate::chance::Chance;

/// The most characters of a text that is searched for.
const LONGEST: usize = 200;

/// More words than are ever looked at.
const MANY: usize = 20;

/// From how many of the worst texts the random search goes on.
const KEPT: usize = 12;

/// A text, and the reason why it is hostile.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) text: String,
}

/// The text that all others are compared with: a plain word, the one that most products have.
pub(crate) fn plain(words: &[String]) -> String {
    words.first().cloned().unwrap_or_default()
}

/// The list.
pub(crate) fn shapes(words: &[String]) -> Vec<Shape> {
    let common = |count: usize| words.iter().take(count).cloned().collect::<Vec<_>>();
    let rare = |count: usize| words.iter().rev().take(count).cloned().collect::<Vec<_>>();
    let letters = || (b'a'..=b'z').map(|letter| char::from(letter).to_string());
    let consonants = || letters().filter(|letter| !"aeiouqxy".contains(letter.as_str()));
    let pairs = || consonants().flat_map(|letter| ["a", "e", "i", "o", "u"].map(|vowel| format!("{letter}{vowel}")));
    let long = |count: usize| words.iter().filter(|word| word.len() > 7).take(count).cloned().collect::<Vec<_>>();
    let cut = |length: usize| {
        let mut cut: Vec<String> = words
            .iter()
            .filter(|word| word.len() > length + 2)
            .filter_map(|word| word.get(..length))
            .map(str::to_owned)
            .collect();
        cut.truncate(4 * MANY);
        cut.dedup();
        cut
    };
    let misspelt = |words: Vec<String>| words.into_iter().map(|word| misspell(&word)).collect::<Vec<_>>();
    let ending_in =
        |words: Vec<String>, last: &str| words.into_iter().take(15).chain([last.to_owned()]).collect::<Vec<_>>();
    let nonsense = || consonants().map(|letter| format!("{letter}ezozozoz")).collect::<Vec<_>>();
    let first_letter = |first: &str| words.iter().filter(|word| word.starts_with(first)).take(MANY).cloned().collect();
    let mixed = |other: Vec<String>| common(8).into_iter().zip(other).flat_map(|(word, other)| [word, other]).collect();
    let list = [
        ("one letter", vec!["b".to_owned()]),
        ("two letters", vec!["ba".to_owned()]),
        ("one word cut short", cut(3).into_iter().take(1).collect()),
        ("one typing error", misspelt(long(1))),
        ("two common words", common(2)),
        ("three common words", common(3)),
        ("six common words", common(6)),
        ("sixteen letters", consonants().collect()),
        ("sixteen letters, the last one a typing error", ending_in(consonants().collect(), "qexozozoz")),
        ("every letter twice", letters().chain(letters()).collect()),
        ("sixteen pairs of letters", pairs().step_by(5).collect()),
        ("all pairs of letters", pairs().collect()),
        ("pairs of one letter, then a common word", ending_in(pairs().take(15).collect(), &plain(words))),
        ("sixteen common words", common(16)),
        ("as many common words as fit", common(MANY * 2)),
        ("sixteen common words, the last one of no product", ending_in(common(16), "qexozozoz")),
        ("sixteen common words, the last one cut short", ending_in(common(16), "ba")),
        ("a common word sixteen times", vec![plain(words); 16]),
        ("sixteen rare words", rare(16)),
        ("a rare word among common ones", ending_in(common(16), &rare(1).concat())),
        ("sixteen words of one beginning", first_letter("b")),
        ("sixteen words cut to three letters", cut(3)),
        ("sixteen words cut to four letters", cut(4)),
        ("sixteen typing errors of common words", misspelt(long(MANY))),
        ("sixteen typing errors of no word", nonsense()),
        (
            "sixteen typing errors of one letter",
            (b'a'..=b'z').map(|end| format!("bababab{}", char::from(end))).collect(),
        ),
        ("common words and typing errors in turn", mixed(misspelt(long(8)))),
        ("common words and letters in turn", mixed(consonants().collect())),
        ("common words and nonsense in turn", mixed(nonsense())),
        ("parts of joined words", parts(words)),
        ("pairs of common words, each pair written as one", pairs_as_one(words)),
        ("a pair of common words, written as one, among common words", {
            ending_in(common(15), &pairs_as_one(words).into_iter().take(1).collect::<String>())
        }),
        ("letters of scripts without spaces", ('一'..='丐').map(String::from).collect()),
        (
            "letters that join to pairs",
            pairs().take(8).flat_map(|pair| pair.chars().map(String::from).collect::<Vec<_>>()).collect(),
        ),
        ("numbers and units", (1..40).map(|number| format!("{number}m")).collect()),
        ("a word of 200 letters", vec!["ba".repeat(LONGEST / 2)]),
        ("200 ligatures of eighteen letters", vec!["\u{fdfa}".repeat(LONGEST)]),
        ("200 accents", vec!["\u{301}".repeat(LONGEST)]),
        ("nothing but signs", vec!["-/.".repeat(LONGEST / 3)]),
    ];
    list.into_iter().map(|(name, words)| Shape { name, text: fitting(&words) }).collect()
}

/// Pairs of the commonest words, each written as the one word that no product has.
fn pairs_as_one(words: &[String]) -> Vec<String> {
    let long: Vec<&str> = words.iter().map(String::as_str).filter(|word| word.len() > 2).take(2 * MANY).collect();
    long.chunks(2).map(<[&str]>::concat).collect()
}

/// A text like another one: a word exchanged, added, cut, misspelt or gone.
fn mutated(text: &str, words: &[String], chance: &mut Chance) -> String {
    let mut own: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for _ in 0..=chance.below(3) {
        let place = chance.below(own.len());
        let limit = chance.one_of(&[20, 200, words.len()]).copied().unwrap_or_default();
        let other = words.get(chance.below(limit)).cloned().unwrap_or_default();
        let other = match chance.below(4) {
            0 => other.get(..1 + chance.below(4)).map(str::to_owned).unwrap_or(other),
            1 => misspell(&other),
            _ => other,
        };
        match chance.below(4) {
            0 => own.insert(place, other),
            1 if own.len() > 1 => drop(own.remove(place)),
            2 => own.swap(place, 0),
            _ => own.iter_mut().skip(place).take(1).for_each(|word| word.clone_from(&other)),
        }
    }
    fitting(&own)
}

/// As much of some words as may be searched for.
fn fitting(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        if text.chars().count() + word.chars().count() + 1 > LONGEST && !text.is_empty() {
            break;
        }
        text.push_str(if text.is_empty() { "" } else { " " });
        text.push_str(word);
    }
    text
}

/// A word without its fourth letter, and with another one behind the second where it is long.
fn misspell(word: &str) -> String {
    let (Some(start), Some(middle), Some(end)) = (word.get(..2), word.get(2..3), word.get(4..)) else {
        return word.to_owned();
    };
    [start, if word.len() > 7 { "q" } else { "" }, middle, end].concat()
}

/// Words in two parts, both of which are words as well, so that each neighbour may be one word with the next.
fn parts(words: &[String]) -> Vec<String> {
    let known: std::collections::BTreeSet<&str> = words.iter().take(2_000).map(String::as_str).collect();
    let halves = words.iter().filter_map(|word| word.split_at_checked(4));
    let both = halves.filter(|(first, second)| known.contains(first) && known.contains(second));
    both.take(8).flat_map(|(first, second)| [first.to_owned(), second.to_owned()]).collect()
}

/// The text that takes the most work of so many that chance makes of the worst ones known.
pub(crate) fn worst(
    known: &[Shape],
    words: &[String],
    chance: &mut Chance,
    tried: usize,
    work: impl Fn(&str) -> u64,
) -> String {
    let mut kept: Vec<(u64, String)> = known.iter().map(|shape| (work(&shape.text), shape.text.clone())).collect();
    for _ in 0..tried {
        kept.sort_by(|left, right| right.cmp(left));
        kept.truncate(KEPT);
        let Some((_, parent)) = kept.get(chance.below(kept.len())) else { break };
        let text = mutated(parent, words, chance);
        if kept.iter().all(|(_, other)| *other != text) {
            kept.push((work(&text), text));
        }
    }
    kept.into_iter().max().map(|(_, text)| text).unwrap_or_default()
}
