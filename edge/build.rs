//! Compiles what the Worker carries: the catalog's index, the merchant's facts, rules and pages, the shell's files, the bundled versions of the remotes.
//! Refuses a bad catalog record, a bad manifest or a product picture that does not exist; the Worker itself parses no catalog.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, bail};
use catalog::build::{Format, Import, Options, Products, SearchRules};
use catalog::{Catalog, Currency, ShelfKind};
use commerce::Rules;
use pages::OwnPicture;
use pages::build::MerchantFiles;
use rollout::VersionManifest;
use serde::Deserialize;

/// Where the asset build (`node assets/build.mjs`) writes, relative to this crate.
const DIST: &str = "../assets/dist";

/// The crates whose code decides the bytes of a page.
const RENDERING: [&str; 6] = ["catalog", "commerce", "pages", "rollout", "shop", "web"];

/// The folders with the merchant's texts of brands and collections.
const SHELVES: [(&str, ShelfKind); 2] = [("brands", ShelfKind::Brand), ("collections", ShelfKind::Collection)];

#[derive(Deserialize)]
struct ShellManifest {
    schema: u32,
    files: BTreeMap<String, ShellFile>,
    pictures: BTreeMap<String, Picture>,
}

/// A picture of the shop's own: of a drawing the one file, of a photo its renditions.
#[derive(Deserialize)]
struct Picture {
    width: u32,
    height: u32,
    tone: Option<String>,
    drawing: Option<String>,
    renditions: Option<Renditions>,
    link: LinkPicture,
}

#[derive(Deserialize)]
struct Renditions {
    folder: String,
    widths: Vec<u32>,
}

#[derive(Deserialize)]
struct LinkPicture {
    path: String,
    width: u32,
    height: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShellFile {
    path: String,
    integrity: String,
    size: u64,
    content_type: String,
}

#[expect(clippy::disallowed_methods, reason = "cargo configures a build script through the environment")]
fn main() -> Result<()> {
    let crate_folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let dist = crate_folder.join(DIST);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=STOREFRONT_BUILD={:016x}", sources(&crate_folder, &dist)?);
    println!("cargo::rerun-if-env-changed=CATALOG");
    println!("cargo::rerun-if-changed={}", dist.join("shell/manifest.json").display());
    println!("cargo::rerun-if-changed={}", dist.join("remotes").display());

    let shell = read_shell(&dist)?;
    let remotes = read_remotes(&dist)?;
    let currency = currency()?;
    let merchant = read_merchant(&crate_folder, currency)?;
    let index = build_index(&crate_folder, &shell, &merchant, currency)?;
    fs::write(out.join("catalog.index"), &index)?;
    name_lost_texts(&merchant, &index)?;
    check_discounts(merchant.rules(), &index)?;
    name_weightless(merchant.rules(), &index)?;
    fs::write(out.join("rules.json"), merchant.rules().to_json())?;
    fs::write(out.join("bundled.rs"), generate(&shell, &remotes, &merchant)?)?;
    Ok(())
}

/// A hash of the code and the pictures that pages depend on: their entity tags follow from it, so that others have other tags.
fn sources(crate_folder: &Path, dist: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    // The libraries that write markup are a part of it.
    let lock = crate_folder.join("../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    hasher.write(&fs::read(&lock).with_context(|| format!("cannot read `{}`", lock.display()))?);
    // The widths, sizes and colours of pictures.
    let manifest = dist.join("shell/manifest.json");
    hasher.write(&fs::read(&manifest).with_context(|| format!("cannot read `{}`", manifest.display()))?);
    for name in RENDERING {
        let folder = crate_folder.join("..").join(name).join("src");
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = files_below(&folder)?;
        files.sort();
        for file in files {
            let bytes = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
            hasher.write(file.strip_prefix(crate_folder).unwrap_or(&file).as_os_str().as_encoded_bytes());
            hasher.write(&bytes);
        }
    }
    Ok(hasher.finish())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let listing = fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut files = Vec::new();
    for entry in listing {
        let path = entry.with_context(|| format!("cannot list `{}`", folder.display()))?.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    Ok(files)
}

#[expect(clippy::disallowed_methods, reason = "`CURRENCY` is read at build time")]
fn currency() -> Result<Currency> {
    println!("cargo::rerun-if-env-changed=CURRENCY");
    match env::var("CURRENCY") {
        Ok(code) if !code.is_empty() => Currency::parse(&code).context("CURRENCY was refused"),
        _ => Ok(Currency::default()),
    }
}

#[expect(clippy::disallowed_methods, reason = "`CATALOG` and `CATALOG_MIN_PRODUCTS` are read at build time")]
fn build_index(
    crate_folder: &Path,
    shell: &ShellManifest,
    merchant: &MerchantFiles,
    currency: Currency,
) -> Result<Vec<u8>> {
    let file = match env::var("CATALOG") {
        Ok(path) if !path.is_empty() => PathBuf::from(path),
        _ => crate_folder.join("../catalog/data/products.json"),
    };
    println!("cargo::rerun-if-changed={}", file.display());
    println!("cargo::rerun-if-env-changed=CATALOG_MIN_PRODUCTS");
    // A failed export has no product; an empty shop has to be asked for.
    let least = match env::var("CATALOG_MIN_PRODUCTS") {
        Ok(number) if !number.is_empty() => {
            number.parse().with_context(|| format!("CATALOG_MIN_PRODUCTS must be a whole number, not `{number}`"))?
        }
        _ => 1,
    };
    // Asked before it is opened: opening a pipe waits for its writer.
    if fs::metadata(&file).is_ok_and(|metadata| !metadata.is_file()) {
        bail!("the catalog `{}` is no file", file.display());
    }
    let opened = fs::File::open(&file).with_context(|| format!("cannot read the catalog `{}`", file.display()))?;
    let format = file.file_name().and_then(|name| Format::of_name(&name.to_string_lossy()));
    let import = mapping(&file)?;
    let products = Products::read(opened, Options { format, least, currency, import, ..Options::default() })
        .with_context(|| {
            format!(
                "the catalog `{}` was refused; CATALOG_MIN_PRODUCTS is the fewest products it may have",
                file.display()
            )
        })?;
    for warning in &products.report().warnings {
        println!("cargo::warning=catalog: {warning}");
    }
    let rules = search_rules(&file)?;
    let is_page = |name: &str| merchant.has_page(name);
    let refused = || format!("the rules for searches beside `{}` were refused", file.display());
    rules.check_pages(is_page).with_context(refused)?;
    let products = products.with_rules(rules);
    products.check_rules().with_context(refused)?;
    let index = products.into_index()?;
    check_pictures(&index, shell)?;
    Ok(index)
}

/// The merchant's rules for searches, which lie beside the catalog file, if there are any. `SEARCH_RULES` is set by `cargo xtask build` where
/// they are, so that a file that comes or goes is a reason to build again.
fn search_rules(catalog: &Path) -> Result<SearchRules> {
    println!("cargo::rerun-if-env-changed=SEARCH_RULES");
    let path = catalog.with_file_name(SearchRules::FILE_NAME);
    if !path.is_file() {
        return Ok(SearchRules::default());
    }
    println!("cargo::rerun-if-changed={}", path.display());
    let file = fs::File::open(&path).with_context(|| format!("cannot read the rules `{}`", path.display()))?;
    SearchRules::read(file).with_context(|| format!("the rules for searches `{}` were refused", path.display()))
}

/// The settings of the mapping file beside a catalog, which `storefront catalog check --save-map` writes.
fn mapping(file: &Path) -> Result<Import> {
    let mut name = file.as_os_str().to_owned();
    name.push(Import::SUFFIX);
    let beside = PathBuf::from(name);
    println!("cargo::rerun-if-changed={}", beside.display());
    if !beside.exists() {
        return Ok(Import::default());
    }
    let text = fs::read_to_string(&beside).with_context(|| format!("cannot read `{}`", beside.display()))?;
    Import::parse(&text).with_context(|| format!("`{}` was refused", beside.display()))
}

/// A local picture that was not built would be a broken image on every page.
fn check_pictures(index: &[u8], shell: &ShellManifest) -> Result<()> {
    let catalog = Catalog::open(index.to_vec()).context("the index that was just written cannot be opened")?;
    for position in 0..u32::try_from(catalog.len())? {
        let Some(product) = catalog.product_at(position) else { continue };
        let is_built = || OwnPicture::names(&product.image_url).any(|name| shell.pictures.contains_key(name.as_ref()));
        if product.image_url.starts_with('/') && !is_built() {
            bail!(
                "product `{}`: imageUrl `{}` is not among the built pictures; the address of `assets/pictures/mug.svg` is \
                 `/assets/pictures/mug.svg`",
                product.id,
                product.image_url
            );
        }
    }
    Ok(())
}

fn read_shell(dist: &Path) -> Result<ShellManifest> {
    let path = dist.join("shell/manifest.json");
    let text = fs::read(&path).with_context(|| {
        format!("cannot read `{}`; `cargo xtask build` or `node assets/build.mjs` writes it", path.display())
    })?;
    let manifest: ShellManifest =
        serde_json::from_slice(&text).with_context(|| format!("cannot parse `{}`", path.display()))?;
    if manifest.schema != 1 {
        bail!("`{}` is of schema {}, this build reads schema 1", path.display(), manifest.schema);
    }
    Ok(manifest)
}

/// The text of every bundled manifest, sorted by remote and version.
fn read_remotes(dist: &Path) -> Result<Vec<(VersionManifest, String)>> {
    let mut manifests = Vec::new();
    for remote in folders(&dist.join("remotes"))? {
        for version in folders(&remote)? {
            let path = version.join("manifest.json");
            println!("cargo::rerun-if-changed={}", path.display());
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            let manifest =
                VersionManifest::parse(text.as_bytes()).with_context(|| format!("`{}` was refused", path.display()))?;
            manifests.push((manifest, text));
        }
    }
    manifests.sort_by(|(a, _), (b, _)| (a.remote(), a.version()).cmp(&(b.remote(), b.version())));
    Ok(manifests)
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(parent).with_context(|| format!("cannot list `{}`", parent.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The facts and texts of the merchant: `shop.toml`, `pages/*.md`, `brands/*.md` and `collections/*.md` in the folder that `SHOP` names, or in
/// the repository's own.
#[expect(clippy::disallowed_methods, reason = "`SHOP` is read at build time")]
fn read_merchant(crate_folder: &Path, currency: Currency) -> Result<MerchantFiles> {
    let folder = match env::var("SHOP") {
        Ok(path) if !path.is_empty() => PathBuf::from(path),
        _ => crate_folder.join("../catalog/data"),
    };
    println!("cargo::rerun-if-env-changed=SHOP");
    let facts = folder.join("shop.toml");
    println!("cargo::rerun-if-changed={}", facts.display());
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()));
    let refused = |path: &Path| format!("`{}` was refused", path.display());
    let mut files = MerchantFiles::read(&read(&facts)?, currency).with_context(|| refused(&facts))?;
    for (name, kind) in SHELVES.into_iter().map(|(name, kind)| (name, Some(kind))).chain([("pages", None)]) {
        let below = folder.join(name);
        println!("cargo::rerun-if-changed={}", below.display());
        let mut texts = if below.is_dir() { files_below(&below)? } else { Vec::new() };
        texts.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
        for path in texts {
            let (name, text) = (path.file_stem().unwrap_or_default().to_string_lossy(), read(&path)?);
            let added = match kind {
                Some(kind) => files.add_shelf(kind, &name, &text),
                None => files.add_page(&name, &text),
            };
            added.with_context(|| refused(&path))?;
        }
    }
    Ok(files)
}

/// A discount for a product or a category that the catalog does not have is a mistake. While somebody tries another catalog out beside the
/// shop's own rules, it is a warning.
#[expect(clippy::disallowed_methods, reason = "`CATALOG` and `SHOP` are read at build time")]
fn check_discounts(rules: &Rules, index: &[u8]) -> Result<()> {
    let is_set = |name: &str| env::var(name).is_ok_and(|value| !value.is_empty());
    let are_strangers = is_set("CATALOG") && !is_set("SHOP");
    let catalog = Catalog::open(index.to_vec()).context("the index that was just written cannot be opened")?;
    let has_category = |name: &str| catalog.categories().any(|category| category.name == name);
    let unknown_products = rules.named_products().filter(|(_, id)| catalog.product(id).is_none());
    let unknown_categories = rules.named_categories().filter(|(_, name)| !has_category(name));
    for (at, name) in unknown_products.chain(unknown_categories) {
        if !are_strangers {
            bail!("`shop.toml` was refused: `{at}`: the catalog has no `{name}`");
        }
        println!("cargo::warning=`shop.toml`: `{at}`: the catalog has no `{name}`");
    }
    Ok(())
}

/// Warns of goods that weigh nothing for a method that weighs them (`docs/decisions/146`).
fn name_weightless(rules: &Rules, index: &[u8]) -> Result<()> {
    let Some(at) = rules.weighing_methods().next() else { return Ok(()) };
    let catalog = Catalog::open(index.to_vec()).context("the index that was just written cannot be opened")?;
    let has_weight = |position: u32| {
        let details = catalog.details_at(position).unwrap_or_default();
        !details.variants.is_empty() && details.variants.iter().all(|variant| variant.weight > 0)
    };
    let positions = 0..u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    let weightless: Vec<u32> = positions.filter(|position| !has_weight(*position)).collect();
    let first = weightless.first().and_then(|position| catalog.product_at(*position));
    let Some((id, count)) = first.map(|product| (product.id, weightless.len())) else { return Ok(()) };
    println!(
        "cargo::warning=`shop.toml`: `{at}` weighs goods, and {count} products, such as `{id}`, have no weight: they count as 0 g"
    );
    Ok(())
}

/// Warns of texts whose brand or collection the catalog does not have: the name of the file may be mistyped.
fn name_lost_texts(merchant: &MerchantFiles, index: &[u8]) -> Result<()> {
    let catalog = Catalog::open(index.to_vec()).context("the index that was just written cannot be opened")?;
    for (folder, kind) in SHELVES {
        for slug in merchant.shelves(kind).filter(|slug| catalog.shelf_named(kind, slug).is_none()) {
            println!("cargo::warning=`{folder}/{slug}.md` is shown nowhere: the catalog has no such name");
        }
    }
    Ok(())
}

fn generate(shell: &ShellManifest, remotes: &[(VersionManifest, String)], merchant: &MerchantFiles) -> Result<String> {
    let mut code = String::from("// Generated by build.rs from assets/dist.\n");
    writeln!(code, "static SHELL_FILES: &[ShellFile] = &[")?;
    let mut files: Vec<_> = shell.files.iter().collect();
    files.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
    for (name, file) in files {
        writeln!(
            code,
            "    ShellFile {{ name: {name:?}, path: {:?}, integrity: {:?}, size: {}, content_type: {:?} }},",
            file.path,
            file.integrity,
            grouped(file.size),
            file.content_type
        )?;
    }
    writeln!(code, "];\nstatic PICTURES: &[OwnPicture] = &[")?;
    for (name, picture) in &shell.pictures {
        let Picture { width, height, tone, link, .. } = picture;
        let files = match (&picture.drawing, &picture.renditions) {
            (Some(path), None) => format!("OwnFiles::Drawing({path:?})"),
            (None, Some(Renditions { folder, widths })) => {
                format!("OwnFiles::Photo {{ folder: {folder:?}, widths: &{widths:?} }}")
            }
            _ => bail!("the picture `{name}` must have either a drawing or renditions"),
        };
        writeln!(
            code,
            "    OwnPicture {{ name: {name:?}, width: {width}, height: {height}, tone: {tone:?}, files: {files}, link: ({:?}, {}, {}) }},",
            link.path, link.width, link.height
        )?;
    }
    writeln!(code, "];\nstatic BUNDLED_MANIFESTS: &[&str] = &[")?;
    for (_, text) in remotes {
        writeln!(code, "    {text:?},")?;
    }
    writeln!(code, "];\nconst MERCHANT: Merchant = {};", merchant.to_code("shop"))?;
    Ok(code)
}

/// A number as a literal of this project's style: `149_280`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut literal = String::with_capacity(digits.len() + 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            literal.push('_');
        }
        literal.push(digit);
    }
    literal
}
