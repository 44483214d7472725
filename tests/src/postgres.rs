//! A real PostgreSQL server for tests: started as an ordinary user with files of its own, and ended with the test process, however that
//! ends. It keeps nothing: writes are not made durable, so it says nothing about speed or about a loss of power.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The folders in which systems keep the server's programs, which are on no search path.
const PLACES: [&str; 3] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/// The owner of all databases.
const USER: &str = "storefront";

/// How often a start is tried, each time on another port.
const STARTS: usize = 5;

/// How often a start is looked at.
const LOOKS: usize = 500;

/// Ends the server and removes its files once standard input is closed, which the system does however the test process ends.
const WATCHDOG: &str = r#"
folder=$1
shift
"$@" &
child=$!
cat >/dev/null
kill -s QUIT "$child" 2>/dev/null
wait "$child"
rm -rf "$folder"
"#;

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    /// Its standard input is the life of the server.
    _watchdog: Child,
}

/// The server of this test process, which is started when it is first asked for. Without the programs a test that needs it fails with a hint;
/// `cargo xtask test` leaves such tests out and counts them as skipped.
pub fn postgres() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start().unwrap_or_else(|reason| panic!("{reason}")))
}

impl Postgres {
    fn start() -> Result<Postgres, String> {
        let programs = programs().ok_or(
            "PostgreSQL is not installed\nhint: `apt-get install postgresql`, or leave this out: `cargo test -- --skip postgres::`",
        )?;
        let mut last = String::new();
        for _ in 0..STARTS {
            match Postgres::try_start(&programs) {
                Ok(server) => return Ok(server),
                Err(reason) => last = reason,
            }
        }
        Err(format!("PostgreSQL does not start: {last}"))
    }

    fn try_start(programs: &Path) -> Result<Postgres, String> {
        let folder = tempfile::Builder::new().prefix("storefront-postgres-").tempdir();
        let folder = folder.map_err(|error| error.to_string())?;
        // The server refuses to run as root, so root runs it as the user that its package made.
        let is_root = std::fs::metadata(folder.path()).is_ok_and(|metadata| metadata.uid() == 0);
        if is_root {
            run(Command::new("chown").arg("postgres:").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let user = format!("--username={USER}");
        let options = ["--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8", &user];
        run(ordinary(is_root, &programs.join("initdb")).args(options).arg("-D").arg(&data))?;
        // It cannot choose a port by itself. Another program may take this one first; then the next try has another.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        let log = folder.path().join("log");
        let output = std::fs::File::create(&log).map_err(|error| error.to_string())?;
        let mut server = ordinary(is_root, &programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).args(["-p", &port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "max_connections=200"] {
            server.args(["-c", setting]);
        }
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "sh"]).arg(folder.path()).arg(server.get_program()).args(server.get_args());
        watchdog.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(output);
        let watchdog = watchdog.spawn().map_err(|error| format!("cannot start `sh`: {error}"))?;
        // The watchdog removes it.
        let _ = folder.keep();
        let server =
            Postgres { programs: programs.to_owned(), port, databases: AtomicU32::new(0), _watchdog: watchdog };
        for _ in 0..LOOKS {
            if server.ask("SELECT 1").is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(std::fs::read_to_string(&log).unwrap_or_default())
    }

    /// Makes an empty database and gives its URL.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port)
    }

    /// Executes a statement in the database of a URL, or of a name.
    pub fn execute(&self, database: &str, statement: &str) {
        let name = database.rsplit('/').next().unwrap_or(database);
        if let Err(reason) = self.ask_in(name, statement) {
            panic!("cannot execute `{statement}`: {reason}");
        }
    }

    fn ask(&self, statement: &str) -> Result<(), String> {
        self.ask_in("postgres", statement)
    }

    fn ask_in(&self, database: &str, statement: &str) -> Result<(), String> {
        let mut client = Command::new(self.programs.join("psql"));
        let port = self.port.to_string();
        client.args(["-X", "-q", "-h", "127.0.0.1", "-p", &port, "-U", USER, "-d", database, "-c", statement]);
        run(&mut client)
    }
}

/// A command that root runs as an ordinary user.
fn ordinary(is_root: bool, program: &Path) -> Command {
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program).current_dir("/");
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The folder of the server's programs, of the latest version on this machine.
pub fn programs() -> Option<PathBuf> {
    let versions = PLACES.iter().filter_map(|place| std::fs::read_dir(place).ok()).flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file()));
    folders.sort();
    folders.pop()
}
