//! Terraform, run on a copy of `infra/` so that neither state nor lock files end up in the checkout.
//! Knows no stack; which provider it gets is in `TF_CLI_CONFIG_FILE`, which `cargo xtask test --infra` sets.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use storefront_tests::project;
use tempfile::TempDir;

/// A copy of the modules and stacks, with Terraform's own folders outside of it.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

/// A command that has ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Everything it printed.
    pub said: String,
}

impl Workspace {
    /// A fresh copy.
    pub fn new() -> Workspace {
        let folder = tempfile::Builder::new().prefix("storefront-infra-").tempdir().expect("a folder for a copy");
        for part in ["modules", "scripts", "stacks"] {
            copy(&project().join("infra").join(part), &folder.path().join(part));
        }
        let environment = BTreeMap::from([
            ("TF_IN_AUTOMATION".to_owned(), "1".to_owned()),
            ("CHECKPOINT_DISABLE".to_owned(), "1".to_owned()),
            ("AWS_REGION".to_owned(), "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
        ]);
        Workspace { folder, environment }
    }

    /// The same with a variable more in Terraform's environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Workspace {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A path in the copy.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file into the copy.
    pub fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder in the copy");
        fs::write(path, text).expect("a file in the copy");
    }

    /// Replaces the one place in a file of the copy where this text stands.
    #[track_caller]
    pub fn replace(&self, relative: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(relative)).expect("a file of the copy");
        assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in `{relative}`");
        self.write(relative, &text.replace(old, new));
    }

    /// Runs Terraform in a folder of the copy.
    pub fn run(&self, folder: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new("terraform");
        command.current_dir(self.path(folder)).args(arguments).envs(&self.environment).stdin(Stdio::null());
        let output = command
            .output()
            .unwrap_or_else(|error| panic!("cannot run `terraform`: {error}\nhint: install Terraform 1.11 or newer"));
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        Ran { code: output.status.code().unwrap_or(-1), said }
    }

    /// Runs a script of the copy, as a workflow does.
    pub fn script(&self, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = Command::new("bash");
        command.arg(format!("scripts/{name}")).args(arguments).current_dir(self.path(".")).stdin(Stdio::null());
        let output = command.envs(&self.environment).envs(variables.iter().copied()).output().expect("bash runs");
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        Ran { code: output.status.code().unwrap_or(-1), said }
    }

    /// Runs Terraform and fails the test if that fails.
    #[track_caller]
    pub fn expect(&self, folder: &str, arguments: &[&str]) -> String {
        let ran = self.run(folder, arguments);
        assert_eq!(ran.code, 0, "terraform {} in `{folder}`:\n{}", arguments.join(" "), ran.said);
        ran.said
    }

    /// Gets the providers and modules of a folder.
    #[track_caller]
    pub fn init(&self, folder: &str) {
        self.expect(folder, &["init", "-backend=false", "-input=false", "-no-color"]);
    }

    /// The outputs of an applied stack.
    #[track_caller]
    pub fn outputs(&self, folder: &str) -> Value {
        let text = self.expect(folder, &["output", "-json"]);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("the outputs are no JSON: {error}\n{text}"))
    }
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace::new()
    }
}

/// The folders below `infra/` with this parent that hold Terraform files, sorted.
pub fn folders(parent: &str) -> Vec<String> {
    let root = project().join("infra").join(parent);
    let entries = fs::read_dir(&root).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", root.display()));
    let mut folders: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("main.tf").is_file())
        .map(|entry| format!("{parent}/{}", entry.file_name().to_string_lossy()))
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "there are {parent}");
    folders
}

/// Whether a folder's provider is one that can be installed where the tests run.
pub fn is_of_cloudflare(folder: &str) -> bool {
    let root = project().join("infra").join(folder);
    ["versions.tf", "main.tf"].iter().any(|file| {
        fs::read_to_string(root.join(file)).is_ok_and(|text| text.contains("source  = \"cloudflare/cloudflare\""))
    })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder in the copy");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", from.display())) {
        let entry = entry.expect("an entry of a folder");
        let name = entry.file_name();
        let is_left_behind = {
            let name = name.to_string_lossy();
            name == ".terraform" || name == "backend.tf" || name.contains(".tfstate") || name.ends_with(".tfvars")
        };
        if is_left_behind {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).expect("a file can be copied");
        }
    }
}
