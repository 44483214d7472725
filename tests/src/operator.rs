//! The operators' command line `storefront`, run as a person or a job runs it: the real program, with nothing of the environment of
//! the tests but the search path. Needs `cargo build --package operator`, which `cargo xtask test` does before.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program;
use crate::server::Server;
use crate::store_server::{ACCESS_KEY, SECRET_KEY, StoreServer};

/// The program and its surroundings.
#[derive(Debug)]
pub struct Operator {
    environment: BTreeMap<String, String>,
    home: TempDir,
}

/// A command that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    line: String,
    /// The exit code.
    pub code: i32,
    /// What it printed for programs and people that go on with it.
    pub out: String,
    /// What it printed besides.
    pub err: String,
}

impl Operator {
    /// An operator who knows nothing.
    pub fn new() -> Operator {
        let home =
            tempfile::Builder::new().prefix("storefront-operator-").tempdir().expect("a folder for the operator");
        let environment = BTreeMap::from([
            ("HOME".to_owned(), home.path().display().to_string()),
            ("STOREFRONT_AUTHOR".to_owned(), "ada".to_owned()),
            // Nobody's keys are to be had from a machine's own service.
            ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
        ]);
        Operator { environment, home }
    }

    /// One who works on this store.
    pub fn of_store(store: &StoreServer) -> Operator {
        Operator::new()
            .with("AWS_ENDPOINT_URL_S3", &store.endpoint())
            .with("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .with("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .with("REMOTES_BUCKET", store.bucket())
    }

    /// One who works on the bucket that wrangler simulates beside a Worker. Names and keys are those of `wrangler.toml`.
    pub fn of_simulation(server: &Server) -> Operator {
        let shop = format!("http://{}", server.address());
        Operator::new()
            // The slash that the SDK needs at its end is the program's business.
            .with("AWS_ENDPOINT_URL_S3", &format!("{shop}/cdn-cgi/local/r2/s3"))
            .with("AWS_ACCESS_KEY_ID", "storefront-development")
            .with("AWS_SECRET_ACCESS_KEY", "not-a-secret-it-opens-the-simulated-bucket-alone")
            .with("REMOTES_BUCKET", "storefront-remotes")
            .with("SHOP_URL", &shop)
    }

    /// The same with a variable more, or another value of it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Operator {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same without a variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Operator {
        self.environment.remove(name);
        self
    }

    /// The folder that the commands run in.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Runs a command; its words have no spaces in them.
    #[track_caller]
    pub fn run(&self, line: &str) -> Ran {
        self.start(line).end()
    }

    /// Starts a command.
    #[track_caller]
    pub fn start(&self, line: &str) -> Running {
        let mut command = Command::new(program("storefront"));
        #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).envs(&self.environment).current_dir(self.folder());
        command.args(line.split_whitespace()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap_or_else(|error| panic!("cannot start `storefront`: {error}"));
        Running { line: line.to_owned(), child }
    }
}

impl Default for Operator {
    fn default() -> Operator {
        Operator::new()
    }
}

/// A command that runs.
#[derive(Debug)]
pub struct Running {
    line: String,
    child: Child,
}

impl Running {
    /// Waits for its end.
    #[track_caller]
    pub fn end(self) -> Ran {
        let ended = self.child.wait_with_output().expect("a child can be waited for");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints text");
        // A signal is no code; none of the tests that wait sends one.
        let code = ended.status.code().unwrap_or(-1);
        Ran { line: self.line, code, out: text(ended.stdout), err: text(ended.stderr) }
    }

    /// Kills it, as the machine would.
    pub fn kill(mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be waited for");
    }
}

impl Ran {
    /// The same; another exit code fails the test.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "most callers want the code alone")]
    pub fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// The JSON document it printed.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON: {error}\n{self}"))
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "storefront {}\n=> {}\n{}{}", self.line, self.code, self.out, self.err)
    }
}
