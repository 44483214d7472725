//! `cargo xtask tidy`: the rules of the source tree that no compiler checks, each one a check of its own.
//! The rules read what git would commit: tracked files, and new ones that are not ignored.

mod dependencies;
mod docs;
mod files;
mod links;
mod packages;
mod purity;
mod structure;
mod words;

use std::fmt::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::project::{Project, capture, read_bytes, say};

/// What runs inside the Worker, and so must compile to WebAssembly and depend on little.
pub(crate) const WASM_CRATES: [&str; 7] = ["web", "catalog", "commerce", "rollout", "pages", "shop", "edge"];

/// One rule.
struct Rule {
    name: &'static str,
    find: Find,
}

/// How a rule finds what breaks it.
enum Find {
    /// In the files alone, which cannot fail.
    Read(fn(&Tree) -> Vec<Finding>),
    /// By asking cargo.
    Ask(fn(&Tree) -> Result<Vec<Finding>>),
}

const RULES: &[Rule] = &[
    Rule { name: "every source file opens with its purpose", find: Find::Read(files::headers) },
    Rule { name: "no trailing spaces, no tabs in Rust", find: Find::Read(files::spaces) },
    Rule { name: "no source file over 500 lines", find: Find::Read(files::lengths) },
    Rule { name: "no file over 1 MiB", find: Find::Read(files::sizes) },
    Rule { name: "no build output in git", find: Find::Read(files::build_output) },
    Rule { name: "no empty documentation comment", find: Find::Read(docs::empty) },
    Rule { name: "no unfinished work, no silenced lint", find: Find::Read(words::unfinished) },
    Rule { name: "no path of one machine", find: Find::Read(words::machine_paths) },
    Rule { name: "links between documents lead somewhere", find: Find::Read(links::relative) },
    Rule { name: "npm packages are pinned by hash and run no script", find: Find::Read(packages::pinned) },
    Rule { name: "pure crates touch nothing outside", find: Find::Read(purity::sources) },
    Rule { name: "SQL is in the origin's store alone", find: Find::Read(purity::sql) },
    Rule { name: "no import cycle of more than two files", find: Find::Read(structure::cycles) },
    Rule { name: "folders of a crate import in one direction", find: Find::Read(structure::folders) },
    Rule { name: "crates depend in one direction", find: Find::Ask(dependencies::direction) },
    Rule { name: "the Worker depends on what is listed", find: Find::Ask(dependencies::listed) },
];

/// Something that breaks a rule, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// Counted from 1; nothing when it concerns the whole file.
    line: Option<usize>,
    message: String,
}

/// What git would commit.
struct Tree<'a> {
    project: &'a Project,
    files: Vec<SourceFile>,
    /// Which of them are in git already.
    tracked: Vec<String>,
}

struct SourceFile {
    /// Relative to the root, with `/`.
    path: String,
    size: usize,
    /// Nothing for pictures, fonts and the like.
    text: Option<String>,
}

/// Checks the rules and says what breaks them; `bless` records the dependencies first.
pub(crate) fn run(project: &Project, bless: bool) -> Result<ExitCode> {
    if bless {
        for path in dependencies::bless(project)? {
            say(format!("wrote `{path}`"));
        }
    }
    let (counts, findings) = check(project)?;
    print!("{findings}");
    println!("{} rules kept, {} broken", counts.passed, counts.failed);
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many rules are kept and broken, and what breaks them, for a person.
pub(crate) fn check(project: &Project) -> Result<(Counts, String)> {
    let tree = Tree::read(project)?;
    let mut counts = Counts::default();
    let mut text = String::new();
    for rule in RULES {
        let findings = match rule.find {
            Find::Read(find) => find(&tree),
            Find::Ask(find) => find(&tree).with_context(|| format!("cannot check `{}`", rule.name))?,
        };
        counts += Counts::one(findings.is_empty());
        if !findings.is_empty() {
            let _ = writeln!(text, "broken: {}", rule.name);
        }
        for finding in findings {
            let _ = writeln!(text, "  {finding}");
        }
    }
    Ok((counts, text))
}

/// The paths of what git would commit, relative to the root.
pub(crate) fn tree(project: &Project) -> Result<Vec<String>> {
    let mut paths = list(project, &["--cached", "--others", "--exclude-standard"])?;
    // A file that was deleted but not yet from the index is still named.
    paths.retain(|path| project.path(path).is_file());
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn list(project: &Project, options: &[&str]) -> Result<Vec<String>> {
    let text = capture(project.command("git").args(["ls-files", "-z"]).args(options))
        .context("the checkout must be a git repository: git knows which files belong to it")?;
    Ok(text.split_terminator('\0').map(str::to_owned).collect())
}

impl Tree<'_> {
    fn read(project: &Project) -> Result<Tree<'_>> {
        let mut files = Vec::new();
        for path in tree(project)? {
            files.push(SourceFile::new(path.clone(), read_bytes(&project.path(&path))?));
        }
        Ok(Tree { project, files, tracked: list(project, &["--cached"])? })
    }

    /// The text files, with their text.
    fn texts(&self) -> impl Iterator<Item = (&SourceFile, &str)> {
        self.files.iter().filter_map(|file| Some((file, file.text.as_deref()?)))
    }
}

impl SourceFile {
    fn new(path: String, bytes: Vec<u8>) -> SourceFile {
        let size = bytes.len();
        // A picture or font has a NUL byte or is no UTF-8; nothing a person edits does.
        let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        SourceFile { path, size, text }
    }

    fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// What people write and compilers or browsers read.
    fn is_code(&self) -> bool {
        ["rs", "ts", "mts", "js", "mjs", "css"].contains(&self.extension())
    }
}

impl Finding {
    fn in_file(file: &SourceFile, message: impl Into<String>) -> Finding {
        Finding { path: file.path.clone(), line: None, message: message.into() }
    }

    /// `position` counts from 0, as iterators do.
    fn at_line(file: &SourceFile, position: usize, message: impl Into<String>) -> Finding {
        Finding { path: file.path.clone(), line: Some(position + 1), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.path, self.message),
            None => write!(out, "{}: {}", self.path, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file as the rules see it.
    pub(super) fn file(path: &str, text: &str) -> SourceFile {
        SourceFile::new(path.to_owned(), text.as_bytes().to_vec())
    }

    #[test]
    fn extensions_belong_to_the_name() {
        assert_eq!(file("a.b/Makefile", "").extension(), "");
        assert_eq!(file("assets/build.mjs", "").extension(), "mjs");
        assert!(file("edge/src/lib.rs", "").is_code());
        assert!(!file("README.md", "").is_code());
    }

    #[test]
    fn a_binary_file_has_no_text() {
        assert_eq!(SourceFile::new("font.woff2".to_owned(), b"wOF2\0\x01".to_vec()).text, None);
        assert_eq!(SourceFile::new("a.bin".to_owned(), vec![0xff]).text, None);
    }

    #[test]
    fn findings_name_the_place() {
        let file = file("edge/src/lib.rs", "");
        assert_eq!(Finding::at_line(&file, 4, "a tab").to_string(), "edge/src/lib.rs:5: a tab");
        assert_eq!(Finding::in_file(&file, "too long").to_string(), "edge/src/lib.rs: too long");
    }
}
