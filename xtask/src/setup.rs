//! The things that a fresh clone lacks: Node and npm are looked for, the npm packages and the wasm target fetched.
//! Things that are there already are left alone, so that a repeat run costs a few short questions.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::failure::hinted;
use crate::project::{Project, capture, read, say};
use crate::tools;

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The oldest Node whose npm reads the lock files.
const OLDEST_NODE: u32 = 20;
/// The oldest Node that wrangler runs on. The lock file brings one for the platforms that `package.json` names.
const OLDEST_NODE_OF_WRANGLER: u32 = 22;
const NODE_SITE: &str = "https://nodejs.org";
const RUSTUP_SITE: &str = "https://rustup.rs";

/// Everything a build of the Worker needs.
pub(crate) fn for_build(project: &Project) -> Result<()> {
    packages(project, ".")?;
    wasm_target(project)?;
    tools::build_tool(project)
}

/// Everything a build needs, and what the checks need besides.
pub(crate) fn for_test(project: &Project) -> Result<()> {
    for_build(project)?;
    component(project, "rustfmt", "fmt")?;
    component(project, "clippy", "clippy")
}

/// The npm packages of the `package-lock.json` in this folder.
pub(crate) fn packages(project: &Project, folder: &str) -> Result<()> {
    if packages_are_current(project, folder) {
        return Ok(());
    }
    node_is_new_enough(project)?;
    if answer(project, "npm", &["--version"]).is_none() {
        return Err(hinted("npm is not installed: it fetches the tools that build the shop", install_node()));
    }
    say("fetching the npm packages: `npm ci`");
    let mut command = project.command("npm");
    // As in `.npmrc`, which npm reads in the root folder alone.
    command.args(["ci", "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund"]);
    project.run(command.current_dir(project.path(folder))).context("cannot fetch the npm packages")?;
    node_is_new_enough_for_wrangler(project)
}

/// `npm ci` leaves a list of what it put there; it must name what the lock file names.
fn packages_are_current(project: &Project, folder: &str) -> bool {
    let folder = project.path(folder);
    let parse = |path: &str| -> Option<Value> { serde_json::from_str(&read(&folder.join(path)).ok()?).ok() };
    let (Some(wanted), Some(there)) = (parse("package-lock.json"), parse("node_modules/.package-lock.json")) else {
        return false;
    };
    same_packages(&wanted, &there)
}

/// Packages for other platforms are optional and absent; everything else must be there, and nothing more.
fn same_packages(wanted: &Value, there: &Value) -> bool {
    let (Some(wanted), Some(there)) = (wanted["packages"].as_object(), there["packages"].as_object()) else {
        return false;
    };
    let is_optional = |package: &Value| package["optional"] == true || package["devOptional"] == true;
    let same =
        |left: &Value, right: &Value| left["version"] == right["version"] && left["integrity"] == right["integrity"];
    let complete = wanted
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .all(|(path, package)| there.get(path).map_or(is_optional(package), |found| same(package, found)));
    complete && there.keys().all(|path| wanted.contains_key(path))
}

fn node_is_new_enough(project: &Project) -> Result<()> {
    let Some(version) = answer(project, "node", &["--version"]) else {
        return Err(hinted(
            format!("Node is not installed: the build needs Node {OLDEST_NODE} or newer"),
            install_node(),
        ));
    };
    if major_version(&version).is_some_and(|major| major >= OLDEST_NODE) {
        return Ok(());
    }
    Err(hinted(format!("Node is `{version}`: the build needs Node {OLDEST_NODE} or newer"), install_node()))
}

/// Where `package.json` names no Node for the platform, the machine's own runs wrangler.
fn node_is_new_enough_for_wrangler(project: &Project) -> Result<()> {
    let version = answer(project, "node", &["--version"]).unwrap_or_default();
    if major_version(&version).is_some_and(|major| major >= OLDEST_NODE_OF_WRANGLER) {
        return Ok(());
    }
    let message = format!(
        "Node is `{version}`, wrangler needs Node {OLDEST_NODE_OF_WRANGLER} or newer, and npm has none for this platform"
    );
    Err(hinted(message, install_node()))
}

fn wasm_target(project: &Project) -> Result<()> {
    let folder = answer(project, "rustc", &["--print", "target-libdir", "--target", WASM_TARGET]);
    if folder.is_some_and(|folder| std::path::Path::new(&folder).is_dir()) {
        return Ok(());
    }
    rustup(project, &format!("the Rust target `{WASM_TARGET}`"), &["target", "add", WASM_TARGET])
}

fn component(project: &Project, name: &str, subcommand: &str) -> Result<()> {
    if capture(project.cargo(subcommand).arg("--version")).is_ok() {
        return Ok(());
    }
    rustup(project, &format!("the Rust component `{name}`"), &["component", "add", name])
}

fn rustup(project: &Project, what: &str, arguments: &[&str]) -> Result<()> {
    if answer(project, "rustup", &["--version"]).is_none() {
        return Err(hinted(
            format!("rustup is not installed and {what} is missing"),
            format!("install rustup from {RUSTUP_SITE}, or add {what} in the way your Rust was installed"),
        ));
    }
    say(format!("adding {what}: `rustup {}`", arguments.join(" ")));
    project.run(project.command("rustup").args(arguments)).with_context(|| format!("cannot add {what}"))
}

/// What a program prints on stdout, or nothing when it is not there or fails.
pub(crate) fn answer(project: &Project, program: &str, arguments: &[&str]) -> Option<String> {
    let command: &mut Command = &mut project.command(program);
    let output = command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn install_node() -> String {
    format!("install Node from {NODE_SITE} or with your system's packages; npm comes with it")
}

/// `v22.23.3` is 22.
fn major_version(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn major_versions() {
        assert_eq!(major_version("v22.23.3"), Some(22));
        assert_eq!(major_version("v8"), Some(8));
        assert_eq!(major_version("22.1.0"), None);
        assert_eq!(major_version(""), None);
    }

    fn lock(packages: &Value) -> Value {
        json!({ "lockfileVersion": 3, "packages": packages })
    }

    #[test]
    fn packages_are_compared_by_version_and_integrity() {
        let wanted = lock(&json!({
            "": { "name": "storefront" },
            "node_modules/esbuild": { "version": "1.0.0", "integrity": "sha512-a" },
            "node_modules/for-another-system": { "version": "1.0.0", "integrity": "sha512-b", "optional": true },
        }));
        let esbuild = |version: &str, integrity: &str| json!({ "version": version, "integrity": integrity });
        let check = |there: Value, expect: bool| assert_eq!(same_packages(&wanted, &lock(&there)), expect, "{there}");
        check(json!({ "node_modules/esbuild": esbuild("1.0.0", "sha512-a") }), true);
        check(json!({ "node_modules/esbuild": esbuild("1.0.1", "sha512-a") }), false);
        check(json!({ "node_modules/esbuild": esbuild("1.0.0", "sha512-c") }), false);
        check(json!({}), false);
        check(
            json!({ "node_modules/esbuild": esbuild("1.0.0", "sha512-a"), "node_modules/gone": esbuild("1.0.0", "x") }),
            false,
        );
    }

    #[test]
    fn a_list_of_another_shape_is_not_current() {
        assert!(!same_packages(&json!({}), &json!({})));
    }
}
