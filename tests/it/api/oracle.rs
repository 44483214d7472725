//! The product API against an oracle of a few lines over the records that ship: filters, order and paging compose.
//! The oracle knows no search and no facets; those are tested where they are written, and by the corpus.

use std::cmp::Ordering;

use serde_json::{Value, json};
use storefront_tests::read;
use storefront_tests::server::shop;

use crate::Faults;

/// One combination of parameters; `None` leaves one out.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    category: Option<&'a str>,
    min_price: Option<f64>,
    max_price: Option<f64>,
    in_stock: Option<bool>,
    sort: Option<&'a str>,
    page: usize,
    page_size: usize,
}

impl Asked<'_> {
    fn target(&self) -> String {
        let mut pairs = vec![format!("page={}", self.page), format!("pageSize={}", self.page_size)];
        pairs.extend(self.category.map(|category| format!("category={}", category.replace(' ', "%20"))));
        pairs.extend(self.min_price.map(|price| format!("minPrice={price}")));
        pairs.extend(self.max_price.map(|price| format!("maxPrice={price}")));
        pairs.extend(self.in_stock.map(|in_stock| format!("inStock={in_stock}")));
        pairs.extend(self.sort.map(|sort| format!("sort={sort}")));
        format!("/api/products?{}", pairs.join("&"))
    }

    /// Of each product a listing has the nine fields alone, whatever else its record has.
    fn answer(&self, records: &[Value]) -> Value {
        let mut found: Vec<&Value> = records.iter().filter(|record| self.matches(record)).collect();
        found.sort_by(|a, b| self.order(a, b).then_with(|| by_id(a, b)));
        let total = found.len();
        let page = found.into_iter().skip((self.page - 1) * self.page_size).take(self.page_size);
        let data: Vec<Value> = page.map(listed).collect();
        json!({
            "data": data, "total": total, "page": self.page, "pageSize": self.page_size,
            "totalPages": total.div_ceil(self.page_size),
        })
    }

    fn matches(&self, record: &Value) -> bool {
        let price = number(record, "price");
        self.category.is_none_or(|category| record["category"] == category)
            && self.min_price.is_none_or(|least| price >= least)
            && self.max_price.is_none_or(|most| price <= most)
            && self.in_stock.is_none_or(|in_stock| (number(record, "stock") > 0.0) == in_stock)
    }

    fn order(&self, a: &Value, b: &Value) -> Ordering {
        match self.sort {
            Some("price-asc") => number(a, "price").total_cmp(&number(b, "price")),
            Some("price-desc") => number(b, "price").total_cmp(&number(a, "price")),
            Some("rating") => weighted(b).cmp(&weighted(a)),
            _ => Ordering::Equal,
        }
    }
}

/// The fields of a product in a listing.
const LISTED: [&str; 9] = ["id", "name", "description", "price", "imageUrl", "category", "stock", "rating", "reviews"];

fn listed(record: &Value) -> Value {
    LISTED.iter().map(|field| ((*field).to_owned(), record[field].clone())).collect()
}

/// The rating as orders compare it, in ten-thousandths of a star: as if twenty more reviewers had given four stars.
fn weighted(record: &Value) -> u64 {
    let reviews = record["reviews"].as_u64().unwrap_or_default();
    let hundredths = format!("{:.0}", number(record, "rating") * 100.0).parse::<u64>().unwrap_or_default();
    (hundredths * reviews + 400 * 20) * 100 / (reviews + 20)
}

fn number(record: &Value, name: &str) -> f64 {
    record[name].as_f64().unwrap_or_else(|| panic!("`{name}` of {record} is no number"))
}

/// The ids that ship are whole numbers.
fn by_id(a: &Value, b: &Value) -> Ordering {
    let id = |record: &Value| record["id"].as_str().and_then(|id| id.parse::<u64>().ok());
    id(a).cmp(&id(b))
}

fn records() -> Vec<Value> {
    serde_json::from_str(&read("catalog/data/products.json")).expect("the records that ship are JSON")
}

#[test]
fn filters_order_and_paging_compose() {
    let records = records();
    let mut faults = Faults::default();
    let mut asked = 0;
    for category in [None, Some("Kitchen"), Some("Lighting"), Some("Nowhere")] {
        for (min_price, max_price) in [(None, None), (None, Some(50.0)), (Some(28.0), Some(135.0)), (Some(48.0), None)]
        {
            for in_stock in [None, Some(true), Some(false)] {
                for sort in [None, Some("price-asc"), Some("price-desc"), Some("rating")] {
                    for (page, page_size) in [(1, 12), (2, 3)] {
                        let combination = Asked { category, min_price, max_price, in_stock, sort, page, page_size };
                        let target = combination.target();
                        let answer = shop().get(&target);
                        faults.equal(&target, &answer.json(), &combination.answer(&records));
                        asked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(asked, 384);
    faults.report("filters combine with AND, ties break by id, a page past the end is empty");
}

#[test]
fn names_order_alphabetically_whatever_their_accents() {
    let answer = shop().get("/api/products?sort=name&pageSize=100").json();
    let names: Vec<String> = answer["data"]
        .as_array()
        .expect("a list of products")
        .iter()
        .map(|product| product["name"].as_str().unwrap_or_default().to_lowercase().replace('é', "e").replace('ä', "a"))
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted, "`Café` stands where `Cafe` would");
}

#[test]
fn every_product_is_found_by_its_id_and_in_its_category() {
    let records = records();
    let mut faults = Faults::default();
    let mut categories: Vec<&str> = Vec::new();
    for record in &records {
        let target = format!("/api/products/{}", record["id"].as_str().expect("an id is text"));
        let found = shop().get(&target).json();
        for (name, value) in
            record.as_object().expect("a record is an object").iter().filter(|(name, _)| *name != "variants")
        {
            faults.equal(format!("{target}: {name}"), &found["data"][name], value);
        }
        let sold = |record: &Value| -> Vec<Value> {
            record["variants"].as_array().into_iter().flatten().map(|variant| variant["sku"].clone()).collect()
        };
        let expect = if record["variants"].is_array() { sold(record) } else { vec![record["id"].clone()] };
        faults.equal(format!("{target}: what is sold"), &sold(&found["data"]), &expect);
        categories.extend(record["category"].as_str());
        categories.extend(record["categoryPath"].as_array().into_iter().flatten().filter_map(Value::as_str));
    }
    categories.sort_unstable();
    categories.dedup();
    let answer = shop().get("/api/products/categories").json();
    faults.equal("/api/products/categories", &answer, &json!({ "data": categories }));
    let health = shop().get("/health").json();
    faults.equal("products of /health", &health["catalog"]["products"], &json!(records.len()));
    faults.equal("version of /health", &health["version"], &json!(env!("CARGO_PKG_VERSION")));
    faults.report("the Worker holds the records of `catalog/data/products.json`; `cargo xtask build` compiles them in");
}

#[test]
fn a_product_costs_what_its_cheapest_variant_does_that_can_be_bought_and_has_the_stock_of_all() {
    let records = records();
    let mut faults = Faults::default();
    let with_variants: Vec<&Value> = records.iter().filter(|record| record["variants"].is_array()).collect();
    assert!(with_variants.len() >= 3, "the demo shop shows what variants are");
    for record in with_variants {
        let variants = record["variants"].as_array().expect("a list");
        let in_stock = variants.iter().filter(|variant| number(variant, "stock") > 0.0);
        let lowest = in_stock.map(|variant| number(variant, "price")).min_by(f64::total_cmp);
        faults.equal(format!("price of {}", record["name"]), &lowest, &record["price"].as_f64());
        let stock: u64 = variants.iter().filter_map(|variant| variant["stock"].as_u64()).sum();
        faults.equal(format!("stock of {}", record["name"]), &Some(stock), &record["stock"].as_u64());
    }
    faults
        .report("`price` and `stock` of a record with variants stand for those who read the file; the variants decide");
}

#[test]
fn parameters_at_their_limits_are_taken_and_past_them_refused() {
    let mut faults = Faults::default();
    let longest = "x".repeat(200);
    let too_long = "x".repeat(201);
    for (query, status) in [
        ("page=1", 200),
        ("page=1000000", 200),
        ("page=1000001", 400),
        ("page=0", 400),
        ("page=01x", 400),
        ("pageSize=1", 200),
        ("pageSize=100", 200),
        ("pageSize=101", 400),
        ("pageSize=0", 400),
        ("minPrice=0", 200),
        ("minPrice=0.99&maxPrice=9999999.99", 200),
        ("maxPrice=10000000", 400),
        ("maxPrice=1.999", 400),
        ("maxPrice=.5", 400),
        ("maxPrice=5.", 400),
        ("maxPrice=%2B5", 400),
        ("minPrice=10&maxPrice=10", 200),
        ("minPrice=10.01&maxPrice=10", 400),
        ("inStock=true", 200),
        ("inStock=TRUE", 400),
        ("inStock=1", 400),
        ("sort=relevance", 200),
        ("sort=price", 400),
        (&format!("search={longest}"), 200),
        (&format!("search={too_long}"), 400),
        (&format!("search=%20%20{longest}%20"), 200),
        (&format!("search={}", "%C3%A9".repeat(200)), 200),
        ("include=facets", 200),
        ("include=everything", 400),
        ("category=", 200),
        ("category=Nowhere", 200),
    ] {
        let answer = shop().get(format!("/api/products?{query}"));
        let shown: String = query.chars().take(40).collect();
        faults.equal(&shown, &answer.status, &status);
        if answer.status == 400 {
            let problem = answer.json();
            let parameter = problem["parameter"].as_str().unwrap_or_default().to_owned();
            let detail = problem["detail"].as_str().unwrap_or_default().to_owned();
            faults.expect(query.contains(&parameter) && !parameter.is_empty() && detail.contains(&parameter), || {
                format!("{shown}: the problem names no parameter: {problem}")
            });
        }
    }
    for (query, status) in [(longest.as_str(), 200), (too_long.as_str(), 400), ("", 200)] {
        let answer = shop().get(format!("/api/products/suggest?q={query}"));
        faults.equal(format!("suggest of {} characters", query.len()), &answer.status, &status);
    }
    faults.report("limits are in the contract, `/api/openapi.json`");
}
