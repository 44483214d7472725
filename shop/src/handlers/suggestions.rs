//! `/suggestions?q=`: the search field's list as the shop words it: prices as on pages, sold out products marked, help pages.
//! For the shop's own pages; `/api/products/suggest` is the public one. Lenient: a text that cannot be read has no suggestions.

use serde::Serialize;

use catalog::{Product, Query};
use web::{CacheControl, ETag, Reply};

use crate::document::document;
use crate::request::Incoming;
use crate::response::Response;
use crate::shop::Shop;

/// Most suggestions: a list of eight fits a phone (Baymard, autocomplete design).
const LIMIT: usize = 8;

#[derive(Serialize)]
struct Document<'a> {
    data: Vec<Suggestion<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Suggestion<'a> {
    url: String,
    name: &'a str,
    /// What kind of thing it is: the category of a product.
    kind: &'a str,
    /// Price, as a page writes it; empty for a page.
    price: String,
    image_url: &'a str,
    /// Words beside the kind: that the product is sold out.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

pub(crate) fn answer(shop: &Shop, request: &Incoming<'_>) -> Response {
    let text = text_of(request.query);
    let catalog = &*shop.catalogs.current();
    let found = if text.is_empty() { Vec::new() } else { catalog.suggest(&text) };
    let products: Vec<Product<'_>> = found.into_iter().filter_map(|position| catalog.product_at(position)).collect();
    // Whoever types `returns` means the page, whatever products are called.
    let pages = pages::pages_about(&shop.site, &text).map(|page| Suggestion {
        url: format!("/pages/{}", page.name),
        name: page.title,
        kind: "Help",
        price: String::new(),
        image_url: "",
        note: None,
    });
    let is_confirmed = shop.catalogs.unconfirmed(request.now()).is_none();
    let products = products.iter().map(|product| {
        let mut price = String::new();
        shop.site.currency.write(product.price, &mut price);
        Suggestion {
            url: format!("/products/{}", product.handle),
            name: &product.name,
            kind: product.category,
            price,
            image_url: &product.image_url,
            note: (is_confirmed && !product.in_stock()).then_some("Sold out"),
        }
    });
    let body = document(&Document { data: pages.chain(products).take(LIMIT).collect() });
    let caching = CacheControl::Fresh { max_age: shop.settings.max_age };
    let etag = ETag::of(&body);
    let reply = Reply::new(200, "application/json", caching, body).with_etag(etag);
    Response { revision: Some(shop.catalogs.revision()), ..Response::resource(reply) }.answering(request.request())
}

/// The text that was typed; empty where there is none that can be read.
fn text_of(query: &str) -> String {
    let value = web::decode_form(query).flatten().find(|(name, value)| name == "q" && !value.trim().is_empty());
    value.map(|(_, value)| value.trim().chars().take(Query::MAX_TEXT_LENGTH).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::testing::{NOW, ask, shop};

    fn suggested(query: &str) -> Vec<Value> {
        let shop = shop(false);
        let response = ask(&format!("/suggestions?{query}"), &[], NOW, |incoming| super::answer(&shop, incoming));
        assert_eq!(response.reply.status, 200);
        let document: Value = serde_json::from_slice(&response.reply.body).unwrap();
        document["data"].as_array().unwrap().clone()
    }

    #[test]
    fn products_are_suggested_as_pages_show_them() {
        let found = suggested("q=mug");
        assert_eq!(found[0]["name"], "Enamel mug");
        assert!(found[0]["price"].as_str().is_some_and(|price| price.starts_with('$')), "{found:?}");
        assert!(found[0].get("note").is_none(), "{found:?}");
        let sold_out = suggested("q=wool+throw");
        assert!(sold_out.iter().all(|found| found["url"].as_str().is_some_and(|url| url.starts_with("/products/"))));
    }

    #[test]
    fn what_is_sold_out_says_so() {
        let shop = shop(false);
        let catalog = shop.catalogs.current();
        let products = (0..).map_while(|position| catalog.product_at(position));
        let gone: Vec<String> =
            products.filter(|product| !product.in_stock()).map(|product| product.name.to_string()).collect();
        assert!(!gone.is_empty(), "the shop's catalog has a product that is sold out");
        for name in gone {
            let found = suggested(&format!("q={}", name.replace(' ', "+")));
            let marked = found.iter().find(|found| found["name"] == *name).unwrap();
            assert_eq!(marked["note"], "Sold out");
        }
    }

    #[test]
    fn words_for_help_lead_to_its_page() {
        let found = suggested("q=Shipping");
        assert_eq!((&found[0]["name"], &found[0]["url"]), (&"Delivery".into(), &"/pages/delivery".into()));
    }

    #[test]
    fn a_text_that_cannot_be_read_has_no_suggestions() {
        for query in ["", "q=", "q=%FF", "q=+", "Q=mug"] {
            assert_eq!(suggested(query), Vec::<Value>::new(), "{query}");
        }
    }
}
