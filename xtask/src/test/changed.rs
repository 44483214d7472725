//! `cargo xtask test --changed`: the packages and stages that a change concerns, for a result within two minutes.
//! Stages that need a running shop are left out and named; `cargo xtask test` runs them all.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::project::{Project, capture};
use crate::stage::Packages;

/// Files that concern every package.
const EVERY_PACKAGE: [&str; 4] = ["Cargo.toml", "Cargo.lock", "clippy.toml", ".cargo/config.toml"];

/// Endings of the files that browsers and Node read.
const BROWSER_ENDINGS: [&str; 6] = ["ts", "mjs", "js", "css", "svg", "json"];

/// What a change asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) packages: Packages,
    pub(super) stages: Vec<String>,
}

/// A package of the workspace.
struct Member {
    name: String,
    /// Relative to the root, with `/` at the end.
    folder: String,
    dependencies: Vec<String>,
}

/// The plan for all that differs from `base`, committed or not. The packages of `not_unit` have no unit tests.
pub(super) fn plan(project: &Project, base: &str, not_unit: &[&str]) -> Result<Plan> {
    let git = |arguments: &[&str]| -> Result<Vec<String>> {
        let text = capture(project.command("git").args(arguments)).context("git knows what has changed")?;
        Ok(text.split_terminator('\0').map(str::to_owned).collect())
    };
    let mut paths = git(&["diff", "--name-only", "-z", base, "--"])?;
    paths.extend(git(&["ls-files", "--others", "--exclude-standard", "-z"])?);
    Ok(plan_for(&paths, &members(&project.metadata()?, &project.path("").display().to_string()), not_unit))
}

fn members(metadata: &Value, root: &str) -> Vec<Member> {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let packages = list(metadata.get("packages"));
    let member = |package: &Value| Member {
        name: text(package, "name"),
        folder: text(package, "manifest_path").trim_start_matches(root).trim_end_matches("Cargo.toml").to_owned(),
        dependencies: list(package.get("dependencies")).iter().map(|dependency| text(dependency, "name")).collect(),
    };
    packages.iter().map(member).collect()
}

/// Files of no package, by the beginning of their paths, and the packages that read them when they are built or tested.
const READERS: [(&str, &[&str]); 3] =
    [(".github/", &["infra-checks", "xtask"]), ("assets/", &["edge"]), ("wrangler.toml", &["infra-checks", "xtask"])];

fn plan_for(paths: &[String], members: &[Member], not_unit: &[&str]) -> Plan {
    let packages = if paths.iter().any(|path| EVERY_PACKAGE.contains(&path.as_str())) {
        Packages::All
    } else {
        Packages::Named(concerned(paths, members))
    };
    let ending = |path: &String| path.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
    let is_browsers = |path: &String| path.starts_with("assets/") || BROWSER_ENDINGS.contains(&ending(path).as_str());
    let mut stages = vec!["format", "tidy"];
    if paths.iter().any(is_browsers) {
        stages.extend(["typescript", "assets"]);
    }
    if packages != Packages::Named(Vec::new()) {
        stages.push("clippy");
    }
    if packages.options(not_unit).iter().any(|option| option == "--workspace" || option == "--package") {
        stages.push("unit");
    }
    Plan { packages, stages: stages.into_iter().map(str::to_owned).collect() }
}

/// The packages whose files changed, and all that depend on one of them.
fn concerned(paths: &[String], members: &[Member]) -> Vec<String> {
    let owner = |path: &String| {
        let owners = members.iter().filter(|member| path.starts_with(&member.folder));
        // `infra/checks/` lies below no other package, but one could.
        owners.max_by_key(|member| member.folder.len())
    };
    let mut concerned: BTreeSet<&str> = paths.iter().filter_map(owner).map(|member| member.name.as_str()).collect();
    let is_read = |prefix: &str| paths.iter().any(|path| path.starts_with(prefix));
    let readers = READERS.iter().filter(|(prefix, _)| is_read(prefix)).flat_map(|(_, names)| *names);
    concerned.extend(readers.filter(|name| members.iter().any(|member| member.name == **name)));
    loop {
        let dependents = members.iter().filter(|member| {
            !concerned.contains(member.name.as_str())
                && member.dependencies.iter().any(|name| concerned.contains(name.as_str()))
        });
        let more: Vec<&str> = dependents.map(|member| member.name.as_str()).collect();
        if more.is_empty() {
            return concerned.into_iter().map(str::to_owned).collect();
        }
        concerned.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOT_UNIT: [&str; 2] = ["storefront-tests", "infra-checks"];

    fn shop() -> Vec<Member> {
        let package = |name: &str, folder: &str, dependencies: &[&str]| {
            let dependencies: Vec<Value> = dependencies.iter().map(|name| json!({ "name": name })).collect();
            json!({ "name": name, "manifest_path": format!("/shop/{folder}/Cargo.toml"), "dependencies": dependencies })
        };
        let packages = [
            package("catalog", "catalog", &[]),
            package("rollout", "rollout", &["serde"]),
            package("pages", "pages", &["catalog"]),
            package("storefront-tests", "tests", &["rollout"]),
            package("infra-checks", "infra/checks", &["storefront-tests"]),
        ];
        members(&json!({ "packages": packages }), "/shop/")
    }

    #[track_caller]
    fn check(paths: &[&str], packages: &[&str], stages: &[&str]) {
        let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let expect = Plan {
            packages: Packages::Named(packages.iter().map(ToString::to_string).collect()),
            stages: stages.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(plan_for(&paths, &shop(), &NOT_UNIT), expect, "{paths:?}");
    }

    #[test]
    fn a_change_concerns_its_package_and_those_above() {
        check(&["catalog/src/query/mod.rs"], &["catalog", "pages"], &["format", "tidy", "clippy", "unit"]);
        check(&["pages/src/card.rs"], &["pages"], &["format", "tidy", "clippy", "unit"]);
        check(&["tests/it/pages/content.rs"], &["infra-checks", "storefront-tests"], &["format", "tidy", "clippy"]);
        check(&["docs/rollout.md"], &[], &["format", "tidy"]);
        check(&[".github/workflows/ci.yml"], &["infra-checks"], &["format", "tidy", "clippy"]);
    }

    #[test]
    fn browser_files_ask_for_their_own_stages() {
        check(&["assets/products/src/visit.ts"], &[], &["format", "tidy", "typescript", "assets"]);
        check(&["package-lock.json"], &[], &["format", "tidy", "typescript", "assets"]);
        let browser = ["format", "tidy", "typescript", "assets", "clippy"];
        check(&["tests/browser/search.spec.ts"], &["infra-checks", "storefront-tests"], &browser);
    }

    #[test]
    fn the_workspace_manifest_concerns_everything() {
        let plan = plan_for(&["Cargo.lock".to_owned()], &shop(), &NOT_UNIT);
        assert_eq!(plan.packages, Packages::All);
        assert_eq!(plan.packages.options(&["a", "b"]), ["--workspace", "--exclude", "a", "--exclude", "b"]);
    }
}
