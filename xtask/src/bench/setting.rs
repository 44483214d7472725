//! The built Worker under bare workerd beside another Worker, and beside the one of another checkout: served, asked in turn, measured. What is asked is
//! the benchmark's (`workerd.rs`, `cart.rs`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::load::{self, Load, Sample};
use crate::build::{self, Profile};
use crate::failure::hinted;
use crate::project::Project;
use crate::tools;
use crate::workerd::{self, Recorded, Server};

/// Seconds before the first measurement: V8 compiles WebAssembly quickly first and well later.
const WARM_UP: u32 = 3;
pub(super) const SECONDS: u32 = 1;
/// Measurements of each, taken in turn; the median is printed. Many short ones, since a machine slows down for seconds at a time.
pub(super) const ROUNDS: usize = 11;

/// The servers of a run.
pub(super) struct Setting<'a> {
    project: &'a Project,
    wrk: PathBuf,
    folder: PathBuf,
    pub(super) shop: Server,
    /// The Worker of another checkout.
    pub(super) earlier: Option<Server>,
}

/// What one request costs each server: medians of rounds taken in turn.
pub(super) struct Measured {
    pub(super) ours: Sample,
    pub(super) theirs: Sample,
    pub(super) earlier: Option<Sample>,
}

impl<'a> Setting<'a> {
    /// Builds the Worker as it is deployed and serves it, and beside it the one that is built in the checkout `against`.
    pub(super) fn start(project: &'a Project, against: Option<&Path>) -> Result<Self> {
        let Some(wrk) = tools::wrk(project) else {
            return Err(hinted(
                "wrk is not installed: it makes the requests",
                "install wrk with your system's packages",
            ));
        };
        build::run(project, Profile::Release, None)?;
        let folder = project.path("target/bench");
        let shop = serve(project, &project.path(""), &folder)?;
        let earlier = against.map(|root| {
            serve(project, root, &folder.join("earlier")).map_err(|error| {
                hinted(
                    format!("{error:#}"),
                    "`--against` takes a checkout in which `cargo xtask build --release` has run",
                )
            })
        });
        Ok(Self { project, wrk, folder, shop, earlier: earlier.transpose()? })
    }

    /// Measures the requests of a script at all servers, `peer` among them.
    pub(super) fn measure(&self, script: &str, peer: &Server) -> Result<Measured> {
        let file = self.folder.join("requests.lua");
        write(&file, script.as_bytes())?;
        // The server has one thread.
        let load = Load { wrk: &self.wrk, script: &file, connections: 4 };
        let servers: Vec<&Server> = [&self.shop, peer].into_iter().chain(&self.earlier).collect();
        let mut medians = in_turn(self.project, load, &servers)?.into_iter();
        let mut next = || medians.next().context("nothing was measured");
        let (ours, theirs) = (next()?, next()?);
        Ok(Measured { ours, theirs, earlier: if self.earlier.is_some() { Some(next()?) } else { None } })
    }

    /// A Worker that returns a recorded response to every request.
    pub(super) fn start_constant(&self, recorded: &Recorded) -> Result<Server> {
        let headers = serde_json::to_string(&recorded.headers)?;
        let code = format!(
            "import body from \"body\";\nconst init = {{ status: 200, headers: new Headers({headers}) }};\n\
             export default {{ fetch() {{ return new Response(body, init); }} }};\n"
        );
        write(&self.folder.join("body.bin"), &recorded.body)?;
        self.start_peer("constant", &code, r#", (name = "body", data = embed "body.bin")"#)
    }

    /// A Worker that reads the content of each request and returns the recorded fields.
    pub(super) fn start_reader(&self, recorded: &Recorded, status: u16) -> Result<Server> {
        let headers = serde_json::to_string(&recorded.headers)?;
        let code = format!(
            "const init = {{ status: {status}, headers: new Headers({headers}) }};\n\
             export default {{ async fetch(request) {{ await request.text(); return new Response(null, init); }} }};\n"
        );
        self.start_peer("reader", &code, "")
    }

    /// A Worker of one module, and others that its configuration names.
    fn start_peer(&self, name: &str, code: &str, others: &str) -> Result<Server> {
        write(&self.folder.join(format!("{name}.js")), code.as_bytes())?;
        let modules = format!(r#"(name = "{name}.js", esModule = embed "{name}.js"){others}"#);
        workerd::start(self.project, &self.folder, &format!("{name}.capnp"), &modules)
    }
}

/// Serves the Worker that is built under `root` from a copy in `folder`.
fn serve(project: &Project, root: &Path, folder: &Path) -> Result<Server> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    workerd::copy_shop(root, folder)?;
    workerd::start(project, folder, "shop.capnp", workerd::SHOP)
}

/// The medians of servers that answer the same requests in turn, in their order.
fn in_turn(project: &Project, load: Load<'_>, servers: &[&Server]) -> Result<Vec<Sample>> {
    let measure = |server: &Server, seconds| load::measure(project, load, &server.child, server.port, seconds);
    for server in servers {
        measure(server, WARM_UP)?;
    }
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); servers.len()];
    for round in 0..ROUNDS {
        // Each begins a round as often as the others: what one leaves behind in caches is the next one's.
        for turn in 0..servers.len() {
            let at = (round + turn) % servers.len();
            if let (Some(server), Some(samples)) = (servers.get(at), samples.get_mut(at)) {
                samples.push(measure(server, SECONDS)?);
            }
        }
    }
    samples.into_iter().map(|samples| load::median(&samples).context("nothing was measured")).collect()
}

/// Writes a file, or names it.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}
