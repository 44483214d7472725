//! The built Worker under bare workerd, beside a JavaScript Worker that returns the same bytes and headers as a constant.
//! Not under `wrangler dev`: its proxy would be most of what is measured.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::cases::{self, Case};
use super::load::{self, Load, Sample};
use crate::build::{self, Profile};
use crate::failure::hinted;
use crate::project::{Project, say};
use crate::tools;
use crate::workerd::{self, Recorded, Server};

/// Seconds before the first measurement: V8 compiles WebAssembly quickly first and well later.
const WARM_UP: u32 = 3;
const SECONDS: u32 = 1;
/// Measurements of each, taken in turn; the median is printed. Many short ones, since a machine slows down for seconds at a time.
const ROUNDS: usize = 11;
/// What an isolate keeps of rendered pages (`edge/src/host/page_cache.rs`).
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// The servers of a run.
struct Setting<'a> {
    project: &'a Project,
    wrk: &'a Path,
    folder: &'a Path,
    shop: &'a Server,
    /// The Worker of another checkout.
    earlier: Option<&'a Server>,
}

/// Builds the Worker as it is deployed, then measures it, and beside it the one that is built in the checkout `against`.
pub(crate) fn run(project: &Project, against: Option<&Path>) -> Result<()> {
    let Some(wrk) = tools::wrk(project) else {
        return Err(hinted("wrk is not installed: it makes the requests", "install wrk with your system's packages"));
    };
    build::run(project, Profile::Release, None)?;
    let folder = project.path("target/bench");
    let shop = serve(project, &project.path(""), &folder)?;
    let earlier = against.map(|root| serve_earlier(project, root, &folder)).transpose()?;
    let setting = Setting { project, wrk: &wrk, folder: &folder, shop: &shop, earlier: earlier.as_ref() };
    let mut table = String::from(
        "answer        addresses       ours/s   constant/s   ratio   ours µs   constant µs   ratio   bytes",
    );
    table.push_str(if earlier.is_some() { "   earlier µs   ratio\n" } else { "\n" });
    for case in cases::all() {
        for (label, addresses) in [("one", std::slice::from_ref(&case.one)), ("1,000", case.thousand.as_slice())] {
            say(format!("measuring {} with {label}", case.name));
            table.push_str(&compare(&setting, &case, label, addresses)?);
        }
    }
    #[expect(clippy::print_stdout, reason = "the table is the result; it goes to stdout so that it can be kept")]
    {
        println!(
            "{table}\nmedians of {ROUNDS} rounds of {SECONDS} s, taken in turn; µs is processor time a request; a ratio above 1: faster than \
             the constant"
        );
    }
    Ok(())
}

/// Serves the Worker that is built under `root` from a copy in `folder`.
pub(super) fn serve(project: &Project, root: &Path, folder: &Path) -> Result<Server> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    workerd::copy_shop(root, folder)?;
    workerd::start(project, folder, "shop.capnp", workerd::SHOP)
}

/// Serves the Worker of another checkout.
pub(super) fn serve_earlier(project: &Project, root: &Path, folder: &Path) -> Result<Server> {
    serve(project, root, &folder.join("earlier")).map_err(|error| {
        hinted(format!("{error:#}"), "`--against` takes a checkout in which `cargo xtask build --release` has run")
    })
}

fn compare(setting: &Setting<'_>, case: &Case, label: &str, addresses: &[String]) -> Result<String> {
    let Setting { project, wrk, folder, shop, earlier } = *setting;
    let script = folder.join("paths.lua");
    write(&script, load::script(addresses).as_bytes())?;
    let recorded = typical(shop.port, addresses)?;
    let constant = start_constant(project, folder, &recorded)?;
    // The server has one thread.
    let load = Load { wrk, script: &script, connections: 4 };
    let servers: Vec<&Server> = [shop, &constant].into_iter().chain(earlier).collect();
    let mut medians = in_turn(project, load, &servers)?.into_iter();
    let mut next = || medians.next().context("nothing was measured");
    let (ours, theirs) = (next()?, next()?);
    let mut line = String::new();
    write!(
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
    if earlier.is_some() {
        let earlier = next()?;
        write!(line, " {:>12.1} {:>7.2}", earlier.microseconds, theirs.microseconds / earlier.microseconds)?;
    }
    line.push('\n');
    Ok(line)
}

/// The medians of servers that answer the same requests in turn, in their order.
pub(super) fn in_turn(project: &Project, load: Load<'_>, servers: &[&Server]) -> Result<Vec<Sample>> {
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

/// Of all the answers the one of median size: what the constant returns for every address.
fn typical(port: u16, addresses: &[String]) -> Result<Recorded> {
    let mut answers = addresses.iter().map(|path| workerd::get(port, path)).collect::<Result<Vec<_>>>()?;
    answers.sort_by_key(|answer| answer.body.len());
    // Different bodies. The rule is not for the API: a product's response is copied out of the edition, kept or not.
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

/// A Worker that returns a recorded response to every request.
pub(super) fn start_constant(project: &Project, folder: &Path, recorded: &Recorded) -> Result<Server> {
    let headers = serde_json::to_string(&recorded.headers)?;
    let code = format!(
        "import body from \"body\";\nconst init = {{ status: 200, headers: new Headers({headers}) }};\n\
         export default {{ fetch() {{ return new Response(body, init); }} }};\n"
    );
    write(&folder.join("constant.js"), code.as_bytes())?;
    write(&folder.join("body.bin"), &recorded.body)?;
    let modules = r#"(name = "constant.js", esModule = embed "constant.js"), (name = "body", data = embed "body.bin")"#;
    workerd::start(project, folder, "constant.capnp", modules)
}

/// Writes a file, or names it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}
