//! The databases of the benchmark, as durable as in production, and what each is measured beside: pgbench's TPC-B and single rows through the
//! `sqlite3` shell. Everything lies on the disk of the system's folder for temporary files.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};

use super::load::now;
use crate::project::capture;

/// The owner of the database.
const USER: &str = "storefront";

/// Looks at a server that is starting, a tenth of a second apart.
const PATIENCE: u32 = 600;

/// Rows of the `sqlite3` shell in one run.
const ROWS: u32 = 500;

/// Bytes that a transaction of SQLite appends to its log at least: a page with its head.
const FRAME: [u8; 4_120] = [7; 4_120];

/// A folder that is removed with this value.
pub(super) struct Folder(pub(super) PathBuf);

/// A PostgreSQL server with its own settings, `fsync` and `synchronous_commit` among them. It ends with this value.
pub(super) struct Postgres {
    server: Child,
    programs: PathBuf,
    port: u16,
    _folder: Folder,
}

impl Folder {
    /// Makes a folder of this name, empty.
    pub(super) fn new(name: &str) -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("storefront-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("cannot create `{}`", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Postgres {
    /// Starts a server whose programs are where `initdb` is.
    pub(super) fn start(initdb: &Path) -> Result<Postgres> {
        // A link to it may stand on a search path without the others.
        let initdb = initdb.canonicalize().context("cannot find `initdb`")?;
        let programs = initdb.parent().context("`initdb` is in no folder")?.to_owned();
        let folder = Folder::new("postgres")?;
        if Uid::effective().is_root() {
            // The server refuses to run as root, so root runs it as the user that its package made.
            capture(Command::new("chown").arg("postgres:").arg(&folder.0))?;
        }
        let data = folder.0.join("data");
        let mut make = ordinary(&programs.join("initdb"));
        make.args(["--auth=trust", "--locale=C", "--encoding=UTF8", &format!("--username={USER}"), "-D"]).arg(&data);
        capture(&mut make)?;
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).context("no free port")?.port();
        let mut command = ordinary(&programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(&folder.0).args(["-p", &port.to_string()]);
        command.args(["-c", "listen_addresses=127.0.0.1"]);
        let server = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut postgres =
            Postgres { server: server.context("cannot start PostgreSQL")?, programs, port, _folder: folder };
        let mut last = None;
        for _ in 0..PATIENCE {
            match capture(&mut postgres.client("psql", "postgres", &["-c", "SELECT 1"])) {
                Ok(_) => return Ok(postgres),
                Err(error) => last = Some(error),
            }
            if let Some(status) = postgres.server.try_wait().context("cannot watch PostgreSQL")? {
                bail!("PostgreSQL ended with {status}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("nobody asked")).context("PostgreSQL does not answer"))
    }

    /// Makes an empty database and gives its URL.
    pub(super) fn database(&self, name: &str) -> Result<String> {
        capture(&mut self.client("psql", "postgres", &["-c", &format!("CREATE DATABASE {name}")]))?;
        Ok(format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port))
    }

    /// Makes the tables of TPC-B with a million accounts.
    pub(super) fn prepare_peer(&self) -> Result<()> {
        self.database("peer")?;
        capture(&mut self.client("pgbench", "peer", &["-i", "-q", "-s", "10"])).map(drop)
    }

    /// Transactions of TPC-B a second, over so many connections.
    pub(super) fn peer(&self, connections: usize, time: Duration) -> Result<f64> {
        let (connections, seconds) = (connections.to_string(), time.as_secs().to_string());
        let arguments = ["-n", "-c", &connections, "-j", "2", "-T", &seconds, "-M", "prepared"];
        let text = capture(&mut self.client("pgbench", "peer", &arguments))?;
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.with_context(|| format!("pgbench printed no rate\n{text}"))
    }

    fn client(&self, program: &str, database: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", USER]).args(arguments);
        command.arg(database).stdin(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.server.id()) {
            // It ends its processes at once; either way nothing of it stays.
            let _ = kill(Pid::from_raw(id), Signal::SIGQUIT);
        }
        let _ = self.server.wait();
    }
}

/// Rows a second that the `sqlite3` shell inserts, each durable by itself: what the engine does on this disk for one writer.
pub(super) fn sqlite_rows(sqlite3: &Path, folder: &Folder) -> Result<f64> {
    let database = folder.0.join("peer.db");
    let mut script = String::from(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;\nCREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, body TEXT);\n",
    );
    for row in 0..ROWS {
        writeln!(script, "INSERT INTO t (body) VALUES ('an order of the size of {row}');")?;
    }
    let started = now();
    let mut shell = Command::new(sqlite3);
    shell.args(["-bail", "-batch"]).arg(&database).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut shell = shell.spawn().context("cannot start `sqlite3`")?;
    let mut input = shell.stdin.take().context("`sqlite3` reads nothing")?;
    input.write_all(script.as_bytes())?;
    drop(input);
    if !shell.wait()?.success() {
        bail!("`sqlite3` refused the rows");
    }
    Ok(f64::from(ROWS) / started.elapsed().as_secs_f64())
}

/// Calls of `fdatasync` a second, each after a frame of SQLite's log was appended: the bound of one writer whose commits are durable.
pub(super) fn syncs(folder: &Folder) -> Result<f64> {
    let mut file = File::create(folder.0.join("log")).context("cannot write beside the database")?;
    let mut append = |at: u64| -> std::io::Result<()> {
        file.seek(SeekFrom::Start(at * FRAME.len() as u64))?;
        file.write_all(&FRAME)?;
        file.sync_data()
    };
    // The log is reused after a checkpoint, so its blocks are there already.
    for at in 0..u64::from(ROWS) {
        append(at)?;
    }
    let started = now();
    for at in 0..u64::from(ROWS) {
        append(at)?;
    }
    Ok(f64::from(ROWS) / started.elapsed().as_secs_f64())
}

/// A command that root runs as an ordinary user.
fn ordinary(program: &Path) -> Command {
    if !Uid::effective().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program).current_dir("/");
    command
}
