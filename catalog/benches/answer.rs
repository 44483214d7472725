//! The cost of a response in process, without a host: one number a kind of request.
//! Uses the catalog that ships; the edge's own figures come from the built Worker.

#![expect(clippy::expect_used, reason = "a benchmark that cannot start says so by panicking")]

use std::hint::black_box;

use catalog::Catalog;
use catalog::api::{Settings, answer};
use catalog::build::index_from_json;
use criterion::{Criterion, criterion_group, criterion_main};
use web::{Method, Request};

fn answers(criterion: &mut Criterion) {
    let index = index_from_json(include_bytes!("../data/products.json")).expect("the catalog that ships is valid");
    let catalog = Catalog::open(index.clone()).expect("a fresh index opens");
    let settings = Settings::default();
    let get = |path, query| Request::new(Method::Get, path, query);
    let list = get("/api/products", "");
    let etag = answer(&catalog, &settings, &list).etag.expect("a page has a tag");
    let mut bench = |name: &str, request: Request<'_>| {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| answer(black_box(&catalog), &settings, black_box(&request)));
        });
    };
    bench("product", get("/api/products/7", ""));
    bench("list", list);
    bench("filtered list", get("/api/products", "category=Kitchen&inStock=true&maxPrice=50&sort=price-asc&pageSize=3"));
    bench("search", get("/api/products", "search=enamel+mug"));
    bench("search with accents", get("/api/products", "search=caf%C3%A9"));
    bench("facets", get("/api/products", "include=facets&search=lamp"));
    bench("suggestions", get("/api/products/suggest", "q=la"));
    bench("not modified", list.with(&[("if-none-match", etag.as_str())]));
    bench("refused parameter", get("/api/products", "page=0"));
    criterion.bench_function("open", |bencher| bencher.iter(|| Catalog::open(black_box(index.clone()))));
}

criterion_group!(benches, answers);
criterion_main!(benches);
