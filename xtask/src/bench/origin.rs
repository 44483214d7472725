//! The native origin beside an Express 4 server with the same products and filters (`bench/express.mjs`), under the same load, in turn.
//! The measure is processor time a request: the origin uses all cores, Express one.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cases;
use super::load::{self, Load, Sample};
use crate::build;
use crate::failure::hinted;
use crate::project::{Project, read, say};
use crate::setup;
use crate::tools;

const WARM_UP: u32 = 2;
const SECONDS: u32 = 4;
/// Measurements of each, taken in turn; the median is printed.
const ROUNDS: usize = 3;
/// Connections of the load. An edge location and a load balancer hold some tens of them to a server.
const CONNECTIONS: u32 = 32;
/// Tries to reach a server that is starting, a tenth of a second apart.
const PATIENCE: u32 = 100;

/// A server that ends with this value.
pub(super) struct Server {
    pub(super) child: Child,
    pub(super) port: u16,
    /// Resident memory before the first request, in KiB.
    at_rest: u64,
}

/// Builds the origin as it is deployed, and measures it.
pub(crate) fn run(project: &Project) -> Result<()> {
    let Some(wrk) = tools::wrk(project) else {
        return Err(hinted("wrk is not installed: it makes the requests", "install wrk with your system's packages"));
    };
    say("building the origin of record");
    let mut command = project.cargo("build");
    project.run(command.args(["--profile", "origin"]).args(build::ORIGIN)).context("cannot build the origin")?;
    setup::packages(project, "bench")?;
    let folder = project.path("target/bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let products = project.path("catalog/data/products.json");
    let ours = start_origin(project, |command| {
        command.env("DATABASE_URL", "none");
    })?;
    let theirs = start(free_port()?, |port| {
        let mut command = project.command("node");
        command.arg(project.path("bench/express.mjs")).arg(&products).arg(port).env("NODE_ENV", "production");
        command
    })?;
    let mut table = String::from(
        "answer        addresses   server     a second   p50 ms   p99 ms   µs a request   a second per core\n",
    );
    let kinds = cases::all().into_iter().filter(|case| case.one.starts_with("/api/"));
    let mut ratios = Vec::new();
    for case in kinds {
        for (label, addresses) in [("one", std::slice::from_ref(&case.one)), ("1,000", case.thousand.as_slice())] {
            say(format!("measuring {} with {label}", case.name));
            let script = folder.join("paths.lua");
            std::fs::write(&script, load::script(addresses)).context("cannot write the script for wrk")?;
            let (own, express) = compare(project, &wrk, &script, &ours, &theirs)?;
            for (server, sample) in [("origin", own), ("express", express)] {
                writeln!(
                    table,
                    "{:<13} {label:<11} {server:<8} {:>10.0} {:>8.2} {:>8.2} {:>14.1} {:>19.0}",
                    case.name,
                    sample.requests_per_second,
                    sample.p50,
                    sample.p99,
                    sample.microseconds,
                    1e6 / sample.microseconds,
                )?;
            }
            let ratio = express.microseconds / own.microseconds;
            writeln!(table, "{:<25} ratio: {ratio:.1} times as many a core", "")?;
            ratios.push(ratio);
        }
    }
    let least = ratios.into_iter().fold(f64::INFINITY, f64::min);
    let rest = |server: &Server| server.at_rest / 1024;
    writeln!(table, "\nmemory at rest: origin {} MiB, express {} MiB", rest(&ours), rest(&theirs))?;
    writeln!(table, "least ratio: {least:.1}; the aim is 8")?;
    #[expect(clippy::print_stdout, reason = "the table is the result; it goes to stdout so that it can be kept")]
    {
        println!(
            "{table}\nmedians of {ROUNDS} rounds of {SECONDS} s, taken in turn, with {CONNECTIONS} connections from the same machine; µs is processor time of the server"
        );
    }
    Ok(())
}

/// Starts the origin that was built, with the catalog that ships and the variables that `set` adds.
pub(super) fn start_origin(project: &Project, set: impl FnOnce(&mut Command)) -> Result<Server> {
    start(free_port()?, |port| {
        let mut command = project.command(project.path("target/origin/origin"));
        command.env("PORT", port).env("METRICS_PORT", "0").env("LOG", "events");
        // All of the load comes from one address.
        command.env("CATALOG", project.path("catalog/data/products.json")).env("SEARCHES_PER_SECOND", "0");
        set(&mut command);
        command
    })
}

fn compare(project: &Project, wrk: &Path, script: &Path, ours: &Server, theirs: &Server) -> Result<(Sample, Sample)> {
    let load = Load { wrk, script, connections: CONNECTIONS };
    let measure = |server: &Server, seconds| load::measure(project, load, &server.child, server.port, seconds);
    measure(ours, WARM_UP)?;
    measure(theirs, WARM_UP)?;
    let (mut own, mut express) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(measure(ours, SECONDS)?);
        express.push(measure(theirs, SECONDS)?);
    }
    load::median(&own).zip(load::median(&express)).context("nothing was measured")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).context("no free port")?.port())
}

fn start(port: u16, command: impl FnOnce(&str) -> Command) -> Result<Server> {
    let mut command = command(&port.to_string());
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("cannot start a server")?;
    let mut server = Server { child, port, at_rest: 0 };
    for _ in 0..PATIENCE {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            // What a start leaves behind is given back in a moment.
            std::thread::sleep(Duration::from_millis(500));
            server.at_rest = resident(&server.child)?;
            return Ok(server);
        }
        if let Some(status) = server.child.try_wait().context("cannot watch a server")? {
            bail!("a server ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("the server does not answer on port {port}")
}

/// Resident memory in KiB (proc(5)).
fn resident(server: &Child) -> Result<u64> {
    let text = read(Path::new(&format!("/proc/{}/status", server.id())))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no resident memory is told")?;
    line.trim().trim_end_matches(" kB").parse().context("the resident memory is no number")
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
