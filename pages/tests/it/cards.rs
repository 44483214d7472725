//! Cards that a host keeps: the same bytes as a page that renders them, wherever they stand.

use pages::{Card, Frame, HomeView, ListingView, More, Place, ProductView};

use catalog::Query;

use crate::fixture::{catalog, catalog_of, home, listing, manifest, product, products, site, text};

#[test]
fn pages_of_kept_cards_are_the_pages_themselves() {
    let (catalog, site) = (catalog(), site());
    let kept: Vec<Card> = (0..5).map(|position| Card::new(&site, &catalog.product_at(position).unwrap())).collect();
    let of = |positions: &[u32]| positions.iter().map(|position| &kept[*position as usize]).collect::<Vec<_>>();

    let query = Query::parse("sort=price-desc&pageSize=3&page=2", catalog::Currency::default()).unwrap();
    let hits = catalog.search(&query);
    let view = ListingView {
        query: &query,
        unknown: Vec::new(),
        has_ratings: true,
        products: Vec::new(),
        total: hits.total,
        partial: hits.partial,
        facets: catalog.facets(&query),
        catalog_size: 5,
        ignored: &[],
        unfiltered: 0,
        categories: Vec::new(),
        shelf: String::new(),
    };
    let (list, detail) = (manifest("products"), manifest("product-detail"));
    let frame = Frame { site: &site, remotes: &[&list], preview: None, unconfirmed: None };
    let page = text(pages::listing_of(&frame, &view, &of(&hits.positions), &[]));
    assert_eq!(page, listing(&catalog, "sort=price-desc&pageSize=3&page=2"));

    let one = catalog.product("1").unwrap();
    let cards = of(&catalog.related(&one, 4));
    let view = ProductView { product: one, related: Vec::new(), more: More::default() };
    let frame = Frame { site: &site, remotes: &[&detail], preview: None, unconfirmed: None };
    assert_eq!(text(pages::product_of(&frame, &view, &cards)), product(&catalog, "1"));

    let best = catalog.best_rated(5);
    let view =
        HomeView { products: 5, categories: catalog.category_counts(), best_rated: products(&catalog, &best[..1]) };
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    assert_eq!(text(pages::home_of(&frame, &view, &of(&best[1..]))), home(&catalog));
}

#[test]
fn only_heading_and_loading_follow_from_the_place() {
    let card = Card::new(&site(), &catalog().product("1").unwrap());
    let written = |place| {
        let mut out = String::new();
        card.write(place, &mut out);
        out
    };
    let plain = written(Place::Eager);
    assert!(plain.contains(r#" alt=""><h2 class="product-name" dir="auto">Oak stool</h2></a>"#), "{plain}");
    let check = |place, attributes: &str| {
        assert_eq!(written(place), plain.replace(r#"alt="">"#, &format!(r#"alt=""{attributes}>"#)), "{place:?}");
    };
    check(Place::First, r#" fetchpriority="high""#);
    check(Place::Lazy, r#" loading="lazy" decoding="async""#);
    let section = written(Place::Lazy).replace("h2", "h3");
    assert_eq!(written(Place::Section), section);
    assert!(card.bytes() >= plain.len());
}

#[test]
fn a_card_counts_what_can_be_chosen() {
    let options = |options: serde_json::Value, variants: &[serde_json::Value]| {
        let variants: Vec<_> = variants
            .iter()
            .enumerate()
            .map(|(number, values)| serde_json::json!({ "sku": format!("s-{number}"), "options": values, "price": 5, "stock": 1 }))
            .collect();
        let record = serde_json::json!([{
            "id": "1", "name": "Mug", "description": "", "price": 5, "imageUrl": "", "category": "Mugs", "stock": 1, "rating": 0,
            "reviews": 0, "options": options, "variants": variants,
        }]);
        let mut out = String::new();
        Card::at(&site(), &catalog_of(&record.to_string()), 0).unwrap().write(Place::Lazy, &mut out);
        let (_, rest) = out.split_once(r#"<p class="product-options" dir="auto">"#)?;
        rest.split_once("</p>").map(|(text, _)| text.to_owned())
    };
    let check = |found: Option<String>, expect: Option<&str>| assert_eq!(found.as_deref(), expect);
    let named = |name: &str, values: &[&str]| {
        let variants: Vec<_> = values.iter().map(|value| serde_json::json!({ name: value })).collect();
        options(serde_json::json!([{ "name": name, "values": values }]), &variants)
    };
    check(named("Colour", &["Cream", "Moss", "Night"]), Some("3 colours"));
    check(named("COLOR", &["Cream", "Moss"]), Some("2 colors"));
    // The plural of a name is the merchant's language.
    check(named("Größe <cm>", &["90", "100"]), Some("Größe &lt;cm&gt;: 2"));
    // One value is no choice, and a value of several variants is one.
    check(named("Size", &["One size"]), None);
    let two =
        serde_json::json!([{ "name": "Size", "values": ["S", "M"] }, { "name": "Colour", "values": ["Moss", "Sun"] }]);
    let of = |size: &str, colour: &str| serde_json::json!({ "Size": size, "Colour": colour });
    check(options(two.clone(), &[of("S", "Moss"), of("S", "Sun"), of("M", "Moss")]), Some("2 sizes · 2 colours"));
    check(options(two, &[of("S", "Moss"), of("S", "Sun")]), Some("2 colours"));
    assert_eq!(Card::at(&site(), &catalog(), 0).unwrap(), Card::new(&site(), &catalog().product_at(0).unwrap()));
    assert_eq!(Card::at(&site(), &catalog(), 5), None);
}

#[test]
fn a_card_has_a_summary_and_the_page_of_the_product_everything() {
    let long = "Serrated blade of twenty-four centimetres, which wants to be washed by hand ".repeat(8);
    let records = format!(
        r#"[{{"id":"1","name":"Knife","description":"{long}","price":1,"imageUrl":"","category":"Kitchen","stock":1,"rating":0,"reviews":0}}]"#
    );
    let catalog = catalog_of(&records);
    let page = listing(&catalog, "");
    assert!(
        page.contains(
            r#"<p class="product-description" dir="auto">Serrated blade of twenty-four centimetres, which wants to be washed by hand Serrated blade of twenty-four centimetres…</p>"#
        ),
        "{page}"
    );
    assert!(!page.contains(long.trim()));
    assert!(product(&catalog, "1").contains(&format!(r#"<p class="product-description" dir="auto">{}"#, long.trim())));
}
