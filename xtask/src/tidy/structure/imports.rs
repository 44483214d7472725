//! The paths that a source file names within its own crate: in `use` and in code. A reading by words, not a parser of Rust: it knows
//! groups, renames and re-exports, and takes what rustfmt leaves.

/// What a file names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Imports {
    /// Paths that code depends on, as they are written: `crate::a::B`, `super::c`, `child::d`.
    pub(super) paths: Vec<Vec<String>>,
    /// Names that the file gives others under its own, with the paths behind them.
    pub(super) exports: Vec<(String, Vec<String>)>,
}

/// One word or sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// `::`
    Path,
    Sign(char),
}

/// A path of a `use`, and the name it gets.
struct Leaf {
    path: Vec<String>,
    name: String,
}

/// Reads code without comments and tests. `children` are the modules that the file declares.
pub(super) fn read(code: &str, children: &[&str]) -> Imports {
    let tokens = tokens(code);
    let mut imports = Imports::default();
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        let before = position.checked_sub(1).and_then(|before| tokens.get(before));
        let follows_path = matches!(before, Some(Token::Path | Token::Sign('.')));
        let begins_path = tokens.get(position + 1) == Some(&Token::Path);
        let mut leaves = Vec::new();
        match token {
            Token::Word("use") => {
                let is_public = matches!(before, Some(Token::Word("pub") | Token::Sign(')')));
                position = tree(&tokens, position + 1, &[], &mut leaves);
                for Leaf { path, name } in leaves {
                    let uses = tokens.iter().filter(|token| **token == Token::Word(&name)).count();
                    if is_public {
                        imports.exports.push((name, path.clone()));
                    }
                    // A name that is only passed on is no dependency of this file.
                    if !is_public || uses > 1 {
                        imports.paths.push(path);
                    }
                }
            }
            Token::Word(word) if begins_path && !follows_path && is_inside(word, children) => {
                position = tree(&tokens, position, &[], &mut leaves);
                imports.paths.extend(leaves.into_iter().map(|leaf| leaf.path));
            }
            _ => position += 1,
        }
    }
    imports.paths.retain(|path| path.first().is_some_and(|first| is_inside(first, children)));
    imports.exports.retain(|(_, path)| path.first().is_some_and(|first| is_inside(first, children)));
    imports
}

/// The modules that a file declares in files of their own: `mod a;`.
pub(super) fn children(code: &str) -> Vec<&str> {
    let tokens = tokens(code);
    let declared = tokens.windows(3).filter_map(|window| match window {
        [Token::Word("mod"), Token::Word(name), Token::Sign(';')] => Some(*name),
        _ => None,
    });
    declared.collect()
}

fn is_inside(first: &str, children: &[&str]) -> bool {
    ["crate", "self", "super"].contains(&first) || children.contains(&first)
}

/// Reads a path with its groups from `position` on, and returns where it ends.
fn tree(tokens: &[Token<'_>], mut position: usize, before: &[String], leaves: &mut Vec<Leaf>) -> usize {
    let mut path = before.to_vec();
    // `use ::name` begins with what is no segment.
    position += usize::from(before.is_empty() && tokens.get(position) == Some(&Token::Path));
    loop {
        match tokens.get(position) {
            // `self` in a group is the path before it.
            Some(Token::Word("self")) if !path.is_empty() => position += 1,
            Some(Token::Word(word)) => {
                path.push((*word).to_owned());
                position += 1;
            }
            Some(Token::Sign('*')) => {
                position += 1;
                leaves.push(Leaf { path, name: "*".to_owned() });
                return position;
            }
            Some(Token::Sign('{')) => {
                position += 1;
                while !matches!(tokens.get(position), None | Some(Token::Sign('}' | ';'))) {
                    let end = tree(tokens, position, &path, leaves);
                    // What is no path must not stop the reading.
                    position = end.max(position + 1);
                    position += usize::from(tokens.get(position) == Some(&Token::Sign(',')));
                }
                return position + 1;
            }
            _ => break,
        }
        if tokens.get(position) != Some(&Token::Path) {
            break;
        }
        position += 1;
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if let (Some(Token::Word("as")), Some(Token::Word(alias))) = (tokens.get(position), tokens.get(position + 1)) {
        (*alias).clone_into(&mut name);
        position += 2;
    }
    leaves.push(Leaf { path, name });
    position
}

/// Words and signs; what strings and characters hold is left out.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(letter) = rest.chars().next() {
        let taken = if is_word(letter) {
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            let raw = rest.get(end..).filter(|_| ["r", "br"].contains(&word)).and_then(raw_string);
            if raw.is_none() {
                tokens.push(Token::Word(word));
            }
            end + raw.unwrap_or_default()
        } else if rest.starts_with("::") {
            tokens.push(Token::Path);
            2
        } else if letter == '"' {
            quoted(rest, '"')
        } else if letter == '\'' {
            character(rest)
        } else {
            if !letter.is_whitespace() {
                tokens.push(Token::Sign(letter));
            }
            letter.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    tokens
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The length of `#"…"#`, as it follows an `r`.
fn raw_string(text: &str) -> Option<usize> {
    let marks = text.len() - text.trim_start_matches('#').len();
    let inside = text.get(marks..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    Some(marks + 1 + inside.find(&end)? + end.len())
}

/// The length of a string or character from its quote to its end; an escaped quote ends nothing.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (position, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if letter == quote => return position + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `'a'`; of `'a` in a lifetime the tick alone.
fn character(text: &str) -> usize {
    let mut letters = text.chars().skip(1);
    match (letters.next(), letters.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(text, '\''),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, paths: &[&str], exports: &[(&str, &str)]) {
        let imports = read(code, &children(code));
        let found: Vec<String> = imports.paths.iter().map(|path| path.join("::")).collect();
        assert_eq!(found, paths, "{code}");
        let found: Vec<(String, String)> =
            imports.exports.into_iter().map(|(name, path)| (name, path.join("::"))).collect();
        let expect: Vec<(String, String)> =
            exports.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect();
        assert_eq!(found, expect, "{code}");
    }

    #[test]
    fn paths_of_the_crate_are_found() {
        check("use std::fmt;\nuse catalog::Query;\n", &[], &[]);
        check("use crate::a::B;\n", &["crate::a::B"], &[]);
        check("use crate::{a::{self, B as C}, d::*};\n", &["crate::a", "crate::a::B", "crate::d"], &[]);
        check("fn a() { crate::b::c::<u8>(super::D::new()) }", &["crate::b::c", "super::D::new"], &[]);
        check("mod child;\nfn a() { child::b(); std::child::c() }", &["child::b"], &[]);
        check("pub(crate) fn a(b: &crate::c::D) -> E {}", &["crate::c::D"], &[]);
    }

    #[test]
    fn a_name_that_is_passed_on_is_a_dependency_where_it_is_used() {
        check("pub use crate::a::B;\n", &[], &[("B", "crate::a::B")]);
        check("pub(crate) use self::a::B as C;\n", &[], &[("C", "self::a::B")]);
        check("mod a;\npub use a::B;\nfn c(b: B) {}\n", &["a::B"], &[("B", "a::B")]);
    }

    #[test]
    fn texts_name_nothing() {
        check(r#"fn a() { b("crate::c \" crate::d"); }"#, &[], &[]);
        check("fn a() { b(r#\"\" crate::c\"#); }", &[], &[]);
        check("fn a<'a>(b: &'a str) { c('\"', '\\'', crate::d) }", &["crate::d"], &[]);
    }
}
