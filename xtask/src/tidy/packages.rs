//! The rule about npm's lock files: every package is pinned by its hash, and installing it runs none of its code.
//! Crates are pinned by `Cargo.lock`; their licences and sources are `deny.toml`'s subject.

use serde_json::Value;

use super::{Finding, Tree};

/// Packages that name an install script which never runs here (`--ignore-scripts`): without it they work the same, since the lock file
/// brings the program for the platform as a package.
const WORK_WITHOUT_THEIR_SCRIPT: [&str; 3] = ["esbuild", "fsevents", "workerd"];

pub(super) fn pinned(tree: &Tree) -> Vec<Finding> {
    let locks = tree.texts().filter(|(file, _)| file.path.rsplit('/').next() == Some("package-lock.json"));
    locks.flat_map(|(file, text)| faults(text).into_iter().map(|message| Finding::in_file(file, message))).collect()
}

fn faults(lock: &str) -> Vec<String> {
    let lock: Value = serde_json::from_str(lock).unwrap_or_default();
    let Some(packages) = lock.get("packages").and_then(Value::as_object) else {
        return vec!["is no lock file of npm 7 or newer".to_owned()];
    };
    let mut faults = Vec::new();
    // The empty path is the folder's own package.
    for (path, package) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        let name = path.rsplit_once("node_modules/").map_or(path.as_str(), |(_, name)| name);
        // The bytes of a bundled package are part of the package that brings it.
        let is_bundled = package.get("inBundle") == Some(&Value::Bool(true));
        if !is_bundled && package.get("integrity").and_then(Value::as_str).is_none_or(str::is_empty) {
            faults.push(format!("`{name}` has no `integrity`, so nothing checks its bytes"));
        }
        if package.get("hasInstallScript") == Some(&Value::Bool(true)) && !WORK_WITHOUT_THEIR_SCRIPT.contains(&name) {
            faults.push(format!(
                "`{name}` wants to run a script when it is installed: do without it, or show that it works unrun"
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(packages: &str, expect: &[&str]) {
        assert_eq!(faults(&format!(r#"{{"lockfileVersion":3,"packages":{{"":{{}},{packages}}}}}"#)), expect);
    }

    #[test]
    fn a_package_is_pinned_by_its_hash() {
        check(r#""node_modules/a":{"version":"1.0.0","integrity":"sha512-a"}"#, &[]);
        check(r#""node_modules/a/node_modules/b":{"version":"1.0.0","inBundle":true}"#, &[]);
        check(r#""node_modules/a":{"version":"1.0.0"}"#, &["`a` has no `integrity`, so nothing checks its bytes"]);
    }

    #[test]
    fn only_known_packages_may_have_an_install_script() {
        check(r#""node_modules/esbuild":{"integrity":"sha512-a","hasInstallScript":true}"#, &[]);
        check(
            r#""node_modules/x/node_modules/node":{"integrity":"sha512-a","hasInstallScript":true}"#,
            &["`node` wants to run a script when it is installed: do without it, or show that it works unrun"],
        );
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        assert_eq!(faults("{}"), ["is no lock file of npm 7 or newer"]);
        assert_eq!(faults("no JSON"), ["is no lock file of npm 7 or newer"]);
    }
}
