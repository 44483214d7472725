//! Compiles what the Worker carries: the catalog's index, the shell's files and the bundled versions of the remotes.
//! Refuses a bad catalog record, a bad manifest or a product picture that does not exist; the Worker itself parses no catalog.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, bail};
use catalog::build::{Format, Import, Options, Products};
use catalog::{Catalog, Currency};
use rollout::VersionManifest;
use serde::Deserialize;

/// Where the asset build (`node assets/build.mjs`) writes, relative to this crate.
const DIST: &str = "../assets/dist";

/// The crates whose code decides the bytes of a page.
const RENDERING: [&str; 5] = ["catalog", "pages", "rollout", "shop", "web"];

#[derive(Deserialize)]
struct ShellManifest {
    schema: u32,
    files: BTreeMap<String, ShellFile>,
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
    println!("cargo::rustc-env=STOREFRONT_BUILD={:016x}", sources(&crate_folder)?);
    println!("cargo::rerun-if-env-changed=CATALOG");
    println!("cargo::rerun-if-changed={}", dist.join("shell/manifest.json").display());
    println!("cargo::rerun-if-changed={}", dist.join("remotes").display());

    let shell = read_shell(&dist)?;
    let remotes = read_remotes(&dist)?;
    let index = build_index(&crate_folder, &shell)?;
    fs::write(out.join("catalog.index"), &index)?;
    fs::write(out.join("bundled.rs"), generate(&shell, &remotes)?)?;
    Ok(())
}

/// A hash of the code that pages depend on: their entity tags follow from it, so that another code has other tags.
fn sources(crate_folder: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    // The libraries that write markup are a part of it.
    let lock = crate_folder.join("../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    hasher.write(&fs::read(&lock).with_context(|| format!("cannot read `{}`", lock.display()))?);
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

#[expect(clippy::disallowed_methods, reason = "`CATALOG` and `CATALOG_MIN_PRODUCTS` are read at build time")]
fn build_index(crate_folder: &Path, shell: &ShellManifest) -> Result<Vec<u8>> {
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
    println!("cargo::rerun-if-env-changed=CURRENCY");
    let currency = match env::var("CURRENCY") {
        Ok(code) if !code.is_empty() => Currency::parse(&code).context("CURRENCY was refused")?,
        _ => Currency::default(),
    };
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
    let index = products.into_index()?;
    check_pictures(&index, shell)?;
    Ok(index)
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

/// A local picture that is not among the built files would be a broken image on every page.
fn check_pictures(index: &[u8], shell: &ShellManifest) -> Result<()> {
    let catalog = Catalog::open(index.to_vec()).context("the index that was just written cannot be opened")?;
    let built: Vec<String> = shell.files.values().map(|file| format!("/assets/{}", file.path)).collect();
    for position in 0..u32::try_from(catalog.len())? {
        let Some(product) = catalog.product_at(position) else { continue };
        if product.image_url.starts_with('/') && !built.iter().any(|url| *url == product.image_url) {
            bail!(
                "product `{}`: imageUrl `{}` is not among the built pictures; \
                 `node assets/build.mjs --pictures`, with CATALOG naming the file if it is your own, writes the current names into it",
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

fn generate(shell: &ShellManifest, remotes: &[(VersionManifest, String)]) -> Result<String> {
    let mut code = String::from("// Generated by build.rs from assets/dist.\n");
    writeln!(code, "static SHELL_FILES: &[ShellFile] = &[")?;
    let mut files: Vec<_> = shell.files.iter().collect();
    files.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
    for (name, file) in files {
        writeln!(
            code,
            "    ShellFile {{ name: {name:?}, path: {:?}, integrity: {:?}, size: {}, content_type: {:?} }},",
            file.path, file.integrity, file.size, file.content_type
        )?;
    }
    writeln!(code, "];\nstatic BUNDLED_MANIFESTS: &[&str] = &[")?;
    for (_, text) in remotes {
        writeln!(code, "    {text:?},")?;
    }
    writeln!(code, "];")?;
    Ok(code)
}
