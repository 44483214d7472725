//! The compiled Worker, served by `wrangler dev` on a port of its own, for as long as the test process lives.
//! Needs `cargo xtask build` to have run; serves a copy of what was built, so that a later build disturbs no running test.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::client::{self, Request, Response};
use crate::{project, read};

/// What `cargo xtask build` writes: the Worker, and the files for the browser.
const BUILT: [&str; 2] = ["edge/build", "assets/dist"];

/// What `wrangler.toml` calls the Worker's entry.
const ENTRY: &str = "edge/build/index.js";

/// The file beside it that [`Setup::around`] is written to.
const AROUND: &str = "edge/build/around.js";

/// Where the server's output goes, in its folder.
const LOG: &str = "output.txt";

/// How long a start may take. It takes two or three seconds; a loaded machine may need many more.
const START_LIMIT: Duration = Duration::from_mins(2);

/// How long the server's log may lag behind its answers.
const LOG_LIMIT: Duration = Duration::from_secs(20);

/// How often a condition is looked at again.
const POLL: Duration = Duration::from_millis(20);

/// What wrangler writes when it listens, before the port: it chooses a free one itself, so no other program can take it first.
const LISTENS: &str = "Ready on http://127.0.0.1:";

/// Ends the server with all its processes, and removes its folder, once standard input is closed. The system closes it
/// however the test process ends, so nothing is left behind after a panic or a signal either. Politely first, then not.
const WATCHDOG: &str = r#"
cat >/dev/null
kill -s TERM -- "-$1" 2>/dev/null
tries=0
while kill -s 0 -- "-$1" 2>/dev/null && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    [ "$tries" -eq 50 ] && kill -s KILL -- "-$1" 2>/dev/null
    sleep 0.1
done
rm -rf -- "$2"
"#;

/// How an instance differs from the one that a fresh clone runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setup<'a> {
    /// The environment of `wrangler.toml`, such as `production`.
    pub environment: Option<&'a str>,
    /// Variables that are set over those of `wrangler.toml`.
    pub variables: &'a [(&'a str, &'a str)],
    /// The number of changes that one address may make in a minute, in place of those of `wrangler.toml`.
    pub limit: Option<u32>,
    /// A module around the Worker's entry, which it imports as `./index.js`: for an environment that no configuration describes.
    pub around: Option<&'a str>,
}

/// A running instance. It ends with this value, or with the process.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    folder: PathBuf,
    process: Child,
    watchdog: Child,
}

/// The instance that most tests share: as `wrangler.toml` has it, in development.
pub fn shop() -> &'static Server {
    static SHOP: OnceLock<Result<Server, String>> = OnceLock::new();
    shared(&SHOP, &Setup::default())
}

/// The value of `PUBLIC_ORIGIN` of [`production`].
pub const PRODUCTION_ORIGIN: &str = "https://shop.example";

/// The two values of `CORS_ORIGINS` of [`production`].
pub const PARTNERS: [&str; 2] = ["https://reader.example", "https://partner.example:8443"];

/// The instance of `[env.production]`, with an address of its own and two origins that may read the API.
pub fn production() -> &'static Server {
    static PRODUCTION: OnceLock<Result<Server, String>> = OnceLock::new();
    let origins = PARTNERS.join(", ");
    let variables = [
        ("PUBLIC_ORIGIN", PRODUCTION_ORIGIN),
        ("CORS_ORIGINS", &origins),
        ("SECURITY_CONTACT", "mailto:security@shop.example"),
    ];
    shared(
        &PRODUCTION,
        &Setup { environment: Some("production"), variables: &variables, limit: Some(10_000), ..Setup::default() },
    )
}

/// A failed start is kept as well: a hundred tests that wait for it again would help nobody.
fn shared(cell: &'static OnceLock<Result<Server, String>>, setup: &Setup<'_>) -> &'static Server {
    match cell.get_or_init(|| Server::start(setup)) {
        Ok(server) => server,
        Err(reason) => panic!("{reason}"),
    }
}

impl Server {
    /// Starts an instance and waits until it answers, whatever it answers.
    pub fn start(setup: &Setup<'_>) -> Result<Server, String> {
        let project = project();
        if !project.join(ENTRY).is_file() {
            return Err(format!("the Worker is not built: `{ENTRY}` is missing\nhint: run `cargo xtask build` first"));
        }
        Server::start_built(&project, setup)
    }

    /// The same of a Worker that was built elsewhere, in a folder laid out like the checkout.
    pub fn start_built(root: &Path, setup: &Setup<'_>) -> Result<Server, String> {
        let project = project();
        let programs = project.join("node_modules/.bin");
        if !programs.join("wrangler").exists() {
            return Err("wrangler is not installed\nhint: run `npm ci` first".to_owned());
        }
        let folder =
            tempfile::Builder::new().prefix("storefront-tests-").tempdir().map_err(|error| error.to_string())?;
        // The watchdog removes it: a value in a `static` is never dropped.
        let folder = folder.keep();
        for built in BUILT {
            copy(&root.join(built), &folder.join(built)).map_err(|error| format!("cannot copy `{built}`: {error}"))?;
        }
        let mut configuration = with_limit(&without_build(&read("wrangler.toml")), setup.limit);
        if let Some(module) = setup.around {
            std::fs::write(folder.join(AROUND), module).map_err(|error| error.to_string())?;
            configuration = configuration.replace(ENTRY, AROUND);
        }
        std::fs::write(folder.join("wrangler.toml"), configuration).map_err(|error| error.to_string())?;
        let mut server = spawn(setup, folder, &programs)?;
        server.wait_for_an_answer()?;
        Ok(server)
    }

    /// Sends a request; a server that does not answer fails the test.
    #[track_caller]
    pub fn send(&self, request: &Request) -> Response {
        match client::send(self.address, request) {
            Ok(response) => response,
            Err(reason) => panic!("{request}: no answer: {reason}\n{}", self.output()),
        }
    }

    /// `GET`.
    #[track_caller]
    pub fn get(&self, target: impl AsRef<[u8]>) -> Response {
        self.send(&Request::get(target))
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder that it serves: laid out like the checkout, with what was built and nothing else.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the server has printed so far.
    pub fn output(&self) -> String {
        std::fs::read(self.folder.join(LOG))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Waits until the server has printed this.
    #[track_caller]
    pub fn expect_output(&self, part: &str) {
        let started = now();
        while !self.output().contains(part) {
            assert!(started.elapsed() < LOG_LIMIT, "`{part}` is not in the server's output:\n{}", self.output());
            std::thread::sleep(POLL);
        }
    }

    fn wait_for_an_answer(&mut self) -> Result<(), String> {
        let started = now();
        let fault = loop {
            let output = self.output();
            if let Some(port) = port(&output) {
                self.address.set_port(port);
                if client::send(self.address, &Request::get("/health")).is_ok() {
                    return Ok(());
                }
            }
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                break "the server ended before it answered";
            }
            if started.elapsed() > START_LIMIT {
                break "the server does not answer";
            }
            std::thread::sleep(POLL);
        };
        let output = self.output();
        Err(format!("{fault}; it printed:\n{output}\nhint: `cargo xtask build` and `npx wrangler dev` show the same"))
    }
}

/// The same configuration with another number in each rate limit.
fn with_limit(configuration: &str, limit: Option<u32>) -> String {
    let Some(limit) = limit else { return configuration.to_owned() };
    let line = |line: &str| match line.strip_prefix("simple = { limit = ").and_then(|rest| rest.split_once(',')) {
        Some((_, rest)) => format!("simple = {{ limit = {limit},{rest}\n"),
        None => format!("{line}\n"),
    };
    configuration.lines().map(line).collect()
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        // Both end by themselves now, by a signal or not; how says nothing.
        let _ = self.process.wait();
        let _ = self.watchdog.wait();
    }
}

fn spawn(setup: &Setup<'_>, folder: PathBuf, programs: &Path) -> Result<Server, String> {
    use std::os::unix::process::CommandExt as _;

    let output = std::fs::File::create(folder.join(LOG)).map_err(|error| error.to_string())?;
    let errors = output.try_clone().map_err(|error| error.to_string())?;
    let mut command = Command::new(programs.join("wrangler"));
    command.args(["dev", "--ip", "127.0.0.1", "--inspector-port", "0"]);
    command.args(["--port", "0", "--show-interactive-dev-session=false"]);
    command.args(setup.environment.iter().flat_map(|environment| ["--env", environment]));
    for (name, value) in setup.variables {
        command.args(["--var", &format!("{name}:{value}")]);
    }
    // wrangler wants a newer Node than the system may have; the packages bring one.
    #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(programs.to_path_buf()).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(paths).map_err(|error| error.to_string())?);
    command.env("WRANGLER_SEND_METRICS", "false").env("WRANGLER_LOG_PATH", folder.join("logs"));
    // An instance must not find, or be found by, one that a developer runs at the same time.
    command.env("WRANGLER_REGISTRY_PATH", folder.join("registry")).env("NO_COLOR", "1").env("FORCE_COLOR", "0");
    // A group of its own: the watchdog ends all of it, and a Ctrl-C in the terminal does not cut that short.
    command.current_dir(&folder).stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
    let process = command.spawn().map_err(|error| format!("cannot start wrangler: {error}"))?;
    let mut watchdog = Command::new("sh");
    watchdog.args(["-c", WATCHDOG, "sh", &process.id().to_string()]).arg(&folder);
    watchdog.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let watchdog = watchdog.spawn().map_err(|error| format!("cannot start `sh`: {error}"))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Ok(Server { address, folder, process, watchdog })
}

/// The project's own configuration without its build: the Worker is built, and building it again takes minutes.
fn without_build(configuration: &str) -> String {
    let mut is_build = false;
    let mut kept = String::new();
    for line in configuration.lines() {
        if line.starts_with('[') {
            is_build = line.trim() == "[build]";
        }
        // The schema is for editors, and its path leads nowhere from here.
        if !is_build && !line.starts_with("\"$schema\"") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The port in the server's output, once it stands there whole.
fn port(output: &str) -> Option<u16> {
    let (_, rest) = output.split_once(LISTENS)?;
    let end = rest.find(|next: char| !next.is_ascii_digit())?;
    rest[..end].parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "a limit on waiting needs a clock")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::{port, without_build};

    #[test]
    fn a_port_counts_once_it_is_whole() {
        assert_eq!(port("note\n[wrangler:info] Ready on http://127.0.0.1:40123\n"), Some(40123));
        assert_eq!(port("Ready on http://127.0.0.1:401"), None);
        assert_eq!(port("Starting local server...\n"), None);
    }

    #[test]
    fn the_configuration_loses_its_build_alone() {
        let text = "\"$schema\" = \"x.json\"\nmain = \"a/b.js\"\n\n[build]\ncommand = \"make\"\n\n[assets]\n\
                    directory = \"dist\"\n\n[env.live.vars]\nA = \"b\"\n";
        let expect = "main = \"a/b.js\"\n\n[assets]\ndirectory = \"dist\"\n\n[env.live.vars]\nA = \"b\"\n";
        assert_eq!(without_build(text), expect);
    }
}
