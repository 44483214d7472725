//! The worth of an occurrence of a term: its *impact*, the term's part of a BM25F score (Robertson and Zaragoza, "The Probabilistic
//! Relevance Framework", 2009), which depends on the catalog alone. Occurrences in the four fields are weighted and set against the
//! field's length first, and saturate together; the result is scaled to a few bits and only added up when somebody searches.
//!
//! Every step is exact to the last bit on every machine: sums, products and quotients are (IEEE 754), and the logarithm is a
//! library's own. So a change that the origin lays over an index gives the bytes that the Worker gets.

use crate::index::postings::{IMPACT_LIMIT, SCALE_LIMIT, bits_left_out};
use crate::text::occurrences::{Lengths, Occurrences};

/// What an occurrence counts in the name, the category, the description and the brand: of two products for a brand, the one that is of it
/// comes before the one that fits it, and behind the one that has it in the name as well.
const WEIGHTS: [f64; 4] = [3.0, 2.0, 1.0, 2.0];

/// How much a name or a description that is longer than the average one makes an occurrence count less: 0 not at all, 1 in
/// proportion. A category or a brand is what it is, however long.
const LENGTH: f64 = 0.7;

/// How slowly more occurrences saturate.
const SATURATION: f64 = 1.2;

/// What the last word of a name gains over the first, as a part of the most that a term can score: an English name ends with what
/// the thing is, `Monitor Arm` and `LCD Flat Panel Monitor`.
const LAST_IN_NAME: f64 = 0.1;

/// The part of its weight that a word late in a description keeps, and after how many words half of the rest is gone: a
/// description begins with what the thing is.
const LATE: f64 = 0.5;
const EARLY_WORDS: f64 = 10.0;

/// The part of its weight that a word has where it names a property.
const LABEL: f64 = 0.25;

/// What is counted over all products of a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Statistics {
    pub(crate) products: u32,
    /// The words of all names.
    pub(crate) name_words: u64,
    /// The words of all descriptions.
    pub(crate) description_words: u64,
}

/// How scores become impacts.
pub(crate) struct Scoring {
    products: f64,
    average_name: f64,
    average_description: f64,
    /// The highest score that any term can have: one that a single product has, and nothing else.
    highest: f64,
}

impl Statistics {
    /// As they are kept in the index.
    #[cfg(feature = "build")]
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        [self.name_words.to_le_bytes(), self.description_words.to_le_bytes()].concat()
    }

    /// Read from the index.
    pub(crate) fn read(products: u32, bytes: &[u8]) -> Option<Statistics> {
        let (words, _) = bytes.as_chunks::<8>();
        let [name_words, description_words] = *words.first_chunk::<2>()?;
        Some(Statistics {
            products,
            name_words: u64::from_le_bytes(name_words),
            description_words: u64::from_le_bytes(description_words),
        })
    }
}

impl Scoring {
    pub(crate) fn new(statistics: Statistics) -> Scoring {
        let products = f64::from(statistics.products);
        let average = |words: u64| (exact(words) / products.max(1.0)).max(f64::MIN_POSITIVE);
        Scoring {
            products,
            average_name: average(statistics.name_words),
            average_description: average(statistics.description_words),
            highest: idf(products, 1),
        }
    }

    /// The scale of a term that so many products have, of which the best one has it like this.
    pub(crate) fn scale<'o>(
        &self,
        having: u32,
        occurrences: impl Iterator<Item = (&'o Occurrences, &'o Lengths)>,
    ) -> u32 {
        let idf = idf(self.products, having);
        let scores = occurrences.map(|(occurrences, lengths)| self.score(idf, occurrences, *lengths));
        let best = scores.fold(f64::MIN_POSITIVE, f64::max);
        whole((best / self.highest * f64::from(SCALE_LIMIT)).ceil(), SCALE_LIMIT)
    }

    /// The impact of a term of this scale in one product.
    pub(crate) fn impact(&self, having: u32, scale: u32, occurrences: &Occurrences, lengths: Lengths) -> u8 {
        let limit = IMPACT_LIMIT >> bits_left_out(scale);
        let unit = f64::from(scale) / f64::from(SCALE_LIMIT) * self.highest / f64::from(limit);
        let score = self.score(idf(self.products, having), occurrences, lengths);
        u8::try_from(whole((score / unit).round(), limit.into())).unwrap_or(limit)
    }

    fn score(&self, idf: f64, occurrences: &Occurrences, length: Lengths) -> f64 {
        let part = |length: u32, average: f64| 1.0 - LENGTH + LENGTH * f64::from(length) / average;
        let [in_name, in_category, in_description, in_brand] = occurrences.counts.map(f64::from);
        let [name, category, description, brand] = WEIGHTS;
        let early = LATE + (1.0 - LATE) / (1.0 + f64::from(occurrences.first_in_description) / EARLY_WORDS);
        let weighted = name * in_name / part(length.name, self.average_name)
            + category * in_category
            + brand * in_brand
            + description * (in_description * early + f64::from(occurrences.labels) * LABEL)
                / part(length.description, self.average_description);
        let last = f64::from(occurrences.last_in_name) / f64::from(length.name.saturating_sub(1).max(1));
        idf * (weighted / (weighted + SATURATION) + LAST_IN_NAME * last) / (1.0 + LAST_IN_NAME)
    }
}

/// How telling a term is that so many of all products have.
fn idf(products: f64, having: u32) -> f64 {
    let having = f64::from(having).min(products);
    libm::log(1.0 + (products - having + 0.5) / (having + 0.5))
}

/// A number of words; exact below 2^53, which is more than there can be.
fn exact(words: u64) -> f64 {
    let [low, high] = [words & u64::from(u32::MAX), words >> 32].map(|half| u32::try_from(half).unwrap_or_default());
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// A whole number from 1 to `limit`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast stops at the ends of the range")]
fn whole(number: f64, limit: u32) -> u32 {
    (number as u32).clamp(1, limit)
}
