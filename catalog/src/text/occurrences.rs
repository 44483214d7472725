//! The places of words in a product's texts, for the ranking: read the same way when an index is built and when a change of a product
//! is laid over one. Knows no catalog; a `Lexicon` decides which term a word is, and whether two words are one.

use crate::text::forms::{self, Lexicon};
use crate::text::labels;

/// The texts of a product that are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Searched<'a> {
    pub(crate) name: &'a str,
    pub(crate) category: &'a str,
    pub(crate) description: &'a str,
    /// Empty for a product without a brand.
    pub(crate) brand: &'a str,
}

/// Where a term is in one product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occurrences {
    /// How often it is in the name, the category, the description, the brand.
    pub(crate) counts: [u16; 4],
    /// Its last place among the words of the name.
    pub(crate) last_in_name: u16,
    /// Its first place among the words of the description.
    pub(crate) first_in_description: u16,
    /// How often it names a property in the description (`labels.rs`).
    pub(crate) labels: u16,
}

/// How many words a product's fields have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) name: u32,
    pub(crate) description: u32,
}

/// The words of one product, as they are met.
#[derive(Default)]
pub(crate) struct Reading {
    /// Where each of its terms is, in the order of their numbers. A product has few enough to keep them in a list.
    pub(crate) own: Vec<(u32, Occurrences)>,
    pub(crate) lengths: Lengths,
    /// Place of the next word in the part of a field that is looked at.
    place: u16,
}

/// What a text is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Category,
    Description,
    Brand,
    Label,
}

impl Occurrences {
    /// Whether the product says the word, and not only names a property with it.
    pub(crate) fn is_said(&self) -> bool {
        self.counts != [0; 4]
    }
}

impl Reading {
    /// Reads the texts of a product.
    pub(crate) fn of(texts: Searched<'_>, lexicon: &mut impl Lexicon) -> Reading {
        let mut reading = Reading::default();
        reading.read(texts.name, Field::Name, lexicon);
        reading.read(texts.category, Field::Category, lexicon);
        reading.read(texts.brand, Field::Brand, lexicon);
        reading.place = 0;
        labels::each(texts.description, |part, is_label| {
            reading.read(part, if is_label { Field::Label } else { Field::Description }, lexicon);
        });
        reading
    }

    /// Where a term is.
    pub(crate) fn get(&self, term: u32) -> Option<&Occurrences> {
        let at = self.own.binary_search_by_key(&term, |(other, _)| *other).ok()?;
        self.own.get(at).map(|(_, occurrences)| occurrences)
    }

    fn read(&mut self, text: &str, field: Field, lexicon: &mut impl Lexicon) {
        let is_prose = matches!(field, Field::Name | Field::Description | Field::Brand);
        forms::each(text, is_prose, lexicon, |lexicon, form, is_word| {
            let term = lexicon.term(form);
            if is_word { self.add(term, field) } else { self.note(term, field) }
        });
    }

    /// A word of a field, the next one.
    fn add(&mut self, term: u32, field: Field) {
        self.note(term, field);
        match field {
            Field::Name => self.lengths.name += 1,
            Field::Description | Field::Label => self.lengths.description += 1,
            Field::Category | Field::Brand => (),
        }
        // The name of a property takes no place: the words behind it come as soon as without it.
        if field != Field::Label {
            self.place = self.place.saturating_add(1);
        }
    }

    /// A term at the place of the next word.
    fn note(&mut self, term: u32, field: Field) {
        let place = self.place;
        let at = self.own.partition_point(|(other, _)| *other < term);
        if self.own.get(at).is_none_or(|(other, _)| *other != term) {
            self.own.insert(at, (term, Occurrences::default()));
        }
        let Some((_, occurrences)) = self.own.get_mut(at) else { return };
        let Occurrences { counts: [name, category, description, brand], last_in_name, first_in_description, labels } =
            occurrences;
        let count = match field {
            Field::Name => {
                *last_in_name = place;
                name
            }
            Field::Category => category,
            Field::Brand => brand,
            Field::Description => {
                if *description == 0 {
                    *first_in_description = place;
                }
                description
            }
            Field::Label => labels,
        };
        *count = count.saturating_add(1);
    }
}

/// Whether a description names a property with a term.
pub(crate) fn names_property(description: &str, term: u32, lexicon: &mut impl Lexicon) -> bool {
    let mut is_named = false;
    labels::each(description, |part, is_label| {
        if is_label {
            forms::each(part, false, lexicon, |lexicon, form, _| is_named |= lexicon.term(form) == term);
        }
    });
    is_named
}

/// A word finds the products that say it. Those where it only names a property are found if no other product has the word.
pub(crate) fn said_only(list: &mut Vec<(u32, Occurrences, Lengths)>) {
    let is_said = |(_, occurrences, _): &(u32, Occurrences, Lengths)| occurrences.is_said();
    if list.iter().any(is_said) {
        list.retain(is_said);
    }
}
