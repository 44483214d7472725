//! Builds what runs: the browser's files into `assets/dist`, then the Worker into `edge/build`.
//! Cargo and the asset build decide what is out of date; the packaging after them is skipped by a stamp.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::File;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::failure::hinted;
use crate::package::{self, OUTPUTS};
use crate::project::{Project, absolute_file, read_bytes, say, variable};
use crate::{setup, tools};

const STAMP: &str = "worker.stamp";

/// The same for a Worker that was built aside.
const STAMP_ASIDE: &str = "worker-aside.stamp";

/// What cargo builds the origin of record from.
pub(crate) const ORIGIN: [&str; 4] = ["--package", "origin", "--bin", "origin"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Profile {
    /// A flag decides, then `XTASK_PROFILE` (so that a build started by a test repeats the test's own), then
    /// wrangler, which builds through `cargo xtask build` and names its command in `WRANGLER_COMMAND`.
    pub(crate) fn choose(dev: bool, release: bool) -> Result<Profile> {
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        choose(dev, release, text("XTASK_PROFILE").as_deref(), text("WRANGLER_COMMAND").as_deref())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Release => "release",
        }
    }

    fn cargo_folder(self) -> &'static str {
        match self {
            Profile::Dev => "debug",
            Profile::Release => "release",
        }
    }
}

/// One build at a time: `wrangler dev` rebuilds on its own, beside whatever a person types.
pub(crate) struct Lock(#[expect(dead_code, reason = "held open: closing the file frees the lock")] File);

impl Lock {
    pub(crate) fn acquire(project: &Project) -> Result<Lock> {
        let path = project.state("build.lock")?;
        let file = File::create(&path).with_context(|| format!("cannot create `{}`", path.display()))?;
        if file.try_lock().is_err() {
            say("waiting for another build to end");
            file.lock().with_context(|| format!("cannot lock `{}`", path.display()))?;
        }
        Ok(Lock(file))
    }
}

/// Sets up, then builds everything; the Worker holds the shop's own catalog unless another is given.
pub(crate) fn run(project: &Project, profile: Profile, catalog: Option<&Path>) -> Result<()> {
    let _lock = Lock::acquire(project)?;
    setup::for_build(project)?;
    assets(project, profile, catalog)?;
    worker(project, profile, catalog)
}

/// The browser's files. The Worker embeds their manifests, so they come first.
pub(crate) fn assets(project: &Project, profile: Profile, catalog: Option<&Path>) -> Result<()> {
    let mut command = project.command("node");
    command.arg("assets/build.mjs");
    if profile == Profile::Dev {
        command.arg("--dev");
    }
    if let Some(catalog) = catalog {
        command.env("CATALOG", catalog);
    }
    project.run(&mut command).context("cannot build the browser's files")
}

/// A release build with another catalog, laid out in `folder` as in the checkout. What it compiles lies there too, so that it
/// and the shop's own Worker never make each other out of date. Returns the compiled module.
pub(crate) fn aside(project: &Project, catalog: &Path, folder: &Path) -> Result<PathBuf> {
    let _lock = Lock::acquire(project)?;
    let target = folder.join("cargo");
    compile(project, Profile::Release, Some(catalog), Some(&target))?;
    let module = module_in(&target, Profile::Release);
    pack(project, Profile::Release, &module, folder, STAMP_ASIDE)?;
    Ok(module)
}

/// The catalog a person named, on the command line or in `CATALOG`. A relative path means the folder
/// they are in, but the build script that reads it runs elsewhere.
pub(crate) fn catalog_file(named: Option<&Path>) -> Result<Option<PathBuf>> {
    let from_environment = variable("CATALOG").map(PathBuf::from);
    named.map(Path::to_owned).or(from_environment).map(|path| absolute_file(&path)).transpose()
}

/// The profile of the Worker that lies in `edge/build`, if it is whole.
pub(crate) fn built(project: &Project) -> Result<Profile> {
    let stamp = std::fs::read_to_string(project.state(STAMP)?).unwrap_or_default();
    let (inputs, outputs) = stamp.split_once("--\n").unwrap_or_default();
    if outputs.is_empty() || outputs != fingerprints(&project.path(""), &OUTPUTS)? {
        return Err(hinted("there is no finished Worker in `edge/build`", "build it: `cargo xtask build`"));
    }
    Ok(if inputs.starts_with("profile release\n") { Profile::Release } else { Profile::Dev })
}

fn worker(project: &Project, profile: Profile, catalog: Option<&Path>) -> Result<()> {
    say(format!("building the Worker ({})", profile.name()));
    compile(project, profile, catalog, None)?;
    pack(project, profile, &module(project, profile)?, &project.path(""), STAMP)
}

/// Compiles the module, in a target folder of its own if one is named.
fn compile(project: &Project, profile: Profile, catalog: Option<&Path>, target: Option<&Path>) -> Result<()> {
    let mut cargo = project.cargo("build");
    cargo.args(["--package", "edge", "--lib", "--target", "wasm32-unknown-unknown"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    if let Some(catalog) = catalog {
        cargo.env("CATALOG", catalog);
    }
    // The build script reads the rules for searches beside the catalog, and has to run again when the file comes or goes.
    let catalog = catalog.map_or_else(|| project.path("catalog/data/products.json"), Path::to_owned);
    let rules = catalog.with_file_name("search.toml");
    cargo.env("SEARCH_RULES", if rules.is_file() { rules.as_os_str() } else { OsStr::new("") });
    if let Some(target) = target {
        cargo.arg("--target-dir").arg(target);
    }
    cargo.arg("--config").arg(compiler_flags());
    // The bindings take their promises from `js-sys` alone, as the `worker` crate is built and tested.
    cargo.env("WASM_BINDGEN_USE_JS_SYS", "1");
    project.run(&mut cargo).context("cannot compile the Worker")
}

/// Packages a module under `root`, unless what lies there was made of the same.
fn pack(project: &Project, profile: Profile, module: &Path, root: &Path, stamp: &str) -> Result<()> {
    let stamp = project.state(stamp)?;
    let inputs = inputs(project, profile, module)?;
    let expected = format!("{inputs}--\n{}", fingerprints(root, &OUTPUTS)?);
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == expected) {
        let folder = root.join("edge/build");
        let shown = folder.strip_prefix(project.path("")).unwrap_or(&folder);
        say(format!("the Worker in `{}` is up to date", shown.display()));
        return Ok(());
    }
    // Without a stamp a build that is cut short is never taken for a finished one.
    let _ = std::fs::remove_file(&stamp);
    package::run(project, profile, module, root)?;
    std::fs::write(&stamp, format!("{inputs}--\n{}", fingerprints(root, &OUTPUTS)?))
        .with_context(|| format!("cannot write `{}`", stamp.display()))
}

/// What the compiler is told beside the profile, as cargo's configuration. `RUSTFLAGS` overrides it.
fn compiler_flags() -> String {
    // Hashes are of small things here, or the runtime's own: the rounds need not be unrolled, which saves 14 KB of code.
    let mut flags = vec!["--cfg".to_owned(), "sha2_backend_soft=\"compact\"".to_owned()];
    flags.extend(crates_elsewhere());
    format!("target.wasm32-unknown-unknown.rustflags={}", Value::from(flags))
}

/// The places of panics are in what is compiled; where this machine keeps its crates is nobody's business.
pub(crate) fn crates_elsewhere() -> Option<String> {
    let home = variable("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cargo")))?;
    Some(format!("--remap-path-prefix={}=crates", home.join("registry/src").display()))
}

/// Where cargo puts what it compiles.
pub(crate) fn target(project: &Project) -> Result<PathBuf> {
    let metadata = project.metadata()?;
    let target = metadata.get("target_directory").and_then(Value::as_str);
    Ok(PathBuf::from(target.context("`cargo metadata` names no target directory")?))
}

/// Where cargo puts the compiled module.
pub(crate) fn module(project: &Project, profile: Profile) -> Result<PathBuf> {
    Ok(module_in(&target(project)?, profile))
}

fn module_in(target: &Path, profile: Profile) -> PathBuf {
    target.join("wasm32-unknown-unknown").join(profile.cargo_folder()).join("edge.wasm")
}

/// Everything that packaging reads: the compiled module, the tools, and their settings.
fn inputs(project: &Project, profile: Profile, module: &Path) -> Result<String> {
    let module = fingerprint(&read_bytes(module)?);
    let files = fingerprints(&project.path(""), &package::INPUTS)?;
    let bindings = tools::WASM_BINDGEN.version;
    Ok(format!("profile {}\nmodule {module:016x}\nwasm-bindgen {bindings}\n{files}", profile.name()))
}

fn fingerprints(root: &Path, paths: &[&str]) -> Result<String> {
    let mut text = String::new();
    for path in paths {
        let file = root.join(path);
        if file.is_file() {
            writeln!(text, "{path} {:016x}", fingerprint(&read_bytes(&file)?))?;
        } else {
            writeln!(text, "{path} absent")?;
        }
    }
    Ok(text)
}

/// Tells one build from the next; nobody attacks it, so the standard hash with its fixed key will do.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn choose(dev: bool, release: bool, requested: Option<&str>, wrangler: Option<&str>) -> Result<Profile> {
    match (dev, release, requested, wrangler) {
        (true, _, _, _) | (false, false, Some("dev"), _) | (false, false, None, Some("dev")) => Ok(Profile::Dev),
        (_, true, _, _) | (_, _, Some("release") | None, _) => Ok(Profile::Release),
        (_, _, Some(other), _) => bail!("`XTASK_PROFILE` is `{other}`: it must be `dev` or `release`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_comes_from_the_flag_then_the_variable_then_wrangler() {
        #[track_caller]
        fn check(flags: (bool, bool), requested: Option<&str>, wrangler: Option<&str>, expect: Profile) {
            assert_eq!(choose(flags.0, flags.1, requested, wrangler).unwrap(), expect);
        }
        check((false, false), None, None, Profile::Release);
        check((false, false), None, Some("deploy"), Profile::Release);
        check((false, false), None, Some("dev"), Profile::Dev);
        check((false, false), Some("release"), Some("dev"), Profile::Release);
        check((false, false), Some("dev"), Some("deploy"), Profile::Dev);
        check((true, false), Some("release"), Some("deploy"), Profile::Dev);
        check((false, true), Some("dev"), Some("dev"), Profile::Release);
    }

    #[test]
    fn an_unknown_profile_is_refused_by_name() {
        let error = choose(false, false, Some("fast"), None).unwrap_err();
        assert_eq!(error.to_string(), "`XTASK_PROFILE` is `fast`: it must be `dev` or `release`");
    }

    #[test]
    fn fingerprints_tell_bytes_apart_and_repeat() {
        assert_eq!(fingerprint(b"shop"), fingerprint(b"shop"));
        assert_ne!(fingerprint(b"shop"), fingerprint(b"shops"));
    }
}
