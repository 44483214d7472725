//! The imports between the files of a crate, and their cycles.
//! A name counts for the file that defines it, not for one that passes it on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::Imports;

/// How many files may pass a name on, one to the next, before its search is given up.
const PASSED_ON: usize = 8;

/// A source file as a module.
pub(super) struct Module {
    pub(super) file: String,
    /// Empty for the root of the crate.
    pub(super) path: Vec<String>,
    pub(super) imports: Imports,
}

/// The files of a crate, and for each the positions of those it imports.
pub(super) struct Graph {
    modules: Vec<Module>,
    arrows: Vec<BTreeSet<usize>>,
}

/// Files that reach each other, among them a cycle of more than two.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Knot {
    /// The shortest such cycle, by its files.
    pub(super) cycle: Vec<String>,
    /// How many files reach each other.
    pub(super) files: usize,
}

/// Two folders that import each other, with the first import in each direction.
pub(super) struct Pair {
    pub(super) names: (String, String),
    pub(super) there: (String, String),
    pub(super) back: (String, String),
}

impl Graph {
    pub(super) fn new(modules: Vec<Module>) -> Graph {
        let mut graph = Graph { modules, arrows: Vec::new() };
        graph.arrows = (0..graph.modules.len()).map(|position| graph.imported(position)).collect();
        graph
    }

    /// The files that the one at `position` imports.
    fn imported(&self, position: usize) -> BTreeSet<usize> {
        let Some(module) = self.modules.get(position) else { return BTreeSet::new() };
        let paths = module.imports.paths.iter().map(|path| absolute(&module.path, path));
        paths.filter_map(|path| self.resolve(&path, PASSED_ON)).filter(|found| *found != position).collect()
    }

    /// The file that defines what a path from the root names.
    fn resolve(&self, path: &[String], depth: usize) -> Option<usize> {
        let mut at = self.at(&[])?;
        for (position, name) in path.iter().enumerate() {
            if let Some(child) = path.get(..=position).and_then(|path| self.at(path)) {
                at = child;
                continue;
            }
            let module = self.modules.get(at)?;
            let export = module.imports.exports.iter().find(|(exported, _)| exported == name);
            let Some((_, target)) = export.filter(|_| depth > 0) else { break };
            let mut target = absolute(&module.path, target);
            target.extend(path.iter().skip(position + 1).cloned());
            return self.resolve(&target, depth - 1);
        }
        Some(at)
    }

    fn at(&self, path: &[String]) -> Option<usize> {
        self.modules.iter().position(|module| module.path == path)
    }

    /// The sets of files with a cycle of more than two, each once.
    pub(super) fn knots(&self) -> Vec<Knot> {
        let mut knots: BTreeMap<BTreeSet<usize>, Vec<usize>> = BTreeMap::new();
        for (from, targets) in self.arrows.iter().enumerate() {
            for target in targets {
                // A way back that is not the arrow back makes a cycle of at least three.
                let Some(mut cycle) = self.way(*target, from) else { continue };
                let least = cycle.iter().enumerate().min_by_key(|(_, file)| **file).map_or(0, |(place, _)| place);
                cycle.rotate_left(least);
                let shortest = knots.entry(self.component(from)).or_insert_with(|| cycle.clone());
                if cycle.len() < shortest.len() {
                    *shortest = cycle;
                }
            }
        }
        let knot = |(files, cycle): (BTreeSet<usize>, Vec<usize>)| Knot {
            cycle: cycle.into_iter().map(|position| self.file(position)).collect(),
            files: files.len(),
        };
        knots.into_iter().map(knot).collect()
    }

    /// Pairs of modules below the root, at least one of which is a folder, that import each other.
    pub(super) fn mutual_folders(&self) -> Vec<Pair> {
        let mut first: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for (from, targets) in self.arrows.iter().enumerate() {
            for target in targets {
                if let (Some(one), Some(other)) = (self.top(from), self.top(*target))
                    && one != other
                {
                    first.entry((one, other)).or_insert((from, *target));
                }
            }
        }
        let files = |(from, to): &(usize, usize)| (self.file(*from), self.file(*to));
        let mut pairs = Vec::new();
        for ((one, other), there) in &first {
            let back = first.get(&(*other, *one)).filter(|_| one < other);
            if let Some(back) = back.filter(|_| self.is_folder(one) || self.is_folder(other)) {
                let names = ((*one).to_owned(), (*other).to_owned());
                pairs.push(Pair { names, there: files(there), back: files(back) });
            }
        }
        pairs
    }

    /// The module below the root that a file is part of.
    fn top(&self, position: usize) -> Option<&str> {
        self.modules.get(position)?.path.first().map(String::as_str)
    }

    fn is_folder(&self, name: &str) -> bool {
        let parts = self.modules.iter().filter(|module| module.path.first().is_some_and(|first| first == name));
        parts.count() > 1
    }

    fn file(&self, position: usize) -> String {
        self.modules.get(position).map(|module| module.file.clone()).unwrap_or_default()
    }

    /// The shortest way from one file to another, both included, that is not the arrow between them.
    fn way(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let mut before: BTreeMap<usize, usize> = BTreeMap::new();
        let mut waiting = VecDeque::from([from]);
        while let Some(at) = waiting.pop_front() {
            for next in self.arrows.get(at)? {
                if (at, *next) == (from, to) || *next == from || before.contains_key(next) {
                    continue;
                }
                before.insert(*next, at);
                waiting.push_back(*next);
            }
        }
        let mut way = vec![to];
        while let Some(previous) = way.last().and_then(|last| before.get(last)) {
            way.push(*previous);
            if *previous == from {
                way.reverse();
                return Some(way);
            }
        }
        None
    }

    /// The files that this one reaches and that reach it.
    fn component(&self, of: usize) -> BTreeSet<usize> {
        let reached = self.reached(of);
        let both = reached.iter().filter(|file| self.reached(**file).contains(&of)).copied();
        both.chain([of]).collect()
    }

    fn reached(&self, from: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![from];
        while let Some(at) = waiting.pop() {
            let targets = self.arrows.get(at).into_iter().flatten();
            waiting.extend(targets.copied().filter(|target| reached.insert(*target)));
        }
        reached
    }
}

/// A path from the root of the crate, for one that stands in the module `at`.
fn absolute(at: &[String], path: &[String]) -> Vec<String> {
    let mut whole = at.to_vec();
    let mut rest = path;
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "crate" => whole.clear(),
            "self" => {}
            "super" => {
                whole.pop();
            }
            _ => break,
        }
        rest = others;
    }
    whole.extend(rest.iter().cloned());
    whole
}

#[cfg(test)]
mod tests {
    use super::super::imports;
    use super::*;

    fn graph(files: &[(&str, &str)]) -> Graph {
        let module = |(path, code): &(&str, &str)| Module {
            file: if path.is_empty() { "lib".to_owned() } else { (*path).to_owned() },
            path: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            imports: imports::read(code, &imports::children(code)),
        };
        Graph::new(files.iter().map(module).collect())
    }

    #[track_caller]
    fn check(files: &[(&str, &str)], expect: &[(&[&str], usize)]) {
        let expect: Vec<Knot> = expect
            .iter()
            .map(|(cycle, files)| Knot { cycle: cycle.iter().map(ToString::to_string).collect(), files: *files })
            .collect();
        assert_eq!(graph(files).knots(), expect, "{files:?}");
    }

    #[test]
    fn a_cycle_of_three_files_is_found_and_one_of_two_is_not() {
        check(&[("", ""), ("a", "use crate::b::B;"), ("b", "use crate::a::A;")], &[]);
        let three = [("", ""), ("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "use crate::a::A;")];
        check(&three, &[(&["a", "b", "c"], 3)]);
        let ring = [("", ""), ("a", "crate::b::b()"), ("b", "crate::c::c()"), ("c", "crate::b::d(); crate::a::a()")];
        check(&ring, &[(&["a", "b", "c"], 3)]);
    }

    #[test]
    fn a_pair_beside_a_pair_is_no_cycle_of_three() {
        check(&[("", ""), ("a", "crate::b::b()"), ("b", "crate::a::a(); crate::c::c()"), ("c", "crate::b::b()")], &[]);
    }

    #[test]
    fn a_name_counts_for_the_file_that_defines_it() {
        // `lib` passes `B` on: `a` imports `b`, not `lib`.
        let files = [("", "mod a; mod b; pub use b::B; use a::A;"), ("a", "use crate::B;"), ("b", "fn b() {}")];
        assert_eq!(graph(&files).arrows, [[1].into(), [2].into(), BTreeSet::new()]);
        // What it defines itself counts for it.
        let files = [("", "mod a; use a::A;"), ("a", "use crate::Own;")];
        assert_eq!(graph(&files).arrows, [[1].into(), [0].into()]);
    }

    #[test]
    fn folders_import_in_one_direction() {
        let pairs = |files: &[(&str, &str)]| graph(files).mutual_folders().len();
        assert_eq!(pairs(&[("", ""), ("a", ""), ("a/x", "use crate::b::B;"), ("b", "")]), 0);
        assert_eq!(pairs(&[("", ""), ("a", ""), ("a/x", "use crate::b::B;"), ("b", "use crate::a::A;")]), 1);
        assert_eq!(pairs(&[("", ""), ("a", "use crate::b::B;"), ("b", "use crate::a::A;")]), 0, "two files may");
        assert_eq!(pairs(&[("", ""), ("a", "mod x; x::y()"), ("a/x", "use super::A;")]), 0, "one folder");
    }
}
