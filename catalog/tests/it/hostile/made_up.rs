//! A made-up catalog whose words come as often as those of a language do: a few in nearly every description, most in hardly any. The
//! same records for the same number, on every machine; they mean nothing. `bench hostile` measures with the same ones.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::chance::Chance;

const CONSONANTS: &[u8] = b"bcdfghjklmnprstvwz";
const VOWELS: &[u8] = b"aeiou";
const ENDS: [&str; 6] = ["", "", "n", "r", "s", "t"];
const NAME_WORDS: usize = 4;
const DESCRIPTION_WORDS: usize = 45;
const CATEGORIES: u64 = 300;

/// A shop that nobody has.
pub(crate) struct MadeUp {
    /// Its words, the most common one first.
    pub(crate) words: Vec<String>,
    /// Up to where the numbers lead to each word.
    bounds: Vec<u64>,
}

impl MadeUp {
    /// A language of at most so many words, which begin with each of these beginnings in turn.
    pub(crate) fn new(words: usize, beginnings: &[&str]) -> MadeUp {
        let mut chance = Chance::new(7);
        let mut known = BTreeSet::new();
        let mut all = Vec::new();
        for beginning in beginnings.iter().cycle().take(words) {
            let word = format!("{beginning}{}", made_up_word(&mut chance));
            if known.insert(word.clone()) {
                all.push(word);
            }
        }
        let mut sum = 0;
        let bounds = (3_u64..).take(all.len()).map(|rank| {
            // Zipf's law, in whole numbers.
            sum += 1_000_000_000 / rank;
            sum
        });
        MadeUp { bounds: bounds.collect(), words: all }
    }

    /// The first so many products, a line of JSON each.
    pub(crate) fn records(&self, products: usize) -> String {
        let mut chance = Chance::new(8);
        let mut out = String::new();
        for number in 1..=products {
            let (name, description) = (self.text(&mut chance, NAME_WORDS), self.text(&mut chance, DESCRIPTION_WORDS));
            let (euros, cents) = (1 + chance.below(1900), chance.below(100));
            let (category, stock) = (chance.next() % CATEGORIES, chance.below(4) * chance.below(60));
            let (rating, reviews) = (chance.below(50), chance.below(2000));
            let _ = writeln!(
                out,
                r#"{{"id":"{number}","name":"{name}","description":"{description}","price":{euros}.{cents:02},"imageUrl":"/a.svg","category":"Range {category}","stock":{stock},"rating":{}.{},"reviews":{reviews}}}"#,
                rating / 10,
                rating % 10,
            );
        }
        out
    }

    fn text(&self, chance: &mut Chance, words: usize) -> String {
        let last = self.bounds.last().copied().unwrap_or(1);
        let mut text = String::new();
        for place in 0..words {
            let number = chance.next() % last;
            let word = self.words.get(self.bounds.partition_point(|bound| *bound <= number));
            text.push_str(if place > 0 { " " } else { "" });
            text.push_str(word.map(String::as_str).unwrap_or_default());
        }
        text
    }
}

fn made_up_word(chance: &mut Chance) -> String {
    let mut word = String::new();
    for _ in 0..*chance.one_of(&[2, 2, 3, 3, 4]).unwrap_or(&2) {
        let letters = [chance.one_of(CONSONANTS), chance.one_of(VOWELS)];
        word.extend(letters.into_iter().flatten().copied().map(char::from));
    }
    word.push_str(chance.one_of(&ENDS).copied().unwrap_or_default());
    word
}
