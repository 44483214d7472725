//! Stand-ins for the programs that scripts call (wrangler, curl, aws, …): good answers, and every way in which one can be bad.
//! They keep their calls and their state in files of one folder; nothing leaves the machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use storefront_tests::project;
use tempfile::TempDir;

/// How an answer is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The program fails.
    Exit,
    /// It succeeds and prints nothing, and has done nothing.
    Empty,
    /// It succeeds and prints a page of HTML.
    NoJson,
    /// It succeeds and prints JSON that is not about the question.
    OtherShape,
    /// It succeeds and prints `null`.
    Null,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 5] = [Fault::Exit, Fault::Empty, Fault::NoJson, Fault::OtherShape, Fault::Null];

    /// The stand-in's body in Bash. A report or a response body that goes to a file is as bad as printed text.
    fn body(self) -> String {
        let text = match self {
            Fault::Exit => return "echo 'internal error, try again' >&2; exit 1".to_owned(),
            Fault::Empty => return "exit 0".to_owned(),
            Fault::NoJson => "<html>502 Bad Gateway</html>",
            Fault::OtherShape => "{\"unexpected\":[{\"versions\":7}],\"versions\":\"none\",\"data\":{\"a\":1}}",
            Fault::Null => "null",
        };
        let to = "\"${WRANGLER_OUTPUT_FILE_PATH:-${DIGEST_FILE:-/dev/stdout}}\"";
        format!("printf '%s\\n' '{text}' >>{to}; exit 0")
    }
}

/// A folder with stand-ins on its path, in which scripts are run.
#[derive(Debug)]
pub struct StandIns {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// A script that has ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
    /// The outputs that it gave to its workflow.
    pub outputs: String,
}

impl StandIns {
    /// A folder without any.
    pub fn new() -> StandIns {
        let folder = tempfile::Builder::new().prefix("storefront-stand-ins-").tempdir().expect("a folder");
        for name in ["bin", "faults"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        fs::copy(project().join("wrangler.toml"), folder.path().join("wrangler.toml")).expect("a file can be copied");
        StandIns { folder, variables: Vec::new() }
    }

    /// A path in the folder, which is where scripts are run.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// A file of the folder; an empty text for a file that does not exist.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A program: what it does is Bash, in which `$*` is what it is asked and `$HOME_OF_STAND_INS` the folder.
    #[must_use]
    pub fn program(self, name: &str, body: &str) -> StandIns {
        let text = format!(
            "#!/usr/bin/env bash\nset -euo pipefail\nHOME_OF_STAND_INS='{folder}'\nasked=\"{name} $*\"\n\
             for (( i = 1; i <= $#; i++ )); do if [[ \"${{!i}}\" == --digestfile ]]; then j=$((i + 1)); DIGEST_FILE=\"${{!j}}\"; fi; done\n\
             for fault in '{folder}'/faults/*; do\n\
               [[ -f \"$fault\" ]] || continue\n\
               if [[ \"$asked\" == *\"$(basename \"$fault\")\"* ]]; then echo \"FAULT $asked\" >>'{folder}/calls'; source \"$fault\"; fi\n\
             done\n\
             echo \"$asked\" >>'{folder}/calls'\n{body}\n",
            folder = self.folder.path().display()
        );
        let path = self.path("bin").join(name);
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a file can be made executable");
        self
    }

    /// A variable of the scripts.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> StandIns {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From now on every call that has these words gets a bad answer.
    pub fn break_calls(&self, words: &str, fault: Fault) {
        self.write(&format!("faults/{words}"), &fault.body());
    }

    /// Runs a script of `infra/scripts`.
    pub fn run(&self, script: &str, arguments: &[&str]) -> Ran {
        self.run_at(&project().join("infra/scripts").join(script), arguments)
    }

    /// Runs a script that lies elsewhere.
    pub fn run_at(&self, script: &std::path::Path, arguments: &[&str]) -> Ran {
        #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
        let search_path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command.arg(script).args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("PATH", format!("{}:{search_path}", self.path("bin").display()));
        command
            .env("GITHUB_OUTPUT", self.path("outputs"))
            .env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567");
        command
            .env("SECONDS_BETWEEN", "0")
            .env("DEPLOY_SECONDS_BETWEEN", "0")
            .env("DEPLOY_ATTEMPTS", "6")
            .env("SOAK_SECONDS_BETWEEN", "0");
        let output = command.envs(self.variables.iter().cloned()).output().expect("bash runs");
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            outputs: self.read("outputs"),
        }
    }

    /// The calls of the stand-ins, one a line; those with a bad answer begin with `FAULT`.
    pub fn calls(&self) -> Vec<String> {
        self.read("calls").lines().map(str::to_owned).collect()
    }

    /// Whether a call with these words was answered as it should.
    pub fn was_asked(&self, words: &str) -> bool {
        self.calls().iter().any(|call| !call.starts_with("FAULT") && call.contains(words))
    }
}

impl Default for StandIns {
    fn default() -> StandIns {
        StandIns::new()
    }
}
