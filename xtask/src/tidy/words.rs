//! Rules about words that must not stand in the tree: notes of unfinished work, silenced lints, one machine's paths.
//! The words are put together from halves here, so that this file keeps its own rules.

use super::{Finding, Tree};

/// Words that a comment must not hold. Elsewhere they can be data: the last one is a code for no currency at all.
const NOTES: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Code, and what to write instead.
const CODE: [(&str, &str); 4] = [
    (concat!("#[all", "ow("), "use `#[expect(…, reason = \"…\")]`, which ends when its reason does"),
    (concat!("#![all", "ow("), "use `#![expect(…, reason = \"…\")]`, which ends when its reason does"),
    (concat!("to", "do!("), "finish it"),
    (concat!("db", "g!("), "take it out"),
];

/// Folders that mean one person's or one server's disk when a path starts there.
const MACHINE_FOLDERS: [&str; 5] = ["/work/", "/root/", "/tmp/", "/home/", "/Users/"];

pub(super) fn unfinished(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in tree.texts() {
        let is_configuration = ["toml", "yml", "yaml", "sh"].contains(&file.extension());
        if !file.is_code() && !is_configuration {
            continue;
        }
        for (position, line) in text.lines().enumerate() {
            for note in NOTES.iter().filter(|note| has_word(comment(line), note)) {
                findings.push(Finding::at_line(file, position, format!("`{note}`: do it, or write an issue")));
            }
            for (code, instead) in CODE.iter().filter(|(code, _)| line.contains(code)) {
                findings.push(Finding::at_line(file, position, format!("`{code}`: {instead}")));
            }
        }
    }
    findings
}

pub(super) fn machine_paths(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in tree.texts() {
        for (position, line) in text.lines().enumerate() {
            for folder in MACHINE_FOLDERS.iter().filter(|folder| starts_a_path(line, folder)) {
                findings.push(Finding::at_line(
                    file,
                    position,
                    format!("a path under `{folder}` exists on one machine only"),
                ));
            }
        }
    }
    findings
}

/// The comment of a line, in any of the languages here; empty when there is none.
fn comment(line: &str) -> &str {
    if line.trim_start().starts_with('*') {
        return line;
    }
    let start = ["//", "/*", "# "].iter().filter_map(|opening| line.find(opening)).min();
    start.and_then(|start| line.get(start..)).unwrap_or_default()
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + word.len()..).and_then(|text| text.chars().next());
        ![before, after].into_iter().flatten().any(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

/// Whether a path begins with this folder and goes on: in `a/tmp/b`, `$x/tmp/b` and a lone `"/tmp/"` it does not.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + folder.len()..).and_then(|text| text.chars().next());
        let goes_on = after.is_some_and(char::is_alphanumeric);
        let begins = before.is_none_or(|letter| !letter.is_alphanumeric() && !"._-~*/}>)]".contains(letter));
        goes_on && begins
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_whole_words() {
        #[track_caller]
        fn check(line: &str, expect: bool) {
            assert_eq!(NOTES.iter().any(|note| has_word(line, note)), expect, "{line}");
        }
        check(&format!("// {}: later", NOTES[0]), true);
        check(&format!("({})", NOTES[2]), true);
        check(&format!("{}S", NOTES[0]), false);
        check(&format!("A{}_B", NOTES[2]), false);
        check("nothing to do", false);
    }

    #[test]
    fn comments_by_language() {
        #[track_caller]
        fn check(line: &str, expect: &str) {
            assert_eq!(comment(line), expect);
        }
        check("let a = 1; // one", "// one");
        check("a { color: red } /* red */", "/* red */");
        check(" * more of it", " * more of it");
        check("port = 1 # one", "# one");
        check("check(\"CHF\")", "");
    }

    #[test]
    fn a_machine_path_starts_and_goes_on() {
        #[track_caller]
        fn check(before: &str, after: &str, expect: bool) {
            for folder in MACHINE_FOLDERS {
                let line = format!("{before}{folder}{after}");
                assert_eq!(starts_a_path(&line, folder), expect, "{line}");
            }
        }
        check("", "shop", true);
        check("open(\"", "shop\")", true);
        check("see `", "main/README.md`", true);
        check("https://example.com", "shop", false);
        check("target", "shop", false);
        check("${HERE}", "shop", false);
        check("\"", "\"", false);
    }
}
