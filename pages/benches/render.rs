//! The time to render the pages of the hot path, in process and warm.
//! Measures the crate alone: no query, no host.

use std::error::Error;
use std::hint::black_box;

use catalog::{Catalog, Product, Query};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pages::{
    Asset, Card, Currency, Frame, HomeView, ListingView, Merchant, More, Pictures, ProductView, Shell, Site,
    TermsInForce,
};
use rollout::VersionManifest;

criterion_group!(benches, render);
criterion_main!(benches);

fn render(criterion: &mut Criterion) {
    if let Err(error) = measure(criterion) {
        criterion.bench_function(&format!("cannot be measured: {error}"), |bencher| bencher.iter(|| ()));
    }
}

fn measure(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let records = include_bytes!("../../catalog/data/products.json");
    let catalog = Catalog::open(catalog::build::index_from_json(records)?)?;
    let asset = |name: &str| Asset { url: format!("/assets/{name}"), integrity: format!("sha384-{}", "A".repeat(64)) };
    let site = Site {
        tagline: "Well-made things for everyday rooms".to_owned(),
        name: "Hollis & Wren".to_owned(),
        origin: "https://shop.example".to_owned(),
        currency: Currency::parse("USD")?,
        language: "en".to_owned(),
        merchant: Merchant::NONE,
        terms: TermsInForce::default(),
        shell: Shell {
            stylesheet: asset("shell.css"),
            loader: asset("loader.js"),
            suggestions: asset("suggestions.js"),
            icon: asset("icon.svg"),
            font: asset("display.woff2"),
            placeholder: asset("placeholder.svg"),
        },
        pictures: Pictures::default(),
    };
    let (list, detail) = (manifest("products")?, manifest("product-detail")?);
    let (listing_frame, product_frame) = (
        Frame { site: &site, remotes: &[&list], preview: None, unconfirmed: None },
        Frame { site: &site, remotes: &[&detail], preview: None, unconfirmed: None },
    );

    let mut group = criterion.benchmark_group("render");
    for (name, query) in
        [("listing", ""), ("listing with filters", "category=Kitchen&minPrice=10&inStock=true&search=a&sort=price-asc")]
    {
        let query = Query::parse(query, catalog::Currency::default())?;
        let view = listing(&catalog, &query);
        group.throughput(Throughput::Bytes(pages::listing(&listing_frame, &view).len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| pages::listing(black_box(&listing_frame), black_box(&view)));
        });
        let kept: Vec<Card> = view.products.iter().map(|product| Card::new(&site, product)).collect();
        group.bench_function(format!("{name}, kept cards"), |bencher| {
            bencher.iter(|| pages::listing_of(black_box(&listing_frame), black_box(&view), black_box(&kept), &[]));
        });
    }
    let product = catalog.product_at(0).ok_or("the catalog is empty")?;
    let view = ProductView { related: at(&catalog, &catalog.related(&product, 4)), product, more: More::default() };
    group.throughput(Throughput::Bytes(pages::product(&product_frame, &view).len() as u64));
    group.bench_function("product", |bencher| {
        bencher.iter(|| pages::product(black_box(&product_frame), black_box(&view)));
    });
    let kept: Vec<Card> = view.related.iter().map(|product| Card::new(&site, product)).collect();
    group.bench_function("product, kept cards", |bencher| {
        bencher.iter(|| pages::product_of(black_box(&product_frame), black_box(&view), black_box(&kept)));
    });
    // What a page has beside its content: head, header, footer, and the modules of one remote.
    group.throughput(Throughput::Bytes(pages::not_found(&product_frame, None).len() as u64));
    group.bench_function("frame alone", |bencher| bencher.iter(|| pages::not_found(black_box(&product_frame), None)));
    group.bench_function("import map", |bencher| bencher.iter(|| pages::import_map(black_box(&site), &[&detail])));

    let plain = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let view = HomeView {
        products: 12,
        categories: catalog.category_counts(),
        best_rated: at(&catalog, &catalog.best_rated(5)),
    };
    group.throughput(Throughput::Bytes(pages::home(&plain, &view).len() as u64));
    group.bench_function("home", |bencher| bencher.iter(|| pages::home(black_box(&plain), black_box(&view))));
    group.finish();
    Ok(())
}

fn listing<'a>(catalog: &'a Catalog, query: &'a Query) -> ListingView<'a> {
    let hits = catalog.search(query);
    let products = at(catalog, &hits.positions);
    ListingView {
        query,
        products,
        total: hits.total,
        partial: hits.partial,
        facets: catalog.facets(query),
        catalog_size: 12,
        ignored: &[],
        unknown: Vec::new(),
        has_ratings: true,
        unfiltered: 0,
        categories: Vec::new(),
        shelf: String::new(),
    }
}

fn at<'a>(catalog: &'a Catalog, positions: &[u32]) -> Vec<Product<'a>> {
    positions.iter().filter_map(|position| catalog.product_at(*position)).collect()
}

fn manifest(remote: &str) -> Result<VersionManifest, Box<dyn Error>> {
    let integrity = format!("sha384-{}", "A".repeat(64));
    let file =
        |kind: &str| format!(r#"{{"integrity":"{integrity}","size":1,"contentType":"text/{kind}; charset=utf-8"}}"#);
    let contract = pages::contracts(remote).last().copied().unwrap_or(1);
    let text = format!(
        r#"{{"schema":1,"remote":"{remote}","version":"1.0.0","contract":{contract},"format":"module","entry":"entry.js","styles":["styles.css"],"files":{{"entry.js":{},"styles.css":{}}}}}"#,
        file("javascript"),
        file("css"),
    );
    Ok(VersionManifest::parse(text.as_bytes())?)
}
