//! The image of the origin, run by buildah as an engine would run it: its user, its files and its variables, a volume, and files for names that
//! are mounted. The network is this machine's, so the rest of a test needs nothing special.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::client::{self, Request};

/// The name of the image in the store of `cargo xtask image`.
const IMAGE: &str = "storefront-origin";

/// The user that the image names.
const USER: &str = "65532:65532";

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a start is looked at.
const POLL: Duration = Duration::from_millis(20);

/// A container with a volume at `/data`.
#[derive(Debug)]
pub struct Container {
    store: PathBuf,
    name: String,
    /// The volume and the log.
    folder: TempDir,
    process: Option<Child>,
    /// Where the origin in it listens.
    pub address: SocketAddr,
}

impl Container {
    /// Makes a container in which these names are this machine's. `cargo xtask test image` says where the image is.
    #[track_caller]
    pub fn new(names: &[&str]) -> Container {
        let store = store().expect("ORIGIN_IMAGE names the store of the image\nhint: `cargo xtask test image`");
        let folder = tempfile::Builder::new().prefix("storefront-image-").tempdir().expect("a folder for the volume");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder for the volume");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let mut command = buildah(&store);
        command.args(["from", "--pull=never"]);
        for name in names {
            command.args(["--add-host", &format!("{name}:127.0.0.1")]);
        }
        let name = output(command.arg(IMAGE)).trim().to_owned();
        // As an engine gives a new volume the owner of the folder that it is mounted at.
        output(as_root(&store, &["chown", USER]).arg(&data));
        Container { store, name, folder, process: None, address: free.expect("a free port") }
    }

    /// Puts a file into the volume.
    pub fn write(&self, name: &str, text: &str) {
        let beside = self.folder.path().join(name);
        std::fs::write(&beside, text).expect("a file");
        // The folder is another user's by now.
        output(as_root(&self.store, &["cp"]).arg(&beside).arg(self.data()));
    }

    /// Starts the program with these variables and waits until it serves.
    #[track_caller]
    pub fn start(&mut self, variables: &[(&str, &str)]) {
        let log = std::fs::File::create(self.log_path()).expect("a file for the log");
        let port = self.address.port().to_string();
        let mut command = self.run(&[&[("PORT", port.as_str()), ("METRICS_PORT", "0")], variables].concat());
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("the log")).stderr(log);
        self.process = Some(command.spawn().expect("buildah starts"));
        let started = now();
        while client::send(self.address, &Request::get("/")).is_err() {
            let ended = self.process.as_mut().is_none_or(|process| matches!(process.try_wait(), Ok(Some(_))));
            assert!(!ended && started.elapsed() < PATIENCE, "the origin does not serve:\n{}", self.log());
            std::thread::sleep(POLL);
        }
    }

    /// Starts the program, which refuses these variables, and gives its words.
    pub fn refusal(&self, variables: &[(&str, &str)]) -> String {
        let output = self.run(variables).output().expect("buildah starts");
        assert!(!output.status.success(), "it should have refused {variables:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Ends the program.
    pub fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Asked to end, buildah ends the program; killed, it would leave it behind.
            let _ = Command::new("sh").args(["-c", &format!("kill -s TERM {}", process.id())]).status();
            let _ = process.wait();
        }
    }

    /// The names of the files in the volume.
    pub fn files(&self) -> String {
        output(as_root(&self.store, &["ls"]).arg(self.data()))
    }

    /// All that it has logged since its start.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn run(&self, variables: &[(&str, &str)]) -> Command {
        let mut command = buildah(&self.store);
        command.args(["run", "--isolation", "chroot", "--volume", &format!("{}:/data", self.data().display())]);
        command.args(variables.iter().flat_map(|(name, value)| ["--env".to_owned(), format!("{name}={value}")]));
        command.args([&self.name, "--", "/origin"]);
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log.txt")
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        self.end();
        let _ = buildah(&self.store).args(["rm", &self.name]).output();
        // Its files are another user's.
        let _ = as_root(&self.store, &["rm", "-rf"]).arg(self.data()).output();
    }
}

/// The folder in which `cargo xtask image` has the stores of buildah.
#[expect(clippy::disallowed_methods, reason = "the stage of the image says where it is")]
fn store() -> Option<PathBuf> {
    std::env::var_os("ORIGIN_IMAGE").map(PathBuf::from)
}

fn buildah(store: &Path) -> Command {
    let mut command = Command::new("buildah");
    command.args(["--storage-driver", "vfs", "--root"]).arg(store.join("storage"));
    command.arg("--runroot").arg(store.join("run")).env("XDG_RUNTIME_DIR", store.join("run"));
    command
}

/// A program of the system as the user who owns everything in containers: root itself, or the root of an ordinary user's namespace.
fn as_root(store: &Path, program: &[&str]) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0);
    let mut command = if is_root { Command::new("env") } else { buildah(store) };
    if !is_root {
        command.arg("unshare");
    }
    command.args(program);
    command
}

#[track_caller]
fn output(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("buildah is installed");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[expect(clippy::disallowed_methods, reason = "a limit on waiting needs a clock")]
fn now() -> Instant {
    Instant::now()
}
