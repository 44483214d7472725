//! The rule about documentation comments: they carry meaning, which takes two words at least.
//! A reviewer judges the longer ones.

use super::{Finding, Tree};

/// Words without which a comment is as good as none.
const LEAST: usize = 2;

pub(super) fn empty(tree: &Tree) -> Vec<Finding> {
    let code = tree.texts().filter(|(file, _)| file.is_code());
    let found = |text: &str, is_rust| if is_rust { in_rust(text) } else { in_scripts(text) };
    code.flat_map(|(file, text)| {
        found(text, file.extension() == "rs").into_iter().map(|position| {
            Finding::at_line(file, position, "a documentation comment says meaning, shape, unit or errors")
        })
    })
    .collect()
}

/// The first lines of runs of `///` or `//!` that say too little.
fn in_rust(text: &str) -> Vec<usize> {
    let mut faults = Vec::new();
    // The kind of the run, where it began, and its words so far.
    let mut run: Option<(&str, usize, usize)> = None;
    for (position, line) in text.lines().chain([""]).enumerate() {
        let line = line.trim_start();
        let kind = ["///", "//!"].into_iter().find(|kind| line.starts_with(kind) && !line.starts_with("////"));
        if let Some((_, start, words)) = run.filter(|(before, ..)| Some(*before) != kind) {
            faults.extend((words < LEAST).then_some(start));
            run = None;
        }
        if let Some(kind) = kind {
            let (_, start, words) = run.unwrap_or((kind, position, 0));
            run = Some((kind, start, words + self::words(line.trim_start_matches(['/', '!']))));
        }
    }
    faults
}

/// The lines of `/** … */` that say too little.
fn in_scripts(text: &str) -> Vec<usize> {
    let comments = text.match_indices("/**").filter_map(|(start, _)| {
        let (inside, _) = text.get(start + 3..)?.split_once("*/")?;
        (words(inside) < LEAST).then(|| text.get(..start).unwrap_or_default().matches('\n').count())
    });
    comments.collect()
}

/// Words that count. Code gives a shape, as in `/<remote>/<version>`, so it says enough by itself.
fn words(text: &str) -> usize {
    let words =
        text.split_whitespace().filter(|word| word.contains(|letter: char| letter.is_alphanumeric() || letter == '`'));
    words.map(|word| if word.starts_with('`') { LEAST } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_of_one_word_is_empty() {
        #[track_caller]
        fn check(text: &str, expect: &[usize]) {
            assert_eq!(in_rust(text), expect, "{text}");
        }
        let doc = "///";
        check(&format!("{doc} It.\nstruct A;\n"), &[0]);
        check(&format!("{doc} .\nstruct A;\n"), &[0]);
        check(&format!("struct A {{\n    {doc}\n    a: u8,\n    {doc} Its size.\n    b: u8,\n}}\n"), &[1]);
        check(&format!("{doc} Milliseconds,\n{doc} rounded.\nstruct A;\n"), &[]);
        check("//! Purpose.\n", &[0]);
        check("//! Its purpose.\n/// It.\n", &[1]);
        check(&format!("{doc} `sha384-…`\nstruct A;\n"), &[]);
        check("// no\n//// documentation\n", &[]);
    }

    #[test]
    fn comments_of_scripts_count_too() {
        assert_eq!(in_scripts("/** It. */\nlet a;\n\n/**\n * The second.\n */\nlet b;\n/** */"), [0, 7]);
    }
}
