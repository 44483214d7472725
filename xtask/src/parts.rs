//! `cargo xtask parts`: the parts of each thing that is shipped, as `CycloneDX` parts lists (SBOM): the Worker, the origin and each remote.
//! Crates are found by `cargo cyclonedx`; a remote's parts are the files of its manifest, since it bundles nobody else's code.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::build::{self, Lock, Profile};
use crate::project::{Project, capture, read};
use crate::tools;

/// The version of the format that all tools at hand read.
const SPECIFICATION: &str = "1.5";

/// What the tool calls its file, in the folder of every package; moved or removed afterwards.
const WRITTEN: &str = "storefront-parts";

/// Writes all of them into `target/parts` and gives their paths.
pub(crate) fn write(project: &Project) -> Result<Vec<PathBuf>> {
    tools::licence_tools(project)?;
    let folder = project.path("target/parts");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let host = host(project)?;
    let mut written = vec![
        crates(project, &folder, "worker", "edge", &["--target", "wasm32-unknown-unknown"])?,
        crates(project, &folder, "origin", "origin", &["--target", &host])?,
    ];
    {
        let _lock = Lock::acquire(project)?;
        build::assets(project, Profile::Release, None)?;
    }
    let remotes = project.path("assets/dist/remotes");
    let mut manifests = Vec::new();
    for remote in entries(&remotes)? {
        manifests.extend(entries(&remote)?.into_iter().map(|version| version.join("manifest.json")));
    }
    for manifest in manifests.iter().filter(|manifest| manifest.is_file()) {
        written.push(remote(project, &folder, manifest)?);
    }
    Ok(written)
}

/// The crates of one package with these features, as they are compiled for a target; what only builds it is not shipped.
fn crates(project: &Project, folder: &Path, name: &str, package: &str, arguments: &[&str]) -> Result<PathBuf> {
    let mut command = project.command(tools::CARGO_CYCLONEDX.path(project));
    command.args(["cyclonedx", "--quiet", "--format", "json", "--spec-version", SPECIFICATION, "--no-build-deps"]);
    command.args(["--manifest-path", &format!("{package}/Cargo.toml"), "--override-filename", WRITTEN]).args(arguments);
    // The time of the commit, so that one commit has one list.
    let time = capture(project.command("git").args(["log", "-1", "--format=%ct"])).unwrap_or_default();
    let result = project.run(command.env("SOURCE_DATE_EPOCH", time.trim()));
    let mut found = None;
    for member in members(project)? {
        let file = member.join(format!("{WRITTEN}.json"));
        if member == project.path(package) {
            found = read(&file).ok();
        }
        // The tool writes one for every package of the workspace.
        let _ = fs::remove_file(file);
    }
    result.with_context(|| format!("cannot list the crates of `{package}`"))?;
    let Some(text) = found else { bail!("`cargo cyclonedx` wrote no list for `{package}`") };
    // Where the checkout lies is nobody's business.
    let text = text.replace(&project.path("").display().to_string(), "./");
    let path = folder.join(format!("{name}.cdx.json"));
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(path)
}

fn members(project: &Project) -> Result<Vec<PathBuf>> {
    let mut command = project.cargo("metadata");
    let text = capture(command.args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo's metadata is not JSON")?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo's metadata names no package")?;
    let folder = |package: &Value| Path::new(package.get("manifest_path")?.as_str()?).parent().map(Path::to_owned);
    Ok(packages.iter().filter_map(folder).collect())
}

/// The list of a remote: its files with the hashes that the manifest has, and what bundled them.
fn remote(project: &Project, folder: &Path, manifest: &Path) -> Result<PathBuf> {
    let manifest: Value = serde_json::from_str(&read(manifest)?).context("a manifest is not JSON")?;
    let text =
        |name: &str| manifest.get(name).and_then(Value::as_str).with_context(|| format!("a manifest lacks `{name}`"));
    let (name, version) = (text("remote")?, text("version")?);
    let lock: Value = serde_json::from_str(&read(&project.path("package-lock.json"))?).context("package-lock.json")?;
    let files = manifest.get("files").and_then(Value::as_object).context("a manifest has no files")?;
    let components = files.iter().map(|(file, facts)| component(file, facts)).collect::<Result<Vec<Value>>>()?;
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {
            "tools": { "components": [{
                "type": "application", "name": "esbuild",
                "version": lock.pointer("/packages/node_modules~1esbuild/version"),
            }] },
            "component": {
                "type": "library", "bom-ref": format!("{name}@{version}"), "name": name, "version": version,
                "licenses": [{ "license": { "id": "Apache-2.0" } }],
            },
        },
        "components": components,
    });
    let path = folder.join(format!("{name}.cdx.json"));
    let text = serde_json::to_string_pretty(&document).context("a list is not to be written")?;
    fs::write(&path, format!("{text}\n")).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(path)
}

fn component(file: &str, facts: &Value) -> Result<Value> {
    let integrity = facts.get("integrity").and_then(Value::as_str).and_then(|text| text.strip_prefix("sha384-"));
    let hash = integrity.and_then(hexadecimal).with_context(|| format!("`{file}` has no sha384"))?;
    // The form has no place for a character set.
    let media_type = facts.get("contentType").and_then(Value::as_str).and_then(|text| text.split(';').next());
    Ok(json!({
        "type": "file", "bom-ref": file, "name": file, "mime-type": media_type,
        "hashes": [{ "alg": "SHA-384", "content": hash }],
    }))
}

/// Base64, as in an integrity, as hexadecimal digits, as in a parts list.
fn hexadecimal(base64: &str) -> Option<String> {
    STANDARD.decode(base64).ok().map(|digest| base16ct::lower::encode_string(&digest))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

/// The platform of this machine, which the origin runs on.
fn host(project: &Project) -> Result<String> {
    let text = capture(project.command("rustc").arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integrity_is_a_hash() {
        #[track_caller]
        fn check(base64: &str, expect: Option<&str>) {
            assert_eq!(hexadecimal(base64).as_deref(), expect);
        }
        check("", Some(""));
        check("AAEC/w==", Some("000102ff"));
        check("AAE=", Some("0001"));
        check("Zm9v", Some("666f6f"));
        check("Zm-v", None);
    }
}
