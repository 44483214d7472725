//! Rules about a file as such: its opening, its spaces, its length, its size, its place.
//! Its text is the subject of `words.rs` and `links.rs`.

use super::{Finding, SourceFile, Tree};

const LONGEST: usize = 500;
const LARGEST: usize = 1024 * 1024;

/// Files that are right to be longer than [`LONGEST`], and why. One that has become shorter leaves this list.
const LONG: &[(&str, &str)] = &[];

/// What programs make and git must not hold. The first four are folders at these places, the rest parts of a name.
const OUTPUT_FOLDERS: [&str; 4] = ["target/", "node_modules/", "assets/dist/", "edge/build/"];
const OUTPUT_PARTS: [&str; 4] = [".wrangler/", "node_modules/", "test-results/", "playwright-report/"];
const OUTPUT_ENDINGS: [&str; 2] = [".snap.new", ".pending-snap"];

pub(super) fn headers(tree: &Tree) -> Vec<Finding> {
    let broken = tree.texts().filter(|(file, text)| file.is_code() && !opens_with_comment(file.extension(), text));
    broken.map(|(file, _)| Finding::in_file(file, header_rule(file.extension()))).collect()
}

pub(super) fn spaces(tree: &Tree) -> Vec<Finding> {
    tree.texts()
        .filter(|(file, _)| is_written_by_people(file))
        .flat_map(|(file, text)| space_faults(file, text))
        .collect()
}

pub(super) fn lengths(tree: &Tree) -> Vec<Finding> {
    let code = tree.texts().filter(|(file, _)| file.is_code());
    code.filter_map(|(file, text)| length_fault(file, text, LONG)).collect()
}

pub(super) fn sizes(tree: &Tree) -> Vec<Finding> {
    let large = tree.files.iter().filter(|file| file.size > LARGEST);
    large.map(|file| Finding::in_file(file, format!("{} bytes; at most {LARGEST}", file.size))).collect()
}

pub(super) fn build_output(tree: &Tree) -> Vec<Finding> {
    let output = tree.tracked.iter().filter(|path| is_build_output(path));
    output
        .map(|path| Finding {
            path: path.clone(),
            line: None,
            message: "is made by a build and does not belong in git".to_owned(),
        })
        .collect()
}

fn opens_with_comment(extension: &str, text: &str) -> bool {
    if extension == "rs" {
        return text.starts_with("//! ");
    }
    // A script may name its interpreter first, as the system demands.
    let text = if text.starts_with("#!") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    text.starts_with("//") || text.starts_with("/*")
}

fn header_rule(extension: &str) -> &'static str {
    if extension == "rs" {
        "must open with `//!` and its purpose"
    } else {
        "must open with a comment that says its purpose"
    }
}

/// Snapshots repeat what a program printed, and the spaces of data mean something.
fn is_written_by_people(file: &SourceFile) -> bool {
    !["snap", "lock", "txt", "csv"].contains(&file.extension())
}

fn space_faults(file: &SourceFile, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (position, line) in text.split('\n').enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            findings.push(Finding::at_line(file, position, "ends in a space, a tab or a carriage return"));
        }
        if file.extension() == "rs" && line.contains('\t') {
            findings.push(Finding::at_line(file, position, "holds a tab"));
        }
    }
    findings
}

fn length_fault(file: &SourceFile, text: &str, long: &[(&str, &str)]) -> Option<Finding> {
    let lines = text.lines().count();
    let is_listed = long.iter().any(|(path, _)| *path == file.path);
    match (lines > LONGEST, is_listed) {
        (true, false) => Some(Finding::in_file(file, format!("{lines} lines; at most {LONGEST}: split it by subject"))),
        (false, true) => {
            Some(Finding::in_file(file, "is no longer long: take it off the list in `xtask/src/tidy/files.rs`"))
        }
        _ => None,
    }
}

fn is_build_output(path: &str) -> bool {
    let anywhere = format!("/{path}");
    OUTPUT_FOLDERS.iter().any(|folder| path.starts_with(folder))
        || OUTPUT_PARTS.iter().any(|part| anywhere.contains(&format!("/{part}")))
        || OUTPUT_ENDINGS.iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::super::tests::file;
    use super::*;

    #[test]
    fn headers_by_language() {
        #[track_caller]
        fn check(extension: &str, text: &str, expect: bool) {
            assert_eq!(opens_with_comment(extension, text), expect, "{text}");
        }
        check("rs", "//! The edge.\n", true);
        check("rs", "//!\n", false);
        check("rs", "// The edge.\n", false);
        check("rs", "use std::fmt;\n", false);
        check("rs", "", false);
        check("ts", "// The loader.\n", true);
        check("ts", "import x from \"y\";\n", false);
        check("css", "/* The look of a card. */\n", true);
        check("css", ":root {}\n", false);
        check("mjs", "#!/usr/bin/env node\n// Builds.\n", true);
        check("mjs", "#!/usr/bin/env node\nimport x from \"y\";\n", false);
    }

    #[test]
    fn spaces_at_the_end_and_tabs() {
        #[track_caller]
        fn check(path: &str, text: &str, expect: &[usize]) {
            let file = file(path, text);
            let lines: Vec<usize> = space_faults(&file, text).into_iter().filter_map(|finding| finding.line).collect();
            assert_eq!(lines, expect, "{path}: {text:?}");
        }
        check("a.rs", "fn a() {}\n", &[]);
        check("a.rs", "fn a() {} \n\nfn b() {}\n", &[1]);
        check("a.rs", "a\n\tb\n", &[2]);
        check("a.ts", "a\n\tb\n", &[]);
        check("README.md", "one\r\ntwo  \n", &[1, 2]);
    }

    #[test]
    fn long_files_need_a_reason_and_short_ones_none() {
        let long = "//! x\n".repeat(LONGEST + 1);
        let short = "//! x\n".repeat(LONGEST);
        let listed = [("a.rs", "one table")];
        let fault = |text: &str, list| length_fault(&file("a.rs", text), text, list).map(|finding| finding.message);
        assert_eq!(fault(&short, &[]), None);
        assert_eq!(fault(&long, &listed), None);
        assert_eq!(fault(&long, &[]).as_deref(), Some("501 lines; at most 500: split it by subject"));
        assert!(fault(&short, &listed).is_some());
    }

    #[test]
    fn build_output_is_known_by_its_place() {
        #[track_caller]
        fn check(path: &str, expect: bool) {
            assert_eq!(is_build_output(path), expect, "{path}");
        }
        check("target/debug/xtask", true);
        check("assets/dist/shell/manifest.json", true);
        check("edge/build/index.js", true);
        check("tests/node_modules/x/index.js", true);
        check("pages/tests/snapshots/home.snap.new", true);
        check("edge/.wrangler/state", true);
        check("edge/build.rs", false);
        check("catalog/src/build/mod.rs", false);
        check("pages/tests/snapshots/home.snap", false);
    }
}
