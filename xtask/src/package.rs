//! Turns the compiled module into the Worker: bindings, optimisation, and one script around `edge/entry.js`.
//! worker-build would do the same around a shim of its own, which makes two proxies for each request.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::build::Profile;
use crate::project::{Project, read, read_bytes, say};
use crate::{tools, wasm};

/// Where the Worker lies, and what it consists of: `wrangler.toml` names the first. The last is the same module with the names of
/// its functions, for the ledger of sizes; nothing deploys it, and a development build has none.
pub(crate) const OUTPUTS: [&str; 3] = ["edge/build/index.js", "edge/build/index_bg.wasm", NAMED];

/// See [`OUTPUTS`].
pub(crate) const NAMED: &str = "target/xtask/named.wasm";

/// What packaging depends on besides the module and the tools: these files, and this one.
pub(crate) const INPUTS: [&str; 5] =
    ["edge/entry.js", "edge/observe.js", "package-lock.json", "xtask/src/package.rs", "xtask/src/wasm.rs"];

/// What the Rust compiler emits and workerd understands. Named one by one, so that a newer wasm-opt uses nothing newer.
const WASM_FEATURES: [&str; 7] = [
    "bulk-memory",
    "exception-handling",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// Packages `module` into [`OUTPUTS`] under `root`.
pub(crate) fn run(project: &Project, profile: Profile, module: &Path, root: &Path) -> Result<()> {
    let staging = project.state("package")?;
    // What an earlier run left must not slip in.
    if staging.exists() {
        std::fs::remove_dir_all(&staging).with_context(|| format!("cannot empty `{}`", staging.display()))?;
    }
    bindings(project, profile, module, &staging)?;
    let named = root.join(NAMED);
    if profile == Profile::Release {
        optimise(project, &staging)?;
        put(&staging.join("named.wasm"), &named)?;
    } else if named.exists() {
        std::fs::remove_file(&named).with_context(|| format!("cannot remove `{}`", named.display()))?;
    }
    script(project, profile, &staging)?;
    // The script last: who sees the new one finds the module it belongs to.
    put(&staging.join("index_bg.wasm"), &root.join("edge/build/index_bg.wasm"))?;
    put(&staging.join("index.js"), &root.join("edge/build/index.js"))
}

/// The JavaScript side of the boundary, and the module that fits it.
fn bindings(project: &Project, profile: Profile, module: &Path, staging: &Path) -> Result<()> {
    let mut command = project.command(tools::WASM_BINDGEN.path(project));
    command.args(["--target", "module", "--no-typescript", "--out-name", "index", "--out-dir"]).arg(staging);
    // A trap leaves the module's memory in an unknown state; with these `edge/entry.js` can start it afresh.
    command.args(["--experimental-reset-state-function", "--force-enable-abort-handler"]);
    if profile == Profile::Dev {
        command.arg("--debug");
    }
    project.run(command.arg(module)).context("cannot write the JavaScript side of the Worker")?;
    let (from, to) = (staging.join("index.js"), staging.join("index_bindgen.js"));
    std::fs::rename(&from, &to).with_context(|| format!("cannot rename `{}`", from.display()))
}

/// Leaves the optimised module in the place of the other, and beside it as `named.wasm` the same with names.
fn optimise(project: &Project, staging: &Path) -> Result<()> {
    say("optimising the module: `wasm-opt -O3`");
    let (module, named) = (staging.join("index_bg.wasm"), staging.join("named.wasm"));
    let mut command = project.npm_program("wasm-opt");
    command.args(["-O3", "--debuginfo", "--strip-producers"]);
    // A function with one caller moves into it by default, whatever its size. What that saves in bytes it costs after gzip, since
    // the locals of a large function have long numbers; it makes no response faster.
    command.args(["--one-caller-inline-max-function-size=20", "--flexible-inline-max-function-size=20"]);
    command.args(WASM_FEATURES.iter().map(|feature| format!("--enable-{feature}")));
    project.run(command.arg(&module).arg("-o").arg(&named)).context("cannot optimise the module")?;
    let stripped = wasm::without_names(&read_bytes(&named)?)?;
    std::fs::write(&module, stripped).with_context(|| format!("cannot write `{}`", module.display()))
}

/// One script of the entry and the bindings. The module stays a file of its own, as workerd wants it.
fn script(project: &Project, profile: Profile, staging: &Path) -> Result<()> {
    for name in ["entry.js", "observe.js"] {
        let from = project.path("edge").join(name);
        std::fs::copy(&from, staging.join(name)).with_context(|| format!("cannot copy `{}`", from.display()))?;
    }
    let mut command = project.npm_program("esbuild");
    command.current_dir(staging).args(["entry.js", "--bundle", "--format=esm", "--outfile=index.js"]);
    command.args(["--external:./index_bg.wasm", "--external:cloudflare:*", "--log-level=warning"]);
    if profile == Profile::Release {
        command.arg("--minify");
    }
    project.run(&mut command).context("cannot bundle `edge/entry.js`")?;
    let path = staging.join("index.js");
    let text = default_import(&read(&path)?);
    if !text.contains("./index_bg.wasm") {
        bail!("the Worker's script does not import its module `./index_bg.wasm`");
    }
    std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// A file appears whole or not at all: wrangler may be reading.
fn put(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    }
    std::fs::rename(from, to).with_context(|| format!("cannot write `{}`", to.display()))
}

/// wasm-bindgen writes the import in its coming form, `import source`; workerd gives a module for the plain one.
fn default_import(script: &str) -> String {
    script.replace("import source ", "import ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_imported_in_the_form_workerd_knows() {
        assert_eq!(default_import("import source a from\"./index_bg.wasm\";"), "import a from\"./index_bg.wasm\";");
        assert_eq!(default_import("import a from\"./b.js\";"), "import a from\"./b.js\";");
    }
}
