//! Parameters to queries and back: refusals and their messages, and the one spelling of a query.

use std::collections::BTreeSet;

use catalog::{Currency, NamedFilter, Price, Query, Rating, Sort, Wanted};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use web::decode_form;

/// Expects the canonical form, or the parameter at fault and the sentence.
#[track_caller]
fn check(query_string: &str, expect: &str) {
    let found = match Query::parse(query_string, Currency::default()) {
        Ok(query) => query.canonical(),
        Err(error) => format!("{}: {error}", error.parameter()),
    };
    assert_eq!(found, expect, "{query_string}");
}

#[test]
fn a_query_has_one_spelling() {
    check("", "");
    check("page=1&pageSize=12", "");
    check("page=01&pageSize=012", "");
    check("category=&minPrice=&maxPrice=&inStock=&search=+&page=&pageSize=&sort=&include=", "");
    check("unknown=1&sort=name&sort=&utm=%zz&%zz=1", "sort=name");
    check(
        "include=facets&sort=price-asc&pageSize=3&page=2&search=caf%c3%a9+%22x%22&inStock=true&maxPrice=50.00&minPrice=0.5&category=Tea+%26+Co",
        "category=Tea%20%26%20Co&minPrice=0.5&maxPrice=50&inStock=true&search=caf%C3%A9%20%22x%22&page=2&pageSize=3&sort=price-asc&include=facets",
    );
    check("search=%20%20mug%20%20", "search=mug");
    check("category=%20Kitchen", "category=%20Kitchen");
    check("p%61ge=2", "page=2");
    check("inStock=false&sort=relevance", "inStock=false&sort=relevance");
}

#[test]
fn a_refusal_names_parameter_rule_and_limit() {
    check("page=0", "page: `page` must be a whole number from 1 to 1000000, not `0`");
    check("page=1000001", "page: `page` must be a whole number from 1 to 1000000, not `1000001`");
    check("page=%2B1", "page: `page` must be a whole number from 1 to 1000000, not `+1`");
    check("pageSize=101", "pageSize: `pageSize` must be a whole number from 1 to 100, not `101`");
    check(
        "minPrice=1.234",
        "minPrice: `minPrice` must be a price from 0 to 9999999.99 with at most two decimal places, not `1.234`",
    );
    check("minPrice=50&maxPrice=20", "minPrice: `minPrice` must not be above `maxPrice`, but `50` is above `20`");
    check("inStock=yes", "inStock: `inStock` must be `true` or `false`, not `yes`");
    check(
        "sort=price",
        "sort: `sort` must be `relevance`, `price-asc`, `price-desc`, `rating`, `name`, `newest` or `discount`, not `price`",
    );
    check("include=all", "include: `include` must be `facets`, `variants`, `images` or `attributes`, not `all`");
    check(
        "minRating=6",
        "minRating: `minRating` must be a number of stars from 0 to 5 with at most two decimal places, not `6`",
    );
    check(&"brand=x&".repeat(51), "brand: `brand` must be given at most 50 times");
    check(
        &(0..51).map(|number| format!("attr.a{number}=x")).collect::<Vec<_>>().join("&"),
        "attr.<name>: `attr.<name>` must be given at most 50 times",
    );
    check("page=2&page=2", "page: `page` must be given once, not twice");
    check("search=%ff", "search: `search` must be percent-encoded UTF-8");
    check("category=%4", "category: `category` must be percent-encoded UTF-8");
    check(&format!("search={}", "é".repeat(201)), "search: `search` must have at most 200 characters, not 201");
    check(&format!("category={}", "x".repeat(201)), "category: `category` must have at most 200 characters, not 201");
}

#[test]
fn a_refused_value_is_quoted_safely() {
    check("inStock=a%0Ab%60c", "inStock: `inStock` must be `true` or `false`, not `a\u{fffd}b\u{fffd}c`");
    check("inStock=%E2%80%AEx", "inStock: `inStock` must be `true` or `false`, not `\u{fffd}x`");
    check(
        &format!("inStock={}", "x".repeat(500)),
        &format!("inStock: `inStock` must be `true` or `false`, not `{}…`", "x".repeat(40)),
    );
}

#[test]
fn the_words_of_an_order_are_those_of_the_contract() {
    let words: Vec<&str> = Sort::ALL.into_iter().map(Sort::as_str).collect();
    assert_eq!(words, ["relevance", "price-asc", "price-desc", "rating", "name", "newest", "discount"]);
    for sort in Sort::ALL {
        assert_eq!(Query::parse(&format!("sort={}", sort.as_str()), Currency::default()).unwrap().sort, Some(sort));
    }
}

#[test]
fn only_filters_count_as_filters() {
    #[track_caller]
    fn check(query_string: &str, expect: bool) {
        assert_eq!(Query::parse(query_string, Currency::default()).unwrap().has_filters(), expect, "{query_string}");
    }
    check("", false);
    check("page=2&pageSize=5&sort=name&include=facets", false);
    for filter in ["category=x", "minPrice=0", "maxPrice=1", "inStock=false", "search=x"] {
        check(filter, true);
    }
}

#[test]
fn a_form_is_decoded_strictly() {
    #[track_caller]
    fn check(query_string: &str, expect: &[&str]) {
        let pairs = decode_form(query_string).map(|pair| match pair {
            Ok((name, value)) => format!("{name}={value}"),
            Err(error) => format!("broken {:?}", error.parameter),
        });
        assert_eq!(pairs.collect::<Vec<_>>(), expect, "{query_string}");
    }
    check("", &[]);
    check("&&a=1&&b", &["a=1", "b="]);
    check("a=b=c&=x", &["a=b=c", "=x"]);
    check("a+b=c+d%2B%20e", &["a b=c d+ e"]);
    check("%C3%A9=%c3%a9", &["é=é"]);
    check(
        "a=%&b=%4&c=%zz&d=%ff&%ff=1&e=%00",
        &[
            "broken Some(\"a\")",
            "broken Some(\"b\")",
            "broken Some(\"c\")",
            "broken Some(\"d\")",
            "broken None",
            "e=\0",
        ],
    );
}

/// Every query that a URL can ask for.
fn queries() -> impl Strategy<Value = Query> {
    let text = || prop::option::of(prop::collection::vec(any::<char>(), 1..=200).prop_map(String::from_iter));
    // Sorted and without equals, as a canonical query has them.
    let texts =
        || prop::collection::btree_set("\\PC{1,9}", 0..4).prop_map(|texts| texts.into_iter().collect::<Vec<_>>());
    let price = || prop::option::of((0_u64..=999_999_999).prop_map(|minor| Price::from_minor(minor).unwrap()));
    let sort = prop_oneof![Just(None), prop::sample::select(Sort::ALL.to_vec()).prop_map(Some)];
    let search = text().prop_map(|text| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
    let filters = (texts(), price(), price(), any::<Option<bool>>(), search);
    let named = || {
        prop::collection::btree_map("[A-Za-zé. =&]{1,5}", texts(), 0..3).prop_map(|filters| {
            // Names that differ in case and accents alone are one name.
            let mut names = BTreeSet::new();
            let with_values = filters
                .into_iter()
                .filter(|(name, values)| !values.is_empty() && names.insert(name.to_lowercase().replace('é', "e")));
            with_values.map(|(name, values)| NamedFilter { name, values }).collect::<Vec<_>>()
        })
    };
    let rating = prop::option::of((0_u16..=500).prop_map(|hundredths| Rating::new(hundredths).unwrap()));
    let more = (texts(), texts(), named(), named(), any::<Option<bool>>(), rating);
    (filters, more, 1_u32..=1_000_000, 1_u32..=100, sort, any::<[bool; 4]>()).prop_map(
        |((categories, first, second, in_stock, search), more, page, page_size, sort, include)| {
            let (brands, collections, options, attributes, on_sale, min_rating) = more;
            let [facets, variants, images, attributes_included] = include;
            let is_crossed = first.zip(second).is_some_and(|(first, second)| first > second);
            let (min_price, max_price) = if is_crossed { (second, first) } else { (first, second) };
            Query {
                categories,
                brands,
                collections,
                options,
                attributes,
                on_sale,
                min_rating,
                currency: Currency::default(),
                min_price,
                max_price,
                in_stock,
                search,
                page,
                page_size,
                sort,
                facets,
                details: Wanted { variants, images, attributes: attributes_included },
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_canonical_query_string_reads_back(query in queries()) {
        prop_assert_eq!(Query::parse(&query.canonical(), Currency::default()), Ok(query));
    }

    #[test]
    fn any_text_is_refused_or_has_a_canonical_form(text in "((category|brand|collection|onSale|minRating|option[.]a|attr[.]b|attr[.]|minPrice|maxPrice|inStock|search|page|pageSize|sort|include|x)=[ -~é]{0,9}&?){0,6}") {
        if let Ok(query) = Query::parse(&text, Currency::default()) {
            prop_assert_eq!(Query::parse(&query.canonical(), Currency::default()), Ok(query));
        }
    }
}
