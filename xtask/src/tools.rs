//! The programs beside the compiler: pinned tools from crates.io, a browser, a load generator, a shared cache.
//! The pinned ones live under `target/tools` and leaves the machine alone; the others belong to the system.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::failure::hinted;
use crate::project::{Project, say, variable};
use crate::setup::answer;

/// A program that `cargo install` builds, at one version.
pub(crate) struct Tool {
    package: &'static str,
    program: &'static str,
    pub(crate) version: &'static str,
    /// What it is asked for its version with.
    ask: &'static [&'static str],
}

/// Its version must equal that of the library in `Cargo.lock`: the two share a private format.
pub(crate) const WASM_BINDGEN: Tool =
    Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version: "0.2.129", ask: &["--version"] };

/// Which licences, crates and registries the shop is built from; asked by `cargo xtask test --infra`.
pub(crate) const CARGO_DENY: Tool =
    Tool { package: "cargo-deny", program: "cargo-deny", version: "0.20.2", ask: &["--version"] };

/// Lists the crates of what is shipped.
pub(crate) const CARGO_CYCLONEDX: Tool =
    Tool { package: "cargo-cyclonedx", program: "cargo-cyclonedx", version: "0.5.9", ask: &["cyclonedx", "--version"] };

/// A program of the system: what it is called on a `PATH`, and in Debian's archive.
struct SystemProgram {
    variable: Option<&'static str>,
    names: &'static [&'static str],
    places: &'static [&'static str],
    debian_package: &'static str,
}

const CHROMIUM: SystemProgram = SystemProgram {
    variable: Some("CHROME_PATH"),
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    places: &[
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
    debian_package: "chromium",
};

const WRK: SystemProgram = SystemProgram { variable: None, names: &["wrk"], places: &[], debian_package: "wrk" };

/// The folders are those where systems put what only root runs; `tests/src/shared_cache.rs` looks there as well.
const NGINX: SystemProgram = SystemProgram {
    variable: None,
    names: &["nginx"],
    places: &["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"],
    debian_package: "nginx-light",
};

/// The database server; `tests/src/postgres.rs` looks in the same folders for the latest version.
const POSTGRES: SystemProgram = SystemProgram {
    variable: None,
    names: &["initdb"],
    places: &[
        "/usr/lib/postgresql/18/bin/initdb",
        "/usr/lib/postgresql/17/bin/initdb",
        "/usr/lib/postgresql/16/bin/initdb",
        "/usr/lib/postgresql/15/bin/initdb",
        "/usr/lib/postgresql/14/bin/initdb",
    ],
    debian_package: "postgresql",
};

/// The shell of SQLite, which `cargo xtask bench checkout` measures beside the origin.
const SQLITE3: SystemProgram =
    SystemProgram { variable: None, names: &["sqlite3"], places: &[], debian_package: "sqlite3" };

/// Packs an image without an engine that runs.
const BUILDAH: SystemProgram =
    SystemProgram { variable: None, names: &["buildah"], places: &[], debian_package: "buildah" };

/// Reads alerting rules as Prometheus does.
const PROMTOOL: SystemProgram =
    SystemProgram { variable: None, names: &["promtool"], places: &[], debian_package: "prometheus" };

impl Tool {
    pub(crate) fn path(&self, project: &Project) -> PathBuf {
        project.path("target/tools/bin").join(self.program)
    }

    fn is_there(&self, project: &Project) -> bool {
        let program = self.path(project);
        let said = answer(project, &program.to_string_lossy(), self.ask);
        said.is_some_and(|said| said.split_whitespace().last() == Some(self.version))
    }
}

/// Installs the tool that writes the JavaScript side of the Worker. The others come with the npm packages.
pub(crate) fn build_tool(project: &Project) -> Result<()> {
    let library = project.locked_version("wasm-bindgen")?;
    if library != WASM_BINDGEN.version {
        return Err(hinted(
            format!(
                "`wasm-bindgen` is `{library}` in `Cargo.lock`, but its command line is pinned to `{}`: the two must be equal",
                WASM_BINDGEN.version
            ),
            "change the version of the library in `edge/Cargo.toml` and the one in `xtask/src/tools.rs` together",
        ));
    }
    if WASM_BINDGEN.is_there(project) { Ok(()) } else { install(project, &WASM_BINDGEN) }
}

/// Installs what `cargo xtask parts` and the stage `supply` need.
pub(crate) fn licence_tools(project: &Project) -> Result<()> {
    for tool in [&CARGO_DENY, &CARGO_CYCLONEDX] {
        if !tool.is_there(project) {
            install(project, tool)?;
        }
    }
    Ok(())
}

/// The browser for the tests: the one `CHROME_PATH` names, one on this machine, or one from apt.
pub(crate) fn chromium(project: &Project) -> Option<PathBuf> {
    CHROMIUM.find().or_else(|| CHROMIUM.install(project))
}

/// The load generator for the benchmark.
pub(crate) fn wrk(project: &Project) -> Option<PathBuf> {
    WRK.find().or_else(|| WRK.install(project))
}

/// The shared cache that the end-to-end tests put in front of a shop.
pub(crate) fn nginx(project: &Project) -> Option<PathBuf> {
    NGINX.find().or_else(|| NGINX.install(project))
}

/// The database server that the tests start for themselves.
pub(crate) fn postgres(project: &Project) -> Option<PathBuf> {
    POSTGRES.find().or_else(|| POSTGRES.install(project))
}

/// The shell of SQLite for the benchmark.
pub(crate) fn sqlite3(project: &Project) -> Option<PathBuf> {
    SQLITE3.find().or_else(|| SQLITE3.install(project))
}

/// What packs the image of the origin of record.
pub(crate) fn buildah(project: &Project) -> Option<PathBuf> {
    BUILDAH.find().or_else(|| BUILDAH.install(project))
}

/// What reads alerting rules.
pub(crate) fn promtool(project: &Project) -> Option<PathBuf> {
    PROMTOOL.find().or_else(|| PROMTOOL.install(project))
}

fn install(project: &Project, tool: &Tool) -> Result<()> {
    let what = format!("{}@{}", tool.package, tool.version);
    say(format!("installing {what} into `target/tools`, once: about a minute"));
    // A debug build compiles several times faster, and the tool has little to do.
    project
        .run(project.cargo("install").args([&what, "--locked", "--debug", "--force", "--quiet"]).args([
            "--root",
            "target/tools",
            "--target-dir",
            "target/tools-build",
        ]))
        .with_context(|| format!("cannot install `{what}`"))
}

impl SystemProgram {
    fn find(&self) -> Option<PathBuf> {
        if let Some(named) = self.variable.and_then(variable) {
            return Some(PathBuf::from(named)).filter(|path| path.is_file());
        }
        let search_path = variable("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&search_path).collect();
        let on_path = self.names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        on_path.chain(self.places.iter().map(PathBuf::from)).find(|path| path.is_file())
    }

    /// Only where nobody needs to be asked: a Debian whose root this is.
    fn install(&self, project: &Project) -> Option<PathBuf> {
        let is_root = answer(project, "id", &["-u"]).as_deref() == Some("0");
        if !is_root || !Path::new("/etc/debian_version").exists() {
            return None;
        }
        let package = self.debian_package;
        say(format!("installing `{package}`: `apt-get install {package}`"));
        let apt = |arguments: &[&str]| {
            project.run(project.command("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(arguments))
        };
        let install = ["install", "--yes", "--no-install-recommends", package];
        // The archive's lists may be missing or old; fetch them when the first try fails.
        if apt(&install).or_else(|_| apt(&["update"]).and_then(|()| apt(&install))).is_err() {
            say(format!("could not install `{package}`"));
        }
        self.find()
    }
}
