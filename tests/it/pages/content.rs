//! Pages without JavaScript: their texts about filters, paging, products and refusals.
//! Their look, and the enhancements of the remotes, are the subject of the browser tests.

use std::collections::BTreeSet;

use serde_json::Value;
use storefront_tests::corpus::page_of;
use storefront_tests::markup;
use storefront_tests::server::shop;

use crate::Faults;

fn products(query: &str) -> Vec<Value> {
    shop().get(format!("/api/products?{query}")).json()["data"].as_array().expect("a list of products").clone()
}

fn all() -> Vec<Value> {
    products("pageSize=100")
}

fn id(product: &Value) -> &str {
    product["id"].as_str().expect("an id is text")
}

/// The ids of the cards on a page, in order.
fn cards(page: &str) -> Vec<String> {
    // An empty list is followed by what the shop recommends.
    let list = page.split("class=\"instead\"").next().unwrap_or_default();
    let cards = markup::with_class(list, "product-card");
    cards.iter().filter_map(|card| card.attribute("data-product-id")).map(str::to_owned).collect()
}

fn text_of(page: &str, class: &str) -> Option<String> {
    markup::with_class(page, class).first().map(markup::Element::text)
}

#[test]
fn a_listing_shows_what_the_api_says() {
    let mut faults = Faults::default();
    for query in [
        "",
        "category=Kitchen",
        "inStock=true",
        "inStock=false",
        "maxPrice=50",
        "minPrice=40&maxPrice=140",
        "search=lamp",
        "search=caf%C3%A9",
        "search=wool%20throw&sort=price-desc",
        "sort=price-asc&pageSize=5",
        "sort=price-asc&pageSize=5&page=2",
        "sort=rating&pageSize=4&page=3",
        "sort=name",
        "category=Kitchen&inStock=true&maxPrice=300&sort=price-asc&page=2&pageSize=1",
        "search=no-such-thing",
        "category=Nowhere",
        "page=99",
    ] {
        let target = format!("/products?{query}");
        let answer = shop().get(&target);
        faults.equal(&target, &answer.status, &200);
        let page = answer.text();
        let api = shop().get(format!("/api/products?{query}")).json();
        let expect = products(query);
        faults.equal(
            format!("{target} cards"),
            &cards(&page),
            &expect.iter().map(|product| id(product).to_owned()).collect(),
        );
        let total = api["total"].as_u64().unwrap_or_default();
        let info = match total {
            0 => "No products found".to_owned(),
            1 => "Showing 1 of 1 product".to_owned(),
            _ => format!("Showing {} of {total} products", expect.len()),
        };
        faults.equal(format!("{target} results-info"), &text_of(&page, "results-info"), &Some(info));
        if !expect.is_empty() {
            let info = format!("Page {} of {}", api["page"], api["totalPages"]);
            let found = text_of(&page, "page-info");
            let single = api["totalPages"] == 1 && found.is_none();
            faults.expect(single || found.as_deref() == Some(&info), || {
                format!("{target} page-info: {found:?}, expected {info}")
            });
        }
    }
    faults.report("page and API answer from one query");
}

#[test]
fn paging_links_lead_through_all_products_once() {
    let mut seen = Vec::new();
    let mut target = Some("/products?pageSize=5&sort=name".to_owned());
    let mut pages = 0;
    while let Some(current) = target {
        pages += 1;
        assert!(pages <= 20, "the links of the pagination lead in a circle: {seen:?}");
        let page = shop().get(&current).text();
        seen.extend(cards(&page));
        let next = markup::named(&page, "a").into_iter().find(|link| link.attribute("rel") == Some("next"));
        target = next.and_then(|link| link.attribute("href").map(str::to_owned));
    }
    let expect: Vec<String> = products("pageSize=100&sort=name").iter().map(|product| id(product).to_owned()).collect();
    assert_eq!(seen, expect, "`rel=next` from page to page");
}

#[test]
fn a_page_past_the_end_and_an_empty_result_help() {
    let mut faults = Faults::default();
    for target in
        ["/products?page=99", "/products?search=xyzzy-quux", "/products?category=Nowhere", "/products?page=1000000"]
    {
        let answer = shop().get(target);
        faults.equal(target, &answer.status, &200);
        let page = answer.text();
        faults.equal(format!("{target} cards"), &cards(&page), &Vec::new());
        faults.equal(format!("{target} empty states"), &markup::with_class(&page, "empty-state").len(), &1);
        let part = page.split("empty-state").nth(1).unwrap_or_default();
        let way_on = markup::named(part, "a")
            .iter()
            .any(|link| link.attribute("href").is_some_and(|href| href.starts_with("/products")));
        faults.expect(way_on, || format!("{target}: the empty state leads nowhere"));
        faults.equal(format!("{target} errors"), &markup::with_class(&page, "error-message").len(), &0);
    }
    faults.report("nothing found is an answer, and says what to try");
}

#[test]
fn a_parameter_that_cannot_be_used_is_named_and_the_rest_is_shown() {
    let mut faults = Faults::default();
    let lamps: Vec<String> = products("search=lamp").iter().map(|product| id(product).to_owned()).collect();
    for (query, words) in [
        ("page=0", "There is no page “0”"),
        ("page=x", "There is no page “x”"),
        ("page=1000001", "There is no page “1000001”"),
        ("page=1.5", "There is no page “1.5”"),
        ("pageSize=101", "A page shows 1 to 100 products"),
        ("minPrice=x", "From: enter an amount like 9.50"),
        ("minPrice=-1", "From: enter an amount like 9.50"),
        ("maxPrice=12345678", "To: enter an amount like 9.50"),
        ("maxPrice=1e3", "To: enter an amount like 9.50"),
        ("inStock=yes", "In stock only: tick the box"),
        ("sort=cheapest", "Sort by: there is no order “cheapest”"),
        ("page=1&page=2", "There is no page “1”"),
    ] {
        let target = format!("/products?{query}&search=lamp");
        let answer = shop().get(&target);
        faults.equal(&target, &answer.status, &200);
        let page = answer.text();
        let error = text_of(&page, "error-message").unwrap_or_default();
        faults.expect(error.contains(words), || format!("{target}: the message is `{error}`"));
        let alert =
            markup::with_class(&page, "error-message").iter().any(|element| element.attribute("role") == Some("alert"));
        faults.expect(alert, || format!("{target}: the message is no alert"));
        faults.equal(format!("{target} cards"), &cards(&page), &lamps);
        let fields = markup::elements(&page);
        let search = fields.iter().find(|field| field.name == "input" && field.attribute("name") == Some("search"));
        faults.equal(
            format!("{target} keeps the search"),
            &search.and_then(|field| field.attribute("value")),
            &Some("lamp"),
        );
        faults.equal(format!("{target} in the API"), &shop().get(format!("/api{target}")).status, &400);
    }
    let long = shop().get(format!("/products?search={}", "x".repeat(201)));
    let error = text_of(&long.text(), "error-message").unwrap_or_default();
    faults.equal("a search of 201 characters", &error.as_str(), &"Search: enter at most 200 characters.");
    faults.report("a list shows what it understood and says what it left out");
}

#[test]
fn amounts_are_understood_as_shoppers_type_them() {
    let mut faults = Faults::default();
    for (typed, strict) in [
        ("minPrice=9,50", "minPrice=9.5"),
        ("minPrice=%2440&maxPrice=140%20%E2%82%AC", "minPrice=40&maxPrice=140"),
        ("minPrice=140&maxPrice=40", "minPrice=40&maxPrice=140"),
        ("maxPrice=1,299.00", "maxPrice=1299"),
    ] {
        let (lenient, canonical) =
            (shop().get(format!("/products?{typed}")), shop().get(format!("/products?{strict}")));
        faults.expect(lenient.body == canonical.body, || format!("`{typed}` is not `{strict}`"));
        faults.equal(typed, &lenient.header("etag"), &canonical.header("etag"));
        faults.equal(format!("{typed} in the API"), &shop().get(format!("/api/products?{typed}")).status, &400);
    }
    faults.report("one meaning, one page");
}

#[test]
fn the_form_shows_the_filters_of_its_address() {
    let page =
        shop().get("/products?search=lamp&category=Lighting&minPrice=10&maxPrice=300&inStock=true&sort=name").text();
    let elements = markup::elements(&page);
    let mut faults = Faults::default();
    for (name, value) in [("search", "lamp"), ("minPrice", "10"), ("maxPrice", "300")] {
        let field = elements.iter().find(|field| field.name == "input" && field.attribute("name") == Some(name));
        faults.equal(name, &field.and_then(|field| field.attribute("value")), &Some(value));
    }
    let is_set = |name: &str, value: &str, state: &str| {
        let chosen =
            |field: &&markup::Element| field.attribute("value") == Some(value) && field.attribute(state).is_some();
        elements
            .iter()
            .filter(|field| field.name == "option" || field.attribute("name") == Some(name))
            .any(|field| chosen(&field))
    };
    faults.expect(is_set("category", "Lighting", "checked"), || "category is not checked".to_owned());
    faults.expect(is_set("inStock", "true", "checked"), || "inStock is not checked".to_owned());
    faults.expect(is_set("sort", "name", "selected"), || "sort is not selected".to_owned());
    faults.report("a listing's address is its whole state");
}

#[test]
fn a_product_page_shows_what_the_api_says() {
    let mut faults = Faults::default();
    for product in all() {
        let target = page_of(id(&product));
        let answer = shop().get(&target);
        faults.equal(&target, &answer.status, &200);
        let whole = shop().get(format!("/api/products/{}", id(&product))).json()["data"].clone();
        let page = answer.text();
        let heading = markup::named(&page, "h1");
        let heading: Vec<String> = heading.iter().map(markup::Element::text).collect();
        faults.equal(
            format!("{target} heading"),
            &heading,
            &vec![product["name"].as_str().unwrap_or_default().to_owned()],
        );
        let in_stock = product["stock"].as_u64().unwrap_or_default() > 0;
        let availability = text_of(&page, "product-availability").unwrap_or_default();
        faults.equal(
            format!("{target} availability"),
            &availability.as_str(),
            &if in_stock { "In Stock" } else { "Out of Stock" },
        );
        let price = format!("{:.2}", product["price"].as_f64().unwrap_or_default());
        let shown = text_of(&page, "product-price").unwrap_or_default();
        let (shown, before) = shown.split_once("Price before: ").unwrap_or((&shown, ""));
        let on_sale = whole["compareAtPrice"].as_f64().map(|before| format!("${before:.2}")).unwrap_or_default();
        faults.equal(format!("{target} price before"), &before, &on_sale.as_str());
        let differ = whole["variants"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|variant| variant["price"].as_f64() > product["price"].as_f64());
        faults.equal(format!("{target} from"), &shown.starts_with("From "), &differ);
        let shown: String = shown.chars().filter(|character| character.is_ascii_digit() || *character == '.').collect();
        let same = shown.parse::<f64>().ok().map(|shown| format!("{shown:.2}")) == Some(price.clone());
        faults.expect(same, || format!("{target}: the price is `{shown}`, expected {price}"));
        let terms = text_of(&page, "product-terms").unwrap_or_default();
        faults.expect(terms.contains("Delivery") && terms.contains("tax"), || format!("{target}: terms `{terms}`"));
        let has_buttons = page.split("<main").nth(1).is_some_and(|main| main.contains("add-to-cart-btn"));
        let is_in = product["stock"].as_u64() > Some(0);
        faults.equal(format!("{target} can be added"), &has_buttons, &is_in);
        faults.equal(format!("{target} back link"), &text_of(&page, "back-link").as_deref(), &Some("Back to Products"));
        faults.expect(!cards(&page).contains(&id(&product).to_owned()), || format!("{target} is related to itself"));
        faults.expect(!cards(&page).is_empty(), || format!("{target}: no related products"));
    }
    faults.report("one catalog behind page and API");
}

#[test]
fn the_merchants_pages_are_in_every_footer() {
    let mut faults = Faults::default();
    for name in ["delivery", "returns", "contact", "terms", "privacy", "imprint"] {
        let path = format!("/pages/{name}");
        let answer = shop().get(&path);
        faults.equal(&path, &answer.status, &200);
        for target in ["/", "/products", "/products/cafe-press", "/nothing", &path] {
            let page = shop().get(target).text();
            let is_linked = markup::named(&page, "a").iter().any(|link| link.attribute("href") == Some(&path));
            faults.expect(is_linked, || format!("{target} has no link to {path}"));
        }
    }
    faults.report("help and law are one link away");
}

#[test]
fn a_search_that_finds_nothing_leads_on() {
    let page = shop().get("/products?search=warranty").text();
    let links: Vec<String> =
        markup::named(&page, "a").iter().filter_map(|link| link.attribute("href").map(str::to_owned)).collect();
    for expect in ["/pages/returns", "/products?category=Kitchen", "/products"] {
        assert!(links.iter().any(|link| link == expect), "{expect}: {links:?}");
    }
    let instead = page.split("class=\"instead\"").nth(1).unwrap_or_default();
    assert_eq!(markup::with_class(instead, "product-card").len(), 4, "the best rated products");
}

#[test]
fn the_home_page_leads_everywhere() {
    let page = shop().get("/").text();
    let links: BTreeSet<String> =
        markup::named(&page, "a").iter().filter_map(|link| link.attribute("href").map(str::to_owned)).collect();
    let mut faults = Faults::default();
    // The categories at the top, which have the others, and the way to all of them.
    for target in [
        "/products?category=Desk",
        "/products?category=Garden",
        "/products?category=Kitchen",
        "/products?category=Living",
        "/categories",
    ] {
        faults.expect(links.contains(target), || format!("no link to `{target}` among {links:?}"));
    }
    let all = shop().get("/categories").text();
    let products = shop().get("/api/products?pageSize=100").json();
    for product in products["data"].as_array().expect("a list of products") {
        let name = product["category"].as_str().unwrap_or_default();
        let target = format!("/products?category={}", name.replace(' ', "%20").replace('&', "%26"));
        faults.expect(all.contains(&format!("href=\"{target}\"")), || format!("no link to `{target}` on /categories"));
    }
    faults.expect(links.contains("/products"), || "no link to the products".to_owned());
    for link in links.iter().filter(|link| link.starts_with('/')) {
        let path = link.split('#').next().unwrap_or_default();
        faults.equal(format!("{link} status"), &shop().get(path).status, &200);
    }
    faults.report("every link of the start page works");
}

#[test]
fn a_tile_has_as_many_products_as_the_list_that_it_leads_to() {
    let mut faults = Faults::default();
    for address in ["/", "/categories"] {
        let page = shop().get(address).text();
        let tiles = markup::with_class(&page, "category-tile");
        faults.expect(address != "/" || tiles.len() == 4, || format!("{address} has {} tiles", tiles.len()));
        let names: Vec<String> = tiles.iter().map(|tile| markup::named(&tile.inner, "a")[0].text()).collect();
        let mut sorted = names.clone();
        sorted.sort_by_key(|name| name.to_lowercase());
        // The page of all has them below one another.
        faults.expect(address != "/" || names == sorted, || format!("order of {address}: {names:?}"));
        for tile in tiles {
            let link = &markup::named(&tile.inner, "a")[0];
            let list = link.attribute("href").expect("an address");
            let total =
                shop().get(list.replace("/products", "/api/products")).json()["total"].as_u64().unwrap_or_default();
            let expect = format!("{total} {}", if total == 1 { "product" } else { "products" });
            faults.equal(format!("{address}: {}", link.text()), &markup::named(&tile.inner, "p")[0].text(), &expect);
            faults.expect(total > 0, || format!("{list} is empty"));
        }
    }
    faults.report("`Catalog::category_counts` counts a category with those below it");
}

#[test]
fn no_link_of_any_page_is_dead() {
    let mut faults = Faults::default();
    let mut waiting = vec!["/".to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(target) = waiting.pop() {
        // A bound, should links ever multiply; the shop has far fewer.
        if seen.len() > 600 || !seen.insert(target.clone()) {
            continue;
        }
        let answer = shop().get(&target);
        faults.expect(answer.status == 200, || format!("{target}: {}", answer.status));
        if answer.media_type().as_deref() == Some("text/html") {
            let links = markup::named(&answer.text(), "a");
            let paths = links.iter().filter_map(|link| link.attribute("href")).filter(|href| href.starts_with('/'));
            waiting.extend(paths.filter_map(|href| href.split('#').next()).map(str::to_owned));
        }
    }
    faults.expect(seen.len() > 20, || format!("only {} pages were found", seen.len()));
    faults.report("every address that a page links answers 200");
}

#[test]
fn the_sitemap_lists_every_page_and_each_of_them_is_there() {
    let sitemap = shop().get("/sitemap.xml").text();
    let origin = "http://127.0.0.1:8787";
    let listed: Vec<String> = markup::named(&sitemap, "loc").iter().map(markup::Element::text).collect();
    let mut faults = Faults::default();
    let mut paths = BTreeSet::new();
    for address in &listed {
        match address.strip_prefix(origin) {
            Some(path) => {
                faults.equal(path, &shop().get(path).status, &200);
                faults.expect(paths.insert(path.to_owned()), || format!("{path} is listed twice"));
            }
            None => faults.add(format!("`{address}` does not begin with PUBLIC_ORIGIN, `{origin}`")),
        }
    }
    let products: Vec<String> = all().iter().map(|product| page_of(id(product))).collect();
    for path in ["/", "/products", "/categories", "/pages/returns"].map(str::to_owned).iter().chain(&products) {
        faults.expect(paths.contains(path), || format!("{path} is not listed"));
    }
    let robots = shop().get("/robots.txt").text();
    faults.expect(robots.lines().any(|line| line == format!("Sitemap: {origin}/sitemap.xml")), || robots.clone());
    faults.expect(!robots.lines().any(|line| line.trim() == "Disallow: /"), || {
        "robots.txt shuts everybody out".to_owned()
    });
    faults.report("search engines find every page through robots.txt and the sitemap");
}
