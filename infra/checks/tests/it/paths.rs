//! Deployments follow the checks, and their lists of paths name everything that is built in: crates as `cargo metadata` knows them, the compiler,
//! the lock files, the tools. Files that a build script reads by another path than its crate's are listed here by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use serde_json::Value;
use storefront_tests::{bundle, project, read};

fn deployments() -> Value {
    serde_json::from_str(&read(".github/deployments.json")).expect("the list of deployments is JSON")
}

fn paths(part: &Value) -> Vec<String> {
    let paths = part["paths"].as_array().unwrap_or_else(|| panic!("{part} has no paths"));
    paths.iter().map(|path| path.as_str().expect("a path").to_owned()).collect()
}

/// The folders of the workspace's crates that a crate is built from, its own among them.
fn crates_in(root: &str) -> BTreeSet<String> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--format-version", "1", "--no-deps", "--locked", "--offline"]);
    let output = command.current_dir(project()).stdin(Stdio::null()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["name"].as_str().unwrap(), package))
        .collect();
    let (mut found, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(name) = waiting.pop() {
        let package = packages.get(name).unwrap_or_else(|| panic!("there is no crate `{name}`"));
        if !found.insert(name) {
            continue;
        }
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        waiting.extend(
            dependencies
                .filter(|dependency| !dependency["path"].is_null() && dependency["kind"] != "dev")
                .map(|dependency| dependency["name"].as_str().unwrap()),
        );
    }
    let root = project();
    let folder = |name: &&str| {
        let manifest = packages[name]["manifest_path"].as_str().unwrap().trim_end_matches("/Cargo.toml");
        std::path::Path::new(manifest).strip_prefix(&root).expect("a crate of the workspace").display().to_string()
    };
    found.iter().map(folder).collect()
}

#[test]
fn the_worker_is_deployed_for_everything_that_is_built_into_it() {
    let listed = paths(&deployments()["edge"]);
    let mut wanted = crates_in("edge");
    assert!(["catalog", "pages", "shop", "web"].iter().all(|name| wanted.contains(*name)), "{wanted:?}");
    let others = [
        ".cargo",
        "Cargo.lock",
        "Cargo.toml",
        "assets/build",
        "assets/build.mjs",
        "assets/pictures",
        "assets/shell",
        "package-lock.json",
        "package.json",
        "rust-toolchain.toml",
        "wrangler.toml",
        "xtask",
    ];
    wanted.extend(others.map(str::to_owned));
    let missing: Vec<_> = wanted.iter().filter(|path| !listed.contains(path)).collect();
    assert!(missing.is_empty(), ".github/deployments.json, `edge`, lacks {missing:?}");
}

#[test]
fn the_origin_is_deployed_for_everything_that_is_built_into_it() {
    let listed = paths(&deployments()["origin"]);
    let mut wanted = crates_in("origin");
    let others =
        [".cargo", ".dockerignore", "Cargo.lock", "Cargo.toml", "infra/origin", "rust-toolchain.toml", "xtask"];
    wanted.extend(others.map(str::to_owned));
    let missing: Vec<_> = wanted.iter().filter(|path| !listed.contains(path)).collect();
    assert!(missing.is_empty(), ".github/deployments.json, `origin`, lacks {missing:?}");
}

#[test]
fn every_path_of_a_list_is_there() {
    let deployments = deployments();
    let remotes = deployments["remotes"].as_object().expect("remotes").values();
    for part in [&deployments["edge"], &deployments["origin"], &deployments["infra"]].into_iter().chain(remotes) {
        for path in paths(part) {
            assert!(project().join(&path).exists(), "`{path}` of .github/deployments.json is not there");
        }
    }
    let infra = paths(&deployments["infra"]);
    for path in ["infra/modules", "infra/stacks", "infra/scripts/stack.sh"] {
        assert!(infra.iter().any(|listed| listed == path), "`infra` lacks `{path}`");
    }
}

#[test]
fn every_remote_ships_for_its_own_files_alone() {
    let deployments = deployments();
    let listed: BTreeSet<&String> = deployments["remotes"].as_object().expect("remotes").keys().collect();
    let remotes = bundle::remotes();
    assert_eq!(listed, remotes.iter().map(|remote| &remote.name).collect(), "remotes of .github/deployments.json");
    for remote in &remotes {
        let part = &deployments["remotes"][&remote.name];
        // One version has one set of bytes, so whatever changes those changes the version in that folder.
        assert_eq!(paths(part), [format!("assets/{}", remote.name)]);
        assert_eq!(part["environment"], format!("production-remote-{}", remote.name));
    }
}

/// A deployment that a push starts would not wait for its checks.
#[test]
fn deployments_come_after_all_checks() {
    let on = |name: &str| {
        let text = read(&format!(".github/workflows/{name}"));
        let (_, rest) = text.split_once("\non:\n").unwrap_or_else(|| panic!("{name} has no triggers"));
        rest.split("\npermissions:").next().unwrap_or_default().to_owned()
    };
    let entries = std::fs::read_dir(project().join(".github/workflows")).expect("there are workflows");
    for name in entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        let triggers = on(&name);
        let is_pushed = triggers.contains("push:");
        assert_eq!(is_pushed, name == "ci.yml", "{name} runs on every push, beside the checks:\n{triggers}");
        assert!(!triggers.contains("pull_request_target"), "{name} runs a fork's code with our rights");
    }
    let ci = read(".github/workflows/ci.yml");
    let job = |name: &str| {
        let (_, rest) =
            ci.split_once(&format!("\n  {name}:\n")).unwrap_or_else(|| panic!("ci.yml has no job `{name}`"));
        rest.split("\n\n").next().unwrap_or_default().to_owned()
    };
    assert!(job("changed").contains("needs: checked\n"), "{}", job("changed"));
    // Every job that checks something is waited for, and one that did not pass stops the rest.
    let checked = job("checked");
    let (_, jobs) = ci.split_once("\njobs:\n").expect("ci.yml has jobs");
    let names = jobs.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    let names = names.filter(|name| !name.starts_with([' ', '#']));
    let checks: Vec<&str> = names.filter(|name| job(name).contains("run: cargo xtask test")).collect();
    assert!(
        !checks.is_empty() && checked.contains(&format!("needs: [{}]", checks.join(", "))),
        "{checks:?}: {checked}"
    );
    for result in ["failure", "cancelled", "skipped"] {
        assert!(checked.contains(&format!("!contains(needs.*.result, '{result}')")), "{checked}");
    }
    assert!(job("changed").contains("github.ref == 'refs/heads/main'"), "{}", job("changed"));
    for name in ["deploy-edge", "deploy-origin", "deploy-infra", "deploy-remotes"] {
        let job = job(name);
        // The origin waits for the edge as well, and goes on where that has nothing to deploy.
        let (needs, condition) = match name {
            "deploy-origin" => (
                "needs: [changed, deploy-edge]\n",
                "if: ${{ !cancelled() && needs.changed.outputs.origin == 'true' && ",
            ),
            _ => ("needs: changed\n", "if: ${{ needs.changed.outputs."),
        };
        assert!(job.contains(needs) && job.contains(condition), "{job}");
    }
}

#[test]
fn every_build_uses_the_locks() {
    let config = read(".cargo/config.toml");
    for line in config.lines().filter(|line| line.contains("\"run ")) {
        assert!(line.contains("run --locked "), ".cargo/config.toml: `{line}` may change the lock file");
    }
    assert!(config.matches("run --locked ").count() >= 2, "{config}");
    let entries = std::fs::read_dir(project().join(".github/workflows")).expect("there are workflows");
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        for line in read(&format!(".github/workflows/{name}")).lines() {
            let builds = line.contains("cargo ") && !line.contains("cargo xtask") && !line.contains("cargo storefront");
            assert!(!builds || line.trim_start().starts_with('#') || line.contains("--locked"), "{name}: `{line}`");
            assert!(!line.contains("npm ci") || line.contains("--ignore-scripts"), "{name}: `{line}`");
            assert!(!line.contains("npm install"), "{name}: `{line}` takes what no lock file names");
        }
    }
}

/// One compiler for everybody: the pin, the least version of the crates, and the image.
#[test]
fn the_compiler_is_pinned() {
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .expect("a channel")
        .trim_matches('"')
        .to_owned();
    assert_eq!(channel.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3, "`{channel}` is one release");
    let least = read("Cargo.toml")
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = ").map(str::to_owned))
        .expect("rust-version");
    assert!(channel.starts_with(least.trim_matches('"')), "`{channel}` is not the {least} of Cargo.toml");
    let file = read("infra/origin/Containerfile");
    let bases: Vec<&str> = file.lines().filter_map(|line| line.strip_prefix("FROM ")).collect();
    assert!(bases.len() >= 4, "{bases:?}");
    for base in bases {
        let image = base.split(' ').next().unwrap_or_default();
        let is_pinned = image == "scratch" || image == "${SOURCE}" || image.contains("@sha256:");
        // The one base that is fetched: its release is ours, and Dependabot proposes the next. The deployed image is built without it, below.
        let is_the_compiler = image == format!("docker.io/library/rust:{channel}-bookworm");
        assert!(is_pinned || is_the_compiler, "`FROM {base}` names an image that may change");
    }
    assert!(read(".github/workflows/deploy-origin.yml").contains("run: cargo xtask image"));
    assert!(
        read("xtask/src/image.rs").contains("SOURCE=prebuilt"),
        "`cargo xtask image` packs a program that was built here"
    );
}
