//! The names that a text calls: commands of `cargo xtask` in workflows, hints and pages, and workflows in workflows.
//! The real command line reads each command and carries none out; GitHub itself cannot be asked here.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use storefront_tests::{program, project, read};

/// Folders and files in which somebody is shown a command of `cargo xtask`, or a program runs it.
const PLACES: [&str; 10] = [
    ".github",
    "README.md",
    "ARCHITECTURE.md",
    "docs",
    "infra/README.md",
    "infra/scripts",
    "infra/checks/src",
    "tests",
    "wrangler.toml",
    "xtask/src",
];

/// The files of the places, without what was built or installed.
fn texts() -> Vec<(String, String)> {
    let mut command = Command::new("git");
    command.args(["ls-files", "--cached", "--others", "--exclude-standard", "--"]).args(PLACES);
    let output = command.current_dir(project()).stdin(Stdio::null()).output().expect("git runs");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>();
    let text = |name: &String| fs::read_to_string(project().join(name)).ok();
    names.into_iter().filter_map(|name| text(&name).map(|text| (name, text))).collect()
}

/// The commands in a line: what stands between backticks, or the rest of a line that a shell is to read.
fn commands(line: &str) -> Vec<&str> {
    const CALL: &str = "cargo xtask ";
    let in_quotes = line.match_indices("`cargo xtask ").map(|(at, _)| {
        let rest = &line[at + 1..];
        rest.split(['`', '\\']).next().unwrap_or_default()
    });
    let mut found: Vec<&str> = in_quotes.collect();
    let start = line.trim_start().trim_start_matches("run: ").trim_start_matches("$ ");
    if start.starts_with(CALL) {
        found.push(start.split(" #").next().unwrap_or_default());
    }
    found.into_iter().filter_map(|command| command.strip_prefix(CALL)).map(str::trim).collect()
}

/// Whether the command line takes these words; nothing is run but the reading of them.
fn refusal(words: &str) -> Option<String> {
    let mut command = Command::new(program("xtask"));
    let (words, rest) = words.split_once(" -- ").map_or((words, None), |(words, rest)| (words, Some(rest)));
    command.args(words.split_whitespace()).arg(if words.starts_with("test") { "--list" } else { "--help" });
    command.args(rest.iter().flat_map(|rest| std::iter::once("--").chain(rest.split_whitespace())));
    // Cargo names the folder of the package that it runs, which is that of these tests here.
    command.env("CARGO_MANIFEST_DIR", project().join("xtask"));
    let output = command.current_dir(project()).stdin(Stdio::null()).output().expect("xtask runs");
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_command_of_xtask_is_one() {
    assert!(refusal("test --only advisories").is_some_and(|error| error.contains("--only")), "an unknown option");
    assert!(refusal("test no-such-stage").is_some(), "an unknown stage");
    assert!(refusal("build --fast").is_some(), "an option of another command");
    assert_eq!(commands("        run: cargo xtask test --infra"), ["test --infra"]);
    assert_eq!(commands("/// see `cargo xtask test large` and `cargo xtask dev`"), ["test large", "dev"]);
    let mut seen = BTreeSet::new();
    for (file, text) in texts() {
        for words in text.lines().flat_map(commands) {
            // What a person fills in, and what a program does.
            let is_a_pattern = words.contains(['…', '{', '<', '['])
                || words.split(' ').any(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase()));
            if is_a_pattern || words.starts_with("storefront") || !seen.insert(words.to_owned()) {
                continue;
            }
            if let Some(error) = refusal(words) {
                panic!("{file}: `cargo xtask {words}` is refused:\n{error}");
            }
        }
    }
    for words in ["test advisories", "test", "test --infra", "build --release", "image", "test programs"] {
        assert!(seen.contains(words), "`cargo xtask {words}` is in no text: {seen:?}");
    }
}

/// The keys of a mapping in a workflow, by the line that begins it and their indent.
fn keys(text: &str, beginning: &str, indent: usize) -> BTreeSet<String> {
    let Some((_, rest)) = text.split_once(beginning) else { return BTreeSet::new() };
    let inside = rest.lines().take_while(|line| line.is_empty() || line.starts_with(&" ".repeat(indent)));
    inside
        .filter_map(|line| line.strip_prefix(&" ".repeat(indent)))
        .filter(|line| !line.starts_with([' ', '#']))
        .filter_map(|line| line.split_once(':').map(|(key, _)| key.to_owned()))
        .collect()
}

/// The secrets that a workflow names.
fn secrets(text: &str) -> BTreeSet<String> {
    let names = text.split("secrets.").skip(1).map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || *letter == '_')
            .collect()
    });
    names.filter(|name: &String| !name.is_empty() && name != "GITHUB_TOKEN").collect()
}

/// In a called workflow `secrets` has those that its caller passes and no other, whatever its environment has.
#[test]
fn a_called_workflow_gets_every_secret_that_it_names() {
    let entries =
        fs::read_dir(project().join(".github/workflows")).expect("there are workflows").filter_map(Result::ok);
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let mut seen = 0;
    for called in &names {
        let text = read(&format!(".github/workflows/{called}"));
        if !text.contains("\n  workflow_call:") {
            continue;
        }
        let wanted = secrets(&text);
        let (_, triggers) = text.split_once("\n  workflow_call:").expect("it is called");
        let triggers = triggers.split("\npermissions:").next().unwrap_or_default();
        assert_eq!(keys(triggers, "\n    secrets:\n", 6), wanted, "{called} declares the secrets that it names");
        for caller in &names {
            let calls = read(&format!(".github/workflows/{caller}"));
            for call in calls.split(&format!("/.github/workflows/{called}\n")).skip(1) {
                let call = format!("\n{call}");
                let job = call.split("\n\n").next().unwrap_or_default();
                let passed = keys(job, "\n    secrets:\n", 6);
                assert_eq!(passed, wanted, "{caller} passes {called} its secrets");
                seen += 1;
            }
        }
    }
    assert!(seen >= 6, "{seen} calls: infrastructure, origin, edge, and remotes from three workflows");
}
