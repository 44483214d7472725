//! The queries that are timed, made from the products alone: nobody chose a word for an engine.
//! The same products give the same queries, for every engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::data::{Product, encoded};

/// How many queries a class has at most.
const EACH: usize = 30;

/// The least letters of a word that is cut short or misspelt.
const LONG: usize = 6;

/// What kind of question a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// The words that most names have.
    Common,
    /// Words that one to three names have.
    Rare,
    /// The first four letters of words.
    Prefix,
    /// Words with their fourth letter left out.
    Typo,
    /// The first three words of a name.
    ThreeWords,
    /// Two thirds of the prices and the products in stock, or a category.
    Filter,
    /// A common word and a filter, the fortieth page by price.
    FilterSortDeep,
    /// One or two brands.
    Brand,
    /// A value of one option, or of both for one variant.
    Options,
    /// A value of one attribute, or of two.
    Attributes,
    /// A collection.
    Collection,
    /// Products with a price before.
    OnSale,
    /// Products with at least so good a rating.
    MinRating,
    /// A filter of every kind.
    Every,
    /// A common word and filters by brand, option and attribute.
    WordEvery,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// What is searched for; empty where nothing is.
    pub(super) search: String,
    /// The parameters beside it, as the API takes them, without facets.
    pub(super) parameters: String,
}

impl Class {
    pub(super) const ALL: [Class; 15] = [
        Class::Common,
        Class::Rare,
        Class::Prefix,
        Class::Typo,
        Class::ThreeWords,
        Class::Filter,
        Class::FilterSortDeep,
        Class::Brand,
        Class::Options,
        Class::Attributes,
        Class::Collection,
        Class::OnSale,
        Class::MinRating,
        Class::Every,
        Class::WordEvery,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Class::Common => "common word",
            Class::Rare => "rare word",
            Class::Prefix => "beginning of a word",
            Class::Typo => "typing error",
            Class::ThreeWords => "three words",
            Class::Filter => "filters alone",
            Class::FilterSortDeep => "common word, filter, by price, page 40",
            Class::Brand => "brand",
            Class::Options => "options of a variant",
            Class::Attributes => "attributes",
            Class::Collection => "collection",
            Class::OnSale => "on sale",
            Class::MinRating => "least rating",
            Class::Every => "a filter of every kind",
            Class::WordEvery => "common word, brand, option, attribute",
        }
    }

    /// Whether tantivy is asked: for words as they are, or for values that it keeps as terms.
    pub(super) fn is_for_tantivy(self) -> bool {
        self.is_whole_words() || matches!(self, Class::Brand | Class::Options | Class::Attributes | Class::Collection)
    }

    /// Whether other engines are asked too: they have a text to search for, and what it means to them is the same.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Class::Common | Class::Rare | Class::Prefix | Class::Typo | Class::ThreeWords)
    }

    /// Whether an engine that knows whole words alone can answer.
    pub(super) fn is_whole_words(self) -> bool {
        matches!(self, Class::Common | Class::Rare | Class::ThreeWords)
    }
}

impl Question {
    fn of_text(search: String) -> Self {
        Self { search, parameters: String::new() }
    }

    /// The address of the API that answers.
    pub(super) fn address(&self, facets: bool) -> String {
        let mut address = String::from("/api/products?");
        if !self.search.is_empty() {
            let _ = write!(address, "search={}&", encoded(&self.search));
        }
        address.push_str(&self.parameters);
        if facets {
            address.push_str("&include=facets");
        }
        address.replace("?&", "?").replace("&&", "&").trim_end_matches(['&', '?']).to_owned()
    }
}

/// The queries of every class.
pub(super) fn of(products: &[Product]) -> BTreeMap<Class, Vec<Question>> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for product in products {
        let words: BTreeSet<String> = words(&product.name).collect();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut by_count: Vec<(&String, u32)> = counts.iter().map(|(word, count)| (word, *count)).collect();
    by_count.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    let common: Vec<&String> = by_count.iter().map(|(word, _)| *word).take(EACH).collect();
    let rare: Vec<&String> = by_count.iter().filter(|(_, count)| *count <= 3).map(|(word, _)| *word).collect();
    // Neither the commonest nor the rarest, which are classes of their own.
    let usual: Vec<&String> = by_count
        .iter()
        .take(by_count.len() / 4)
        .map(|(word, _)| *word)
        .filter(|word| word.len() >= LONG && word.is_ascii())
        .collect();
    let text = |words: Vec<String>| words.into_iter().map(Question::of_text).collect::<Vec<_>>();
    let own = |words: Vec<&&String>| words.into_iter().map(|word| (*word).clone()).collect::<Vec<_>>();
    let prefixes = spread(&usual).into_iter().filter_map(|word| word.get(..4).map(str::to_owned)).collect();
    let misspelt = spread(&usual)
        .into_iter()
        .filter_map(|word| Some([word.get(..3)?, word.get(4..)?].concat()))
        .filter(|word| !counts.contains_key(word))
        .collect();
    let names: Vec<String> = products
        .iter()
        .map(|product| words(&product.name).take(3).collect::<Vec<_>>())
        .filter(|words| words.len() == 3)
        .map(|words| words.join(" "))
        .collect();
    let mut questions = BTreeMap::from([
        (Class::Common, text(own(common.iter().collect()))),
        (Class::Rare, text(own(spread(&rare)))),
        (Class::Prefix, text(prefixes)),
        (Class::Typo, text(misspelt)),
        (Class::ThreeWords, text(spread(&names).into_iter().cloned().collect())),
        (Class::Filter, filters(products)),
        (Class::FilterSortDeep, deep(&common)),
    ]);
    if products.iter().any(|product| !product.variants.is_empty()) {
        questions.extend(whole(products, &common));
    }
    questions
}

/// Filters by the values of some products, so that each finds something.
fn whole(products: &[Product], common: &[&String]) -> Vec<(Class, Vec<Question>)> {
    let some: Vec<[Vec<String>; 4]> = spread(products).into_iter().map(Product::parameters).collect();
    let question = |parameters: String| Question { search: String::new(), parameters };
    let of = |kind: usize, parts: &dyn Fn(usize) -> usize| -> Vec<Question> {
        let joined = some.iter().enumerate().map(|(place, all)| {
            let values = all.get(kind).map(Vec::as_slice).unwrap_or_default();
            values.get(..parts(place).min(values.len())).unwrap_or_default().join("&")
        });
        joined.filter(|parameters| !parameters.is_empty()).map(question).collect()
    };
    let first = |all: &[Vec<String>; 4], kinds: &[usize]| -> String {
        let firsts = kinds.iter().filter_map(|kind| all.get(*kind)?.first().cloned());
        firsts.collect::<Vec<_>>().join("&")
    };
    let sorts = ["", "&sort=discount", "&sort=price-asc", "&sort=newest"];
    let every = |all: &[Vec<String>; 4]| {
        question(first(all, &[0, 1, 2, 3]) + "&onSale=true&minRating=2.5&minPrice=5&maxPrice=390&inStock=true")
    };
    let words = common
        .iter()
        .zip(&some)
        .map(|(word, all)| Question { search: (*word).clone(), parameters: first(all, &[0, 1, 2]) });
    vec![
        (Class::Brand, of(0, &|_| 1)),
        (Class::Options, of(1, &|place| 1 + place % 2)),
        (Class::Attributes, of(2, &|place| 1 + place % 2)),
        (Class::Collection, of(3, &|_| 1)),
        (Class::OnSale, sorts.iter().map(|sort| question(format!("onSale=true{sort}"))).collect()),
        (Class::MinRating, (5..10).map(|half| question(format!("minRating={}.{}", half / 2, half % 2 * 5))).collect()),
        (Class::Every, some.iter().map(every).collect()),
        (Class::WordEvery, words.collect()),
    ]
}

fn filters(products: &[Product]) -> Vec<Question> {
    let categories: BTreeSet<&str> = products.iter().map(|product| product.category.as_str()).collect();
    let categories: Vec<&str> = categories.into_iter().collect();
    let by_category =
        spread(&categories).into_iter().take(EACH / 2).map(|category| format!("category={}", encoded(category)));
    let by_price = (1..=EACH / 2).map(|from| format!("minPrice={from}&maxPrice={}&inStock=true", from + 25));
    by_category.chain(by_price).map(|parameters| Question { search: String::new(), parameters }).collect()
}

fn deep(common: &[&String]) -> Vec<Question> {
    let parameters = "minPrice=5&inStock=true&sort=price-asc&page=40";
    common.iter().map(|word| Question { search: (*word).clone(), parameters: parameters.to_owned() }).collect()
}

/// Some of many, evenly spaced.
fn spread<T>(all: &[T]) -> Vec<&T> {
    let step = (all.len() / EACH).max(1);
    all.iter().step_by(step).take(EACH).collect()
}

/// The words of a text in small letters, as every engine cuts them: no digits, no single letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() > 2 && word.chars().all(char::is_alphabetic))
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn products() -> Vec<Product> {
        let product = |id: u32, name: &str| Product {
            id: id.to_string(),
            name: name.to_owned(),
            category: "Oils & vinegars".to_owned(),
            description: String::new(),
            brand: String::new(),
            collections: Vec::new(),
            attributes: Vec::new(),
            variants: Vec::new(),
        };
        (0..40).map(|id| product(id, "Pressed olive oil")).chain([product(41, "Walnut kernel crème 5 l")]).collect()
    }

    #[test]
    fn every_class_has_questions_of_its_kind() {
        let questions = of(&products());
        let texts = |class: Class| questions[&class].iter().map(|one| one.search.as_str()).collect::<Vec<_>>();
        assert_eq!(texts(Class::Common)[..3], ["oil", "olive", "pressed"]);
        assert_eq!(texts(Class::Rare), ["crème", "kernel", "walnut"]);
        assert!(texts(Class::ThreeWords).contains(&"pressed olive oil"));
        assert_eq!(
            questions[&Class::Filter][0].address(true),
            "/api/products?category=Oils%20%26%20vinegars&include=facets"
        );
    }

    #[test]
    fn a_question_has_an_address() {
        let question = Question { search: "crème fraîche".to_owned(), parameters: "page=2".to_owned() };
        assert_eq!(question.address(false), "/api/products?search=cr%C3%A8me%20fra%C3%AEche&page=2");
        assert_eq!(Question::of_text("oil".to_owned()).address(true), "/api/products?search=oil&include=facets");
        assert_eq!(Question::of_text("oil".to_owned()).address(false), "/api/products?search=oil");
    }
}
