//! Bare `workerd` processes that serve one Worker each, for measurements; `wrangler dev` would put its proxy between.
//! The program is the native one: the script that npm installs in its place is a process of Node around it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::failure::hinted;
use crate::project::{Project, read};

/// Pause between two tries to reach a server that starts: short beside the tens of milliseconds that it takes.
const PAUSE: Duration = Duration::from_micros(500);
/// Tries, which are about twenty seconds.
const PATIENCE: u32 = 40_000;

/// The built Worker as the list of modules of a configuration.
pub(crate) const SHOP: &str =
    r#"(name = "index.js", esModule = embed "index.js"), (name = "index_bg.wasm", wasm = embed "index_bg.wasm")"#;

/// A workerd that ends with this value.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) port: u16,
}

/// A response as it came over the wire.
pub(crate) struct Recorded {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Copies the Worker that is built under `root` into `folder`, where a configuration with [`SHOP`] embeds it.
pub(crate) fn copy_shop(root: &Path, folder: &Path) -> Result<()> {
    for file in ["index.js", "index_bg.wasm"] {
        let from = root.join("edge/build").join(file);
        std::fs::copy(&from, folder.join(file)).with_context(|| format!("cannot copy `{}`", from.display()))?;
    }
    Ok(())
}

/// Starts a Worker of these modules; the configuration is written to `folder` under `name`.
pub(crate) fn start(project: &Project, folder: &Path, name: &str, modules: &str) -> Result<Server> {
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
    std::fs::write(&config, text).with_context(|| format!("cannot write `{}`", config.display()))?;
    let child = project
        .command(program(project)?)
        .arg("serve")
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
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
        std::thread::sleep(PAUSE);
    }
    bail!("workerd does not respond on port {port}")
}

/// The date that `wrangler.toml` deploys with: what is measured behaves as what is deployed.
pub(crate) fn compatibility_date(project: &Project) -> Result<String> {
    let text = read(&project.path("wrangler.toml"))?;
    let date = text
        .lines()
        .find_map(|line| line.strip_prefix("compatibility_date = \""))
        .map(|rest| rest.trim_end_matches('"'));
    Ok(date.context("`wrangler.toml` names no compatibility_date")?.to_owned())
}

/// A plain request.
pub(crate) fn get(port: u16, path: &str) -> Result<Recorded> {
    ask(port, &Asked { method: "GET", path, fields: &[], content: "" }, 200)
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) fields: &'a [(&'a str, &'a str)],
    pub(crate) content: &'a str,
}

/// The response to a request on a connection of its own, which must have this status; the servers are local and their responses small.
pub(crate) fn ask(port: u16, asked: &Asked<'_>, expect: u16) -> Result<Recorded> {
    let Asked { method, path, fields, content } = *asked;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("cannot reach workerd")?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let fields = fields.concat();
    let length = if content.is_empty() { String::new() } else { format!("content-length: {}\r\n", content.len()) };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n{fields}{length}\r\n{content}"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).with_context(|| format!("no whole response to {path}"))?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the headers")?;
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).context("headers that are no text")?;
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    if !status.contains(&format!(" {expect} ")) {
        bail!("the response to {path} is {status}");
    }
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        // These are the server's own, or follow from the body.
        .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "transfer-encoding" | "connection" | "date"))
        .collect();
    Ok(Recorded { headers, body })
}

/// The native program in the npm package for this machine.
pub(crate) fn program(project: &Project) -> Result<PathBuf> {
    let folder = project.path("node_modules/@cloudflare");
    let listing = std::fs::read_dir(&folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let packages = listing.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("workerd-"));
    let mut programs = packages.filter(named).map(|path| path.join("bin/workerd")).filter(|path| path.is_file());
    programs.next().ok_or_else(|| {
        hinted(
            format!("`{}` has no workerd for this machine", folder.display()),
            "install the npm packages with `npm ci`, without `--omit=optional`",
        )
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
