//! The built Worker under bare workerd, beside a JavaScript Worker that returns the same bytes and headers as a constant.
//! Not under `wrangler dev`: its proxy would be most of what is measured.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cases::{self, Case};
use super::load::{self, Load, Sample};
use crate::build::{self, Profile};
use crate::failure::hinted;
use crate::project::{Project, say};
use crate::tools;

/// Seconds before the first measurement: V8 compiles WebAssembly quickly first and well later.
const WARM_UP: u32 = 3;
const SECONDS: u32 = 3;
/// Measurements of each, taken in turn; the median is printed.
const ROUNDS: usize = 3;
/// What an isolate keeps of rendered pages (`edge/src/host/page_cache.rs`).
const KEPT_BYTES: usize = 4 * 1024 * 1024;
/// Tries to reach a server that is starting, a tenth of a second apart.
const PATIENCE: u32 = 100;

/// A workerd that ends with this value.
struct Server {
    child: Child,
    port: u16,
}

/// An answer as it came over the wire.
struct Recorded {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Builds the Worker as it is deployed, then measures it.
pub(crate) fn run(project: &Project) -> Result<()> {
    let Some(wrk) = tools::wrk(project) else {
        return Err(hinted("wrk is not installed: it makes the requests", "install wrk with your system's packages"));
    };
    build::run(project, Profile::Release, None)?;
    let folder = project.path("target/bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let shop = start_shop(project, &folder)?;
    let mut table = String::from(
        "answer        addresses       ours/s   constant/s   ratio   ours µs   constant µs   ratio   bytes\n",
    );
    for case in cases::all() {
        for (label, addresses) in [("one", std::slice::from_ref(&case.one)), ("1,000", case.thousand.as_slice())] {
            say(format!("measuring {} with {label}", case.name));
            let line = compare(project, &wrk, &folder, &shop, &case, label, addresses)?;
            table.push_str(&line);
        }
    }
    #[expect(clippy::print_stdout, reason = "the table is the result; it goes to stdout so that it can be kept")]
    {
        println!(
            "{table}\nmedians of {ROUNDS} rounds of {SECONDS} s, taken in turn; µs is processor time a request; a ratio of speed above 1 means ours is faster"
        );
    }
    Ok(())
}

fn compare(
    project: &Project,
    wrk: &Path,
    folder: &Path,
    shop: &Server,
    case: &Case,
    label: &str,
    addresses: &[String],
) -> Result<String> {
    let script = folder.join("paths.lua");
    write(&script, load::script(addresses).as_bytes())?;
    let recorded = typical(shop.port, addresses)?;
    let constant = start_constant(project, folder, &recorded)?;
    // The server has one thread.
    let load = Load { wrk, script: &script, connections: 4 };
    let measure = |server: &Server, seconds| load::measure(project, load, &server.child, server.port, seconds);
    measure(shop, WARM_UP)?;
    measure(&constant, WARM_UP)?;
    let (mut ours, mut theirs): (Vec<Sample>, Vec<Sample>) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(measure(shop, SECONDS)?);
        theirs.push(measure(&constant, SECONDS)?);
    }
    let ours = load::median(&ours).context("nothing was measured")?;
    let theirs = load::median(&theirs).context("nothing was measured")?;
    let mut line = String::new();
    writeln!(
        line,
        "{:<13} {:<9} {:>12.0} {:>12.0} {:>7.2} {:>9.1} {:>13.1} {:>7.2} {:>7}",
        case.name,
        label,
        ours.requests_per_second,
        theirs.requests_per_second,
        ours.requests_per_second / theirs.requests_per_second,
        ours.microseconds,
        theirs.microseconds,
        theirs.microseconds / ours.microseconds,
        recorded.body.len(),
    )?;
    Ok(line)
}

/// Of all the answers the one of median size: what the constant returns for every address.
fn typical(port: u16, addresses: &[String]) -> Result<Recorded> {
    let mut answers = addresses.iter().map(|path| get(port, path)).collect::<Result<Vec<_>>>()?;
    answers.sort_by_key(|answer| answer.body.len());
    // Different bodies; API answers are not kept at all, but the rule costs them nothing.
    let different: BTreeSet<&[u8]> = answers.iter().map(|answer| answer.body.as_slice()).collect();
    let bytes: usize = different.iter().map(|body| body.len()).sum();
    if addresses.len() > 1 && bytes <= KEPT_BYTES && addresses.iter().all(|address| !address.starts_with("/api/")) {
        bail!("the pages come to {bytes} bytes, which the isolate keeps: they would be measured from memory");
    }
    let middle = answers.len() / 2;
    if middle >= answers.len() {
        bail!("no addresses to measure");
    }
    Ok(answers.swap_remove(middle))
}

fn start_shop(project: &Project, folder: &Path) -> Result<Server> {
    for file in ["index.js", "index_bg.wasm"] {
        let from = project.path("edge/build").join(file);
        std::fs::copy(&from, folder.join(file)).with_context(|| format!("cannot copy `{}`", from.display()))?;
    }
    let modules =
        r#"(name = "index.js", esModule = embed "index.js"), (name = "index_bg.wasm", wasm = embed "index_bg.wasm")"#;
    start(project, folder, "shop.capnp", modules)
}

fn start_constant(project: &Project, folder: &Path, recorded: &Recorded) -> Result<Server> {
    let headers = serde_json::to_string(&recorded.headers)?;
    let code = format!(
        "import body from \"body\";\nconst init = {{ status: 200, headers: new Headers({headers}) }};\n\
         export default {{ fetch() {{ return new Response(body, init); }} }};\n"
    );
    write(&folder.join("constant.js"), code.as_bytes())?;
    write(&folder.join("body.bin"), &recorded.body)?;
    let modules = r#"(name = "constant.js", esModule = embed "constant.js"), (name = "body", data = embed "body.bin")"#;
    start(project, folder, "constant.capnp", modules)
}

fn start(project: &Project, folder: &Path, name: &str, modules: &str) -> Result<Server> {
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).context("no free port")?.port();
    let date = compatibility_date(project)?;
    let config: PathBuf = folder.join(name);
    let text = format!(
        "using Workerd = import \"/workerd/workerd.capnp\";\n\
         const config :Workerd.Config = (\n  services = [(name = \"main\", worker = .worker)],\n  \
         sockets = [(name = \"http\", address = \"127.0.0.1:{port}\", http = (), service = \"main\")]\n);\n\
         const worker :Workerd.Worker = (modules = [{modules}], compatibilityDate = \"{date}\");\n"
    );
    write(&config, text.as_bytes())?;
    let child = project
        .npm_program("workerd")
        .arg("serve")
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start workerd")?;
    let mut server = Server { child, port };
    for _ in 0..PATIENCE {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(server);
        }
        if let Some(status) = server.child.try_wait().context("cannot watch workerd")? {
            bail!("workerd ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("workerd does not answer on port {port}")
}

/// The date that `wrangler.toml` deploys with: what is measured behaves as what is deployed.
pub(super) fn compatibility_date(project: &Project) -> Result<String> {
    let text = crate::project::read(&project.path("wrangler.toml"))?;
    let date = text
        .lines()
        .find_map(|line| line.strip_prefix("compatibility_date = \""))
        .map(|rest| rest.trim_end_matches('"'));
    Ok(date.context("`wrangler.toml` names no compatibility_date")?.to_owned())
}

/// A plain request on a connection of its own; the servers are local and their answers small.
fn get(port: u16, path: &str) -> Result<Recorded> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("cannot reach workerd")?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).with_context(|| format!("no whole answer to {path}"))?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the headers")?;
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).context("headers that are no text")?;
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    if !status.contains(" 200 ") {
        bail!("{path} was answered with {status}");
    }
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        // These are the server's own, or follow from the body.
        .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "transfer-encoding" | "connection" | "date"))
        .collect();
    Ok(Recorded { headers, body })
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
