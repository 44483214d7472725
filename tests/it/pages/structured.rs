//! JSON-LD: search engines read the same facts about a product as readers of the API.
//! Reads the blocks as data; their effect in a search engine is not tested.

use serde_json::Value;
use storefront_tests::corpus::page_of;
use storefront_tests::markup;
use storefront_tests::server::shop;

use crate::Faults;

/// Every JSON-LD object of a page, out of lists and graphs.
fn blocks(target: &str) -> Vec<Value> {
    let page = shop().get(target).text();
    let scripts = markup::named(&page, "script").into_iter();
    let texts = scripts.filter(|script| script.attribute("type") == Some("application/ld+json"));
    texts
        .flat_map(|script| {
            let value: Value = serde_json::from_str(&script.inner)
                .unwrap_or_else(|error| panic!("{target}: JSON-LD does not parse: {error}\n{}", script.inner));
            match value {
                Value::Array(values) => values,
                Value::Object(ref object) if object.contains_key("@graph") => {
                    value["@graph"].as_array().cloned().unwrap_or_default()
                }
                other => vec![other],
            }
        })
        .collect()
}

fn block(target: &str, kind: &str) -> Value {
    let found = blocks(target).into_iter().find(|block| block["@type"] == kind);
    found.unwrap_or_else(|| panic!("{target}: no JSON-LD of type `{kind}`"))
}

fn products() -> Vec<Value> {
    shop().get("/api/products?pageSize=100").json()["data"].as_array().cloned().expect("a list of products")
}

/// A number that JSON-LD may spell as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[test]
fn a_product_is_described_as_the_api_has_it() {
    let mut faults = Faults::default();
    for product in products() {
        let target = page_of(product["id"].as_str().unwrap_or_default());
        let whole =
            shop().get(format!("/api/products/{}", product["id"].as_str().unwrap_or_default())).json()["data"].clone();
        let is_group = whole["options"].as_array().is_some_and(|options| !options.is_empty());
        let told = block(&target, if is_group { "ProductGroup" } else { "Product" });
        for name in ["name", "description"] {
            faults.equal(format!("{target} {name}"), &told[name], &product[name]);
        }
        // A product that is its own single variant has the offer itself.
        let sold = whole["variants"].as_array().expect("a list of variants");
        let offers: Vec<&Value> = match told["hasVariant"].as_array() {
            Some(variants) => variants.iter().map(|variant| &variant["offers"]).collect(),
            None => vec![&told["offers"]],
        };
        faults.equal(format!("{target} offers"), &offers.len(), &sold.len());
        for (offer, sold) in offers.iter().zip(sold) {
            let target = format!("{target} {}", sold["sku"]);
            faults.equal(format!("{target} offer"), &offer["@type"], &Value::from("Offer"));
            faults.equal(format!("{target} price"), &number(&offer["price"]), &sold["price"].as_f64());
            faults.equal(format!("{target} currency"), &offer["priceCurrency"], &Value::from("USD"));
            let availability =
                offer["availability"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
            let expect = if sold["stock"] == 0 { "OutOfStock" } else { "InStock" };
            faults.equal(format!("{target} availability"), &availability.as_str(), &expect);
        }
        for (told, sold) in told["hasVariant"].as_array().into_iter().flatten().zip(sold) {
            faults.equal(format!("{target} SKU"), &told["sku"], &sold["sku"]);
            let address = told["offers"]["url"].as_str().unwrap_or_default();
            let path = address.strip_prefix("http://127.0.0.1:8787").unwrap_or_default();
            let page = shop().get(path);
            let chosen = page.text().contains(sold["sku"].as_str().unwrap_or_default());
            faults.expect(page.status == 200 && chosen, || format!("`{address}` does not lead to {}", sold["sku"]));
        }
        let rating = &told["aggregateRating"];
        if product["reviews"] == 0 {
            faults.expect(rating.is_null(), || format!("{target}: a rating without reviews"));
        } else {
            faults.equal(format!("{target} rating"), &number(&rating["ratingValue"]), &product["rating"].as_f64());
            let reviews = number(&rating["reviewCount"]).or_else(|| number(&rating["ratingCount"]));
            faults.equal(format!("{target} reviews"), &reviews, &product["reviews"].as_f64());
        }
        let image = if told["image"].is_array() { &told["image"][0] } else { &told["image"] };
        let image = image.as_str().unwrap_or_default();
        let path = image.strip_prefix("http://127.0.0.1:8787").unwrap_or_default();
        faults.expect(!path.is_empty() && shop().get(path).status == 200, || {
            format!("{target}: the picture is `{image}`")
        });
    }
    let told = block("/products/cafe-press", "Product");
    let (delivery, returns) = (&told["offers"]["shippingDetails"], &told["offers"]["hasMerchantReturnPolicy"]);
    faults.equal("delivery", &delivery["shippingRate"]["value"], &Value::from("4.90"));
    faults.equal("countries", &delivery["shippingDestination"]["addressCountry"], &serde_json::json!(["GB"]));
    faults.equal("days to return", &returns["merchantReturnDays"], &Value::from(30));
    faults.report("a price or stock that differs between page and JSON-LD gets a shop delisted");
}

#[test]
fn breadcrumbs_lead_to_pages_that_are_there() {
    let mut faults = Faults::default();
    for target in ["/products/cafe-press", "/products?category=Kitchen"] {
        let trail = block(target, "BreadcrumbList");
        let items = trail["itemListElement"].as_array().cloned().unwrap_or_default();
        faults.expect(items.len() >= 2, || format!("{target}: {trail}"));
        for (position, item) in items.iter().enumerate() {
            faults.equal(format!("{target} position"), &item["position"], &Value::from(position + 1));
            let address = item["item"].as_str().or_else(|| item["item"]["@id"].as_str());
            // The last one is the page itself and may go without an address.
            let Some(address) = address else {
                faults.expect(position + 1 == items.len(), || format!("{target}: no address in {item}"));
                continue;
            };
            let path = address.strip_prefix("http://127.0.0.1:8787").unwrap_or(address);
            let path = if path.is_empty() { "/" } else { path };
            faults.equal(format!("{target} leads to {address}"), &shop().get(path).status, &200);
        }
    }
    faults.report("a breadcrumb is a path a shopper can walk");
}

#[test]
fn the_list_of_a_listing_is_the_listing() {
    let mut faults = Faults::default();
    for query in ["", "category=Kitchen", "sort=price-desc&pageSize=5&page=2"] {
        let list = block(&format!("/products?{query}"), "ItemList");
        let listed: Vec<String> = list["itemListElement"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| {
                item["url"].as_str().or_else(|| item["item"]["url"].as_str()).or_else(|| item["item"].as_str())
            })
            .map(str::to_owned)
            .collect();
        let api = shop().get(format!("/api/products?{query}")).json();
        let expect: Vec<String> = api["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|product| product["id"].as_str())
            .map(|id| format!("http://127.0.0.1:8787{}", page_of(id)))
            .collect();
        faults.equal(format!("/products?{query}"), &listed, &expect);
    }
    faults.report("an ItemList names the products of the page in their order");
}
