//! The rule that keeps the pure crates pure: their sources name no file, socket, clock, process, thread or variable.
//! Test code and native programs under `src/bin` may; the crates that they use are `dependencies.rs`'s subject.

use std::path::Path;

use super::{Finding, Tree};

/// Values in, values out.
const PURE_CRATES: [&str; 6] = ["web", "catalog", "commerce", "rollout", "pages", "shop"];

/// Modules of the standard library that reach outside.
const MODULES: [&str; 5] = ["fs", "net", "env", "process", "thread"];
/// The library of the database.
const SQL: &str = "sqlx";
/// Types that read the clock.
const CLOCKS: [&str; 2] = ["SystemTime", "Instant"];

pub(super) fn sources(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in tree.texts().filter(|(file, _)| is_pure(&file.path)) {
        for (position, name) in impurities(text) {
            findings.push(Finding::at_line(
                file,
                position,
                format!("`{name}` has no place in a pure crate: take it as an argument"),
            ));
        }
    }
    findings
}

/// The one folder that speaks to a database.
const STORE: &str = "origin/src/store/";

/// Names the library of the database outside of the store.
pub(super) fn sql(tree: &Tree) -> Vec<Finding> {
    let is_elsewhere =
        |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "rs") && !path.starts_with(STORE);
    let mut findings = Vec::new();
    for (file, text) in tree.texts().filter(|(file, _)| is_elsewhere(&file.path)) {
        if let Some(line) = line_of_path(text, SQL) {
            findings.push(Finding::at_line(file, line, format!("SQL belongs in `{STORE}`")));
        }
    }
    findings
}

/// The line on which a path of this crate begins, counted from 0.
fn line_of_path(text: &str, library: &str) -> Option<usize> {
    let code = without_comments(text);
    let is_path = |start: usize| code.get(start + library.len()..).is_some_and(|after| after.starts_with("::"));
    let start = names(&code).find(|(start, name)| *name == library && is_path(*start))?.0;
    Some(code.get(..start).unwrap_or_default().matches('\n').count())
}

fn is_pure(path: &str) -> bool {
    let Some((name, rest)) = path.split_once("/src/") else {
        return false;
    };
    let is_test = rest == "tests.rs" || rest.ends_with("/tests.rs") || rest.split('/').any(|part| part == "tests");
    PURE_CRATES.contains(&name)
        && Path::new(rest).extension().is_some_and(|extension| extension == "rs")
        && !rest.starts_with("bin/")
        && !is_test
}

/// What reaches outside, and on which line, counted from 0.
fn impurities(text: &str) -> Vec<(usize, String)> {
    if text.contains("#![cfg(test)]") {
        return Vec::new();
    }
    let code = without_tests(&without_comments(text));
    let mut found = Vec::new();
    for (start, name) in names(&code) {
        let impure = if CLOCKS.contains(&name) {
            Some(name.to_owned())
        } else if name == "std" {
            let after = code.get(start + name.len()..).unwrap_or_default();
            modules(after).into_iter().find(|module| MODULES.contains(module)).map(|module| format!("std::{module}"))
        } else {
            None
        };
        if let Some(impure) = impure {
            let line = code.get(..start).unwrap_or_default().matches('\n').count();
            found.push((line, impure));
        }
    }
    found
}

/// The modules that `::fs::read` or `::{fmt, fs::File}` names, right after `std`.
fn modules(after: &str) -> Vec<&str> {
    let Some(path) = after.strip_prefix("::") else {
        return Vec::new();
    };
    let Some(group) = path.strip_prefix('{') else {
        return names(path).next().map(|(_, name)| name).into_iter().collect();
    };
    let mut depth = 0_i32;
    let mut is_start = true;
    let mut found = Vec::new();
    for (position, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_start = true,
            _ if is_start && letter.is_alphabetic() => {
                is_start = false;
                let rest = group.get(position..).unwrap_or_default();
                found.extend(names(rest).next().map(|(_, name)| name));
            }
            _ => {}
        }
    }
    found
}

/// Every identifier and where it starts.
fn names(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut position = 0;
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter_map(move |name| {
        let start = position;
        // The letter that ended it may be longer than a byte; find it again rather than count it.
        position = start + name.len();
        position += code.get(position..)?.chars().next().map_or(0, char::len_utf8);
        (!name.is_empty()).then_some((start, name))
    })
}

/// Lines keep their numbers: a comment leaves an empty one.
pub(super) fn without_comments(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        if !line.trim_start().starts_with("//") {
            code.push_str(line.split(" // ").next().unwrap_or_default());
        }
        code.push('\n');
    }
    code
}

/// The item behind `#[cfg(test)]` ends at the first line that closes it at the same indentation, as rustfmt leaves it.
pub(super) fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut skipped: Option<&str> = None;
    for line in code.lines() {
        let indentation = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
        match skipped {
            None if line.trim() == "#[cfg(test)]" => skipped = Some(indentation),
            None => kept.push_str(line),
            Some(outer) if indentation == outer && (line.ends_with('}') || line.ends_with(';')) => skipped = None,
            Some(_) => {}
        }
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_where_a_path_names_it() {
        assert_eq!(line_of_path("//! library::query\nuse a::b;\nlet x = library::query();\n", "library"), Some(2));
        assert_eq!(line_of_path("let library = \"library\"; // library::query\n", "library"), None);
    }

    #[test]
    fn what_reaches_outside_is_found_with_its_line() {
        #[track_caller]
        fn check(text: &str, expect: &[(usize, &str)]) {
            let found = impurities(text);
            let found: Vec<(usize, &str)> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
            assert_eq!(found, expect, "{text}");
        }
        check("use std::fmt;\n", &[]);
        check("use std::fs;\n", &[(0, "std::fs")]);
        check("\nlet text = std::fs::read(path);\n", &[(1, "std::fs")]);
        check("use std::{\n    fmt::{self, Write},\n    process::Command,\n};\n", &[(0, "std::process")]);
        check("use std::{fmt, io};\n", &[]);
        check("use std::time::{Duration, SystemTime};\n", &[(0, "SystemTime")]);
        check("struct InstantAnswer;\n", &[]);
        check("use crate::fs;\n", &[]);
        check("/// Reads no std::fs, no Instant.\nfn a() {} // not std::env either\n", &[]);
        check("let a = \"–\"; std::thread::spawn(b);\n", &[(0, "std::thread")]);
    }

    #[test]
    fn test_code_may() {
        #[track_caller]
        fn check(text: &str, expect: usize) {
            assert_eq!(impurities(text).len(), expect, "{text}");
        }
        check("fn a() {}\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n", 0);
        check("#[cfg(test)]\nmod tests;\nuse std::fs;\n", 1);
        check("#[cfg(test)]\nuse std::fs;\n", 0);
        check("#[cfg(test)]\nmod tests {\n    fn a() {\n    }\n}\nuse std::env;\n", 1);
        check("//! Laws.\n#![cfg(test)]\nuse std::fs;\n", 0);
    }

    #[test]
    fn the_rule_covers_the_sources_of_the_pure_crates() {
        #[track_caller]
        fn check(path: &str, expect: bool) {
            assert_eq!(is_pure(path), expect, "{path}");
        }
        check("catalog/src/api/mod.rs", true);
        check("rollout/src/path.rs", true);
        check("pages/src/head.rs", true);
        check("shop/src/plan.rs", true);
        check("origin/src/main.rs", false);
        check("catalog/src/search/tests.rs", false);
        check("catalog/tests/it.rs", false);
        check("catalog/benches/answer.rs", false);
        check("edge/src/lib.rs", false);
        check("xtask/src/main.rs", false);
    }
}
