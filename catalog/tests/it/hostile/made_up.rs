//! A made-up catalog whose words come as often as those of a language do: a few in nearly every description, most in hardly any. The
//! same records for the same number, on every machine; they mean nothing. `bench hostile` measures with the same ones.

use std::collections::BTreeSet;
use std::fmt::Write as _;

const CONSONANTS: &[u8] = b"bcdfghjklmnprstvwz";
const VOWELS: &[u8] = b"aeiou";
const ENDS: [&str; 6] = ["", "", "n", "r", "s", "t"];
const NAME_WORDS: usize = 4;
const DESCRIPTION_WORDS: usize = 45;
const CATEGORIES: u64 = 300;

/// Numbers that only look random (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, 0 if there is none.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).copied()
    }
}

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
        let mut dice = Dice::new(7);
        let mut known = BTreeSet::new();
        let mut all = Vec::new();
        for beginning in beginnings.iter().cycle().take(words) {
            let word = format!("{beginning}{}", made_up_word(&mut dice));
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
        let mut dice = Dice::new(8);
        let mut out = String::new();
        for number in 1..=products {
            let (name, description) = (self.text(&mut dice, NAME_WORDS), self.text(&mut dice, DESCRIPTION_WORDS));
            let (euros, cents) = (1 + dice.below(1900), dice.below(100));
            let (category, stock) = (dice.next() % CATEGORIES, dice.below(4) * dice.below(60));
            let (rating, reviews) = (dice.below(50), dice.below(2000));
            let _ = writeln!(
                out,
                r#"{{"id":"{number}","name":"{name}","description":"{description}","price":{euros}.{cents:02},"imageUrl":"/a.svg","category":"Range {category}","stock":{stock},"rating":{}.{},"reviews":{reviews}}}"#,
                rating / 10,
                rating % 10,
            );
        }
        out
    }

    fn text(&self, dice: &mut Dice, words: usize) -> String {
        let last = self.bounds.last().copied().unwrap_or(1);
        let mut text = String::new();
        for place in 0..words {
            let number = dice.next() % last;
            let word = self.words.get(self.bounds.partition_point(|bound| *bound <= number));
            text.push_str(if place > 0 { " " } else { "" });
            text.push_str(word.map(String::as_str).unwrap_or_default());
        }
        text
    }
}

fn made_up_word(dice: &mut Dice) -> String {
    let mut word = String::new();
    for _ in 0..dice.pick(&[2, 2, 3, 3, 4]).unwrap_or(2) {
        let letters = [dice.pick(CONSONANTS), dice.pick(VOWELS)];
        word.extend(letters.into_iter().flatten().map(char::from));
    }
    word.push_str(dice.pick(&ENDS).unwrap_or_default());
    word
}
