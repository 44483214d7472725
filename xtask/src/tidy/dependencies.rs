//! The rules about dependencies: arrows between the crates, and everything that ends up in the Worker.
//! The lists under `xtask/dependencies` are compared whole; `cargo xtask tidy --bless` rewrites them for a review.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Finding, Tree, WASM_CRATES};
use crate::project::{Project, capture};

/// The crates from the lowest layer up; those of a row do not know each other, but for the programs that run the built things.
#[cfg(test)]
const LAYERS: &[&[&str]] = &[
    &["web"],
    &["catalog", "rollout"],
    &["commerce"],
    &["pages"],
    &["shop"],
    &["edge", "origin", "operator"],
    &["storefront-tests", "storefront-bench", "xtask"],
    &["infra-checks"],
];

/// Which crates of the workspace each one may name, in any section of its manifest.
/// Nothing may name `xtask` or the benchmark of other engines, which is why they stand on no right-hand side; the harness of the end-to-end
/// tests serves the checks of the infrastructure alone.
const ARROWS: &[(&str, &[&str])] = &[
    ("web", &[]),
    ("catalog", &["web"]),
    ("commerce", &["catalog"]),
    ("rollout", &["web"]),
    ("pages", &["catalog", "commerce", "rollout", "web"]),
    ("shop", &["catalog", "commerce", "rollout", "pages", "web"]),
    ("edge", &["catalog", "commerce", "rollout", "pages", "shop", "web"]),
    ("operator", &["catalog", "commerce", "rollout", "web"]),
    ("origin", &["catalog", "commerce", "pages", "web"]),
    ("infra-checks", &["storefront-tests"]),
    ("storefront-tests", &["catalog", "rollout", "pages", "shop", "edge", "web"]),
    ("storefront-bench", &["catalog", "web"]),
    ("xtask", &[]),
];

pub(super) fn direction(tree: &Tree) -> Result<Vec<Finding>> {
    let metadata = tree.project.metadata()?;
    Ok(wrong_arrows(&metadata, ARROWS))
}

pub(super) fn listed(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for name in WASM_CRATES {
        let path = list_path(name);
        let Some(listed) = tree.files.iter().find(|file| file.path == path).and_then(|file| file.text.as_deref())
        else {
            let message = "is missing: write it with `cargo xtask tidy --bless`".to_owned();
            findings.push(Finding { path, line: None, message });
            continue;
        };
        let differences = differences(&parse(listed), &in_the_worker(tree.project, name)?);
        findings.extend(differences.into_iter().map(|message| Finding { path: path.clone(), line: None, message }));
    }
    Ok(findings)
}

/// Writes the lists as things are now, and names the files.
pub(super) fn bless(project: &Project) -> Result<Vec<String>> {
    let mut written = Vec::new();
    for name in WASM_CRATES {
        let path = list_path(name);
        let text = render(name, &in_the_worker(project, name)?);
        let file = project.path(&path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
        }
        std::fs::write(&file, text).with_context(|| format!("cannot write `{path}`"))?;
        written.push(path);
    }
    Ok(written)
}

fn list_path(name: &str) -> String {
    format!("xtask/dependencies/{name}.txt")
}

/// All that this crate brings into the Worker, its own dependencies' dependencies included.
fn in_the_worker(project: &Project, name: &str) -> Result<BTreeSet<String>> {
    let mut command = project.cargo("tree");
    command.args(["--package", name, "--target", "wasm32-unknown-unknown", "--edges", "normal"]);
    let text = capture(command.args(["--prefix", "none", "--format", "{p}"]))?;
    Ok(packages(&text, name))
}

/// The names alone: versions are the business of `Cargo.lock`, and paths differ from machine to machine.
fn packages(text: &str, itself: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != itself).map(str::to_owned).collect()
}

fn render(name: &str, packages: &BTreeSet<String>) -> String {
    let mut text = format!(
        "# What `{name}` brings into the Worker. Written by `cargo xtask tidy --bless`; review each new line.\n"
    );
    for package in packages {
        let _ = writeln!(text, "{package}");
    }
    text
}

fn parse(list: &str) -> BTreeSet<String> {
    list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect()
}

fn differences(listed: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<String> {
    let record = "record it with `cargo xtask tidy --bless`";
    let added = now.difference(listed).map(|name| format!("`{name}` is new in the Worker: do without it, or {record}"));
    let removed = listed.difference(now).map(|name| format!("`{name}` is no longer in the Worker: {record}"));
    added.chain(removed).collect()
}

fn wrong_arrows(metadata: &Value, arrows: &[(&str, &[&str])]) -> Vec<Finding> {
    let empty = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    let members: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let mut fault = |message: String| {
            findings.push(Finding { path: format!("package `{name}`"), line: None, message });
        };
        let Some((_, allowed)) = arrows.iter().find(|(from, _)| *from == name) else {
            fault("has no place on the map: give it one in `xtask/src/tidy/dependencies.rs`".to_owned());
            continue;
        };
        let dependencies = package["dependencies"].as_array().unwrap_or(&empty);
        for dependency in dependencies.iter().filter_map(|dependency| dependency["name"].as_str()) {
            // A crate's benches and tests may name the crate itself, with other features.
            let is_foreign = !members.contains(&dependency) || dependency == name;
            if !is_foreign && !allowed.contains(&dependency) {
                fault(format!("must not depend on `{dependency}`"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn packages_are_names_without_the_crate_itself() {
        let text = "pages v0.1.0 (/somewhere/pages)\ncatalog v0.1.0 (/somewhere/catalog)\nmaud v0.27.0\n\
                    maud_macros v0.27.0 (proc-macro)\nitoa v1.0.15\nitoa v1.0.15 (*)\n";
        let expect: BTreeSet<String> = ["catalog", "itoa", "maud", "maud_macros"].map(str::to_owned).into();
        assert_eq!(packages(text, "pages"), expect);
    }

    #[test]
    fn a_list_reads_back() {
        let packages: BTreeSet<String> = ["itoa", "maud"].map(str::to_owned).into();
        assert_eq!(parse(&render("pages", &packages)), packages);
    }

    #[test]
    fn a_change_in_either_direction_is_named() {
        let set = |names: &[&str]| -> BTreeSet<String> { names.iter().map(ToString::to_string).collect() };
        assert_eq!(differences(&set(&["maud"]), &set(&["maud"])), Vec::<String>::new());
        assert_eq!(
            differences(&set(&["maud", "gone"]), &set(&["maud", "new"])),
            [
                "`new` is new in the Worker: do without it, or record it with `cargo xtask tidy --bless`",
                "`gone` is no longer in the Worker: record it with `cargo xtask tidy --bless`",
            ]
        );
    }

    #[test]
    fn arrows_lead_to_lower_layers() {
        let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name)).ok_or(name.to_owned()).unwrap();
        for (from, targets) in ARROWS {
            for target in *targets {
                assert!(layer(from) > layer(target), "`{from}` is not above `{target}`");
            }
        }
    }

    #[test]
    fn arrows_point_one_way() {
        #[track_caller]
        fn check(package: &str, dependencies: &[&str], expect: &[&str]) {
            let named: Vec<Value> = dependencies.iter().map(|name| json!({ "name": name })).collect();
            let members = ["catalog", "rollout", "pages", "shop", "edge", "operator", "origin", "xtask"]
                .iter()
                .filter(|name| **name != package);
            let mut packages: Vec<Value> = members.map(|name| json!({ "name": name, "dependencies": [] })).collect();
            packages.push(json!({ "name": package, "dependencies": named }));
            let found = wrong_arrows(&json!({ "packages": packages }), ARROWS);
            let found: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(found, expect, "{package} -> {dependencies:?}");
        }
        check("pages", &["catalog", "rollout", "maud"], &[]);
        check("catalog", &["serde", "catalog"], &[]);
        check("catalog", &["rollout"], &["must not depend on `rollout`"]);
        check("rollout", &["pages"], &["must not depend on `pages`"]);
        check("edge", &["xtask"], &["must not depend on `xtask`"]);
        check("shop", &["edge"], &["must not depend on `edge`"]);
        check("pages", &["shop"], &["must not depend on `shop`"]);
        check("operator", &["rollout", "aws-sdk-s3"], &[]);
        check("operator", &["catalog"], &[]);
        check("origin", &["catalog", "axum"], &[]);
        check("origin", &["pages"], &[]);
        check("origin", &["shop"], &["must not depend on `shop`"]);
        check("catalog", &["origin"], &["must not depend on `origin`"]);
        check("operator", &["pages"], &["must not depend on `pages`"]);
        check("newcomer", &[], &["has no place on the map: give it one in `xtask/src/tidy/dependencies.rs`"]);
    }
}
