//! The variant that the address of a product's page asks for: by its SKU, or by a value of each option as the form of the page sends them.
//! What is no variant of the product is ignored, as unknown parameters are everywhere.

use catalog::{Details, Variant, fold};

/// What an address asks for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    sku: Option<String>,
    /// Names and values of options.
    options: Vec<(String, String)>,
}

/// The outcome for a product.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Nothing that the product has.
    None,
    /// The variant at this place, by its own address.
    Variant {
        /// Its place among the variants.
        place: usize,
        /// Its SKU.
        sku: String,
    },
    /// A variant whose address is another one.
    Elsewhere {
        /// Its SKU.
        sku: String,
    },
    /// No variant has these values.
    Missing {
        /// The variant that has most of them.
        near: Option<usize>,
        /// The values, for people.
        combination: String,
    },
}

/// Most options that are read; a product has three.
const MOST: usize = 8;

impl Asked {
    /// Reads a query string. The first value of a name counts.
    pub(crate) fn read(query: &str) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in web::decode_form(query).flatten().filter(|(_, value)| !value.is_empty()) {
            if name == "variant" {
                asked.sku.get_or_insert_with(|| value.into_owned());
            } else if let Some(option) = name.strip_prefix("option.") {
                let is_new = asked.options.iter().all(|(other, _)| other != option);
                if is_new && asked.options.len() < MOST {
                    asked.options.push((option.to_owned(), value.into_owned()));
                }
            }
        }
        asked
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.sku.is_none() && self.options.is_empty()
    }

    /// The variant that is meant. A form sends the values of options; beside them a SKU is that of the page it was sent from.
    pub(crate) fn choice(&self, details: &Details) -> Choice {
        let variants = || details.variants.iter().enumerate();
        let known: Vec<(usize, &str)> = self
            .options
            .iter()
            .filter_map(|(name, value)| {
                let names = || details.options.iter();
                let exact = names().position(|option| option == name);
                let place = exact.or_else(|| names().position(|option| fold(option) == fold(name)))?;
                Some((place, value.as_str()))
            })
            .collect();
        if known.is_empty() {
            let of_sku = variants().find(|(_, variant)| self.sku.as_ref() == Some(&variant.sku));
            return of_sku.map_or(Choice::None, |(place, variant)| Choice::Variant { place, sku: variant.sku.clone() });
        }
        let has = |variant: &Variant, place: usize, value: &str| {
            variant.values.get(place).is_some_and(|own| fold(own) == fold(value))
        };
        let shared = |variant: &Variant| known.iter().filter(|(place, value)| has(variant, *place, value)).count();
        // Values may differ in nothing but case or accents: the one that is spelled as asked for is meant. Of several with all values, as
        // where only one of two options was chosen, the first that can be bought.
        let exact = |variant: &Variant| {
            known.iter().filter(|(place, value)| variant.values.get(*place).is_some_and(|own| own == value)).count()
        };
        let whole = variants().filter(|(_, variant)| shared(variant) == known.len());
        // The first of equals, which `max_by_key` finds from the end.
        let found = whole.rev().max_by_key(|(_, variant)| (exact(variant), variant.facts.can_be_bought()));
        if let Some((_, variant)) = found {
            return Choice::Elsewhere { sku: variant.sku.clone() };
        }
        // What was changed last is what the shopper wants: the values that the variant of the page does not have.
        let of_page = self.sku.as_ref().and_then(|sku| details.variants.iter().find(|variant| variant.sku == *sku));
        let is_new = |place: usize, value: &str| of_page.is_some_and(|of_page| !has(of_page, place, value));
        let wanted = |variant: &Variant| {
            known.iter().filter(|(place, value)| is_new(*place, value) && has(variant, *place, value)).count()
        };
        let near = variants()
            .rev()
            .max_by_key(|(_, variant)| (wanted(variant), shared(variant), variant.facts.can_be_bought()))
            .map(|(place, _)| place);
        let combination = known.iter().map(|(_, value)| *value).collect::<Vec<_>>().join(", ");
        Choice::Missing { near, combination: combination.chars().take(200).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> Details {
        let variant = |sku: &str, size: &str, colour: &str, stock: u32| {
            let mut variant =
                Variant { sku: sku.to_owned(), values: vec![size.to_owned(), colour.to_owned()], ..Variant::default() };
            variant.facts.stock = stock;
            variant
        };
        Details {
            options: vec!["Size".to_owned(), "Colour".to_owned()],
            variants: vec![
                variant("m-red", "M", "Red", 0),
                variant("m-blue", "M", "Blue", 3),
                variant("l-red", "L", "Red", 1),
            ],
            ..Details::default()
        }
    }

    #[track_caller]
    fn check(query: &str, expect: &Choice) {
        assert_eq!(&Asked::read(query).choice(&details()), expect, "{query}");
    }

    #[test]
    fn a_variant_is_chosen_by_its_sku_or_by_its_values() {
        check("variant=m-blue", &Choice::Variant { place: 1, sku: "m-blue".to_owned() });
        check("variant=none", &Choice::None);
        check("colour=Red", &Choice::None);
        check("option.Weight=1", &Choice::None);
        let elsewhere = |sku: &str| Choice::Elsewhere { sku: sku.to_owned() };
        check("option.Size=L&option.Colour=red", &elsewhere("l-red"));
        check("variant=m-blue&option.size=L&option.Colour=Red", &elsewhere("l-red"));
        check("option.Size=M", &elsewhere("m-blue"));
        check("option.Size=M&option.Colour=Red", &elsewhere("m-red"));
        check("option.Size=&option.Colour=Blue", &elsewhere("m-blue"));
    }

    #[test]
    fn of_values_that_fold_alike_the_one_that_is_spelled_so_is_meant() {
        let variant = |sku: &str, values: [&str; 2], stock: u32| {
            let mut variant =
                Variant { sku: sku.to_owned(), values: values.map(str::to_owned).into(), ..Variant::default() };
            variant.facts.stock = stock;
            variant
        };
        let details = Details {
            options: vec!["Colour".to_owned(), "colour".to_owned()],
            variants: vec![
                variant("upper", ["Red", "Matt"], 1),
                variant("lower", ["red", "Matt"], 0),
                variant("accent", ["réd", "matt"], 1),
                variant("both", ["réd", "Matt"], 1),
            ],
            ..Details::default()
        };
        for (query, expect) in [
            ("option.Colour=Red", "upper"),
            ("option.Colour=red", "lower"),
            ("option.Colour=r%C3%A9d", "accent"),
            ("option.Colour=r%C3%A9d&option.colour=Matt", "both"),
            ("option.colour=matt", "accent"),
            // No variant is spelled so.
            ("option.Colour=RED", "upper"),
            ("option.COLOUR=red", "lower"),
        ] {
            assert_eq!(Asked::read(query).choice(&details), Choice::Elsewhere { sku: expect.to_owned() }, "{query}");
        }
    }

    #[test]
    fn a_combination_that_does_not_exist_is_named_beside_the_nearest_one() {
        let missing =
            |near, combination: &str| Choice::Missing { near: Some(near), combination: combination.to_owned() };
        check("option.Size=L&option.Colour=Blue", &missing(1, "L, Blue"));
        check("option.Size=XXL", &missing(1, "XXL"));
        // Whoever has a blue one and wants it large sees a large one, and whoever has a large one and wants blue a blue one.
        check("variant=m-blue&option.Size=L&option.Colour=Blue", &missing(2, "L, Blue"));
        check("variant=l-red&option.Size=L&option.Colour=Blue", &missing(1, "L, Blue"));
        check("variant=none&option.Size=L&option.Colour=Blue", &missing(1, "L, Blue"));
        let single = Details::default();
        assert_eq!(Asked::read("option.Size=L").choice(&single), Choice::None);
        assert_eq!(Asked::read("option.Size=%FF&variant=%").choice(&single), Choice::None);
    }
}
