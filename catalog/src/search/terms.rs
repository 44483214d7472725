//! From a text to the products that it finds: exactly, by the beginning of a word, or with a typing error; with all of its words,
//! or with at least half of them. Scores are sums of impacts that were worked out when the index was built. A text may cost as much
//! as its budget allows and no more, whatever its words are.

mod budget;
mod combine;
mod lists;
mod merchant;
mod scores;
mod split;
mod word;

use self::budget::Budget;
use self::combine::{fill, with_all};
pub(crate) use self::scores::is_partial;
use self::scores::{SAME, WHOLE};
use self::word::{Word, add_joined};
use crate::index::catalog::Catalog;
use crate::model::few::sort_few;
use crate::text::fold::fold;
use crate::text::{forms, phrases, plurals, scripts, tokens, umlauts};

/// Most words of a text that are searched for; a text of 200 characters rarely has more, and further ones add nothing.
const WORDS_LIMIT: usize = 16;

/// Most words of a text that no product has and that stand for other ones than themselves.
const UNKNOWN_LIMIT: usize = 8;

/// Most words of a text that no product has and that are looked for as several words.
const SPLIT_LIMIT: usize = 4;

/// Most rare words of a text that stand for those that they misspell, too.
const RESPELT_LIMIT: usize = 4;

/// A word that more than one of so many products have is no typing error.
const RARE: u32 = 100;

/// Products with all words of a text fill a page. Where they do not, those with half of them or more follow them up to this number.
const FILL: usize = 12;

/// Most products whose name is the text that are put first: more than a page has.
const SAME_LIMIT: usize = 128;

/// Most words of a text that are looked up as codes.
const CODES_LIMIT: usize = 4;

/// The shortest code among other words: of digits alone as long as the shortest GTIN.
const LEAST_CODE: usize = 5;
const LEAST_DIGITS: usize = 8;

/// To look at one place of the order of codes takes as long as so many entries of a list: the details of a product are unpacked.
const PROBE: usize = 128;

/// The products that a text finds, in id order, each with its score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Position and score; those that lack a word of the text score less than all others.
    pub(crate) products: Vec<(u32, u32)>,
    /// Whether all words of the text were compared with the products.
    is_complete: bool,
    /// How many words of the dictionary, entries of lists and products were looked at.
    pub(crate) work: u64,
}

impl Found {
    /// Takes the products of a looser reading of the same text, unless that skipped words and the stricter one found something.
    fn loosen(&mut self, looser: Found) {
        if self.products.is_empty() || looser.is_complete {
            *self = looser;
        }
    }
}

/// Finds the products for a text. One that is still being typed may end in the middle of a word.
pub(crate) fn find(catalog: &Catalog, text: &str, is_typed: bool) -> Found {
    let budget = &Budget::of(catalog.len());
    let folded = fold(text);
    let spelled = umlauts::spelled_out(text);
    let spelled = spelled.as_deref().and_then(|spelled| forms::same_words(&folded, spelled));
    // Each word, and its other spelling.
    let mut typed: Vec<(&str, Option<&str>)> = Vec::new();
    let (mut last, mut number) = (None, 0);
    tokens::each(&folded, |word| {
        if typed.len() < WORDS_LIMIT && typed.iter().all(|(other, _)| *other != word) {
            let other = spelled.as_ref().and_then(|words| words.get(number)).copied();
            typed.push((word, other.filter(|other| *other != word)));
        }
        last = Some(word);
        number += 1;
    });
    // A word is the beginning of one only while nothing stands behind it.
    let open = last.filter(|word| folded.ends_with(word));
    let rules = catalog.rules();
    let is_left_out = |word: &str| rules.is_stop_word(&plurals::stem(word)) && !(is_typed && Some(word) == open);
    if !rules.are_none() && typed.iter().any(|(word, _)| !is_left_out(word)) {
        typed.retain(|(word, _)| !is_left_out(word));
    }
    let mut words: Vec<Word<'_>> = typed.iter().map(|(word, spelled)| Word::of(catalog, word, *spelled)).collect();
    if !rules.are_none() {
        merchant::add_synonyms(catalog, &mut words, budget);
    }
    // A code is meant as it is written: nothing is looked for in its place.
    let coded = (!is_typed && is_one_code(text)).then(|| with_code(catalog, text, budget));
    if coded.as_ref().is_some_and(|coded| !coded.is_empty()) {
        let is_known = !words.iter().any(Word::is_unknown);
        let mut found = if is_known { with_all(catalog, &mut words, true, budget) } else { Found::default() };
        finish(catalog, &mut found, text, &folded, coded, budget);
        return found;
    }
    look_for_unknown(catalog, &mut words, open, budget);
    // One letter of a script without spaces stands for the pairs that begin with it, too.
    let waiting = words.iter().filter(|word| scripts::is_lone(word.typed)).count();
    for (number, word) in words.iter_mut().filter(|word| scripts::is_lone(word.typed)).enumerate() {
        word.add_longer(catalog, budget, waiting.saturating_sub(number));
    }
    add_joined(catalog, &mut words);
    // With words that nothing was looked for no product can be found; without them the others still can.
    let all = words.len();
    words.retain(|word| !word.is_surplus());
    let is_complete = words.len() == all;
    if is_typed {
        extend(catalog, &mut words, open, budget);
    }
    let mut found = with_all(catalog, &mut words, is_complete, budget);
    // The intended word may be longer than the typed one, if that finds little. Beside other words it has to find nothing: a product
    // with most of the words is nearer to the intended one then.
    let finds_little = if words.len() > 1 { found.products.is_empty() } else { found.products.len() < FILL };
    if !is_typed && finds_little && extend(catalog, &mut words, open, budget) {
        found.loosen(with_all(catalog, &mut words, is_complete, budget));
    }
    if found.products.is_empty() && respell(catalog, &mut words, budget) {
        found.loosen(with_all(catalog, &mut words, is_complete, budget));
    }
    if found.products.len() < FILL && words.len() > 1 {
        fill(catalog, &mut found, &mut words, budget);
    }
    finish(catalog, &mut found, text, &folded, coded, budget);
    found
}

/// Puts those products first that the text names, and those that the merchant places for it. `coded` has the products that have the text for a
/// code, if they were looked up.
fn finish(catalog: &Catalog, found: &mut Found, text: &str, folded: &str, coded: Option<Vec<u32>>, budget: &Budget) {
    mark_same(catalog, found, text, folded, coded, budget);
    let rules = catalog.rules();
    if !rules.are_none()
        && let Some(placing) = rules.of_query(&phrases::key(text))
    {
        merchant::place(catalog, &mut found.products, &placing, budget);
    }
    found.work = budget.work();
}

/// Lets words that no product has stand for the several words that they are, for those that begin with them, or else for those that they
/// misspell. The open word comes
/// first, and words of one or two letters last, such as the `w` of `65w charger`: they begin many words that nobody meant.
fn look_for_unknown<'a>(catalog: &'a Catalog, words: &mut [Word<'a>], open: Option<&str>, budget: &Budget) {
    let mut unknown: Vec<&mut Word<'a>> = words.iter_mut().filter(|word| word.is_unknown()).collect();
    let turn = |word: &Word<'_>| if Some(word.typed) == open { 0 } else { 1 + u8::from(word.is_short()) };
    sort_few(&mut unknown, |left, right| turn(left) < turn(right));
    unknown.truncate(UNKNOWN_LIMIT);
    let count = unknown.len();
    for (number, word) in unknown.into_iter().enumerate() {
        let waiting = count.saturating_sub(number);
        if number < SPLIT_LIMIT && word.add_products(&split::products(catalog, word.typed, budget, waiting)) {
            continue;
        }
        if !word.add_longer(catalog, budget, waiting) {
            word.add_misspelt(catalog, budget, waiting);
        }
    }
}

/// Lets the open word stand for those that begin with it, too. Returns whether there are any.
fn extend<'a>(catalog: &'a Catalog, words: &mut [Word<'a>], open: Option<&str>, budget: &Budget) -> bool {
    let word = words.iter_mut().find(|word| Some(word.typed) == open);
    word.is_some_and(|word| word.add_longer(catalog, budget, 1))
}

/// Lets rare words stand for those that they misspell, too. Returns whether there are any.
fn respell<'a>(catalog: &'a Catalog, words: &mut [Word<'a>], budget: &Budget) -> bool {
    let most = (catalog.count() / RARE).max(RARE);
    // They are in order, the rarest one first.
    let waiting = words.iter().take(RESPELT_LIMIT).filter(|word| word.count() <= most).count();
    let mut is_any = false;
    for (number, word) in words.iter_mut().take(waiting).enumerate() {
        is_any |= word.add_misspelt(catalog, budget, waiting.saturating_sub(number));
    }
    is_any
}

/// Puts the products first that the text names by an id, a SKU or another code, or by the whole of their name.
fn mark_same(catalog: &Catalog, found: &mut Found, text: &str, folded: &str, coded: Option<Vec<u32>>, budget: &Budget) {
    let words = text.split_whitespace().filter(|word| *word != text && is_code(word)).take(CODES_LIMIT);
    let whole = coded.unwrap_or_else(|| with_code(catalog, text, budget));
    let coded = whole.into_iter().chain(words.flat_map(|code| with_code(catalog, code, budget)));
    for position in coded.chain(catalog.named(folded).take(SAME_LIMIT)) {
        match found.products.binary_search_by_key(&position, |(position, _)| *position) {
            Ok(place) => {
                if let Some((_, score)) = found.products.get_mut(place) {
                    *score |= SAME;
                }
            }
            Err(place) => found.products.insert(place, (position, SAME | WHOLE)),
        }
    }
}

/// Whether a word among others may be a code. Figures such as those in `set of 3` and `2000 pieces` are too short.
fn is_code(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && word.len() >= if digits == word.len() { LEAST_DIGITS } else { LEAST_CODE }
}

/// Whether a text is one word that may be a code.
fn is_one_code(text: &str) -> bool {
    is_code(text) && !text.contains(char::is_whitespace)
}

/// The products that have a text for a code, as far as the budget lasts.
fn with_code(catalog: &Catalog, text: &str, budget: &Budget) -> Vec<u32> {
    let may_look = || {
        let may_look = budget.allows(PROBE);
        if may_look {
            budget.spend(PROBE);
        }
        may_look
    };
    catalog.by_code(text, &may_look)
}
