//! The rules about imports inside a crate: no cycle of more than two files, and folders that import each other in one direction only.
//! Tests are left out: they may look at everything. Arrows between crates are the subject of `dependencies.rs`.

mod graph;
mod imports;

use std::collections::BTreeMap;

use self::graph::{Graph, Module};
use super::purity::{without_comments, without_tests};
use super::{Finding, Tree};

/// Crates whose files still import each other in cycles, with the most files that may hang together in one. A crate leaves this list
/// with its last cycle.
const CYCLES: &[(&str, usize)] = &[];

/// Crates whose folders still import each other, with the most such pairs.
const MUTUAL: &[(&str, usize)] = &[];

pub(super) fn cycles(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, graph) in graphs(tree) {
        let knots = graph.knots();
        let largest = knots.iter().map(|knot| knot.files).max().unwrap_or_default();
        if let Some(finding) = excused(&name, largest, CYCLES, "files in a cycle") {
            findings.extend(finding);
            continue;
        }
        for knot in knots {
            let shown: Vec<&str> = knot.cycle.iter().chain(knot.cycle.first()).map(String::as_str).collect();
            let message = format!(
                "imports itself by way of others: {}; {} files hang together like this",
                shown.join(" → "),
                knot.files
            );
            findings.push(Finding { path: knot.cycle.first().cloned().unwrap_or_default(), line: None, message });
        }
    }
    findings
}

pub(super) fn folders(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, graph) in graphs(tree) {
        let pairs = graph.mutual_folders();
        if let Some(finding) = excused(&name, pairs.len(), MUTUAL, "pairs of folders") {
            findings.extend(finding);
            continue;
        }
        for pair in pairs {
            let message = format!(
                "`{}` and `{}` import each other: {} imports {}, and {} imports {}",
                pair.names.0, pair.names.1, pair.there.0, pair.there.1, pair.back.0, pair.back.1
            );
            findings.push(Finding { path: name.clone(), line: None, message });
        }
    }
    findings
}

/// For a crate on a list of exceptions: the fault if it needs more than is listed, or none any more. `None` for any other crate.
fn excused(name: &str, found: usize, list: &[(&str, usize)], what: &str) -> Option<Vec<Finding>> {
    let (_, allowed) = list.iter().find(|(listed, _)| *listed == name)?;
    let place = "`xtask/src/tidy/structure/mod.rs`";
    let message = match found {
        0 => format!("has no {what} any more: take it off the list in {place}"),
        _ if found > *allowed => format!("has {found} {what}; {place} excuses {allowed}"),
        _ => return Some(Vec::new()),
    };
    Some(vec![Finding { path: name.to_owned(), line: None, message }])
}

/// The modules of each crate, by its folder.
fn graphs(tree: &Tree) -> BTreeMap<String, Graph> {
    let mut crates: BTreeMap<String, Vec<Module>> = BTreeMap::new();
    let has_library = |folder: &str| tree.files.iter().any(|file| file.path == format!("{folder}/src/lib.rs"));
    for (file, text) in tree.texts().filter(|(file, _)| file.extension() == "rs") {
        let Some((folder, path)) = place(&file.path) else { continue };
        // A program beside a library is a crate of its own, of one file.
        let is_beside = path.is_empty() && file.path.ends_with("/src/main.rs") && has_library(&folder);
        if is_beside || text.contains("#![cfg(test)]") {
            continue;
        }
        let code = without_tests(&without_comments(text));
        let imports = imports::read(&code, &imports::children(&code));
        crates.entry(folder).or_default().push(Module { file: file.path.clone(), path, imports });
    }
    crates.into_iter().map(|(name, modules)| (name, Graph::new(modules))).collect()
}

/// The crate that a source file belongs to, and its module in it; nothing for tests.
fn place(file: &str) -> Option<(String, Vec<String>)> {
    let (folder, rest) = file.split_once("/src/")?;
    let mut parts: Vec<&str> = rest.strip_suffix(".rs")?.split('/').collect();
    let mut name = folder.to_owned();
    if let ["bin", program, ..] = parts.as_slice() {
        name = format!("{folder}/src/bin/{program}");
        parts.drain(..2);
    }
    if parts.contains(&"tests") {
        return None;
    }
    if matches!(parts.last(), Some(&("lib" | "main" | "mod"))) {
        parts.pop();
    }
    Some((name, parts.into_iter().map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_a_place_in_a_crate() {
        #[track_caller]
        fn check(file: &str, expect: Option<(&str, &[&str])>) {
            let expect =
                expect.map(|(name, path)| (name.to_owned(), path.iter().map(ToString::to_string).collect::<Vec<_>>()));
            assert_eq!(place(file), expect, "{file}");
        }
        check("edge/src/lib.rs", Some(("edge", &[])));
        check("edge/src/store.rs", Some(("edge", &["store"])));
        check("edge/src/store/s3.rs", Some(("edge", &["store", "s3"])));
        check("edge/src/store/mod.rs", Some(("edge", &["store"])));
        check("infra/checks/src/lib.rs", Some(("infra/checks", &[])));
        check("catalog/src/bin/origin/main.rs", Some(("catalog/src/bin/origin", &[])));
        check("catalog/src/bin/origin/feed.rs", Some(("catalog/src/bin/origin", &["feed"])));
        check("edge/src/store/tests.rs", None);
        check("edge/build.rs", None);
    }

    #[test]
    fn an_exception_ends_when_its_reason_does() {
        let list = [("edge", 13)];
        let fault = |found| {
            let found = excused("edge", found, &list, "files in a cycle").unwrap();
            found.into_iter().next().map(|finding| finding.message)
        };
        assert_eq!(excused("pages", 0, &list, "files in a cycle"), None);
        assert_eq!(fault(13), None);
        assert_eq!(fault(3), None);
        let place = "`xtask/src/tidy/structure/mod.rs`";
        assert_eq!(fault(14), Some(format!("has 14 files in a cycle; {place} excuses 13")));
        assert_eq!(fault(0), Some(format!("has no files in a cycle any more: take it off the list in {place}")));
    }
}
