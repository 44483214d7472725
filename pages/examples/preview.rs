//! Writes every kind of page of the shop's own catalog into a folder, to be looked at while working on markup and styles.
//! For development alone: stylesheets and pictures are copied beside the pages, nothing is hashed, no script runs.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use catalog::{Catalog, Product, Query, ShelfKind};
use pages::{
    Asset, CategoriesView, Currency, Frame, HomeView, Ignored, ListingView, Merchant, More, Pictures, ProductView,
    Shell, Site, TermsInForce,
};
use rollout::VersionManifest;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("usage: preview FOLDER [CATALOG.json]")?);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = arguments.next().map_or_else(|| root.join("catalog/data/products.json"), PathBuf::from);
    let catalog = Catalog::open(catalog::build::index_from_json(&fs::read(data)?)?)?;

    copy_assets(&root, &catalog, &out)?;
    let site = site()?;
    let (list, detail) = (manifest("products")?, manifest("product-detail")?);
    let plain = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let listing_frame = Frame { site: &site, remotes: &[&list], preview: None, unconfirmed: None };
    let product_frame = Frame { site: &site, remotes: &[&detail], preview: None, unconfirmed: None };

    write(&out, "index.html", pages::home(&plain, &home(&catalog)))?;
    for (name, query) in [
        ("products", ""),
        ("filtered", "category=Kitchen&minPrice=10&maxPrice=200&inStock=true&sort=price-asc"),
        ("search", "search=mug"),
        ("paged", "pageSize=2&page=3"),
        ("empty", "search=zeppelin"),
        ("narrow", "category=Kitchen&minPrice=5000"),
        ("past-the-end", "page=9"),
    ] {
        let query = Query::parse(query, catalog::Currency::default())?;
        write(&out, &format!("{name}.html"), pages::listing(&listing_frame, &listing(&catalog, &query)))?;
    }
    let ignored = [Ignored { parameter: "minPrice", name: String::new(), submitted: "cheap".to_owned() }];
    let query = Query::parse("category=Kitchen", catalog::Currency::default())?;
    let view = ListingView { ignored: &ignored, ..listing(&catalog, &query) };
    write(&out, "ignored-filter.html", pages::listing(&listing_frame, &view))?;
    let everything: Vec<Product<'_>> = (0..).map_while(|position| catalog.product_at(position)).collect();
    let in_stock = everything.iter().find(|product| product.in_stock());
    let out_of_stock = everything.iter().find(|product| !product.in_stock());
    for (name, product) in [("product", in_stock), ("out-of-stock", out_of_stock)] {
        if let Some(product) = product {
            let related = at(&catalog, &catalog.related(product, 4));
            let view = ProductView { product: product.clone(), related, more: More::default() };
            write(&out, &format!("{name}.html"), pages::product(&product_frame, &view))?;
        }
    }
    write(&out, "404.html", pages::not_found(&plain, Some("/lamps/of/yesterday")))?;
    write(
        &out,
        "400.html",
        pages::refused(&plain, "That address cannot be read", "It holds characters that no page of this shop has."),
    )?;
    write(&out, "500.html", pages::server_error(&plain))?;
    write(&out, "sitemap.xml", pages::sitemap(&site, &catalog))?;
    let categories = CategoriesView {
        products: home(&catalog).products,
        categories: catalog.category_counts(),
        brands: catalog.shelves(ShelfKind::Brand),
        collections: catalog.shelves(ShelfKind::Collection),
    };
    write(&out, "categories.html", pages::categories(&plain, &categories))?;
    write(&out, "robots.txt", pages::robots(&site, std::iter::empty()))
}

fn home(catalog: &Catalog) -> HomeView<'_> {
    HomeView {
        products: u32::try_from(catalog.len()).unwrap_or(u32::MAX),
        categories: catalog.category_counts(),
        best_rated: at(catalog, &catalog.best_rated(5)),
    }
}

fn listing<'a>(catalog: &'a Catalog, query: &'a Query) -> ListingView<'a> {
    let hits = catalog.search(query);
    ListingView {
        query,
        unknown: Vec::new(),
        has_ratings: catalog.has_ratings(),
        products: at(catalog, &hits.positions),
        total: hits.total,
        partial: hits.partial,
        facets: catalog.facets(query),
        catalog_size: u32::try_from(catalog.len()).unwrap_or(u32::MAX),
        ignored: &[],
        unfiltered: 0,
        categories: catalog.category_counts(),
        shelf: String::new(),
    }
}

fn at<'a>(catalog: &'a Catalog, positions: &[u32]) -> Vec<Product<'a>> {
    positions.iter().filter_map(|position| catalog.product_at(*position)).collect()
}

fn site() -> Result<Site, Box<dyn Error>> {
    let asset = |name: &str| Asset { url: format!("/{name}"), integrity: String::new() };
    Ok(Site {
        tagline: "Well-made things for everyday rooms".to_owned(),
        name: "Hollis & Wren".to_owned(),
        origin: "http://127.0.0.1:8787".to_owned(),
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
    })
}

/// A version whose files exist but for their hashes, which [`write`] takes out of the pages again.
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

fn copy_assets(root: &Path, catalog: &Catalog, out: &Path) -> Result<(), Box<dyn Error>> {
    for (from, to) in [
        ("assets/shell/shell.css", "shell.css"),
        ("assets/shell/icon.svg", "icon.svg"),
        ("assets/products/styles.css", "remotes/products/1.0.0/styles.css"),
        ("assets/product-detail/styles.css", "remotes/product-detail/1.0.0/styles.css"),
        ("node_modules/@fontsource/young-serif/files/young-serif-latin-400-normal.woff2", "display.woff2"),
    ] {
        // Without the font the page shows its stand-ins, which is worth seeing too.
        if root.join(from).exists() {
            copy(&root.join(from), &out.join(to))?;
        }
    }
    let pictures: Vec<PathBuf> = fs::read_dir(root.join("assets/pictures"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    for product in (0..).map_while(|position| catalog.product_at(position)) {
        // A catalog names pictures by their public address, which holds a hash after the picture's own name.
        let address = product.image_url.trim_start_matches('/');
        let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(picture) = pictures.iter().find(|picture| stem(Path::new(address)).starts_with(&stem(picture))) {
            copy(picture, &out.join(address))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to.parent().ok_or("no folder to copy into")?)?;
    fs::copy(from, to)?;
    Ok(())
}

fn write(out: &Path, name: &str, page: Vec<u8>) -> Result<(), Box<dyn Error>> {
    let text = String::from_utf8(page)?;
    // The hashes are made up and there are no modules: the browser would refuse the styles and miss the scripts.
    let text = text.replace(&format!(" integrity=\"sha384-{}\"", "A".repeat(64)), "");
    let scripts = ["<script type=\"module\"", "<link rel=\"modulepreload\""];
    let text = scripts.iter().fold(text, |text, script| text.replace(script, "<meta name=\"left-out\""));
    fs::write(out.join(name), text)?;
    Ok(())
}
