//! A catalog of five products, a site, and the pages made of them.
//! Its own records: the shop's own catalog may change without changing a test.

use catalog::{Catalog, Product, Query, ShelfKind, Spelled, Unknown};
use pages::{
    Asset, CategoriesView, Currency, Delivery, Frame, HomeView, Ignored, ListingView, Merchant, MerchantPage, More,
    OwnFiles, OwnPicture, Pictures, ProductView, Resizing, Shell, Site, TermsInForce, Unconfirmed,
};
use rollout::VersionManifest;

const RECORDS: &str = r#"[
  {"id":"1","name":"Oak stool","description":"A stool of solid oak, 45 cm high. It carries 120 kg and wants oil once a year.","price":89,"imageUrl":"/assets/pictures/stool-A1B2C3D4.svg","category":"Living","stock":4,"rating":4.65,"reviews":31},
  {"id":"2","name":"Salt cellar","description":"Turned olive wood with a lid that swivels.","price":9.5,"imageUrl":"https://images.example/cellar.jpg","category":"Kitchen & Table","stock":0,"rating":4,"reviews":1},
  {"id":"3","name":"Bread knife","description":"Serrated, 24 cm, riveted beech handle.","price":1299.99,"imageUrl":"/assets/pictures/knife.svg","category":"Kitchen & Table","stock":250,"rating":4.9,"reviews":1284},
  {"id":"4","name":"Linen towel","description":"Washed linen, 50 by 70 cm.","price":18,"imageUrl":"/assets/pictures/towel.jpg","category":"Kitchen & Table","stock":7,"rating":0,"reviews":0},
  {"id":"a.b_c-d","name":"Wall hook","description":"Brass, brushed, one screw.","price":12,"imageUrl":"/assets/pictures/hook-A1B2C3D4.svg","category":"Hall","stock":1,"rating":2.2,"reviews":6}
]"#;

/// Of the records' pictures, a drawing and a photo are the shop's own; the others are unknown to it.
static OWN: [OwnPicture; 2] = [
    OwnPicture {
        name: "knife.svg",
        width: 600,
        height: 600,
        tone: Some("#e1d0ba"),
        files: OwnFiles::Drawing("pictures/knife-A1B2C3D4.svg"),
        link: ("pictures/knife-E5F6G7H2.jpg", 1200, 1200),
    },
    OwnPicture {
        name: "towel.jpg",
        width: 2000,
        height: 1500,
        tone: None,
        files: OwnFiles::Photo { folder: "pictures/towel-A2B3C4D5", widths: &[160, 320, 480, 640, 960, 1440] },
        link: ("pictures/towel-A2B3C4D5/1440.jpg", 1440, 1080),
    },
];
pub(crate) const MERCHANT: Merchant = Merchant {
    name: "Hollis & Wren Ltd",
    email: "hello@shop.example",
    phone: "+1 (555) 010-0100",
    address: &["1 Example Street", "Anytown"],
    delivery: Some(Delivery {
        text: "By parcel.",
        cost: "4.90",
        free_from: "80",
        days: (2, 4),
        countries: &["DE", "AT"],
    }),
    is_tax_included: Some(true),
    return_days: Some(30),
    pages: &[
        MerchantPage {
            name: "delivery",
            title: "Delivery",
            description: "How things arrive.",
            words: &["delivery", "shipping"],
            html: "<p>By parcel.</p>",
        },
        MerchantPage {
            name: "returns",
            title: "Returns",
            description: "How things go back.",
            words: &["returns"],
            html: "<p>In 30 days.</p>",
        },
        MerchantPage {
            name: "contact",
            title: "Contact",
            description: "How to reach us.",
            words: &["contact"],
            html: "<p>Write.</p>",
        },
        MerchantPage { name: "terms", title: "Terms", description: "The terms.", words: &[], html: "<p>Terms.</p>" },
    ],
    brands: &[MerchantPage {
        name: "hollis-co",
        title: "Hollis & Co, weavers",
        description: "Cloth from one valley.",
        words: &[],
        html: "<p>Since <em>1901</em>.</p>",
    }],
    collections: &[],
};

pub(crate) fn catalog() -> Catalog {
    catalog_of(RECORDS)
}

pub(crate) fn catalog_of(records: &str) -> Catalog {
    Catalog::open(catalog::build::index_from_json(records.as_bytes()).unwrap()).unwrap()
}

pub(crate) fn site() -> Site {
    site_in("USD")
}

pub(crate) fn site_in(currency: &str) -> Site {
    let asset = |name: &str| Asset { url: format!("/assets/{name}"), integrity: integrity(name.len()) };
    Site {
        tagline: "Well-made things for everyday rooms".to_owned(),
        name: "Hollis & Wren".to_owned(),
        origin: "https://shop.example".to_owned(),
        currency: Currency::parse(currency).unwrap(),
        language: "en".to_owned(),
        merchant: MERCHANT,
        terms: TermsInForce::default(),
        shell: Shell {
            stylesheet: asset("shell-AAAAAAAA.css"),
            loader: asset("loader-AAAAAAAA.js"),
            suggestions: asset("suggestions-AAAAAAAA.js"),
            icon: asset("icon-AAAAAAAA.svg"),
            font: asset("display-AAAAAAAA.woff2"),
            placeholder: asset("placeholder-AAAAAAAA.svg"),
        },
        pictures: Pictures { resizing: Resizing::None, own: &OWN },
    }
}

/// A version with an entry, a chunk, a stylesheet and a file that is no module.
pub(crate) fn manifest(remote: &str) -> VersionManifest {
    manifest_of(remote, *pages::contracts(remote).last().unwrap())
}

/// The same for a contract.
pub(crate) fn manifest_of(remote: &str, contract: u32) -> VersionManifest {
    let file =
        |seed: usize, kind: &str| format!(r#"{{"integrity":"{}","size":1,"contentType":"{kind}"}}"#, integrity(seed));
    let text = format!(
        r#"{{"schema":1,"remote":"{remote}","version":"1.2.3","contract":{contract},"format":"module","entry":"{remote}-E.js","styles":["{remote}-S.css"],
        "files":{{"{remote}-E.js":{},"chunk-C.js":{},"{remote}-S.css":{},"mark.svg":{}}}}}"#,
        file(1, "text/javascript; charset=utf-8"),
        file(2, "text/javascript; charset=utf-8"),
        file(3, "text/css; charset=utf-8"),
        file(4, "image/svg+xml"),
    );
    VersionManifest::parse(text.as_bytes()).unwrap()
}

pub(crate) fn listing(catalog: &Catalog, query: &str) -> String {
    listing_on(&site(), catalog, query)
}

pub(crate) fn listing_on(site: &Site, catalog: &Catalog, query: &str) -> String {
    listing_of(site, catalog, query, &[], *pages::contracts("products").last().unwrap())
}

/// The listing of what was understood, with parameters that were not, by their names and values.
pub(crate) fn ignoring(catalog: &Catalog, understood: &str, ignored: &[(&'static str, &str)]) -> String {
    let ignored: Vec<Ignored> = ignored
        .iter()
        .map(|(parameter, submitted)| Ignored {
            parameter,
            name: "Colour".to_owned(),
            submitted: (*submitted).to_owned(),
        })
        .collect();
    listing_with(catalog, understood, &ignored, *pages::contracts("products").last().unwrap())
}

/// The listing for a version of the remote that is built for a contract.
pub(crate) fn listing_with(catalog: &Catalog, query: &str, ignored: &[Ignored], contract: u32) -> String {
    listing_of(&site(), catalog, query, ignored, contract)
}

fn listing_of(site: &Site, catalog: &Catalog, query: &str, ignored: &[Ignored], contract: u32) -> String {
    let Spelled { query, unknown } = catalog.spelled(&Query::parse(query, catalog.currency()).unwrap());
    let hits = catalog.search(&query);
    let products = products(catalog, &hits.positions);
    let unfiltered = Query { search: query.search.clone(), ..Query::default() };
    let view = ListingView {
        query: &query,
        ignored,
        unknown: unknown_of(unknown),
        has_ratings: catalog.has_ratings(),
        products,
        total: hits.total,
        partial: hits.partial,
        facets: catalog.facets(&query),
        catalog_size: u32::try_from(catalog.len()).unwrap(),
        unfiltered: if hits.total > 0 { 0 } else { catalog.search(&unfiltered).total },
        categories: catalog.category_counts(),
        shelf: String::new(),
    };
    text(pages::listing(
        &Frame { site, remotes: &[&manifest_of("products", contract)], preview: None, unconfirmed: None },
        &view,
    ))
}

/// Values that a catalog does not have, as a page names them.
pub(crate) fn unknown_of(unknown: Vec<Unknown>) -> Vec<Ignored> {
    let ignored = |Unknown { parameter, name, value }| Ignored { parameter, name, submitted: value };
    unknown.into_iter().map(ignored).collect()
}

pub(crate) fn product(catalog: &Catalog, id: &str) -> String {
    product_on(&site(), catalog, id)
}

pub(crate) fn product_on(site: &Site, catalog: &Catalog, id: &str) -> String {
    let product = catalog.product(id).unwrap();
    let view =
        ProductView { related: products(catalog, &catalog.related(&product, 4)), product, more: More::default() };
    text(pages::product(
        &Frame { site, remotes: &[&manifest("product-detail")], preview: None, unconfirmed: None },
        &view,
    ))
}

pub(crate) fn home(catalog: &Catalog) -> String {
    let view = HomeView {
        products: u32::try_from(catalog.len()).unwrap(),
        categories: catalog.category_counts(),
        best_rated: products(catalog, &catalog.best_rated(5)),
    };
    text(pages::home(&Frame { site: &site(), remotes: &[], preview: None, unconfirmed: None }, &view))
}

pub(crate) fn categories(catalog: &Catalog) -> String {
    let view = CategoriesView {
        products: u32::try_from(catalog.len()).unwrap(),
        categories: catalog.category_counts(),
        brands: catalog.shelves(ShelfKind::Brand),
        collections: catalog.shelves(ShelfKind::Collection),
    };
    text(pages::categories(&Frame { site: &site(), remotes: &[], preview: None, unconfirmed: None }, &view))
}

/// A catalog of `count` categories: the first has one product, the next two, and so on. None has a picture.
pub(crate) fn many_categories(count: usize) -> Catalog {
    let mut records = Vec::new();
    for category in 0..count {
        for product in 0..=category {
            let letter = char::from(b'A' + u8::try_from(category % 26).unwrap());
            records.push(format!(
                r#"{{"id":"{category}-{product}","name":"Thing {product}","description":"","price":1,"imageUrl":"",
                "category":"{letter} {category:02}","stock":1,"rating":0,"reviews":0}}"#
            ));
        }
    }
    catalog_of(&format!("[{}]", records.join(",")))
}

/// A product's page whose price and stock nobody has confirmed for a while.
fn unconfirmed(catalog: &Catalog, id: &str) -> String {
    let unconfirmed = Some(Unconfirmed { since: Some("26 November 2026, 14:05 UTC") });
    let frame = Frame { site: &site(), remotes: &[&manifest("product-detail")], preview: None, unconfirmed };
    let product = catalog.product(id).unwrap();
    let related = products(catalog, &catalog.related(&product, 4));
    text(pages::product(&frame, &ProductView { related, product, more: More::default() }))
}

/// Every kind of page, by a name for the message of a failed check.
pub(crate) fn every_page(catalog: &Catalog) -> Vec<(&'static str, String)> {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    vec![
        ("home", home(catalog)),
        ("listing", listing(catalog, "")),
        ("categories", categories(catalog)),
        (
            "filtered",
            listing(catalog, "category=Living&minPrice=1&maxPrice=5000&inStock=true&search=o&sort=name&pageSize=1"),
        ),
        ("paged", listing(catalog, "pageSize=1&page=3")),
        ("empty", listing(catalog, "search=zeppelin")),
        ("past the end", listing(catalog, "page=7")),
        ("an older remote", listing_with(catalog, "search=oak", &[], 1)),
        ("ignored filters", ignoring(catalog, "search=%3Cb%3E", &[("minPrice", "cheap"), ("sort", "<b>")])),
        ("product", product(catalog, "1")),
        ("out of stock", product(catalog, "2")),
        ("unconfirmed", unconfirmed(catalog, "1")),
        ("merchant's page", text(pages::merchant_page(&frame, &MERCHANT.pages[0]))),
        ("contact", text(pages::merchant_page(&frame, &MERCHANT.pages[2]))),
        ("not found", text(pages::not_found(&frame, Some("/<nowhere>")))),
        (
            "refused",
            text(pages::refused(&frame, "That address cannot be read", "It holds characters that no page has.")),
        ),
        ("server error", text(pages::server_error(&frame))),
    ]
}

pub(crate) fn products<'a>(catalog: &'a Catalog, positions: &[u32]) -> Vec<Product<'a>> {
    positions.iter().map(|position| catalog.product_at(*position).unwrap()).collect()
}

pub(crate) fn text(page: Vec<u8>) -> String {
    String::from_utf8(page).unwrap()
}

/// What stands between two marks, both left out.
#[track_caller]
pub(crate) fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("`{start}` is not in the page"));
    rest.split_once(end).unwrap_or_else(|| panic!("`{end}` does not follow `{start}`")).0
}

/// One element a line, so that a snapshot can be read and a difference seen.
pub(crate) fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

fn integrity(seed: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(seed % 26).unwrap());
    format!("sha384-{}", letter.to_string().repeat(64))
}
