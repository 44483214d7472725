//! A made-up catalog that is large enough for everything that a small one lacks: packed texts, lists of several blocks, dense
//! lists, a dictionary of many blocks. The same records each time; their texts mean nothing.

use std::fmt::Write as _;

use super::Chance;

const PRODUCTS: usize = 2_600;
const WORDS: usize = 3_000;
const CATEGORIES: usize = 24;
const SYLLABLES: [&str; 24] = [
    "ba", "cor", "del", "fi", "gan", "hol", "is", "ka", "lum", "mer", "no", "par", "qui", "ro", "sel", "tan", "ur",
    "ver", "wil", "xe", "yar", "zo", "é", "ß",
];

/// The word of this rank, from the most common one on.
pub(crate) fn word(rank: usize) -> String {
    let mut chance = Chance::of_case(u64::try_from(rank).unwrap() + 1);
    let syllables = 1 + chance.below(4);
    (0..syllables).map(|_| *chance.pick(&SYLLABLES)).collect()
}

/// The name of a category.
pub(crate) fn category(number: usize) -> String {
    format!("{} & {}", word(number), word(number + 40))
}

/// The catalog file.
pub(crate) fn records() -> String {
    let mut chance = Chance::of_case(1);
    let mut text = String::from("[");
    for number in 0..PRODUCTS {
        let name = words(&mut chance, 3);
        let description = words(&mut chance, 70);
        let id = if number % 7 == 0 { format!("{}-{number}", word(number)) } else { number.to_string() };
        let id: String = id.chars().filter(char::is_ascii).collect();
        let separator = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{separator}{{"id":"{id}","name":"{name}","description":"{description}","price":{}.{:02},"imageUrl":"https://pictures-{}.example/{number}.webp","category":"{}","stock":{},"rating":{}.{},"reviews":{}}}"#,
            chance.below(300),
            chance.below(100),
            chance.below(3),
            category(chance.below(CATEGORIES)),
            chance.below(4) * chance.below(60),
            1 + chance.below(4),
            chance.below(10),
            chance.below(2_000),
        );
    }
    text.push(']');
    text
}

/// So many words, common ones more often than rare ones.
fn words(chance: &mut Chance, count: usize) -> String {
    let words = (0..count).map(|_| {
        let limit = 1 + chance.below(WORDS);
        word(chance.below(limit))
    });
    words.collect::<Vec<_>>().join(" ")
}
